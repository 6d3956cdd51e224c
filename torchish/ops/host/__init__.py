"""NumPy forms of the operators that programs use, for what runs once. See Note [Host kernels]."""

from torchish.ops.host import (
    activation,
    choice,
    conv,
    elementwise,
    elementwise_math,
    loss,
    reductions,
)
from torchish.ops.host.binding import HostCall, host_call
from torchish.ops.host.registry import KERNELS, Unsupported, kernel

__all__ = [
    "KERNELS",
    "HostCall",
    "Unsupported",
    "activation",
    "choice",
    "conv",
    "elementwise",
    "elementwise_math",
    "host_call",
    "kernel",
    "loss",
    "reductions",
]
