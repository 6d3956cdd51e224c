"""From a recorded path to a compiled XLA program.

Note [Sharing the pullback]
XLA does not merge the forward pass that `jax.vjp` makes with the one the program already has when
it contains a loop,
so where an operator and its vector-Jacobian product fall into one program, `jax.vjp` is called
once: its outputs serve
the forward entry, its pullback the backward entry.
"""

from __future__ import annotations

import jax
import numpy as np

from torchish.engine import interpret
from torchish.engine.interpret import NUMBER_DTYPES
from torchish.engine.shelf import Program
from torchish.engine.values import put


class Entry:
    """One recorded operator: its call, the numbers of its inputs, of its first output, and its
    linked forward entry.

    A vector-Jacobian product that is linked has only its cotangents as inputs: the rest is its
    forward entry's.
    """

    __slots__ = ("call", "first", "index", "inputs", "link", "outs")

    def __init__(self, call, index, inputs, first, outs, link):
        self.call, self.index, self.inputs, self.first, self.outs, self.link = (
            call,
            index,
            inputs,
            first,
            outs,
            link,
        )


class State:
    """A node of the trace trie: everything that was recorded up to here, in order."""

    __slots__ = ("entry", "leaves", "next", "outs", "parent", "programs", "sightings")

    def __init__(self, parent: State | None, entry: Entry | None, leaves: tuple):
        self.parent, self.entry, self.leaves = parent, entry, leaves
        self.outs = entry.outs if entry else ()
        self.next: dict[tuple, State] = {}
        self.programs: dict[tuple, object] = {}
        self.sightings: dict[tuple, int] = {}

    def path(self) -> tuple[list[Entry], list[tuple[int, object]]]:
        """The entries in order, and the leaves as (number, aval) in order."""
        entries, leaves, s = [], [], self
        while s.entry is not None:
            entries.append(s.entry)
            leaves[:0] = s.leaves
            s = s.parent
        return entries[::-1], leaves


class Plan:
    """What a program computes: the entries that its outputs need, with every input resolved."""

    def __init__(self, state: State, out_nums: tuple[int, ...]):
        entries, leaves = state.path()
        self.leaves = leaves
        self.out_nums = out_nums
        maker = {}
        for e in entries:
            for k in range(len(e.outs)):
                maker[e.first + k] = e
        needed: set[int] = set()
        stack = [maker[n] for n in out_nums if n in maker]
        while stack:
            e = stack.pop()
            if e.index in needed:
                continue
            needed.add(e.index)
            if e.link >= 0:
                stack.append(entries[e.link])
            stack.extend(maker[n] for n in e.inputs if n in maker)
        self.all_entries = entries
        self.entries = [e for e in entries if e.index in needed]
        self.offsets = self._number_offsets(entries)
        self.aval = dict(leaves)
        for e in entries:
            for k, a in enumerate(e.outs):
                self.aval[e.first + k] = a

    @staticmethod
    def _number_offsets(entries):
        offsets, f, i = [], 0, 0
        for e in entries:
            offsets.append((f, i))
            if e.link < 0:
                for kind in e.call.numbers:
                    f, i = (
                        (f + 1, i)
                        if kind is float
                        else (f + 2, i)
                        if kind is complex
                        else (f, i + 1)
                    )
        return offsets

    def primals(self, e: Entry) -> tuple[int, ...]:
        """The numbers of all tensor inputs of an entry, a linked forward's included."""
        return e.inputs if e.link < 0 else (*self.primals(self.all_entries[e.link]), *e.inputs)

    def numbers(self, e: Entry, floats, ints) -> list:
        """An entry's Python numbers, out of the packed vectors."""
        while e.link >= 0:
            e = self.all_entries[e.link]
        (f, i), out = self.offsets[e.index], []
        for kind in e.call.numbers:
            if kind is float:
                out.append(floats[f])
                f += 1
            elif kind is complex:
                out.append(floats[f] + 1j * floats[f + 1])
                f += 2
            else:
                out.append(ints[i] if kind is int else ints[i] != 0)
                i += 1
        return out

    def function(self):
        """The whole plan as one function of (*leaves, floats, ints)."""
        wanted: dict[int, set[int]] = {}
        for e in self.entries:
            if e.link >= 0:
                wanted.setdefault(e.link, set()).update(e.call.wanted)

        def run(*args):
            *arrays, floats, ints = args
            env = {n: a for (n, _), a in zip(self.leaves, arrays, strict=True)}
            pullbacks = {}
            for e in self.entries:
                if e.link >= 0 and e.index not in wanted:
                    outs, pullback, order = pullbacks[e.link]
                    results = e.call.pull(outs, pullback, [env[n] for n in e.inputs], order)
                else:
                    flat = [*(env[n] for n in self.primals(e)), *self.numbers(e, floats, ints)]
                    if e.index in wanted:
                        order = sorted(wanted[e.index])
                        vjp = next(x.call for x in self.entries if x.link == e.index)
                        results, pullback = vjp.forward(flat, order)
                        pullbacks[e.index] = (results, pullback, order)
                    else:
                        results = e.call.fn(*flat)
                for k, r in enumerate(results):
                    env[e.first + k] = r
            return tuple(env[n] for n in self.out_nums)

        return run

    def donated(self, dead: tuple[int, ...]) -> tuple[int, ...]:
        """Of the dead leaves, the argument positions whose buffer an output can take over."""
        free: dict = {}
        for n in self.out_nums:
            free[self.aval[n]] = free.get(self.aval[n], 0) + 1
        out = []
        for p in dead:
            a = self.leaves[p][1]
            if free.get(a, 0) > 0:
                free[a] -= 1
                out.append(p)
        return tuple(out)

    def compile(self, dead: tuple[int, ...]):
        return jax.jit(self.function(), donate_argnums=self.donated(dead), keep_unused=True)

    def stepwise(self, arrays, floats, ints, by_host: bool):
        """Run the entries one by one, each as a compiled program of its own; the results of
        `function`.

        With `by_host`, calls whose program is not there yet run in NumPy where that can be; see
        Note [Interpreter].
        """
        env = {n: a for (n, _), a in zip(self.leaves, arrays, strict=True)}
        with np.errstate(all="ignore"):
            for e in self.entries:
                nums = self.primals(e)
                flat = [*(env[n] for n in nums), *self.numbers(e, floats, ints)]
                results = self._one(e.call, tuple(self.aval[n] for n in nums), flat, by_host)
                for k, r in enumerate(results):
                    env[e.first + k] = r
        outs, taken = [], set()
        for n in self.out_nums:
            o = env[n]
            if isinstance(o, np.ndarray):
                o = interpret.owned(o)
                o = put(o.copy() if id(o) in taken else o, self.aval[n])
                taken.add(id(env[n]))
            outs.append(o)
        return tuple(outs)

    @staticmethod
    def _one(call, avals, flat, by_host):
        program = single(call)
        if by_host and avals not in program.kept:
            results = call.host(*flat)
            if results is not None:
                return results
            steps = interpret.steps_of(call, avals)
            if steps is not None:
                return steps([np.asarray(a) for a in flat])
        return program(avals, flat)

    def by_numpy(self) -> bool:
        """Whether everything can run without compiling anything."""
        for e in self.entries:
            avals = tuple(self.aval[n] for n in self.primals(e))
            if avals not in single(e.call).kept and interpret.steps_of(e.call, avals) is None:
                return False
        return True

    def by_numpy_exactly(self, seconds: float) -> bool:
        """Whether NumPy has the program's results to the last bit, in less than about that time."""
        rounded = 0.0
        for e in self.entries:
            steps = interpret.steps_of(e.call, tuple(self.aval[n] for n in self.primals(e)))
            if steps is None:
                return False
            rounded += steps.rounded
            seconds -= steps.cost
            if seconds < 0 or rounded > 1:  # XLA may fuse two into one that rounds once
                return False
        return True

    def names(self) -> tuple:
        """The operators' names in order, whatever their shapes."""
        return tuple(e.call.name for e in self.entries if not e.call.moves)

    def signature(self) -> frozenset:
        """The distinct single-operator programs that the plan is made of, those that only move
        elements left out."""
        return frozenset(
            (e.call, tuple(self.aval[n] for n in self.primals(e)))
            for e in self.entries
            if not e.call.moves
        )


def single(call) -> Program:
    """The compiled program of one operator, for whatever avals it is called with."""
    program = call.compiled.get("jit")
    if program is None:
        program = call.compiled["jit"] = Program(jax.jit(call.fn), 1)
    return program


def infer(call, avals: tuple, make_aval) -> tuple:
    """Output avals of a call; runs the operator abstractly, so a user's mistake raises here."""
    outs = call.avals.get(avals)
    if outs is None:
        if hasattr(call, "wanted"):
            outs = tuple(avals[i] for i in call.wanted)
        else:
            structs = [a.struct() for a in avals]
            structs += [jax.ShapeDtypeStruct((), NUMBER_DTYPES[k]) for k in call.numbers]
            outs = tuple(make_aval(o) for o in jax.eval_shape(call.fn, *structs))
        call.avals[avals] = outs
    return outs


def pack(floats: list, ints: list):
    return np.array(floats, np.float64), np.array(ints, np.int64)
