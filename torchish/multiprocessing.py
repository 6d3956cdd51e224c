"""`torch.multiprocessing`: Python's multiprocessing with spawned processes.

JAX runs threads, which a forked process would inherit dead, so the start method is "spawn" (or
"forkserver") and "fork" is refused. Tensors are sent as copies.

https://docs.pytorch.org/docs/stable/multiprocessing.html
"""

from __future__ import annotations

import multiprocessing as _mp
import traceback as _traceback
from collections.abc import Callable
from multiprocessing import (
    AuthenticationError,
    BufferTooShort,
    ProcessError,
    TimeoutError,
    active_children,
    cpu_count,
    current_process,
    freeze_support,
    parent_process,
)
from multiprocessing.connection import wait as _wait
from typing import Any

__all__ = [
    "AuthenticationError",
    "BufferTooShort",
    "ProcessContext",
    "ProcessError",
    "ProcessExitedException",
    "ProcessRaisedException",
    "TimeoutError",
    "active_children",
    "cpu_count",
    "current_process",
    "freeze_support",
    "get_all_sharing_strategies",
    "get_all_start_methods",
    "get_context",
    "get_sharing_strategy",
    "get_start_method",
    "parent_process",
    "set_sharing_strategy",
    "set_start_method",
    "spawn",
    "start_processes",
]

_method = "spawn"
_strategy = "file_system"


def _check(method: str | None) -> str:
    if method is None:
        return _method
    if method == "fork":
        raise NotImplementedError(
            "the start method 'fork': JAX's threads do not survive it; use 'spawn'"
        )
    if method not in get_all_start_methods():
        raise ValueError(f"cannot find context for {method!r}")
    return method


def get_all_start_methods() -> list[str]:
    return [m for m in _mp.get_all_start_methods() if m != "fork"]


def get_start_method(allow_none: bool = False) -> str:
    return _method


def set_start_method(method: str | None, force: bool = False) -> None:
    """How processes start: "spawn" or "forkserver". NotImplementedError for "fork"."""
    global _method
    _method = _check(method)
    _use(_method)


def get_context(method: str | None = None) -> Any:
    """Python's multiprocessing context of a start method, "spawn" by default."""
    return _mp.get_context(_check(method))


def get_all_sharing_strategies() -> set[str]:
    return {"file_system"}


def get_sharing_strategy() -> str:
    return _strategy


def set_sharing_strategy(new_strategy: str) -> None:
    """Accepts PyTorch's names; tensors are sent as copies under each."""
    if new_strategy not in ("file_system", "file_descriptor"):
        raise AssertionError(f"invalid sharing strategy {new_strategy!r}")
    global _strategy
    _strategy = new_strategy


# The classes and functions of the default context, by their usual names.
_CONTEXT = (
    *("Array", "Barrier", "BoundedSemaphore", "Condition", "Event", "JoinableQueue", "Lock"),
    *("Manager", "Pipe", "Pool", "Process", "Queue", "RLock", "RawArray", "RawValue", "Semaphore"),
    *("SimpleQueue", "Value", "allow_connection_pickling", "get_logger", "log_to_stderr"),
)


def _use(method: str) -> None:
    context = _mp.get_context(method)
    globals().update({name: getattr(context, name) for name in _CONTEXT})


_use(_method)


class ProcessException(Exception):
    """A spawned process failed: its rank and process id."""

    def __init__(self, msg: str, error_index: int, pid: int | None):
        super().__init__(msg)
        self.msg, self.error_index, self.pid = msg, error_index, pid


class ProcessRaisedException(ProcessException):
    """A spawned process raised an exception."""


class ProcessExitedException(ProcessException):
    """A spawned process ended with a signal or an exit code."""

    def __init__(self, msg, error_index, error_pid, exit_code, signal_name=None):
        super().__init__(msg, error_index, error_pid)
        self.exit_code, self.signal_name = exit_code, signal_name


def _run(fn: Callable, rank: int, args: tuple, errors: Any) -> None:
    try:
        fn(rank, *args)
    except KeyboardInterrupt:
        return
    except Exception:  # whatever it is, the parent raises it with this traceback
        errors.put(_traceback.format_exc())
        raise SystemExit(1) from None


class ProcessContext:
    """Processes of `start_processes`, to be joined."""

    def __init__(self, processes: list, errors: list):
        self.processes, self.error_queues = processes, errors

    def pids(self) -> list[int | None]:
        return [p.pid for p in self.processes]

    def join(self, timeout: float | None = None, grace_period: float | None = None) -> bool:
        """Wait for one or all processes: True when all have ended well.

        A failed one ends the others; ProcessRaisedException has its traceback,
        ProcessExitedException its exit code.
        """
        alive = {p.sentinel: i for i, p in enumerate(self.processes) if p.exitcode is None}
        if alive:
            _wait(list(alive), timeout=timeout)
        failed = [i for i, p in enumerate(self.processes) if p.exitcode not in (None, 0)]
        if not failed:
            return all(p.exitcode == 0 for p in self.processes)
        i = failed[0]
        for p in self.processes:
            if p.is_alive():
                p.terminate()
        for p in self.processes:
            p.join()
        process, code = self.processes[i], self.processes[i].exitcode
        if self.error_queues[i].empty():
            if code < 0:
                raise ProcessExitedException(
                    f"process {i} terminated with signal {-code}", i, process.pid, code
                )
            raise ProcessExitedException(
                f"process {i} terminated with exit code {code}", i, process.pid, code
            )
        text = self.error_queues[i].get()
        raise ProcessRaisedException(
            f"\n\n-- Process {i} terminated with the following error:\n{text}", i, process.pid
        )


SpawnContext = ProcessContext


def start_processes(
    fn: Callable,
    args: tuple = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> Any:
    """Run `fn(rank, *args)` in `nprocs` new processes; wait for them, or give their context."""
    context = get_context(start_method)
    processes, errors = [], []
    for rank in range(nprocs):
        queue = context.SimpleQueue()
        process = context.Process(target=_run, args=(fn, rank, args, queue), daemon=daemon)
        process.start()
        processes.append(process)
        errors.append(queue)
    result = ProcessContext(processes, errors)
    if not join:
        return result
    while not result.join():
        pass
    return None


def spawn(
    fn: Callable,
    args: tuple = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> Any:
    """Run `fn(rank, *args)` in `nprocs` spawned processes.

    https://docs.pytorch.org/docs/stable/multiprocessing.html#spawning-subprocesses
    """
    return start_processes(fn, args, nprocs, join, daemon, start_method)
