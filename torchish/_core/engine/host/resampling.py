"""Resizing in NumPy, one dimension after the other. See Note [Resampling]."""

from __future__ import annotations

import functools
import math

import numpy as np

from torchish._core.engine.host.registry import kernel, require
from torchish._core.ops.nn.resampling import Taps, _nearest_index, _taps

_LINEAR = {"linear": 3, "bilinear": 4, "trilinear": 5}


@functools.lru_cache(256)
def _plan(shape, size, scale_factor, mode, align_corners, recompute, double) -> list:
    """For each spatial dimension None, an index, or taps."""
    dims = len(shape) - 2
    require(1 <= dims <= 3 and 0 not in shape)
    require((size is None) != (scale_factor is None) and not recompute)
    if size is not None:
        out = size if isinstance(size, tuple) else (size,) * dims
        require(len(out) == dims and all(isinstance(s, int) and s > 0 for s in out))
        scales: tuple = (None,) * dims
    else:
        given = scale_factor if isinstance(scale_factor, tuple) else (scale_factor,) * dims
        require(len(given) == dims)
        scales = tuple(float(s) for s in given)
        out = tuple(math.floor(n * s) for n, s in zip(shape[2:], scales, strict=True))
        require(min(out) > 0)
    kind = np.float64 if double else np.float32
    if mode in ("nearest", "nearest-exact"):
        require(align_corners is None)
        return [
            _nearest_index(n, o, s, mode == "nearest-exact", kind)
            for n, o, s in zip(shape[2:], out, scales, strict=True)
        ]
    require(_LINEAR.get(mode) == len(shape) or (mode == "bicubic" and dims == 2))
    align = bool(align_corners)
    return [
        None
        if n == o and (align or s in (None, 1.0))
        else _taps(n, o, "bicubic" if mode == "bicubic" else "bilinear", s, align, False, kind)
        for n, o, s in zip(shape[2:], out, scales, strict=True)
    ]


def _along(values, ndim: int, axis: int):
    shape = [1] * ndim
    shape[axis] = len(values)
    return values.reshape(shape)


def _resized(x, plan):
    # Nearest pixels are taken from the first dimension on, weighted ones from the last, as the
    # operator does it.
    order = list(enumerate(plan, 2))
    for axis, step in order if isinstance(plan[0], np.ndarray) else reversed(order):
        if step is None:
            continue
        if not isinstance(step, Taps):
            x = np.take(x, step, axis)
            continue
        index, weight = step
        total = None
        for k in range(index.shape[1]):
            term = np.take(x, index[:, k], axis)
            term *= _along(weight[:, k].astype(x.dtype), x.ndim, axis)
            total = term if total is None else total + term
        x = total
    return x


def _spread(g, plan, shape):
    """The transpose of `_resized`."""
    for axis, step in enumerate(plan, 2):
        if step is None:
            continue
        size = shape[axis]
        if isinstance(step, Taps):
            matrix = step.matrix(size).astype(g.dtype)
        elif len(step) % size == 0 and (step == np.arange(len(step)) // (len(step) // size)).all():
            pieces = (*g.shape[:axis], size, len(step) // size, *g.shape[axis + 1 :])
            g = np.add.reduce(g.reshape(pieces), axis + 1)
            continue
        else:
            matrix = np.zeros((len(step), size), g.dtype)
            matrix[np.arange(len(step)), step] = 1
        g = np.moveaxis(np.moveaxis(g, axis, -1) @ matrix, -1, axis)
    return g


def _resize(input, size, scale_factor, mode, align_corners, recompute, antialias):
    require(not antialias and input.ndim >= 3)
    # Looked at here: as keys of the plans, 4 and 4.0 are the same.
    sizes = size if isinstance(size, tuple) else (size,)
    require(size is None or all(type(s) is int for s in sizes))
    plan = _plan(
        input.shape,
        size,
        scale_factor,
        mode,
        align_corners,
        recompute,
        input.dtype == np.float64,
    )
    return _resized(input, plan), plan


@kernel("nn.functional.interpolate", dtypes="f", saves="residual", halves=True)
def interpolate(
    input,
    size=None,
    scale_factor=None,
    mode="nearest",
    align_corners=None,
    recompute_scale_factor=None,
    antialias=False,
):
    return _resize(
        input, size, scale_factor, mode, align_corners, recompute_scale_factor, antialias
    )


@interpolate.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    size=None,
    scale_factor=None,
    mode="nearest",
    align_corners=None,
    recompute_scale_factor=None,
    antialias=False,
):
    return {"input": _spread(ct, saved, input.shape)}
