"""Orders, order statistics, searches and histograms in NumPy. NaN is the largest number."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.base.errors import wrap_dim
from torchish._core.base.promotion import Promote
from torchish._core.engine.host.common import axis_of
from torchish._core.engine.host.extremes import placed, places_along
from torchish._core.engine.host.promoting import host_promoted, is_number
from torchish._core.engine.host.registry import kernel, require


def _comparable(x):
    """x in a dtype that NumPy sorts as it should."""
    if x.dtype.itemsize == 2 and x.dtype.kind in "fV":
        return x.astype(np.float32)
    return x


def _keys(x):
    """int64 arrays that are ordered as x is, 32 bits of it; None for wider elements. NaN is the
    largest, and -0 equals 0."""
    if x.dtype.itemsize > 4 or x.dtype.kind == "V":
        return None
    if x.dtype.kind != "f":
        return x.astype(np.int64)
    bits = (x + np.float32(0)).view(np.int32)
    bits = np.where(np.isnan(x), np.int32(0x7FC00000), bits)
    return (bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF))).astype(np.int64)


def order_of(x, dim: int, descending: bool = False):
    """The int64 indices of a stable sort along a dim.

    NumPy sorts single integers many times faster than it finds a stable order: so a key of 32 bits
    is sorted together with its place.
    """
    x = _comparable(x)
    keys = _keys(x) if x.size >= 256 else None
    if keys is not None:
        keys = (~keys if descending else keys) << 32
        line = np.arange(x.shape[dim]).reshape((-1,) + (1,) * (x.ndim - dim - 1))
        keys |= line
        keys = np.sort(keys, dim)
        keys &= 0xFFFFFFFF
        return keys
    if not descending:
        return np.argsort(x, dim, kind="stable")
    # Of equal elements the first stays the first: the order of the reversed array, reversed.
    back = (slice(None),) * dim + (slice(None, None, -1),)
    return x.shape[dim] - 1 - np.argsort(x[back], dim, kind="stable")[back]


def _taken(x, index, dim: int):
    return x.reshape(-1).take(places_along(x.shape, index, dim))


def _sorted(input, dim, descending):
    dim = wrap_dim(dim, input.ndim)
    if not input.ndim:
        return input, np.zeros((), np.int64)
    index = order_of(input, dim, descending)
    return _taken(input, index, dim), index


def _picked_gradient(ct, index, input, dim, keepdim=True):
    """The gradient of elements that `index` names along a dim, each at most once."""
    if not input.ndim:
        return {"input": ct}
    dim = wrap_dim(dim, input.ndim)
    if not keepdim:
        ct, index = np.expand_dims(ct, dim), np.expand_dims(index, dim)
    return {"input": placed(input.shape, index, dim, ct)}


@kernel("sort", saves="result", several=2, dtypes="bifh")
def sort(input, dim=-1, descending=False, stable=False):
    return _sorted(input, dim, descending)


@sort.gradient
def _(ct, saved, wanted, input, dim=-1, descending=False, stable=False):
    return _picked_gradient(ct[0], saved[1], input, dim)


@kernel("argsort", dtypes="bifh")
def argsort(input, dim=-1, descending=False, stable=False):
    return _sorted(input, dim, descending)[1]


@kernel("msort", saves="residual", dtypes="bifh")
def msort(input):
    return _sorted(input, 0, False)


@msort.gradient
def _(ct, saved, wanted, input):
    return _picked_gradient(ct, saved, input, 0)


_FEW_ROWS, _LONG_ROW = 64, 1024


def _largest_of_rows(x, k: int):
    """The k largest of each of a few long rows without NaN: what is above the k-th is sorted."""
    n = x.shape[1]
    limits = np.partition(x, n - k, 1)[:, n - k]
    out = np.empty((x.shape[0], k), np.int64)
    for i, row in enumerate(x):
        there = (row >= limits[i]).nonzero()[0]
        out[i] = there[order_of(row[there], 0, True)[:k]]
    return out


def _top(x, k: int, largest: bool):
    """Indices of the first k along the last dim."""
    n = x.shape[-1]
    rows = x.size // n if n else 0
    few = 0 < rows <= _FEW_ROWS and n >= _LONG_ROW and 0 < k < n // 4
    if few and largest and not (x.dtype.kind == "f" and np.isnan(x).any()):
        return _largest_of_rows(x.reshape(-1, n), k).reshape(*x.shape[:-1], k)
    return order_of(x, x.ndim - 1, largest)[..., :k]


def _top_cost(inputs, outputs) -> float:
    """NumPy sorts all of it, which XLA does not."""
    return 2.5e-8 * math.prod(inputs[0].shape)


@kernel("topk", saves="result", several=2, dtypes="ifh", cost=_top_cost)
def topk(input, k, dim=-1, largest=True, sorted=True):
    dim = wrap_dim(dim, input.ndim)
    require(0 <= k <= (input.shape[dim] if input.ndim else 1))
    if not input.ndim:
        return input, np.zeros((), np.int64)
    x = _comparable(input)
    if dim == input.ndim - 1:
        index = _top(x, k, largest)
    else:
        index = np.moveaxis(_top(np.moveaxis(x, dim, -1), k, largest), -1, dim)
    return _taken(input, index, dim), index


@topk.gradient
def _(ct, saved, wanted, input, k, dim=-1, largest=True, sorted=True):
    return _picked_gradient(ct[0], saved[1], input, dim)


def _one(input, index, dim: int, keepdim: bool):
    """(value, index) of a dim of size 1."""
    value = _taken(input, index, dim)
    return (value, index) if keepdim else (value.squeeze(dim), index.squeeze(dim))


@kernel("kthvalue", saves="result", several=2, dtypes="ifh")
def kthvalue(input, k, dim=-1, keepdim=False):
    dim = wrap_dim(dim, input.ndim)
    require(1 <= k <= (input.shape[dim] if input.ndim else 1))
    if not input.ndim:
        return input, np.zeros((), np.int64)
    order = order_of(input, dim)
    return _one(input, order[(slice(None),) * dim + (slice(k - 1, k),)], dim, keepdim)


@kthvalue.gradient
def _(ct, saved, wanted, input, k, dim=-1, keepdim=False):
    return _picked_gradient(ct[0], saved[1], input, dim, keepdim)


def _median_index(x, dim: int, ignore_nan: bool):
    order, n = order_of(x, dim), x.shape[dim]
    middle = (n - 1) // 2
    if x.dtype.kind in "fV":
        count = (~np.isnan(x)).sum(dim, keepdims=True)
        if ignore_nan:
            return _taken(order, np.maximum(count - 1, 0) // 2, dim)
        return _taken(order, np.where(count < n, count, middle), dim)
    return order[(slice(None),) * dim + (slice(middle, middle + 1),)]


def _enter_median(name: str, ignore_nan: bool) -> None:
    def forward(input, dim=None, keepdim=False):
        if dim is None:
            require(input.size)
            flat = input.reshape(-1)
            return flat[_median_index(flat, 0, ignore_nan)[0]]
        dim = wrap_dim(dim, input.ndim)
        if not input.ndim:
            return input, np.zeros((), np.int64)
        require(input.shape[dim])
        return _one(input, _median_index(input, dim, ignore_nan), dim, keepdim)

    def gradient(ct, saved, wanted, input, dim=None, keepdim=False):
        if dim is not None:
            return _picked_gradient(ct[0], saved[1], input, dim, keepdim)
        value = saved[0]
        hit = (input == value) | (np.isnan(input) & np.isnan(value))
        share = (ct[0] / np.count_nonzero(hit)).astype(ct[0].dtype)
        return {"input": np.where(hit, share, ct[0].dtype.type(0))}

    kernel(name, saves="result", several=2, dtypes="ifh")(forward).gradient(gradient)


_enter_median("median", False)
_enter_median("nanmedian", True)


# --- quantiles ------------------------------------------------------------------------------------


def _levels(input, q, dim, interpolation):
    """(levels as a vector, shape of the levels, dim or None)."""
    require(interpolation in ("linear", "lower", "higher", "nearest"))
    if is_number(q):
        require(0 <= q <= 1)
        q = np.asarray(q, input.dtype)
    require(q.ndim <= 1 and q.dtype == input.dtype and not (q.size and np.isnan(q).any()))
    require(input.ndim and input.size and ((q >= 0) & (q <= 1)).all())
    return q.reshape(-1), q.shape, None if dim is None else wrap_dim(dim, input.ndim)


@kernel("quantile", saves="residual", dtypes="f")
def quantile(input, q, dim=None, keepdim=False, *, interpolation="linear"):
    levels, lead, dim = _levels(input, q, dim, interpolation)
    x = input.reshape(-1) if dim is None else np.moveaxis(input, dim, -1)
    n = x.shape[-1]
    order = np.argsort(x, -1, kind="stable")
    s = np.take_along_axis(x, order, -1)
    rank = np.broadcast_to(levels * input.dtype.type(n - 1), (*x.shape[:-1], levels.size))
    rank = np.where(np.isnan(s[..., -1:]), input.dtype.type(n - 1), rank)
    if interpolation == "linear":
        below, above = np.floor(rank), np.ceil(rank)
        w = rank - below
    else:
        f = {"lower": np.floor, "higher": np.ceil, "nearest": np.rint}[interpolation]
        below = above = f(rank)
        w = np.zeros_like(rank)
    below, above = below.astype(np.int64), above.astype(np.int64)
    a, b = np.take_along_axis(s, below, -1), np.take_along_axis(s, above, -1)
    r = np.where(w < 0.5, a + w * (b - a), b - (b - a) * (1 - w))
    kept = [1] * input.ndim
    if dim is not None:
        kept = [1 if d == dim else m for d, m in enumerate(input.shape)]
    shape = tuple(kept) if keepdim else r.shape[:-1]
    saved = [np.take_along_axis(order, i, -1) for i in (below, above)]
    return np.moveaxis(r, -1, 0).reshape(lead + shape), (*saved, w)


@quantile.gradient
def _(ct, saved, wanted, input, q, dim=None, keepdim=False, *, interpolation="linear"):
    require("q" not in wanted)
    levels, _, dim = _levels(input, q, dim, interpolation)
    below, above, w = saved
    shape = (input.size,) if dim is None else np.moveaxis(input, dim, -1).shape
    g = np.zeros(math.prod(shape), ct.dtype)
    ct = np.moveaxis(ct.reshape(levels.size, *shape[:-1]), 0, -1)
    last = len(shape) - 1
    np.add.at(g, places_along(shape, below, last).reshape(-1), (ct * (1 - w)).reshape(-1))
    np.add.at(g, places_along(shape, above, last).reshape(-1), (ct * w).reshape(-1))
    g = g.reshape(shape)
    return {"input": g.reshape(input.shape) if dim is None else np.moveaxis(g, -1, dim)}


# --- searches and sets ----------------------------------------------------------------------------


def _search(edges, values, out_int32: bool, right: bool):
    require(edges.ndim == 1 or edges.shape[:-1] == values.shape[:-1])
    if is_number(values):
        (edges, values), _ = host_promoted(Promote.SAME, edges, values)
    require(edges.dtype == values.dtype and edges.dtype.kind != "c")
    edges, values = _comparable(edges), _comparable(values)
    side = "right" if right else "left"
    if edges.ndim == 1:
        r = np.searchsorted(edges, values, side)
    else:
        n, m = edges.shape[-1], values.shape[-1]
        pairs = zip(edges.reshape(-1, n), values.reshape(-1, m))
        rows = [np.searchsorted(e, v, side) for e, v in pairs]
        r = np.stack(rows).reshape(values.shape) if rows else np.zeros(values.shape, np.int64)
    if values.dtype.kind == "f":  # NaN belongs behind everything
        r = np.where(np.isnan(values), edges.shape[-1], r)
    return np.asarray(r).astype(np.int32 if out_int32 else np.int64, copy=False)


@kernel("searchsorted", dtypes="bifh")
def searchsorted(sorted_sequence, input, *, out_int32=False, right=False, side=None, sorter=None):
    require(side in (None, "left", "right") and not (side == "left" and right))
    edges = sorted_sequence
    require(edges.ndim and (edges.ndim == 1 or not is_number(input)))
    if sorter is not None:
        require(sorter.shape == edges.shape and sorter.dtype == np.int64)
        require(not sorter.size or (sorter.min() >= 0 and sorter.max() < edges.shape[-1]))
        edges = np.take_along_axis(edges, sorter, -1)
    return _search(edges, input, out_int32, side == "right" or right)


@kernel("bucketize", dtypes="bifh")
def bucketize(input, boundaries, *, out_int32=False, right=False):
    require(boundaries.ndim == 1)
    return _search(boundaries, input, out_int32, right)


@kernel("isin", dtypes="if")
def isin(elements, test_elements, *, assume_unique=False, invert=False):
    require(not (is_number(elements) and is_number(test_elements)))
    (a, b), _ = host_promoted(Promote.SAME, elements, test_elements)
    require(a.dtype.kind in "iuf" and a.dtype.itemsize != 2)
    return np.isin(a, b, invert=invert)


@kernel("histc", dtypes="f")
def histc(input, bins=100, min=0, max=0):
    require(bins > 0 and math.isfinite(min) and math.isfinite(max) and min <= max)
    x = input.reshape(-1)
    low, high = x.dtype.type(min), x.dtype.type(max)
    if min == max and x.size:
        low, high = x.min(), x.max()
        require(np.isfinite(low) and np.isfinite(high))
    if low == high:
        low, high = x.dtype.type(low - 1), x.dtype.type(high + 1)
    require(low < high)
    x = x[(x >= low) & (x <= high)]
    places = np.floor((x - low) * x.dtype.type(bins) / (high - low))
    places = np.clip(places.astype(np.int64), 0, bins - 1)
    return np.bincount(places, minlength=bins).astype(input.dtype)


@kernel("mode", saves="result", several=2, dtypes="bif")
def mode(input, dim=-1, keepdim=False):
    require(input.ndim and input.size and not (input.dtype.kind == "f" and np.isnan(input).any()))
    axis = axis_of(dim, input.ndim)
    rows = np.moveaxis(input, axis, -1)
    order = np.sort(rows, -1)
    places = np.arange(order.shape[-1])
    begins = np.zeros(order.shape, np.int64)
    begins[..., 1:] = np.where(order[..., 1:] != order[..., :-1], places[1:], 0)
    length = places - np.maximum.accumulate(begins, -1)
    values = np.take_along_axis(order, length.argmax(-1)[..., None], -1)
    last = places[-1] - (rows == values)[..., ::-1].argmax(-1)
    out = np.moveaxis(values, -1, axis), np.moveaxis(last[..., None], -1, axis)
    return out if keepdim else tuple(np.squeeze(a, axis) for a in out)


@mode.gradient
def _(ct, saved, wanted, input, dim=-1, keepdim=False):
    axis = axis_of(dim, input.ndim)
    g, at = ct[0], saved[1]
    if not keepdim:
        g, at = np.expand_dims(g, axis), np.expand_dims(at, axis)
    out = np.zeros(input.shape, g.dtype)
    np.put_along_axis(out, at, g, axis)
    return {"input": out}
