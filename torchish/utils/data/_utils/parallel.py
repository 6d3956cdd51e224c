"""Epochs through worker processes: who fetches what, and the batches in the order asked for.

Note [Batches ahead]
Where batches are prepared in the main process (pinned, which begins their copy to the accelerator),
those that have come from the workers are prepared while the loop's body still works on the batch
before. Nothing else of them happens early: indices are handed out, and generators drawn from, when
batches are asked for, as without it. Without workers a batch is fetched when it is asked for,
because fetching may draw random numbers; the device works on the step before meanwhile.
"""

from __future__ import annotations

import collections
import itertools
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from torchish.utils.data._utils.pool import WorkerPool
from torchish.utils.data._utils.worker import Failure, StreamEnd

__all__ = ["Epochs"]

AHEAD = 2  # batches that are prepared before they are asked for: they take the device's memory


class _Prepared:
    """A batch that was prepared ahead, or what that raised, which is raised at its turn."""

    def __init__(self, prepare: Callable[[Any], Any], data: Any):
        self.data, self.error = None, None
        try:
            self.data = prepare(data)
        except Exception as error:
            self.error = error

    def get(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.data


class Epochs:
    """Hands the indices of an epoch out to workers, in turn, and takes their batches.

    `prefetch_factor` batches a worker are under way at any time. Batches come in the order of their
    indices, or with `in_order=False` as they are ready. `prepare`, if any, is applied to each
    (Note [Batches ahead]).
    """

    def __init__(
        self, loader: Any, stream: bool, base_seed: int, prepare: Callable[[Any], Any] | None
    ):
        self.prepare = prepare
        self.early: collections.deque[tuple[int, int, Any]] = collections.deque()  # not looked at
        self.workers: int = loader.num_workers
        self.limit: int = loader.prefetch_factor * loader.num_workers
        self.stream, self.in_order = stream, loader.in_order
        self.persistent = loader.persistent_workers
        self.pool = WorkerPool(loader, stream, base_seed)
        # Also runs when the interpreter ends, before its workers are orphans.
        self.close = weakref.finalize(self, self.pool.close)
        self.begun = False

    def begin(self, indices: Iterator) -> None:
        """Start an epoch over the indices; what an abandoned epoch still had under way is lost."""
        if self.begun:
            while self.outstanding:
                self._receive()
            for w in range(self.workers):
                self.pool.send(w, ("epoch",))
        self.begun = True
        self.indices = indices
        self.sent = self.received = self.outstanding = 0
        self.owner: dict[int, int] = {}  # the worker of each batch under way
        self.ready: dict[int, Any] = {}  # batches that came before their turn
        self.load = [0] * self.workers
        self.active = [True] * self.workers
        self.turn = itertools.cycle(range(self.workers))
        for _ in range(self.limit):
            self._hand_out()

    def _hand_out(self) -> None:
        try:
            index = next(self.indices)
        except StopIteration:
            return
        for _ in range(self.workers):
            worker = next(self.turn)
            if self.active[worker] and (
                self.in_order or self.load[worker] < self.limit // sum(self.active)
            ):
                break
        else:
            return
        self.pool.send(worker, ("batch", self.sent, index))
        self.owner[self.sent] = worker
        self.load[worker] += 1
        self.outstanding += 1
        self.sent += 1

    def next(self) -> Any:
        """The next batch; what its worker raised is raised here. StopIteration at the end."""
        while True:
            while self.received < self.sent and not self._coming(self.received):
                self.owner.pop(self.received, None)
                self.received += 1
            if self.received == self.sent:
                if not self.persistent:
                    self.close()
                raise StopIteration
            if self.received in self.ready:
                number = self.received
                return self._take(number, self.ready.pop(number))
            worker, number, data = self._receive()
            if isinstance(data, StreamEnd):
                self.active[worker] = False
                self._hand_out()
            elif number == self.received or not self.in_order:
                return self._take(number, data)
            else:
                self.ready[number] = data

    def _coming(self, number: int) -> bool:
        """Whether a batch is still to be had: its worker's stream has not ended before it."""
        if number in self.ready:
            return True
        return number in self.owner and self.active[self.owner[number]]

    def _receive(self) -> tuple[int, int, Any]:
        worker, number, data = self.early.popleft() if self.early else self.pool.receive()
        self.outstanding -= 1
        return worker, number, data

    def prepare_ahead(self) -> None:
        """Prepare what has come and was not asked for yet."""
        prepare = self.prepare
        if prepare is None:
            return
        there = sum(isinstance(data, _Prepared) for data in self.ready.values())
        for number in sorted(self.ready):
            if there < AHEAD and not isinstance(self.ready[number], (_Prepared, Failure)):
                self.ready[number] = _Prepared(prepare, self.ready[number])
                there += 1
        there += sum(isinstance(m[2], _Prepared) for m in self.early)
        while there < AHEAD and len(self.early) < self.outstanding:
            message = self.pool.poll()
            if message is None:
                return
            worker, number, data = message
            if not isinstance(data, (Failure, StreamEnd)):
                data = _Prepared(prepare, data)
                there += 1
            self.early.append((worker, number, data))

    def _take(self, number: int, data: Any) -> Any:
        self.load[self.owner.pop(number)] -= 1
        if number == self.received:
            self.received += 1
        self._hand_out()
        if isinstance(data, Failure):
            data.reraise()
        if isinstance(data, _Prepared):
            return data.get()
        return data if self.prepare is None else self.prepare(data)
