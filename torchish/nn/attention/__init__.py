"""`torch.nn.attention`: which kernel attention uses.

All of PyTorch's kernels compute the same function; here XLA generates the one that there is.
https://docs.pytorch.org/docs/stable/nn.attention.html
"""

from __future__ import annotations

import contextlib
import enum
import importlib
from collections.abc import Iterator
from typing import Any

from torchish.nn._functional.kernels import ALLOWED, allow

__all__ = ["SDPBackend", "sdpa_kernel"]


class SDPBackend(enum.Enum):
    """PyTorch's kernels of scaled dot-product attention."""

    ERROR = -1
    MATH = 0
    FLASH_ATTENTION = 1
    EFFICIENT_ATTENTION = 2
    CUDNN_ATTENTION = 3
    OVERRIDEABLE = 4


_FLAGS = {
    SDPBackend.FLASH_ATTENTION: "flash",
    SDPBackend.EFFICIENT_ATTENTION: "mem_efficient",
    SDPBackend.MATH: "math",
    SDPBackend.CUDNN_ATTENTION: "cudnn",
}


def _cur_sdpa_kernel_backends(with_priority: bool = False) -> list[SDPBackend]:
    """The kernels that are allowed now."""
    return [backend for backend, name in _FLAGS.items() if ALLOWED[name]]


@contextlib.contextmanager
def sdpa_kernel(
    backends: SDPBackend | list[SDPBackend], set_priority: bool = False
) -> Iterator[None]:
    """Allow only some of PyTorch's kernels: what they refuse is refused, results are the same.

    >>> from torch.nn.attention import SDPBackend, sdpa_kernel
    >>> x = torch.zeros(1, 2, 4)
    >>> with sdpa_kernel(SDPBackend.MATH):
    ...     print(F.scaled_dot_product_attention(x, x, x).shape)
    torch.Size([1, 2, 4])
    """
    given = backends if isinstance(backends, list) else [backends]
    if not all(isinstance(backend, SDPBackend) for backend in given):
        raise AssertionError(
            "Backend must be an instance of SDPBackend or a list of SDPBackend instances"
        )
    before = dict(ALLOWED)
    names = {_FLAGS[backend] for backend in given if backend in _FLAGS}
    allow({name: name in names for name in ALLOWED})
    try:
        yield
    finally:
        allow(before)


def __getattr__(name: str) -> Any:
    # A subclass of Tensor gives every function a guard: not before a program asks for one.
    if name in ("bias", "flex_attention"):
        return importlib.import_module(f"torchish.nn.attention.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
