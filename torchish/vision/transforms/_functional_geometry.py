"""Transforms that move, cut or resize, as functions of PIL images and of tensors (…, C, H, W).

https://docs.pytorch.org/vision/stable/transforms.html#functional-transforms
"""

from __future__ import annotations

import math
import numbers
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish.vision.transforms import _functional_pil as F_pil
from torchish.vision.transforms import _functional_tensor as F_t
from torchish.vision.transforms._conversion import (
    InterpolationMode,
    _interpolation,
    _interpolation_modes_from_int,
    get_dimensions,
    pil_modes_mapping,
    pil_to_tensor,
    to_pil_image,
)


def hflip(img: Any) -> Any:
    """An image, left and right exchanged.

    >>> from torchvision.transforms import functional
    >>> functional.hflip(torch.tensor([[[1, 2, 3]]]))
    tensor([[[3, 2, 1]]])
    """
    return (F_t if isinstance(img, Tensor) else F_pil).hflip(img)


def vflip(img: Any) -> Any:
    """An image, top and bottom exchanged.

    >>> from torchvision.transforms import functional
    >>> functional.vflip(torch.tensor([[[1], [2]]]))
    tensor([[[2],
             [1]]])
    """
    return (F_t if isinstance(img, Tensor) else F_pil).vflip(img)


def crop(img: Any, top: int, left: int, height: int, width: int) -> Any:
    """A rectangle of an image; what lies outside the image is 0.

    >>> from torchvision.transforms import functional
    >>> functional.crop(torch.arange(16).reshape(1, 4, 4), top=1, left=2, height=2, width=2)
    tensor([[[ 6,  7],
             [10, 11]]])
    """
    return (F_t if isinstance(img, Tensor) else F_pil).crop(img, top, left, height, width)


def pad(
    img: Any, padding: int | Sequence[int], fill: Any = 0, padding_mode: str = "constant"
) -> Any:
    """An image with a border.

    `padding` is one number, (left and right, top and bottom) or (left, top, right, bottom);
    `padding_mode` is constant (the border is `fill`), edge, reflect or symmetric.

    >>> from torchvision.transforms import functional
    >>> functional.pad(torch.tensor([[[1, 2]]]), [1, 0], fill=9)
    tensor([[[9, 1, 2, 9]]])
    """
    return (F_t if isinstance(img, Tensor) else F_pil).pad(img, padding, fill, padding_mode)


def _compute_resized_output_size(
    image_size: Sequence[int], size: Sequence[int], max_size: int | None = None
) -> list[int]:
    h, w = image_size
    if len(size) == 2:
        return [size[0], size[1]]
    short, long = min(h, w), max(h, w)
    new_short, new_long = size[0], int(size[0] * long / short)
    if max_size is not None:
        if max_size <= size[0]:
            raise ValueError(
                f"max_size = {max_size} must be strictly greater than the requested size for the "
                f"smaller edge size = {size}"
            )
        if new_long > max_size:
            new_short, new_long = int(max_size * new_short / new_long), max_size
    return [new_long, new_short] if w <= h else [new_short, new_long]


def resize(
    img: Any,
    size: int | Sequence[int],
    interpolation: InterpolationMode = InterpolationMode.BILINEAR,
    max_size: int | None = None,
    antialias: bool | None = True,
) -> Any:
    """An image of another (height, width); a single number is the shorter side, the ratio kept.

    `max_size` limits the longer side then. ValueError for other sizes.

    >>> from torchvision.transforms import functional
    >>> functional.resize(torch.zeros(3, 8, 16), [4]).shape
    torch.Size([3, 4, 8])
    """
    mode = _interpolation(interpolation)
    sizes = [size] if isinstance(size, int) else list(size)
    if len(sizes) not in (1, 2):
        raise ValueError(
            f"Size must be an int or a 1 or 2 element tuple/list, not a {len(sizes)} element "
            "tuple/list"
        )
    if max_size is not None and len(sizes) != 1:
        raise ValueError(
            "max_size should only be passed if size specifies the length of the smaller edge, "
            "i.e. size should be an int or a sequence of length 1 in torchscript mode."
        )
    _, h, w = get_dimensions(img)
    target = _compute_resized_output_size((h, w), sizes, max_size)
    if [h, w] == target:
        return img
    if isinstance(img, Tensor):
        return F_t.resize(img, target, mode.value, antialias)
    if antialias is False:
        warnings.warn(
            "Anti-alias option is always applied for PIL Image input. Argument antialias is "
            "ignored.",
            stacklevel=2,
        )
    return F_pil.resize(img, target, pil_modes_mapping[mode])


def _size(size: Any) -> tuple[int, int]:
    """(height, width) of an argument that may be one number."""
    if isinstance(size, numbers.Number):
        size = (int(size), int(size))
    elif isinstance(size, (tuple, list)) and len(size) == 1:
        size = (size[0], size[0])
    if len(size) != 2:
        raise ValueError("Please provide only two dimensions (h, w) for size.")
    return size


def center_crop(img: Any, output_size: int | Sequence[int]) -> Any:
    """The middle of an image, which is padded with zeros where it is too small.

    >>> from torchvision.transforms import functional
    >>> functional.center_crop(torch.arange(16).reshape(1, 4, 4), 2)
    tensor([[[ 5,  6],
             [ 9, 10]]])
    """
    if isinstance(output_size, numbers.Number) or len(output_size) == 1:
        output_size = _size(output_size)
    ch, cw = output_size
    _, h, w = get_dimensions(img)
    if cw > w or ch > h:
        extra_w, extra_h = max(cw - w, 0), max(ch - h, 0)
        img = pad(img, [extra_w // 2, extra_h // 2, (extra_w + 1) // 2, (extra_h + 1) // 2], fill=0)
        _, h, w = get_dimensions(img)
        if (cw, ch) == (w, h):
            return img
    return crop(img, round((h - ch) / 2.0), round((w - cw) / 2.0), ch, cw)


def resized_crop(
    img: Any,
    top: int,
    left: int,
    height: int,
    width: int,
    size: int | Sequence[int],
    interpolation: InterpolationMode = InterpolationMode.BILINEAR,
    antialias: bool | None = True,
) -> Any:
    """A rectangle of an image, resized.

    >>> from torchvision.transforms import functional
    >>> functional.resized_crop(torch.zeros(1, 8, 8), 0, 0, 4, 4, [2, 2]).shape
    torch.Size([1, 2, 2])
    """
    return resize(crop(img, top, left, height, width), size, interpolation, antialias=antialias)


def five_crop(img: Any, size: int | Sequence[int]) -> tuple:
    """The corners (top left, top right, bottom left, bottom right) and the middle of an image.

    >>> from torchvision.transforms import functional
    >>> len(functional.five_crop(torch.zeros(1, 4, 4), 2))
    5
    """
    ch, cw = size = _size(size)
    _, h, w = get_dimensions(img)
    if cw > w or ch > h:
        raise ValueError(f"Requested crop size {size} is bigger than input size {(h, w)}")
    corners = [crop(img, i, j, ch, cw) for i in (0, h - ch) for j in (0, w - cw)]
    return (*corners, center_crop(img, [ch, cw]))


def ten_crop(img: Any, size: int | Sequence[int], vertical_flip: bool = False) -> tuple:
    """`five_crop` of an image and of its mirror image.

    >>> from torchvision.transforms import functional
    >>> len(functional.ten_crop(torch.zeros(1, 4, 4), 2))
    10
    """
    size = _size(size)
    mirrored = vflip(img) if vertical_flip else hflip(img)
    return five_crop(img, size) + five_crop(mirrored, size)


# --- geometry ------------------------------------------------------------------------------------


def _get_inverse_affine_matrix(
    center: Sequence[float],
    angle: float,
    translate: Sequence[float],
    scale: float,
    shear: Sequence[float],
) -> list[float]:
    """Where an output pixel comes from: the two upper rows of the inverse matrix.

    The matrix is T C R S C⁻¹: moved, and about the center turned, scaled and sheared.
    """
    turn, sx, sy = math.radians(angle), math.radians(shear[0]), math.radians(shear[1])
    (cx, cy), (tx, ty) = center, translate
    a = math.cos(turn - sy) / math.cos(sy)
    b = -math.cos(turn - sy) * math.tan(sx) / math.cos(sy) - math.sin(turn)
    c = math.sin(turn - sy) / math.cos(sy)
    d = -math.sin(turn - sy) * math.tan(sx) / math.cos(sy) + math.cos(turn)
    # [[a, b], [c, d]] has determinant 1, so this is its inverse.
    m = [x / scale for x in (d, -b, 0.0, -c, a, 0.0)]
    m[2] += m[0] * (-cx - tx) + m[1] * (-cy - ty)
    m[5] += m[3] * (-cx - tx) + m[4] * (-cy - ty)
    m[2] += cx
    m[5] += cy
    return m


def _from_middle(center: Any, width: int, height: int) -> list[float]:
    """A center in pixels, relative to the middle of the image."""
    if center is None:
        return [0.0, 0.0]
    return [1.0 * (c - s * 0.5) for c, s in zip(center, [width, height])]


def rotate(
    img: Any,
    angle: float,
    interpolation: InterpolationMode = InterpolationMode.NEAREST,
    expand: bool = False,
    center: Sequence[int] | None = None,
    fill: Any = None,
) -> Any:
    """An image turned counter-clockwise by `angle` degrees about its middle, or about `center`.

    `expand` makes the image as large as the turned one needs; what lies outside gets `fill`.

    >>> from torchvision.transforms import functional
    >>> functional.rotate(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), 90)
    tensor([[[2., 4.],
             [1., 3.]]])
    """
    mode = _interpolation(interpolation)
    if not isinstance(angle, (int, float)):
        raise TypeError("Argument angle should be int or float")
    if center is not None and not isinstance(center, (list, tuple)):
        raise TypeError("Argument center should be a sequence")
    if not isinstance(img, Tensor):
        return F_pil.rotate(img, angle, pil_modes_mapping[mode], expand, center, fill)
    _, h, w = get_dimensions(img)
    # A matrix turns the other way round.
    matrix = _get_inverse_affine_matrix(
        _from_middle(center, w, h), -angle, [0.0, 0.0], 1.0, [0.0, 0.0]
    )
    return F_t.rotate(img, matrix, mode.value, expand, fill)


def affine(
    img: Any,
    angle: float,
    translate: Sequence[int],
    scale: float,
    shear: float | Sequence[float],
    interpolation: InterpolationMode = InterpolationMode.NEAREST,
    fill: Any = None,
    center: Sequence[int] | None = None,
) -> Any:
    """An image turned clockwise by `angle` degrees, moved, scaled and sheared by degrees.

    >>> from torchvision.transforms import functional
    >>> x = torch.tensor([[[1.0, 2.0, 3.0]]])
    >>> functional.affine(x, angle=0.0, translate=[1, 0], scale=1.0, shear=[0.0])
    tensor([[[0., 1., 2.]]])
    """
    mode = _interpolation(interpolation)
    if not isinstance(angle, (int, float)):
        raise TypeError("Argument angle should be int or float")
    if not isinstance(translate, (list, tuple)):
        raise TypeError("Argument translate should be a sequence")
    if len(translate) != 2:
        raise ValueError("Argument translate should be a sequence of length 2")
    if scale <= 0.0:
        raise ValueError("Argument scale should be positive")
    if not isinstance(shear, (numbers.Number, list, tuple)):
        raise TypeError("Shear should be either a single value or a sequence of two values")
    shears: list[Any] = [shear, 0.0] if isinstance(shear, numbers.Number) else list(shear)
    shears = shears * 2 if len(shears) == 1 else shears
    if len(shears) != 2:
        raise ValueError(f"Shear should be a sequence containing two values. Got {shears}")
    if center is not None and not isinstance(center, (list, tuple)):
        raise TypeError("Argument center should be a sequence")
    _, h, w = get_dimensions(img)
    angle = float(angle)
    if not isinstance(img, Tensor):
        middle = [w * 0.5, h * 0.5] if center is None else center
        matrix = _get_inverse_affine_matrix(middle, angle, translate, scale, shears)
        return F_pil.affine(img, matrix, pil_modes_mapping[mode], fill)
    moved = [1.0 * t for t in translate]
    matrix = _get_inverse_affine_matrix(_from_middle(center, w, h), angle, moved, scale, shears)
    return F_t.affine(img, matrix, mode.value, fill)


def _get_perspective_coeffs(
    startpoints: Sequence[Sequence[int]], endpoints: Sequence[Sequence[int]]
) -> list[float]:
    """(a, …, h) of x' = (ax + by + c) / (gx + hy + 1), y' = (dx + ey + f) / (gx + hy + 1), which
    take the four end points to the start points."""
    if len(startpoints) != 4 or len(endpoints) != 4:
        raise ValueError(
            f"Please provide exactly four corners, got {len(startpoints)} startpoints and "
            f"{len(endpoints)} endpoints."
        )
    rows = []
    for (x, y), (u, v) in zip(endpoints, startpoints):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    wanted = np.array(startpoints, np.float64).reshape(8)
    solution = np.linalg.lstsq(np.array(rows, np.float64), wanted, rcond=None)[0]
    return solution.astype(np.float32).tolist()


def perspective(
    img: Any,
    startpoints: Sequence[Sequence[int]],
    endpoints: Sequence[Sequence[int]],
    interpolation: InterpolationMode = InterpolationMode.BILINEAR,
    fill: Any = None,
) -> Any:
    """An image seen so that the corners `startpoints` (x, y) come to lie at `endpoints`.

    >>> from torchvision.transforms import functional
    >>> corners = [[0, 0], [3, 0], [3, 3], [0, 3]]
    >>> functional.perspective(torch.ones(1, 4, 4), corners, corners).shape
    torch.Size([1, 4, 4])
    """
    coeffs = _get_perspective_coeffs(startpoints, endpoints)
    mode = _interpolation(interpolation)
    if not isinstance(img, Tensor):
        return F_pil.perspective(img, coeffs, pil_modes_mapping[mode], fill)
    return F_t.perspective(img, coeffs, mode.value, fill)


def elastic_transform(
    img: Any,
    displacement: Tensor,
    interpolation: InterpolationMode = InterpolationMode.BILINEAR,
    fill: Any = None,
) -> Any:
    """An image whose pixels come from places moved by `displacement` (1, H, W, 2), in [-1, 1]."""
    if isinstance(interpolation, int):
        warnings.warn(
            "Argument interpolation should be of type InterpolationMode instead of int. Please, "
            "use InterpolationMode enum.",
            stacklevel=2,
        )
        interpolation = _interpolation_modes_from_int(interpolation)
    if not isinstance(displacement, Tensor):
        raise TypeError("Argument displacement should be a Tensor")
    if not isinstance(img, Tensor) and not F_pil.is_pil(img):
        raise TypeError(f"img should be PIL Image or Tensor. Got {type(img)}")
    tensor = img if isinstance(img, Tensor) else pil_to_tensor(img)
    shape = (1, *tensor.shape[-2:], 2)
    if shape != tuple(displacement.shape):
        raise ValueError(
            f"Argument displacement shape should be {shape}, but given {displacement.shape}"
        )
    out = F_t.elastic_transform(tensor, displacement, interpolation.value, fill)
    return out if isinstance(img, Tensor) else to_pil_image(out, mode=img.mode)
