"""`torch.autograd.function`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish._core.tensor.api.classes import class_name
from torchish._core.tensor.tape.context import Context
from torchish._core.tensor.tape.function import Function, once_differentiable
from torchish._core.tensor.tape.function import FunctionNode as BackwardCFunction

FunctionCtx = Context


class InplaceFunction(Function):
    """The base of Functions that can work in place, of older programs: `inplace` says whether."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace


__all__ = ["BackwardCFunction", "Function", "FunctionCtx", "InplaceFunction", "once_differentiable"]


def _nested_map(
    condition: Callable[[Any], bool], fn: Callable, condition_msg: str | None = None
) -> Callable[[Any], Any]:
    """A function that gives a nested structure with `fn` of every item that meets a condition.

    ValueError for an item that does not and is no list, tuple, dict or None.
    """

    def each(obj: Any) -> Any:
        if condition(obj):
            return fn(obj)
        if obj is None:
            return None
        if isinstance(obj, dict):
            return {key: each(value) for key, value in obj.items()}
        if isinstance(obj, (list, tuple)):
            items = [each(x) for x in obj]
            return type(obj)(*items) if hasattr(obj, "_fields") else type(obj)(items)
        accepted = f". Accepted types: {condition_msg}, or lists/tuples of them"
        raise ValueError(
            f"Auto nesting doesn't know how to process an input object of type {class_name(obj)}"
            + (accepted if condition_msg else "")
        )

    return each
