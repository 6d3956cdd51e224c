"""Kinds of images and how one is made of another; interpolation modes."""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, from_numpy, get_default_dtype
from torchish.utils.data._utils.hosting import host_copy
from torchish.vision.transforms import _functional_pil as F_pil
from torchish.vision.transforms import _functional_tensor as F_t


class InterpolationMode(Enum):
    """How values between pixels are made; BOX, HAMMING and LANCZOS are for PIL images only."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


pil_modes_mapping = {
    InterpolationMode.NEAREST: 0,
    InterpolationMode.BILINEAR: 2,
    InterpolationMode.BICUBIC: 3,
    InterpolationMode.NEAREST_EXACT: 0,
    InterpolationMode.BOX: 4,
    InterpolationMode.HAMMING: 5,
    InterpolationMode.LANCZOS: 1,
}


def _interpolation_modes_from_int(i: int) -> InterpolationMode:
    return {
        number: mode
        for mode, number in pil_modes_mapping.items()
        if mode is not InterpolationMode.NEAREST_EXACT
    }[i]


def _interpolation(mode: Any) -> InterpolationMode:
    if isinstance(mode, int):
        return _interpolation_modes_from_int(mode)
    if not isinstance(mode, InterpolationMode):
        raise TypeError(
            "Argument interpolation should be a InterpolationMode or a corresponding Pillow "
            "integer constant"
        )
    return mode


def get_dimensions(img: Any) -> list[int]:
    """[channels, height, width].

    >>> from torchvision.transforms import functional
    >>> functional.get_dimensions(torch.zeros(3, 4, 6))  # channels, height, width
    [3, 4, 6]
    """
    return (F_t if isinstance(img, Tensor) else F_pil).get_dimensions(img)


def get_image_size(img: Any) -> list[int]:
    """[width, height].

    >>> from torchvision.transforms import functional
    >>> functional.get_image_size(torch.zeros(3, 4, 6))  # width, height
    [6, 4]
    """
    _, height, width = get_dimensions(img)
    return [width, height]


def get_image_num_channels(img: Any) -> int:
    """The number of channels.

    >>> from torchvision.transforms import functional
    >>> functional.get_image_num_channels(torch.zeros(3, 4, 6))
    3
    """
    return get_dimensions(img)[0]


# --- between PIL images, arrays and tensors ------------------------------------------------------

_PIL_DTYPES = {"I": np.int32, "I;16": np.int16, "I;16B": np.int16, "F": np.float32}


def to_tensor(pic: Any) -> Tensor:
    """A PIL image or an array (H, W, C) as a tensor (C, H, W).

    Bytes become floats in [0, 1], other values stay. TypeError for anything else, ValueError for an
    array that has not 2 or 3 dimensions.

    >>> from PIL import Image
    >>> from torchvision.transforms import functional
    >>> functional.to_tensor(Image.new("L", (2, 1), 51))
    tensor([[[0.2000, 0.2000]]])
    """
    if isinstance(pic, np.ndarray):
        if pic.ndim not in (2, 3):
            raise ValueError(f"pic should be 2/3 dimensional. Got {pic.ndim} dimensions.")
        a = pic[:, :, None] if pic.ndim == 2 else pic
        shared = True
    elif F_pil.is_pil(pic):
        a = np.array(pic, _PIL_DTYPES.get(pic.mode, np.uint8))
        if pic.mode == "1":
            a *= 255
        a = a.reshape(pic.size[1], pic.size[0], len(pic.getbands()))
        shared = False
    else:
        raise TypeError(f"pic should be PIL Image or ndarray. Got {type(pic)}")
    a = a.transpose(2, 0, 1)
    if a.dtype != np.uint8:
        # PyTorch's contiguous() copies only what is not contiguous.
        return from_numpy(a if shared and a.flags.c_contiguous else np.array(a, order="C"))
    kind = get_default_dtype().np
    out = np.empty(a.shape, kind)
    np.divide(a, kind.type(255), out=out, casting="unsafe", dtype=kind)
    return from_numpy(out)


def pil_to_tensor(pic: Any) -> Tensor:
    """A PIL image as a tensor (C, H, W) of its own values. TypeError for anything else.

    >>> from PIL import Image
    >>> from torchvision.transforms import functional
    >>> functional.pil_to_tensor(Image.new("L", (2, 1), 51))
    tensor([[[51, 51]]], dtype=torch.uint8)
    """
    if not F_pil.is_pil(pic):
        raise TypeError(f"pic should be PIL Image. Got {type(pic)}")
    a = np.array(pic).reshape(pic.size[1], pic.size[0], len(pic.getbands()))
    return from_numpy(a.transpose(2, 0, 1))


def convert_image_dtype(image: Tensor, dtype: dt.dtype = dt.float32) -> Tensor:
    """A tensor image as another dtype, its values scaled to that dtype's range.

    RuntimeError for conversions that single or double precision cannot hold.

    >>> from torchvision.transforms import functional
    >>> functional.convert_image_dtype(torch.tensor([[[0, 255]]], dtype=torch.uint8), torch.float32)
    tensor([[[0., 1.]]])
    """
    if not isinstance(image, Tensor):
        raise TypeError("Input img should be Tensor Image")
    return F_t.convert_image_dtype(image, dtype)


_MODES_BY_DTYPE = {"uint8": "L", "int16": "I;16", "int32": "I", "float32": "F"}
_MODES_BY_CHANNELS = {2: ["LA"], 3: ["RGB", "YCbCr", "HSV"], 4: ["RGBA", "CMYK", "RGBX"]}


def to_pil_image(pic: Any, mode: str | None = None) -> Any:
    """A tensor (C, H, W) or an array (H, W, C) as a PIL image; floats are taken to be in [0, 1].

    ValueError for a `mode` that does not suit, or more than four channels; TypeError for a dtype
    that no mode has.

    >>> from torchvision.transforms import functional
    >>> functional.to_pil_image(torch.zeros(3, 4, 6)).size  # width, height
    (6, 4)
    """
    if isinstance(pic, Tensor):
        a = host_copy(pic)
        a = a.transpose(1, 2, 0) if a.ndim == 3 else a
    elif isinstance(pic, np.ndarray):
        a = pic
    else:
        raise TypeError(f"pic should be Tensor or ndarray. Got {type(pic)}.")
    if a.ndim == 2:
        a = a[:, :, None]
    if a.ndim != 3:
        raise ValueError(f"pic should be 2/3 dimensional. Got {a.ndim} dimensions.")
    channels = a.shape[2]
    if channels > 4:
        raise ValueError(f"pic should not have > 4 channels. Got {channels} channels.")
    if a.dtype.kind == "f" and mode != "F":
        with np.errstate(invalid="ignore"):
            a = (a * a.dtype.type(255)).astype(np.uint8)
    if channels == 1:
        a = a[:, :, 0]
        expected = _MODES_BY_DTYPE.get(str(a.dtype))
        if mode is not None and mode != expected:
            raise ValueError(
                f"Incorrect mode ({mode}) supplied for input type {np.dtype}. Should be {expected}"
            )
        mode = expected
    else:
        permitted = _MODES_BY_CHANNELS[channels]
        if mode is not None and mode not in permitted:
            raise ValueError(f"Only modes {permitted} are supported for {channels}D inputs")
        if mode is None and a.dtype == np.uint8:
            mode = permitted[0]
    if mode is None:
        raise TypeError(f"Input type {a.dtype} is not supported")
    return F_pil.from_array(a, mode)
