"""Functionals that move, cut or resize.

https://docs.pytorch.org/vision/stable/transforms.html#v2-api-reference-recommended
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish._core.tensor import Tensor
from torchish.vision.transforms import _functional_geometry as F1
from torchish.vision.transforms import _functional_pil as F_pil
from torchish.vision.transforms import _functional_tensor as F_t
from torchish.vision.transforms import _kernels as kernels
from torchish.vision.transforms._conversion import (
    InterpolationMode,
    pil_modes_mapping,
    pil_to_tensor,
    to_pil_image,
)
from torchish.vision.transforms._kernels import run
from torchish.vision.transforms.v2._utils import interpolation_mode
from torchish.vision.transforms.v2.functional import _boxes as B
from torchish.vision.transforms.v2.functional import _points as P
from torchish.vision.transforms.v2.functional._registry import functional

NEAREST, BILINEAR = InterpolationMode.NEAREST, InterpolationMode.BILINEAR


def _sides(padding: Any) -> list[int]:
    """A padding as [left, top, right, bottom]."""
    if not isinstance(padding, (int, tuple, list)):
        raise TypeError(
            f"`padding` should be an integer or tuple or list of integers, but got {padding}"
        )
    p = [padding] if isinstance(padding, int) else list(padding)
    if len(p) not in (1, 2, 4):
        raise ValueError(
            f"Padding must be an int or a 1, 2, or 4 element tuple or list. Found {len(p)}"
        )
    return p * (4 // len(p))


# --- flips ---------------------------------------------------------------------------------------


def horizontal_flip_image(image: Tensor) -> Tensor:
    """A tensor image, left and right exchanged."""
    return F_t.hflip(image)


def vertical_flip_image(image: Tensor) -> Tensor:
    """A tensor image, top and bottom exchanged."""
    return F_t.vflip(image)


horizontal_flip_mask = horizontal_flip_video = horizontal_flip_image
vertical_flip_mask = vertical_flip_video = vertical_flip_image

horizontal_flip = functional(
    "horizontal_flip",
    "An input, left and right exchanged.",
    image=horizontal_flip_image,
    pil=F_pil.hflip,
    video=horizontal_flip_video,
    mask=horizontal_flip_mask,
    boxes=B.horizontal_flip_bounding_boxes,
    points=P.horizontal_flip_keypoints,
)
vertical_flip = functional(
    "vertical_flip",
    "An input, top and bottom exchanged.",
    image=vertical_flip_image,
    pil=F_pil.vflip,
    video=vertical_flip_video,
    mask=vertical_flip_mask,
    boxes=B.vertical_flip_bounding_boxes,
    points=P.vertical_flip_keypoints,
)
hflip, vflip = horizontal_flip, vertical_flip


# --- sizes ---------------------------------------------------------------------------------------


def resize_image(
    image: Tensor,
    size: list[int] | None,
    interpolation: InterpolationMode | int | str = BILINEAR,
    max_size: int | None = None,
    antialias: bool | None = True,
) -> Tensor:
    """A tensor image of another (height, width); one number is the shorter side.

    `max_size` limits the longer side; without a `size` it is the longer side. ValueError else.
    """
    mode = interpolation_mode(interpolation)
    old = tuple(image.shape[-2:])
    new = B.new_size(old, size, max_size)
    if old == new:
        return image
    if mode is InterpolationMode.LANCZOS and not antialias:
        raise ValueError("InterpolationMode.LANCZOS requires antialias=True")
    if mode.value in ("bilinear", "bicubic", "lanczos"):
        return F_t.interpolated(image, new, mode.value, bool(antialias), staged=True)
    return F_t.resize(image, new, mode.value)


def _resize_pil(
    image: Any,
    size: Sequence[int] | int | None,
    interpolation: InterpolationMode | int | str = BILINEAR,
    max_size: int | None = None,
    antialias: bool | None = True,
) -> Any:
    old = (image.height, image.width)
    new = B.new_size(old, size, max_size)
    mode = pil_modes_mapping[interpolation_mode(interpolation)]
    return image if old == new else F_pil.resize(image, list(new), mode)


def resize_mask(
    mask: Tensor,
    size: list[int] | None,
    interpolation: InterpolationMode | int | str = NEAREST,
    max_size: int | None = None,
) -> Tensor:
    """A mask of another size, its values those of the nearest pixels."""
    return resize_image(mask, size, interpolation, max_size)


def _resize_mask(
    mask: Tensor,
    size: list[int] | None,
    interpolation: InterpolationMode | int | str = NEAREST,
    max_size: int | None = None,
) -> Tensor:
    mode = interpolation_mode(interpolation)
    exact = InterpolationMode.NEAREST_EXACT
    return resize_mask(mask, size, exact if mode is exact else NEAREST, max_size)


resize_video = resize_image
resize = functional(
    "resize",
    "An input of another (height, width); one number is the shorter side: see `resize_image`.",
    image=resize_image,
    pil=_resize_pil,
    video=resize_video,
    mask=_resize_mask,
    boxes=B.resize_bounding_boxes,
    points=P.resize_keypoints,
)


def crop_image(image: Tensor, top: int, left: int, height: int, width: int) -> Tensor:
    """A rectangle of a tensor image; what lies outside is 0."""
    return F_t.crop(image, top, left, height, width)


crop_mask = crop_video = crop_image
crop = functional(
    "crop",
    "A rectangle of an input; what lies outside an image is 0.",
    image=crop_image,
    pil=F_pil.crop,
    video=crop_video,
    mask=crop_mask,
    boxes=B.crop_bounding_boxes,
    points=P.crop_keypoints,
)


def _pad_each(xp, a: Any, sides: tuple[int, ...], fill: tuple[float, ...]) -> Any:
    """A border of one value a channel."""
    planes = [
        kernels.pad(xp, a[..., c, :, :], sides, "constant", value) for c, value in enumerate(fill)
    ]
    return xp.stack(planes, axis=-3)


def pad_image(
    image: Tensor,
    padding: int | list[int],
    fill: float | list[float] | None = None,
    padding_mode: str = "constant",
) -> Tensor:
    """A tensor image with a border; `fill` may be one value a channel.

    ValueError for other modes than constant, edge, reflect and symmetric.
    """
    sides = _sides(padding)
    if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
        raise ValueError(
            "`padding_mode` should be either 'constant', 'edge', 'reflect' or 'symmetric', but got "
            f"`'{padding_mode}'`"
        )
    if isinstance(fill, (list, tuple)):
        if len(fill) == 1:
            fill = fill[0]
        elif padding_mode == "constant":
            if len(fill) != image.shape[-3]:
                raise RuntimeError(
                    f"The expanded size of the tensor ({image.shape[-3]}) must match the existing "
                    f"size ({len(fill)}) at non-singleton dimension 0."
                )
            return run(_pad_each, [image], static=(tuple(sides), tuple(float(f) for f in fill)))
        else:
            raise ValueError(
                f"Padding mode '{padding_mode}' is not supported if fill is not scalar"
            )
    return F_t.pad(image, sides, fill, padding_mode)


def _pad_pil(image: Any, padding: Any, fill: Any = None, padding_mode: str = "constant") -> Any:
    return F_pil.pad(image, _sides(padding), 0 if fill is None else fill, padding_mode)


def pad_mask(
    mask: Tensor,
    padding: int | list[int],
    fill: float | list[float] | None = None,
    padding_mode: str = "constant",
) -> Tensor:
    """A mask with a border. ValueError for more than one fill value."""
    if isinstance(fill, (tuple, list)):
        raise ValueError("Non-scalar fill value is not supported")
    return pad_image(mask, padding, 0 if fill is None else fill, padding_mode)


pad_video = pad_image
pad = functional(
    "pad",
    "An input with a border of 1, 2 or 4 numbers of pixels: see `pad_image`.",
    image=pad_image,
    pil=_pad_pil,
    video=pad_video,
    mask=pad_mask,
    boxes=B.pad_bounding_boxes,
    points=P.pad_keypoints,
)


def center_crop_image(image: Tensor, output_size: int | list[int]) -> Tensor:
    """The middle of a tensor image, padded with zeros where it is too small."""
    return F1.center_crop(image, output_size)


center_crop_mask = center_crop_video = center_crop_image
center_crop = functional(
    "center_crop",
    "The middle of an input; an image is padded with zeros where it is too small.",
    image=center_crop_image,
    pil=F1.center_crop,
    video=center_crop_video,
    mask=center_crop_mask,
    boxes=B.center_crop_bounding_boxes,
    points=P.center_crop_keypoints,
)


def resized_crop_image(
    image: Tensor,
    top: int,
    left: int,
    height: int,
    width: int,
    size: list[int],
    interpolation: InterpolationMode | int | str = BILINEAR,
    antialias: bool | None = True,
) -> Tensor:
    """A rectangle of a tensor image, resized."""
    cut = crop_image(image, top, left, height, width)
    return resize_image(cut, size, interpolation, antialias=antialias)


def _resized_crop_pil(
    image: Any,
    top: int,
    left: int,
    height: int,
    width: int,
    size: list[int],
    interpolation: InterpolationMode | int | str = BILINEAR,
    antialias: bool | None = True,
) -> Any:
    return _resize_pil(F_pil.crop(image, top, left, height, width), size, interpolation)


def resized_crop_mask(
    mask: Tensor, top: int, left: int, height: int, width: int, size: list[int]
) -> Tensor:
    """A rectangle of a mask, resized."""
    return resize_mask(crop_mask(mask, top, left, height, width), size)


resized_crop_video = resized_crop_image
resized_crop = functional(
    "resized_crop",
    "A rectangle of an input, resized.",
    image=resized_crop_image,
    pil=_resized_crop_pil,
    video=resized_crop_video,
    mask=resized_crop_mask,
    boxes=B.resized_crop_bounding_boxes,
    points=P.resized_crop_keypoints,
)


def five_crop_image(image: Tensor, size: int | list[int]) -> tuple:
    """The corners and the middle of a tensor image."""
    return F1.five_crop(image, size)


def ten_crop_image(image: Tensor, size: int | list[int], vertical_flip: bool = False) -> tuple:
    """`five_crop` of a tensor image and of its mirror image."""
    return F1.ten_crop(image, size, vertical_flip)


five_crop_video, ten_crop_video = five_crop_image, ten_crop_image
five_crop = functional(
    "five_crop",
    "The corners (top left, top right, bottom left, bottom right) and the middle of an image.",
    image=five_crop_image,
    pil=F1.five_crop,
    video=five_crop_video,
)
ten_crop = functional(
    "ten_crop",
    "`five_crop` of an image and of its mirror image.",
    image=ten_crop_image,
    pil=F1.ten_crop,
    video=ten_crop_video,
)


# --- maps of the plane ---------------------------------------------------------------------------


def affine_image(
    image: Tensor,
    angle: float,
    translate: list[float],
    scale: float,
    shear: float | list[float],
    interpolation: InterpolationMode | int | str = NEAREST,
    fill: float | list[float] | None = None,
    center: list[float] | None = None,
) -> Tensor:
    """A tensor image turned clockwise by degrees, moved, scaled and sheared by degrees."""
    mode = interpolation_mode(interpolation)
    return F1.affine(image, angle, translate, scale, shear, mode, fill, center)


def affine_mask(
    mask: Tensor,
    angle: float,
    translate: list[float],
    scale: float,
    shear: float | list[float],
    fill: float | list[float] | None = None,
    center: list[float] | None = None,
) -> Tensor:
    """A mask turned, moved, scaled and sheared, its values those of the nearest pixels."""
    return affine_image(mask, angle, translate, scale, shear, NEAREST, fill, center)


affine_video = affine_image
affine = functional(
    "affine",
    "An input turned clockwise by degrees, moved, scaled and sheared by degrees.",
    image=affine_image,
    pil=affine_image,
    video=affine_video,
    mask=affine_mask,
    boxes=B.affine_bounding_boxes,
    points=P.affine_keypoints,
)


def rotate_image(
    image: Tensor,
    angle: float,
    interpolation: InterpolationMode | int | str = NEAREST,
    expand: bool = False,
    center: list[float] | None = None,
    fill: float | list[float] | None = None,
) -> Tensor:
    """A tensor image turned counter-clockwise by degrees; `expand` makes it as large as needed."""
    mode = interpolation_mode(interpolation)
    quarters, rest = divmod(angle % 360, 90)
    square = image.shape[-1] == image.shape[-2]
    if rest == 0 and center is None and (expand or square or quarters in (0, 2)):
        return run(_turned, [image], static=(int(quarters),))
    return F1.rotate(image, angle, mode, expand, center, fill)


def _turned(xp, a: Any, quarters: int) -> Any:
    return xp.rot90(a, quarters, axes=(-2, -1))


def _rotate_pil(
    image: Any,
    angle: float,
    interpolation: InterpolationMode | int | str = NEAREST,
    expand: bool = False,
    center: list[float] | None = None,
    fill: Any = None,
) -> Any:
    return F1.rotate(image, angle, interpolation_mode(interpolation), expand, center, fill)


def rotate_mask(
    mask: Tensor,
    angle: float,
    expand: bool = False,
    center: list[float] | None = None,
    fill: float | list[float] | None = None,
) -> Tensor:
    """A mask turned counter-clockwise, its values those of the nearest pixels."""
    return rotate_image(mask, angle, NEAREST, expand, center, fill)


rotate_video = rotate_image
rotate = functional(
    "rotate",
    "An input turned counter-clockwise by degrees; `expand` makes the canvas as large as needed.",
    image=rotate_image,
    pil=_rotate_pil,
    video=rotate_video,
    mask=rotate_mask,
    boxes=B.rotate_bounding_boxes,
    points=P.rotate_keypoints,
)


def _coefficients(startpoints: Any, endpoints: Any, coefficients: Any) -> list[float]:
    B.perspective_matrix(startpoints, endpoints, coefficients)  # says what is wrong
    if coefficients is not None:
        return list(coefficients)
    return F1._get_perspective_coeffs(startpoints, endpoints)


def perspective_image(
    image: Tensor,
    startpoints: list[list[int]] | None,
    endpoints: list[list[int]] | None,
    interpolation: InterpolationMode | int | str = BILINEAR,
    fill: float | list[float] | None = None,
    coefficients: list[float] | None = None,
) -> Tensor:
    """A tensor image seen so that the corners `startpoints` come to lie at `endpoints`."""
    c = _coefficients(startpoints, endpoints, coefficients)
    return F_t.perspective(image, c, interpolation_mode(interpolation).value, fill)


def _perspective_pil(
    image: Any,
    startpoints: Any,
    endpoints: Any,
    interpolation: InterpolationMode | int | str = BILINEAR,
    fill: Any = None,
    coefficients: list[float] | None = None,
) -> Any:
    c = _coefficients(startpoints, endpoints, coefficients)
    mode = pil_modes_mapping[interpolation_mode(interpolation)]
    return F_pil.perspective(image, c, mode, fill)


def perspective_mask(
    mask: Tensor,
    startpoints: list[list[int]] | None,
    endpoints: list[list[int]] | None,
    fill: float | list[float] | None = None,
    coefficients: list[float] | None = None,
) -> Tensor:
    """A mask seen in another perspective, its values those of the nearest pixels."""
    return perspective_image(mask, startpoints, endpoints, NEAREST, fill, coefficients)


perspective_video = perspective_image
perspective = functional(
    "perspective",
    "An input seen so that the corners `startpoints` (x, y) come to lie at `endpoints`.",
    image=perspective_image,
    pil=_perspective_pil,
    video=perspective_video,
    mask=perspective_mask,
    boxes=B.perspective_bounding_boxes,
    points=P.perspective_keypoints,
)


def elastic_image(
    image: Tensor,
    displacement: Tensor,
    interpolation: InterpolationMode | int | str = BILINEAR,
    fill: float | list[float] | None = None,
) -> Tensor:
    """A tensor image whose pixels come from places moved by `displacement` (1, H, W, 2)."""
    if not isinstance(displacement, Tensor):
        raise TypeError("Argument displacement should be a Tensor")
    shape = (1, *image.shape[-2:], 2)
    if shape != tuple(displacement.shape):
        raise ValueError(
            f"Argument displacement shape should be {shape}, but given {displacement.shape}"
        )
    mode = interpolation_mode(interpolation)
    return F_t.elastic_transform(image, displacement, mode.value, fill)


def _elastic_pil(
    image: Any,
    displacement: Tensor,
    interpolation: InterpolationMode | int | str = BILINEAR,
    fill: Any = None,
) -> Any:
    out = elastic_image(pil_to_tensor(image), displacement, interpolation, fill)
    return to_pil_image(out, mode=image.mode)


def elastic_mask(
    mask: Tensor, displacement: Tensor, fill: float | list[float] | None = None
) -> Tensor:
    """A mask whose pixels come from other places, its values those of the nearest pixels."""
    return elastic_image(mask, displacement, NEAREST, fill)


elastic_video = elastic_image
elastic = functional(
    "elastic",
    "An input whose pixels come from places moved by `displacement` (1, H, W, 2), in [-1, 1].",
    image=elastic_image,
    pil=_elastic_pil,
    video=elastic_video,
    mask=elastic_mask,
    boxes=B.elastic_bounding_boxes,
    points=P.elastic_keypoints,
)
elastic_transform = elastic
