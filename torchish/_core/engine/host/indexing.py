"""Gathering and scattering in NumPy.

A kernel never reads or writes outside: NumPy refuses, and where it would count negative indices
from the end though PyTorch does not, they are refused here.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import wrap_dim
from torchish._core.engine.host.extremes import add_at, places_along
from torchish._core.engine.host.promoting import host_cast, is_number
from torchish._core.engine.host.registry import kernel, require

_ALL = "bifch"
_BOOL = np.dtype(bool)


def require_inside(index, n: int, least: int = 0) -> None:
    """All of an index array in [least, n)."""
    if index.size:
        require(np.minimum.reduce(index, None) >= least and np.maximum.reduce(index, None) < n)


def is_half(x) -> bool:
    return x.dtype.itemsize == 2 and x.dtype.kind in "fV"


def add_rows(shape: tuple[int, ...], index, rows):
    """Zeros of `shape` with `rows` added at the places of their first dim that a vector names."""
    kind = rows.dtype
    wide = np.dtype(np.float32) if is_half(rows) else kind
    out = np.zeros(shape, wide)
    if index.size:
        rows = rows.astype(wide, copy=False)
        if rows.ndim == 1:
            np.add.at(out, index, rows)
        else:
            order = np.argsort(index, kind="stable")
            ordered = index[order]
            new = np.empty(ordered.shape, bool)
            new[0] = True
            np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
            starts = new.nonzero()[0]
            out[ordered[starts]] = np.add.reduceat(rows[order], starts, 0)
    return out.astype(kind, copy=False)


# --- several dims at once -------------------------------------------------------------------------


def _where(input, indices) -> tuple:
    require(len(indices) <= input.ndim)
    for d, i in enumerate(indices):
        if i is not None:
            require(i.dtype.kind in "iu" and (input.shape[d] or not i.size))
    return tuple([slice(None) if i is None else i for i in indices])


def _single(indices) -> int | None:
    """The only dim that is indexed, if there is one."""
    dims = [d for d, i in enumerate(indices) if i is not None]
    return dims[0] if len(dims) == 1 else None


def _picked(input, indices):
    where, d = _where(input, indices), _single(indices)
    if d is None:
        return input[where]
    return input.take(indices[d], d)


@functools.lru_cache(maxsize=128)
def _numbered(shape: tuple[int, ...]) -> np.ndarray:
    return np.arange(math.prod(shape)).reshape(shape)


@kernel("index", dtypes=_ALL, checks=True)
def index(input, indices):
    require(any(i is not None for i in indices))
    return _picked(input, indices)


@index.gradient
def _(ct, saved, wanted, input, indices):
    d = _single(indices)
    if d is None:
        return {"input": add_at(input.shape, _numbered(input.shape)[_where(input, indices)], ct)}
    i, n = indices[d], input.shape[d]
    rows = ct.reshape(*input.shape[:d], i.size, *input.shape[d + 1 :])
    return {"input": _add_along(input.shape, d, np.where(i < 0, i + n, i).reshape(-1), rows)}


def _add_along(shape, dim: int, index, rows):
    """`add_rows` along any dim."""
    if dim == 0:
        return add_rows(shape, index, rows)
    moved = (shape[dim], *shape[:dim], *shape[dim + 1 :])
    return np.moveaxis(add_rows(moved, index, np.moveaxis(rows, dim, 0)), 0, dim)


def _indexed_shape(shape, indices) -> tuple[int, ...]:
    """The shape of `input[indices]`."""
    at = [d for d, i in enumerate(indices) if i is not None]
    both = np.broadcast_shapes(*[indices[d].shape for d in at])
    rest = [n for d, n in enumerate(shape) if d not in at]
    first = at[0] if at and at[-1] - at[0] + 1 == len(at) else 0
    return (*rest[:first], *both, *rest[first:])


@kernel("index_put", dtypes=_ALL, checks=True)
def index_put(input, indices, values, accumulate=False):
    require(values.dtype == input.dtype)
    where = _where(input, indices)
    values = np.broadcast_to(values, _indexed_shape(input.shape, indices))
    out = input.copy()
    if not accumulate:
        out[where] = values
    elif input.dtype == _BOOL:
        out[where] = out[where] | values
    else:
        np.add.at(out, where, values)  # a half rounds at each number, as in PyTorch
    return out


@index_put.gradient
def _(ct, saved, wanted, input, indices, values, accumulate=False):
    out, where = {"input": ct}, _where(input, indices)
    if "input" in wanted and not accumulate:
        out["input"] = ct.copy()
        out["input"][where] = 0
    if "values" in wanted:
        out["values"] = ct[where]
    return out


@kernel("masked_scatter", dtypes=_ALL)
def masked_scatter(input, mask, source):
    require(mask.dtype == _BOOL and source.dtype == input.dtype)
    shape = np.broadcast_shapes(input.shape, mask.shape)
    out = np.array(np.broadcast_to(input, shape))
    m = np.broadcast_to(mask, shape)
    count = np.count_nonzero(m)
    require(count <= source.size)
    out[m] = source.reshape(-1)[:count]
    return out


@masked_scatter.gradient
def _(ct, saved, wanted, input, mask, source):
    m = np.broadcast_to(mask, ct.shape)
    taken = ct[m]
    g = np.zeros(source.size, ct.dtype)
    g[: taken.size] = taken
    return {"input": np.where(m, ct.dtype.type(0), ct), "source": g.reshape(source.shape)}


# --- along one dim --------------------------------------------------------------------------------


def _along(input, dim: int, index, src=None):
    """(shape of input, dim, index) with at least one dim; index inside and no larger."""
    dim = wrap_dim(dim, input.ndim)
    require(index.dtype == np.int64 or index.dtype == np.int32)
    require(max(input.ndim, 1) == max(index.ndim, 1))
    shape = input.shape or (1,)
    i = index if index.ndim else index.reshape(1)
    for d, n in enumerate(i.shape):
        require(d == dim or n <= shape[d])
        require(src is None or n <= (src.shape or (1,))[d])
    require_inside(i, shape[dim])
    return shape, dim, i


@kernel("gather", dtypes=_ALL, checks=True)
def gather(input, dim, index, *, sparse_grad=False):
    require(not sparse_grad)
    if not index.size:
        wrap_dim(dim, input.ndim)
        return np.zeros(index.shape, input.dtype)
    shape, dim, i = _along(input, dim, index)
    return input.reshape(-1).take(places_along(shape, i, dim)).reshape(index.shape)


@gather.gradient
def _(ct, saved, wanted, input, dim, index, *, sparse_grad=False):
    if not index.size:
        return {"input": np.zeros(input.shape, ct.dtype)}
    shape, dim, i = _along(input, dim, index)
    return {"input": add_at(shape, places_along(shape, i, dim), ct).reshape(input.shape)}


def _source(input, index, src):
    if is_number(src) or (src.ndim == 0 and index.ndim > 0):
        src = src if is_number(src) else src.reshape(())
        return np.broadcast_to(np.asarray(src).astype(input.dtype), index.shape)
    require(src.dtype == input.dtype)
    require(max(src.ndim, 1) == max(index.ndim, 1) or not index.size)
    return src


def _combine(out, places, values, kind: str | None):
    """Values written into flat `out`, or combined with what is there."""
    if kind is None:
        out[places] = values
        return
    if out.dtype == _BOOL:
        kind = {"add": "max", "multiply": "min"}.get(kind, kind)
    f = {"add": np.add, "multiply": np.multiply, "max": np.maximum, "min": np.minimum}[kind]
    if f is not np.multiply or out.dtype.kind != "c":
        f.at(out, places, values)
        return
    # `multiply.at` rounds complex products otherwise than `mul`: each place once, then the rest.
    places, values = places.reshape(-1), np.broadcast_to(values, places.shape).reshape(-1)
    while places.size:
        _, first = np.unique(places, return_index=True)
        out[places[first]] *= values[first]
        places, values = np.delete(places, first), np.delete(values, first)


def _scattered(input, dim, index, src, kind):
    s = _source(input, index, src)
    if not index.size:
        wrap_dim(dim, input.ndim)
        return input
    require(kind is None or not is_half(input))
    shape, dim, i = _along(input, dim, index, s)
    s = s[tuple([slice(0, n) for n in i.shape])] if s.ndim else s.reshape(1)
    out = np.array(input, order="C").reshape(-1)
    _combine(out, places_along(shape, i, dim).reshape(-1), s.reshape(-1), kind)
    return out.reshape(input.shape)


def _source_gradient(ct, index, src, places):
    """What a source gets whose first elements were written to places."""
    taken = ct.reshape(-1).take(places)
    if src.ndim == 0 and index.ndim > 0:
        return taken.sum(dtype=ct.dtype)
    if src.shape == index.shape or not src.ndim:
        return taken.reshape(src.shape)
    g = np.zeros(src.shape, ct.dtype)
    g[tuple([slice(0, n) for n in index.shape])] = taken
    return g


def _scatter_gradient(ct, input, dim, index, src, kind) -> tuple:
    """The gradients by input and by source."""
    require(kind in (None, "add"))
    if not index.size:
        return ct, None if is_number(src) else np.zeros(src.shape, ct.dtype)
    shape, dim, i = _along(input, dim, index)
    places = places_along(shape, i, dim)
    by_input = ct
    if kind is None:
        by_input = np.array(ct, order="C").reshape(-1)
        by_input[places.reshape(-1)] = 0
        by_input = by_input.reshape(input.shape)
    return by_input, None if is_number(src) else _source_gradient(ct, index, src, places)


@kernel("scatter", dtypes=_ALL, checks=True)
def scatter(input, dim, index, src=None, *, value=None, reduce=None):
    require(reduce in (None, "add", "multiply"))
    return _scattered(input, dim, index, src if src is not None else value, reduce)


@scatter.gradient
def _(ct, saved, wanted, input, dim, index, src=None, *, value=None, reduce=None):
    given = src if src is not None else value
    by_input, by_source = _scatter_gradient(ct, input, dim, index, given, reduce)
    return {"input": by_input, "src": by_source, "value": by_source}


@kernel("scatter_add", dtypes="bifc", checks=True, halves=True)
def scatter_add(input, dim, index, src):
    return _scattered(input, dim, index, src, "add")


@scatter_add.gradient
def _(ct, saved, wanted, input, dim, index, src):
    by_input, by_source = _scatter_gradient(ct, input, dim, index, src, "add")
    return {"input": by_input, "src": by_source}


_REDUCE = {"sum": "add", "prod": "multiply", "amax": "max", "amin": "min", "mean": "add"}


def _neutral(dtype: np.dtype, reduce: str):
    """What changes nothing when it is combined."""
    if reduce in ("sum", "mean", "prod"):
        return int(reduce == "prod")
    if dtype == _BOOL:
        return reduce == "amin"
    if dtype.kind == "f":
        return -np.inf if reduce == "amax" else np.inf
    info = np.iinfo(dtype)
    return info.min if reduce == "amax" else info.max


def _counts(size: int, places, include_self: bool):
    return np.bincount(places, minlength=size) + int(include_self)


@kernel("scatter_reduce", dtypes="bifc", checks=True)
def scatter_reduce(input, dim, index, src, reduce, *, include_self=True):
    require(reduce in _REDUCE and src.dtype == input.dtype and src.ndim == index.ndim)
    require(input.dtype.kind != "c" or reduce in ("sum", "prod", "mean"))
    if not index.size:
        wrap_dim(dim, input.ndim)
        return input
    shape, dim, i = _along(input, dim, index, src)
    s = src[tuple([slice(0, n) for n in index.shape])].reshape(-1)
    out = np.array(input, order="C").reshape(-1)
    places = places_along(shape, i, dim).reshape(-1)
    if not include_self:
        out[places] = _neutral(out.dtype, reduce)
    _combine(out, places, s, _REDUCE[reduce])
    if reduce == "mean":
        count = np.maximum(_counts(out.size, places, include_self), 1).astype(out.dtype)
        touched = np.zeros(out.shape, bool)
        touched[places] = True
        mean = out / count if out.dtype.kind in "fc" else out // count
        out = np.where(touched, mean, input.reshape(-1)).astype(out.dtype, copy=False)
    return out.reshape(input.shape)


@scatter_reduce.gradient
def _(ct, saved, wanted, input, dim, index, src, reduce, *, include_self=True):
    require(reduce in ("sum", "mean"))
    if not index.size:
        return {"input": ct, "src": np.zeros(src.shape, ct.dtype)}
    shape, dim, i = _along(input, dim, index, src)
    places = places_along(shape, i, dim)
    g = np.array(ct, order="C").reshape(-1)
    if reduce == "mean":
        g = g / np.maximum(_counts(g.size, places.reshape(-1), include_self), 1).astype(g.dtype)
    by_input = g
    if not include_self:
        by_input = g.copy()
        by_input[places.reshape(-1)] = 0
    return {
        "input": by_input.reshape(input.shape),
        "src": _source_gradient(g, index, src, places),
    }


# --- whole rows -----------------------------------------------------------------------------------


def _vector(index, dtypes=(np.int64, np.int32)):
    require(index.ndim < 2 and index.dtype in dtypes)
    return index.reshape(-1)


@kernel("index_select", dtypes=_ALL, checks=True)
def index_select(input, dim, index):
    index, dim = _vector(index), wrap_dim(dim, input.ndim)
    require_inside(index, input.shape[dim] if input.ndim else 1)
    if not input.ndim:
        require(index.size == 1)
        return input
    return input.take(index, dim)


@index_select.gradient
def _(ct, saved, wanted, input, dim, index):
    if not input.ndim:
        return {"input": ct}
    return {"input": _add_along(input.shape, wrap_dim(dim, input.ndim), index.reshape(-1), ct)}


def _rows(input, dim, index, source):
    """(input, dim, index, source) with at least one dim, of shapes that agree."""
    require(source.dtype == input.dtype)
    index, dim = _vector(index), wrap_dim(dim, input.ndim)
    x, s = [a.reshape(1) if not a.ndim else a for a in (input, source)]
    require_inside(index, x.shape[dim])
    require(s.shape == (*x.shape[:dim], index.size, *x.shape[dim + 1 :]))
    return x, dim, index, s


def _at(dim: int, index) -> tuple:
    return (*[slice(None)] * dim, index)


def _alpha(alpha, source):
    require(source.dtype.kind in "fc" or type(alpha) is not float)
    return source.dtype.type(alpha)


@kernel("index_add", dtypes="ifch", checks=True)
def index_add(input, dim, index, source, *, alpha=1):
    x, dim, index, s = _rows(input, dim, index, source)
    if not is_half(x):
        s = s if alpha == 1 else s * _alpha(alpha, s)
        return (x + _add_along(x.shape, dim, index, s)).reshape(input.shape)
    wide = s.astype(np.float32)
    if x.ndim > 1 and alpha == 1:  # PyTorch's scatter_add, which rounds the sum
        r = x.astype(np.float32) + _add_along(x.shape, dim, index, wide)
        return r.astype(input.dtype)
    s = s if alpha == 1 else (wide * np.float32(alpha)).astype(s.dtype)
    out = x.copy()  # PyTorch adds one row after the other
    np.add.at(np.moveaxis(out, dim, 0), index, np.moveaxis(s, dim, 0))
    return out.reshape(input.shape)


@index_add.gradient
def _(ct, saved, wanted, input, dim, index, source, *, alpha=1):
    out = {"input": ct}
    if "source" in wanted:
        x, dim, index, _ = _rows(input, dim, index, source)
        g = ct.reshape(x.shape).take(index, dim).reshape(source.shape)
        out["source"] = g if alpha == 1 else g * _alpha(alpha, source).conj()
    return out


@kernel("index_copy", dtypes=_ALL, checks=True)
def index_copy(input, dim, index, source):
    x, dim, index, s = _rows(input, dim, index, source)
    out = x.copy()
    out[_at(dim, index)] = s
    return out.reshape(input.shape)


@index_copy.gradient
def _(ct, saved, wanted, input, dim, index, source):
    x, dim, index, _ = _rows(input, dim, index, source)
    g = np.array(ct).reshape(x.shape)
    by_source = g.take(index, dim).reshape(source.shape)
    g[_at(dim, index)] = 0
    return {"input": g.reshape(input.shape), "source": by_source}


@kernel("index_fill", dtypes=_ALL, checks=True)
def index_fill(input, dim, index, value):
    index, dim = _vector(index, (np.int64,)), wrap_dim(dim, input.ndim)
    if is_number(value):
        require(input.dtype.kind == "c" or type(value) is not complex)
        value = np.asarray(value)
    require(not value.ndim)
    out = input.copy().reshape(input.shape or (1,))
    out[_at(dim, index)] = host_cast(value, dt.from_np(input.dtype))
    return out.reshape(input.shape)


@index_fill.gradient
def _(ct, saved, wanted, input, dim, index, value):
    dim = wrap_dim(dim, input.ndim)
    g = np.array(ct).reshape(input.shape or (1,))
    out = {}
    if "value" in wanted:
        touched = np.zeros(g.shape, bool)
        touched[_at(dim, index.reshape(-1))] = True
        out["value"] = np.where(touched, g, g.dtype.type(0))
    g[_at(dim, index.reshape(-1))] = 0
    return {**out, "input": g.reshape(input.shape)}


# --- flat places ----------------------------------------------------------------------------------


def _wrapped(index, n: int):
    return np.where(index < 0, index + n, index)


@kernel("take", dtypes=_ALL, checks=True)
def take(input, index):
    require(index.dtype == np.int64)
    return input.reshape(-1).take(index)


@take.gradient
def _(ct, saved, wanted, input, index):
    return {"input": add_at(input.shape, _wrapped(index, input.size), ct)}


@kernel("put", dtypes=_ALL, checks=True)
def put(input, index, source, accumulate=False):
    require(index.dtype == np.int64 and source.dtype == input.dtype and index.size == source.size)
    out = np.array(input, order="C").reshape(-1)
    _combine(out, index.reshape(-1), source.reshape(-1), "add" if accumulate else None)
    return out.reshape(input.shape)


@put.gradient
def _(ct, saved, wanted, input, index, source, accumulate=False):
    g = np.array(ct, order="C").reshape(-1)
    by_source = g.take(index.reshape(-1)).reshape(source.shape)
    if not accumulate:
        g[index.reshape(-1)] = 0
    return {"input": g.reshape(input.shape), "source": by_source}


def _line_places(input, indices, dim):
    """(broadcast shape of input, dim, flat places) of `take_along_dim` along a dim."""
    require(indices.dtype == np.int64 and input.ndim == indices.ndim)
    dim = wrap_dim(dim, input.ndim)
    require(input.ndim and input.shape[dim])
    at = [slice(None)] * input.ndim
    at[dim] = slice(0, 1)
    both = list(np.broadcast_shapes(input[tuple(at)].shape, indices[tuple(at)].shape))
    require(indices.shape[dim])
    both[dim] = input.shape[dim]
    wide = (*both[:dim], indices.shape[dim], *both[dim + 1 :])
    index = np.broadcast_to(indices % input.shape[dim], wide)
    return tuple(both), dim, places_along(tuple(both), index, dim)


@kernel("take_along_dim", dtypes=_ALL, checks=True)
def take_along_dim(input, indices, dim=None):
    if dim is None:
        require(indices.dtype == np.int64)
        require_inside(indices, input.size)
        return input.reshape(-1).take(indices.reshape(-1))
    shape, dim, places = _line_places(input, indices, dim)
    return np.broadcast_to(input, shape).reshape(-1).take(places)


@take_along_dim.gradient
def _(ct, saved, wanted, input, indices, dim=None):
    if dim is None:
        return {"input": add_at(input.shape, indices.reshape(-1), ct)}
    shape, dim, places = _line_places(input, indices, dim)
    return {"input": add_at(shape, places, ct)}


# --- embeddings -----------------------------------------------------------------------------------


def _padding(padding_idx, rows: int):
    if padding_idx is None:
        return None
    require(-rows <= padding_idx < rows)
    return padding_idx % rows


@kernel("nn.functional.embedding", dtypes="ifch", checks=True)
def embedding(
    input,
    weight,
    padding_idx=None,
    max_norm=None,
    norm_type=2.0,
    scale_grad_by_freq=False,
    sparse=False,
):
    require(weight.ndim == 2 and (input.dtype == np.int64 or input.dtype == np.int32))
    _padding(padding_idx, weight.shape[0])
    require_inside(input, weight.shape[0])
    return weight.take(input, 0)


@embedding.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    weight,
    padding_idx=None,
    max_norm=None,
    norm_type=2.0,
    scale_grad_by_freq=False,
    sparse=False,
):
    flat = input.reshape(-1)
    g = add_rows(weight.shape, flat, ct.reshape(-1, weight.shape[1]))
    if scale_grad_by_freq:
        counts = np.maximum(np.bincount(flat, minlength=weight.shape[0]), 1)
        g = (g / counts[:, None]).astype(g.dtype)
    if padding_idx is not None:
        g[_padding(padding_idx, weight.shape[0])] = 0
    return {"weight": g}


@kernel("_one_hot", dtypes="i")
def one_hot(input, num_classes):
    require(input.dtype == np.int64 and num_classes > 0)
    require_inside(input, num_classes)
    out = np.zeros((input.size, num_classes), np.int64)
    out[np.arange(input.size), input.reshape(-1)] = 1
    return out.reshape(*input.shape, num_classes)
