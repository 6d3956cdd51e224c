"""Sampling at the positions of a grid, and grids of affine transformations, in NumPy."""

from __future__ import annotations

import itertools
import math

import numpy as np

from torchish._core.engine.host.registry import kernel, require


def _cost(inputs, outputs) -> float:
    return 6e-8 * max(math.prod(a.shape) for a in (*inputs, *outputs))


def _centers(n: int, align: bool, kind):
    if n == 1:
        return np.zeros(1, kind)
    x = np.linspace(-1, 1, n)
    return (x if align else x * (n - 1) / n).astype(kind)


def _base(size, align, kind):
    """The homogeneous positions (pixels, n + 1) of the output's pixels."""
    axes = [_centers(s, align, kind) for s in size[2:]]
    grids = np.meshgrid(*axes, indexing="ij")[::-1]
    return np.stack([*grids, np.ones(size[2:], kind)], -1).reshape(-1, len(axes) + 1)


@kernel("nn.functional.affine_grid", dtypes="f")
def affine_grid(theta, size, align_corners=None):
    n = len(size) - 2
    require(align_corners is not None and n in (2, 3) and min(size) > 0)
    require(theta.shape == (size[0], n, n + 1))
    require(not align_corners or min(size[2:]) > 1)  # else there is something to warn of
    base = _base(size, align_corners, theta.dtype)
    return (base @ theta.swapaxes(1, 2)).reshape(size[0], *size[2:], n)


@affine_grid.gradient
def _(ct, saved, wanted, theta, size, align_corners=None):
    base = _base(size, align_corners, theta.dtype)
    return {"theta": ct.reshape(size[0], -1, theta.shape[1]).swapaxes(1, 2) @ base}


def _position(x, size: int, padding_mode: str, align: bool):
    """(pixel positions of [-1, 1], their derivative)."""
    slope = (size - 1) / 2 if align else size / 2
    at = (x + 1) / 2 * (size - 1) if align else ((x + 1) * size - 1) / 2
    slope = np.full_like(at, slope)
    if padding_mode == "zeros":
        return at, slope
    if padding_mode == "reflection":
        low, span = (0.0, size - 1) if align else (-0.5, size)
        if span == 0:
            return np.zeros_like(at), np.zeros_like(at)
        slope = slope * np.sign(at - low)
        away = np.abs(at - low)
        odd = np.floor(away / span) % 2 != 0
        rest = np.fmod(away, span)
        at = np.where(odd, span - rest + low, rest + low).astype(x.dtype)
        slope = np.where(odd, -slope, slope)
    inside = (at > 0) & (at < size - 1)
    return np.clip(at, 0, size - 1), np.where(inside, slope, 0).astype(x.dtype)


def _sampled(input, grid, mode, padding_mode, align_corners):
    require(mode in ("bilinear", "nearest") and padding_mode in ("zeros", "border", "reflection"))
    require(align_corners is not None and input.ndim in (4, 5) and grid.ndim == input.ndim)
    require(input.dtype == grid.dtype and input.shape[0] == grid.shape[0])
    n = input.ndim - 2
    require(grid.shape[-1] == n and input.size and grid.size and np.isfinite(grid).all())
    sizes = input.shape[2:]
    points = grid.reshape(len(grid), -1, n)
    axes = [
        _position(points[..., n - 1 - d], s, padding_mode, align_corners)
        for d, s in enumerate(sizes)
    ]
    return sizes, axes


def _corners(axes, sizes, mode: str):
    """(flat index, whether it is inside, which neighbour along each dim) of every neighbour."""
    if mode == "nearest":
        bases = [np.rint(at) for at, _ in axes]
        steps = [(0,) * len(sizes)]
    else:
        bases = [np.floor(at) for at, _ in axes]
        steps = list(itertools.product((0, 1), repeat=len(sizes)))
    for step in steps:
        index, inside = 0, True
        for base, k, size in zip(bases, step, sizes, strict=True):
            x = base + k
            ok = (x >= 0) & (x <= size - 1)
            inside = inside & ok
            index = index * size + np.where(ok, x, 0).astype(np.int64)
        yield step, index, inside, bases


def _weight(axes, bases, step, leave_out: int = -1):
    """The product of the linear weights along the dims but one."""
    weight = 1
    for d, ((at, _), base, k) in enumerate(zip(axes, bases, step, strict=True)):
        if d != leave_out:
            weight = weight * (at - base if k else base + 1 - at)
    return weight


@kernel("nn.functional.grid_sample", dtypes="f", cost=_cost)
def grid_sample(input, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    sizes, axes = _sampled(input, grid, mode, padding_mode, align_corners)
    flat = input.reshape(*input.shape[:2], -1)
    out = np.zeros((*input.shape[:2], axes[0][0].shape[1]), input.dtype)
    for step, index, inside, bases in _corners(axes, sizes, mode):
        share = inside.astype(input.dtype)
        if mode == "bilinear":
            share = share * _weight(axes, bases, step)
        pixels = np.take_along_axis(flat, index[:, None, :], 2)
        out += np.where(inside[:, None, :], pixels, 0) * share[:, None, :]
    return out.reshape(*input.shape[:2], *grid.shape[1:-1])


@grid_sample.gradient
def _(ct, saved, wanted, input, grid, mode="bilinear", padding_mode="zeros", align_corners=None):
    sizes, axes = _sampled(input, grid, mode, padding_mode, align_corners)
    batch, channels = input.shape[:2]
    flat = input.reshape(batch, channels, -1)
    ct = ct.reshape(batch, channels, -1)
    pixels = flat.shape[2]
    by_input = np.zeros(batch * channels * pixels, input.dtype)
    by_axis = [np.zeros_like(at) for at, _ in axes]
    rows = (np.arange(batch * channels) * pixels).reshape(batch, channels, 1)
    for step, index, inside, bases in _corners(axes, sizes, mode):
        weight = _weight(axes, bases, step) if mode == "bilinear" else 1
        if "input" in wanted:
            shares = ct * (inside * weight)[:, None, :]
            places = (rows + index[:, None, :]).reshape(-1)
            by_input += np.bincount(places, shares.reshape(-1), by_input.size).astype(ct.dtype)
        if "grid" in wanted and mode == "bilinear":
            values = np.where(inside[:, None, :], np.take_along_axis(flat, index[:, None], 2), 0)
            along = (values * ct).sum(1)
            for d, k in enumerate(step):
                by_axis[d] += along * _weight(axes, bases, step, d) * (1 if k else -1)
    out = {}
    if "input" in wanted:
        out["input"] = by_input.reshape(input.shape)
    if "grid" in wanted:
        moved = [g * slope for g, (_, slope) in zip(by_axis, axes, strict=True)]
        out["grid"] = np.stack(moved[::-1], -1).reshape(grid.shape)
    return out
