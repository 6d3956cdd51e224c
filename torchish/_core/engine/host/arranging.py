"""Joining, flipping, repeating, padding and other arrangements in NumPy."""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import wrap_dim, wrap_dims
from torchish._core.engine.host.promoting import host_cast
from torchish._core.engine.host.registry import kernel, require
from torchish._core.ops.indexing.joining import at_least

_ALL = "bifch"


# --- joining --------------------------------------------------------------------------------------


def _joined(tensors, dim: int):
    """(kept arrays, dim): arrays of shape (0,) count for nothing beside others."""
    require(tensors and all(t.ndim for t in tensors))
    kept = [t for t in tensors if t.shape != (0,)]
    if not kept:
        return tensors[:1], wrap_dim(dim, 1)
    return kept, wrap_dim(dim, kept[0].ndim)


def _join(tensors, dim: int):
    kept, d = _joined(tensors, dim)
    return np.concatenate(kept, d) if len(kept) > 1 else kept[0]


def _parts(ct, tensors, dim: int):
    """The cotangent cut into what belongs to each array."""
    _, d = _joined(tensors, dim)
    none = all(t.shape == (0,) for t in tensors)
    out, at = [], 0
    for t in tensors:
        if t.shape == (0,) and not none:
            out.append(np.zeros(0, ct.dtype))
            continue
        n = t.shape[d]
        out.append(ct[(slice(None),) * d + (slice(at, at + n),)])
        at += n
    return [np.zeros(0, ct.dtype) for _ in tensors] if none else out


@kernel("cat", dtypes=_ALL)
def cat(tensors, dim=0):
    return _join(tensors, dim)


@cat.gradient
def _(ct, saved, wanted, tensors, dim=0):
    return {"tensors": _parts(ct, tensors, dim)}


@kernel("stack", dtypes=_ALL)
def stack(tensors, dim=0):
    require(tensors)
    d = wrap_dim(dim, tensors[0].ndim + 1)
    first = tensors[0].shape
    require(all(t.shape == first for t in tensors))
    where = (slice(None),) * d + (None,)
    return np.concatenate([t[where] for t in tensors], d)


@stack.gradient
def _(ct, saved, wanted, tensors, dim=0):
    d = wrap_dim(dim, tensors[0].ndim + 1)
    where = (slice(None),) * d
    return {"tensors": [ct[(*where, i)] for i in range(len(tensors))]}


def _as_column(t):
    return t.reshape(t.size, 1) if t.ndim <= 1 else t


def _enter_stack(name: str, shaped, dim_of) -> None:
    """`cat` of arrays that get their dims first."""

    def forward(tensors):
        require(tensors)
        ts = [shaped(t) for t in tensors]
        return _join(ts, dim_of(ts[0]))

    def gradient(ct, saved, wanted, tensors):
        ts = [shaped(t) for t in tensors]
        parts = _parts(ct, ts, dim_of(ts[0]))
        return {"tensors": [p.reshape(t.shape) for p, t in zip(parts, tensors)]}

    kernel(name, dtypes=_ALL)(forward).gradient(gradient)


_enter_stack("hstack", functools.partial(at_least, 1), lambda t: 0 if t.ndim == 1 else 1)
_enter_stack("vstack", functools.partial(at_least, 2), lambda t: 0)
_enter_stack("dstack", functools.partial(at_least, 3), lambda t: 2)
_enter_stack("column_stack", _as_column, lambda t: 1)


# --- flips and rolls ------------------------------------------------------------------------------


def _flip(x, dims: tuple[int, ...]):
    return x[tuple([slice(None, None, -1) if d in dims else slice(None) for d in range(x.ndim)])]


def _enter_flip(name: str, dims_of) -> None:
    def forward(input):
        return _flip(input, dims_of(input))

    def gradient(ct, saved, wanted, input):
        return {"input": _flip(ct, dims_of(input))}

    kernel(name, dtypes=_ALL)(forward).gradient(gradient)


def _dim_that_is_there(n: int):
    def dims(x) -> tuple[int, ...]:
        require(x.ndim > n)
        return (n,)

    return dims


_enter_flip("fliplr", _dim_that_is_there(1))
_enter_flip("flipud", _dim_that_is_there(0))


@kernel("flip", dtypes=_ALL)
def flip(input, dims):
    places = wrap_dims(dims, input.ndim)
    return _flip(input, places) if input.ndim else input


@flip.gradient
def _(ct, saved, wanted, input, dims):
    return {"input": _flip(ct, wrap_dims(dims, input.ndim)) if input.ndim else ct}


def _rolled(x, shifts, dims, sign: int):
    shifts = (shifts,) if type(shifts) is int else tuple(shifts)
    dims = () if dims is None else (dims,) if type(dims) is int else tuple(dims)
    shifts = tuple([sign * s for s in shifts])
    require(shifts)
    if not dims and len(shifts) == 1:
        return np.roll(x.reshape(-1), shifts[0]).reshape(x.shape)
    require(len(shifts) == len(dims) and x.ndim)
    return np.roll(x, shifts, tuple([wrap_dim(d, x.ndim) for d in dims]))


@kernel("roll", dtypes=_ALL)
def roll(input, shifts, dims=None):
    return _rolled(input, shifts, dims, 1)


@roll.gradient
def _(ct, saved, wanted, input, shifts, dims=None):
    return {"input": _rolled(ct, shifts, dims, -1)}


@kernel("rot90", dtypes=_ALL)
def rot90(input, k=1, dims=(0, 1)):
    require(len(dims) == 2 and input.ndim >= 2)
    require((dims[0] - dims[1]) % input.ndim)
    return np.rot90(input, k, tuple(wrap_dims(dims, input.ndim)))


@rot90.gradient
def _(ct, saved, wanted, input, k=1, dims=(0, 1)):
    return {"input": np.rot90(ct, -k, tuple(wrap_dims(dims, input.ndim)))}


# --- repeats --------------------------------------------------------------------------------------


def _tile_options(x, repeats: tuple[int, ...]):
    """(shape, repeats) of as many dims as there are of either."""
    n = max(x.ndim, len(repeats))
    repeats = (1,) * (n - len(repeats)) + tuple(repeats)
    require(all(r >= 0 for r in repeats))
    return (1,) * (n - x.ndim) + x.shape, repeats


def _tiled(x, repeats):
    shape, repeats = _tile_options(x, repeats)
    pairs = [k for n in shape for k in (1, n)]
    wide = [k for r, n in zip(repeats, shape) for k in (r, n)]
    out = np.broadcast_to(x.reshape(pairs), wide)
    return out.reshape([r * n for r, n in zip(repeats, shape)])


def _untiled(ct, x, repeats):
    shape, repeats = _tile_options(x, repeats)
    wide = [k for r, n in zip(repeats, shape) for k in (r, n)]
    return _sum(ct.reshape(wide), tuple(range(0, len(wide), 2))).reshape(x.shape)


def _sum(x, axes):
    """The sum over axes; half types in float32."""
    if x.dtype.itemsize == 2:
        return x.astype(np.float32).sum(axes).astype(x.dtype)
    return x.sum(axes, dtype=x.dtype)


@kernel("repeat", dtypes=_ALL)
def repeat(input, repeats):
    require(len(repeats) >= input.ndim)
    return _tiled(input, repeats)


@repeat.gradient
def _(ct, saved, wanted, input, repeats):
    return {"input": _untiled(ct, input, repeats)}


@kernel("tile", dtypes=_ALL)
def tile(input, dims):
    return _tiled(input, dims) if dims else input


@tile.gradient
def _(ct, saved, wanted, input, dims):
    return {"input": _untiled(ct, input, dims) if dims else ct}


@kernel("_repeat_interleave", dtypes=_ALL)
def repeat_interleave(input, repeats, dim=None):
    if dim is None or not input.ndim:
        return np.repeat(input.reshape(-1), repeats)
    return np.repeat(input, repeats, wrap_dim(dim, input.ndim))


@repeat_interleave.gradient
def _(ct, saved, wanted, input, repeats, dim=None):
    d = 0 if dim is None or not input.ndim else wrap_dim(dim, input.ndim)
    n = ct.shape[d] // max(repeats, 1)
    if not repeats:
        return {"input": np.zeros(input.shape, ct.dtype)}
    g = _sum(ct.reshape(*ct.shape[:d], n, repeats, *ct.shape[d + 1 :]), d + 1)
    return {"input": g.reshape(input.shape)}


# --- triangles ------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=64)
def _triangle(rows: int, columns: int, diagonal: int, lower: bool) -> np.ndarray:
    mask = np.tri(rows, columns, diagonal if lower else diagonal - 1, bool)
    return mask if lower else ~mask


def _enter_triangle(name: str, lower: bool) -> None:
    def part(x, diagonal):
        require(x.ndim >= 2)
        return np.where(_triangle(*x.shape[-2:], diagonal, lower), x, x.dtype.type(0))

    def forward(input, diagonal=0):
        return part(input, diagonal)

    def gradient(ct, saved, wanted, input, diagonal=0):
        return {"input": part(ct, diagonal)}

    kernel(name, dtypes=_ALL)(forward).gradient(gradient)


_enter_triangle("tril", True)
_enter_triangle("triu", False)


def _indices(f, row, col, offset, dtype):
    require(row >= 0 and col >= 0)
    return np.stack(f(row, offset, col)).astype((dtype or dt.int64).np)


@kernel("tril_indices")
def tril_indices(row, col, offset=0, *, dtype=None):
    return _indices(np.tril_indices, row, col, offset, dtype)


@kernel("triu_indices")
def triu_indices(row, col, offset=0, *, dtype=None):
    return _indices(np.triu_indices, row, col, offset, dtype)


# --- products of arrangements ---------------------------------------------------------------------


def _kron_shapes(input, other):
    n = max(input.ndim, other.ndim)
    a, b = [(1,) * (n - x.ndim) + x.shape for x in (input, other)]
    return [k for s in a for k in (s, 1)], [k for s in b for k in (1, s)]


@kernel("kron", dtypes="bifc")
def kron(input, other):
    a, b = _kron_shapes(input, other)
    pairs = input.reshape(a) * other.reshape(b)
    return pairs.reshape([p * q for p, q in zip(a[::2], b[1::2])])


@kron.gradient
def _(ct, saved, wanted, input, other):
    a, b = _kron_shapes(input, other)
    ct = ct.reshape([k for pair in zip(a[::2], b[1::2]) for k in pair])
    by_a, by_b = ct * other.reshape(b).conj(), ct * input.reshape(a).conj()
    axes = tuple(range(0, ct.ndim, 2))
    return {
        "input": by_a.sum(tuple([i + 1 for i in axes])).reshape(input.shape),
        "other": by_b.sum(axes).reshape(other.shape),
    }


@kernel("_block_diag", dtypes="bifc")
def block_diag(tensors):
    require(tensors and all(t.ndim <= 2 for t in tensors))
    ms = [t.reshape((1,) * (2 - t.ndim) + t.shape) for t in tensors]
    out = np.zeros((sum(m.shape[0] for m in ms), sum(m.shape[1] for m in ms)), ms[0].dtype)
    for m, where in zip(ms, _blocks(ms)):
        out[where] = m
    return out


def _blocks(ms):
    r = c = 0
    for m in ms:
        yield slice(r, r + m.shape[0]), slice(c, c + m.shape[1])
        r, c = r + m.shape[0], c + m.shape[1]


@block_diag.gradient
def _(ct, saved, wanted, tensors):
    ms = [t.reshape((1,) * (2 - t.ndim) + t.shape) for t in tensors]
    return {"tensors": [ct[where].reshape(t.shape) for t, where in zip(tensors, _blocks(ms))]}


@kernel("combinations", dtypes=_ALL)
def combinations(input, r=2, with_replacement=False):
    require(input.ndim == 1 and r > 0)
    return input[_rows(input.shape[0], r, with_replacement)]


def _rows(n: int, r: int, with_replacement: bool) -> np.ndarray:
    f = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    return np.array(list(f(range(n), r)), np.int64).reshape(-1, r)


@combinations.gradient
def _(ct, saved, wanted, input, r=2, with_replacement=False):
    g = np.zeros(input.shape, ct.dtype)
    np.add.at(g, _rows(input.shape[0], r, with_replacement), ct)
    return {"input": g}


@kernel("_cartesian_prod", dtypes=_ALL)
def cartesian(tensors):
    require(tensors and all(t.ndim == 1 for t in tensors))
    if len(tensors) == 1:
        return tensors[0]
    return np.stack([g.reshape(-1) for g in np.meshgrid(*tensors, indexing="ij")], -1)


@cartesian.gradient
def _(ct, saved, wanted, tensors):
    if len(tensors) == 1:
        return {"tensors": [ct]}
    grid = ct.reshape(*[t.shape[0] for t in tensors], len(tensors))
    axes = range(len(tensors))
    return {"tensors": [_sum(grid[..., i], tuple(d for d in axes if d != i)) for i in axes]}


@kernel("unravel_index", dtypes="i")
def unravel_index(indices, shape):
    require(isinstance(shape, (int, tuple, list)))
    sizes = (shape,) if type(shape) is int else tuple(shape)
    require(all(type(n) is int and n >= 0 for n in sizes))
    out, rest = [], indices
    for n in reversed(sizes):
        out.append(rest % max(n, 1))
        rest = rest // max(n, 1)
    return tuple(reversed(out))


# --- padding --------------------------------------------------------------------------------------


def _pad_places(shape, pad):
    """(shape of the result, where in it the kept part is, where in the input)."""
    require(len(pad) % 2 == 0 and len(pad) // 2 <= len(shape))
    sizes, there, here = list(shape), [slice(None)] * len(shape), [slice(None)] * len(shape)
    for i in range(len(pad) // 2):
        d, (a, b) = len(shape) - 1 - i, (pad[2 * i], pad[2 * i + 1])
        n = shape[d]
        require(n + min(a, 0) + min(b, 0) >= 0)
        sizes[d] = n + a + b
        kept = n + min(a, 0) + min(b, 0)
        there[d] = slice(max(a, 0), max(a, 0) + kept)
        here[d] = slice(max(-a, 0), max(-a, 0) + kept)
    return sizes, tuple(there), tuple(here)


def _padded(x, pad, value):
    sizes, there, here = _pad_places(x.shape, pad)
    out = np.full(sizes, np.asarray(value).astype(x.dtype), x.dtype)
    out[there] = x[here]
    return out


def _unpadded(ct, x, pad):
    _, there, here = _pad_places(x.shape, pad)
    if all(s == slice(None) or (s.start == 0 and s.stop == n) for s, n in zip(here, x.shape)):
        return ct[there]
    out = np.zeros(x.shape, ct.dtype)
    out[here] = ct[there]
    return out


def _source(size: int, a: int, b: int, mode: str) -> np.ndarray:
    """Where each element of a padded dim comes from."""
    if mode == "circular":
        require(0 <= a <= size and 0 <= b <= size)
        return np.arange(-a, size + b) % size
    i = np.arange(-a, size + b)
    if mode == "replicate":
        return np.clip(i, 0, size - 1)
    require(mode == "reflect" and a < size and b < size)
    i = np.abs(i)
    return np.where(i >= size, 2 * (size - 1) - i, i)


def _sources(x, pad, mode):
    """(dim, places) of each padded dim."""
    n = len(pad) // 2
    require(len(pad) % 2 == 0 and 1 <= n <= 3 and x.ndim in (n + 1, n + 2) and x.size)
    require(x.dtype != np.bool_)
    out = []
    for i in range(n):
        d, (a, b) = x.ndim - 1 - i, (pad[2 * i], pad[2 * i + 1])
        require(x.shape[d] + a + b >= 1)
        if a or b:
            out.append((d, _source(x.shape[d], a, b, mode)))
    return out


@kernel("nn.functional.pad", dtypes=_ALL)
def pad(input, pad, mode="constant", value=None):
    if mode == "constant":
        return _padded(input, pad, 0 if value is None else value)
    require(not value)
    x = input
    for d, places in _sources(input, pad, mode):
        x = x.take(places, d)
    return x


@pad.gradient
def _(ct, saved, wanted, input, pad, mode="constant", value=None):
    if mode == "constant":
        return {"input": _unpadded(ct, input, pad)}
    g = ct.astype(np.float32) if ct.dtype.itemsize == 2 else ct
    for d, places in reversed(_sources(input, pad, mode)):
        moved = np.moveaxis(g, d, 0)
        out = np.zeros((input.shape[d], *moved.shape[1:]), g.dtype)
        for i, p in enumerate(places.tolist()):
            out[p] += moved[i]
        g = np.moveaxis(out, 0, d)
    return {"input": g}


@kernel("constant_pad_nd", dtypes=_ALL)
def constant_pad_nd(input, pad, value=0):
    return _padded(input, pad, value)


@constant_pad_nd.gradient
def _(ct, saved, wanted, input, pad, value=0):
    return {"input": _unpadded(ct, input, pad)}


# --- channels and pixels --------------------------------------------------------------------------


def _shuffled(x, r: int):
    *lead, c, h, w = x.shape
    n = len(lead)
    x = x.reshape(*lead, c // (r * r), r, r, h, w)
    x = x.transpose(*range(n), n, n + 3, n + 1, n + 4, n + 2)
    return x.reshape(*lead, c // (r * r), h * r, w * r)


def _unshuffled(x, r: int):
    *lead, c, h, w = x.shape
    n = len(lead)
    x = x.reshape(*lead, c, h // r, r, w // r, r)
    x = x.transpose(*range(n), n, n + 2, n + 4, n + 1, n + 3)
    return x.reshape(*lead, c * r * r, h // r, w // r)


@kernel("pixel_shuffle", dtypes=_ALL)
def pixel_shuffle(input, upscale_factor):
    r = upscale_factor
    require(input.ndim >= 3 and r > 0 and input.shape[-3] % (r * r) == 0)
    return _shuffled(input, r)


@pixel_shuffle.gradient
def _(ct, saved, wanted, input, upscale_factor):
    return {"input": _unshuffled(ct, upscale_factor)}


@kernel("pixel_unshuffle", dtypes=_ALL)
def pixel_unshuffle(input, downscale_factor):
    r = downscale_factor
    require(input.ndim >= 3 and r > 0 and input.shape[-1] % r == input.shape[-2] % r == 0)
    return _unshuffled(input, r)


@pixel_unshuffle.gradient
def _(ct, saved, wanted, input, downscale_factor):
    return {"input": _shuffled(ct, downscale_factor)}


def _dealt(x, groups: int):
    n, c, *rest = x.shape
    x = x.reshape(n, groups, c // groups, math.prod(rest))
    return x.swapaxes(1, 2).reshape(n, c, *rest)


@kernel("channel_shuffle", "native_channel_shuffle", dtypes=_ALL)
def channel_shuffle(input, groups):
    require(input.ndim >= 3 and groups > 0 and input.shape[1] % groups == 0)
    return _dealt(input, groups)


@channel_shuffle.gradient
def _(ct, saved, wanted, input, groups):
    return {"input": _dealt(ct, input.shape[1] // groups)}


# --- even spacing ---------------------------------------------------------------------------------


@kernel("linspace")
def linspace(start, end, steps, *, dtype=None):
    require(steps >= 0 and type(start) is not complex and type(end) is not complex)
    dtype = dtype or dt.get_default_dtype()
    require(dtype is not dt.bool_ and not dtype.is_complex)
    if dtype.category == dt.INT:
        start, end, kind = int(start), int(end), np.dtype(np.float64)
    else:
        kind = np.dtype(np.float32) if dtype in (dt.float16, dt.bfloat16) else dtype.np
    low, high = kind.type(start), kind.type(end)
    if steps < 2:
        return host_cast(np.full(steps, low), dtype)
    k = np.arange(steps)
    step = (high - low) / kind.type(steps - 1)
    up, down = low + step * k.astype(kind), high - step * (steps - 1 - k).astype(kind)
    return host_cast(np.where(k < steps // 2, up, down), dtype)
