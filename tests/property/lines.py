"""Random programs as lines of plain PyTorch code, and what becomes of them with a library.

A program begins with `PRELUDE`. Each further line is chosen at random, with an eye to the tensors
that there are: views, indices of all kinds, writes, hooks, backward, storages, shared memory,
subclasses, threads. Numbers are small and whole, so that no arithmetic on them rounds. What a line
raises is part of its outcome, so lines that are refused are as good as others.
"""

from __future__ import annotations

from typing import Any

from lines_of_kinds import OfKinds
from world import NAMES, PRELUDE, REPEATED, World, large, outcome


class Chooser(OfKinds):
    """Chooses the next line, given the facts of the tensors."""

    def line(self, facts: dict[str, Any]) -> str:
        self.facts = {n: f for n, f in facts.items() if len(f) > 1}
        if len(self.facts) < 2 or self.below(9) == 0:
            return self.create()
        kinds = (self.view, self.view, self.view, self.index, self.index, self.assign, self.write)
        kinds += (self.write, self.computed, self.result, self.result, self.hook, self.backward)
        kinds += (self.storage, self.array, self.subclass, self.function, self.thread, self.flag)
        kinds += (self.watched, self.listed, self.outliving, self.written_by_threads)
        return self.one(*kinds)()


__all__ = ["NAMES", "PRELUDE", "REPEATED", "Chooser", "World", "large", "outcome"]
