"""Argument classes of the public functions that are written in Python.

Note [Argument classes]
An operator's arguments are checked as it is bound (Note [Binding]). A function that is composed of
operators says in its annotations what it takes; `checked` makes of it a function of the same
signature that refuses other classes with PyTorch's TypeError, before any of its code runs.
"""

from __future__ import annotations

import functools
import inspect
import os
import types
from collections.abc import Callable
from typing import Any

from torchish._core.base import late
from torchish._core.tensor import overrides
from torchish._core.tensor.api.classes import LIMIT, Rule, refusal, rule_of
from torchish._core.tensor.tensor import Tensor

# What needs no further test, by far the most frequent.
_AT_ONCE = {"Tensor": (Tensor,), "bool": (bool,), "float": (float, int), "str": (str,)}


def _refuse(name: str, parameter: str, position: int, rule: Rule, a: Any) -> None:
    """TypeError unless an argument will do after all."""
    e = refusal(name, parameter, position, rule, a)
    if e is not None and not (rule.words == "Tensor" and overrides.overriding((a,))):
        raise e


def checked(f: Callable, method: bool = False) -> Callable:
    """A function whose arguments are of the classes that the annotations of `f` name; of a method,
    those after the first."""
    if not isinstance(f, types.FunctionType) or not _refuses(f, method):
        return f
    scope: dict[str, Any] = {"_f": f, "_refuse": _refuse, "_method": method}
    g = late.function(f.__name__, f"{_FOLDER}<{f.__name__}>", scope, _write)
    g.__doc__, g.__module__, g.__qualname__ = f.__doc__, f.__module__, f.__qualname__
    g.__annotations__ = f.__annotations__
    g.__signature__ = late.Signature(functools.partial(inspect.signature, f))
    return g


_FOLDER = os.path.join(os.path.dirname(__file__), "")
_rules: dict[tuple[str, str], bool] = {}  # whether a module's annotation has a rule


def _refuses(f: types.FunctionType, method: bool) -> bool:
    """Whether an annotation says what to refuse. None does where one of them is of what only type
    checkers import."""
    code, found = f.__code__, False
    try:
        for name, annotation in f.__annotations__.items():
            at = f.__module__, annotation
            rule = _rules.get(at)
            if rule is None:
                kind = eval(annotation, f.__globals__) if type(annotation) is str else annotation
                rule = _rules[at] = rule_of(kind) is not None
            if rule and not found and name not in ("inplace", "return"):
                # What is left are the parameters for further arguments, which come last.
                places = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
                found = name in places[method:]
    except NameError:
        return False
    return found


def _write(scope: dict[str, Any]) -> types.FunctionType:
    """The function that looks at the arguments, and calls `_f`. See Note [Late code]."""
    f, method = scope["_f"], scope["_method"]
    head, call, tests = [], [], []
    bare = False
    at = 0 if method else 1  # where counting begins
    for i, p in enumerate(inspect.signature(f, eval_str=True).parameters.values()):
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
        # PyTorch's functions with this flag are Python's, which look at its truth.
        free = (method and not i) or p.name == "inplace"
        found = None if free else rule_of(p.annotation, p.default is None)
        if found is not None:
            shown = "input" if p.name == "self" else p.name
            scope[f"_w{i}"], scope[f"_c{i}"] = found, _AT_ONCE.get(found.words, ())
            known = f"type({p.name}) in _c{i}"
            if found.counts:  # an int, or several
                known = f"type({p.name}) is int and -{LIMIT} <= {p.name} < {LIMIT}"
            known += f" or {p.name} is None" if found.optional else ""
            tests.append(
                f"    if not ({known}): _refuse({f.__name__!r}, {shown!r}, {i + at}, _w{i}, "
                f"{p.name})"
            )
    source = "\n".join(
        [f"def function({', '.join(head)}):", *tests, f"    return _f({', '.join(call)})"]
    )
    exec(compile(source, f"{_FOLDER}<{f.__name__}>", "exec"), scope)
    return scope["function"]


__all__ = ["checked"]
