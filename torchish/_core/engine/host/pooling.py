"""Pooling in NumPy: over strided slices, one for each place in the window.

See Note [Max pooling] in torchish/_core/ops/nn/pooling.py for the choice among equal values.
"""

from __future__ import annotations

import functools
import itertools
import math

import numpy as np

from torchish._core.base.errors import require_size
from torchish._core.engine.host.common import masked
from torchish._core.engine.host.conv import ints
from torchish._core.engine.host.registry import kernel, require
from torchish._core.ops.nn.pooling import Window, _cells, _window


def _windows(n, input, kernel_size, stride, padding, dilation, ceil_mode) -> list[Window]:
    return _windows_of(n, input.shape, kernel_size, stride, padding, dilation, ceil_mode)


@functools.lru_cache(1024)
def _windows_of(n, shape, kernel_size, stride, padding, dilation, ceil_mode) -> list[Window]:
    require(len(shape) in (n + 1, n + 2) and 0 not in shape)
    size = ints(kernel_size, n)
    step = size if stride is None or stride == () else ints(stride, n)
    pad, dil = ints(padding, n), ints(dilation, n)
    require(min(size) > 0 and min(step) > 0 and min(dil) > 0 and min(pad) >= 0)
    require(all(p <= ((k - 1) * d + 1) // 2 for k, p, d in zip(size, pad, dil, strict=True)))
    windows = [_window(*a, ceil_mode) for a in zip(shape[-n:], size, step, pad, dil, strict=True)]
    require(all(w.count > 0 for w in windows))
    return windows


def _padded(x, windows, fill):
    """The image with everything that windows cover, and its part that is the image."""
    n = len(windows)
    if all(w.low == 0 and w.high <= 0 for w in windows):
        return x
    shape = (*x.shape[:-n], *_padded_sizes(x.shape[-n:], windows))
    out = np.full(shape, fill, x.dtype)
    out[_inside(x.shape[-n:], windows)] = x
    return out


def _padded_sizes(sizes, windows):
    return [s + w.low + max(w.high, 0) for s, w in zip(sizes, windows, strict=True)]


def _inside(sizes, windows):
    return (..., *[slice(w.low, w.low + s) for s, w in zip(sizes, windows, strict=True)])


def _places(windows):
    """The slices of the padded image with one element for each window, row by row."""
    return iter(_places_of(tuple(windows)))


@functools.lru_cache(1024)
def _places_of(windows):
    return [
        (
            ...,
            *[
                slice(k * w.dilation, k * w.dilation + (w.count - 1) * w.stride + 1, w.stride)
                for k, w in zip(at, windows, strict=True)
            ],
        )
        for at in itertools.product(*[range(w.kernel) for w in windows])
    ]


def _lowest(dtype):
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _max(x, windows):
    """The maxima and which place of its window each stands in: the first, or the last NaN."""
    x = _padded(x, windows, _lowest(x.dtype))
    places = _places(windows)
    best = x[next(places)].copy()
    index = np.zeros(best.shape, np.uint8 if _area(windows) <= 256 else np.int32)
    if best.ndim == 0 or not best.size:
        return best, index
    for k, place in enumerate(places, start=1):
        tap = x[place]
        # True for larger ones and for NaN; equal ones stay.
        take = ~(tap <= best)
        np.maximum(best, tap, out=best)
        take &= ~(np.isnan(best) & ~np.isnan(tap)) if x.dtype.kind == "f" else True
        np.putmask(index, take, k)
    return best, index


def _area(windows) -> int:
    return math.prod(w.kernel for w in windows)


def _max_quickly(x, windows):
    """`_max` where no value is NaN, which the result tells: comparisons alone say who wins."""
    x = _padded(x, windows, _lowest(x.dtype))
    places = _places(windows)
    best = x[next(places)].copy()
    index = np.zeros(best.shape, np.uint8)
    for k, place in enumerate(places, start=1):
        tap = x[place]
        later = tap > best
        # Indices grow, so the larger of k where taken and the index so far is the new one.
        np.maximum(index, later.view(np.uint8) * np.uint8(k), out=index)
        np.maximum(best, tap, out=best)
    return best, index


def _max_pool(input, windows):
    if _area(windows) <= 255:
        values, index = _max_quickly(input, windows)
        if input.dtype.kind != "f" or not np.isnan(values).any():
            return values, index
    return _max(input, windows)


def _max_positions(index, windows, sizes):
    """The flat position of each maximum in the unpadded image."""
    out, rest = np.zeros(index.shape, np.int64), index.astype(np.int64)
    step = 1
    for axis, (w, size) in reversed(list(enumerate(zip(windows, sizes, strict=True)))):
        rest, k = np.divmod(rest, w.kernel)
        shape = [1] * len(windows)
        shape[axis] = w.count
        start = (np.arange(w.count) * w.stride - w.low).reshape(shape)
        out += (start + k * w.dilation) * step
        step *= size
    return out


def _spread(pieces, windows, shape, dtype):
    """Arrays with one element for each window, one array for each place, added to an image."""
    n = len(windows)
    sizes = shape[-n:]
    out = np.zeros((*shape[:-n], *_padded_sizes(sizes, windows)), dtype)
    apart = all(w.stride >= w.dilation * (w.kernel - 1) + 1 for w in windows)
    for place, piece in zip(_places(windows), pieces, strict=True):
        if apart:
            out[place] = piece
        else:
            out[place] += piece
    return out if out.shape == tuple(shape) else out[_inside(sizes, windows)]


def _max_gradient(ct, saved, input):
    windows, index = saved
    pieces = (masked(ct, index == k) for k in range(_area(windows)))
    return {"input": _spread(pieces, windows, input.shape, ct.dtype)}


def _pool_cost(inputs, outputs) -> float:
    return 1e-8 * math.prod(inputs[0].shape)


def _enter_max(n: int) -> None:
    @kernel(
        f"nn.functional.max_pool{n}d", dtypes="f", saves="residual", cost=_pool_cost, halves=True
    )
    def pool(
        input,
        kernel_size,
        stride=None,
        padding=0,
        dilation=1,
        ceil_mode=False,
        return_indices=False,
    ):
        windows = _windows(n, input, kernel_size, stride, padding, dilation, ceil_mode)
        values, index = _max_pool(input, windows)
        saved = windows, index
        if not return_indices:
            return values, saved
        return (values, _max_positions(index, windows, input.shape[-n:])), saved

    @pool.gradient
    def _(
        ct,
        saved,
        wanted,
        input,
        kernel_size,
        stride=None,
        padding=0,
        dilation=1,
        ceil_mode=False,
        return_indices=False,
    ):
        return _max_gradient(ct, saved, input)


@kernel("max_pool1d_with_indices", dtypes="f", saves="residual", cost=_pool_cost, halves=True)
def max_pool1d_with_indices(
    input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False
):
    windows = _windows(1, input, kernel_size, stride, padding, dilation, ceil_mode)
    values, index = _max_pool(input, windows)
    return (values, _max_positions(index, windows, input.shape[-1:])), (windows, index)


@max_pool1d_with_indices.gradient
def _(ct, saved, wanted, input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    return _max_gradient(ct, saved, input)


# Averages


def _divisor(input, windows, padding, include, override):
    if override is not None:
        require(override != 0)
        return input.dtype.type(override)
    n = len(windows)
    counts = [
        _cells(s, w, p, include)
        for s, w, p in zip(input.shape[-n:], windows, ints(padding, n), strict=True)
    ]
    return functools.reduce(np.multiply.outer, counts).astype(input.dtype)


def _average(n, input, kernel_size, stride, padding, ceil_mode, include, override=None):
    windows = _windows(n, input, kernel_size, stride, padding, 1, ceil_mode)
    x = _padded(input, windows, 0)
    places = _places(windows)
    total = x[next(places)].copy()
    for place in places:
        total += x[place]
    cells = _divisor(input, windows, padding, include, override)
    total /= cells
    return total, (windows, cells)


def _average_gradient(ct, saved, input):
    windows, cells = saved
    each = ct / cells
    pieces = itertools.repeat(each, _area(windows))
    return {"input": _spread(pieces, windows, input.shape, ct.dtype)}


@kernel("nn.functional.avg_pool1d", dtypes="f", saves="residual", cost=_pool_cost, halves=True)
def avg_pool1d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    return _average(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad)


@avg_pool1d.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    kernel_size,
    stride=None,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
):
    return _average_gradient(ct, saved, input)


def _enter_average(n: int) -> None:
    @kernel(
        f"nn.functional.avg_pool{n}d", dtypes="f", saves="residual", cost=_pool_cost, halves=True
    )
    def pool(
        input,
        kernel_size,
        stride=None,
        padding=0,
        ceil_mode=False,
        count_include_pad=True,
        divisor_override=None,
    ):
        return _average(
            n,
            input,
            kernel_size,
            stride,
            padding,
            ceil_mode,
            count_include_pad,
            divisor_override,
        )

    @pool.gradient
    def _(
        ct,
        saved,
        wanted,
        input,
        kernel_size,
        stride=None,
        padding=0,
        ceil_mode=False,
        count_include_pad=True,
        divisor_override=None,
    ):
        return _average_gradient(ct, saved, input)


# Adaptive pooling


def _targets(input, output_size, n: int) -> tuple[int, ...]:
    require(input.ndim in (n + 1, n + 2) and 0 not in input.shape)
    sizes = output_size if isinstance(output_size, tuple) else (output_size,) * n
    sizes = sizes * n if len(sizes) == 1 else sizes
    require(len(sizes) == n)
    out = tuple(input.shape[i - n] if s is None else s for i, s in enumerate(sizes))
    require(min(out) > 0)
    require_size((*input.shape[:-n], *out), input.dtype.itemsize)
    return out


def _bounds(size: int, n: int) -> list[tuple[int, int]]:
    return [(i * size // n, -(-(i + 1) * size // n)) for i in range(n)]


def _even(input, sizes):
    """Windows that tile the input, where the sizes divide it."""
    n = len(sizes)
    if any(s % t for s, t in zip(input.shape[-n:], sizes, strict=True)):
        return None
    return [
        Window(s // t, s // t, 1, 0, 0, t) for s, t in zip(input.shape[-n:], sizes, strict=True)
    ]


def _adaptive_average(n, input, output_size):
    sizes = _targets(input, output_size, n)
    if set(sizes) == {1}:
        axes = tuple(range(-n, 0))
        total = np.add.reduce(input, axes, keepdims=True)
        total /= input.dtype.type(math.prod(input.shape[-n:]))
        return total
    windows = _even(input, sizes)
    if windows is not None and _area(windows) <= 64:
        places = _places(windows)
        total = input[next(places)].copy()
        for place in places:
            total += input[place]
        total /= input.dtype.type(_area(windows))
        return total
    x = input
    for i, size in enumerate(sizes):
        x = np.moveaxis(x, i - n, -1)
        bounds = _bounds(x.shape[-1], size)
        x = np.stack([x[..., a:b].mean(-1, dtype=x.dtype) for a, b in bounds], -1)
        x = np.moveaxis(x, -1, i - n)
    return x


def _adaptive_average_gradient(n, ct, input, output_size):
    sizes = _targets(input, output_size, n)
    g = ct
    for i, size in enumerate(sizes):
        length = input.shape[i - n]
        g = np.moveaxis(g, i - n, -1)
        if length % size == 0:
            g = np.repeat(g / g.dtype.type(length // size), length // size, -1)
        else:
            out = np.zeros((*g.shape[:-1], length), g.dtype)
            for k, (a, b) in enumerate(_bounds(length, size)):
                out[..., a:b] += g[..., k : k + 1] / g.dtype.type(b - a)
            g = out
        g = np.moveaxis(g, -1, i - n)
    return {"input": g}


def _adaptive_max(n, input, output_size):
    """Maxima, and their flat positions in the image."""
    sizes = _targets(input, output_size, n)
    image = math.prod(input.shape[-n:])
    flat = np.arange(image).reshape(input.shape[-n:])
    values = np.empty((*input.shape[:-n], *sizes), input.dtype)
    positions = np.empty(values.shape, np.int64)
    bounds = [_bounds(s, t) for s, t in zip(input.shape[-n:], sizes, strict=True)]
    for at in itertools.product(*[range(t) for t in sizes]):
        place = (..., *[slice(*b[k]) for b, k in zip(bounds, at, strict=True)])
        window = input[place].reshape(*input.shape[:-n], -1)
        best = window.argmax(-1)
        positions[(..., *at)] = flat[place].reshape(-1)[best]
        values[(..., *at)] = np.take_along_axis(window, best[..., None], -1)[..., 0]
    return values, positions


def _adaptive_max_gradient(n, ct, positions, input):
    g = np.zeros((math.prod(input.shape[:-n]), math.prod(input.shape[-n:])), ct.dtype)
    at = positions.reshape(len(g), -1)
    np.add.at(g, (np.arange(len(g))[:, None], at), ct.reshape(len(g), -1))
    return {"input": g.reshape(input.shape)}


def _enter_adaptive(n: int) -> None:
    @kernel(f"nn.functional.adaptive_avg_pool{n}d", dtypes="f", cost=_pool_cost, halves=True)
    def average(input, output_size):
        return _adaptive_average(n, input, output_size)

    @average.gradient
    def _(ct, saved, wanted, input, output_size):
        return _adaptive_average_gradient(n, ct, input, output_size)

    @kernel(
        f"nn.functional.adaptive_max_pool{n}d",
        dtypes="f",
        saves="residual",
        cost=_pool_cost,
        halves=True,
    )
    def maximum(input, output_size, return_indices=False):
        values, positions = _adaptive_max(n, input, output_size)
        return (values, positions) if return_indices else values, positions

    @maximum.gradient
    def _(ct, saved, wanted, input, output_size, return_indices=False):
        return _adaptive_max_gradient(n, ct, saved, input)


@kernel("adaptive_max_pool1d", dtypes="f", saves="residual", cost=_pool_cost, halves=True)
def adaptive_max_pool1d(input, output_size):
    values, positions = _adaptive_max(1, input, output_size)
    return (values, positions), positions


@adaptive_max_pool1d.gradient
def _(ct, saved, wanted, input, output_size):
    return _adaptive_max_gradient(1, ct, saved, input)


for _n in (1, 2, 3):
    _enter_max(_n)
    _enter_adaptive(_n)
    if _n > 1:
        _enter_average(_n)
