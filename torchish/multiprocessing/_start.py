"""Processes that start without the main script. See Note [By value]."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.context
import multiprocessing.pool
import multiprocessing.queues
import multiprocessing.spawn
import os
import runpy
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing.context import get_spawning_popen
from typing import Any

from torchish.multiprocessing._travel import Parcel, dumps, loads

__all__ = ["SERVER", "context_of"]

SERVER = "torchish.utils.data._utils.server"
_local = threading.local()
_spawn: Any = multiprocessing.spawn
_prepared: Callable[[str], dict[str, Any]] = _spawn.get_preparation_data


class _MainLater:
    """Unpickles by having the new process's `__main__` know where the main script is."""

    def __init__(self, name: str | None, path: str | None):
        self.where = name, path

    def __reduce__(self):
        return _know_main, self.where


class _Environment:
    """Unpickles by giving a new process the present environment: a server has that of its start."""

    def __reduce__(self):
        return _take_environment, (dict(os.environ),)


def _take_environment(there: dict[str, str]) -> None:
    for k in os.environ.keys() - there.keys():
        del os.environ[k]
    os.environ.update(there)


def _preparation(name: str) -> dict[str, Any]:
    """What a new process is told first; of ours, that it shall not import the main script."""
    data = _prepared(name)
    if not getattr(_local, "without_main", False):
        return data
    kept = {k: v for k, v in data.items() if not k.startswith("init_main_")}
    where = data.get("init_main_from_name"), data.get("init_main_from_path")
    with contextlib.suppress(OSError):  # the folder has been removed
        kept["dir"] = os.getcwd()
    return {**kept, "torchish_environment": _Environment(), "torchish_main": _MainLater(*where)}


_spawn.get_preparation_data = _preparation


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    _local.without_main = True
    try:
        yield
    finally:
        _local.without_main = False


_importing_main = False


def _know_main(module: str | None, path: str | None) -> None:
    """A name of `__main__` that was not sent, but that a pickle refers to, is looked up by running
    the main script then, under the name that multiprocessing gives it."""
    main = sys.modules["__main__"]
    missing = object()
    content: dict[str, Any] = {}
    ran = False

    def lookup(name: str) -> Any:
        nonlocal ran
        global _importing_main
        if not ran and not name.startswith("__") and (module or path):
            ran = True
            _importing_main = True
            try:
                run: Any = runpy.run_module if module else runpy.run_path
                kwargs = {"alter_sys": True} if module else {}
                content.update(run(module or path, run_name="__mp_main__", **kwargs))
            finally:
                _importing_main = False
            for k, v in content.items():
                main.__dict__.setdefault(k, v)
        found = content.get(name, missing)
        if found is missing:
            raise AttributeError(f"module '__main__' has no attribute {name!r} in this process")
        return found

    main.__dict__["__getattr__"] = lookup


def _check_start() -> None:
    if _importing_main or getattr(multiprocessing.current_process(), "_inheriting", False):
        raise RuntimeError(
            "a process that was started is running the main script for a definition that it was "
            "not sent, and so came to start processes itself: put what the script does under "
            '`if __name__ == "__main__":`, or move its definitions to a module'
        )


def _rebuilt(data: bytes) -> Any:
    make, args, state = loads(data)
    process = make(*args)
    if hasattr(process, "__setstate__"):
        process.__setstate__(state)
    else:
        process.__dict__.update(state)
    return process


class _Process(multiprocessing.process.BaseProcess):
    """A process whose function and arguments travel by value where they must."""

    def start(self) -> None:
        _check_start()
        super().start()

    def __reduce_ex__(self, protocol):
        if get_spawning_popen() is None:
            return super().__reduce_ex__(protocol)
        make, args, state = super().__reduce_ex__(2)[:3]
        parts = [("the target of the process", self._target)]
        parts += [(f"args[{i}] of the process", a) for i, a in enumerate(self._args)]
        parts += [(f"{k}= of the process", a) for k, a in self._kwargs.items()]
        parts.append(("the process", state))
        return _rebuilt, (dumps((make, args, state), parts),)


class SpawnProcess(_Process):
    """A fresh interpreter."""

    _start_method = "spawn"

    @staticmethod
    def _Popen(process_obj):
        with _without_main():
            return multiprocessing.context.SpawnProcess._Popen(process_obj)


class ForkServerProcess(_Process):
    """Forked from a server that has imported this package and nothing else."""

    _start_method = "forkserver"

    @staticmethod
    def _Popen(process_obj):
        with _without_main():
            return multiprocessing.context.ForkServerProcess._Popen(process_obj)


class Queue(multiprocessing.queues.Queue):
    """A queue of objects that are pickled when they are put, by value where they must."""

    def put(self, obj: Any, block: bool = True, timeout: float | None = None) -> None:
        super().put(Parcel(obj), block, timeout)


class JoinableQueue(multiprocessing.queues.JoinableQueue):
    """A `Queue` whose readers say when a task is done."""

    def put(self, obj: Any, block: bool = True, timeout: float | None = None) -> None:
        super().put(Parcel(obj), block, timeout)


class SimpleQueue(multiprocessing.queues.SimpleQueue):
    """A locked pipe."""

    def put(self, obj: Any) -> None:
        super().put(Parcel(obj))


class Pool(multiprocessing.pool.Pool):
    """A pool of processes; functions of the main script need no import of it."""

    def _setup_queues(self):
        super()._setup_queues()
        self._quick_put = self._inqueue.put


class _Context(multiprocessing.context.BaseContext):
    def Queue(self, maxsize=0):
        return Queue(maxsize, ctx=self.get_context())

    def JoinableQueue(self, maxsize=0):
        return JoinableQueue(maxsize, ctx=self.get_context())

    def SimpleQueue(self):
        return SimpleQueue(ctx=self.get_context())

    def Pool(self, processes=None, initializer=None, initargs=(), maxtasksperchild=None):
        return Pool(processes, initializer, initargs, maxtasksperchild, self.get_context())

    def get_context(self, method=None):
        return self if method is None else context_of(method)


class SpawnContext(_Context):
    _name = "spawn"
    Process = SpawnProcess


class ForkServerContext(_Context):
    _name = "forkserver"
    Process = ForkServerProcess


_contexts: dict[str, Any] = {"spawn": SpawnContext()}
if "forkserver" in multiprocessing.get_all_start_methods():
    _contexts["forkserver"] = ForkServerContext()


def context_of(method: str) -> Any:
    """The context of a start method: processes of "spawn" and "forkserver" don't run the main
    script, "fork" is Python's own. ValueError for a name that is none."""
    if method in _contexts:
        if method == "forkserver":
            multiprocessing.get_context("forkserver").set_forkserver_preload([SERVER])
        return _contexts[method]
    if method == "fork" and hasattr(os, "fork"):
        return multiprocessing.get_context("fork")
    raise ValueError(f"cannot find context for {method!r}")
