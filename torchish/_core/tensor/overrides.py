"""Tensor subclasses and objects that take part in calls by `__torch_function__`.

Note [Overrides]
Nothing looks for overriding arguments until a program has some: a subclass of Tensor of its own, a
`TorchFunctionMode`, or an operand that is no tensor but has `__torch_function__`. Then `arm` gives
every public function and method a guard: functions keep their identity (only their code is
exchanged), so names that were imported before are guarded as well; methods are replaced on the
class. A guard asks the arguments' classes and calls the function as it was when none overrides.
Classes of the package itself wait for the first tensor of them (`made`): programs import their
modules for other things too.

https://docs.pytorch.org/docs/stable/notes/extending.html
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable, Iterable
from types import CodeType, FunctionType
from typing import Any

from torchish._core.base import late
from torchish._core.ops.table import Op
from torchish._core.tensor.public import enter
from torchish._core.tensor.tensor import Tensor


class ForeignOperand(Exception):
    """An operand that is no tensor, but has `__torch_function__`."""


class NoHandler(TypeError):
    """Every handler returned NotImplemented: Python's operators return it, too."""


class _State(threading.local):
    def __init__(self):
        self.plainly: Any = threading.RLock()  # held where subclasses are treated as plain tensors
        self.modes: list[Any] = []


state = _State()


class Lower:
    """Who is asked after `__torch_function__`: what stands for `__torch_dispatch__`, once a program
    has a mode or a class of that kind (see `_ops/python_key.py`); None before."""

    call: Callable | None = None


def disabled(func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
    """As a class's `__torch_function__`: its tensors are plain ones to every function."""
    return func(*args, **(kwargs or {}))


def plainly() -> bool:
    """Whether this thread treats tensors of subclasses as plain ones."""
    return state.plainly._is_owned()


class DisableTorchFunctionSubclass:
    """Within it, tensors of subclasses are treated as plain ones.

    What one enters is a lock of the thread's own, which nobody waits for: entering and leaving it
    are no Python code, in which an interrupt could come (Note [In between]).
    """

    def __new__(cls) -> Any:
        return state.plainly if cls is DisableTorchFunctionSubclass else super().__new__(cls)

    def __enter__(self) -> None: ...

    def __exit__(self, *exc: object) -> None: ...


class DisableTorchFunction(DisableTorchFunctionSubclass):
    """The same, without the modes either."""

    def __enter__(self) -> None:
        state.plainly.acquire()
        self._modes, state.modes = state.modes, []

    def __exit__(self, *exc: object) -> None:
        state.modes = self._modes
        state.plainly.release()


def overrides(t: type) -> bool:
    """Whether calls ask a class what they are to do."""
    handler = getattr(t, "__torch_function__", None)
    return handler is not None and t is not Tensor and handler is not disabled


def overriding(args: Iterable[Any]) -> list[Any]:
    """Of arguments, and of what their lists hold, one of each class that overrides: as they come,
    subclasses before their bases."""
    found: list[Any] = []
    if plainly():
        return found
    for a in args:
        if type(a) is Tensor:
            continue
        for x in a if isinstance(a, (list, tuple)) else (a,):
            t = type(x)
            if t is Tensor or not overrides(t) or any(t is type(f) for f in found):
                continue
            at = next((i for i, f in enumerate(found) if issubclass(t, type(f))), len(found))
            found.insert(at, x)
    return found


def handle(func: Callable, found: list[Any], args: tuple, kwargs: dict) -> Any:
    """What the mode, or the classes of the arguments found, make of a call; TypeError when all give
    NotImplemented."""
    types = tuple(type(x) for x in found)
    if state.modes:
        mode = state.modes.pop()
        try:
            out = mode.__torch_function__(func, types, args, kwargs)
        finally:
            state.modes.append(mode)
        if out is not NotImplemented:
            return out
    for x in found:
        out = x.__torch_function__(func, types, args, kwargs)
        if out is not NotImplemented:
            return out
    name = name_of(func) or getattr(func, "__name__", repr(func))
    asked = [f"  - tensor subclass {t}\n" for t in types] or [f"  - mode {state.modes[-1]!r}\n"]
    raise NoHandler(
        f"Multiple dispatch failed for '{name}'; all __torch_function__ handlers returned "
        f"NotImplemented:\n\n{''.join(asked)}\nFor more information, try re-running with "
        "TORCH_LOGS=not_implemented"
    )


# --- the guards

_spaces: dict[str, tuple[dict[str, Any], tuple[str, ...], bool]] = {}
_armed = False
_guarded: set[int] = set()

# What none of Python's operators takes beside a tensor.
_NO_OPERANDS = (list, tuple, str, bytes, dict, set, type(None))
# What Python's operators are called: `x + 1` is a call of Tensor.add.
_SHOWN = {
    "__add__": "add",
    "__radd__": "add",
    "__iadd__": "add_",
    "__sub__": "sub",
    "__isub__": "sub_",
    "__mul__": "mul",
    "__rmul__": "mul",
    "__imul__": "mul_",
    "__truediv__": "div",
    "__itruediv__": "div_",
    "__mod__": "remainder",
    "__imod__": "remainder_",
    "__matmul__": "matmul",
    "__neg__": "neg",
    "__abs__": "abs",
    "__ne__": "ne",
    "__lt__": "lt",
    "__le__": "le",
    "__gt__": "gt",
    "__ge__": "ge",
}
_UNGUARDED = {
    "__class__",
    "__copy__",
    "__dir__",
    "__dlpack_device__",
    "__getstate__",
    "__hash__",
    "__index__",
    "__init__",
    "__init_subclass__",
    "__iter__",
    "__new__",
    "__setstate__",
    "__torch_function__",
    "as_subclass",
}


def publish(home: str, space: dict[str, Any], names: Iterable[str], modes_only: bool = False):
    """Public functions that may be overridden; those without tensors among their arguments, by
    modes only."""
    _spaces[f"{home}{' (modes)' if modes_only else ''}"] = (space, tuple(names), modes_only)
    if _armed:
        _arm_space(space, names, modes_only)


def name_for_pickle(space: dict[str, Any], owner: str = "", home: str = "torchish") -> None:
    """Let functions that pickle would not find, as those made of others, be found: by their public
    names."""
    for name, f in space.items():
        if not isinstance(f, FunctionType) or (name.startswith("__") and not owner):
            continue
        if (owner and f.__qualname__ == name) or _found(f) is not f:
            f.__module__, f.__qualname__ = home, owner + name


def _found(f: FunctionType) -> Any:
    """What pickle finds by a function's name."""
    at: Any = sys.modules.get(f.__module__)
    for part in f.__qualname__.split("."):
        at = getattr(at, part, None)
    return at


def functions() -> dict[str, list[Callable]]:
    """The functions that may be overridden, by the name of their module."""
    out: dict[str, list[Callable]] = {}
    for home, (space, names, modes_only) in _spaces.items():
        if not modes_only:
            out[home] = [space[n] for n in names if isinstance(space.get(n), FunctionType)]
    return out


def name_of(func: Callable) -> str | None:
    """The public name of a function, method or property's getter; None for others."""
    for home in sorted(_spaces):
        space, names, _ = _spaces[home]
        for n in names:
            if space.get(n) is func:
                return f"{home.removesuffix(' (modes)')}.{n}"
    owner = getattr(func, "__self__", None)
    for n, member in vars(Tensor).items():
        if member is func:
            return f"torch.Tensor.{n}"
        if member is owner and isinstance(owner, property):
            return f"torch.Tensor.{n}.{func.__name__}"
    return None


def arm() -> None:
    """Give every public function and method a guard, once."""
    global _armed
    if _armed:
        return
    _armed = True
    for name, member in list(vars(Tensor).items()):
        special = name.startswith("__") and name.endswith("__")
        if name == "set_":
            setattr(Tensor, name, _plain(member))
        if name == "set_" or name in _UNGUARDED or (name.startswith("_") and not special):
            continue
        if isinstance(member, FunctionType):
            setattr(Tensor, name, _method(name, member))
        elif isinstance(member, property):
            setattr(Tensor, name, _property(member))
    for name, shown in _SHOWN.items():
        vars(Tensor)[name].__kwdefaults__["_guard"].shown = vars(Tensor)[shown]
    for space, names, modes_only in _spaces.values():
        _arm_space(space, names, modes_only)


def made(cls: type) -> None:
    """A tensor of this class is being made: from now on arguments are asked, if its class is one
    to ask."""
    if not _armed and overrides(cls):
        arm()


_watchers: list[Callable] = []


def on_watch(call: Callable) -> Callable:
    """Say who is asked below the public functions, from the first `watch` on."""
    _watchers.append(call)
    return call


def watch() -> None:
    """A program has a class or a mode with `__torch_dispatch__`: calls are looked at from now."""
    arm()
    if _watchers:
        Lower.call = _watchers[-1]


def _arm_space(space: dict[str, Any], names: Iterable[str], modes_only: bool) -> None:
    for n in names:
        f = space.get(n)
        if isinstance(f, FunctionType) and id(f) not in _guarded:
            _guarded.add(id(f))
            original = _copy(f)
            vars(f)["__wrapped__"] = original
            f.__code__ = _code(f.__code__)
            f.__defaults__ = None
            f.__kwdefaults__ = {"_guard": _Guard(f, original, modes_only)}


def _copy(f: FunctionType) -> FunctionType:
    g = late.copied(f)
    if hasattr(f, "__signature__"):
        g.__signature__ = f.__signature__
    return g


class _Guard:
    """A call of a guarded function: to whom an argument or a mode says, or as it was."""

    __slots__ = ("modes_only", "operator", "original", "shown")

    def __init__(self, shown: Callable, original: Callable, modes_only: bool = False):
        self.shown, self.original, self.modes_only = shown, original, modes_only
        self.operator = False

    def __call__(self, args: tuple, kwargs: dict) -> Any:
        modes = state.modes
        if self.modes_only:
            if modes:
                return handle(self.shown, [], args, kwargs)
            with DisableTorchFunctionSubclass():
                return self.plainly(args, kwargs)
        found = overriding((*args, *kwargs.values()) if kwargs else args)
        if self.operator and len(args) == 2 and isinstance(args[1], _NO_OPERANDS):
            return self.original(*args)  # which refuses it, before anybody is asked
        if not (modes or found):
            if Lower.call is None or not self.operator:
                return self.plainly(args, kwargs)
        try:
            if modes or found:
                return handle(self.shown, found, args, kwargs)
            return self.plainly(args, kwargs)
        except NoHandler:
            if self.operator:
                return NotImplemented
            raise

    def plainly(self, args: tuple, kwargs: dict) -> Any:
        """The call as it was, unless something below the public functions takes it."""
        if Lower.call is None:
            return self.original(*args, **kwargs)
        return Lower.call(self.shown, self.original, args, kwargs)


def _guarded_call(*args, _guard, **kwargs):
    return _guard(args, kwargs)


@functools.cache
def _closing_over(names: tuple[str, ...]) -> CodeType:
    """The guard's code, compiled as that of a function which closes over these variables: Python
    reads them wherever a frame's variables are asked for."""
    if not names:
        return _guarded_call.__code__
    source = (
        f"def outer({', '.join(names)}):\n"
        "    def guarded(*args, _guard, **kwargs):\n"
        "        return _guard(args, kwargs)\n"
        f"        {', '.join(names)}\n"
        "    return guarded\n"
    )
    outer = compile(source, __file__, "exec").co_consts[0]
    code = next(c for c in outer.co_consts if isinstance(c, CodeType))
    if len(code.co_freevars) != len(names):
        raise ValueError(f"no function closes over {names}")
    return code


def _named(code: CodeType, old: CodeType) -> CodeType:
    """Code under a function's name; a generated function has its name in that of its file."""
    if old.co_filename.endswith(">"):
        code = code.replace(co_filename=old.co_filename)
    return code.replace(co_name=old.co_name, co_qualname=old.co_qualname)


def _code(old: CodeType) -> CodeType:
    """The guard's code under a function's name, with the variables of its closure."""
    return _named(_closing_over(old.co_freevars), old)


def _method(name: str, f: FunctionType) -> FunctionType:
    if f.__qualname__ == f"Tensor.{name}":
        f.__qualname__ = f.__name__  # a function of that name, which the method is no more
    g = FunctionType(_named(_guarded_call.__code__, f.__code__), f.__globals__, f.__name__)
    g.__qualname__, g.__module__, g.__doc__ = f"Tensor.{name}", f.__module__, f.__doc__
    vars(g)["__wrapped__"] = original = _copy(f)
    guard = _Guard(g, original)
    guard.operator = name.startswith("__") and name not in ("__getitem__", "__setitem__")
    g.__name__ = name
    g.__kwdefaults__ = {"_guard": guard}
    return g


def _plain(f: FunctionType) -> FunctionType:
    """A method that asks nobody, whatever the tensors' classes."""

    @functools.wraps(f)
    def method(*args, **kwargs):
        with DisableTorchFunctionSubclass():
            return f(*args, **kwargs)

    return method


def _property(p: property) -> property:
    """A property whose getter and setter are guarded; calls are told of `Tensor.name.__get__`."""

    def get(self):
        return reading((self,), {})

    def set(self, value):
        return writing((self, value), {})

    q = property(get, set if p.fset is not None else None, p.fdel, p.__doc__)
    reading = _Guard(q.__get__, p.__get__)
    writing = _Guard(q.__set__, p.__set__)
    if p is _grad:
        _as_they_are.append(q.__get__)
    return q


_grad = vars(Tensor)["grad"]
_as_they_are: list[Callable] = [_grad.__get__]  # whose results keep their class


# --- Tensor's own part of the protocol


def _converted(out: Any, cls: type) -> Any:
    if isinstance(out, Tensor):
        return out if isinstance(out, cls) else out.as_subclass(cls)
    if isinstance(out, (tuple, list)):
        return type(out)(_converted(x, cls) for x in out)
    return out


def _torch_function(cls, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None):
    """Call a function with tensors as plain ones; what it makes is of this class.

    NotImplemented where the class of another argument is not a base of this one.
    """
    if not all(issubclass(cls, t) for t in types):
        return NotImplemented
    with DisableTorchFunctionSubclass():
        out = _own(func)(*args, **(kwargs or {}))
    if cls is Tensor or any(func == f for f in _as_they_are):
        return out
    return _converted(out, cls)


def _own(func: Callable) -> Callable:
    """A function itself; for one of PyTorch, which asks the tensors of other libraries by this very
    protocol, the function or method of that name."""
    torch = sys.modules.get("torch")
    home = getattr(getattr(func, "__objclass__", func), "__module__", None) or ""
    if torch is None or home.partition(".")[0] != "torch":
        return func
    name = getattr(func, "__name__", "")
    if getattr(torch.Tensor, name, None) is func and hasattr(Tensor, name):
        return getattr(Tensor, name)
    for space, _, _ in _spaces.values():
        if name in space:
            return space[name]
    raise NotImplementedError(f"{name}(), a function of PyTorch's, on tensors of torchish")


def _init_subclass(cls, *, _waits: bool = False, **kwargs: Any) -> None:
    super(Tensor, cls).__init_subclass__(**kwargs)
    if _waits:  # for the first tensor of the class
        return
    if "__torch_dispatch__" in cls.__dict__:
        own = getattr(cls.__torch_function__, "__func__", None)
        if own is _torch_function:  # one protocol is enough
            cls.__torch_function__ = staticmethod(disabled)
        watch()
    elif overrides(cls):
        arm()


enter("Tensor.__torch_function__", classmethod(_torch_function))
enter("Tensor.__init_subclass__", classmethod(_init_subclass))


# --- operands that are no tensors


def check_foreign(op: Op, x: Any) -> None:
    """Raise ForeignOperand for what is no tensor, but wants to be asked."""
    if op.public is not None and overrides(type(x)):
        raise ForeignOperand


def call_foreign(op: Op, args: Iterable[Any]) -> Any:
    """A call that met an operand which is no tensor, before there were guards: of the public
    function, with the arguments that differ from their defaults."""
    arm()
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for p, a in zip(op.params, args, strict=True):
        if p.keyword_only:
            if a is not p.default:
                named[p.name] = a
        else:
            positional.append(a)
    while positional and positional[-1] is op.params[len(positional) - 1].default:
        positional.pop()
    return op.public(*positional, **named)


def operator(name: str, self: Tensor, other: Any) -> Any:
    """One of Python's operators with something that is no tensor: NotImplemented, unless it asks to
    be asked."""
    if _armed or not overrides(type(other)):
        return NotImplemented
    arm()
    return getattr(Tensor, name)(self, other)
