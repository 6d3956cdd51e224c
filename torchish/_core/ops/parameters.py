"""The parameters of an operator's function, and what their annotations say."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, NamedTuple

from torchish._core.ops.kinds import Array, Number, Raw, Shape

__all__ = ["Param", "parameters"]


class Param(NamedTuple):
    name: str
    kind: type | None  # one of the annotation classes; None for a static
    default: Any
    keyword_only: bool
    annotation: Any


def _parameter(name: str, default: Any, keyword_only: bool, annotation: Any) -> Param:
    known = isinstance(annotation, type) and issubclass(annotation, (Array, Raw, Number, Shape))
    return Param(name, annotation if known else None, default, keyword_only, annotation)


@functools.cache
def _meaning(annotation: Any, module: str) -> Any:
    """An annotation, evaluated if it is a string, in the module that has it."""
    return eval(annotation, vars(sys.modules[module])) if type(annotation) is str else annotation


def parameters(fn: Callable) -> list[Param]:
    """A function's parameters as `inspect.signature` has them, in a tenth of its time, which
    several hundred operators take at each import."""
    f = inspect.unwrap(fn, stop=lambda f: hasattr(f, "__signature__"))
    variadic = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
    plain = isinstance(f, FunctionType) and not hasattr(f, "__signature__")
    own = plain and f.__globals__.get("__name__", "").startswith("torchish.")
    if not own or f.__code__.co_flags & variadic:
        found = inspect.signature(fn, eval_str=True).parameters.values()
        only = inspect.Parameter.KEYWORD_ONLY
        return [_parameter(p.name, p.default, p.kind is only, p.annotation) for p in found]
    code, positional = f.__code__, f.__code__.co_argcount
    names = code.co_varnames[: positional + code.co_kwonlyargcount]
    values = f.__defaults__ or ()
    defaults = dict(zip(names[positional - len(values) : positional], values, strict=True))
    defaults.update(f.__kwdefaults__ or {})
    home = f.__globals__["__name__"]
    return [
        _parameter(
            name,
            defaults.get(name, inspect.Parameter.empty),
            i >= positional,
            _meaning(f.__annotations__.get(name, inspect.Parameter.empty), home),
        )
        for i, name in enumerate(names)
    ]
