"""What runs in a worker process.

Note [Workers]
Workers are not forked from the main process unless that is asked for: a forked child inherits JAX's
threads dead (Note [Forks]). They come from a server process that has imported this package and
nothing else (forkserver), or are spawned, without the main script (Note [By value]); the settings
that a fork would inherit are sent along. JAX has only the CPU in them, and starts only if the
user's own code computes with tensors there; samples are collated as NumPy arrays and travel through
shared memory (transport.py). Each worker has a connection of its own, so a worker that is killed
cannot hold up another.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import queue
import random
import signal
import threading
import traceback
import warnings
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import jax
import numpy as np

from torchish._core.base import dtypes
from torchish._core.tensor import is_grad_enabled, manual_seed, set_grad_enabled
from torchish._core.tensor.api.composites import set_default_dtype
from torchish.multiprocessing import _travel as travel
from torchish.utils.data._utils import hosting, transport
from torchish.utils.data._utils.fetch import IterableDatasetFetcher, MapDatasetFetcher

__all__ = ["Settings", "Setup", "WorkerInfo", "get_worker_info", "work"]


@dataclasses.dataclass(frozen=True, slots=True)
class WorkerInfo:
    """What a worker knows of itself; `dataset` is its own copy."""

    id: int
    num_workers: int
    seed: int
    dataset: Any
    rng: Any = None
    worker_method: str | None = "multiprocessing"


_info: WorkerInfo | None = None


def get_worker_info() -> WorkerInfo | None:
    """The worker that this code runs in; None in the main process.

    >>> from torch.utils.data import get_worker_info
    >>> get_worker_info() is None  # in the main process
    True
    """
    return _info


class Settings:
    """What is set in the main process, and holds in a worker as if it had been forked."""

    def __init__(self):
        self.default_dtype = dtypes.get_default_dtype()
        self.grad = is_grad_enabled()
        self.warnings = list(warnings.filters)

    def apply(self) -> None:
        """Set it here."""
        set_default_dtype(self.default_dtype)
        set_grad_enabled(self.grad)
        warnings.resetwarnings()
        filters: Any = warnings.filters
        filters.extend(self.warnings)


class Setup(NamedTuple):
    """What a worker is told when it starts."""

    id: int
    num_workers: int
    base_seed: int
    stream: bool
    auto_collation: bool
    drop_last: bool
    cargo: transport.Cargo | transport.Inherited  # the data set, collate_fn and worker_init_fn
    folder: str | None  # where shared memory is placed
    settings: Settings
    inherited: list[Connection]  # what a forked worker has of the main process, and must close


class Failure:
    """An exception on its way to the main process, with its traceback as text."""

    def __init__(self, error: BaseException, where: str):
        self.kind = type(error)
        self.text = "".join(traceback.format_exception(error))
        self.where = where

    def reraise(self) -> None:
        """Raise an exception of the same class, whose message holds the worker's traceback."""
        message = f"Caught {self.kind.__name__} {self.where}.\nOriginal {self.text}"
        if self.kind is KeyError:
            raise KeyError(_Verbatim(message))
        if getattr(self.kind, "message", None):
            raise self.kind(message=message)
        try:
            error = self.kind(message)
        except Exception:  # a class that wants other arguments, and raises whatever it likes
            raise RuntimeError(message) from None
        raise error


class _Verbatim(str):
    """Text whose repr is itself: KeyError shows the repr of its argument."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class StreamEnd:
    """Sent instead of a batch when a worker's stream has ended."""


def _numpy_seed(base_seed: int, worker: int) -> np.ndarray:
    """Four words, as PyTorch derives them: NumPy's and Python's streams must not coincide."""
    words = [worker, base_seed & 0xFFFFFFFF, base_seed >> 32, 0]
    return np.random.SeedSequence(words).generate_state(4)


def _listen(connection: Connection, inbox: queue.SimpleQueue, folder: str | None) -> None:
    """Move messages to `inbox`, so that the main process never waits to send one.

    The connection ends without a "stop" only when the main process has died.
    """
    while True:
        try:
            message = connection.recv()
        except (EOFError, OSError):
            transport.remove_folder(folder)
            os._exit(1)
        inbox.put(message)
        if message[0] == "stop":
            return


def work(setup: Setup, connection: Connection) -> None:
    """Fetch the batches that `connection` asks for until it says stop."""
    with contextlib.suppress(KeyboardInterrupt):  # raised by the data set: the worker just ends
        _work(setup, connection)


def _work(setup: Setup, connection: Connection) -> None:
    global _info
    for c in setup.inherited:
        c.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's to handle
    jax.config.update("jax_platforms", "cpu")
    hosting.work_here()
    inbox: queue.SimpleQueue = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(connection, inbox, setup.folder), daemon=True).start()
    sender = transport.Sender(connection, setup.folder, f"w{setup.id}")
    where = f"in DataLoader worker process {setup.id}"

    seed = setup.base_seed + setup.id
    random.seed(seed)
    manual_seed(seed)
    np.random.seed(_numpy_seed(setup.base_seed, setup.id))
    fetcher: Any = None
    failure: Failure | None = None

    def begin() -> Any:
        kind = IterableDatasetFetcher if setup.stream else MapDatasetFetcher
        return kind(dataset, setup.auto_collation, collate_fn, setup.drop_last)

    dataset = collate_fn = None
    try:
        setup.settings.apply()
        dataset, collate_fn, init_fn = setup.cargo.unpack().values()
        _info = WorkerInfo(setup.id, setup.num_workers, seed, dataset)
        if init_fn is not None:
            init_fn(setup.id)
        fetcher = begin()
    except Exception as e:
        failure = Failure(e, where)  # raised with the first batch
    ended = False
    while True:
        kind, *content = inbox.get()
        if kind == "stop":
            break
        if kind == "free":
            sender.reuse(content[0])
            continue
        if kind == "epoch":
            ended = False
            try:
                fetcher = begin()
            except Exception as e:
                failure = Failure(e, where)
            continue
        number, index, packed = content
        if ended:
            continue
        result: Any
        if failure is not None:
            result, failure = failure, None
        else:
            try:
                result = fetcher.fetch(index if packed is None else travel.loads(packed))
            except StopIteration as e:
                ended = setup.stream
                result = StreamEnd() if setup.stream else Failure(e, where)
            except Exception as e:
                result = Failure(e, where)
        try:
            _send(sender, number, result, where)
        except OSError:
            break  # the main process has closed the connection
        del result
    sender.close()


def _send(sender: transport.Sender, number: int, result: Any, where: str) -> None:
    try:
        packed = sender.pack(result)
    except Exception as e:
        if isinstance(result, Failure):  # an exception class that cannot be pickled
            result.kind = RuntimeError
            packed = sender.pack(result)
        else:
            packed = sender.pack(Failure(e, where))
    sender.send(number, packed)
