"""Searching sorted values, sets of values, and counting: searchsorted, unique, isin, histograms."""

from __future__ import annotations

import math
import struct

import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base.errors import size_text, wrap_dim
from torchish._core.base.promotion import Promote
from torchish._core.ops.operands import (
    is_bool,
    is_complex,
    is_float,
    is_inexact,
    is_number,
    name_of,
    promoted,
    unsupported,
)
from torchish._core.ops.table import Array, ArrayOrNumber, Check, MaybeArray, MaybeRaw, Raws, op

# --- in sorted sequences
# ----------------------------------------------------------------------------------------


def _positions(edges, values, right: bool):
    """Where values belong in edges, which are sorted along the last dim; leading dims agree or
    edges has none.

    A bisection written out: at most 64 steps of one gather each. NaN belongs behind everything.
    """
    n = edges.shape[-1]
    flat = edges.ndim == 1
    low = jnp.zeros(values.shape, jnp.int64)
    high = jnp.full(values.shape, n, jnp.int64)
    for _ in range(n.bit_length()):
        middle = (low + high) // 2
        if flat:
            e = jnp.take(edges, middle, mode="clip")
        else:
            e = jnp.take_along_axis(edges, middle, axis=-1, mode="clip")
        beyond = (low < high) & ~((e > values) if right else (e >= values))
        low, high = (
            jnp.where(beyond, middle + 1, low),
            jnp.where((low < high) & ~beyond, middle, high),
        )
    return low


def _search(edges, values, out_int32, right, name):
    if is_number(values):
        if edges.ndim != 1:
            raise RuntimeError(
                f"torch.{name}(): input value can be a scalar only when boundaries tensor "
                f"dimension is 1, but we got boundaries tensor dim({edges.ndim}) and input value's "
                "dim(0) numel(1)"
            )
        (edges, values), _ = promoted(Promote.SAME, edges, values)
    elif edges.dtype != values.dtype:
        (edges, values), _ = promoted(Promote.SAME, edges, values)
    if is_complex(edges):
        raise unsupported(f"{name}_out_cpu", edges)
    if is_bool(edges):
        edges, values = edges.astype(jnp.uint8), values.astype(jnp.uint8)
    r = (
        _positions(edges, values, right)
        if edges.size and values.size
        else jnp.zeros(values.shape, jnp.int64)
    )
    return r.astype(jnp.int32) if out_int32 else r


def _type_name(x):
    return {"Float": "float", "Double": "double", "Long": "long long", "Int": "int"}.get(
        name_of(x), name_of(x)
    )


def _sorter_in_range(sorted_sequence, sorter=None, **_):
    if sorter is None or 0 in sorter.shape:
        return True, 0
    ok = (sorter.min() >= 0) & (sorter.max() < sorted_sequence.shape[-1])
    return ok, 0


@op(
    "searchsorted",
    Promote.NONE,
    method=False,
    differentiable=False,
    check=Check(
        _sorter_in_range,
        lambda payload, **_: RuntimeError("torch.searchsorted(): sorter index out of range"),
        lambda call, avals, numbers: "never" if call.template["sorter"][0] == "s" else "later",
    ),
)
def searchsorted(
    sorted_sequence: Array,
    input: ArrayOrNumber,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: MaybeRaw = None,
):
    """Positions at which input keeps sorted_sequence sorted, before (left) or after (right) equal
    elements (https://docs.pytorch.org/docs/stable/generated/torch.searchsorted.html)"""
    if side is not None:
        if side not in ("left", "right"):
            raise RuntimeError(
                f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}"
            )
        if side == "left" and right:
            raise RuntimeError(
                "torch.searchsorted(): side and right can't be set to opposites, got side of left "
                "while right was True"
            )
        right = side == "right"
    edges = sorted_sequence
    if edges.ndim == 0:
        raise RuntimeError(
            "torch.searchsorted(): input value can be a scalar only when boundaries tensor "
            "dimension is 1, but we got boundaries tensor dim(0) and input value's dim(0) numel(1)"
            if is_number(input)
            else "torch.searchsorted(): boundaries tensor should have positive "
            "dimension, but got 0 dimension"
        )
    if not is_number(input) and edges.ndim != 1 and edges.shape[:-1] != input.shape[:-1]:
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 "
            "dimensions of boundaries tensor and input value tensor must match, but we got "
            f"boundaries tensor {size_text(edges.shape)} and input value tensor "
            f"{size_text(input.shape)}"
        )
    if sorter is not None:
        if sorter.shape != edges.shape:
            raise RuntimeError(
                "torch.searchsorted(): boundary and sorter must have the same size, but got "
                f"boundary tensor {size_text(edges.shape)}and got sorter tensor "
                f"{size_text(sorter.shape)}"
            )
        if sorter.dtype != jnp.int64:
            raise RuntimeError(
                "torch.searchsorted(): sorter must be a tensor of long dtype but got dtype "
                f"{name_of(sorter)}"
            )
        edges = jnp.take_along_axis(edges, sorter, axis=-1, mode="clip")
    return _search(edges, input, out_int32, right, "searchsorted")


@op("bucketize", Promote.NONE, method=False, differentiable=False)
def bucketize(
    input: ArrayOrNumber, boundaries: Array, *, out_int32: bool = False, right: bool = False
):
    """The index of the bucket between boundaries that each element falls into
    (https://docs.pytorch.org/docs/stable/generated/torch.bucketize.html)"""
    if boundaries.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries.ndim})")
    return _search(boundaries, input, out_int32, right, "searchsorted")


@op("isin", Promote.NONE, method=False, differentiable=False)
def isin(
    elements: ArrayOrNumber,
    test_elements: ArrayOrNumber,
    *,
    assume_unique: bool = False,
    invert: bool = False,
):
    """Whether each element is among test_elements; assume_unique needs no other algorithm here
    (https://docs.pytorch.org/docs/stable/generated/torch.isin.html)"""
    if is_number(elements) and is_number(test_elements):
        raise TypeError("isin() received an invalid combination of arguments")
    (a, b), _ = promoted(Promote.SAME, elements, test_elements)
    for x in (a, b):
        if is_bool(x) or is_complex(x):
            raise RuntimeError(f"Unsupported input type encountered for isin(): {name_of(x)}")
    b = b.reshape(-1)
    if b.size <= 32:
        r = jnp.any(a[..., None] == b, axis=-1)
    else:
        b = jnp.sort(b)
        r = jnp.take(b, _positions(b, a, False), mode="clip") == a
    return ~r if invert else r


# --- distinct values: results whose shape depends on values, computed by NumPy
# ----------------------------------


def _comparable(x) -> np.ndarray:
    a = np.asarray(x)
    return a.astype(np.float32) if a.dtype == jnp.bfloat16 else a


def _results(values, inverse, counts, like, return_inverse, return_counts):
    outs = [np.asarray(values).astype(like.dtype)]
    if return_inverse:
        outs.append(np.asarray(inverse, np.int64))
    if return_counts:
        outs.append(np.asarray(counts, np.int64))
    return tuple(outs) if len(outs) > 1 else outs[0]


def _check_distinct(input, name, dim):
    if is_complex(input):
        raise unsupported("unique" if dim is None else "unique_dim", input)
    if dim is not None and input.ndim:
        d = wrap_dim(dim, input.ndim)
        if not input.shape[d] and sum(n == 0 for n in input.shape) > 1:
            raise RuntimeError(
                "Number of zero sized dimensions is more than one, so unique cannot be applied "
            )


@op("unique", dynamic=True, differentiable=False, out=False)
def unique(
    input: Array,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
):
    """The distinct elements, or slices along dim, in order; each NaN is distinct
    (https://docs.pytorch.org/docs/stable/generated/torch.unique.html)"""
    _check_distinct(input, "unique", dim)
    a = _comparable(input)
    if dim is None:
        values, inverse, counts = np.unique(
            a.reshape(-1), return_inverse=True, return_counts=True, equal_nan=False
        )
        return _results(
            values, inverse.reshape(a.shape), counts, input, return_inverse, return_counts
        )
    dim = wrap_dim(dim, a.ndim)
    if a.ndim == 0:
        return _results(a, np.zeros(()), np.ones(1), input, return_inverse, return_counts)
    if a.shape[dim] == 0 and a.size == 0:
        _check_empty(a, dim)
        return _results(a, np.zeros(0), np.zeros(0), input, return_inverse, return_counts)
    _check_empty(a, dim)
    slices = np.moveaxis(a, dim, 0).reshape(a.shape[dim], -1)
    order = np.lexsort(slices.T[::-1])
    new = np.any(slices[order[1:]] != slices[order[:-1]], axis=1)
    group = np.concatenate([[0], np.cumsum(new)])
    inverse = np.empty(len(order), np.int64)
    inverse[order] = group
    first = order[np.concatenate([[True], new])]
    counts = np.bincount(group)
    return _results(
        np.take(a, first, axis=dim), inverse, counts, input, return_inverse, return_counts
    )


def _check_empty(a, dim):
    zeros = sum(n == 0 for d, n in enumerate(a.shape) if d != dim)
    if zeros and a.shape[dim]:
        raise RuntimeError(
            "There are 0 sized dimensions, and they aren't selected, so unique cannot be applied"
        )


@op("unique_consecutive", dynamic=True, differentiable=False, out=False)
def unique_consecutive(
    input: Array, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
):
    """Elements, or slices along dim, with runs of equal ones reduced to one
    (https://docs.pytorch.org/docs/stable/generated/torch.unique_consecutive.html)"""
    _check_distinct(input, "unique_consecutive", dim)
    a = _comparable(input)
    shape = a.shape
    if dim is None:
        a, axis = a.reshape(-1), 0
    else:
        axis = wrap_dim(dim, a.ndim)
        a = a.reshape(1) if a.ndim == 0 else a
        _check_empty(a, axis)
    n = a.shape[axis]
    if n == 0:
        return _results(
            a,
            np.zeros(shape if dim is None else 0),
            np.zeros(0),
            input,
            return_inverse,
            return_counts,
        )
    slices = np.moveaxis(a, axis, 0).reshape(n, -1)
    new = np.concatenate([[True], np.any(slices[1:] != slices[:-1], axis=1)])
    starts = np.flatnonzero(new)
    inverse = np.cumsum(new) - 1
    values = np.take(a, starts, axis=axis)
    if dim is None:
        inverse = inverse.reshape(shape)
    elif not shape:
        values = values.reshape(())
    return _results(
        values, inverse, np.diff(np.append(starts, n)), input, return_inverse, return_counts
    )


@op("bincount", dynamic=True, differentiable=False, out=False)
def bincount(input: Array, weights: MaybeRaw = None, minlength: int = 0):
    """How often each non-negative integer occurs, or the sum of its weights
    (https://docs.pytorch.org/docs/stable/generated/torch.bincount.html)"""
    if is_inexact(input) or is_bool(input):
        raise unsupported("bincount_cpu", input)
    if minlength < 0:
        raise RuntimeError("minlength should be >= 0")
    a = np.asarray(input)
    if a.ndim != 1 or (a.size and a.min() < 0):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    if weights is None:
        return np.bincount(a, minlength=minlength).astype(np.int64)
    if weights.shape != input.shape:
        raise RuntimeError("weights should be 1-d and have the same length as input")
    counts = np.bincount(a, weights=np.asarray(weights, np.float64), minlength=minlength)
    return counts.astype(np.float32) if weights.dtype == jnp.float32 else counts


# --- histograms
# -------------------------------------------------------------------------------------------------


def _ends(input):
    """Whether the smallest and largest elements are finite, and both, as float32, in one number."""
    low, high = input.min(), input.max()
    bits = [lax.bitcast_convert_type(v.astype(jnp.float32), jnp.int32) for v in (low, high)]
    both = (bits[0].astype(jnp.int64) << 32) | (bits[1].astype(jnp.int64) & 0xFFFFFFFF)
    return (low - low == 0) & (high - high == 0), both


def _shown_ends(payload: int) -> str:
    low, high = struct.unpack(">ff", struct.pack(">q", payload))
    return f"[{low:g}, {high:g}]"


def _range_ok(input, bins, min, max):
    if min != max or input.size == 0 or not jnp.issubdtype(input.dtype, jnp.floating):
        return True, 0
    return _ends(input)


def _range_error(payload, input, bins, min, max):
    # PyTorch's NaN comes out of a vector instruction here, with its sign set.
    ends = _shown_ends(payload).replace("nan", "-nan")
    return RuntimeError(f"torch.histc: range of {ends} is not finite")


@op("histc", differentiable=False, check=Check(_range_ok, _range_error))
def histc(input: Array, bins: int = 100, min: float = 0, max: float = 0):
    """Counts in equal bins between min and max (both 0: of the data), in the dtype of input
    (https://docs.pytorch.org/docs/stable/generated/torch.histc.html)"""
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    if not (math.isfinite(min) and math.isfinite(max)):
        raise RuntimeError(f"torch.histc: range of [{min:g}, {max:g}] is not finite")
    if min > max:
        raise RuntimeError("torch.histc: max must be larger than min")
    if not is_float(input):
        raise unsupported("histogram_cpu", input)
    x = input.reshape(-1)
    half = x.dtype in (jnp.float16, jnp.bfloat16)
    x = x.astype(jnp.float32) if half else x
    low, high = jnp.asarray(min, x.dtype), jnp.asarray(max, x.dtype)
    if min == max and x.size:
        low, high = jnp.min(x), jnp.max(x)
    one = jnp.ones((), x.dtype)
    flat = low == high
    low, high = jnp.where(flat, low - one, low), jnp.where(flat, high + one, high)
    inside = (x >= low) & (x <= high)
    # In a half type every step of this quotient is rounded to it.
    info = jnp.finfo(input.dtype)

    def rounded(v):
        return lax.reduce_precision(v, info.nexp, info.nmant) if half else v

    places = jnp.floor(rounded(rounded(rounded(x - low) * bins) / rounded(high - low)))
    # Of the largest floats there is no next one: the only bin is the first, or the last.
    places = jnp.where(low == high, jnp.where(low < 0, 0, bins - 1), places)
    places = jnp.clip(jnp.where(inside, places, 0).astype(jnp.int64), 0, bins - 1)
    return jnp.zeros(bins, jnp.int64).at[places].add(inside.astype(jnp.int64)).astype(input.dtype)


def _edges(x, bins, bounds, name, number):
    """Bin edges of one dimension, from a count and its bounds or from given edges."""
    if not is_number(bins):
        if bins.dtype != x.dtype:
            raise RuntimeError(
                f"torch.histogramdd: input tensor and bins tensors should have the same dtype, but "
                f"got input with dtype {_type_name(x)} and bins for dimension {number} with dtype "
                f"{_type_name(bins)}"
            )
        if bins.ndim != 1:
            raise RuntimeError(
                f"torch.histogramdd: bins tensor should have one dimension, but got {bins.ndim} "
                f"dimensions in the bins tensor for dimension {number}"
            )
        if bins.shape[0] == 0:
            raise RuntimeError(
                "torch.histogramdd: bins tensor should have at least 1 element, but got 0 "
                f"elements in the bins tensor for dimension {number}"
            )
        return bins
    if bins <= 0:
        raise RuntimeError(
            f"torch.{name}(): bins must be > 0, but got {bins} for dimension {number}"
        )
    if bounds is not None:
        low, high = bounds
        if not (math.isfinite(low) and math.isfinite(high)):
            raise RuntimeError(
                f"torch.histogramdd: dimension {number}'s range [{low:g}, {high:g}] is not finite"
            )
        if low > high:
            raise RuntimeError(
                f"torch.histogramdd: min should not exceed max, but got min {low:g} max {high:g} "
                f"for dimension {number}"
            )
        low, high = jnp.asarray(low, x.dtype), jnp.asarray(high, x.dtype)
    elif x.size:
        low, high = jnp.min(x), jnp.max(x)
    else:
        low, high = jnp.zeros((), x.dtype), jnp.ones((), x.dtype)
    flat = low == high
    half = jnp.asarray(0.5, x.dtype)
    return jnp.linspace(
        jnp.where(flat, low - half, low),
        jnp.where(flat, high + half, high),
        bins + 1,
        dtype=x.dtype,
    )


def _histogram(columns, edges, weight, density, dtype):
    """Weighted counts of points, given by columns, in the cells between edges."""
    place = inside = None
    for x, e in zip(columns, edges):
        n = e.shape[0] - 1
        p = _positions(e, x, True) - 1
        p = jnp.where(x == e[-1], n - 1, p)  # the last bin has its right edge
        ok = (p >= 0) & (p < n) & (x <= e[-1])
        place = p if place is None else place * n + p
        inside = ok if inside is None else inside & ok
    if place is None:  # of no dimensions there is one cell, and nothing in it
        cell = jnp.zeros((), dtype)
        return cell / cell if density else cell
    shape = tuple(e.shape[0] - 1 for e in edges)
    amounts = jnp.ones(inside.shape, dtype) if weight is None else weight.reshape(-1)
    cells = (
        jnp.zeros(math.prod(shape), dtype)
        .at[jnp.where(inside, place, 0)]
        .add(jnp.where(inside, amounts, jnp.zeros((), dtype)), mode="drop")
    )
    cells = cells.reshape(shape)
    if density:
        cells = cells / jnp.sum(cells)
        for d, e in enumerate(edges):
            widths = (e[1:] - e[:-1]).reshape(tuple(-1 if i == d else 1 for i in range(len(shape))))
            cells = cells / widths
    return cells


def _check_histogram(input, weight, shape, points):
    if not is_float(input) or input.dtype in (jnp.float16, jnp.bfloat16):
        raise unsupported("histogramdd", input)
    if weight is not None:
        if weight.dtype != input.dtype:
            raise RuntimeError(
                "torch.histogramdd: if weight tensor is provided, input tensor and weight tensor "
                f"should have the same dtype, but got input({_type_name(input)}), and "
                f"weight({_type_name(weight)})"
            )
        if weight.shape != shape:
            raise RuntimeError(
                "torch.histogramdd: if weight tensor is provided it should have the same shape as "
                "the input tensor excluding its innermost dimension, but got input with shape "
                f"{size_text(points)} and weight with shape {size_text(weight.shape)}"
            )


def _bounds_ok(input, bins, range=None, weight=None, density=False):
    if range is not None or not is_number(bins) or not input.size or not is_float(input):
        return True, 0
    return _ends(input)


def _bounds_error(payload, **arguments):
    return RuntimeError(
        f"torch.histogramdd: dimension 0's range {_shown_ends(payload)} is not finite"
    )


@op(
    "histogram",
    differentiable=False,
    returns=("hist", "bin_edges"),
    check=Check(_bounds_ok, _bounds_error),
)
def histogram(
    input: Array,
    bins: ArrayOrNumber,
    *,
    range: tuple | None = None,
    weight: MaybeArray = None,
    density: bool = False,
):
    """Counts (or sums of weights, or a density) between bin edges, and the edges
    (https://docs.pytorch.org/docs/stable/generated/torch.histogram.html)"""
    _check_histogram(input, weight, input.shape, (input.size, 1))
    if range is not None and not is_number(bins):
        raise TypeError(
            "histogram() received an invalid combination of arguments - got (Tensor, Tensor, "
            "range=tuple)"
        )
    x = input.reshape(-1)
    edges = _edges(x, bins, range, "histogram", 0)
    return _histogram([x], [edges], weight, density, x.dtype), edges


@op("_histogramdd", differentiable=False, method=False, function=False, out=False)
def histogramdd(
    input: Array,
    bins: tuple | None,
    edges: Raws,
    range: tuple | None = None,
    weight: MaybeArray = None,
    density: bool = False,
):
    """Counts of points (..., D) in cells, then the edges of each dimension, from counts or as given
    (https://docs.pytorch.org/docs/stable/generated/torch.histogramdd.html)"""
    parts = tuple(edges) if bins is None else bins
    if input.ndim < 2:
        raise RuntimeError(
            "torch.histogramdd(): input tensor should have at least 2 dimensions, but got "
            f"{input.ndim}"
        )
    _check_histogram(input, weight, input.shape[:-1], input.shape)
    dims = input.shape[-1]
    if dims != len(parts):
        raise RuntimeError(
            f"torch.histogramdd(): expected {dims} "
            f"{'sequences of bin edges' if bins is None else 'bin counts'} for a "
            f"{dims}-dimensional histogram but got {len(parts)}"
        )
    if range is not None and len(range) != 2 * dims:
        raise RuntimeError(
            f"torch.histogramdd(): for a {dims}-dimensional histogram range should have {2 * dims} "
            f"elements, but got {len(range)}"
        )
    points = input.reshape(math.prod(input.shape[:-1]), dims)
    columns = [points[:, d] for d, _ in enumerate(parts)]
    found = [
        _edges(x, n, None if range is None else range[2 * d : 2 * d + 2], "histogramdd", d)
        for d, (x, n) in enumerate(zip(columns, parts))
    ]
    return (_histogram(columns, found, weight, density, input.dtype), *found)
