"""NumPy forms of the operators that programs use, for what runs once. See Note [Host kernels]."""

from torchish.ops.host import (
    activation,
    attention,
    class_loss,
    conv,
    elementwise,
    loss,
    norm,
    pooling,
    recurrent,
    resampling,
)
from torchish.ops.host.binding import HostCall, host_call
from torchish.ops.host.registry import KERNELS, Unsupported, kernel

__all__ = [
    "KERNELS",
    "HostCall",
    "Unsupported",
    "activation",
    "attention",
    "class_loss",
    "conv",
    "elementwise",
    "host_call",
    "kernel",
    "loss",
    "norm",
    "pooling",
    "recurrent",
    "resampling",
]
