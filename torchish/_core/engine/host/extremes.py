"""Maxima, minima, where they are, running sums and extremes, differences, in NumPy."""

from __future__ import annotations

import functools
import math

import numpy as np

from torchish._core.base.errors import wrap_dim
from torchish._core.base.promotion import Promote
from torchish._core.engine.host.choice import extreme_of_pair, shared
from torchish._core.engine.host.promoting import host_promoted, is_number
from torchish._core.engine.host.reductions import accumulated, as_dtype, put_back
from torchish._core.engine.host.registry import kernel, require
from torchish._core.ops.reductions.sums import reduce_dims

# --- places along one dim -------------------------------------------------------------------------


@functools.lru_cache(maxsize=512)
def _offsets(shape: tuple[int, ...], index_shape: tuple[int, ...], dim: int) -> np.ndarray:
    """What an index along `dim` leaves out of the flat places: the place in the other dims."""
    total = np.zeros((1,) * len(shape), np.int64)
    stride = 1
    for d in range(len(shape) - 1, -1, -1):
        if d != dim:
            line = np.arange(index_shape[d]) * stride
            total = total + line.reshape((-1,) + (1,) * (len(shape) - d - 1))
        stride *= shape[d]
    return total


def places_along(shape: tuple[int, ...], index, dim: int):
    """Flat places, in a contiguous array of `shape`, of what `index` names along `dim`."""
    stride = math.prod(shape[dim + 1 :])
    places = index * stride if stride != 1 else index
    return places + _offsets(shape, index.shape, dim)


def add_at(shape: tuple[int, ...], places, values):
    """Zeros of `shape` with values added at flat places; half types in float32."""
    wide = np.float32 if values.dtype.itemsize == 2 else values.dtype
    out = np.zeros(math.prod(shape), wide)
    np.add.at(out, places.reshape(-1), values.reshape(-1).astype(wide, copy=False))
    return out.reshape(shape).astype(values.dtype, copy=False)


def placed(shape: tuple[int, ...], index, dim: int, values):
    """Zeros of `shape` with values where `index` names them along `dim`, each place once."""
    out = np.zeros(math.prod(shape), values.dtype)
    out[places_along(shape, index, dim)] = values
    return out.reshape(shape)


# --- extremes over dims ---------------------------------------------------------------------------


def _wide(x):
    """Half types as float32, which NumPy reduces fast."""
    return x.astype(np.float32) if x.dtype.itemsize == 2 and x.dtype.kind in "fV" else x


def _reduced(x, dims, largest: bool, keepdim: bool):
    f = np.maximum if largest else np.minimum
    return as_dtype(f.reduce(_wide(x), dims, keepdims=keepdim), x.dtype)


def _even_share(ct, x, value):
    """A cotangent shared by the elements that equal the extreme; both with the dims kept."""
    hit = (x == value) | (np.isnan(x) & np.isnan(value))
    dims = tuple([d for d in range(x.ndim) if value.shape[d] == 1])
    count = np.add.reduce(hit, dims, np.float64, keepdims=True).astype(ct.dtype)
    return np.where(hit, ct / count, ct.dtype.type(0))


def _dims_with_elements(x, dim) -> tuple[int, ...]:
    dims = reduce_dims(dim, x.ndim)
    require(all(x.shape[d] for d in dims) and (x.size or dim not in (None, ())))
    return dims


def _share(ct, saved, x, dims, keepdim):
    ct, value = put_back(ct, dims, keepdim), put_back(saved, dims, keepdim)
    if not value.ndim and x.ndim:
        ct, value = ct.reshape((1,) * x.ndim), value.reshape((1,) * x.ndim)
    return _even_share(_wide(ct), _wide(x), _wide(value))


def _enter_over_dims(name: str, largest: bool) -> None:
    def forward(input, dim=(), keepdim=False):
        return _reduced(input, _dims_with_elements(input, dim), largest, keepdim)

    def gradient(ct, saved, wanted, input, dim=(), keepdim=False):
        return {"input": _share(ct, saved, input, reduce_dims(dim, input.ndim), keepdim)}

    kernel(name, saves="result", dtypes="bifh")(forward).gradient(gradient)


_enter_over_dims("amax", True)
_enter_over_dims("amin", False)


@kernel("aminmax", saves="result", several=2, dtypes="bifh")
def aminmax(input, *, dim=None, keepdim=False):
    dims = _dims_with_elements(input, None if dim is None else (dim,))
    return tuple([_reduced(input, dims, largest, keepdim) for largest in (False, True)])


@aminmax.gradient
def _(ct, saved, wanted, input, *, dim=None, keepdim=False):
    dims = reduce_dims(None if dim is None else (dim,), input.ndim)
    parts = [_share(c, s, input, dims, keepdim) for c, s in zip(ct, saved) if c is not None]
    return {"input": parts[0] if len(parts) == 1 else parts[0] + parts[1]}


def arg_extreme(x, dim: int, largest: bool):
    """Index of the first extreme along a dim, of the first NaN where there is one."""
    return (np.argmax if largest else np.argmin)(_wide(x), dim, keepdims=True)


def _along(x, dim, keepdim, largest):
    dim = wrap_dim(dim, x.ndim)
    if not x.ndim:
        return x, np.zeros((), np.int64)
    require(x.shape[dim])
    index = arg_extreme(x, dim, largest)
    value = _reduced(x, dim, largest, keepdim)
    return value, index if keepdim else index.squeeze(dim)


def _pair_of(dim, other):
    """The second tensor of the pairwise overload, if it is that."""
    if other is None and dim is not None and not is_number(dim):
        return dim
    require(other is None or dim is None)
    return other


def _enter_extreme(name: str, largest: bool) -> None:
    def forward(input, dim=None, keepdim=False, *, other=None):
        second = _pair_of(dim, other)
        if second is not None:
            return extreme_of_pair(input, second, largest)
        if dim is None:
            require(input.size)
            return _reduced(input, None, largest, False)
        require(type(dim) is int)
        return _along(input, dim, keepdim, largest)

    def gradient(ct, saved, wanted, input, dim=None, keepdim=False, *, other=None):
        second, ct = _pair_of(dim, other), ct[0]
        if second is not None:
            (a, b), _ = host_promoted(Promote.SAME, input, second)
            g = shared(ct.astype(a.dtype, copy=False), {"input", "other"}, a, b, largest)
            return {"input": g["input"], "other": g["other"], "dim": g["other"]}
        if dim is None:
            return {"input": _share(ct, saved[0], input, tuple(range(input.ndim)), False)}
        if not input.ndim:
            return {"input": ct}
        d, index = wrap_dim(dim, input.ndim), saved[1]
        if not keepdim:
            ct, index = np.expand_dims(ct, d), np.expand_dims(index, d)
        return {"input": placed(input.shape, index, d, ct)}

    kernel(name, saves="result", several=2, dtypes="bifh")(forward).gradient(gradient)


_enter_extreme("max", True)
_enter_extreme("min", False)


def _enter_arg(name: str, largest: bool) -> None:
    f = np.argmax if largest else np.argmin

    def forward(input, dim=None, keepdim=False):
        x = _wide(input)
        if dim is None:
            require(x.size)
            return f(x, keepdims=True) if keepdim else f(x)
        dim = wrap_dim(dim, x.ndim)
        if not x.ndim:
            return np.zeros((), np.int64)
        require(x.shape[dim])
        return f(x, dim, keepdims=keepdim)

    kernel(name, dtypes="ifh")(forward)


_enter_arg("argmax", True)
_enter_arg("argmin", False)


# --- running sums and extremes --------------------------------------------------------------------


def _reverse(x, dim: int):
    return x[(slice(None),) * dim + (slice(None, None, -1),)]


def _running(f, x, dim: int):
    """Running sums or products, those of float32 formed in float64."""
    if x.dtype == np.float32:
        return f.accumulate(x, dim, np.float64).astype(np.float32)
    return f.accumulate(x, dim, x.dtype)


def _scan(f, input, dim, dtype):
    x, result = accumulated(input, dtype)
    require(x.dtype != np.bool_)
    dim = wrap_dim(dim, x.ndim)
    return as_dtype(_running(f, x, dim) if x.ndim and x.size else x, result)


@kernel("cumsum", dtypes="bifch")
def cumsum(input, dim, *, dtype=None):
    return _scan(np.add, input, dim, dtype)


@cumsum.gradient
def _(ct, saved, wanted, input, dim, *, dtype=None):
    ct, dim = accumulated(ct)[0], wrap_dim(dim, input.ndim)
    if not ct.ndim or not ct.size:
        return {"input": ct}
    return {"input": _reverse(_running(np.add, _reverse(ct, dim), dim), dim)}


@kernel("cumprod", saves="result", dtypes="bifh")
def cumprod(input, dim, *, dtype=None):
    return _scan(np.multiply, input, dim, dtype)


@cumprod.gradient
def _(ct, saved, wanted, input, dim, *, dtype=None):
    x, _ = accumulated(input, dtype)
    ct, saved, dim = accumulated(ct)[0], accumulated(saved)[0], wrap_dim(dim, x.ndim)
    if not x.ndim or not x.size:
        return {"input": ct}
    require((x != 0).all())
    return {"input": _reverse(_running(np.add, _reverse(ct * saved, dim), dim), dim) / x}


def _enter_running(name: str, largest: bool) -> None:
    f = np.maximum if largest else np.minimum

    def forward(input, dim):
        require(input.ndim or dim in (-1, 0))
        dim = wrap_dim(dim, input.ndim)
        if not input.ndim or not input.size:
            return input, np.zeros(input.shape, np.int64)
        values = f.accumulate(input, dim)
        hit = input == values
        if input.dtype.kind == "f":
            hit |= np.isnan(input)
        line = np.arange(input.shape[dim]).reshape((-1,) + (1,) * (input.ndim - dim - 1))
        return values, np.maximum.accumulate(np.where(hit, line, 0), dim)

    def gradient(ct, saved, wanted, input, dim):
        if not input.ndim or not input.size:
            return {"input": ct[0]}
        places = places_along(input.shape, saved[1], wrap_dim(dim, input.ndim))
        return {"input": add_at(input.shape, places, ct[0])}

    kernel(name, saves="result", several=2, dtypes="bif")(forward).gradient(gradient)


_enter_running("cummax", True)
_enter_running("cummin", False)


def _diff_parts(input, dim, prepend, append):
    """(dim, the arrays that are joined)."""
    require(input.ndim)
    dim = wrap_dim(dim, input.ndim)
    parts = [x for x in (prepend, input, append) if x is not None]
    for x in parts:
        require(x.ndim == input.ndim)
    return dim, parts


@kernel("diff", dtypes="bif")
def diff(input, n=1, dim=-1, prepend=None, append=None):
    require(n >= 0)
    dim, parts = _diff_parts(input, dim, prepend, append)
    if n == 0:
        return input
    x = np.concatenate(parts, dim) if len(parts) > 1 else input
    lead = (slice(None),) * dim
    for _ in range(min(n, x.shape[dim])):
        later, earlier = x[(*lead, slice(1, None))], x[(*lead, slice(0, -1))]
        x = later ^ earlier if x.dtype == np.bool_ else later - earlier
    return x


@diff.gradient
def _(ct, saved, wanted, input, n=1, dim=-1, prepend=None, append=None):
    dim, parts = _diff_parts(input, dim, prepend, append)
    zero = {"prepend": 0, "append": 0}
    if n == 0:
        return {**zero, "input": ct}
    lead = (slice(None),) * dim
    length = sum(x.shape[dim] for x in parts)
    for _ in range(min(n, length)):
        shape = list(ct.shape)
        shape[dim] += 1
        g = np.zeros(shape, ct.dtype)
        g[(*lead, slice(1, None))] = ct
        g[(*lead, slice(0, -1))] -= ct
        ct = g
    out, at = zero, 0
    for name, x in (("prepend", prepend), ("input", input), ("append", append)):
        if x is not None:
            out[name] = ct[(*lead, slice(at, at + x.shape[dim]))]
            at += x.shape[dim]
    return out
