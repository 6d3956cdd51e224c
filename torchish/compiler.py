"""`torch.compiler`: every program is compiled as it runs, so there is nothing to switch on or off.

https://docs.pytorch.org/docs/stable/torch.compiler_api.html
"""

from __future__ import annotations

from typing import Any

from torchish import engine
from torchish.settings import compile

__all__ = [
    "allow_in_graph",
    "assume_constant_result",
    "compile",
    "cudagraph_mark_step_begin",
    "disable",
    "is_compiling",
    "is_dynamo_compiling",
    "is_exporting",
]


def disable(fn: Any = None, recursive: bool = True, *, reason: str | None = None) -> Any:
    """The function itself; usable as a decorator with or without arguments."""
    return fn if fn is not None else lambda f: f


def allow_in_graph(fn: Any) -> Any:
    """The function, or functions, as they are."""
    return fn


def assume_constant_result(fn: Any) -> Any:
    """The function itself."""
    return fn


def is_compiling() -> bool:
    """False: Python always runs."""
    return False


def is_dynamo_compiling() -> bool:
    """False: Python always runs."""
    return False


def is_exporting() -> bool:
    """False: there is no export."""
    return False


def cudagraph_mark_step_begin() -> None:
    """The end of a step: what is pending runs."""
    engine.barrier()
