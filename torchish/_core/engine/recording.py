"""What a thread has recorded and not run."""

from __future__ import annotations

import threading
import weakref
from typing import Any

from torchish._core.base import devices, forks
from torchish._core.engine.periods import Periods
from torchish._core.engine.trie import State, Trie
from torchish._core.engine.values import Value

trie = Trie()
_locks: weakref.WeakSet = weakref.WeakSet()


def thread_lock() -> Any:
    """A lock for the recordings of a thread, of which one at a time is not done."""
    made = forks.lock(threading.RLock())
    _locks.add(made)
    return made


def thread_locks() -> list:
    """Those of all threads."""
    return list(_locks)


class Recording:
    """A path in the trie, and the values along it.

    While `direct`, each operator runs as it is recorded, and nothing is pending. Else `leaves` are
    the inputs in order, `refs` the results (weak), `numbers` the operators' Python numbers, all of
    them as long as the path to `state` says. `results` has what a program gave from the moment that
    it ran until the values hold it, which `taken` are; `done` tells that they do. `running` tells
    that the lists are in use, further out on the thread's stack.
    """

    __slots__ = (
        "__weakref__", "checks", "device", "direct", "done", "leaves", "lock", "numbers",
        "pattern", "periods", "refs", "results", "running", "state", "taken",
    )  # fmt: skip

    def __init__(self, lock, device: devices.device = devices.cpu, pattern: list | None = None):
        self.lock = lock
        self.device = device
        self.state: State = trie.root if device is devices.cpu else trie.root_of(device)
        self.leaves: list[Value] = []
        self.refs: list[weakref.ref] = []
        self.numbers: list = []
        self.checks: list = []
        self.direct = self.done = self.running = False
        self.periods: Periods | None = None  # once direct
        self.pattern = pattern
        self.results: list = []  # of the program that ran
        self.taken: list[tuple] = []  # the values that they are for, each with its place

    @property
    def length(self) -> int:
        """How many operators were recorded."""
        return self.state.length
