"""Pooling of regions of maps. A region is a row (number of its map, x1, y1, x2, y2).

https://docs.pytorch.org/vision/stable/ops.html#detection-and-segmentation-operators
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from torchish._core.ops.table import Array, Arrays, Number, Raw, op

# Note [Sizes of regions]
# How many samples or pixels fall into a bin depends on the regions. A program has fixed shapes, so
# the caller passes a bound on the number (rows, columns), and what is beyond a region's own number
# does not count.


def _linear(y, size: int):
    """Positions (...) to their lower and upper pixels, the upper one's weight, and which count.

    Up to one pixel outside, positions are at the border; beyond, they do not count.
    """
    counts = (y >= -1.0) & (y <= size)
    y = jnp.maximum(y, 0)
    low = jnp.minimum(jnp.floor(y).astype(jnp.int32), size - 1)
    high = jnp.minimum(low + 1, size - 1)
    return low, high, jnp.where(low >= size - 1, 0, y - low), counts


def _positions(start, bin_size, bins: int, count, bound: int):
    """Samples (K, bins, bound) at even distances within bins, and which of them exist."""
    sample = jnp.arange(bound, dtype=start.dtype)
    step = (sample[None, None] + 0.5) * (bin_size / jnp.maximum(count, 1))[:, None, None]
    at = start[:, None, None] + jnp.arange(bins)[None, :, None] * bin_size[:, None, None] + step
    return at, jnp.broadcast_to(sample < count[:, None, None], at.shape)


def _bins(rois, scale, pooled, ratio: int, bound, offset: float, least: float | None):
    """Along y and x: (positions, which of them exist, how many there are in a bin)."""
    found = []
    for axis, bins in ((0, pooled[0]), (1, pooled[1])):
        start = rois[:, 2 - axis] * scale - offset
        length = rois[:, 4 - axis] * scale - offset - start
        if least is not None:
            length = jnp.maximum(length, least)
        size = length / bins
        count = jnp.full_like(size, ratio) if ratio > 0 else jnp.ceil(size)
        limit = ratio if ratio > 0 else bound[axis]
        found.append((*_positions(start, size, bins, count, limit), count))
    return found


def _sampled(pixels, rows, columns):
    """The sum of 2 x 2 interpolated corners; `pixels(y, x)` fetches them, with channels last."""
    (y0, y1, ly), (x0, x1, lx) = rows, columns
    ly, lx = ly[..., None], lx[..., None]
    top = pixels(y0, x0) * (1 - lx) + pixels(y0, x1) * lx
    low = pixels(y1, x0) * (1 - lx) + pixels(y1, x1) * lx
    return top * (1 - ly) + low * ly


def _align(height, width, found, pixels):
    """Means over the samples of each bin: (K, bins, bins, channels)."""
    (ys, has_y, count_y), (xs, has_x, count_x) = found
    y0, y1, ly, in_y = _linear(ys, height)
    x0, x1, lx, in_x = _linear(xs, width)
    y0, y1, ly = (t[:, :, None, :, None] for t in (y0, y1, ly))
    x0, x1, lx = (t[:, None, :, None, :] for t in (x0, x1, lx))
    values = _sampled(pixels, (y0, y1, ly), (x0, x1, lx))
    keep = (in_y & has_y)[:, :, None, :, None] & (in_x & has_x)[:, None, :, None, :]
    total = jnp.sum(jnp.where(keep[..., None], values, 0), axis=(3, 4))
    count = jnp.maximum(count_y * count_x, 1)
    return total / count[:, None, None, None]


@op("torchvision._roi_align", method=False, out=False)
def roi_align(
    input: Array,
    rois: Array,
    spatial_scale: Number,
    pooled: tuple,
    sampling_ratio: int,
    aligned: bool,
    bound: tuple,
):
    """Means of interpolated samples in the bins of regions: (K, C, *pooled).

    K. He et al., Mask R-CNN, 2017. See Note [Sizes of regions].
    """
    rois = jax.lax.stop_gradient(rois)
    scale = spatial_scale.astype(rois.dtype)
    offset, least = (0.5, None) if aligned else (0.0, 1.0)
    found = _bins(rois, scale, pooled, sampling_ratio, bound, offset, least)
    maps = jnp.moveaxis(input, 1, -1)
    number = rois[:, 0].astype(jnp.int32)[:, None, None, None, None]
    out = _align(*input.shape[2:], found, lambda y, x: maps[number, y, x])
    return jnp.moveaxis(out, -1, 1).astype(input.dtype)


@op("torchvision._multiscale_roi_align", method=False, out=False)
def multiscale_roi_align(
    inputs: Arrays,
    rois: Array,
    levels: Raw,
    scales: tuple,
    pooled: tuple,
    sampling_ratio: int,
    bound: tuple,
):
    """`roi_align` of each region from the map that `levels` (K,) says: (K, C, *pooled).

    One program, whatever the numbers of regions by level. See Note [Sizes of regions].
    """
    rois = jax.lax.stop_gradient(rois)
    scale = jnp.asarray(scales, rois.dtype)[levels]
    found = _bins(rois, scale, pooled, sampling_ratio, bound, 0.0, 1.0)
    n, channels = inputs[0].shape[:2]
    flat = [jnp.moveaxis(x, 1, -1).reshape(n, -1, channels) for x in inputs]
    starts = np.cumsum([0, *(x.shape[1] for x in flat[:-1])])
    maps = jnp.concatenate(flat, axis=1)
    # By region: the height, the width, and the first pixel of its map
    own = np.array([(*x.shape[2:], start) for x, start in zip(inputs, starts, strict=True)])
    height, width, start = (c[:, None, None] for c in jnp.asarray(own, jnp.int32)[levels].T)
    number = rois[:, 0].astype(jnp.int32)[:, None, None, None, None]
    width5, start5 = width[..., None, None], start[..., None, None]
    out = _align(height, width, found, lambda y, x: maps[number, start5 + y * width5 + x])
    return jnp.moveaxis(out, -1, 1).astype(inputs[0].dtype)


@op("torchvision._ps_roi_align", method=False, out=False)
def ps_roi_align(
    input: Array,
    rois: Array,
    spatial_scale: Number,
    pooled: tuple,
    sampling_ratio: int,
    bound: tuple,
):
    """`roi_align` in which each bin has channels of its own: (K, C / bins, *pooled).

    Z. Li et al., Light-Head R-CNN, 2017. See Note [Sizes of regions].
    """
    rois = jax.lax.stop_gradient(rois)
    scale = spatial_scale.astype(rois.dtype)
    found = _bins(rois, scale, pooled, sampling_ratio, bound, 0.5, None)
    maps, rows, columns = _by_bin(input, pooled)
    number = rois[:, 0].astype(jnp.int32)[:, None, None, None, None]
    rows, columns = rows[None, :, None, None, None], columns[None, None, :, None, None]
    out = _align(*input.shape[2:], found, lambda y, x: maps[number, y, x, rows, columns])
    return jnp.moveaxis(out, -1, 1).astype(input.dtype)


def _by_bin(input, pooled):
    """Maps as (N, H, W, bins, bins, channels), and the numbers of the bins along y and x."""
    n, c, height, width = input.shape
    maps = input.reshape(n, c // (pooled[0] * pooled[1]), *pooled, height, width)
    return maps.transpose(0, 4, 5, 2, 3, 1), jnp.arange(pooled[0]), jnp.arange(pooled[1])


def _half_away(x):
    """The nearest whole number, halves away from zero."""
    return jnp.trunc(x + jnp.copysign(0.5, x))


def _pixels(rois, scale, pooled, bound, shape, plus: int, last: int):
    """Along y and x: pixels (K, bins, bound) of each bin, and which of them are its own."""
    found = []
    for axis, (bins, size) in enumerate(zip(pooled, shape, strict=True)):
        start = _half_away(rois[:, 2 - axis] * scale)
        length = jnp.maximum(_half_away(rois[:, 4 - axis] * scale) - start + plus, 1)
        each = (length / bins)[:, None]
        number = jnp.arange(bins, dtype=rois.dtype)[None]
        low = jnp.clip(jnp.floor(number * each) + start[:, None], 0, size - last)
        high = jnp.clip(jnp.ceil((number + 1) * each) + start[:, None], 0, size - last)
        at = low[..., None] + jnp.arange(bound[axis], dtype=rois.dtype)
        own = at < high[..., None]
        found.append((jnp.minimum(at, size - 1).astype(jnp.int32), own))
    return found


@op("torchvision._roi_pool", method=False, out=False)
def roi_pool(input: Array, rois: Array, spatial_scale: Number, pooled: tuple, bound: tuple):
    """The greatest values in the bins of regions, 0 in empty ones: (K, C, *pooled).

    R. Girshick, Fast R-CNN, 2015. See Note [Sizes of regions].
    """
    rois = jax.lax.stop_gradient(rois)
    scale = spatial_scale.astype(rois.dtype)
    shape = input.shape[2:]
    (ys, own_y), (xs, own_x) = _pixels(rois, scale, pooled, bound, shape, 1, 0)
    number = rois[:, 0].astype(jnp.int32)
    maps = jnp.moveaxis(input, 1, -1)
    y, x = ys[:, :, None, :, None], xs[:, None, :, None, :]
    own = own_y[:, :, None, :, None] & own_x[:, None, :, None, :]
    seen = jax.lax.stop_gradient(maps)[number[:, None, None, None, None], y, x]
    seen = jnp.where(own[..., None], seen, -jnp.inf)
    k, p, q, a, b, c = seen.shape
    best = jnp.argmax(seen.reshape(k, p, q, a * b, c), axis=3)  # the first one of equal ones
    row = jnp.take_along_axis(ys[:, :, None, :], best // b, axis=3)
    column = jnp.take_along_axis(xs[:, None, :, :], best % b, axis=3)
    values = maps[number[:, None, None, None], row, column, jnp.arange(c)]
    empty = ~jnp.any(own, axis=(3, 4))
    return jnp.moveaxis(jnp.where(empty[..., None], 0, values), -1, 1)


@op("torchvision._ps_roi_pool", method=False, out=False)
def ps_roi_pool(input: Array, rois: Array, spatial_scale: Number, pooled: tuple, bound: tuple):
    """Means over bins, each of which has channels of its own: (K, C / bins, *pooled).

    J. Dai et al., R-FCN, 2016. As in torchvision, the last row and column of a map never count.
    See Note [Sizes of regions].
    """
    rois = jax.lax.stop_gradient(rois)
    scale = spatial_scale.astype(rois.dtype)
    shape = input.shape[2:]
    (ys, own_y), (xs, own_x) = _pixels(rois, scale, pooled, bound, shape, 0, 1)
    maps, rows, columns = _by_bin(input, pooled)
    rows, columns = rows[None, :, None, None, None], columns[None, None, :, None, None]
    number = rois[:, 0].astype(jnp.int32)[:, None, None, None, None]
    values = maps[number, ys[:, :, None, :, None], xs[:, None, :, None, :], rows, columns]
    own = own_y[:, :, None, :, None] & own_x[:, None, :, None, :]
    total = jnp.sum(jnp.where(own[..., None], values, 0), axis=(3, 4))
    count = jnp.maximum(jnp.sum(own, axis=(3, 4)), 1).astype(input.dtype)
    return jnp.moveaxis(total / count[..., None], -1, 1)
