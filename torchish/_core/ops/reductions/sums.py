"""Sums, means, products, variances, logical reductions and counts over dimensions.

Half types are accumulated in float32. The order of summation is XLA's, which like PyTorch's is
blocked: a float32 sum of 10⁷ elements is good to about 1e-7 of the sum of magnitudes.

Note [Sums of the same bits]
NumPy adds in one order, XLA in another, which also depends on what a sum is compiled together with.
A loop that goes on until nothing moves must not see a mean move because it was computed by the
other of them. So on the CPU sums and means of float32 are added in float64 and rounded once, which
gives the same bits in any order but for about one sum in 10⁸. Larger sums would take up to five
times as long, and are left as they are; so are those of float64, and products of matrices, which
would take twice as long.
"""

from __future__ import annotations

import math
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.base.dtypes import dtype as Dtype
from torchish._core.base.errors import wrap_dims
from torchish._core.base.promotion import cast
from torchish._core.ops.elementwise.quotients import divide
from torchish._core.ops.operands import is_bool, is_complex, is_inexact, name_of
from torchish._core.ops.table import Array, op

Dims = int | tuple[int, ...] | None

__all__ = ["Dims", "accumulated", "keep_dims", "reduce_dims", "wider"]

_WIDER = {np.dtype(np.float32): np.dtype(np.float64), np.dtype(np.complex64): np.dtype(complex)}
_LARGE = 1 << 17  # elements from which on sums are added in their own dtype


def wider(x) -> np.dtype:
    """The dtype that the elements of an array are added in (Note [Sums of the same bits])."""
    return _WIDER.get(x.dtype, x.dtype) if x.size < _LARGE else x.dtype


def _total(x, dims: tuple[int, ...], keepdim: bool = False):
    """The sum over dims, in the dtype of `x`."""
    if wider(x) == x.dtype or devices.traced_for() != "cpu":
        return jnp.sum(x, axis=dims, keepdims=keepdim)
    return jnp.sum(x.astype(wider(x)), axis=dims, keepdims=keepdim).astype(x.dtype)


def reduce_dims(dim: Dims, ndim: int, *, empty_is_all: bool = True) -> tuple[int, ...]:
    """The dims a reduction runs over, counted from the start; None (and, mostly, no dims) means
    all."""
    if dim is None or (isinstance(dim, (tuple, list)) and not dim and empty_is_all):
        return tuple(range(ndim))
    dims = wrap_dims(dim if isinstance(dim, (tuple, list)) else (dim,), ndim)
    return dims if ndim else ()


def keep_dims(x, dims: tuple[int, ...]):
    """`x` with a dim of size 1 put back for each reduced one."""
    return jnp.expand_dims(x, tuple(sorted(dims)))


def accumulated(x, dtype: Dtype | None = None, *, ints: bool = True):
    """(x in the dtype that sums are accumulated in, dtype of the result)."""
    if dtype is not None:
        result = dtype
    elif is_inexact(x) or not ints:
        result = dt.from_np(x.dtype)
    else:
        result = dt.int64
    compute = dt.float32 if result in (dt.float16, dt.bfloat16) else result
    return cast(x, compute), result


@op("sum")
def sum_(input: Array, dim: Dims = None, keepdim: bool = False, *, dtype: Dtype | None = None):
    """The sum over dims, of all elements by default; integers and bools sum to int64
    (https://docs.pytorch.org/docs/stable/generated/torch.sum.html)"""
    x, result = accumulated(input, dtype)
    return cast(_total(x, reduce_dims(dim, x.ndim), keepdim), result)


@op("nansum")
def nansum(input: Array, dim: Dims = None, keepdim: bool = False, *, dtype: Dtype | None = None):
    """The sum in which NaN counts as 0
    (https://docs.pytorch.org/docs/stable/generated/torch.nansum.html)"""
    if is_complex(input):
        raise RuntimeError("nansum on CPU does not support complex inputs")
    x, result = accumulated(input, dtype)
    if is_inexact(x):
        x = jnp.where(jnp.isnan(x), jnp.zeros((), x.dtype), x)
    return cast(_total(x, reduce_dims(dim, x.ndim), keepdim), result)


def _mean_input(x, dtype, name):
    wanted = dtype or dt.from_np(x.dtype)
    if wanted.category < dt.FLOAT:
        if dtype is None:
            raise RuntimeError(
                f"{name}(): could not infer output dtype. Input dtype must be either a floating "
                f"point or complex dtype. Got: {dt.SCALAR_NAMES[wanted]}"
            )
        raise RuntimeError(
            f"{name}(): could not infer output dtype. Optional dtype must be either a floating "
            f"point or complex dtype. Got: {dt.SCALAR_NAMES[wanted]}"
        )
    return accumulated(x, dtype)


def _count(shape, dims) -> int:
    return math.prod(shape[d] for d in dims)


def _over(total, count: int):
    """total / count; 0 / 0 is NaN."""
    if is_complex(total) and count:
        return jax.lax.complex(divide(total.real, count), divide(total.imag, count))
    return divide(total, count) if count else total * jnp.nan


@op("mean")
def mean(input: Array, dim: Dims = None, keepdim: bool = False, *, dtype: Dtype | None = None):
    """The mean over dims, of all elements by default
    (https://docs.pytorch.org/docs/stable/generated/torch.mean.html)"""
    x, result = _mean_input(input, dtype, "mean")
    dims = reduce_dims(dim, x.ndim)
    return cast(_over(_total(x, dims, keepdim), _count(x.shape, dims)), result)


@op("nanmean")
def nanmean(input: Array, dim: Dims = None, keepdim: bool = False, *, dtype: Dtype | None = None):
    """The mean of the elements that are not NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.nanmean.html)"""
    if not is_inexact(input):
        raise RuntimeError(
            "nanmean(): expected input to have floating point or complex dtype but got "
            f"{name_of(input)}"
        )
    x, result = accumulated(input, dtype)
    dims = reduce_dims(dim, x.ndim)
    ok = ~jnp.isnan(x)
    total = _total(jnp.where(ok, x, jnp.zeros((), x.dtype)), dims, keepdim)
    return cast(divide(total, jnp.sum(ok, axis=dims, keepdims=keepdim).astype(x.dtype)), result)


@op("prod", saves="input result")
def prod(
    input: Array, dim: int | None = None, keepdim: bool = False, *, dtype: Dtype | None = None
):
    """The product over a dim, of all elements by default; the gradient is exact beside zeros
    (https://docs.pytorch.org/docs/stable/generated/torch.prod.html)"""
    x, result = accumulated(input, dtype)
    return cast(jnp.prod(x, axis=reduce_dims(dim, x.ndim), keepdims=keepdim), result)


# --- variance
# --------------------------------------------------------------------------------------------------
# -


def _variance(x, dims, correction):
    """Variance and mean over dims, both with the reduced dims kept."""
    count = _count(x.shape, dims)
    center = _over(jnp.sum(x, axis=dims, keepdims=True), count)
    d = x - center
    squares = d * jnp.conj(d) if is_complex(x) else d * d
    total = jnp.sum(squares.real if is_complex(x) else squares, axis=dims, keepdims=True)
    freedom = max(count - correction, 0)
    return (divide(total, freedom) if freedom else total / jnp.zeros((), total.dtype)), center


@jax.custom_jvp
def _root(x):
    return jnp.sqrt(x)


@_root.defjvp
def _root_jvp(primals, tangents):
    # The standard deviation's gradient at 0 is 0.
    (x,), (t,) = primals, tangents
    y = _root(x)
    zero = y == 0
    return y, jnp.where(zero, jnp.zeros((), y.dtype), t / (2 * jnp.where(zero, 1, y)))


def _spread(name, input, dim, unbiased, correction, keepdim, *, root, with_mean):
    if not is_inexact(input):
        shown = "std and var" if name in ("std", "var") else name
        raise RuntimeError(f"{shown} only support floating point and complex dtypes")
    if isinstance(dim, bool):  # var(input, unbiased)
        dim, unbiased = None, dim
    if unbiased is not None:
        if correction is not None:
            raise TypeError(f"{name}() received both unbiased and correction")
        correction = 1 if unbiased else 0
    dims = reduce_dims(dim, input.ndim)
    x, result = accumulated(input)
    value, center = _variance(x, dims, 1 if correction is None else correction)
    value = _root(value) if root else value
    outs = [cast(value, result.to_real()), cast(center, result)][: 1 + with_mean]
    outs = [o if keepdim else jnp.squeeze(o, dims) for o in outs]
    return tuple(outs) if with_mean else outs[0]


@op("var", saves="input")
def var(
    input: Array,
    dim: Dims | bool = None,  # a bool in its place is `unbiased`
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
):
    """The variance over dims: squares of deviations over (count - correction), correction 1 by
    default (https://docs.pytorch.org/docs/stable/generated/torch.var.html)"""
    return _spread("var", input, dim, unbiased, correction, keepdim, root=False, with_mean=False)


@op("std", saves="input result")
def std(
    input: Array,
    dim: Dims | bool = None,  # a bool in its place is `unbiased`
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
):
    """The square root of `var` (https://docs.pytorch.org/docs/stable/generated/torch.std.html)"""
    return _spread("std", input, dim, unbiased, correction, keepdim, root=True, with_mean=False)


@op("var_mean", method=False, out=False, saves="input")
def var_mean(
    input: Array,
    dim: Dims | bool = None,  # a bool in its place is `unbiased`
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
):
    """Variance and mean at once
    (https://docs.pytorch.org/docs/stable/generated/torch.var_mean.html)"""
    return _spread(
        "var_mean", input, dim, unbiased, correction, keepdim, root=False, with_mean=True
    )


@op("std_mean", method=False, out=False, saves="input result")
def std_mean(
    input: Array,
    dim: Dims | bool = None,  # a bool in its place is `unbiased`
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
):
    """Standard deviation and mean at once
    (https://docs.pytorch.org/docs/stable/generated/torch.std_mean.html)"""
    return _spread("std_mean", input, dim, unbiased, correction, keepdim, root=True, with_mean=True)


# --- truth ----------------------------------------------------------------------------------------
# --------------


def _logical(f, input, dim, keepdim):
    truth = input if is_bool(input) else input != 0
    r = f(truth, axis=reduce_dims(dim, input.ndim, empty_is_all=False), keepdims=keepdim)
    return r.astype(jnp.uint8) if input.dtype == jnp.uint8 else r


@op("all", differentiable=False)
def all_(input: Array, dim: Dims = None, keepdim: bool = False):
    """Whether all elements over dims are true
    (https://docs.pytorch.org/docs/stable/generated/torch.all.html)"""
    return _logical(jnp.all, input, dim, keepdim)


@op("any", differentiable=False)
def any_(input: Array, dim: Dims = None, keepdim: bool = False):
    """Whether any element over dims is true
    (https://docs.pytorch.org/docs/stable/generated/torch.any.html)"""
    return _logical(jnp.any, input, dim, keepdim)


@op("count_nonzero", differentiable=False, out=False)
def count_nonzero(input: Array, dim: Dims = None):
    """The number of elements that are not 0, as int64
    (https://docs.pytorch.org/docs/stable/generated/torch.count_nonzero.html)"""
    return jnp.sum(input != 0, axis=reduce_dims(dim, input.ndim), dtype=jnp.int64)


@op("logsumexp", aliases=("special.logsumexp",), saves="input result")
def logsumexp(input: Array, dim: Dims, keepdim: bool = False):
    """log(sum(exp(input))) over dims without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logsumexp.html)"""
    x = input if is_inexact(input) else input.astype(dt.get_default_dtype().np)
    dims = reduce_dims(dim, x.ndim)
    y, result = accumulated(x)
    total = _log_sum_exp(y, dims)
    return cast(total if keepdim else jnp.squeeze(total, dims), result)


@partial(jax.custom_jvp, nondiff_argnums=(1,))
def _log_sum_exp(x, dims):
    if _count(x.shape, dims) == 0:
        return jnp.log(jnp.sum(x, axis=dims, keepdims=True))
    top = jnp.max(x.real if is_complex(x) else x, axis=dims, keepdims=True)
    top = jnp.where(jnp.isinf(top), jnp.zeros((), top.dtype), top)
    return jnp.log(jnp.sum(jnp.exp(x - top), axis=dims, keepdims=True)) + top


@_log_sum_exp.defjvp
def _log_sum_exp_jvp(dims, primals, tangents):
    (x,), (t,) = primals, tangents
    r = _log_sum_exp(x, dims)
    return r, jnp.sum(jnp.exp(x - r) * t, axis=dims, keepdims=True)
