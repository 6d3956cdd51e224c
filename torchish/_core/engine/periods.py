"""Finds where what is recorded repeats itself.

Note [Periods]
A loop without a look at a value and without `optimizer.step()` ends nowhere by itself. The
operators that run as they are recorded are watched, each by its call and its inputs' avals: when as
many as a whole period have come again in the same order, the recording is cut at the period, and
each further iteration is a recording of its own, the same one. It is cut where no gradient lies
apart from its forward operator, if there is such a place, and a period of few operators is taken
several times.

The layers of a net repeat themselves too, and must not be cut apart: so a loop must have gone on
for some time, and leave no more operators behind that wait for their gradients than it found.
"""

from __future__ import annotations

import itertools
from typing import Any

LEAST = 16  # operators between two cuts
LONG = 200  # operators that must have come again


class Periods:
    """Watches one recording from its operator `start` on. `cut` is the index of the operator before
    which to cut, or -1; `pattern` the period of the recording before this one."""

    __slots__ = (
        "_lag",
        "_last",
        "_links",
        "_matched",
        "_open",
        "_pattern",
        "_seen",
        "_start",
        "cut",
        "waiting",
    )

    def __init__(self, pattern: list | None = None, start: int = 0):
        self._seen: list[Any] = []
        self._links: list[int] = []
        self._open: list[int] = []
        self.waiting = 0  # operators whose gradient may be asked for and was not yet
        self._last: dict[Any, int] = {}
        self._lag = self._matched = 0
        self._pattern, self._start = pattern, start
        self.cut = start + len(pattern) if pattern else -1

    def saw(self, what, link: int) -> None:
        """An operator: its identity apart from its numbers, and the index of its forward."""
        seen, i = self._seen, len(self._seen)
        if len(self._links) != i:  # an interrupt came below
            self._links[i:] = self._open[i:] = ()
        if self._pattern is not None and (i >= len(self._pattern) or self._pattern[i] != what):
            self._pattern, self.cut = None, -1
        lag = self._lag
        if lag and seen[i - lag] == what:
            self._matched += 1
        else:
            before = self._last.get(what)
            self._lag = lag = 0 if before is None else i - before
            self._matched = 1 if lag else 0
        self._last[what] = i
        self._links.append(link - self._start)
        if link >= 0:
            self.waiting -= 1
        self._open.append(self.waiting)
        seen.append(what)
        if self.cut < 0 and lag and self._matched >= max(lag, LONG) and i + 1 >= 2 * lag:
            if 2 * (self.waiting - self._open[i - lag]) < lag:
                self._place(i, lag)

    def _place(self, i: int, lag: int) -> None:
        """Where to cut, the period being known: the first place from here on that separates the
        fewest gradients from their forwards, by the last period's example."""
        base = i - lag + 1
        ends = [0] * (lag + 2)  # where gradients begin, and cease, to be cut off from their forward
        for k in range(base, i + 1):
            f = self._links[k]
            if f >= 0:
                ends[max(f + 1 - base, 0)] += 1
                ends[k + 1 - base] -= 1
        crossed = list(itertools.accumulate(ends))
        best = min(range(lag), key=lambda c: (crossed[c], c == 0))
        cut = base + best
        while cut <= i:
            cut += lag
        self.cut = self._start + cut

    def following(self) -> list | None:
        """What the next recording begins with, after a cut: one or more whole periods."""
        if self._pattern is not None:
            return self._pattern
        if not self._lag or self.cut != self._start + len(self._seen):
            return None
        period = self._seen[-self._lag :]
        return period * -(-LEAST // len(period))
