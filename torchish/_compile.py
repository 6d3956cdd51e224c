"""`torch._compile`: the mark of functions that PyTorch's tracer leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__: list[str] = []


def _disable_dynamo(fn: Callable | None = None, recursive: bool = True) -> Any:
    """The function itself, or a decorator that gives it: nothing is traced."""
    return fn if fn is not None else lambda f: f
