"""Functionals of dtypes and kinds, sizes, and what is left.

https://docs.pytorch.org/vision/stable/transforms.html#v2-api-reference-recommended
"""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, from_numpy
from torchish.utils.data._utils.hosting import host_copy
from torchish.vision.transforms import _functional_pil as F_pil
from torchish.vision.transforms import _functional_tensor as F_t
from torchish.vision.transforms import _kernels as kernels
from torchish.vision.transforms import functional as F1
from torchish.vision.transforms._conversion import pil_to_tensor, to_pil_image
from torchish.vision.transforms._kernels import run
from torchish.vision.transforms.v2.functional import _boxes as B
from torchish.vision.transforms.v2.functional import _points as P
from torchish.vision.transforms.v2.functional._registry import functional, is_pure_tensor
from torchish.vision.tv_tensors import BoundingBoxes, BoundingBoxFormat, Image, KeyPoints, wrap

Size = tuple[int, int]

# --- sizes ---------------------------------------------------------------------------------------


def get_dimensions_image(image: Tensor) -> list[int]:
    """[channels, height, width]."""
    return F_t.get_dimensions(image)


def get_num_channels_image(image: Tensor) -> int:
    """The number of channels."""
    return F_t.get_dimensions(image)[0]


def get_size_image(image: Tensor) -> list[int]:
    """[height, width]."""
    return F_t.get_dimensions(image)[1:]


def _canvas_boxes(bounding_boxes: Tensor, canvas_size: Size) -> list[int]:
    return list(canvas_size)


def get_size_bounding_boxes(bounding_box: BoundingBoxes) -> list[int]:
    """[height, width] of the canvas."""
    return list(bounding_box.canvas_size)


def get_size_keypoints(keypoints: KeyPoints) -> list[int]:
    """[height, width] of the canvas."""
    return list(keypoints.canvas_size)


def get_num_frames_video(video: Tensor) -> int:
    """The number of frames."""
    return video.shape[-4]


get_dimensions_video, get_num_channels_video = get_dimensions_image, get_num_channels_image
get_size_video = get_size_mask = get_size_image


def _pil_channels(image: Any) -> int:
    return len(image.getbands())


def _pil_size(image: Any) -> list[int]:
    return [image.height, image.width]


get_dimensions = functional(
    "get_dimensions",
    "[channels, height, width].",
    image=get_dimensions_image,
    pil=F_pil.get_dimensions,
    video=get_dimensions_video,
)
get_num_channels = functional(
    "get_num_channels",
    "The number of channels.",
    image=get_num_channels_image,
    pil=_pil_channels,
    video=get_num_channels_video,
)
get_image_num_channels = get_num_channels
get_size = functional(
    "get_size",
    "[height, width].",
    image=get_size_image,
    pil=_pil_size,
    video=get_size_video,
    mask=get_size_mask,
    boxes=_canvas_boxes,
    points=_canvas_boxes,
)
get_num_frames = functional(
    "get_num_frames",
    "The number of frames of a video.",
    image=get_num_frames_video,
    video=get_num_frames_video,
    not_for=("image",),
)


def get_image_size(inpt: Any) -> list[int]:
    """[width, height]; deprecated in favour of `get_size`."""
    warnings.warn(
        "The function `get_image_size(...)` is deprecated and will be removed in a future version. "
        "Instead, please use `get_size(...)` which returns `[h, w]` instead of `[w, h]`.",
        stacklevel=2,
    )
    return F1.get_image_size(inpt)


# --- boxes and points ----------------------------------------------------------------------------


def _boxes_or_tensor(inpt: Any) -> bool:
    """Whether an input is a box object; False for a plain tensor. TypeError for others."""
    if is_pure_tensor(inpt):
        return False
    if isinstance(inpt, BoundingBoxes):
        return True
    raise TypeError(
        "Input can either be a plain tensor or a bounding box tv_tensor, but got "
        f"{type(inpt)} instead."
    )


def convert_bounding_box_format(
    inpt: Tensor,
    old_format: BoundingBoxFormat | str | None = None,
    new_format: BoundingBoxFormat | str | None = None,
    inplace: bool = False,
) -> Tensor:
    """Boxes in another format; `old_format` is for plain tensors only, and needed for them.

    ValueError or TypeError for other arguments; `inplace` writes the result into the input.
    """
    if new_format is None:
        raise TypeError("convert_bounding_box_format() missing 1 required argument: 'new_format'")
    new = BoundingBoxFormat[B.name_of(new_format)]
    if not _boxes_or_tensor(inpt):
        if old_format is None:
            raise ValueError("For pure tensor inputs, `old_format` has to be passed.")
        out = B.convert_boxes(inpt, old_format, new)
        return _written(inpt, out) if inplace else out
    if old_format is not None:
        raise ValueError("For bounding box tv_tensor inputs, `old_format` must not be passed.")
    plain = inpt.as_subclass(Tensor)
    out = B.convert_boxes(plain, inpt.format, new)
    return wrap(_written(plain, out) if inplace else out, like=inpt, format=new)


def _written(inpt: Tensor, out: Tensor) -> Tensor:
    return inpt if out is inpt or out.shape != inpt.shape else inpt.copy_(out)


def clamp_bounding_boxes(
    inpt: Tensor,
    format: BoundingBoxFormat | str | None = None,
    canvas_size: Size | None = None,
    clamping_mode: str | None = "auto",
) -> Tensor:
    """Boxes brought back on the canvas; what a box object knows is for plain tensors to be said.

    `clamping_mode` "auto" is the box object's. ValueError or TypeError for other arguments.
    """
    if not _boxes_or_tensor(inpt):
        if format is None or canvas_size is None or clamping_mode == "auto":
            raise ValueError(
                "For pure tensor inputs, `format`, `canvas_size` and `clamping_mode` have to be "
                "passed."
            )
        return B.clamp_boxes(inpt, format, canvas_size, clamping_mode)
    if format is not None or canvas_size is not None:
        raise ValueError(
            "For bounding box tv_tensor inputs, `format` and `canvas_size` must not be passed."
        )
    mode = inpt.clamping_mode if clamping_mode == "auto" else clamping_mode
    out = B.clamp_boxes(inpt.as_subclass(Tensor), inpt.format, inpt.canvas_size, mode)
    return wrap(out, like=inpt)


def clamp_keypoints(inpt: Tensor, canvas_size: Size | None = None) -> Tensor:
    """Points brought back on the outermost pixels; `canvas_size` is for plain tensors only."""
    if is_pure_tensor(inpt):
        if canvas_size is None:
            raise ValueError("For pure tensor inputs, `canvas_size` has to be passed.")
        return P.clamp_points(inpt, canvas_size)
    if not isinstance(inpt, KeyPoints):
        raise TypeError(
            f"Input can either be a plain tensor or a keypoints tv_tensor, but got {type(inpt)} "
            "instead."
        )
    if canvas_size is not None:
        raise ValueError("For keypoints tv_tensor inputs, `canvas_size` must not be passed.")
    return wrap(P.clamp_points(inpt.as_subclass(Tensor), inpt.canvas_size), like=inpt)


def sanitize_bounding_boxes(
    bounding_boxes: Tensor,
    format: BoundingBoxFormat | str | None = None,
    canvas_size: Size | None = None,
    min_size: float = 1.0,
    min_area: float = 1.0,
) -> tuple[Tensor, Tensor]:
    """The boxes that lie on the canvas with sides of `min_size` and an area, and which they are.

    ValueError for a plain tensor without format and canvas.
    """
    if is_pure_tensor(bounding_boxes):
        if format is None or canvas_size is None:
            raise ValueError(
                "format and canvas_size cannot be None if bounding_boxes is a pure tensor. Got "
                f"format={format} and canvas_size={canvas_size}.Set those to appropriate values or "
                "pass bounding_boxes as a tv_tensors.BoundingBoxes object."
            )
    elif isinstance(bounding_boxes, BoundingBoxes):
        if format is not None or canvas_size is not None:
            raise ValueError(
                "format and canvas_size must be None when bounding_boxes is a "
                f"tv_tensors.BoundingBoxes instance. Got format={format} and "
                f"canvas_size={canvas_size}. Leave those to None or pass bounding_boxes as a pure "
                "tensor."
            )
        format, canvas_size = bounding_boxes.format, bounding_boxes.canvas_size
    else:
        raise ValueError(
            "bounding_boxes must be a tv_tensors.BoundingBoxes instance or a pure tensor, got "
            f"{type(bounding_boxes)}"
        )
    keep = B.valid(bounding_boxes, B.name_of(format), canvas_size, min_size, min_area)
    return _kept(bounding_boxes, keep)


def _kept(inpt: Tensor, keep: np.ndarray) -> tuple[Tensor, Tensor]:
    return wrap(rows(inpt.as_subclass(Tensor), keep), like=inpt), from_numpy(keep)


def rows(inpt: Tensor, keep: np.ndarray) -> Tensor:
    """The rows of a tensor for which `keep` (N,) is true."""
    chosen = np.flatnonzero(keep)
    a = kernels.at_hand(inpt)
    if a is not None:
        return kernels.owned(a[chosen])
    there = from_numpy(chosen)
    return inpt[there if inpt.is_cpu else there.to(inpt.device)]


def sanitize_keypoints(
    key_points: Tensor, canvas_size: Size | None = None
) -> tuple[Tensor, Tensor]:
    """The points, or groups of points, that lie on the canvas, and which they are."""
    if is_pure_tensor(key_points):
        if canvas_size is None:
            raise ValueError(
                "canvas_size cannot be None if key_points is a pure tensor. Set it to an "
                "appropriate value or pass key_points as a tv_tensors.KeyPoints object."
            )
    elif isinstance(key_points, KeyPoints):
        if canvas_size is not None:
            raise ValueError(
                "canvas_size must be None when key_points is a tv_tensors.KeyPoints instance. "
                f"Got canvas_size={canvas_size}. Leave it to None or pass key_points as a pure "
                "tensor."
            )
        canvas_size = key_points.canvas_size
    else:
        raise ValueError(
            f"key_points must be a tv_tensors.KeyPoints instance or a pure tensor, got "
            f"{type(key_points)}"
        )
    a = np.asarray(host_copy(key_points))
    h, w = canvas_size
    inside = ((a >= 0) & (a < [w, h])).all(-1)
    return _kept(key_points, inside.reshape(len(a), -1).all(-1))


# --- values --------------------------------------------------------------------------------------


def normalize_image(
    image: Tensor, mean: list[float], std: list[float], inplace: bool = False
) -> Tensor:
    """(image - mean) / std, channel by channel, of a float tensor; one channel goes with each."""
    if not inplace and image.dim() >= 3 and image.shape[-3] == 1 < len(mean):
        image = image.expand(*image.shape[:-3], len(mean), *image.shape[-2:])
    return F_t.normalize(image, mean, std, inplace)


normalize_video = normalize_image
normalize = functional(
    "normalize",
    "(image - mean) / std, channel by channel, of floats.",
    image=normalize_image,
    video=normalize_video,
)


def to_dtype_image(image: Tensor, dtype: dt.dtype = dt.float32, scale: bool = False) -> Tensor:
    """A tensor image as another dtype; `scale` brings values from one range to the other."""
    if image.dtype is dtype:
        return image
    return F_t.convert_image_dtype(image, dtype) if scale else _to_dtype(image, dtype)


def _to_dtype(inpt: Tensor, dtype: dt.dtype = dt.float32) -> Tensor:
    if inpt.is_floating_point() and not dtype.is_floating_point:
        return inpt.to(dtype)  # what is out of range is PyTorch's to say
    return run(kernels.cast, [inpt], static=(dtype.np,))


to_dtype_video = to_dtype_image
to_dtype = functional(
    "to_dtype",
    "An input as another dtype; `scale` brings an image's values from one range to the other.",
    image=to_dtype_image,
    video=to_dtype_video,
    mask=_to_dtype,
    boxes=_to_dtype,
    points=_to_dtype,
)


def convert_image_dtype(image: Tensor, dtype: dt.dtype = dt.float32) -> Tensor:
    """A tensor image as another dtype, its values scaled to that dtype's range."""
    return to_dtype_image(
        image.as_subclass(Tensor) if isinstance(image, Image) else image, dtype, scale=True
    )


def erase_image(
    image: Tensor, i: int, j: int, h: int, w: int, v: Tensor, inplace: bool = False
) -> Tensor:
    """A tensor image whose rectangle of h × w pixels at row i, column j is replaced by `v`."""
    return F_t.erase(image, i, j, h, w, v, inplace)


def _erase_pil(image: Any, i: int, j: int, h: int, w: int, v: Tensor, inplace: bool = False) -> Any:
    return to_pil_image(F_t.erase(pil_to_tensor(image), i, j, h, w, v), mode=image.mode)


erase_video = erase_image
erase = functional(
    "erase",
    "An image whose rectangle of h × w pixels at row i, column j is replaced by `v`.",
    image=erase_image,
    pil=_erase_pil,
    video=erase_video,
)


def _jpeg_pil(image: Any, quality: int) -> Any:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    buffer.seek(0)
    return F_pil.pillow().open(buffer).copy()


def jpeg_image(image: Tensor, quality: int) -> Tensor:
    """A tensor image of bytes after JPEG compression of a quality from 1 to 100."""
    a = np.asarray(host_copy(image))
    if a.dtype != np.uint8:
        raise RuntimeError("Input tensor dtype should be uint8")
    if a.shape[-3] not in (1, 3):
        raise RuntimeError("The number of channels should be 1 or 3, got: " + str(a.shape[-3]))
    planes = a.reshape(-1, *a.shape[-3:])
    done = [
        pil_to_tensor(_jpeg_pil(to_pil_image(from_numpy(np.array(p))), quality)) for p in planes
    ]
    out = np.stack([host_copy(d) for d in done]).reshape(a.shape) if done else np.array(a)
    return from_numpy(out).to(image.device)


jpeg_video = jpeg_image
jpeg = functional(
    "jpeg",
    "An image after JPEG compression of a quality from 1 to 100.",
    image=jpeg_image,
    pil=_jpeg_pil,
    video=jpeg_video,
)


def uniform_temporal_subsample_video(video: Tensor, num_samples: int) -> Tensor:
    """Frames at even distances."""
    return run(_frames, [video], static=(int(num_samples),))


def _frames(xp, a: Any, count: int) -> Any:
    last = a.shape[-4] - 1
    index = np.clip(np.linspace(0, last, count, dtype=np.float32), 0, last).astype(np.int64)
    return xp.take(a, index, axis=-4)


uniform_temporal_subsample = functional(
    "uniform_temporal_subsample",
    "Frames of a video at even distances.",
    image=uniform_temporal_subsample_video,
    video=uniform_temporal_subsample_video,
    not_for=("image",),
)


# --- kinds ---------------------------------------------------------------------------------------


def to_image(inpt: Any) -> Image:
    """A tensor, an array (H, W, C) or a PIL image as an `Image`. TypeError for anything else."""
    if isinstance(inpt, np.ndarray):
        a = inpt[:, :, None] if inpt.ndim == 2 else inpt
        out = from_numpy(np.ascontiguousarray(a.transpose(2, 0, 1)))
    elif isinstance(inpt, Tensor):
        out = inpt
    elif F_pil.is_pil(inpt):
        out = pil_to_tensor(inpt)
    else:
        raise TypeError(
            "Input can either be a pure Tensor, a numpy array, or a PIL image, but got "
            f"{type(inpt)} instead."
        )
    return Image(out)


def to_tensor(inpt: Any) -> Tensor:
    """A PIL image or an array as a float tensor; deprecated in favour of ToImage and ToDtype."""
    warnings.warn(
        "The function `to_tensor(...)` is deprecated and will be removed in a future release. "
        "Instead, please use `to_image(...)` followed by `to_dtype(..., dtype=torch.float32, "
        "scale=True)`.",
        stacklevel=2,
    )
    return F1.to_tensor(inpt)
