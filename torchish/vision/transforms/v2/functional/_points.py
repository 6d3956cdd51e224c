"""The kernels of points (…, 2): x and y on a canvas of (height, width)."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish.vision.transforms._functional_pil import four_sides
from torchish.vision.transforms._kernels import run
from torchish.vision.transforms.v2.functional import _box_maps as maps
from torchish.vision.transforms.v2.functional._boxes import (
    center_of,
    forward_matrix,
    new_size,
    perspective_matrix,
    rotation,
)

Array = Any
Size = tuple[int, int]


def clamp(xp: ModuleType, a: Array, canvas: Size) -> Array:
    """Points brought back on the outermost pixels."""
    h, w = canvas
    return xp.clip(a, np.zeros(2, a.dtype), np.array([w - 1, h - 1]).astype(a.dtype))


def mirror(xp: ModuleType, a: Array, canvas: Size, axis: int) -> Array:
    parts = [a[..., 0], a[..., 1]]
    parts[axis] = a.dtype.type(canvas[1 - axis] - 1) - parts[axis]
    return xp.stack(parts, axis=-1)


def scaled(xp: ModuleType, a: Array, rx: float, ry: float) -> Array:
    x = maps.as_float(xp, a)
    return (x * np.array([rx, ry], x.dtype)).astype(a.dtype)


def shift(xp: ModuleType, a: Array, dx: int, dy: int) -> Array:
    return a + np.array([dx, dy]).astype(a.dtype)


def map_affine(xp: ModuleType, a: Array, matrix: tuple) -> Array:
    return maps.linear(xp, matrix)(maps.as_float(xp, a)).astype(a.dtype)


def map_projective(xp: ModuleType, a: Array, matrix: tuple) -> Array:
    return maps.projected(xp, matrix)(maps.as_float(xp, a)).astype(a.dtype)


def map_elastic(xp: ModuleType, a: Array, grid: Array, canvas: Size) -> Array:
    x = maps.as_float(xp, a)
    return maps.displaced(xp, xp.trunc(x), grid, canvas).astype(a.dtype)


def clamp_points(keypoints: Tensor, canvas_size: Size) -> Tensor:
    """Points brought back on the outermost pixels."""
    return run(clamp, [keypoints], static=(tuple(canvas_size),))


def horizontal_flip_keypoints(keypoints: Tensor, canvas_size: Size) -> Tensor:
    """Points, left and right exchanged."""
    return run(mirror, [keypoints], static=(tuple(canvas_size), 0))


def vertical_flip_keypoints(keypoints: Tensor, canvas_size: Size) -> Tensor:
    """Points, top and bottom exchanged."""
    return run(mirror, [keypoints], static=(tuple(canvas_size), 1))


def resize_keypoints(
    keypoints: Tensor, size: list[int] | None, canvas_size: Size, max_size: int | None = None
) -> tuple[Tensor, Size]:
    """Points on a resized canvas, and its size."""
    new = new_size(canvas_size, size, max_size)
    if tuple(canvas_size) == new:
        return keypoints, new
    ratios = new[1] / canvas_size[1], new[0] / canvas_size[0]
    return run(scaled, [keypoints], static=ratios), new


def crop_keypoints(
    keypoints: Tensor, top: int, left: int, height: int, width: int
) -> tuple[Tensor, Size]:
    """Points on a rectangle of the canvas, and its size."""
    return run(shift, [keypoints], static=(-left, -top)), (height, width)


def pad_keypoints(
    keypoints: Tensor, canvas_size: Size, padding: list[int], padding_mode: str = "constant"
) -> tuple[Tensor, Size]:
    """Points on a canvas with a border, and its size. ValueError for borders with contents."""
    if padding_mode != "constant":
        raise ValueError(f"Padding mode '{padding_mode}' is not supported with KeyPoints")
    left, top, right, bottom = four_sides(padding)
    canvas = (canvas_size[0] + top + bottom, canvas_size[1] + left + right)
    return run(shift, [keypoints], static=(left, top)), canvas


def center_crop_keypoints(
    inpt: Tensor, canvas_size: Size, output_size: list[int]
) -> tuple[Tensor, Size]:
    """Points on the middle of the canvas, and its size."""
    return crop_keypoints(inpt, *center_of(canvas_size, output_size))


def resized_crop_keypoints(
    keypoints: Tensor, top: int, left: int, height: int, width: int, size: list[int]
) -> tuple[Tensor, Size]:
    """Points on a resized rectangle of the canvas, and its size."""
    cut, canvas = crop_keypoints(keypoints, top, left, height, width)
    return resize_keypoints(cut, size, canvas)


def affine_keypoints(
    keypoints: Tensor,
    canvas_size: Size,
    angle: float,
    translate: list[float],
    scale: float,
    shear: list[float],
    center: list[float] | None = None,
) -> tuple[Tensor, Size]:
    """Points turned, moved, scaled and sheared, and the canvas's size."""
    matrix = tuple(forward_matrix(canvas_size, angle, translate, scale, shear, center))
    return run(map_affine, [keypoints], static=(matrix,)), tuple(canvas_size)


def rotate_keypoints(
    keypoints: Tensor,
    canvas_size: Size,
    angle: float,
    expand: bool = False,
    center: list[float] | None = None,
) -> tuple[Tensor, Size]:
    """Points turned counter-clockwise, and the size of the canvas."""
    matrix, canvas = rotation(tuple(canvas_size), angle, expand, center)
    return run(map_affine, [keypoints], static=(matrix,)), canvas


def perspective_keypoints(
    keypoints: Tensor,
    canvas_size: Size,
    startpoints: list[list[int]] | None,
    endpoints: list[list[int]] | None,
    coefficients: list[float] | None = None,
) -> Tensor:
    """Points seen in another perspective."""
    matrix = perspective_matrix(startpoints, endpoints, coefficients)
    return run(map_projective, [keypoints], static=(matrix,))


def elastic_keypoints(keypoints: Tensor, canvas_size: Size, displacement: Tensor) -> Tensor:
    """Points whose pixels were displaced."""
    return run(map_elastic, [keypoints, displacement[0]], static=(tuple(canvas_size),))
