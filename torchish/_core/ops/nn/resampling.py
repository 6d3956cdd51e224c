"""Resizing by interpolation.

Note [Resampling]
Every mode works one dimension at a time with tables made here, in NumPy: for each output position
the input positions it reads and their weights. Values are weighted sums of gathered taps, so that
an infinite pixel spreads exactly as far as in PyTorch; the derivative multiplies by the same table
as a dense matrix, since a gather's gradient is a serial scatter.
https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
"""

from __future__ import annotations

import functools
import math
import warnings
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base.errors import require_size, size_text
from torchish._core.base.frames import user_level
from torchish._core.ops.arguments import is_float, not_implemented
from torchish._core.ops.nn.adaptive_pooling import _average
from torchish._core.ops.table import Array, op

_LINEAR = {"linear": 1, "bilinear": 2, "trilinear": 3}
_MODES = "nearest | linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact"
# Half the width of each filter, in input pixels.
_SUPPORT = {"bilinear": 1, "bicubic": 2, "lanczos": 3}


class Taps(NamedTuple):
    """Input positions and weights of each output position: both (outputs, taps)."""

    index: np.ndarray
    weight: np.ndarray

    def matrix(self, size: int) -> np.ndarray:
        """The same as a matrix (outputs, size)."""
        m = np.zeros((len(self.index), size))
        np.add.at(m, (np.arange(len(self.index))[:, None], self.index), self.weight)
        return m


def _cubic(x, a: float):
    x = np.abs(x)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


def _filter(mode: str, x):
    if mode == "bilinear":
        return np.maximum(1 - np.abs(x), 0)
    if mode == "bicubic":
        return _cubic(x, -0.5)
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0.0)


def _scale(size: int, out: int, scale: float | None, align_corners: bool, kind):
    if align_corners:
        return kind((size - 1) / (out - 1)) if out > 1 else kind(0)
    return kind(1 / scale) if scale else kind(size) / kind(out)


def _nearest_index(size: int, out: int, scale: float | None, exact: bool, kind) -> np.ndarray:
    i, step = np.arange(out).astype(kind), _scale(size, out, scale, False, kind)
    if not exact:
        at = i * step
    else:  # product and difference rounded at once, as PyTorch does it: it shows between pixels
        at = (step.astype(np.float64) * (i + 0.5) - 0.5).astype(kind)
        at = np.maximum(at, 0) + kind(0.5)
    return np.minimum(np.floor(at).astype(np.int64), size - 1)


def _taps(
    size: int, out: int, mode: str, scale: float | None, align_corners: bool, antialias: bool, kind
) -> Taps:
    step = _scale(size, out, scale, align_corners, kind)
    i = np.arange(out).astype(kind)
    if antialias:
        stretch = max(float(step), 1.0)
        support = _SUPPORT[mode] * stretch
        center = float(step) * (i.astype(np.float64) + 0.5)
        first = np.maximum((center - support + 0.5).astype(np.int64), 0)
        last = np.minimum((center + support + 0.5).astype(np.int64), size)
        j = first[:, None] + np.arange(max(int((last - first).max()), 1))
        weight = _filter(mode, (j - center[:, None] + 0.5) / stretch) * (j < last[:, None])
        total = weight.sum(1, keepdims=True)
        return Taps(np.minimum(j, size - 1), weight / np.where(total == 0, 1, total))
    at = step * i if align_corners else step * (i + kind(0.5)) - kind(0.5)
    if mode == "bicubic":
        base = np.floor(at)
        j = base[:, None] + np.arange(-1, 3)
        return Taps(
            np.clip(j, 0, size - 1).astype(np.int64),
            _cubic(at[:, None].astype(np.float64) - j, -0.75),
        )
    at = np.maximum(at, 0)
    low = np.minimum(np.floor(at).astype(np.int64), size - 1)
    frac = np.minimum(at - low, 1).astype(np.float64)
    high = np.minimum(low + 1, size - 1)
    return Taps(np.stack([low, high], 1), np.stack([1 - frac, frac], 1))


class _Table:
    """Taps as a static argument of a JAX function: compared by identity."""

    def __init__(self, taps: Taps):
        self.taps = taps


@functools.partial(jax.custom_jvp, nondiff_argnums=(1, 2))
def _weighted(x, axis: int, table: _Table):
    index, weight = table.taps
    shape = [1] * x.ndim
    shape[axis] = len(index)
    total = None
    for k in range(index.shape[1]):
        term = jnp.take(x, index[:, k], axis=axis) * jnp.asarray(
            weight[:, k].reshape(shape), x.dtype
        )
        total = term if total is None else total + term
    return total


@_weighted.defjvp
def _weighted_jvp(axis, table, primals, tangents):
    (x,), (t,) = primals, tangents
    matrix = jnp.asarray(table.taps.matrix(x.shape[axis]), x.dtype)
    moved = lax.dot_general(t, matrix, (((axis,), (1,)), ((), ())), precision=lax.Precision.HIGHEST)
    return _weighted(x, axis, table), jnp.moveaxis(moved, -1, axis)


def _weighted_bytes(x, axis: int, taps: Taps):
    """8-bit values times weights in fixed point, rounded after each dimension."""
    index, weights = taps.index, taps.weight.copy()
    for k in range(1, index.shape[1]):  # taps cut off at an edge count as one
        same = index[:, k] == index[:, k - 1]
        weights[same, k] += weights[same, k - 1]
        weights[same, k - 1] = 0
    bits, top = 0, float(weights.max(initial=0))
    while bits < 22 and int(0.5 + top * (1 << (bits + 1))) < (1 << 15):
        bits += 1
    scaled = weights * (1 << bits)
    weight = np.trunc(scaled + np.where(scaled < 0, -0.5, 0.5)).astype(np.int32)
    shape = [1] * x.ndim
    shape[axis] = len(index)
    total = jnp.int32(1 << (bits - 1))
    for k in range(weight.shape[1]):
        total = total + jnp.take(x, index[:, k], axis=axis).astype(jnp.int32) * weight[
            :, k
        ].reshape(shape)
    return jnp.clip(total >> bits, 0, 255).astype(jnp.uint8)


def _nearest(x, axis: int, index: np.ndarray):
    size, out = x.shape[axis], len(index)
    if out % size == 0 and (index == np.arange(out) // (out // size)).all():
        return jnp.repeat(x, out // size, axis=axis)
    if (index == np.arange(out) * (size // out if out <= size else 0)).all():
        step = max(size // out, 1)
        return lax.slice_in_dim(x, 0, (out - 1) * step + 1, step, axis)
    return jnp.take(x, index, axis=axis)


def _sizes(input, size, scale_factor, recompute: bool | None):
    """(output size, scale factors that the positions are computed with or None)."""
    dims = input.ndim - 2
    spatial = input.shape[2:]
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is not None:
        if isinstance(size, tuple) and len(size) != dims:
            raise ValueError(
                "Input and output must have the same number of spatial dimensions, "
                f"but got input with spatial dimensions of {list(spatial)} and output "
                f"size of {size}. Please provide input tensor in (N, C, d1, d2, "
                "...,dK) format and output size in (o1, o2, ...,oK) format."
            )
        out = size if isinstance(size, tuple) else (size,) * dims
        if any(not isinstance(s, int) for s in out):
            raise TypeError(
                "expected size to be one of int or Tuple[int] or Tuple[int, int] or "
                f"Tuple[int, int, int], but got size with types {[type(s) for s in out]}"
            )
        if recompute:
            raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
        return out, (None,) * dims
    if scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    if isinstance(scale_factor, tuple) and len(scale_factor) != dims:
        raise ValueError(
            "Input and scale_factor must have the same number of spatial dimensions, "
            f"but got input with spatial dimensions of {list(spatial)} and "
            f"scale_factor of shape {scale_factor}. Please provide input tensor in "
            "(N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) "
            "format."
        )
    scales = tuple(
        float(s)
        for s in (scale_factor if isinstance(scale_factor, tuple) else (scale_factor,) * dims)
    )
    out = tuple(math.floor(n * s) for n, s in zip(spatial, scales, strict=True))
    return out, ((None,) * dims if recompute else scales)


def _check_mode(input, mode: str, align: bool, antialias: bool) -> None:
    if antialias and not (mode in _SUPPORT and input.ndim == 4):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes "
            "and requires a 4-D tensor as input"
        )
    known = mode in ("nearest", "nearest-exact", "area") and 3 <= input.ndim <= 5
    if not known and (
        input.ndim not in (3, 4, 5)
        or mode not in (*_LINEAR, "bicubic", "lanczos")
        or (mode in ("bicubic", "lanczos") and input.ndim != 4)
    ):
        raise NotImplementedError(
            f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {input.ndim}D) for the "
            f"modes: {_MODES} (got {mode})"
        )
    if mode in _LINEAR and _LINEAR[mode] != input.ndim - 2:
        raise NotImplementedError(
            f"Got {input.ndim}D input, but {mode} mode needs {_LINEAR[mode] + 2}D input"
        )
    if mode == "lanczos" and not antialias:
        raise ValueError("Lanczos mode requires antialias=True")
    if mode == "lanczos" and align:
        raise ValueError("Lanczos mode does not support align_corners=True")


def _resize(
    input,
    size,
    scale_factor,
    mode: str,
    align_corners: bool | None,
    recompute: bool | None,
    antialias: bool,
):
    if mode in ("nearest", "area", "nearest-exact"):
        if align_corners is not None:
            raise ValueError(
                "align_corners option can only be set with the interpolating modes: "
                "linear | bilinear | bicubic | trilinear"
            )
    align = bool(align_corners)
    out, scales = _sizes(input, size, scale_factor, recompute)
    _check_mode(input, mode, align, antialias)
    dims = input.ndim - 2
    if mode == "area":
        return _average(f"adaptive_avg_pool{dims}d", input, out, dims)
    _check(input, out, mode)
    kind = np.float64 if input.dtype in (jnp.float64, jnp.int64) else np.float32
    if mode in ("nearest", "nearest-exact"):
        x = input
        for d in range(dims):
            index = _nearest_index(x.shape[2 + d], out[d], scales[d], mode == "nearest-exact", kind)
            x = _nearest(x, 2 + d, index)
        return x
    x = (
        input
        if input.dtype == jnp.uint8
        else input.astype(jnp.promote_types(input.dtype, jnp.float32))
    )
    for d in reversed(range(dims)):
        if x.shape[2 + d] == out[d] and (align or scales[d] in (None, 1.0)):
            continue  # every filter reproduces its input at its own positions
        taps = _taps(
            x.shape[2 + d],
            out[d],
            "bilinear" if mode in _LINEAR else mode,
            scales[d],
            align,
            antialias,
            kind,
        )
        x = (
            _weighted_bytes(x, 2 + d, taps)
            if x.dtype == jnp.uint8
            else _weighted(x, 2 + d, _Table(taps))
        )
    return x.astype(input.dtype)


def _check(input, out, mode: str) -> None:
    dims = input.ndim - 2
    names = ("D", "H", "W")[-dims:]
    require_size((*input.shape[:2], *out), input.dtype.itemsize)
    if 0 in input.shape[2:] or min(out) <= 0:
        given = ", ".join(f"{n}: {s}" for n, s in zip(names, input.shape[2:], strict=True))
        wanted = ", ".join(f"{n}: {s}" for n, s in zip(names, out, strict=True))
        raise RuntimeError(
            "Input and output sizes should be greater than 0, but got input "
            f"({given}) and output ({wanted})"
        )
    if 0 in input.shape[1:]:
        raise RuntimeError(
            f"Non-empty {input.ndim}D data tensor expected but got a tensor with "
            f"sizes {size_text(input.shape)}"
        )
    bytes_too = input.dtype == jnp.uint8 and (mode.startswith("nearest") or dims == 2)
    if not is_float(input) and not bytes_too:
        raise not_implemented(
            "compute_indices_weights_nearest"
            if mode.startswith("nearest")
            else f"compute_indices_weights_{'cubic' if mode == 'bicubic' else 'linear'}",
            input,
        )


Scalars = int | float | tuple | None


@op("nn.functional.interpolate", method=False, out=False)
def interpolate(
    input: Array,
    size: int | tuple[int, ...] | None = None,
    scale_factor: Scalars = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
):
    """(N, C, spatial...) resized to `size` or by `scale_factor`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html)"""
    return _resize(
        input, size, scale_factor, mode, align_corners, recompute_scale_factor, antialias
    )


def _deprecated(name: str) -> None:
    warnings.warn(
        f"`nn.functional.{name}` is deprecated. Use `nn.functional.interpolate` instead.",
        stacklevel=user_level(),
    )


@op("nn.functional.upsample", method=False, out=False)
def upsample(
    input: Array,
    size: int | tuple[int, ...] | None = None,
    scale_factor: Scalars = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
):
    """The old name of `interpolate`."""
    _deprecated("upsample")
    return _resize(input, size, scale_factor, mode, align_corners, None, False)


@op("nn.functional.upsample_nearest", method=False, out=False)
def upsample_nearest(
    input: Array, size: int | tuple[int, ...] | None = None, scale_factor: Scalars = None
):
    """`interpolate` with mode "nearest"."""
    _deprecated("upsample_nearest")
    return _resize(input, size, scale_factor, "nearest", None, None, False)


@op("nn.functional.upsample_bilinear", method=False, out=False)
def upsample_bilinear(
    input: Array, size: int | tuple[int, ...] | None = None, scale_factor: Scalars = None
):
    """`interpolate` with mode "bilinear" and aligned corners."""
    _deprecated("upsample_bilinear")
    return _resize(input, size, scale_factor, "bilinear", True, None, False)
