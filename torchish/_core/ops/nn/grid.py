"""Sampling at the positions of a grid, and grids of affine transformations.

https://docs.pytorch.org/docs/stable/nn.functional.html#vision-functions
"""

from __future__ import annotations

import itertools
import math
import warnings

import jax.numpy as jnp
import numpy as np

from torchish._core.base.errors import size_text
from torchish._core.base.frames import user_level
from torchish._core.ops.arguments import require_float, scalar_name
from torchish._core.ops.table import Array, op

_MODES = ("bilinear", "nearest", "bicubic")
_PADDINGS = ("zeros", "border", "reflection")


def _unnormalize(x, size: int, align: bool):
    """[-1, 1] to pixels: -1 and 1 are the centers of the corner pixels, or their outer edges."""
    return (x + 1) / 2 * (size - 1) if align else ((x + 1) * size - 1) / 2


def _clip(x, size: int):
    """Into [0, size - 1], with gradient 0 at both ends and beyond."""
    top = jnp.asarray(size - 1, x.dtype)
    return jnp.where(x > 0, jnp.where(x < top, x, top), jnp.zeros((), x.dtype))


def _reflect(x, size: int, align: bool):
    low, span = (0.0, size - 1) if align else (-0.5, size)
    if span == 0:
        return jnp.zeros_like(x)
    x = jnp.abs(x - low)
    flips = jnp.floor(x / span)
    extra = jnp.fmod(x, span)
    return jnp.where(flips % 2 == 0, extra + low, span - extra + low)


def _pad(x, size: int, padding_mode: str, align: bool):
    if padding_mode == "zeros":
        return x
    return _clip(x if padding_mode == "border" else _reflect(x, size, align), size)


def _fetch(flat, corner, sizes, padding_mode: str):
    """Pixels (N, C, P) of `flat` (N, C, prod(sizes)) at integral positions, each (N, P); 0
    outside."""
    inside, index = None, 0
    for x, size in zip(corner, sizes, strict=True):
        ok = (x >= 0) & (x <= size - 1)
        inside = ok if inside is None else inside & ok
        index = index * size + jnp.where(ok, x, 0).astype(jnp.int64)
    pixels = jnp.take_along_axis(flat, index[:, None, :], axis=2, mode="clip")
    return jnp.where(inside[:, None, :], pixels, 0)


def _cubic_weights(t):
    """Weights of the four pixels around, for the offset `t` from the second of them (a = -0.75)."""
    a = -0.75

    def near(x):
        return ((a + 2) * x - (a + 3)) * x * x + 1

    def far(x):
        return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a

    return [far(t + 1), near(t), near(1 - t), far(2 - t)]


def _check(input, grid) -> None:
    n = input.ndim
    if input.dtype != grid.dtype:
        raise RuntimeError(
            f"expected scalar type {scalar_name(input)} but found {scalar_name(grid)}"
        )
    if input.shape[0] != grid.shape[0]:
        raise RuntimeError(
            "grid_sampler(): expected grid and input to have same batch size, but "
            f"got input with sizes {size_text(input.shape)} and grid with sizes "
            f"{size_text(grid.shape)}"
        )
    if grid.shape[-1] != n - 2:
        raise RuntimeError(
            f"grid_sampler(): expected grid to have size {n - 2} in last dimension, "
            f"but got grid with sizes {size_text(grid.shape)}"
        )
    for d in range(2, n):
        if input.shape[d] == 0:
            raise RuntimeError(
                "grid_sampler(): expected input to have non-empty spatial "
                f"dimensions, but input has sizes {size_text(input.shape)} with "
                f"dimension {d} being empty"
            )
    if n not in (4, 5) or grid.ndim != n:
        raise RuntimeError(
            f"grid_sampler(): expected {n if n in (4, 5) else '4D or 5'}D input and "
            "grid with same number of dimensions, but got input with sizes "
            f"{size_text(input.shape)} and grid with sizes {size_text(grid.shape)}"
        )


def _aligned(align_corners: bool | None) -> bool:
    if align_corners is None:
        warnings.warn(
            "Default grid_sample and affine_grid behavior has changed to align_corners=False since "
            "1.3.0. Please specify align_corners=True if the old behavior is desired. See the "
            "documentation of grid_sample for details.",
            UserWarning,
            stacklevel=user_level(),
        )
    return bool(align_corners)


@op("nn.functional.grid_sample", method=False, out=False)
def grid_sample(
    input: Array,
    grid: Array,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
):
    """Input (N, C, spatial...) interpolated at `grid` (N, outputs..., x y [z]) in [-1, 1]
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.grid_sample.html)"""
    for name, value, known in (
        ("mode", mode, "'bilinear', 'nearest' or 'bicubic'"),
        ("padding_mode", padding_mode, "'zeros', 'border', or 'reflection'"),
    ):
        if value not in (_MODES if name == "mode" else _PADDINGS):
            raise ValueError(
                f"nn.functional.grid_sample(): expected {name} to be {known}, but got: '{value}'"
            )
    _check(input, grid)
    if mode == "bicubic" and input.ndim == 5:
        raise RuntimeError("grid_sampler(): bicubic interpolation only supports 4D input")
    require_float(input, "grid_sampler_2d_cpu")
    align = _aligned(align_corners)
    batch, channels, *sizes = input.shape
    flat = input.reshape(batch, channels, math.prod(sizes))
    points = grid.reshape(batch, math.prod(grid.shape[1:-1]), len(sizes))
    # The grid names the last dimension first.
    at = [_unnormalize(points[..., len(sizes) - 1 - d], s, align) for d, s in enumerate(sizes)]
    if mode == "bicubic":
        base = [jnp.floor(x) for x in at]
        weights = [_cubic_weights(x - b) for x, b in zip(at, base, strict=True)]
        out = 0
        for i, j in itertools.product(range(4), repeat=2):
            corner = [
                _pad(b + k - 1, s, padding_mode, align)
                for b, k, s in zip(base, (i, j), sizes, strict=True)
            ]
            out = (
                out
                + _fetch(flat, corner, sizes, padding_mode)
                * (weights[0][i] * weights[1][j])[:, None, :]
            )
    else:
        at = [_pad(x, s, padding_mode, align) for x, s in zip(at, sizes, strict=True)]
        if mode == "nearest":
            out = _fetch(flat, [jnp.round(x) for x in at], sizes, padding_mode)
        else:
            base = [jnp.floor(x) for x in at]
            out = 0
            for corner in itertools.product((0, 1), repeat=len(sizes)):
                weight = 1
                for x, b, k in zip(at, base, corner, strict=True):
                    weight = weight * ((x - b) if k else (b + 1 - x))
                pixel = _fetch(
                    flat, [b + k for b, k in zip(base, corner, strict=True)], sizes, padding_mode
                )
                out = out + pixel * weight[:, None, :]
    return out.reshape(batch, channels, *grid.shape[1:-1])


def _centers(n: int, align: bool, kind):
    if n == 1:
        return np.zeros(1, kind)
    x = np.linspace(-1, 1, n)
    return (x if align else x * (n - 1) / n).astype(kind)


@op("nn.functional.affine_grid", method=False, out=False)
def affine_grid(theta: Array, size: tuple[int, ...], align_corners: bool | None = None):
    """The positions in [-1, 1] that an affine map theta (N, 2, 3) or (N, 3, 4) sends each output
    pixel to
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.affine_grid.html)"""
    aligned = _aligned(align_corners)
    if not jnp.issubdtype(theta.dtype, jnp.floating):
        raise ValueError(f"Expected theta to have floating point type, but got torch.{theta.dtype}")
    n = len(size) - 2
    if n not in (2, 3):
        raise NotImplementedError(
            "affine_grid only supports 4D and 5D sizes, for 2D and 3D affine transforms, "
            f"respectively. Got size {_torch_size(size)}."
        )
    if theta.ndim != 3 or theta.shape[-2:] != (n, n + 1):
        raise ValueError(
            f"Expected a batch of {n}D affine matrices of shape Nx{n}x{n + 1} for "
            f"size {_torch_size(size)}. Got torch.Size({size_text(theta.shape)})."
        )
    if min(size) <= 0:
        raise ValueError(f"Expected non-zero, positive output size. Got {_torch_size(size)}")
    if aligned and min(size[2:]) == 1:
        warnings.warn(
            "Since version 1.3.0, affine_grid behavior has changed for unit-size grids when "
            "align_corners=True. This is not an intended use case of affine_grid. See the "
            "documentation of affine_grid for details.",
            UserWarning,
            stacklevel=user_level(),
        )
    if theta.shape[0] != size[0]:
        raise RuntimeError(
            "Expected size for first two dimensions of batch2 tensor to be: "
            f"[{size[0]}, {n + 1}] but got: [{theta.shape[0]}, {n + 1}]."
        )
    axes = [_centers(s, aligned, theta.dtype) for s in size[2:]]
    base = np.stack(
        [*np.meshgrid(*axes, indexing="ij")[::-1], np.ones(size[2:], theta.dtype)], axis=-1
    )
    flat = jnp.asarray(base.reshape(-1, n + 1))
    return jnp.einsum("pk,ndk->npd", flat, theta).reshape(size[0], *size[2:], n)


def _torch_size(size) -> str:
    return f"({', '.join(str(s) for s in size)})"
