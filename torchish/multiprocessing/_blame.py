"""Which part of an object can not be sent to another process, and what to do about it."""

from __future__ import annotations

import functools
import io
import socket
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

_DEEPEST = 30


def blamed(
    parts: Sequence[tuple[str, Any]], attempt: Callable[[Any], None], error: Exception
) -> str | None:
    """One sentence on the innermost part that `attempt` fails for; None when none does by itself.

    parts    names and objects
    attempt  pickles an object, or raises
    """
    seen: set[int] = set()
    for name, obj in parts:
        found = _innermost(name, obj, attempt, seen)
        if found is not None:
            path, culprit, why = found
            return f"{path} can not be sent to another process: it is {_kind(culprit, why)}"
    return None


def _innermost(path: str, obj: Any, attempt: Callable, seen: set) -> tuple[str, Any, str] | None:
    try:
        attempt(obj)
        return None
    except Exception as e:  # whatever it raises, it does not travel
        why = str(e)
    for _ in range(_DEEPEST):
        seen.add(id(obj))
        for name, part in _parts(obj):
            if id(part) in seen:
                continue
            try:
                attempt(part)
            except Exception as e:
                path, obj, why = name.format(path), part, str(e)
                break
        else:
            break
    return path, obj, why


def _parts(obj: Any) -> Iterator[tuple[str, Any]]:
    """What an object holds, each with a form of its name."""
    if type(obj).__module__.startswith("multiprocessing"):
        return
    if isinstance(obj, Mapping):
        for k, v in obj.items():
            yield "{}[" + repr(k).replace("{", "{{").replace("}", "}}") + "]", v
        return
    if isinstance(obj, (list, tuple)):
        fields = getattr(obj, "_fields", None)
        for i, v in enumerate(obj):
            yield ("{}." + fields[i] if fields else f"{{}}[{i}]"), v
        return
    if isinstance(obj, (set, frozenset)):
        for v in obj:
            yield f"an element of {{}} ({type(v).__name__})", v
        return
    if isinstance(obj, types.MethodType):
        yield "{}.__self__", obj.__self__
        yield "{}.__func__", obj.__func__
        return
    if isinstance(obj, functools.partial):
        yield "{}.func", obj.func
        for i, v in enumerate(obj.args):
            yield f"{{}}.args[{i}]", v
        for k, v in obj.keywords.items():
            yield f"{{}}.keywords[{k!r}]", v
        return
    if isinstance(obj, types.FunctionType):
        yield from _of_function(obj)
        return
    if isinstance(obj, type):
        for k, v in vars(obj).items():
            v = getattr(v, "__func__", getattr(v, "fget", v))
            if not k.startswith("__") or isinstance(v, types.FunctionType):
                yield "{}." + k, v
        return
    for k, v in getattr(obj, "__dict__", {}).items():
        yield "{}." + k, v
    for cls in type(obj).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for k in (slots,) if isinstance(slots, str) else slots:
            if k not in ("__dict__", "__weakref__") and hasattr(obj, k):
                yield "{}." + k, getattr(obj, k)
    yield "the class of {}", type(obj)


def _of_function(f: types.FunctionType) -> Iterator[tuple[str, Any]]:
    for name, cell in zip(f.__code__.co_freevars, f.__closure__ or ()):
        try:
            yield f"the variable {name!r} of {{}}", cell.cell_contents
        except ValueError:
            continue  # not assigned yet
    for i, v in enumerate(f.__defaults__ or ()):
        yield f"the default {i} of {{}}", v
    for k, v in (f.__kwdefaults__ or {}).items():
        yield f"the default of {k!r} in {{}}", v
    for name in _names(f.__code__):
        if name in f.__globals__:
            yield f"the global {name!r} of {{}}", f.__globals__[name]


def _names(code: types.CodeType) -> list[str]:
    found = list(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found += _names(constant)
    return found


def _kind(obj: Any, why: str) -> str:
    """What an object is, and what its owner can do."""
    cls = f"({type(obj).__module__}.{type(obj).__qualname__})"
    forked = "or start the process with the method 'fork'"
    if isinstance(obj, io.IOBase):
        return (
            f"an open file {cls}; keep its path and open it in the process that reads it, {forked}"
        )
    if isinstance(obj, socket.socket):
        return f"an open socket {cls}; connect in the process that uses it, {forked}"
    if isinstance(obj, (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)):
        return (
            f"a generator that has begun to run {cls}; send the function that makes it, or a "
            f"list of what it gives, {forked}"
        )
    if type(obj).__module__ in ("_thread", "threading"):
        return (
            f"a lock or a thread's own {cls}, which no other process can share; make it in the "
            "process that uses it (or leave it out in __getstate__), or use a lock of "
            f"torch.multiprocessing, {forked}"
        )
    if type(obj).__module__.startswith("multiprocessing"):
        return (
            f"{cls} of another start method; make it with torch.multiprocessing, or with "
            f"torch.multiprocessing.get_context(), {forked}"
        )
    return (
        f"{cls}, of which pickle says: {why.rstrip('.')}; make it in the process that uses it, "
        f"leave it out in __getstate__, {forked}"
    )
