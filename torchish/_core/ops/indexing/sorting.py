"""Orders: sorting, the largest elements, order statistics, the most frequent value.

NaN counts as larger than every number. Values carry the gradient of the elements that the indices
name.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base.errors import wrap_dim
from torchish._core.ops.operands import is_bool, is_complex, is_float, unsupported
from torchish._core.ops.reductions.extreme import take_at
from torchish._core.ops.table import Array, op

__all__ = ["ordered", "sorted_with_indices"]


@partial(jax.custom_jvp, nondiff_argnums=(3,))
def _gathered(values, x, index, dim):
    """`values`, known to be the elements of x that `index` names along dim, with the gradient of
    that gather."""
    return values


@_gathered.defjvp
def _gathered_jvp(dim, primals, tangents):
    values, x, index = primals
    return (
        _gathered(values, x, index, dim),
        jnp.take_along_axis(tangents[1], index, axis=dim, mode="clip"),
    )


def _sortable(x, name):
    if is_complex(x):
        raise RuntimeError(
            f"{name}(): does not support complex dtypes"
            if name != "sort"
            else " Sort does not support complex dtypes on CPU"
        )
    return x.astype(jnp.uint8) if is_bool(x) else x


def _ordered_bits(x):
    """Signed integers of x's width, at least 32 bits, that are ordered as x is: -0 equals 0, NaN is
    the largest."""
    if is_float(x):
        if x.dtype.itemsize < 4:
            x = x.astype(jnp.float32)
        x = jnp.where(jnp.isnan(x), jnp.asarray(jnp.nan, x.dtype), x)
        kind = jnp.int32 if x.dtype.itemsize == 4 else jnp.int64
        bits = lax.bitcast_convert_type(jnp.where(x == 0, jnp.zeros((), x.dtype), x), kind)
        return jnp.where(bits < 0, bits ^ jnp.iinfo(kind).max, bits)
    if x.dtype.itemsize < 4:
        return x.astype(jnp.int32)
    if jnp.issubdtype(x.dtype, jnp.unsignedinteger):
        kind = jnp.int32 if x.dtype.itemsize == 4 else jnp.int64
        return lax.bitcast_convert_type(x, kind) ^ jnp.iinfo(kind).min
    return x


def stable_order(x, dim: int, descending: bool):
    """The int64 indices of a stable sort along dim.

    XLA sorts single integers several times faster than pairs, on CPU: so 32 bits of the key are
    sorted together with the place, in one 64-bit integer; a 64-bit key word by word, the lower one
    first.
    """
    if x.shape[dim] >= 2**32:
        raise NotImplementedError("sort: a dim of 2**32 or more elements")
    bits = _ordered_bits(x)
    bits = ~bits if descending else bits
    words = [bits.astype(jnp.int64)]
    if bits.dtype.itemsize == 8:
        words = [(bits & 0xFFFFFFFF) - 2**31, bits >> 32]
    places = lax.broadcasted_iota(jnp.int64, x.shape, dim)
    order = None
    for word in words:
        if order is not None:
            word = _take(word, order, dim)
        packed = lax.sort((word << 32) | places, dimension=dim, is_stable=True)
        here = packed & 0xFFFFFFFF
        order = here if order is None else _take(order, here, dim)
    return order


def _take(x, index, dim: int):
    return jnp.take_along_axis(x, index, axis=dim, mode="promise_in_bounds")


def sorted_with_indices(x, dim: int, descending: bool):
    """(values, int64 indices) of a stable sort along dim, without gradient; NaN is the largest."""
    x = lax.stop_gradient(x)
    order = stable_order(x, dim, descending)
    return _take(x, order, dim), order


def _sort(input, dim, descending, name="sort"):
    x = _sortable(input, name)
    dim = wrap_dim(dim, x.ndim)
    if x.ndim == 0:
        return input, jnp.zeros((), jnp.int64)
    values, index = sorted_with_indices(x, dim, descending)
    if is_float(input):
        return _gathered(values, input, index, dim), index
    return values.astype(input.dtype), index


@op("sort", returns=("values", "indices"))
def sort(input: Array, dim: int = -1, descending: bool = False, stable: bool | None = False):
    """Elements in order along a dim, with their int64 indices; always stable
    (https://docs.pytorch.org/docs/stable/generated/torch.sort.html)"""
    return _sort(input, dim, descending)


@op("argsort", differentiable=False, out=False)
def argsort(input: Array, dim: int = -1, descending: bool = False, stable: bool = False):
    """The int64 indices that sort a tensor along a dim
    (https://docs.pytorch.org/docs/stable/generated/torch.argsort.html)"""
    return _sort(input, dim, descending)[1]


@op("msort")
def msort(input: Array):
    """Elements in ascending order along dim 0
    (https://docs.pytorch.org/docs/stable/generated/torch.msort.html)"""
    return _sort(input, 0, False)[0]


def _order_key(x):
    """A value that sorts in the opposite order; NaN stays first or last as PyTorch wants it."""
    return -x if is_float(x) else ~x


@op("topk", returns=("values", "indices"))
def topk(input: Array, k: int, dim: int = -1, largest: bool = True, sorted: bool = True):
    """The k largest (or smallest) elements along a dim in order, with their int64 indices
    (https://docs.pytorch.org/docs/stable/generated/torch.topk.html)"""
    if is_complex(input) or is_bool(input):
        raise unsupported("topk_cpu", input)
    dim = wrap_dim(dim, input.ndim)
    n = input.shape[dim] if input.ndim else 1
    if not 0 <= k <= n:
        raise RuntimeError("selected index k out of range")
    if input.ndim == 0:
        return input, jnp.zeros((), jnp.int64)
    x = lax.stop_gradient(jnp.moveaxis(input, dim, -1))
    if largest:
        _, index = lax.top_k(x, k)
    elif is_float(x):
        # NaN is the largest: smallest last.
        _, index = lax.top_k(jnp.where(jnp.isnan(x), -jnp.inf, -x), k)
        nan = jnp.isnan(x)
        index = jnp.where(
            jnp.any(nan, -1, keepdims=True),
            sorted_with_indices(x, x.ndim - 1, False)[1][..., :k],
            index,
        )
    else:
        _, index = lax.top_k(_order_key(x), k)
    index = jnp.moveaxis(index.astype(jnp.int64), -1, dim)
    values = jnp.take_along_axis(input, index, axis=dim, mode="clip")
    return values, index


@op("kthvalue", apart="wholly", returns=("values", "indices"))
def kthvalue(input: Array, k: int, dim: int = -1, keepdim: bool = False):
    """The k-th smallest element along a dim (k from 1), with its index
    (https://docs.pytorch.org/docs/stable/generated/torch.kthvalue.html)"""
    if is_complex(input) or is_bool(input):
        raise unsupported("kthvalue_cpu", input)
    dim = wrap_dim(dim, input.ndim)
    n = input.shape[dim] if input.ndim else 1
    if input.ndim and n == 0:
        raise IndexError(f"kthvalue(): Expected reduction dim {dim} to have non-zero size.")
    if not 1 <= k <= n:
        raise RuntimeError("kthvalue(): selected number k out of range for dimension " + str(dim))
    if input.ndim == 0:
        return input, jnp.zeros((), jnp.int64)
    _, order = sorted_with_indices(input, dim, False)
    return _picked(input, lax.slice_in_dim(order, k - 1, k, axis=dim), dim, keepdim)


def _picked(x, index, dim, keepdim):
    values = (
        take_at(x, index, dim)
        if is_float(x)
        else jnp.take_along_axis(x, index, axis=dim, mode="clip")
    )
    return (values, index) if keepdim else (jnp.squeeze(values, dim), jnp.squeeze(index, dim))


# --- medians
# --------------------------------------------------------------------------------------------------
# --


def _median_index(x, dim, ignore_nan):
    """Index, kept as a dim of size 1, of the lower median along dim; of the first NaN where there
    is one."""
    values, order = sorted_with_indices(x, dim, False)
    n = x.shape[dim]
    if not is_float(x):
        return lax.slice_in_dim(order, (n - 1) // 2, (n - 1) // 2 + 1, axis=dim)
    count = jnp.sum(~jnp.isnan(values), axis=dim, keepdims=True)
    middle = jnp.maximum(count - 1, 0) // 2
    if not ignore_nan:
        # NaN is sorted last, in its original order: the first one stands at `count`.
        middle = jnp.where(count < n, count, (n - 1) // 2)
    return jnp.take_along_axis(order, middle, axis=dim, mode="clip")


@jax.custom_jvp
def _tied(value, x):
    """`value`, with its gradient shared evenly by the elements of x that equal it."""
    return value


@_tied.defjvp
def _tied_jvp(primals, tangents):
    value, x = primals
    hit = (x == value) | (jnp.isnan(x) & jnp.isnan(value))
    return _tied(value, x), jnp.sum(
        tangents[1] * (hit.astype(x.dtype) / jnp.sum(hit, dtype=x.dtype))
    )


def _median(name, input, dim, keepdim, ignore_nan):
    if is_complex(input) or is_bool(input):
        raise unsupported(f"{name}_cpu" if dim is None else f"{name}_out", input)
    if dim is None:
        flat = input.reshape(-1)
        if flat.size == 0:
            fill = jnp.nan if is_float(input) else jnp.iinfo(input.dtype).min
            return jnp.asarray(fill, input.dtype)
        index = _median_index(flat, 0, ignore_nan)
        value = jnp.squeeze(jnp.take(lax.stop_gradient(flat), index, mode="clip"), 0)
        return _tied(value, input) if is_float(input) else value
    dim = wrap_dim(dim, input.ndim)
    if input.ndim == 0:
        return input, jnp.zeros((), jnp.int64)
    if input.shape[dim] == 0:
        raise IndexError(f"{name}(): Expected reduction dim {dim} to have non-zero size.")
    return _picked(input, _median_index(input, dim, ignore_nan), dim, keepdim)


@op("median", returns=("values", "indices"))
def median(input: Array, dim: int | None = None, keepdim: bool = False):
    """The lower median of all elements, or along a dim with its index; NaN if there is one
    (https://docs.pytorch.org/docs/stable/generated/torch.median.html)"""
    return _median("median", input, dim, keepdim, False)


@op("nanmedian", returns=("values", "indices"))
def nanmedian(input: Array, dim: int | None = None, keepdim: bool = False):
    """The lower median of the elements that are not NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.nanmedian.html)"""
    return _median("nanmedian", input, dim, keepdim, True)


@op("mode", returns=("values", "indices"))
def mode(input: Array, dim: int = -1, keepdim: bool = False):
    """The most frequent value along a dim, the smallest of tied ones, with the index of its last
    occurrence (https://docs.pytorch.org/docs/stable/generated/torch.mode.html)"""
    if is_complex(input):
        raise unsupported("mode", input)
    dim = wrap_dim(dim, input.ndim)
    if input.ndim == 0:
        return input, jnp.zeros((), jnp.int64)
    n = input.shape[dim]
    if n == 0:
        raise IndexError(f"mode(): Expected reduction dim {dim} to have non-zero size.")
    x = input.astype(jnp.uint8) if is_bool(input) else input
    values, order = sorted_with_indices(x, dim, False)
    places = lax.broadcasted_iota(jnp.int64, x.shape, dim)
    same = lax.slice_in_dim(values, 1, None, axis=dim) == lax.slice_in_dim(values, 0, -1, axis=dim)
    first = jnp.concatenate(
        [
            jnp.ones_like(lax.slice_in_dim(same, 0, 1, axis=dim))
            if n > 1
            else jnp.ones(values.shape, bool),
            ~same,
        ],
        axis=dim,
    )
    start = lax.cummax(jnp.where(first, places, 0), axis=dim)
    run = places - start
    # The end of the first of the longest runs: argmax takes the first, and sorted order makes it
    # the smallest value.
    end = jnp.argmax(run, axis=dim, keepdims=True)
    return _picked(input, jnp.take_along_axis(order, end, axis=dim, mode="clip"), dim, keepdim)


def ordered(x):
    """A floating-point array sorted along its last dim, NaN at the end, with its gradient."""
    values, index = sorted_with_indices(x, x.ndim - 1, False)
    return _gathered(values, x, index, x.ndim - 1)
