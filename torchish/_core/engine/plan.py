"""From a recorded path and the outputs that are wanted to what has to be computed.

Note [Sharing the pullback]
XLA does not merge the forward pass that `jax.vjp` makes with the one the program already has when
it contains a loop, so where an operator and its vector-Jacobian product fall into one program,
`jax.vjp` is called once: its outputs serve the forward entry, its pullback the backward entry.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np

from torchish._core.base import devices
from torchish._core.engine.interpreter.interpret import NUMBER_DTYPES
from torchish._core.engine.trie import Entry


class Plan:
    """The entries that some outputs of a path need, with every input resolved."""

    def __init__(self, state: Entry, out_nums: tuple[int, ...]):
        self.path = path = [Entry(s) for s in state.path()]
        self.out_nums = out_nums
        self.leaves = [leaf for e in path for leaf in e.leaves]
        self.aval = dict(self.leaves)
        maker = {}
        for e in path:
            for k, a in enumerate(e.outs):
                maker[e.first + k] = e
                self.aval[e.first + k] = a
        needed: set[int] = set()
        stack = [maker[n] for n in out_nums if n in maker]
        while stack:
            e = stack.pop()
            if e.index in needed:
                continue
            needed.add(e.index)
            if e.link >= 0:
                stack.append(path[e.link])
            stack.extend(maker[n] for n in e.inputs if n in maker)
        self.entries = [e for e in path if e.index in needed]
        self.offsets = self._number_offsets(path)

    @staticmethod
    def _number_offsets(path):
        """Where each entry's Python numbers begin, in the list of all of them."""
        offsets, n = [], 0
        for e in path:
            offsets.append(n)
            if e.link < 0:
                n += len(e.call.numbers)
        return offsets

    def primals(self, e: Entry) -> tuple[int, ...]:
        """The numbers of all tensor inputs of an entry, a linked forward's included."""
        return e.inputs if e.link < 0 else (*self.primals(self.path[e.link]), *e.inputs)

    def numbers_at(self, e: Entry) -> tuple[int, int]:
        """Where an entry's Python numbers are in the list of all of them."""
        while e.link >= 0:
            e = self.path[e.link]
        start = self.offsets[e.index]
        return start, start + len(e.call.numbers)

    def avals_of(self, e: Entry) -> tuple:
        """Avals of all tensor inputs of an entry."""
        return tuple([self.aval[n] for n in self.primals(e)])

    def function(self, label: Callable):
        """The whole plan as one function of (*leaves, floats, ints), each operator traced within
        `label(its scope, that of the operator whose gradient it is)`."""
        wanted: dict[int, set[int]] = {}
        for e in self.entries:
            if e.link >= 0:
                wanted.setdefault(e.link, set()).update(e.call.wanted)
        kinds = [k for e in self.path if e.link < 0 for k in e.call.numbers]

        def run(*args):
            *arrays, floats, ints = args
            env = {n: a for (n, _), a in zip(self.leaves, arrays, strict=True)}
            numbers = unpack(kinds, floats, ints)
            pullbacks = {}
            for e in self.entries:
                with label(e.scope, self.path[e.link].scope if e.link >= 0 else None):
                    results = one(e, env, numbers, pullbacks)
                for k, r in enumerate(results):
                    env[e.first + k] = r
            return tuple(env[n] for n in self.out_nums)

        def one(e: Entry, env: dict, numbers: list, pullbacks: dict):
            if e.link >= 0 and e.index not in wanted:
                outs, pullback, order = pullbacks[e.link]
                return e.call.pull(outs, pullback, [env[n] for n in e.inputs], order)
            start, stop = self.numbers_at(e)
            flat = [*(env[n] for n in self.primals(e)), *numbers[start:stop]]
            if e.index not in wanted:
                return e.call.fn(*flat)
            order = sorted(wanted[e.index])
            vjp = next(x.call for x in self.entries if x.link == e.index)
            results, pullback = vjp.forward(flat, order)
            pullbacks[e.index] = (results, pullback, order)
            return results

        return run

    def donated(self, dead) -> tuple[int, ...]:
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

    def family(self) -> frozenset:
        """The names of the operators, whatever their shapes and order."""
        return frozenset(e.call.name for e in self.entries if not e.call.moves)


def unpack(kinds, floats, ints) -> list:
    """Python numbers out of the two vectors that `pack` made."""
    out, f, i = [], 0, 0
    for kind in kinds:
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


def pack(numbers) -> tuple[np.ndarray, np.ndarray]:
    """Python numbers as a vector of float64 and one of int64, which a program takes as data."""
    floats, ints = [], []
    for x in numbers:
        if type(x) is float:
            floats.append(x)
        elif type(x) is complex:
            floats += (x.real, x.imag)
        else:
            ints.append(x)
    return np.array(floats, np.float64), np.array(ints, np.int64)


def form(call, type: str) -> Callable:
    """A call's function for devices of a type. JAX keeps what it has traced by the function, and
    knows nothing of devices then, so that each type has a function of its own."""
    if type == "cpu":
        return call.fn
    made = call.compiled.get(("form", type))
    if made is None:

        def made(*flat):
            return call.fn(*flat)

        call.compiled["form", type] = made
    return made


def infer(call, avals: tuple, make_aval, type: str = "cpu") -> tuple:
    """Output avals of a call on devices of a type; runs the operator abstractly, so a user's
    mistake raises here."""
    outs = call.avals.get(avals)
    if outs is None:
        if hasattr(call, "wanted"):
            outs = tuple(avals[i] for i in call.wanted)
        else:
            structs = [a.struct() for a in avals]
            structs += [jax.ShapeDtypeStruct((), NUMBER_DTYPES[k]) for k in call.numbers]
            with devices.tracing(type):
                outs = tuple(make_aval(o) for o in jax.eval_shape(form(call, type), *structs))
        call.avals[avals] = outs
    return outs
