"""Notes that go with every node made inside a `with` block.

https://docs.pytorch.org/docs/stable/fx.html
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator
from typing import Any

__all__ = [
    "annotate",
    "format_stack",
    "get_current_meta",
    "has_preserved_node_meta",
    "preserve_node_meta",
    "set_current_meta",
    "set_stack_trace",
]

_meta: dict[str, Any] = {}
_preserving = False


@contextlib.contextmanager
def preserve_node_meta(enable: bool = True) -> Iterator[None]:
    """Keep the present node's notes while it runs."""
    global _preserving, _meta
    before = _preserving, dict(_meta)
    _preserving = enable
    try:
        yield
    finally:
        _preserving, _meta = before


@contextlib.contextmanager
def set_current_meta(node: Any, pass_name: str = "") -> Iterator[None]:
    """The notes are this node's."""
    global _meta
    before = _meta
    if _preserving and node.meta:
        _meta = dict(node.meta)
    try:
        yield
    finally:
        _meta = before


@contextlib.contextmanager
def annotate(annotation_dict: dict[str, Any]) -> Iterator[None]:
    """Add to the notes."""
    global _meta
    before = _meta
    _meta = {**_meta, "custom": {**_meta.get("custom", {}), **annotation_dict}}
    try:
        yield
    finally:
        _meta = before


def set_stack_trace(stack: list[str]) -> None:
    """Where the present node was made."""
    if _preserving and stack:
        _meta["stack_trace"] = "".join(stack)


def format_stack() -> list[str]:
    """Where the present node was made: as was noted, otherwise this line."""
    if _preserving:
        return [_meta.get("stack_trace", "")]
    return traceback.format_list(traceback.extract_stack()[:-1])


def has_preserved_node_meta() -> bool:
    """Whether notes are kept."""
    return _preserving


def get_current_meta() -> dict[str, Any]:
    """The notes."""
    return _meta
