"""What a thread has recorded and not run."""

from __future__ import annotations

import threading
import weakref

from torchish.base import devices, forks
from torchish.engine.periods import Periods
from torchish.engine.trie import State, Trie
from torchish.engine.values import Value

trie = Trie()
_alive: weakref.WeakValueDictionary[int, Recording] = weakref.WeakValueDictionary()


def recordings() -> list[Recording]:
    """Those of all threads."""
    return list(_alive.values())


def _free_locks() -> None:
    for rec in recordings():
        made = rec.lock
        made._at_fork_reinit()


forks.after(_free_locks)


class Recording:
    """A path in the trie, and the values along it.

    While `direct`, each operator runs as it is recorded, and nothing is pending. Else `leaves` are
    the inputs in order, `refs` (weak) and `nums` the results with their numbers, `numbers` the
    operators' Python numbers. `results` has what a program gave from the moment that it ran until
    the values hold it; `done` tells that they do.
    """

    __slots__ = (
        "__weakref__",
        "checks",
        "count",
        "device",
        "direct",
        "done",
        "leaves",
        "length",
        "lock",
        "numbers",
        "nums",
        "pattern",
        "periods",
        "refs",
        "results",
        "state",
        "taken",
    )

    def __init__(self, device: devices.device = devices.cpu, pattern: list | None = None):
        self.lock = threading.RLock()
        _alive[id(self)] = self
        self.device = device
        self.state: State = trie.root
        self.count = self.length = 0
        self.leaves: list[Value] = []
        self.refs: list[weakref.ref] = []
        self.nums: list[int] = []
        self.numbers: list = []
        self.checks: list = []
        self.direct = self.done = False
        self.periods: Periods | None = None  # once direct
        self.pattern = pattern
        self.results: list = []  # of the program that ran
        self.taken: list[Value] = []  # the values that they are for

    def mend(self) -> None:
        """Make everything as long as the state says, after an operator was recorded in part."""
        outs, leaves, numbers = 0, 0, 0
        s = self.state
        while s.parent is not None:
            outs += len(s.outs)
            leaves += sum(type(x) is not int for x in s.key[1:])
            numbers += 0 if s.linked else len(s.key[0].numbers)
            s = s.parent
        self.count, self.length = outs + leaves, self.state.index + 1
        if not self.direct:
            for v in self.leaves[leaves:]:
                v.slot = (None, -1)
            del self.leaves[leaves:], self.refs[outs:], self.nums[outs:], self.numbers[numbers:]
