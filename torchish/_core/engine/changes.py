"""What has changed when programs of the same operators are compiled again and again."""

from __future__ import annotations

import os
import sys
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

__all__ = ["Change", "clear", "found", "saw"]

ROOM = 512  # programs whose shapes are remembered, and changes


class Change(NamedTuple):
    """A dimension of an input that was another when the same operators were compiled before; `line`
    is the program's, file:number, and `times` how often the same was seen."""

    line: str
    dimension: int
    was: int
    now: int
    times: int

    def __str__(self) -> str:
        return f"line {self.line}: dimension {self.dimension} was {self.was}, now {self.now}"


_last: OrderedDict[Hashable, tuple] = OrderedDict()
_changes: OrderedDict[tuple, int] = OrderedDict()


def saw(operators: Hashable, avals: Sequence[Any], line: str) -> None:
    """Operators are compiled for inputs of these avals, at a line of the program."""
    shapes = tuple([a.shape for a in avals])
    before = _last.pop(operators, None)
    _last[operators] = shapes
    if len(_last) > ROOM:
        _last.popitem(last=False)
    if before is None or len(before) != len(shapes):
        return
    new = {
        (line, d, m, n)
        for a, b in zip(before, shapes, strict=True)
        if len(a) == len(b)
        for d, (m, n) in enumerate(zip(a, b, strict=True))
        if m != n
    }
    for change in sorted(new):
        _changes[change] = _changes.pop(change, 0) + 1
        if "compile" in os.environ.get("TORCHISH_LOG", ""):
            print(f"torchish: compiled anew, {Change(*change, 1)}", file=sys.stderr)
    while len(_changes) > ROOM:
        _changes.popitem(last=False)


def found() -> list[Change]:
    """All changes that were seen, the latest last."""
    return [Change(*change, times) for change, times in _changes.items()]


def clear() -> None:
    """Forget them, and what was compiled before."""
    _last.clear()
    _changes.clear()
