"""Worker processes, seen from the main process: started, listened to, ended.

See Note [Workers] and Note [Shared memory].
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.forkserver
import os
import signal
import time
from multiprocessing import connection
from typing import Any

from torchish.multiprocessing._start import context_of
from torchish.multiprocessing._travel import dumps
from torchish.utils.data._utils.transport import (
    Cargo,
    Inherited,
    Receiver,
    new_folder,
    remove_folder,
)
from torchish.utils.data._utils.worker import Settings, Setup, work

__all__ = ["WorkerPool", "warm_up"]

_PATIENCE = 5.0  # seconds that a worker has to end of its own accord


def _context(loader: Any) -> Any:
    """How a loader's workers start: the ways of `torch.multiprocessing`."""
    given = loader.multiprocessing_context
    if given is not None:
        return context_of(given.get_start_method())
    known = multiprocessing.get_all_start_methods()
    return context_of("forkserver" if "forkserver" in known else "spawn")


def warm_up(loader: Any) -> None:
    """Have the server that workers are forked from import what they need, meanwhile."""
    context = _context(loader)
    if context.get_start_method() == "forkserver":
        multiprocessing.forkserver.ensure_running()


def _plain(index: Any) -> bool:
    kinds = (int, str, bytes, float, bool, type(None))
    return type(index) in kinds or (type(index) is list and all(type(i) in kinds for i in index))


class WorkerPool:
    """The worker processes of one loader, each with a connection of its own."""

    def __init__(self, loader: Any, stream: bool, base_seed: int):
        self.timeout = loader.timeout
        self.processes: list[Any] = []
        self.receivers: list[Receiver] = []
        self.folder = new_folder()
        self._closed = False
        self._owner = os.getpid()
        context = _context(loader)
        forks = context.get_start_method() == "fork"
        n = loader.num_workers
        parts = {k: getattr(loader, k) for k in ("dataset", "collate_fn", "worker_init_fn")}
        try:
            cargo = Inherited(parts) if forks else Cargo(parts, self.folder)
            for i in range(n):
                setup = Setup(
                    i,
                    n,
                    base_seed,
                    stream,
                    loader._auto_collation,
                    loader.drop_last,
                    cargo,
                    self.folder,
                    Settings(),
                    [r.connection for r in self.receivers] if forks else [],
                )
                self._start(context, setup)
        except BaseException:  # an interrupt, too, leaves no workers behind
            self.close()
            raise

    def _start(self, context: Any, setup: Setup) -> None:
        ours, theirs = context.Pipe()
        self.receivers.append(Receiver(ours))
        if isinstance(setup.cargo, Inherited):
            setup.inherited.append(ours)
        try:
            process = context.Process(target=work, args=(setup, theirs), daemon=True)
            process.start()
            self.processes.append(process)
        finally:
            theirs.close()

    def send(self, worker: int, message: tuple) -> None:
        """Tell a worker something; a worker that has died is noticed when its answer is awaited."""
        if message[0] == "batch":
            number, index = message[1:]
            plain = _plain(index)
            message = ("batch", number, index if plain else None, None if plain else dumps(index))
        with contextlib.suppress(OSError):
            self.receivers[worker].connection.send(message)

    def receive(self) -> tuple[int, int, Any]:
        """The next message of any worker: its number, the batch's number, the contents.

        RuntimeError when a worker has died, or when nothing comes within the loader's timeout.
        """
        found = self._first(self.timeout if self.timeout > 0 else None)
        if found is None:
            raise RuntimeError(f"DataLoader timed out after {self.timeout} seconds")
        return found

    def poll(self) -> tuple[int, int, Any] | None:
        """The same if there is one now; a worker that has died is noticed when it is awaited."""
        alive = all(p.is_alive() for p in self.processes)
        return self._first(0.0) if alive else None

    def _first(self, seconds: float | None) -> tuple[int, int, Any] | None:
        waiting: dict[Any, int] = {r.connection: i for i, r in enumerate(self.receivers)}
        ready = connection.wait(list(waiting), seconds)
        if not ready:
            return None
        worker = waiting[ready[0]]
        try:
            number, data = self.receivers[worker].receive()
        except (EOFError, ConnectionError):
            self._died(worker)
        return worker, number, data

    def _died(self, worker: int) -> None:
        process = self.processes[worker]
        process.join(_PATIENCE)
        code = process.exitcode
        how = f"exit code {code}"
        if code is not None and code < 0:
            how = f"killed by signal: {signal.strsignal(-code) or -code}"
        raise RuntimeError(
            f"DataLoader worker (pid(s) {process.pid}) exited unexpectedly: worker {worker} of "
            f"{len(self.processes)}, {how}"
        ) from None

    def close(self) -> None:
        """End the workers: ask, then make them. A forked process has none of its parent's."""
        if self._closed or self._owner != os.getpid():
            return
        self._closed = True
        for i in range(len(self.processes)):
            self.send(i, ("stop",))
        for r in self.receivers:
            r.close()
        limit = time.monotonic() + _PATIENCE
        for p in self.processes:
            p.join(max(0.0, limit - time.monotonic()))
        for p in self.processes:
            if p.is_alive():
                p.kill()
                p.join()
        remove_folder(self.folder)
