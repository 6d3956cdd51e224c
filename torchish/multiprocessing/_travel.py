"""Pickles for other processes: what a fork would have inherited, by name or by value.

Note [By value]
PyTorch's programs fork, so a lambda, a local class or a class of the main script is simply there in
a worker. A new process has none of them, and must not run the main script to get them: a script
without `if __name__ == "__main__"` would train anew in it. So functions and classes that can not be
imported are sent by value, by cloudpickle. Those of the main script share the globals of the new
process's own `__main__`, and are entered there under their names; so what comes back pickled by
name is found by name, and instances of local classes come back as instances of the original.
"""

from __future__ import annotations

import functools
import io
import itertools
import pickle
import sys
import types
import weakref
from collections import ChainMap
from collections.abc import Callable, Sequence
from multiprocessing.context import get_spawning_popen
from multiprocessing.reduction import ForkingPickler
from typing import Any

import cloudpickle  # which JAX imports as well

from torchish.multiprocessing._blame import blamed
from torchish.multiprocessing.reductions import is_in_shared_memory, reduce_tensor

__all__ = ["Parcel", "dump", "dumps", "load", "loads", "original"]

# The classes that were sent, by numbers that the other process may answer with; and in that
# process, the number of each class that it was given.
_sent: weakref.WeakValueDictionary[int, type] = weakref.WeakValueDictionary()
_numbers: weakref.WeakKeyDictionary[type, int] = weakref.WeakKeyDictionary()
_received: weakref.WeakKeyDictionary[type, int] = weakref.WeakKeyDictionary()
_count = itertools.count()


def _sent_class(number: int) -> type:
    return _sent[number]


def original(cls: type) -> tuple[Callable, tuple] | None:
    """How the process that sent a class finds it again; None for a class of this process's own."""
    number = _received.get(cls)
    return None if number is None else (_sent_class, (number,))


def _main_globals() -> dict[str, Any]:
    return sys.modules["__main__"].__dict__


class _MainGlobals(dict):
    """Stands for the main script's globals: in the other process, those of its own main module."""

    def __reduce_ex__(self, protocol):
        return _main_globals, ()


# What multiprocessing lets travel only while a process starts: locks, queues, pipes, shared values.
_WITH_THE_START = {
    f"multiprocessing.{n}" for n in ("synchronize", "queues", "heap", "sharedctypes")
}
_ANYTIME = (
    types.MethodType,
    types.BuiltinMethodType,
    types.MethodDescriptorType,
    functools.partial,
)


def _starts_with_process(obj: Any) -> bool:
    if any(c.__module__ in _WITH_THE_START for c in type(obj).__mro__):
        return True
    reducer = ForkingPickler._extra_reducers.get(type(obj))
    if reducer is None or isinstance(obj, _ANYTIME):
        return False
    return reducer.__module__.startswith("multiprocessing.")


def _for_forks(obj: Any) -> bool:
    """Whether an object of multiprocessing has a lock that only forked processes can share."""
    if getattr(obj, "_is_fork_ctx", False):
        return True
    parts = getattr(obj, "__dict__", {}).values()
    return any(_for_forks(v) for v in parts if type(v).__module__.startswith("multiprocessing"))


_handed: list = []  # what came with this process's start, while a pickle is read that refers to it


def _handed_over(i: int) -> Any:
    return _handed[i]


class _Pickler(cloudpickle.Pickler):
    """Pickles by name what can be imported, and the rest by value.

    `tensors` reduces tensors, or says NotImplemented; `handed` takes what may only travel with
    the start of a process.
    """

    def __init__(self, file, buffer_callback, tensors, handed: list | None):
        ours = {types.MethodType: _method, io.TextIOWrapper: _file}
        # The pickler looks for its table when it is made.
        self.dispatch_table = ChainMap(ours, ForkingPickler._extra_reducers, super().dispatch_table)
        super().__init__(file, 5, buffer_callback)
        self.tensors, self.handed = tensors, handed
        self.defined: dict[int, Any] = {}
        main = sys.modules.get("__main__")
        if main is not None:
            self.globals_ref[id(main.__dict__)] = _MainGlobals(__name__="__main__")

    def reducer_override(self, obj: Any) -> Any:
        if is_in_shared_memory(obj):
            return reduce_tensor(obj) if self.handed is None else self._hand(obj)
        reduced = self.tensors(obj) if self.tensors is not None else NotImplemented
        if reduced is not NotImplemented:
            return reduced
        if isinstance(obj, (type, types.FunctionType)):
            if isinstance(obj, type) and (found := original(obj)) is not None:
                return found
            reduced = super().reducer_override(obj)
            if reduced is not NotImplemented and getattr(obj, "__module__", "") != "builtins":
                self.defined[id(obj)] = obj
            return reduced
        if self.handed is not None and _starts_with_process(obj):
            if _for_forks(obj):
                raise TypeError("it was made for processes that are forked")
            return self._hand(obj)
        return super().reducer_override(obj)

    def _hand(self, obj: Any) -> tuple:
        self.handed.append(obj)
        return _handed_over, (len(self.handed) - 1,)


def _method(obj: types.MethodType) -> tuple:
    return types.MethodType, (obj.__func__, obj.__self__)


def _file(obj: Any) -> tuple:
    for name in ("stdin", "stdout", "stderr"):
        if obj is getattr(sys, name) or obj is getattr(sys, f"__{name}__"):
            return getattr, (sys, name)
    raise TypeError(f"cannot pickle {type(obj).__name__!r} instances")


def _definitions(objects: Sequence) -> list[tuple[Any, str | None, int | None]]:
    """Each function or class that was sent by value, its name in the main script, its number."""
    main = sys.modules.get("__main__")
    found = []
    for obj in objects:
        name = obj.__qualname__
        there = getattr(main, name, None) is obj and obj.__module__ == "__main__"
        number = None
        if isinstance(obj, type):
            number = _numbers.get(obj)
            if number is None:
                number = _numbers[obj] = next(_count)
                _sent[number] = obj
        if there or number is not None:
            found.append((obj, name if there else None, number))
    return found


def dump(
    obj: Any,
    what: Any,
    buffers: list | None = None,
    tensors: Any = None,
    handed: list | None = None,
) -> bytes:
    """A pickle of `obj` for another process.

    buffers  takes the contents of arrays, which then travel beside the pickle
    tensors  reduces tensors
    handed   takes objects that may travel only with the start of a process
    what     the names of the parts of `obj` in an error: pairs of a name and an object

    TypeError for what can not travel, which says where it is and what to do.
    """
    file = io.BytesIO()
    collect = None if buffers is None else buffers.append
    pickler = _Pickler(file, collect, tensors, handed)
    try:
        pickler.dump(obj)
        pickler.dump(_definitions(list(pickler.defined.values())))
    except (TypeError, AttributeError, ValueError, pickle.PicklingError) as error:
        # Whatever raised, the part that can not be pickled by itself is found and named.
        said = blamed(what, lambda part: _trial(part, tensors), error)
        if said is None:
            raise
        raise TypeError(said) from error
    return file.getvalue()


def _trial(part: Any, tensors: Any) -> None:
    handed = None if get_spawning_popen() is not None else []
    _Pickler(io.BytesIO(), lambda buffer: None, tensors, handed).dump(part)


def load(data: bytes, buffers: Sequence = (), handed: Sequence = ()) -> Any:
    """What `dump` packed; its definitions are then this process's own."""
    _handed[:] = handed
    try:
        unpickler = pickle.Unpickler(io.BytesIO(data), buffers=buffers)
        obj, definitions = unpickler.load(), unpickler.load()
    finally:
        _handed.clear()
    names = _main_globals()
    for defined, name, number in definitions:
        if name is not None:
            names[name] = defined
        if number is not None and defined not in _numbers:
            _received[defined] = number
    return obj


def dumps(obj: Any, what: Any = ()) -> bytes:
    """`dump` with everything inside; while a process starts, what may only travel then as well."""
    return dump(obj, what)


loads = load


class Parcel:
    """A pickled object that unpickles as the object."""

    __slots__ = ("data",)

    def __init__(self, obj: Any):
        self.data = dumps(obj, [(type(obj).__name__, obj)])

    def __reduce__(self):
        return loads, (self.data,)
