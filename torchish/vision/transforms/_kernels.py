"""Image arithmetic on arrays (…, C, H, W), for NumPy and for JAX alike.

Note [One kernel, two machines]
A sample of a data set lies on the host, and each comes with its own random parameters and often its
own size: compiling for it would take longer than the work. So each kernel is written once against
the functions that NumPy and jax.numpy share. `run` calls it with NumPy when the image is at hand on
the host, and otherwise (on an accelerator, with gradients, under a JAX transformation) records it
as one operator, whose gradient JAX derives. Arguments after the arrays are numbers, which are data
in a program, and then static options.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.typing import DTypeLike

from torchish._core.tensor import Tensor, from_numpy, is_grad_enabled
from torchish._core.tensor.inner import FunctionCall, apply_function, call_of
from torchish.utils.data._utils.hosting import host_array

Array = Any


def at_hand(img: Tensor) -> np.ndarray | None:
    """An image's elements on the host; None when they are elsewhere or a gradient is asked for."""
    if img.requires_grad and is_grad_enabled():
        return None
    return host_array(img)


def owned(a: np.ndarray) -> Tensor:
    """A tensor over an array, which is copied if it is a view of another or read-only."""
    a = np.ascontiguousarray(a)
    return from_numpy(a if a.base is None and a.flags.writeable else a.copy())


def run(
    kernel: Callable, images: Sequence[Tensor], numbers: Sequence[float] = (), static: tuple = ()
) -> Tensor:
    """`kernel(xp, *arrays, *numbers, *static)` of images; see Note [One kernel, two machines]."""
    arrays = [at_hand(t) for t in images]
    if all(a is not None for a in arrays):
        with np.errstate(all="ignore"):
            return owned(np.asarray(kernel(np, *arrays, *numbers, *static)))
    key = (kernel, len(images), tuple(type(n) for n in numbers), static)

    def recorded(*flat):
        return (kernel(jnp, *flat, *static),)

    name = f"vision.{kernel.__name__}"
    call = call_of(key, lambda: FunctionCall(name, recorded, len(images), key[2], True))
    return apply_function(call, images, numbers, "TransformBackward")[0]


def floating(a: Array) -> bool:
    """Whether an array holds floating-point numbers (bfloat16 among them)."""
    return a.dtype.kind not in "biu"


def top(dtype: Any) -> int:
    """The value of white: the largest integer, or 1."""
    return int(np.iinfo(dtype).max) if np.dtype(dtype).kind in "iu" else 1


def as_float(xp: ModuleType, a: Array) -> Array:
    """8-bit and other integers as float32; floats as they are."""
    return a if floating(a) else a.astype(xp.float32)


def rounded(xp: ModuleType, a: Array, dtype: DTypeLike) -> Array:
    """Back to an image's dtype, integers rounded to nearest."""
    if np.dtype(dtype).kind in "iu":
        a = xp.round(a)
    return a.astype(dtype)


# --- geometry ------------------------------------------------------------------------------------


def flip(xp: ModuleType, a: Array, axis: int) -> Array:
    """An axis turned round."""
    if xp is np and axis == -1 and a.itemsize == 1 and a.flags.c_contiguous:
        # Several bytes at a time: words in the opposite order, and their bytes as well.
        word = next(n for n in (8, 4, 2, 1) if a.shape[-1] % n == 0)
        if word > 1:
            return a.view(f"u{word}")[..., ::-1].byteswap().view(a.dtype)
    return xp.flip(a, axis)


def pad(
    xp: ModuleType, a: Array, sides: tuple[int, int, int, int], mode: str, fill: float
) -> Array:
    """Borders of left, top, right, bottom pixels; negative ones cut off."""
    left, upper, right, lower = sides
    h, w = a.shape[-2:]
    a = a[..., max(-upper, 0) : h - max(-lower, 0), max(-left, 0) : w - max(-right, 0)]
    width = [(0, 0)] * (a.ndim - 2)
    width += [(max(upper, 0), max(lower, 0)), (max(left, 0), max(right, 0))]
    if mode == "constant":
        return xp.pad(a, width, constant_values=np.array(fill).astype(a.dtype))
    return xp.pad(a, width, mode=mode)


def sample(
    xp: ModuleType, a: Array, grid: Array, mode: str, fill: tuple[float, ...] | None
) -> Array:
    """An image (…, C, H, W) read at a grid (H', W', 2) of x and y in [-1, 1].

    Outside is `fill`, one value or one a channel. A pixel partly outside mixes with it.
    """
    h, w = a.shape[-2:]
    x = (grid[..., 0] + 1) * (w / 2) - 0.5
    y = (grid[..., 1] + 1) * (h / 2) - 0.5
    if mode == "nearest":
        corners = [(xp.round(x), xp.round(y), None)]
    else:
        x0, y0 = xp.floor(x), xp.floor(y)
        corners = [
            (x0 + i, y0 + j, (x - x0 if i else x0 + 1 - x) * (y - y0 if j else y0 + 1 - y))
            for j in (0, 1)
            for i in (0, 1)
        ]
    flat = a.reshape((*a.shape[:-2], h * w))
    total: Array = 0
    cover: Array = 0
    for cx, cy, weight in corners:
        inside = (cx >= 0) & (cx <= w - 1) & (cy >= 0) & (cy <= h - 1)
        index = xp.where(inside, cy, 0).astype(np.int64) * w + xp.where(inside, cx, 0).astype(
            np.int64
        )
        share = inside.astype(grid.dtype) if weight is None else weight * inside
        pixels = xp.take(flat, index.reshape(-1), axis=-1).reshape((*a.shape[:-2], *index.shape))
        total = total + pixels * share
        cover = cover + share
    if fill is None:
        return total
    colour = xp.asarray(fill, dtype=grid.dtype).reshape(-1, 1, 1)
    if mode == "nearest":
        return xp.where(cover < 0.5, colour, total)
    return total * cover + (1.0 - cover) * colour


def moved(
    xp: ModuleType, a: Array, grid: Array, mode: str, fill: tuple[float, ...] | None
) -> Array:
    """`sample` of an image of any dtype."""
    return rounded(xp, sample(xp, a.astype(grid.dtype), grid, mode, fill), a.dtype)


def weighted(xp: ModuleType, a: Array, axis: int, index: np.ndarray, weight: np.ndarray) -> Array:
    """Along an axis: for each output position a weighted sum of input positions."""
    shape = [1] * a.ndim
    shape[axis] = len(index)
    total: Array = 0
    for k in range(index.shape[1]):
        total = total + xp.take(a, index[:, k], axis=axis) * weight[:, k].reshape(shape)
    return total


def blur(
    xp: ModuleType, a: Array, horizontal: tuple[float, ...], vertical: tuple[float, ...]
) -> Array:
    """Two one-dimensional filters, the borders mirrored."""
    x = as_float(xp, a)
    ph, pv = len(horizontal) // 2, len(vertical) // 2
    x = xp.pad(x, [(0, 0)] * (a.ndim - 2) + [(pv, pv), (ph, ph)], mode="reflect")
    h, w = a.shape[-2:]
    x = sum(x[..., i : i + w] * x.dtype.type(v) for i, v in enumerate(horizontal))
    x = sum(x[..., i : i + h, :] * x.dtype.type(v) for i, v in enumerate(vertical))
    return rounded(xp, x, a.dtype)


# --- colour --------------------------------------------------------------------------------------


def shares(name: str, factor: float) -> tuple[float, float]:
    """A factor and what is left of 1, for `blend`. ValueError for a negative one."""
    if factor < 0:
        raise ValueError(f"{name} ({factor}) is not non-negative.")
    return float(factor), 1.0 - float(factor)


def _add_scaled(xp: ModuleType, x: Array, y: Array, factor: float | Array, fused: bool) -> Array:
    """x + factor · y; `fused`: rounded once, as a processor's fused operation does."""
    if fused and xp is np and x.dtype == np.float32:
        return (x.astype(np.float64) + y.astype(np.float64) * np.float32(factor)).astype(x.dtype)
    return x + y * xp.asarray(factor, dtype=x.dtype)


def grey(xp: ModuleType, a: Array, channels: int, fused: bool = False) -> Array:
    """0.2989 R + 0.587 G + 0.114 B, as 1 or 3 channels; whole numbers are cut off.

    torchvision's v2 transforms round each sum once (`fused`), its v1 transforms twice, here and in
    the kernels made of this one.
    """
    if a.shape[-3] == 3:
        x = as_float(xp, a)
        one = x[..., 0:1, :, :] * x.dtype.type(0.2989)
        one = _add_scaled(xp, one, x[..., 1:2, :, :], 0.587, fused)
        a = _add_scaled(xp, one, x[..., 2:3, :, :], 0.114, fused).astype(a.dtype)
    return xp.broadcast_to(a, (*a.shape[:-3], channels, *a.shape[-2:]))


def blend(
    xp: ModuleType,
    a: Array,
    b: Array,
    ratio: float | Array,
    rest: float | Array,
    fused: bool = False,
) -> Array:
    """ratio · a + rest · b, within the range of `a`."""
    x, y = as_float(xp, a), as_float(xp, b)
    mixed = _add_scaled(xp, x * xp.asarray(ratio, dtype=x.dtype), y, rest, fused)
    return xp.clip(mixed, 0, top(a.dtype)).astype(a.dtype)


def brightness(xp: ModuleType, a: Array, ratio: float | Array, rest: float | Array) -> Array:
    """Blended with black."""
    return blend(xp, a, xp.zeros_like(a), ratio, rest)


def contrast(
    xp: ModuleType, a: Array, ratio: float | Array, rest: float | Array, fused: bool = False
) -> Array:
    """Blended with the mean of its grey values."""
    x = as_float(xp, grey(xp, a, 1, fused))
    return blend(xp, a, xp.mean(x, axis=(-3, -2, -1), keepdims=True), ratio, rest, fused)


def saturation(
    xp: ModuleType, a: Array, ratio: float | Array, rest: float | Array, fused: bool = False
) -> Array:
    """Blended with its grey image."""
    return blend(xp, a, grey(xp, a, 1, fused), ratio, rest, fused)


def converted(xp: ModuleType, a: Array, dtype: DTypeLike) -> Array:
    """Values scaled from the range of one dtype to that of another."""
    dtype = np.dtype(dtype)
    if a.dtype == dtype:
        return a
    integral = dtype.kind in "iu"
    if floating(a):
        if not integral:
            return a.astype(dtype)
        # Not quite max + 1, so that 1.0 becomes the maximum and every value gets an equal share.
        return (a * a.dtype.type(top(dtype) + 1.0 - 1e-3)).astype(dtype)
    highest = top(a.dtype)
    if not integral:
        x = a.astype(dtype)
        x /= dtype.type(highest)  # in place where the array is NumPy's
        return x
    if highest > top(dtype):
        return (a // ((highest + 1) // (top(dtype) + 1))).astype(dtype)
    return a.astype(dtype) * dtype.type((top(dtype) + 1) // (highest + 1))


def cast(xp: ModuleType, a: Array, dtype: DTypeLike) -> Array:
    """Another dtype, the values as they are."""
    return a.astype(dtype)


def hue(xp: ModuleType, a: Array, turn: float | Array) -> Array:
    """The colour circle turned, by way of hue, saturation and value."""
    x = converted(xp, a, np.float32)
    r, g, b = x[..., 0, :, :], x[..., 1, :, :], x[..., 2, :, :]
    high, low = xp.max(x, axis=-3), xp.min(x, axis=-3)
    flat = high == low
    spread = high - low
    one = xp.ones_like(high)
    s = spread / xp.where(flat, one, high)
    divisor = xp.where(flat, one, spread)
    rc, gc, bc = ((high - c) / divisor for c in (r, g, b))
    is_r, is_g = high == r, (high == g) & (high != r)
    is_b = (high != g) & (high != r)
    h = is_r * (bc - gc) + is_g * (2.0 + rc - bc) + is_b * (4.0 + gc - rc)
    h = xp.fmod(h / 6.0 + 1.0, 1.0)
    h = (h + xp.asarray(turn, dtype=h.dtype)) % 1.0
    sector = xp.floor(h * 6.0)
    f = h * 6.0 - sector
    p, q, t = (xp.clip(high * k, 0.0, 1.0) for k in (1.0 - s, 1.0 - s * f, 1.0 - s * (1.0 - f)))
    sector = sector.astype(np.int32) % 6
    ways = ((high, t, p), (q, high, p), (p, high, t), (p, q, high), (t, p, high), (high, p, q))
    out = [sum((sector == k) * ways[k][c] for k in range(6)) for c in range(3)]
    return converted(xp, xp.stack(out, axis=-3).astype(np.float32), a.dtype)


def gamma(xp: ModuleType, a: Array, power: float | Array, gain: float | Array) -> Array:
    """gain · a ** power, in [0, 1]."""
    x = a if floating(a) else converted(xp, a, np.float32)
    power, gain = (xp.asarray(n, dtype=x.dtype) for n in (power, gain))
    return converted(xp, xp.clip(gain * x**power, 0, 1), a.dtype)


def invert(xp: ModuleType, a: Array) -> Array:
    """The negative."""
    return a.dtype.type(top(a.dtype)) - a


def posterize(xp: ModuleType, a: Array, bits: int) -> Array:
    """The upper bits of each whole number; floats get 2 ** bits levels."""
    if floating(a):
        levels = 1 << bits
        return xp.clip(xp.floor(a * levels), 0, levels - 1) / levels
    width = a.dtype.itemsize * 8 - (a.dtype.kind == "i")
    return a if bits >= width else a & a.dtype.type(((1 << bits) - 1) << (width - bits))


def solarize(xp: ModuleType, a: Array, threshold: float | Array) -> Array:
    """The negative where it is at least as bright as the threshold."""
    x = as_float(xp, a)
    return xp.where(x >= xp.asarray(threshold, x.dtype), invert(xp, a), a)


def sharpness(xp: ModuleType, a: Array, ratio: float | Array, rest: float | Array) -> Array:
    """Blended with a smoothed copy; the outermost pixels stay."""
    x = as_float(xp, a)
    h, w = a.shape[-2:]
    kind = x.dtype.type
    side, middle = kind(1.0) / kind(13.0), kind(5.0) / kind(13.0)
    total: Array = 0
    for i in range(3):
        for j in range(3):
            part = x[..., i : i + h - 2, j : j + w - 2]
            total = total + part * (middle if (i, j) == (1, 1) else side)
    smooth = rounded(xp, total, a.dtype)
    rows = xp.concatenate([a[..., 1:-1, :1], smooth, a[..., 1:-1, -1:]], axis=-1)
    smooth = xp.concatenate([a[..., :1, :], rows, a[..., -1:, :]], axis=-2)
    return blend(xp, a, smooth, ratio, rest)


def autocontrast(xp: ModuleType, a: Array, divided: bool = False) -> Array:
    """Each channel stretched to the whole range; `divided`: by the size of a level, as
    torchvision's v2 does, else times the levels in a unit."""
    bound = top(a.dtype)
    x = as_float(xp, a)
    low = xp.min(x, axis=(-2, -1), keepdims=True)
    high = xp.max(x, axis=(-2, -1), keepdims=True)
    if divided:
        flat = low == high
        step = xp.where(flat, x.dtype.type(1), (high - low) * x.dtype.type(1 / bound))
        stretched = (x - xp.where(flat, 0, low)) / step
    else:
        scale = bound / (high - low)
        flat = ~xp.isfinite(scale)
        stretched = (x - xp.where(flat, 0, low)) * xp.where(flat, 1, scale)
    return xp.clip(stretched, 0, bound).astype(a.dtype)


def equalize(xp: ModuleType, a: Array) -> Array:
    """Each channel's histogram made even, in 256 levels."""
    if a.dtype != np.uint8:
        return converted(xp, equalize(xp, converted(xp, a, np.uint8)), a.dtype)
    planes = a.reshape(-1, a.shape[-2] * a.shape[-1])
    levels = xp.arange(256)
    done = []
    for i in range(planes.shape[0]):
        plane = planes[i].astype(np.int64)
        count = (
            xp.sum(plane[:, None] == levels, axis=0)
            if xp is jnp
            else np.bincount(plane, minlength=256)
        )
        # The last level that occurs is not counted.
        last = xp.max(xp.where(count > 0, levels, 0))
        step = (xp.sum(count) - xp.take(count, last)) // 255
        safe = xp.maximum(step, 1)
        table = (xp.cumsum(count) + safe // 2) // safe
        table = xp.clip(xp.concatenate([xp.zeros(1, table.dtype), table[:-1]]), 0, 255)
        done.append(xp.where(step == 0, plane, xp.take(table, plane)))
    return xp.stack(done).astype(np.uint8).reshape(a.shape)


def erase(xp: ModuleType, a: Array, v: Array, i: int, j: int, h: int, w: int) -> Array:
    """A rectangle replaced."""
    v = xp.broadcast_to(v.astype(a.dtype), (*a.shape[:-2], h, w))
    if xp is np:
        out = a.copy()
        out[..., i : i + h, j : j + w] = v
        return out
    return a.at[..., i : i + h, j : j + w].set(v)
