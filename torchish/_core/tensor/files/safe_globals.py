"""What a user allows `load(weights_only=True)` to name and call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = [
    "add_safe_globals",
    "clear_safe_globals",
    "get_safe_globals",
    "registered",
    "safe_globals",
]

# What the user allows weights_only loading to name and call: objects, or (object, full name) pairs.
_safe: set = set()


def add_safe_globals(safe_globals: list[Callable | tuple[Callable, str]]) -> None:
    """Let `load(weights_only=True)` use these classes and functions, or (object, "full.name")
    pairs."""
    _safe.update(safe_globals)


def get_safe_globals() -> list[Callable | tuple[Callable, str]]:
    """What was added."""
    return list(_safe)


def clear_safe_globals() -> None:
    """Forget all that was added."""
    _safe.clear()


class safe_globals:
    """Context in which `load(weights_only=True)` may use these classes and functions."""

    __module__ = "torchish.serialization"

    def __init__(self, safe_globals: list[Callable | tuple[Callable, str]]):
        self.safe_globals = safe_globals

    def __enter__(self):
        add_safe_globals(self.safe_globals)

    def __exit__(self, *exc):
        _safe.difference_update(self.safe_globals)


def registered() -> dict[str, Any]:
    """The user's safe globals by full name."""
    out = {}
    for item in _safe:
        if isinstance(item, tuple):
            if len(item) != 2:
                raise ValueError(
                    "Expected tuple of length 2 (global, str of callable full path), but got "
                    f"tuple of length: {len(item)}"
                )
            if type(item[1]) is not str:
                raise TypeError(
                    "Expected second item in tuple to be str of callable full path, but got: "
                    f"{type(item[1])}"
                )
            out[item[1]] = item[0]
        else:
            out[f"{item.__module__}.{item.__qualname__}"] = item
    return out
