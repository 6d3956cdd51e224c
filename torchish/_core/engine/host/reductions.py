"""Sums, means, products, variances, norms and logical reductions in NumPy."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.engine.host.elementwise import unit
from torchish._core.engine.host.promoting import host_cast
from torchish._core.engine.host.registry import kernel, require
from torchish._core.ops.reductions.sums import reduce_dims, wider

_BOOL = np.dtype(bool)


def accumulated(x, dtype=None):
    """(x in the dtype that sums are accumulated in, dtype of the result)."""
    if dtype is None and x.dtype.kind in "fc" and x.dtype.itemsize > 2:
        return x, x.dtype
    if dtype is not None:
        result = dtype
    else:
        result = dt.int64 if x.dtype.kind in "biu" else dt.from_np(x.dtype)
    compute = dt.float32 if result in (dt.float16, dt.bfloat16) else result
    return host_cast(x, compute), result.np


def as_dtype(x, dtype: np.dtype):
    """x as a dtype, without a copy where it has it."""
    return x if x.dtype == dtype else x.astype(dtype)


def put_back(x, dims: tuple[int, ...], keepdim: bool):
    """x with a dim of size 1 for each reduced one, unless they were kept."""
    if keepdim or not x.ndim:
        return x
    return np.expand_dims(x, dims)


def _count(shape, dims) -> int:
    return math.prod([shape[d] for d in dims])


def _total(x, dims: tuple[int, ...] | None, keepdim: bool):
    """The sum over dims, in the dtype of `x` (Note [Sums of the same bits])."""
    return as_dtype(np.add.reduce(x, dims, wider(x), keepdims=keepdim), x.dtype)


@kernel("sum", dtypes="bifch")
def sum_(input, dim=None, keepdim=False, *, dtype=None):
    x, result = accumulated(input, dtype)
    dims = None if dim is None else reduce_dims(dim, x.ndim)
    return as_dtype(_total(x, dims, keepdim), result)


@sum_.gradient
def _(ct, saved, wanted, input, dim=None, keepdim=False, *, dtype=None):
    return {"input": put_back(ct, reduce_dims(dim, input.ndim), keepdim)}


@kernel("nansum", dtypes="bifh")
def nansum(input, dim=None, keepdim=False, *, dtype=None):
    x, result = accumulated(input, dtype)
    if x.dtype.kind == "f":
        x = np.where(np.isnan(x), x.dtype.type(0), x)
    dims = reduce_dims(dim, x.ndim)
    return as_dtype(_total(x, dims, keepdim), result)


@nansum.gradient
def _(ct, saved, wanted, input, dim=None, keepdim=False, *, dtype=None):
    ct = put_back(ct, reduce_dims(dim, input.ndim), keepdim)
    return {"input": np.where(np.isnan(input), ct.dtype.type(0), ct)}


def _over(total, count: int):
    if total.dtype.kind == "c" and count:  # part by part, as XLA's program has it
        out = np.empty_like(total)
        out.real, out.imag = total.real / count, total.imag / count
        return out
    return total / count if count else total * np.nan


@kernel("mean", dtypes="bifch")
def mean(input, dim=None, keepdim=False, *, dtype=None):
    require((input.dtype.kind in "fcV") if dtype is None else dtype.category >= dt.FLOAT)
    x, result = accumulated(input, dtype)
    dims = reduce_dims(dim, x.ndim)
    total = _total(x, None if dim is None else dims, keepdim)
    return as_dtype(_over(total, _count(x.shape, dims)), result)


@mean.gradient
def _(ct, saved, wanted, input, dim=None, keepdim=False, *, dtype=None):
    dims = reduce_dims(dim, input.ndim)
    ct, _ = accumulated(ct)
    return {"input": put_back(_over(ct, _count(input.shape, dims)), dims, keepdim)}


@kernel("nanmean", dtypes="fh")
def nanmean(input, dim=None, keepdim=False, *, dtype=None):
    x, result = accumulated(input, dtype)
    dims = reduce_dims(dim, x.ndim)
    ok = ~np.isnan(x)
    total = _total(np.where(ok, x, x.dtype.type(0)), dims, keepdim)
    count = np.add.reduce(ok, dims, np.int64, keepdims=keepdim).astype(x.dtype)
    return as_dtype(total / count, result)


@nanmean.gradient
def _(ct, saved, wanted, input, dim=None, keepdim=False, *, dtype=None):
    dims = reduce_dims(dim, input.ndim)
    ct, _ = accumulated(ct)
    ok = ~np.isnan(input)
    share = put_back(ct, dims, keepdim) / np.add.reduce(ok, dims, ct.dtype, keepdims=True)
    return {"input": np.where(ok, share, 0)}


@kernel("prod", saves="result", dtypes="bifch")
def prod(input, dim=None, keepdim=False, *, dtype=None):
    x, result = accumulated(input, dtype)
    dims = reduce_dims(dim, x.ndim)
    return as_dtype(np.multiply.reduce(x, dims, x.dtype, keepdims=keepdim), result)


@prod.gradient
def _(ct, saved, wanted, input, dim=None, keepdim=False, *, dtype=None):
    # What is left of the product without a factor: exact also beside zeros.
    x, _ = accumulated(input, dtype)
    require(x.dtype.kind == "f" and input.size)
    dims = reduce_dims(dim, x.ndim)
    ct = put_back(ct, dims, keepdim)
    zeros = x == 0
    count = np.add.reduce(zeros, dims, np.int64, keepdims=True)
    rest = np.multiply.reduce(np.where(zeros, 1, x), dims, x.dtype, keepdims=True)
    others = np.where(count - zeros > 0, 0, rest / np.where(zeros, 1, x))
    return {"input": ct * others}


# --- variance -------------------------------------------------------------------------------------


def _spread_options(input, dim, unbiased, correction):
    require(input.dtype.kind in "fcV")
    if type(dim) is bool:
        dim, unbiased = None, dim
    if unbiased is not None:
        require(correction is None)
        correction = 1 if unbiased else 0
    dims = reduce_dims(dim, input.ndim)
    count = _count(input.shape, dims)
    return dims, count, max(count - (1 if correction is None else correction), 0)


def _spread(input, dim, unbiased, correction, root: bool):
    """(variance or its root, mean), with the reduced dims kept, and the result's dtype."""
    dims, count, freedom = _spread_options(input, dim, unbiased, correction)
    x, result = accumulated(input)
    require(x.dtype.kind == "f")
    center = _over(np.add.reduce(x, dims, keepdims=True), count)
    d = x - center
    total = np.add.reduce(d * d, dims, keepdims=True)
    value = total / freedom if freedom else total / total.dtype.type(0)
    value = np.sqrt(value) if root else value
    return as_dtype(value, result), as_dtype(center, result), dims


def _spread_slope(input, dim, unbiased, correction, ct, root: bool, keepdim):
    dims, count, freedom = _spread_options(input, dim, unbiased, correction)
    x, _ = accumulated(input)
    ct = put_back(accumulated(ct)[0], dims, keepdim)
    d = x - _over(np.add.reduce(x, dims, keepdims=True), count)
    over = freedom if freedom else x.dtype.type(0)
    if not root:
        return d * (2 * ct / over)
    deviation = np.sqrt(np.add.reduce(d * d, dims, keepdims=True) / over)
    zero = deviation == 0
    return d * (np.where(zero, 0, ct / np.where(zero, 1, deviation)) / over)


def _enter_spread(name: str, root: bool, with_mean: bool) -> None:
    def forward(input, dim=None, unbiased=None, keepdim=False, *, correction=None):
        value, center, dims = _spread(input, dim, unbiased, correction, root)
        if not keepdim:
            value, center = value.squeeze(dims), center.squeeze(dims)
        return (value, center) if with_mean else value

    def gradient(
        ct, saved, wanted, input, dim=None, unbiased=None, keepdim=False, *, correction=None
    ):
        value, center = ct if with_mean else (ct, None)
        out = 0
        if value is not None:
            out = _spread_slope(input, dim, unbiased, correction, value, root, keepdim)
        if center is not None:
            dims, count, _ = _spread_options(input, dim, unbiased, correction)
            out = out + put_back(_over(accumulated(center)[0], count), dims, keepdim)
        return {"input": out}

    kernel(name, dtypes="fh", several=2 if with_mean else 0)(forward).gradient(gradient)


_enter_spread("var", False, False)
_enter_spread("std", True, False)
_enter_spread("var_mean", False, True)
_enter_spread("std_mean", True, True)


# --- truth and counts -----------------------------------------------------------------------------


def _logical(f, input, dim, keepdim):
    truth = input if input.dtype == _BOOL else input != 0
    dims = None if dim is None else reduce_dims(dim, input.ndim, empty_is_all=False)
    r = f.reduce(truth, dims, keepdims=keepdim)
    return r.astype(np.uint8) if input.dtype == np.uint8 else r


@kernel("all", dtypes="bifch")
def all_(input, dim=None, keepdim=False):
    return _logical(np.logical_and, input, dim, keepdim)


@kernel("any", dtypes="bifch")
def any_(input, dim=None, keepdim=False):
    return _logical(np.logical_or, input, dim, keepdim)


@kernel("count_nonzero", dtypes="bifch")
def count_nonzero(input, dim=None):
    return np.add.reduce(input != 0, reduce_dims(dim, input.ndim), np.int64)


# --- log-sum-exp and norms ------------------------------------------------------------------------


def log_sum_exp(x, dims):
    """Over dims, kept."""
    if x.size == 0 and _count(x.shape, dims) == 0:
        return np.log(np.add.reduce(x, dims, keepdims=True))
    top = np.maximum.reduce(x, dims, keepdims=True) if dims else x
    top = np.where(np.isinf(top), top.dtype.type(0), top)
    return np.log(np.add.reduce(np.exp(x - top), dims, keepdims=True)) + top


@kernel("logsumexp", saves="residual", dtypes="bifh")
def logsumexp(input, dim, keepdim=False):
    x = host_cast(input, dt.get_default_dtype()) if input.dtype.kind in "biu" else input
    x, result = accumulated(x)
    dims = reduce_dims(dim, x.ndim)
    total = log_sum_exp(x, dims)
    return as_dtype(total if keepdim else total.squeeze(dims), result), total


@logsumexp.gradient
def _(ct, saved, wanted, input, dim, keepdim=False):
    x, _ = accumulated(input)
    ct = put_back(accumulated(ct)[0], reduce_dims(dim, x.ndim), keepdim)
    return {"input": np.exp(x - saved) * ct}


def p_norm(x, p: float, dims):
    """The p-norm over dims, kept."""
    if p == 2:
        squares = x * x if x.dtype.kind == "f" else x.real * x.real + x.imag * x.imag
        return np.sqrt(np.add.reduce(squares, dims, keepdims=True))
    a = np.abs(x)
    if math.isinf(p):
        return (np.maximum if p > 0 else np.minimum).reduce(a, dims, keepdims=True)
    if p == 0:
        return np.add.reduce(x != 0, dims, a.dtype, keepdims=True)
    if p == 1:
        return np.add.reduce(a, dims, keepdims=True)
    if p == 3:
        return np.add.reduce(a * a * a, dims, keepdims=True) ** (1 / 3)
    return np.add.reduce(a**p, dims, keepdims=True) ** (1 / p)


def norm_slope(x, y, p: float, dims):
    """The derivative of the p-norm y, 0 at the zero vector."""
    directions = unit(x) if x.dtype.kind == "c" else np.sign(x)
    flat = y == 0
    safe = np.where(flat, y.dtype.type(1), y)
    if p == 2:
        return x / safe
    if p == 1:
        return directions
    if p == 0:
        return np.zeros_like(x)
    a = np.abs(x)
    if math.isinf(p):
        hit = (a == y) | (np.isnan(a) & np.isnan(y))
        share = hit.astype(a.dtype) / np.add.reduce(hit, dims, a.dtype, keepdims=True)
        return directions * share
    at_zero = x == 0
    powers = np.where(at_zero, 0, np.where(at_zero, 1, a) ** (p - 1))
    return directions * powers * np.where(flat, 0, safe ** (1 - p))


def _vector_norm(x, p, dims, keepdim):
    require(type(p) in (int, float) and x.dtype.kind in "fcV")
    require(not (p < 0 or math.isinf(p)) or all(x.shape[d] for d in dims))
    y, result = accumulated(x)
    total = p_norm(y, float(p), dims)
    out = total if keepdim else total.squeeze(dims)
    return (out if y is x else as_dtype(out, result)), total


def _vector_norm_gradient(ct, saved, x, p, dims, keepdim):
    y, _ = accumulated(x)
    ct = put_back(accumulated(ct)[0], dims, keepdim)
    return norm_slope(y, saved, float(p), dims) * ct


def _order(p):
    if type(p) is str:
        require(p in ("fro", "inf", "-inf"))
        return 2.0 if p == "fro" else float(p)
    return 2.0 if p is None else p


@kernel("norm", saves="residual", dtypes="fch")
def norm(input, p="fro", dim=None, keepdim=False, *, dtype=None):
    require(dtype is None)
    return _vector_norm(input, _order(p), reduce_dims(dim, input.ndim), keepdim)


@norm.gradient
def _(ct, saved, wanted, input, p="fro", dim=None, keepdim=False, *, dtype=None):
    dims = reduce_dims(dim, input.ndim)
    return {"input": _vector_norm_gradient(ct, saved, input, _order(p), dims, keepdim)}


@kernel("dist", saves="residual", dtypes="fc")
def dist(input, other, p=2):
    d = input - other
    r, total = _vector_norm(d, p, tuple(range(d.ndim)), False)
    return r, (d, total)


@dist.gradient
def _(ct, saved, wanted, input, other, p=2):
    d, total = saved
    g = _vector_norm_gradient(ct, total, d, p, tuple(range(d.ndim)), False)
    return {"input": g, "other": -g}


@kernel("linalg.vector_norm", saves="residual", dtypes="fch")
def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None):
    require(dtype is None and x.ndim)
    return _vector_norm(x, ord, reduce_dims(dim, x.ndim), keepdim)


@vector_norm.gradient
def _(ct, saved, wanted, x, ord=2, dim=None, keepdim=False, *, dtype=None):
    return {"x": _vector_norm_gradient(ct, saved, x, ord, reduce_dims(dim, x.ndim), keepdim)}


def _norm_options(input, ord, dim):
    """(order, dims) of the cases of `linalg.norm` that are a vector's norm."""
    require(input.ndim)
    if dim is not None:
        dim = (dim,) if type(dim) is int else tuple(dim)
        require(len(dim) in (1, 2))
    else:
        require(ord is None or input.ndim in (1, 2))
    if type(ord) is str:
        require(ord == "fro" and (input.ndim == 2 if dim is None else len(dim) == 2))
        return 2.0, reduce_dims(dim, input.ndim)
    matrix = len(dim) == 2 if dim is not None else input.ndim == 2
    require(ord is None or not matrix)
    return 2.0 if ord is None else ord, reduce_dims(dim, input.ndim)


@kernel("linalg.norm", saves="residual", dtypes="fch")
def linalg_norm(input, ord=None, dim=None, keepdim=False, *, dtype=None):
    require(dtype is None)
    return _vector_norm(input, *_norm_options(input, ord, dim), keepdim)


@linalg_norm.gradient
def _(ct, saved, wanted, input, ord=None, dim=None, keepdim=False, *, dtype=None):
    p, dims = _norm_options(input, ord, dim)
    return {"input": _vector_norm_gradient(ct, saved, input, p, dims, keepdim)}


@kernel("trace", dtypes="ifc", halves=True)
def trace(input):
    require(input.ndim == 2)
    return np.trace(input, dtype=input.dtype if input.dtype.kind in "fc" else np.int64)


@trace.gradient
def _(ct, saved, wanted, input):
    out = np.zeros(input.shape, ct.dtype)
    np.fill_diagonal(out[: input.shape[1]], ct)
    return {"input": out}


@kernel("cdist", saves="residual", dtypes="f", halves=True)
def cdist(x1, x2, p=2.0, compute_mode="use_mm_for_euclid_dist_if_necessary"):
    require(x1.ndim >= 2 and x2.ndim >= 2 and x1.dtype == x2.dtype)
    require(x1.shape[-1] == x2.shape[-1] != 0 and p >= 0 and compute_mode in _MODES)
    mode = _MODES.index(compute_mode)
    many = mode == 0 and max(x1.shape[-2], x2.shape[-2]) > 25
    if p == 2 and (mode == 1 or many):
        products = x1 @ np.swapaxes(x2, -1, -2)
        squares = (x1 * x1).sum(-1)[..., :, None] + (x2 * x2).sum(-1)[..., None, :]
        r = np.sqrt(np.maximum(squares - 2 * products, 0))
        return r, (r, True)
    pairs = x1[..., :, None, :] - x2[..., None, :, :]
    r = p_norm(pairs, float(p), (pairs.ndim - 1,))[..., 0]
    return r, (r, False)


_MODES = (
    "use_mm_for_euclid_dist_if_necessary",
    "use_mm_for_euclid_dist",
    "donot_use_mm_for_euclid_dist",
)


@cdist.gradient
def _(ct, saved, wanted, x1, x2, p=2.0, compute_mode=_MODES[0]):
    r, by_product = saved
    if by_product:
        share = np.where(r == 0, 0, ct / np.where(r == 0, 1, r))
        return {
            "x1": share.sum(-1)[..., None] * x1 - share @ x2,
            "x2": share.sum(-2)[..., None] * x2 - np.swapaxes(share, -1, -2) @ x1,
        }
    pairs = x1[..., :, None, :] - x2[..., None, :, :]
    slope = ct[..., None] * norm_slope(pairs, r[..., None], float(p), (pairs.ndim - 1,))
    return {"x1": slope.sum(-2), "x2": -slope.sum(-3)}
