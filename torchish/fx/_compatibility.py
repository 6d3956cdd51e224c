"""PyTorch's mark of what it promises to keep: here it only records the promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def compatibility(is_backward_compatible: bool) -> Callable[[T], T]:
    """A decorator that notes on its object whether it is kept from version to version."""

    def mark(obj: T) -> T:
        obj._backward_compatible = is_backward_compatible
        return obj

    return mark
