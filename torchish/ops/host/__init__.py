"""NumPy forms of the operators that programs use, for what runs once. See Note [Host kernels]."""

from torchish.ops.host import (
    arranging,
    choice,
    contractions,
    distance,
    elementwise,
    elementwise_math,
    extremes,
    indexing,
    linalg,
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
    "host_call",
    "kernel",
    "arranging",
    "choice",
    "contractions",
    "distance",
    "elementwise",
    "elementwise_math",
    "extremes",
    "indexing",
    "linalg",
    "products",
    "reductions",
    "sorting",
    "special",
]
