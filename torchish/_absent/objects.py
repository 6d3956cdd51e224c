"""Makes the functions and classes that stand for absent names."""

from __future__ import annotations

import ast
import enum
import functools
import importlib
import inspect
import types
from typing import Any

from torchish._absent.table import Entry

__all__ = ["make"]


def _decorator(*given: Any, **options: Any) -> Any:
    """Decorates a function, or takes options and gives what decorates one: what comes of it
    refuses to be called."""
    if len(given) == 1 and isinstance(given[0], types.FunctionType):
        f = given[0]
        return functools.wraps(f)(_refusing(f"{f.__module__}.{f.__name__}", f.__name__))
    return _decorator


def _refusing(path: str, name: str, taken: inspect.Signature | None = None) -> Any:
    def absent(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{path} is not supported by torchish")

    module = path[: -len(name) - 1]
    absent.__name__, absent.__qualname__, absent.__module__ = name, name, module
    absent.__doc__ = f"NotImplementedError: {path} is not supported by torchish."
    if taken is not None:
        vars(absent)["__signature__"] = taken
    return absent


def _default(node: ast.expr | None) -> Any:
    # What is no literal in the list is written as an ellipsis.
    return inspect.Parameter.empty if node is None else ast.literal_eval(node)


def signature(text: str) -> inspect.Signature:
    """The signature that a text such as `(a, *, b=1)` says."""
    function = ast.parse(f"def f{text}: ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    a, kinds = function.args, inspect.Parameter
    positional = [*a.posonlyargs, *a.args]
    defaults = [None] * (len(positional) - len(a.defaults)) + list(a.defaults)
    found = []
    for i, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        kind = kinds.POSITIONAL_ONLY if i < len(a.posonlyargs) else kinds.POSITIONAL_OR_KEYWORD
        found.append(kinds(argument.arg, kind, default=_default(default)))
    if a.vararg:
        found.append(kinds(a.vararg.arg, kinds.VAR_POSITIONAL))
    for argument, default in zip(a.kwonlyargs, a.kw_defaults, strict=True):
        found.append(kinds(argument.arg, kinds.KEYWORD_ONLY, default=_default(default)))
    if a.kwarg:
        found.append(kinds(a.kwarg.arg, kinds.VAR_KEYWORD))
    return inspect.Signature(found)


def _named(path: str) -> Any:
    """What a dotted name of PyTorch is here, or of Python without a dot."""
    module, _, name = path.rpartition(".")
    if not module.startswith("torch"):
        return getattr(importlib.import_module(module or "builtins"), name)
    return getattr(importlib.import_module("torchish" + module.removeprefix("torch")), name)


def _bases(rest: str) -> tuple[tuple[type, ...], str]:
    inside, _, rest = rest.removeprefix("(").partition(")")
    return tuple(_named(b) for b in inside.replace(",", " ").split()) or (object,), rest.strip()


def _class(module: str, entry: Entry) -> type:
    bases, rest = _bases(entry.rest)
    end = rest.find(")") + 1
    parameters, methods = rest[:end], rest[end:].split()
    path = f"{module}.{entry.name}"

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        # The name of a subclass of the user's tells more than the name of its absent base.
        raise NotImplementedError(f"{path} is not supported by torchish")

    members: dict[str, Any] = {
        "__module__": module,
        "__doc__": f"In no object's ancestry: {path} is not supported by torchish.",
        "__new__": __new__,
        "__slots__": (),
    }
    for name in methods:
        refusing = _refusing(f"{path}.{name}", name)
        refusing.__module__ = module
        members[name] = staticmethod(refusing)
    if parameters:
        taken = signature(parameters)
        init = _refusing(path, "__init__", taken)
        init.__module__, init.__qualname__ = module, f"{entry.name}.__init__"
        own = list(taken.parameters.values())
        if own and own[0].name == "self":
            taken = taken.replace(parameters=own[1:])
        members |= {"__init__": init, "__signature__": taken}
    return types.new_class(entry.name, bases, {}, lambda space: space.update(members))


def _enum(module: str, entry: Entry) -> type:
    bases, rest = _bases(entry.rest)
    members = [item.partition("=")[::2] for item in rest.split()]
    space = {name: ast.literal_eval(value) for name, value in members}
    base = next(b for b in bases if issubclass(b, enum.Enum))
    mixed = next((b for b in bases if not issubclass(b, enum.Enum)), None)
    return base(entry.name, space, module=module, type=mixed)


def make(module: str, entry: Entry) -> Any:
    """The object that stands for a name of the module of PyTorch `module`."""
    path = f"{module}.{entry.name}"
    if entry.kind == "from":
        return _named(f"{entry.rest}.{entry.name}")
    if entry.kind == "alias":
        return _named(entry.rest)
    if entry.kind == "def":
        return _refusing(path, entry.name, signature(entry.rest))
    if entry.kind == "decorator":
        return _decorator
    if entry.kind == "class":
        return _class(module, entry)
    if entry.kind == "exception":
        bases, _ = _bases(entry.rest)
        return type(entry.name, bases, {"__module__": module})
    if entry.kind == "enum":
        return _enum(module, entry)
    if entry.kind == "value":
        return ast.literal_eval(entry.rest)
    if entry.kind == "any":
        return Any
    raise ValueError(f"{path}: unknown kind {entry.kind!r}")
