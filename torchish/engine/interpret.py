"""Runs an operator's program equation by equation in NumPy, without compiling it.

Note [Interpreter]
XLA compiles a program for one set of shapes, and takes a good part of a second for it. A loop
whose shapes never come back (a text that grows by a token, batches of ever new lengths) would
compile in each turn. Such programs are run here: JAX traces each operator as ever, and what it
recorded is computed by NumPy. That costs about what the tracing costs, a millisecond or so an
operator, and later nothing for shapes that were seen. Only on the CPU, and only for what NumPy
computes as XLA does; the rest of a program is compiled, operator by operator.

A small program that is seen for the first time runs here as well, where that is exact: what moves
elements, compares, counts or calculates with integers, and one rounded operation. A script's
one-off steps then wait for no compiler, and the same program has the same bits when it comes back
and is compiled.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Any

import jax
import numpy as np

from torchish.base.jax_internals import Literal, inlined, program_of, scan_of
from torchish.engine.numpy_products import RULES
from torchish.engine.numpy_rules import Unsupported, made

NUMBER_DTYPES = {float: np.float64, int: np.int64, bool: np.bool_, complex: np.complex128}
KINDS = "biufc"  # NumPy's own dtypes; not bfloat16 and its like


class Steps:
    """A traced function as a list of NumPy calls on numbered slots."""

    def __init__(self, closed):
        self.slots: list[Any] = []
        self.calls: list[tuple] = []
        self.cost = 0.0  # seconds, roughly
        self.rounded = 0.0  # equations whose results are rounded; infinite: not as XLA rounds them
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
            self.rounded += _rounded(name, *avals)
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


# Equations without rounding, and those that IEEE 754 rounds in one way.
_EXACT: set[str] = set()
for _names in (
    "neg floor ceil is_finite not real imag conj complex max min and or xor eq ne lt le gt ge",
    "lt_to le_to sign round clamp select_n convert_element_type bitcast_convert_type reshape",
    "squeeze broadcast_in_dim transpose concatenate stack unstack split tile rev",
    "slice dynamic_slice dynamic_update_slice pad iota empty reduce_max reduce_min argmax",
    "argmin cummax cummin sort top_k gather scatter stop_gradient copy optimization_barrier",
):
    _EXACT.update(_names.split())
_ROUNDED = {"add", "add_any", "sub", "mul", "sqrt", "square"}  # XLA multiplies by reciprocals


def _rounded(name: str, ins, outs) -> float:
    """How many of an equation's results depend on how they are fused with others; infinity where
    NumPy and XLA round in ways of their own."""
    kinds = {a.dtype.kind for a in (*ins, *outs)}
    if name in _EXACT or (kinds <= set("biu") and name not in LOOPS):
        return 0
    if name == "abs" and "c" not in kinds:
        return 0
    return 1 if name in _ROUNDED and "c" not in kinds else math.inf


# Seconds an element of the inputs and outputs (of sums of products: a product) where not 1e-9.
_ELEMENT = {"sort": 1e-7, "top_k": 1e-7, "dot_general": 1e-10, "conv_general_dilated": 1e-9}


def _cost(name: str, ins, outs, params) -> float:
    """About how long NumPy takes for an equation."""
    if name == "while":
        return math.inf  # nobody knows how often
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
    return 5e-6 + n * _ELEMENT.get(name, 1e-9)


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


def _cond(ins, outs, *, branches):
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
