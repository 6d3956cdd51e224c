"""A call on inputs of given avals, bound to its host kernel: what runs is a function of arrays."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import broadcast_shapes
from torchish._core.base.promotion import Promote, computation_dtypes, result_type, scalar_dtype
from torchish._core.engine.host.promoting import host_cast
from torchish._core.engine.host.registry import KERNELS, SECOND, Kernel, Unsupported, elements
from torchish._core.ops.table import AnyCall, Array, Call, FunctionCall, Raw, Shape, VjpCall

__all__ = ["HostCall", "host_call"]


class HostCall:
    """`run(flat, saved)` gives (results, saved) of a call from its arrays and numbers; a
    vector-Jacobian product may be given what its forward call saved. `saves` says whether a later
    gradient wants that; `cost(inputs, outputs)` estimates seconds from avals, `products` tells that
    BLAS may be called, `checks` that the operator's own check would find nothing more. `inline()`,
    if any, makes a function (*flat) that gives the one result."""

    __slots__ = ("checks", "cost", "inline", "products", "run", "saves")

    def __init__(self, run: Callable, cost: Callable, saves: bool = False):
        self.run, self.cost, self.saves = run, cost, saves
        self.products = cost is not elements
        self.checks = False
        self.inline: Callable | None = None


# What stands for a number of each class where only its dtype and shape are asked for.
_NUMBERS = {bool: np.bool_(0), int: np.int64(0), float: np.float64(0), complex: np.complex128(0)}


class _Promotion:
    """How a call's arguments are cast, decided once for the avals of its inputs."""

    def __init__(self, call: Call, avals: Sequence):
        self.casts: dict[str, dt.dtype] = {}
        self.compute = self.result = None
        self.rounds = False
        self.rounded: list[dt.dtype] | None = None  # the dtype of each result, where they differ
        op = call.op
        arguments = call.arguments([*avals, *[_NUMBERS[kind] for kind in call.numbers]])
        if op.elementwise:
            broadcast_shapes(*[a.shape for a in arguments.values() if hasattr(a, "shape")])
        promote = op.promote if isinstance(op.promote, Promote) else op.promote(arguments)
        if promote is Promote.NONE:
            return
        operands = []
        for p in op.params:
            spec = call.template[p.name]
            if p.kind is None or not issubclass(p.kind, Array) or spec[0] == "s":
                if p.kind is not None and issubclass(p.kind, Array) and spec[1] is not None:
                    raise Unsupported  # a number in a tensor's place
                continue
            if spec[0] == "n":
                operands.append((scalar_dtype(spec[2]), 0))
            else:
                found = [avals[i] for i in spec[1]] if spec[0] == "l" else [avals[spec[1]]]
                operands += [(a.torch_dtype, 2 if a.shape else 1) for a in found]
        if not operands:
            return
        operands = op.ranked(operands)
        self.compute, self.result = computation_dtypes(result_type(operands), promote)
        self.rounds = (
            op.rounds and self.result is not self.compute and self.result.is_floating_point
        )
        for p in op.params:
            if p.kind is None or issubclass(p.kind, (Raw, Shape)):
                continue
            self.casts[p.name] = self.compute

    def widen(self, kernel: Kernel, call: Call, avals: Sequence) -> None:
        """Have half inputs cast to float32, where the kernel asks for that and the operator does
        not promote them. See Note [Host kernels]."""
        if not kernel.halves or self.compute is not None:
            return
        floats: dict[str, dt.dtype] = {}
        for name, spec in call.template.items():
            for i in spec[1] if spec[0] == "l" else (spec[1],) if spec[0] == "t" else ():
                if i is None or not avals[i].torch_dtype.is_floating_point:
                    continue
                kind = floats.setdefault(name, avals[i].torch_dtype)
                if kind is not avals[i].torch_dtype:
                    raise Unsupported
        kinds = set(floats.values())
        half = kinds & {dt.float16, dt.bfloat16}
        if not half:
            return
        if kernel.halves is True:
            fits = len(kinds) == 1
        else:
            first = kernel.halves[0]
            rest = {d for name, d in floats.items() if name != first}
            fits = len(half) == 1 and floats[first] in half and rest in (set(), half, {dt.float32})
        if not fits:
            raise Unsupported
        self.casts = dict.fromkeys(floats, dt.float32)
        self.compute, (self.result,) = dt.float32, half
        asked = call.template.get("dtype", ("s", None))[1]
        if asked is not None:
            if asked is not dt.float32:
                raise Unsupported
            self.result = dt.float32
        if kernel.halves is not True:
            self.rounded = [floats.get(name, dt.float32) for name in kernel.halves]


def _caller(
    call: Call, promotion: _Promotion, avals: Sequence, kernel: Callable | None = None
) -> Callable:
    """A function (kernel, flat, ...) that calls a kernel on the arguments in `flat`, arrays and
    numbers, behind further positional ones; or (*flat) that calls the given one."""
    values: dict[str, Any] = {}
    terms = []
    at = "flat[{}]".format if kernel is None else "f{}".format

    def cast(name: str, i: int | None) -> str:
        if i is None:
            return "None"
        to = promotion.casts.get(name)
        if to is None or (avals[i].dtype == to.np and not promotion.rounds):
            return at(i)
        values[f"c_{name}"] = (
            functools.partial(_scalar_rounding, promotion.result, to)
            if promotion.rounds
            else functools.partial(_cast_to, to)
        )
        return f"c_{name}({at(i)})"

    for name, spec in call.template.items():
        if spec[0] == "s":
            values[f"s_{name}"] = spec[1]
            terms.append(f"{name}=s_{name}")
        elif spec[0] == "n":
            number = _number_class(spec[2], promotion.casts.get(name))
            if promotion.rounds and name in promotion.casts:
                number = _rounding(promotion.result.np.type, number)
            values[f"c_{name}"] = number
            terms.append(f"{name}=c_{name}({at(call.tensors + spec[1])})")
        elif spec[0] == "t":
            terms.append(f"{name}={cast(name, spec[1])}")
        else:
            terms.append(f"{name}=[{', '.join([cast(name, i) for i in spec[1]])}]")
    source = f"lambda kernel, flat, *more: kernel(*more, {', '.join(terms)})"
    if kernel is not None:
        values["kernel"] = kernel
        flat = ", ".join([at(i) for i in range(call.tensors + len(call.numbers))])
        source = f"lambda {flat}: kernel({', '.join(terms)})"
    return eval(_compiled(source), values)


def _cast_to(to: dt.dtype, a: np.ndarray) -> np.ndarray:
    return host_cast(a, to)


@functools.lru_cache(4096)
def _compiled(source: str):
    return compile(source, "<host kernel>", "eval")


def _rounding(half: type, wide: Callable) -> Callable:
    return lambda x: wide(half(x))


def _scalar_rounding(half: dt.dtype, to: dt.dtype, a: np.ndarray) -> np.ndarray:
    """A cast that rounds a 0-dim array to a half first."""
    return host_cast(a if a.ndim else host_cast(a, half), to)


def _number_class(kind: type, to: dt.dtype | None) -> Callable:
    """A Python number as an operand: of the computation dtype where the operator promotes."""
    if to is None:
        return kind
    if to is dt.bool_:
        return bool
    if kind is complex and not to.is_complex:
        raise Unsupported
    return to.np.type


def _check_dtypes(kernel: Kernel, call: Call, promotion: _Promotion, avals: Sequence) -> None:
    for p in call.op.params:
        spec = call.template[p.name]
        if spec[0] not in "tl":
            continue
        to = promotion.casts.get(p.name)
        for i in spec[1] if spec[0] == "l" else (spec[1],):
            if i is not None and not kernel.takes(to.np if to else avals[i].dtype):
                raise Unsupported


def _forward(call: Call, avals: Sequence) -> tuple[HostCall, Callable, _Promotion, Kernel]:
    kernel = KERNELS.get(call.op.name)
    if kernel is None:
        raise Unsupported
    promotion = _Promotion(call, avals)
    promotion.widen(kernel, call, avals)
    _check_dtypes(kernel, call, promotion, avals)
    apply = _caller(call, promotion, avals)
    compute, result = promotion.compute, promotion.result
    recast = result if compute is not result else None
    rounded = promotion.rounded
    forward, residual, keeps = kernel.forward, kernel.saves == "residual", kernel.saves is not None

    def plain(flat, saved=None):
        out = apply(forward, flat)
        if type(out) is np.ndarray:
            return (out,), None
        return tuple([np.asarray(o) for o in (out if type(out) is tuple else (out,))]), None

    def run(flat, saved=None):
        outs = apply(forward, flat)
        if residual:
            outs, saved = outs
        if type(outs) is not tuple:
            outs = (outs,)
        outs = tuple([np.asarray(o) for o in outs])
        if not residual:
            saved = outs if keeps else None
        if rounded is not None:
            outs = tuple([host_cast(o, d) for o, d in zip(outs, rounded, strict=False)])
        elif recast is not None:
            outs = tuple([host_cast(o, recast) if o.dtype == compute.np else o for o in outs])
        return outs, saved

    run = run if residual or keeps or recast or rounded else plain
    made = HostCall(run, kernel.cost, keeps)
    made.checks = kernel.checks
    if run is plain:
        made.inline = functools.partial(_caller, call, promotion, avals, forward)
    return made, apply, promotion, kernel


def _summed(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A gradient of broadcast shape, summed to the shape of the input."""
    if g.shape == shape:
        return g
    lead = g.ndim - len(shape)
    if lead < 0:
        return np.broadcast_to(g, shape)
    axes = (*range(lead), *[d for d in range(lead, g.ndim) if shape[d - lead] == 1 != g.shape[d]])
    if axes:
        half = g.dtype.itemsize == 2
        total = g.sum(axes, dtype=np.float32 if half else g.dtype, keepdims=True)
        g = total.astype(g.dtype) if half else total
    if g.shape[lead:] != shape:
        g = np.broadcast_to(g, (1,) * lead + shape)
    return g.reshape(shape)


def _parameters(call: Call) -> dict[int, tuple[str, int | None]]:
    """The name of the parameter that each tensor stands in, and its index in a list of tensors."""
    where: dict[int, tuple[str, int | None]] = {}
    for name, spec in call.template.items():
        if spec[0] == "t":
            where[spec[1]] = (name, None)
        elif spec[0] == "l":
            where.update({i: (name, k) for k, i in enumerate(spec[1]) if i is not None})
    return where


def _backward(call: VjpCall, avals: Sequence) -> HostCall:
    base = call.base
    if type(base) is VjpCall:
        return _backward_of_backward(call, base, avals)
    if type(base) is not Call:
        raise Unsupported
    n, c = base.tensors, len(call.given)
    forward, apply, promotion, kernel = _forward(base, avals[:n])
    if kernel.pullback is None or any(not avals[i].differentiable for i in call.wanted):
        raise Unsupported
    pullback, given, saves, several = kernel.pullback, call.given, kernel.saves, kernel.several
    if several == 0 and given != (0,):
        raise Unsupported
    compute, result = promotion.compute, promotion.result
    recast = compute if compute is not None and compute is not result else None
    where = _parameters(base)
    targets = [(*where[i], avals[i].shape, avals[i].torch_dtype) for i in call.wanted]
    wanted = frozenset(name for name, *_ in targets)

    # Where nothing is saved, the kernel itself runs once, to refuse what it has no form for.
    accepted = [] if saves is None else [True]

    def pull(flat, saved=None):
        primals = [*flat[:n], *flat[n + c :]]
        if (saves is not None and saved is None) or not accepted:
            saved = forward.run(primals)[1]
            accepted.append(True)
        if saves == "result" and not several:
            saved = saved[0]
        cts = flat[n : n + c]
        if recast is not None:
            cts = [host_cast(x, recast) if x.dtype.kind in "fcV" else x for x in cts]
        if several:
            ct = [None] * several
            for i, x in zip(given, cts, strict=True):
                ct[i] = x
        else:
            ct = cts[0]
        grads = apply(pullback, primals, ct, saved, wanted)
        out = []
        for name, k, shape, dtype in targets:
            g = np.asarray(grads[name] if k is None else grads[name][k])
            if g.shape != shape:
                g = _summed(g, shape)
            out.append(g if g.dtype == dtype.np else host_cast(g, dtype))
        return tuple(out), None

    def cost(inputs, outputs):
        return 2 * kernel.cost(inputs[:n], inputs[n:])

    made = HostCall(pull, cost)
    made.products = forward.products
    return made


def _backward_of_backward(call: VjpCall, inner: VjpCall, avals: Sequence) -> HostCall:
    """The second derivative of an operator with one result."""
    base = inner.base
    if type(base) is not Call or inner.given != (0,):
        raise Unsupported
    n = base.tensors
    forward, apply, promotion, kernel = _forward(base, avals[:n])
    second, compute = SECOND.get(base.op.name), promotion.compute
    if second is None or kernel.several or any(a.torch_dtype.is_complex for a in avals):
        raise Unsupported
    if any(not avals[i].differentiable for i in call.wanted):
        raise Unsupported
    where = _parameters(base)
    lists = {name: len(spec[1]) for name, spec in base.template.items() if spec[0] == "l"}
    given = [where[inner.wanted[i]] for i in call.given]
    targets = [where[i] if i < n else ("ct", None) for i in call.wanted]
    wanted = frozenset(name for name, _ in targets)
    forms = [(avals[i].shape, avals[i].torch_dtype) for i in call.wanted]
    end = n + 1 + len(given)

    def cast(x):
        return x if compute is None or x.dtype == compute.np else host_cast(x, compute)

    def pull(flat, saved=None):
        v: dict[str, Any] = {}
        for (name, k), x in zip(given, flat[n + 1 : end], strict=True):
            if k is None:
                v[name] = cast(x)
            else:
                v.setdefault(name, [None] * lists[name])[k] = cast(x)
        arguments = apply(dict, [*flat[:n], *flat[end:]])
        found = second(v, cast(flat[n]), wanted, **arguments)
        out = []
        for (name, k), (shape, dtype) in zip(targets, forms, strict=True):
            g = found.get(name)
            g = g if g is None or k is None else g[k]
            g = np.zeros(shape, dtype.np) if g is None else _summed(np.asarray(g), shape)
            out.append(g if g.dtype == dtype.np else host_cast(g, dtype))
        return tuple(out), None

    def cost(inputs, outputs):
        return 3 * kernel.cost(inputs[:n], inputs[n:])

    made = HostCall(pull, cost)
    made.products = forward.products
    return made


def _function(f: Callable) -> HostCall:
    def run(flat, saved=None):
        return tuple([np.asarray(x) for x in f(*flat)]), None

    return HostCall(run, elements)


def host_call(call: AnyCall, avals: Sequence) -> HostCall | None:
    """The call on inputs of these avals as a host kernel; None where there is none. PyTorch's error
    where the shapes do not broadcast."""
    try:
        if type(call) is Call:
            return _forward(call, avals)[0]
        if type(call) is VjpCall:
            return _backward(call, avals)
        if isinstance(call, FunctionCall) and call.host_function is not None:
            return _function(call.host_function)
    except Unsupported:
        return None
    return None
