"""NumPy forms of the operators that programs use, for what runs once. See Note [Host kernels]."""

from torchish.ops.host import (
    activation,
    arranging,
    choice,
    contractions,
    conv,
    elementwise,
    elementwise_math,
    extremes,
    indexing,
    linalg,
    loss,
    products,
    reductions,
    sorting,
    special,
)
from torchish.ops.host.binding import HostCall, host_call
from torchish.ops.host.registry import KERNELS, Unsupported, kernel

__all__ = [
    "KERNELS",
    "HostCall",
    "Unsupported",
    "activation",
    "arranging",
    "choice",
    "contractions",
    "conv",
    "elementwise",
    "elementwise_math",
    "extremes",
    "host_call",
    "indexing",
    "kernel",
    "linalg",
    "loss",
    "products",
    "reductions",
    "sorting",
    "special",
]
