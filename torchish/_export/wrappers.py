"""`torch._export.wrappers`: marks for PyTorch's exporter, which is not here."""

from __future__ import annotations

from collections.abc import Callable

from torchish import _absent

__all__ = ["mark_subclass_constructor_exportable_experimental"]


def mark_subclass_constructor_exportable_experimental(constructor_subclass: Callable) -> Callable:
    """The constructor itself: no export would look into it."""
    if not callable(constructor_subclass):
        raise RuntimeError("a constructor, which can be called, was expected")
    return constructor_subclass


__getattr__ = _absent.attributes(__name__)
