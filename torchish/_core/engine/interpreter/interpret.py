"""Runs an operator's program equation by equation in NumPy, without compiling it.

Note [Interpreter]
Most operators that programs use have a host kernel (see Note [Host kernels]). The others, and calls
that a kernel refuses, run here while they run on the host: JAX traces the operator once for the
shapes, and NumPy computes what it recorded, one equation after the other. That costs a millisecond
or so an operator the first time, which is what the tracing takes, and later nothing for shapes that
were seen; to compile the operator would take a good part of a second. An equation without a rule,
or a rule that does not fit the primitive's parameters, means that the operator is compiled alone.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Any

import jax
import numpy as np

from torchish._core.base import devices
from torchish._core.base.jax_internals import Literal, inlined, program_of, scan_of
from torchish._core.engine.interpreter import linalg, products
from torchish._core.engine.interpreter.rules import RULES, Unsupported, made

NUMBER_DTYPES = {float: np.float64, int: np.int64, bool: np.bool_, complex: np.complex128}
KINDS = "biufc"  # NumPy's own dtypes; not bfloat16 and its like


class Steps:
    """A traced function as a list of NumPy calls on numbered slots."""

    def __init__(self, closed):
        self.slots: list[Any] = []
        self.calls: list[tuple] = []
        self.cost = 0.0  # seconds, roughly
        jaxpr, constants = program_of(closed)
        names: dict[Any, int] = {}
        self.inputs = [self._new(names, v) for v in jaxpr.invars]
        self._constants(names, jaxpr.constvars, constants)
        self._body(names, jaxpr)
        self.outputs = [self._read(names, v) for v in jaxpr.outvars]
        self._drop_unused()

    def _new(self, names, var) -> int:
        names[var] = len(self.slots)
        self.slots.append(None)
        return names[var]

    def _keep(self, a) -> int:
        a = np.asarray(a).view()
        if a.dtype.kind not in KINDS or a.dtype == np.float16:
            raise Unsupported
        a.flags.writeable = False
        self.slots.append(a)
        return len(self.slots) - 1

    def _constants(self, names, variables, values) -> None:
        for var, value in zip(variables, values, strict=True):
            names[var] = self._keep(value)

    def _read(self, names, atom) -> int:
        if isinstance(atom, Literal):
            return self._keep(np.asarray(atom.val, atom.aval.dtype))
        return names[atom]

    def _body(self, names, jaxpr) -> None:
        for eqn in jaxpr.eqns:
            ins = [self._read(names, v) for v in eqn.invars]
            name = eqn.primitive.name
            inner = inlined(eqn)
            if inner is not None:
                program, constants = program_of(inner)
                inside = dict(zip(program.invars, ins, strict=True))
                self._constants(inside, program.constvars, constants)
                self._body(inside, program)
                for var, result in zip(eqn.outvars, program.outvars, strict=True):
                    names[var] = self._read(inside, result)
                continue
            avals = [v.aval for v in eqn.invars], [v.aval for v in eqn.outvars]
            for a in (*avals[0], *avals[1]):
                dtype = getattr(a, "dtype", None)
                if getattr(dtype, "kind", None) not in tuple(KINDS) or dtype == np.float16:
                    raise Unsupported
            make = LOOPS.get(name) or RULES.get(name)
            if make is None:
                raise Unsupported(name)
            f = made(make, *avals, eqn.params)
            self.cost += _cost(name, *avals, eqn.params)
            outs = [self._new(names, v) for v in eqn.outvars]
            self.calls.append((f, ins, outs, [a.dtype for a in avals[1]]))

    def _drop_unused(self) -> None:
        needed, calls = set(self.outputs), []
        for call in reversed(self.calls):
            if needed.intersection(call[2]):
                needed.update(call[1])
                calls.append(call)
        self.calls = calls[::-1]

    def __call__(self, args) -> list:
        env = list(self.slots)
        for i, a in zip(self.inputs, args, strict=True):
            env[i] = a
        for f, ins, outs, dtypes in self.calls:
            r = f(*[env[i] for i in ins])
            if len(outs) == 1 and type(r) is not tuple:
                r = (r,)
            for i, x, dtype in zip(outs, r, dtypes, strict=True):
                env[i] = np.asarray(x, dtype)
        return [env[i] for i in self.outputs]


# Seconds an element of the inputs and outputs (of sums of products: a product) where not 1e-9.
_ELEMENT = {"sort": 1e-7, "top_k": 1e-7, "dot_general": 1e-10, "conv_general_dilated": 1e-9}


MOST = 2**62  # elements that anything is counted as: what is not computed may have any size


def _cost(name: str, ins, outs, params) -> float:
    """About how long NumPy takes for an equation."""
    if name == "while":  # nobody knows how often
        return TIMES * Steps(params["body_jaxpr"]).cost
    if name == "custom_linear_solve":
        return Steps(params["jaxprs"].solve).cost
    if name == "scan":
        loop = scan_of(params, len(ins))
        return loop.length * Steps(loop.body).cost
    n = sum(math.prod(a.shape) for a in (*ins, *outs))
    if name == "dot_general":
        contracted = params["dimension_numbers"][0][0]
        n = math.prod(outs[0].shape) * math.prod(ins[0].shape[d] for d in contracted)
    elif name == "conv_general_dilated":
        channels = params["dimension_numbers"].rhs_spec[0]
        n = math.prod(outs[0].shape) * math.prod(ins[1].shape) // max(ins[1].shape[channels], 1)
    return 5e-6 + min(n, MOST) * _ELEMENT.get(name, 1e-9)


TIMES = 50  # that a loop is taken to run
LIMIT = 20_000  # equations that one may compute before its operator is compiled after all


def _while(ins, outs, *, cond_jaxpr, body_jaxpr, cond_nconsts, body_nconsts):
    cond, body = Steps(cond_jaxpr), Steps(body_jaxpr)

    def run(*args):
        first = args[:cond_nconsts]
        second = args[cond_nconsts : cond_nconsts + body_nconsts]
        state = args[cond_nconsts + body_nconsts :]
        left = LIMIT
        while cond([*first, *state])[0]:
            left -= len(body.calls) + 1
            if left < 0:
                raise Unsupported("a long loop")
            state = body([*second, *state])
        return tuple(state)

    return run


def _scan(ins, outs, **params):
    loop = scan_of(params, len(ins))
    body = Steps(loop.body)
    first, last = loop.constants, loop.constants + loop.carry
    stacked = outs[loop.carry :]

    def run(*args):
        consts, carry, rows = args[:first], args[first:last], args[last:]
        ys = [np.empty(a.shape, a.dtype) for a in stacked]
        for i in reversed(range(loop.length)) if loop.reverse else range(loop.length):
            results = body([*consts, *carry, *[x[i] for x in rows]])
            carry = results[: loop.carry]
            for y, r in zip(ys, results[loop.carry :], strict=True):
                y[i] = r
        return (*carry, *ys)

    return run


def _cond(ins, outs, *, branches, branches_platforms=None):
    """One of some programs; what platforms they are for has gone into the index."""
    bodies = [Steps(b) for b in branches]
    return lambda which, *args: tuple(bodies[min(max(int(which), 0), len(bodies) - 1)](list(args)))


def _linear_solve(ins, outs, *, const_lengths, jaxprs):
    """A system of equations, whose solution is a program of its own."""
    solve = Steps(jaxprs.solve)
    before = const_lengths.matvec + const_lengths.vecmat
    after = before + const_lengths.solve + const_lengths.transpose_solve
    end = before + const_lengths.solve
    return lambda *args: tuple(solve([*args[before:end], *args[after:]]))


LOOPS = {"while": _while, "scan": _scan, "cond": _cond, "custom_linear_solve": _linear_solve}

# Of the calls used most recently; None where one has to be compiled.
_kept: OrderedDict[tuple, Steps | None] = OrderedDict()
ROOM = 4096


def steps_of(call, avals) -> Steps | None:
    """A call on inputs of these avals as NumPy steps; None where it has to be compiled."""
    key = (call, avals)
    if key in _kept:
        _kept.move_to_end(key)
        return _kept[key]
    structs = [a.struct() for a in avals]
    structs += [jax.ShapeDtypeStruct((), NUMBER_DTYPES[k]) for k in call.numbers]
    try:
        with devices.tracing("cpu"):
            steps = Steps(jax.make_jaxpr(call.fn)(*structs))
    except Unsupported:
        steps = None
    _kept[key] = steps
    if len(_kept) > ROOM:
        _kept.popitem(last=False)
    return steps


__all__ = ["LOOPS", "NUMBER_DTYPES", "RULES", "Steps", "Unsupported", "steps_of"]
MODULES = (linalg, products)  # which enter their rules when they are imported
