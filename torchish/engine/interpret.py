"""Runs an operator's program equation by equation in NumPy, without compiling it.

Note [Interpreter]
XLA compiles a program for one set of shapes, and takes a good part of a second for it. A loop
whose shapes never come back (a text that grows by a token, batches of ever new lengths) would
compile in each turn. Such programs are run here: JAX traces each operator as ever, and what it
recorded is computed by NumPy. That costs about what the tracing costs, a millisecond or so an
operator, and later nothing for shapes that were seen. Only on the CPU, and only for what NumPy
computes as XLA does; the rest of a program is compiled, operator by operator.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import jax
import numpy as np
from jax.extend import core

from torchish.engine.numpy_products import RULES
from torchish.engine.numpy_rules import Unsupported

NUMBER_DTYPES = {float: np.float64, int: np.int64, bool: np.bool_, complex: np.complex128}
KINDS = "biufc"  # NumPy's own dtypes; not bfloat16 and its like
_INLINE = {
    "jit": "jaxpr",
    "pjit": "jaxpr",
    "closed_call": "call_jaxpr",
    "core_call": "call_jaxpr",
    "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr",
    "custom_vjp_call_jaxpr": "fun_jaxpr",
    "remat2": "jaxpr",
    "checkpoint": "jaxpr",
    "custom_lin": "jaxpr",
}


class Steps:
    """A traced function as a list of NumPy calls on numbered slots."""

    def __init__(self, closed):
        self.slots: list[Any] = []
        self.calls: list[tuple] = []
        jaxpr = closed.jaxpr
        names: dict[Any, int] = {}
        self.inputs = [self._new(names, v) for v in jaxpr.invars]
        self._constants(names, jaxpr.constvars, closed.consts)
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
        if isinstance(atom, core.Literal):
            return self._keep(np.asarray(atom.val, atom.aval.dtype))
        return names[atom]

    def _body(self, names, jaxpr) -> None:
        for eqn in jaxpr.eqns:
            ins = [self._read(names, v) for v in eqn.invars]
            name = eqn.primitive.name
            inner = eqn.params.get(_INLINE[name]) if name in _INLINE else None
            if inner is not None:
                closed = inner if hasattr(inner, "consts") else core.ClosedJaxpr(inner, ())
                inside = dict(zip(closed.jaxpr.invars, ins, strict=True))
                self._constants(inside, closed.jaxpr.constvars, closed.consts)
                self._body(inside, closed.jaxpr)
                for var, result in zip(eqn.outvars, closed.jaxpr.outvars, strict=True):
                    names[var] = self._read(inside, result)
                continue
            avals = [v.aval for v in eqn.invars], [v.aval for v in eqn.outvars]
            for a in (*avals[0], *avals[1]):
                dtype = getattr(a, "dtype", None)
                if dtype is None or dtype.kind not in KINDS or dtype == np.float16:
                    raise Unsupported
            if name in LOOPS:
                f = LOOPS[name](*avals, **eqn.params)
            elif name in RULES:
                f = RULES[name](*avals, **eqn.params)
            else:
                raise Unsupported(name)
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


def _while(ins, outs, *, cond_jaxpr, body_jaxpr, cond_nconsts, body_nconsts):
    cond, body = Steps(cond_jaxpr), Steps(body_jaxpr)

    def run(*args):
        first = args[:cond_nconsts]
        second = args[cond_nconsts : cond_nconsts + body_nconsts]
        state = args[cond_nconsts + body_nconsts :]
        while cond([*first, *state])[0]:
            state = body([*second, *state])
        return tuple(state)

    return run


def _scan(ins, outs, *, jaxpr, length, reverse, num_consts, num_carry, **params):
    body = Steps(jaxpr)
    stacked = outs[num_carry:]

    def run(*args):
        consts, carry = args[:num_consts], args[num_consts : num_consts + num_carry]
        rows = args[num_consts + num_carry :]
        ys = [np.empty(a.shape, a.dtype) for a in stacked]
        for i in reversed(range(length)) if reverse else range(length):
            results = body([*consts, *carry, *[x[i] for x in rows]])
            carry = results[:num_carry]
            for y, r in zip(ys, results[num_carry:], strict=True):
                y[i] = r
        return (*carry, *ys)

    return run


def _cond(ins, outs, *, branches, **params):
    bodies = [Steps(b) for b in branches]
    return lambda which, *args: tuple(bodies[min(max(int(which), 0), len(bodies) - 1)](list(args)))


LOOPS = {"while": _while, "scan": _scan, "cond": _cond}

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
        steps = Steps(jax.make_jaxpr(call.fn)(*structs))
    except Unsupported:
        steps = None
    _kept[key] = steps
    if len(_kept) > ROOM:
        _kept.popitem(last=False)
    return steps


def owned(a) -> np.ndarray:
    """A result in memory that nothing else refers to."""
    if a.base is None and a.flags.owndata and a.flags.writeable and a.flags.c_contiguous:
        return a
    return np.array(a, order="C")
