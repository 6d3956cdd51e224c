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

    __slots__ = ("cut", "hosted", "passes", "prefixes", "programs", "results", "spent", "spread")

    def __init__(self, state: State):
        # The numbers of all results along the path.
        self.results = [n for s in state.path() for n in range(s.first, s.count)]
        self.passes = 0  # how often a recording ended here
        self.spent = 0.0  # seconds that the host has spent on it beyond what a program would take
        self.cut = False  # a loop repeats from here: another operator begins a new recording
        self.programs: dict[tuple, Any] = {}  # numbers of the outputs → compiled program
        self.hosted: dict[tuple, Any] = {}  # numbers of the outputs → plan of host calls
        self.prefixes: dict[tuple, Any] = {}  # the same, where the recording went on behind it
        self.spread: dict[tuple, Any] = {}  # outputs and how all lies → program of several devices


class State:
    """A node of the trie: one recorded operator, behind everything recorded before it.

    key      (call, input, ...), or (call, ~forward, input, ...) of a vector-Jacobian product that
             is linked to the operator at index `forward`: then its inputs are its cotangents only.
             An input is its number, or its aval where it is a leaf that is seen for the first time
    first    the number of its first output; new leaves have the numbers before
    outs     the outputs' avals
    index    its position in the path
    length   how many operators the path has, this one included
    count    how many values were numbered, its outputs included
    at_once  whether a recording that comes here runs each operator at once from here on
    scope    where it was called, if somebody wanted to know: Note [Scopes]
    """

    __slots__ = (
        "at_once", "count", "ending", "first", "index", "key", "length", "next", "outs",
        "parent", "scope",
    )  # fmt: skip

    def __init__(self, parent, key, first, outs, index):
        self.parent, self.key, self.first, self.outs, self.index = parent, key, first, outs, index
        self.length, self.count = index + 1, first + len(outs)
        self.next: dict[tuple, State] | None = None
        self.ending: Ending | None = None
        self.at_once = False
        self.scope: str | None = None

    @property
    def linked(self) -> bool:
        """Whether it is a vector-Jacobian product linked to its forward operator."""
        key = self.key
        return len(key) > 1 and type(key[1]) is int and key[1] < 0

    def path(self) -> list[State]:
        """The states from the first to this one."""
        out, s = [], self
        while s.parent is not None:
            out.append(s)
            s = s.parent
        return out[::-1]


class Entry:
    """A state's operator, its key taken apart: the numbers of its inputs, its forward operator's
    index or -1, and ((number, aval), ...) of its new leaves."""

    __slots__ = ("call", "first", "index", "inputs", "leaves", "link", "outs", "scope")

    def __init__(self, state: State):
        self.call, self.first, self.outs = state.key[0], state.first, state.outs
        self.index, self.scope = state.index, state.scope
        inputs = state.key[1:]
        self.link = -1
        if state.linked:
            self.link = ~inputs[0]
            inputs = inputs[1:]
        avals = [x for x in inputs if type(x) is not int]
        start = state.first - len(avals)
        self.leaves = tuple(enumerate(avals, start))
        numbers = iter(range(start, state.first))
        self.inputs = tuple([x if type(x) is int else next(numbers) for x in inputs])


class Trie:
    """All paths, and a bound on them: those whose ends were not met for long are dropped."""

    def __init__(self):
        self.root = State(None, (), 0, (), -1)
        self.roots: dict[Any, State] = {}  # of recordings on other devices than the CPU
        self.size = 0
        self.ends: dict[State, None] = {}  # where recordings ended, least recently first

    def root_of(self, device: Any) -> State:
        """Where recordings on a device that is not the CPU begin."""
        found = self.roots.get(device)
        return found or self.roots.setdefault(device, State(None, (), 0, (), -1))

    def forget(self) -> None:
        """Drop all paths; recordings that are on one stay on it to their end."""
        for root in (self.root, *self.roots.values()):
            root.next = root.ending = None
        self.ends, self.size = {}, 0

    def ended(self, state: State) -> Ending:
        """A recording ended here: the state's ending, as the one met last."""
        ending = self.ending(state)
        self.ends.pop(state, None)
        self.ends[state] = None
        if self.size > CAPACITY:
            self._prune()
        ending.passes += 1
        return ending

    def ending(self, state: State) -> Ending:
        """What is known of the programs that end here."""
        if state.ending is None:
            state.ending = Ending(state)
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
        stack = [self.root, *self.roots.values()]
        self.size = 0
        while stack:
            s = stack.pop()
            self.size += 1
            if s.next:
                s.next = {k: c for k, c in s.next.items() if id(c) in kept}
                stack.extend(s.next.values())
