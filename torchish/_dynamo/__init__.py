"""`torch._dynamo`: the names that programs use of PyTorch's tracer. Python always runs here, so the
marks have no effect and nothing is being compiled.

https://docs.pytorch.org/docs/stable/torch.compiler_dynamo_overview.html
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from torchish import _absent
from torchish._dynamo import config, eval_frame, exc
from torchish._dynamo.eval_frame import OptimizedModule, is_dynamo_supported
from torchish.compiler import allow_in_graph, assume_constant_result, disable, is_compiling
from torchish.settings import compile as _compile

__all__ = [
    "OptimizedModule",
    "allow_in_graph",
    "assume_constant_result",
    "config",
    "disable",
    "disallow_in_graph",
    "error_on_graph_break",
    "eval_frame",
    "exc",
    "forbid_in_graph",
    "graph_break",
    "is_compiling",
    "is_dynamo_supported",
    "list_backends",
    "mark_dynamic",
    "mark_static",
    "mark_static_address",
    "maybe_mark_dynamic",
    "nonstrict_trace",
    "optimize",
    "reset",
    "run",
]


def optimize(*args: Any, **kwargs: Any) -> Callable:
    """A decorator that gives the function itself."""
    return lambda fn: _compile(fn)


def disallow_in_graph(fn: Any) -> Any:
    """The function itself."""
    return fn


forbid_in_graph = nonstrict_trace = run = disallow_in_graph


def mark_dynamic(
    t: Any, index: Any, *, hint_override: Any = None, min: Any = None, max: Any = None
) -> None:
    """Without effect: programs are kept for each shape."""


def maybe_mark_dynamic(t: Any, index: Any) -> None:
    """Without effect."""


def mark_static(t: Any, index: Any = None) -> None:
    """Without effect."""


def mark_unbacked(t: Any, index: Any, *args: Any, **kwargs: Any) -> None:
    """Without effect."""


def mark_static_address(t: Any, guard: bool = True) -> None:
    """Without effect: XLA chooses addresses."""


def graph_break(msg: str = "") -> None:
    """Without effect."""


@contextlib.contextmanager
def error_on_graph_break(error_on_graph_break: bool) -> Iterator[None]:
    """Without effect: there are no graph breaks."""
    yield


def list_backends(exclude_tags: Any = None) -> list[str]:
    """None: what runs is XLA's."""
    return []


def reset() -> None:
    """Without effect: nothing was compiled by it."""


__getattr__ = _absent.attributes(__name__)
