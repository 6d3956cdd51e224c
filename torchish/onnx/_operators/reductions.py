"""Reductions, scans and losses: Note [Translations]."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from torchish._core.base import dtypes as dt
from torchish.onnx._graph import Graph, Value, numbers
from torchish.onnx._operators.indexing import argmax, argmin
from torchish.onnx._operators.table import TABLE, translation

__all__: list[str] = []


def _dims(dim: Any) -> list[int] | None:
    return None if dim is None else numbers(dim, 1) if not isinstance(dim, (list, tuple)) else dim


@translation("sum.default", "sum.dim_IntList")
def _sum(g: Graph, x: Value, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Value:
    return g.reduced("ReduceSum", g.cast(x, g.out.dtype), _dims(dim), keepdim)


@translation("mean.default", "mean.dim")
def _mean(
    g: Graph, x: Value, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Value:
    return g.reduced("ReduceMean", g.cast(x, g.out.dtype), _dims(dim), keepdim)


@translation("prod.default", "prod.dim_int")
def _prod(
    g: Graph, x: Value, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Value:
    return g.reduced("ReduceProd", g.cast(x, g.out.dtype), _dims(dim), keepdim)


def _extreme(kind: str) -> Any:
    def reduce(g: Graph, x: Value, dim: Any = None, keepdim: bool = False) -> Value:
        narrow = x.dtype if x.dtype in (dt.bool_, dt.int16) else None
        made = g.reduced(kind, g.cast(x, dt.int32) if narrow else x, _dims(dim), keepdim)
        return g.cast(made, narrow) if narrow else made

    return reduce


_max, _min = _extreme("ReduceMax"), _extreme("ReduceMin")
TABLE["amax"] = TABLE["max.default"] = _max
TABLE["amin"] = TABLE["min.default"] = _min


@translation("max.dim")
def _max_dim(g: Graph, x: Value, dim: int, keepdim: bool) -> list[Value]:
    return [_max(g, x, dim, keepdim), argmax(g, x, dim, keepdim)]


@translation("min.dim")
def _min_dim(g: Graph, x: Value, dim: int, keepdim: bool) -> list[Value]:
    return [_min(g, x, dim, keepdim), argmin(g, x, dim, keepdim)]


@translation("aminmax")
def _aminmax(g: Graph, x: Value, *, dim: int | None, keepdim: bool) -> list[Value]:
    return [_min(g, x, dim, keepdim), _max(g, x, dim, keepdim)]


def _truth(kind: str) -> Any:
    def reduce(g: Graph, x: Value, dim: Any = None, keepdim: bool = False) -> Value:
        whole = g.cast(g.cast(x, dt.bool_), dt.int32)
        return g.cast(g.reduced(kind, whole, _dims(dim), keepdim), dt.bool_)

    return reduce


TABLE["any"], TABLE["all"] = _truth("ReduceMax"), _truth("ReduceMin")


@translation("count_nonzero")
def _count_nonzero(g: Graph, x: Value, dim: Any = None) -> Value:
    ones = g.cast(g.cast(x, dt.bool_), dt.int64)
    return g.reduced("ReduceSum", ones, _dims(dim), False)


@translation("logsumexp")
def _logsumexp(g: Graph, x: Value, dim: Any, keepdim: bool) -> Value:
    """The greatest element is taken out first, unless it is infinite."""
    x = g.floating(x)
    top = g.reduced("ReduceMax", x, _dims(dim), True)
    top = g.where(g.op("IsInf", top, dtype=dt.bool_), g.const(0, x.dtype), top)
    less = g.op("Exp", g.op("Sub", x, top), shape=x.shape)
    made = g.op("Log", g.reduced("ReduceSum", less, _dims(dim), True))
    made = g.op("Add", made, top, shape=x.shape)
    dims = range(x.rank) if not _dims(dim) else _dims(dim) or ()
    return made if keepdim or not x.rank else g.squeeze(made, *dims)


def _norm(g: Graph, x: Value, p: Any, dim: Any, keepdim: bool) -> Value:
    x = g.cast(x, g.out.dtype)
    if p in (1, 2):
        return g.reduced(f"ReduceL{int(p)}", x, dim, keepdim) if x.rank else g.op("Abs", x)
    size = g.op("Abs", x, shape=x.shape)
    if p in (math.inf, -math.inf):
        return g.reduced("ReduceMax" if p > 0 else "ReduceMin", size, dim, keepdim)
    if p == 0:
        ones = g.cast(g.cast(x, dt.bool_), x.dtype)
        return g.reduced("ReduceSum", ones, dim, keepdim)
    made = g.op("Pow", size, g.const(float(p), x.dtype), shape=x.shape)
    made = g.reduced("ReduceSum", made, dim, keepdim)
    return g.op("Pow", made, g.const(1 / p, x.dtype))


@translation("linalg_vector_norm")
def _vector_norm(
    g: Graph, x: Value, p: Any, dim: Any, keepdim: bool, *, dtype: Any = None
) -> Value:
    return _norm(g, x, p, _dims(dim), keepdim)


@translation("norm")
def _any_norm(
    g: Graph, x: Value, p: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Value:
    return _norm(g, x, 2 if p is None else p, _dims(dim), keepdim)


# --- variance


def _count(g: Graph, x: Value, dims: Sequence[int], dtype: dt.dtype) -> Value:
    sizes = [g.size(x, d) for d in dims]
    total: Any = 1
    for n in sizes:
        total = g.arithmetic("Mul", total, n)
    return g.tensor(total, dtype)


def _spread(
    g: Graph, x: Value, dim: Any, correction: Any, keepdim: bool, root: bool
) -> list[Value]:
    """The variance, or its root, and the mean."""
    over = _dims(dim)
    dims = over or list(range(x.rank))
    mean = g.reduced("ReduceMean", x, dims, True)
    away = g.op("Sub", x, mean, shape=x.shape)
    total = g.reduced("ReduceSum", g.op("Mul", away, away, shape=x.shape), dims, keepdim)
    n = _count(g, x, dims, x.dtype)
    if correction:
        less = g.op("Sub", n, g.const(correction, x.dtype))
        n = g.op("Max", less, g.const(0, x.dtype))
    made = g.op("Div", total, n)
    made = g.op("Sqrt", made) if root else made
    return [made, mean if keepdim or not x.rank else g.squeeze(mean, *dims)]


def _variances(root: bool, both: bool) -> tuple[Any, Any, Any]:
    def whole(g: Graph, x: Value, unbiased: bool) -> Any:
        made = _spread(g, x, None, int(unbiased), False, root)
        return made if both else made[0]

    def plain(g: Graph, x: Value, dim: Any, unbiased: bool, keepdim: bool) -> Any:
        made = _spread(g, x, dim, int(unbiased), keepdim, root)
        return made if both else made[0]

    def corrected(g: Graph, x: Value, dim: Any, *, correction: Any, keepdim: bool) -> Any:
        made = _spread(g, x, dim, 1 if correction is None else correction, keepdim, root)
        return made if both else made[0]

    return whole, plain, corrected


for _name in ("var", "std", "var_mean", "std_mean"):
    _made = _variances(_name.startswith("std"), _name.endswith("mean"))
    TABLE[f"{_name}.default"], TABLE[f"{_name}.dim"], TABLE[f"{_name}.correction"] = _made


@translation("cumsum")
def _cumsum(g: Graph, x: Value, dim: int, *, dtype: Any = None) -> Value:
    x = g.cast(x, g.out.dtype)
    return g.op("CumSum", x, g.const(dim, dt.int64), shape=x.shape) if x.rank else x


# --- losses


def _reduced_loss(g: Graph, x: Value, reduction: int) -> Value:
    kind = (None, "ReduceMean", "ReduceSum")[reduction]
    return x if kind is None else g.op(kind, x, keepdims=0)


@translation("mse_loss")
def _mse_loss(g: Graph, a: Value, b: Value, reduction: int) -> Value:
    away = g.op("Sub", *g.met(a, b))
    return _reduced_loss(g, g.op("Mul", away, away), reduction)


@translation("l1_loss")
def _l1_loss(g: Graph, a: Value, b: Value, reduction: int) -> Value:
    return _reduced_loss(g, g.op("Abs", g.op("Sub", *g.met(a, b))), reduction)


def _bent(huber: bool) -> Any:
    """Squares near 0, absolute values far from it."""

    def loss(g: Graph, a: Value, b: Value, reduction: int, beta: float) -> Value:
        away = g.op("Abs", g.op("Sub", *g.met(a, b)))
        bound, half = g.const(beta, away.dtype), g.const(0.5, away.dtype)
        near = g.op("Mul", g.op("Mul", away, away), half)
        far = g.op("Sub", away, g.op("Mul", half, bound))
        if huber:
            far = g.op("Mul", bound, far)
        else:
            near = g.op("Div", near, bound)
        small = g.op("Less", away, bound, dtype=dt.bool_)
        return _reduced_loss(g, g.where(small, near, far), reduction)

    return loss


TABLE["smooth_l1_loss"], TABLE["huber_loss"] = _bent(False), _bent(True)

_REDUCTIONS = ("none", "mean", "sum")


def _nll(g: Graph, x: Value, target: Value, weight: Any, reduction: int, ignored: int) -> Value:
    """Of logarithms of probabilities, whose second dimension are the classes."""
    alone = x.rank == 1
    if alone:
        x, target = g.unsqueeze(x, 0), g.unsqueeze(target, 0)
    made = g.op("NegativeLogLikelihoodLoss", x, target, weight,
                reduction=_REDUCTIONS[reduction], ignore_index=ignored)  # fmt: skip
    return g.squeeze(made, 0) if alone and reduction == 0 else made


@translation("nll_loss", "nll_loss_nd", "nll_loss2d")
def _nll_loss(
    g: Graph, x: Value, target: Value, weight: Value | None, reduction: int, ignored: int
) -> Value:
    return _nll(g, x, target, weight, reduction, ignored)


@translation("cross_entropy_loss")
def _cross_entropy(
    g: Graph, x: Value, target: Value, weight: Value | None, reduction: int, ignored: int,
    smoothing: float,
) -> Value:  # fmt: skip
    if smoothing or target.dtype.category >= dt.FLOAT:
        raise g.refuse("cross_entropy with label_smoothing or probabilities as targets")
    axis = 0 if x.rank == 1 else 1
    made = g.op("LogSoftmax", x, axis=axis, shape=x.shape)
    return _nll(g, made, target, weight, reduction, ignored)
