"""The kernels of boxes: their arguments, and what they ask of `_box_maps`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish.utils.data._utils.hosting import host_copy
from torchish.vision.transforms import _functional_tensor as F_t
from torchish.vision.transforms._functional_geometry import (
    _compute_resized_output_size,
    _get_inverse_affine_matrix,
    _get_perspective_coeffs,
)
from torchish.vision.transforms._functional_pil import four_sides
from torchish.vision.transforms._kernels import run
from torchish.vision.transforms.v2.functional import _box_maps as maps
from torchish.vision.tv_tensors import BoundingBoxFormat, is_rotated_bounding_format

Size = tuple[int, int]


def name_of(format: BoundingBoxFormat | str) -> str:
    """A format's name, in capitals."""
    return format.value if isinstance(format, BoundingBoxFormat) else str(format).upper()


def convert_boxes(boxes: Tensor, old: Any, new: Any) -> Tensor:
    """Boxes in another format. ValueError between upright ones and ones at an angle."""
    old, new = name_of(old), name_of(new)
    if is_rotated_bounding_format(old) != is_rotated_bounding_format(new):
        raise ValueError("Cannot convert between rotated and unrotated bounding boxes.")
    return boxes if old == new else run(maps.convert, [boxes], static=(old, new))


def clamp_boxes(boxes: Tensor, format: Any, canvas_size: Size, mode: str | None) -> Tensor:
    """Boxes brought back on the canvas."""
    if mode is not None and mode not in ("soft", "hard"):
        raise ValueError(f"clamping_mode must be soft, hard or None, got {mode}")
    if mode is None:
        return boxes.clone()
    return run(maps.clamp, [boxes], static=(name_of(format), tuple(canvas_size), mode))


def horizontal_flip_bounding_boxes(
    bounding_boxes: Tensor, format: BoundingBoxFormat, canvas_size: Size
) -> Tensor:
    """Boxes, left and right exchanged."""
    return run(maps.mirror, [bounding_boxes], static=(name_of(format), tuple(canvas_size), 0))


def vertical_flip_bounding_boxes(
    bounding_boxes: Tensor, format: BoundingBoxFormat, canvas_size: Size
) -> Tensor:
    """Boxes, top and bottom exchanged."""
    return run(maps.mirror, [bounding_boxes], static=(name_of(format), tuple(canvas_size), 1))


def new_size(canvas_size: Size, size: Any, max_size: int | None) -> Size:
    """(height, width) that a canvas is resized to; ValueError as `resize`."""
    sizes = None if size is None else [size] if isinstance(size, int) else list(size)
    if sizes is None:
        if not isinstance(max_size, int):
            raise ValueError(
                f"max_size must be an integer when size is None, but got {max_size} instead."
            )
        h, w = canvas_size
        if h > w:
            return max_size, int(max_size * w / h)
        return int(max_size * h / w), max_size
    if len(sizes) not in (1, 2):
        raise ValueError(
            f"Size must be an int or a 1 or 2 element tuple/list, not a {len(sizes)} element "
            "tuple/list"
        )
    if max_size is not None and len(sizes) != 1:
        raise ValueError(
            "max_size should only be passed if size is None or specifies the length of the "
            "smaller edge, i.e. size should be an int or a sequence of length 1 in torchscript "
            "mode."
        )
    h, w = _compute_resized_output_size(canvas_size, sizes, max_size)
    return h, w


def resize_bounding_boxes(
    bounding_boxes: Tensor,
    canvas_size: Size,
    size: list[int] | None,
    max_size: int | None = None,
    format: BoundingBoxFormat = BoundingBoxFormat.XYXY,
    clamping_mode: str | None = "soft",
) -> tuple[Tensor, Size]:
    """Boxes on a resized canvas, and its size."""
    new = new_size(canvas_size, size, max_size)
    if tuple(canvas_size) == new:
        return bounding_boxes, new
    ratios = new[1] / canvas_size[1], new[0] / canvas_size[0]
    return run(maps.scaled, [bounding_boxes], static=(name_of(format), *ratios)), new


def crop_bounding_boxes(
    bounding_boxes: Tensor,
    format: BoundingBoxFormat,
    top: int,
    left: int,
    height: int,
    width: int,
    clamping_mode: str | None = "soft",
) -> tuple[Tensor, Size]:
    """Boxes on a rectangle of the canvas, and its size."""
    canvas = (height, width)
    static = (name_of(format), -left, -top, canvas, clamping_mode)
    return run(maps.shift, [bounding_boxes], static=static), canvas


def pad_bounding_boxes(
    bounding_boxes: Tensor,
    format: BoundingBoxFormat,
    canvas_size: Size,
    padding: list[int],
    padding_mode: str = "constant",
    clamping_mode: str | None = "soft",
) -> tuple[Tensor, Size]:
    """Boxes on a canvas with a border, and its size. ValueError for borders with contents."""
    if padding_mode != "constant":
        raise ValueError(f"Padding mode '{padding_mode}' is not supported with bounding boxes")
    left, top, right, bottom = four_sides(padding)
    canvas = (canvas_size[0] + top + bottom, canvas_size[1] + left + right)
    static = (name_of(format), left, top, canvas, clamping_mode)
    return run(maps.shift, [bounding_boxes], static=static), canvas


def center_crop_bounding_boxes(
    bounding_boxes: Tensor,
    format: BoundingBoxFormat,
    canvas_size: Size,
    output_size: list[int],
    clamping_mode: str | None = "soft",
) -> tuple[Tensor, Size]:
    """Boxes on the middle of the canvas, and its size."""
    top, left, h, w = center_of(canvas_size, output_size)
    return crop_bounding_boxes(bounding_boxes, format, top, left, h, w, clamping_mode)


def center_of(canvas_size: Size, output_size: Any) -> tuple[int, int, int, int]:
    """(top, left, height, width) of the middle of a canvas; outside of it when it is too small."""
    sizes = [output_size] if isinstance(output_size, int) else list(output_size)
    ch, cw = sizes * 2 if len(sizes) == 1 else sizes
    h, w = canvas_size
    return round((h - ch) / 2.0), round((w - cw) / 2.0), ch, cw


def resized_crop_bounding_boxes(
    bounding_boxes: Tensor,
    format: BoundingBoxFormat,
    top: int,
    left: int,
    height: int,
    width: int,
    size: list[int],
    clamping_mode: str | None = "soft",
) -> tuple[Tensor, Size]:
    """Boxes on a resized rectangle of the canvas, and its size."""
    cut, canvas = crop_bounding_boxes(
        bounding_boxes, format, top, left, height, width, clamping_mode
    )
    return resize_bounding_boxes(cut, canvas, size, format=format, clamping_mode=clamping_mode)


def forward_matrix(
    canvas_size: Size,
    angle: float,
    translate: Sequence[float],
    scale: float,
    shear: Any,
    center: Any,
) -> list[float]:
    """Where a point goes: the two upper rows of the matrix whose inverse images are read by."""
    h, w = canvas_size
    middle = [w * 0.5, h * 0.5] if center is None else list(center)
    shears = [float(shear), 0.0] if isinstance(shear, (int, float)) else [float(s) for s in shear]
    shears = shears * 2 if len(shears) == 1 else shears
    inverse = _get_inverse_affine_matrix(
        middle, angle, [float(t) for t in translate], scale, shears
    )
    square = np.array([*inverse, 0.0, 0.0, 1.0]).reshape(3, 3)
    return np.linalg.inv(square)[:2].reshape(6).tolist()


def affine_bounding_boxes(
    bounding_boxes: Tensor,
    format: BoundingBoxFormat,
    canvas_size: Size,
    angle: float,
    translate: list[float],
    scale: float,
    shear: list[float],
    center: list[float] | None = None,
    clamping_mode: str | None = "soft",
) -> Tensor:
    """Boxes around boxes that were turned, moved, scaled and sheared."""
    matrix = tuple(forward_matrix(canvas_size, angle, translate, scale, shear, center))
    static = (name_of(format), matrix, tuple(canvas_size), clamping_mode)
    return run(maps.map_affine, [bounding_boxes], static=static)


def rotation(
    canvas_size: Size, angle: float, expand: bool, center: Any
) -> tuple[tuple[float, ...], Size]:
    """The matrix of points when a canvas is turned, and the canvas's new size."""
    h, w = canvas_size
    m = forward_matrix(canvas_size, -angle, [0.0, 0.0], 1.0, [0.0, 0.0], center)
    if not expand:
        return tuple(m), (h, w)
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float64)
    low = (corners @ np.array(m).reshape(2, 3)[:, :2].T + [m[2], m[5]]).min(0)
    m[2], m[5] = m[2] - low[0], m[5] - low[1]
    # torchvision's size, which is not always that of the image: the center is not the middle's.
    middle = [w * 0.5, h * 0.5] if center is None else list(center)
    back = _get_inverse_affine_matrix(middle, -angle, [0.0, 0.0], 1.0, [0.0, 0.0])
    ow, oh = F_t._expanded(back, w, h)
    return tuple(m), (oh, ow)


def rotate_bounding_boxes(
    bounding_boxes: Tensor,
    format: BoundingBoxFormat,
    canvas_size: Size,
    angle: float,
    expand: bool = False,
    center: list[float] | None = None,
    clamping_mode: str | None = "soft",
) -> tuple[Tensor, Size]:
    """Boxes around boxes that were turned counter-clockwise, and the size of the canvas."""
    matrix, canvas = rotation(tuple(canvas_size), angle, expand, center)
    static = (name_of(format), matrix, canvas, clamping_mode)
    return run(maps.map_affine, [bounding_boxes], static=static), canvas


def perspective_matrix(startpoints: Any, endpoints: Any, coefficients: Any) -> tuple[float, ...]:
    """The nine numbers of the map of points, from the coefficients by which images are read."""
    if coefficients is not None:
        if startpoints is not None and endpoints is not None:
            raise ValueError(
                "The startpoints/endpoints and the coefficients shouldn't be defined concurrently."
            )
        if len(coefficients) != 8:
            raise ValueError("Argument coefficients should have 8 float values")
        c = list(coefficients)
    elif startpoints is not None and endpoints is not None:
        c = _get_perspective_coeffs(startpoints, endpoints)
    else:
        raise ValueError(
            "Either the startpoints/endpoints or the coefficients must have non `None` values."
        )
    inverse = np.linalg.inv(np.array([*c, 1.0]).reshape(3, 3))
    return tuple((inverse / inverse[2, 2]).reshape(9).tolist())


def perspective_bounding_boxes(
    bounding_boxes: Tensor,
    format: BoundingBoxFormat,
    canvas_size: Size,
    startpoints: list[list[int]] | None,
    endpoints: list[list[int]] | None,
    coefficients: list[float] | None = None,
    clamping_mode: str | None = "soft",
) -> Tensor:
    """Boxes around boxes that are seen in another perspective."""
    matrix = perspective_matrix(startpoints, endpoints, coefficients)
    static = (name_of(format), matrix, tuple(canvas_size), clamping_mode)
    return run(maps.map_projective, [bounding_boxes], static=static)


def elastic_bounding_boxes(
    bounding_boxes: Tensor,
    format: BoundingBoxFormat,
    canvas_size: Size,
    displacement: Tensor,
    clamping_mode: str | None = "soft",
) -> Tensor:
    """Boxes around boxes whose corners' pixels were displaced."""
    static = (name_of(format), tuple(canvas_size), clamping_mode)
    return run(maps.map_elastic, [bounding_boxes, displacement[0]], static=static)


def valid(boxes: Tensor, form: str, canvas: Size, min_size: float, min_area: float) -> np.ndarray:
    """Which boxes are large enough and lie on the canvas."""
    a = np.asarray(host_copy(boxes))
    w, h = maps.sides_of(a, form)
    keep = (w >= min_size) & (h >= min_size) & (w * h >= min_area)
    if is_rotated_bounding_format(form):
        corners = maps.to_corners(np, a, form)
    else:
        corners = maps.to_xyxy(np, a, form).reshape(-1, 2, 2)
    inside = (corners >= 0) & (corners <= [canvas[1], canvas[0]])
    return keep & inside.all((-2, -1))
