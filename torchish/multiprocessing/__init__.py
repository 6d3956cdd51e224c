"""`torch.multiprocessing`: Python's multiprocessing, whose processes start without the main script.

The start method is "spawn" unless another is set: a process that is forked after JAX has run
computes in NumPy only (Note [Forks]). What a fork would have inherited is sent by value
(Note [By value]). Tensors are sent as copies, those after `share_memory_()` as the shared memory
that they are in (Note [Shared between processes]).

https://docs.pytorch.org/docs/stable/multiprocessing.html
"""

from __future__ import annotations

import signal as _signal
import traceback as _traceback
import warnings as _warnings
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
    get_all_start_methods,
    parent_process,
)
from multiprocessing.connection import wait as _wait
from typing import Any

from torchish.multiprocessing import reductions
from torchish.multiprocessing._start import context_of

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
    "reductions",
    "set_sharing_strategy",
    "set_start_method",
    "spawn",
    "start_processes",
]

_method, _chosen = "spawn", False
_strategy = "file_descriptor"
_strategies = {"file_descriptor", "file_system"}


def get_start_method(allow_none: bool = False) -> str | None:
    """The start method: "spawn" until another is set; with `allow_none` None until then."""
    return _method if _chosen or not allow_none else None


def set_start_method(method: str | None, force: bool = False) -> None:
    """How processes start: "spawn", "forkserver" or "fork"; RuntimeError for a second time without
    `force`, ValueError for another name."""
    global _method, _chosen
    if _chosen and not force:
        raise RuntimeError("context has already been set")
    context_of(method or "spawn")
    _method, _chosen = method or "spawn", method is not None
    _use(_method)


def get_context(method: str | None = None) -> Any:
    """The multiprocessing context of a start method, by default of the one that is set."""
    return context_of(_method if method is None else method)


def get_all_sharing_strategies() -> set[str]:
    return set(_strategies)


def get_sharing_strategy() -> str:
    return _strategy


def set_sharing_strategy(new_strategy: str) -> None:
    """Accepts PyTorch's names. Shared memory is a file without a name under each, so that it can
    not be left behind, and of which many small tensors share one."""
    if new_strategy not in _strategies:
        raise AssertionError(
            f"invalid sharing strategy {new_strategy!r}, expected one of {_strategies}"
        )
    global _strategy
    _strategy = new_strategy


# The classes and functions of the default context, by their usual names.
_CONTEXT = (
    *("Array", "Barrier", "BoundedSemaphore", "Condition", "Event", "JoinableQueue", "Lock"),
    *("Manager", "Pipe", "Pool", "Process", "Queue", "RLock", "RawArray", "RawValue", "Semaphore"),
    *("SimpleQueue", "Value", "allow_connection_pickling", "get_logger", "log_to_stderr"),
)


def _use(method: str) -> None:
    context = context_of(method)
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
                name = _signal.Signals(-code).name
                raise ProcessExitedException(
                    f"process {i} terminated with signal {name}", i, process.pid, code, name
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
    if start_method != "spawn":
        _warnings.warn(
            f"This method only supports start_method=spawn (got: {start_method}).\n"
            "To use a different start_method use:\n\t\t "
            "torch.multiprocessing.start_processes(...)",
            FutureWarning,
            stacklevel=2,
        )
    return start_processes(fn, args, nprocs, join, daemon, start_method)
