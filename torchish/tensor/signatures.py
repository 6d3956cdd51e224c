"""Argument classes of the public functions that are written in Python.

Note [Argument classes]
An operator's arguments are checked as it is bound (Note [Binding]). A function that is composed of
operators says in its annotations what it takes; `checked` makes of it a function of the same
signature that refuses other classes with PyTorch's TypeError, before any of its code runs.
"""

from __future__ import annotations

import inspect
import os
import types
from collections.abc import Callable
from typing import Any, Union, get_args, get_origin

import numpy as np

from torchish.tensor import overrides
from torchish.tensor.tensor import Tensor

_WORDS: dict[Any, str] = {Tensor: "Tensor", int: "int", bool: "bool", float: "float", str: "str"}


def _is_int(a) -> bool:
    return not isinstance(a, (bool, np.bool_, str, bytes)) and hasattr(a, "__index__")


def _is_float(a) -> bool:
    return isinstance(a, (int, float, np.number, Tensor)) and not isinstance(a, bool)


_TESTS: dict[Any, Callable[[Any], bool]] = {
    Tensor: lambda a: isinstance(a, Tensor),
    int: _is_int,
    bool: lambda a: isinstance(a, (bool, np.bool_)),
    float: _is_float,
    str: lambda a: isinstance(a, str),
}
# What needs no further test, by far the most frequent.
_AT_ONCE = {Tensor: (Tensor,), int: (int,), bool: (bool,), float: (float, int), str: (str,)}


def _wanted(annotation: Any) -> tuple[type, bool] | None:
    """(the class, whether None will do) that an annotation names; None where it says more."""
    parts = (annotation,)
    if get_origin(annotation) in (Union, types.UnionType):
        parts = get_args(annotation)
    named = [p for p in parts if p is not type(None)]
    if len(named) == 1 and named[0] in _TESTS:
        return named[0], len(named) < len(parts)
    return None


def _refuse(name: str, parameter: str, position: int, want: type, a: Any) -> None:
    """TypeError unless an argument will do after all."""
    if _TESTS[want](a) or (want is Tensor and overrides.overriding((a,))):
        return
    raise TypeError(
        f"{name}(): argument '{parameter}' (position {position}) must be {_WORDS[want]}, not "
        f"{type(a).__name__}"
    )


def checked(f: Callable, method: bool = False) -> Callable:
    """A function whose arguments are of the classes that the annotations of `f` name; of a method,
    those after the first."""
    if not isinstance(f, types.FunctionType):
        return f
    try:
        signature = inspect.signature(f, eval_str=True)
    except NameError:
        return f  # annotated with what only type checkers import
    scope: dict[str, Any] = {"_f": f, "_refuse": _refuse}
    head, call, tests = [], [], []
    bare = False
    at = 0 if method else 1  # where counting begins
    for i, p in enumerate(signature.parameters.values()):
        if p.kind is p.VAR_POSITIONAL:
            head.append(f"*{p.name}")
            call.append(f"*{p.name}")
            bare = True
            continue
        if p.kind is p.VAR_KEYWORD:
            head.append(f"**{p.name}")
            call.append(f"**{p.name}")
            continue
        if p.kind is p.KEYWORD_ONLY and not bare:
            head.append("*")
            bare = True
        if p.default is p.empty:
            head.append(p.name)
        else:
            scope[f"_d{i}"] = p.default
            head.append(f"{p.name}=_d{i}")
        call.append(f"{p.name}={p.name}" if p.kind is p.KEYWORD_ONLY else p.name)
        found = None if method and not i else _wanted(p.annotation)
        if found is not None:
            want, optional = found
            shown = "input" if p.name == "self" else p.name
            scope[f"_w{i}"], scope[f"_c{i}"] = want, _AT_ONCE[want]
            known = f"type({p.name}) in _c{i}"
            known += f" or {p.name} is None" if optional or p.default is None else ""
            tests.append(
                f"    if not ({known}): _refuse({f.__name__!r}, {shown!r}, {i + at}, _w{i}, "
                f"{p.name})"
            )
    if not tests:
        return f
    source = "\n".join(
        [f"def function({', '.join(head)}):", *tests, f"    return _f({', '.join(call)})"]
    )
    where = os.path.join(os.path.dirname(__file__), f"<{f.__name__}>")
    exec(compile(source, where, "exec"), scope)
    g = scope["function"]
    g.__name__ = f.__name__
    g.__doc__, g.__module__, g.__qualname__ = f.__doc__, f.__module__, f.__qualname__
    g.__annotations__ = f.__annotations__
    return g


__all__ = ["checked"]
