"""Worker processes, seen from the main process: started, listened to, ended.

See Note [Workers] and Note [Shared memory].
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.spawn
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import connection
from multiprocessing.context import BaseContext
from typing import Any

from torchish.utils.data._utils.transport import Cargo, Receiver, new_folder, remove_folder
from torchish.utils.data._utils.worker import Setup, work

__all__ = ["WorkerPool"]

_SERVER = "torchish.utils.data._utils.server"
_PATIENCE = 5.0  # seconds that a worker has to end of its own accord
_NO_GUARD = 67  # the exit code of a worker that ran the main script
_starting = threading.Lock()


def _default_context() -> Any:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_SERVER])
    return context


@contextlib.contextmanager
def _main_script(needed: bool) -> Iterator[None]:
    """While processes start: whether they import the main script.

    A script without `if __name__ == "__main__"` would train anew in each worker. When nothing that
    a worker gets is defined in the script, there is no reason to import it.
    """
    if needed:
        yield
        return
    spawn: Any = multiprocessing.spawn
    original = spawn.get_preparation_data

    def without_main(name: str) -> dict[str, Any]:
        data = original(name)
        return {k: v for k, v in data.items() if not k.startswith("init_main_")}

    spawn.get_preparation_data = without_main
    try:
        yield
    finally:
        spawn.get_preparation_data = original


def _leave_if_imported() -> None:
    """End a worker that, while it imports the main script, comes to start workers itself: the main
    process then says what to do, once, where each worker would print a traceback of its own."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        sys.stdout.flush()
        os._exit(_NO_GUARD)


class WorkerPool:
    """The worker processes of one loader, each with a connection of its own."""

    def __init__(self, loader: Any, stream: bool, base_seed: int):
        _leave_if_imported()
        self.timeout = loader.timeout
        self.processes: list[Any] = []
        self.receivers: list[Receiver] = []
        self.folder = new_folder()
        self._closed = False
        context: BaseContext = loader.multiprocessing_context or _default_context()
        n = loader.num_workers
        try:
            self.cargo = Cargo(
                (loader.dataset, loader.collate_fn, loader.worker_init_fn), self.folder
            )
            with _starting, _main_script(self.cargo.names_main()):
                for i in range(n):
                    setup = Setup(
                        i,
                        n,
                        base_seed,
                        stream,
                        loader._auto_collation,
                        loader.drop_last,
                        self.cargo,
                        self.folder,
                    )
                    self._start(context, setup)
        except BaseException:
            self.close()
            raise

    def _start(self, context: Any, setup: Setup) -> None:
        ours, theirs = context.Pipe()
        self.receivers.append(Receiver(ours))
        try:
            process = context.Process(target=work, args=(setup, theirs), daemon=True)
            process.start()
            self.processes.append(process)
        finally:
            theirs.close()

    def send(self, worker: int, message: tuple) -> None:
        """Tell a worker something; a worker that has died is noticed when its answer is awaited."""
        with contextlib.suppress(OSError):
            self.receivers[worker].connection.send(message)

    def receive(self) -> tuple[int, int, Any]:
        """The next message of any worker: its number, the batch's number, the contents.

        RuntimeError when a worker has died, or when nothing comes within the loader's timeout.
        """
        limit = time.monotonic() + self.timeout if self.timeout > 0 else None
        waiting: dict[Any, int] = {r.connection: i for i, r in enumerate(self.receivers)}
        while True:
            left = None if limit is None else max(0.0, limit - time.monotonic())
            ready = connection.wait(list(waiting), left)
            if not ready:
                raise RuntimeError(f"DataLoader timed out after {self.timeout} seconds")
            for c in ready:
                worker = waiting[c]
                try:
                    number, data = self.receivers[worker].receive()
                except (EOFError, ConnectionError):
                    self._died(worker)
                return worker, number, data

    def _died(self, worker: int) -> None:
        process = self.processes[worker]
        process.join(_PATIENCE)
        code = process.exitcode
        if code == _NO_GUARD:
            raise RuntimeError(
                "DataLoader workers import the main script, because it defines what they are "
                "given (the data set, collate_fn or worker_init_fn), and so ran into this loop "
                'again: put what the script does under `if __name__ == "__main__":`, or move '
                "those definitions to a module."
            ) from None
        how = f"exit code {code}"
        if code is not None and code < 0:
            how = f"killed by signal: {signal.strsignal(-code) or -code}"
        raise RuntimeError(
            f"DataLoader worker (pid(s) {process.pid}) exited unexpectedly: worker {worker} of "
            f"{len(self.processes)}, {how}"
        ) from None

    def close(self) -> None:
        """End the workers: ask, then make them."""
        if self._closed:
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
            p.close()
        remove_folder(self.folder)
