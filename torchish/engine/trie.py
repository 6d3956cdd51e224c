"""The trie of recordings: what was recorded from a beginning on, operator by operator.

Note [Recording]
Recording is in program order, so what is recorded is topologically ordered, and its path in the
trie is the key of its compiled program: nothing is walked or hashed when it runs. Values are
numbered as they appear, leaves and results alike. An edge is keyed by the call and its inputs'
numbers, with the aval in place of the number where a leaf is seen for the first time; Python
numbers are data, and only their count and class, known from the call, matter. A path ends where
something was looked at, at a barrier, or where a loop was seen to repeat; what was learned about
the programs that end there is kept in the state's `Ending`.
"""

from __future__ import annotations

from typing import Any

CAPACITY = 60_000  # states: each takes some 500 bytes


class Ending:
    """What is known of the programs that end at a state."""

    __slots__ = ("clock", "cut", "hosted", "passes", "programs", "spent")

    def __init__(self):
        self.passes = 0  # how often a recording ended here
        self.spent = 0.0  # seconds that the host has spent on it beyond what a program would take
        self.cut = False  # a loop repeats from here: another operator begins a new recording
        self.programs: dict[tuple, Any] = {}  # numbers of the outputs → compiled program
        self.hosted: dict[tuple, Any] = {}  # numbers of the outputs → plan of host calls
        self.clock = 0


class State:
    """A node of the trie: one recorded operator, behind everything recorded before it.

    call, inputs    the operator, and the numbers of its inputs
    first, outs     the number of its first output, and the outputs' avals
    link            index of the forward operator of a linked vector-Jacobian product, or -1. One
                    that is linked has only its cotangents as inputs: the rest is its forward's.
    index           its position in the path
    leaves          ((number, aval), ...) of the leaves that it is the first to use
    """

    __slots__ = (
        "call",
        "ending",
        "first",
        "index",
        "inputs",
        "leaves",
        "link",
        "next",
        "outs",
        "parent",
    )

    def __init__(self, parent, call, index, inputs, first, outs, link, leaves):
        self.parent, self.call, self.index, self.inputs = parent, call, index, inputs
        self.first, self.outs, self.link, self.leaves = first, outs, link, leaves
        self.next: dict[tuple, State] | None = None
        self.ending: Ending | None = None

    def path(self) -> list[State]:
        """The states from the first to this one."""
        out, s = [], self
        while s.parent is not None:
            out.append(s)
            s = s.parent
        return out[::-1]


class Trie:
    """All paths, and a bound on them: those whose ends were not met for long are dropped."""

    def __init__(self):
        self.root = State(None, None, -1, (), 0, (), -1, ())
        self.size = 0
        self.clock = 0
        self.ends: dict[State, None] = {}  # where recordings ended, least recently first

    def grow(self, parent: State, key: tuple, state: State) -> State:
        """Enter a state; another thread's, where it was first."""
        if parent.next is None:
            parent.next = {}
        made = parent.next.setdefault(key, state)
        if made is state:
            self.size += 1
        return made

    def ended(self, state: State) -> Ending:
        """A recording ended here: the state's ending, as the one met last."""
        if state.ending is None:
            state.ending = Ending()
        self.ends.pop(state, None)
        self.ends[state] = None
        if self.size > CAPACITY:
            self._prune()
        state.ending.passes += 1
        return state.ending

    def _prune(self) -> None:
        """Keep the paths of the ends met most recently, up to half of the capacity."""
        kept: set[int] = set()
        ends = list(self.ends)
        self.ends = {}
        recent = []
        for end in reversed(ends):
            path = end.path()
            if recent and len(kept) + len(path) > CAPACITY // 2:
                break
            kept.update(map(id, path))
            recent.append(end)
        for end in reversed(recent):
            self.ends[end] = None
        stack = [self.root]
        self.size = 0
        while stack:
            s = stack.pop()
            self.size += 1
            if s.next:
                s.next = {k: c for k, c in s.next.items() if id(c) in kept}
                stack.extend(s.next.values())
