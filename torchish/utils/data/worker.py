"""Worker processes: they fetch and collate batches, and send them through queues.

Note [Workers]
Workers are spawned, never forked: a forked child would inherit JAX's threads and locks. Tensors travel as NumPy arrays by
pickle. An exception in a worker is raised in the main process with the worker's traceback; a worker that dies is
noticed within seconds. Each worker's generators are seeded with the epoch's seed plus its number, as PyTorch does.
"""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import queue
import random as python_random
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from torchish.tensor import manual_seed
from torchish.utils.data.fetch import Fetcher

__all__ = ["WorkerInfo", "WorkerPool", "get_worker_info"]

_POLL = 1.0  # seconds between looks at whether the workers are alive


@dataclasses.dataclass
class WorkerInfo:
    """What a worker knows of itself."""

    id: int
    num_workers: int
    seed: int
    dataset: Any


_info: WorkerInfo | None = None


def get_worker_info() -> WorkerInfo | None:
    """The worker that this code runs in; None in the main process."""
    return _info


@dataclasses.dataclass
class _Failure:
    kind: type
    text: str
    where: str

    def reraise(self) -> None:
        message = f"Caught {self.kind.__name__} {self.where}.\nOriginal {self.text}"
        if self.kind is KeyError:
            raise KeyError(_Text(message))
        try:
            error = self.kind(message)
        except TypeError:
            raise RuntimeError(message) from None  # a class that needs other arguments
        raise error


class _Text(str):
    """A string whose repr is itself: KeyError shows the repr of its message."""

    def __repr__(self):
        return str(self)


def _seed_numpy(seed: int, worker: int) -> np.ndarray:
    return np.random.SeedSequence([seed % 2**64, worker]).generate_state(4)


def _work(worker: int, n: int, dataset, auto: bool, collate_fn, drop_last: bool, init_fn, tasks, results) -> None:
    global _info
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    fetch = None
    while True:
        task = tasks.get()
        if task is None:
            return
        kind, number, payload = task
        try:
            if kind == "epoch":
                seed = payload + worker
                python_random.seed(seed)
                manual_seed(seed)
                np.random.seed(_seed_numpy(payload, worker))
                first = _info is None
                _info = WorkerInfo(worker, n, seed, dataset)
                if first and init_fn is not None:
                    init_fn(worker)
                fetch = Fetcher(dataset, auto, collate_fn, drop_last)
                continue
            assert fetch is not None, "a batch was asked for before the epoch began"
            results.put((number, worker, "batch", fetch(payload)))
        except StopIteration:
            results.put((number, worker, "end", None))
        except KeyboardInterrupt:
            return
        except Exception as e:
            failure = _Failure(type(e), traceback.format_exc(), f"in DataLoader worker process {worker}")
            results.put((number, worker, "failure", failure))


class WorkerPool:
    """The worker processes of one loader."""

    def __init__(self, dataset, n: int, auto: bool, collate_fn: Callable, drop_last: bool, init_fn, context, timeout: float):
        if isinstance(context, str) or context is None:
            if context == "fork":
                raise NotImplementedError("DataLoader: multiprocessing_context='fork' (a fork would inherit JAX's locks)")
            context = multiprocessing.get_context(context or "spawn")
        self.timeout, self.n = timeout, n
        self.results = context.Queue()
        self.tasks = [context.Queue() for _ in range(n)]
        self.processes = []
        for i in range(n):
            p = context.Process(target=_work, args=(i, n, dataset, auto, collate_fn, drop_last, init_fn, self.tasks[i],
                                                    self.results), daemon=True)  # fmt: skip
            p.start()
            self.processes.append(p)

    def batches(self, indices: Iterator, seed: int, prefetch: int, stream: bool, in_order: bool) -> Iterator[Any]:
        """The batches of one epoch, in the order of their indices."""
        for q in self.tasks:
            q.put(("epoch", -1, seed))
        sent = received = 0
        ready: dict[int, tuple] = {}
        owner: dict[int, int] = {}
        idle = [False] * self.n  # streams that have ended
        turn = 0
        done = False

        def send() -> None:
            nonlocal sent, turn, done
            if done or all(idle):
                return
            try:
                index = next(indices)
            except StopIteration:
                done = True
                return
            while idle[turn % self.n]:
                turn += 1
            owner[sent] = turn % self.n
            self.tasks[turn % self.n].put(("batch", sent, index))
            sent += 1
            turn += 1

        try:
            for _ in range(prefetch * self.n):
                send()
            while received < sent:
                while received not in ready and (in_order or not ready):
                    number, worker, kind, payload = self._receive()
                    ready[number] = (worker, kind, payload)
                number = received if received in ready else min(ready)
                worker, kind, payload = ready.pop(number)
                owner.pop(number, None)
                if in_order or number == received:
                    received = number + 1
                else:
                    received += 1
                if kind == "failure":
                    payload.reraise()
                if kind == "end":
                    idle[worker] = True
                    if not stream:
                        return
                    send()
                    continue
                send()
                yield payload
        finally:
            while any(o >= 0 for o in owner.values()) and all(p.is_alive() for p in self.processes):
                # An epoch left early: take what was asked for, so that the next one starts clean.
                number, *_ = self._receive()
                owner.pop(number, None)
                ready.pop(number, None)
                for k in ready:
                    owner.pop(k, None)

    def _receive(self):
        start = time.monotonic()
        while True:
            try:
                return self.results.get(timeout=min(_POLL, self.timeout) if self.timeout else _POLL)
            except queue.Empty:
                dead = [p for p in self.processes if not p.is_alive()]
                if dead:
                    pids = ", ".join(str(p.pid) for p in dead)
                    raise RuntimeError(f"DataLoader worker (pid(s) {pids}) exited unexpectedly") from None
                if self.timeout and time.monotonic() - start >= self.timeout:
                    raise RuntimeError(f"DataLoader timed out after {self.timeout} seconds") from None

    def close(self) -> None:
        """End the workers."""
        for q in self.tasks:
            with contextlib.suppress(ValueError, OSError):  # a queue that is closed already
                q.put(None)
        for p in self.processes:
            p.join(5)
            if p.is_alive():
                p.terminate()
                p.join(1)
        for q in (*self.tasks, self.results):
            q.cancel_join_thread()
            q.close()

    def __del__(self):
        if getattr(self, "processes", None) and self.processes[0].is_alive():
            self.close()
