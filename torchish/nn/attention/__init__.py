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

__all__ = ["SDPBackend", "sdpa_kernel"]


class SDPBackend(enum.Enum):
    """PyTorch's kernels of scaled dot-product attention."""

    ERROR = -1
    MATH = 0
    FLASH_ATTENTION = 1
    EFFICIENT_ATTENTION = 2
    CUDNN_ATTENTION = 3
    OVERRIDEABLE = 4


@contextlib.contextmanager
def sdpa_kernel(
    backends: SDPBackend | list[SDPBackend], set_priority: bool = False
) -> Iterator[None]:
    """Allow only some of PyTorch's kernels; checked, and without effect on the result."""
    if not isinstance(backends, (list, SDPBackend)):
        raise AssertionError(
            "Backend must be an instance of SDPBackend or a list of SDPBackend instances"
        )
    for backend in backends if isinstance(backends, list) else [backends]:
        if not isinstance(backend, SDPBackend):
            raise AssertionError(
                "Backend must be an instance of SDPBackend or a list of SDPBackend instances"
            )
    yield


def __getattr__(name: str) -> Any:
    # A subclass of Tensor gives every function a guard: not before a program asks for one.
    if name in ("bias", "flex_attention"):
        return importlib.import_module(f"torchish.nn.attention.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
