"""Transforms as functions, of PIL images and of tensors (…, H, W).

https://docs.pytorch.org/vision/0.28/transforms.html
"""

from __future__ import annotations

import enum
import math
import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish.base import dtypes as dt
from torchish.nn import functional as nnf
from torchish.tensor import Tensor, as_tensor, factory

__all__ = [
    "InterpolationMode", "adjust_brightness", "adjust_contrast", "adjust_hue", "adjust_saturation", "affine", "center_crop",
    "convert_image_dtype", "crop", "erase", "five_crop", "get_dimensions", "get_image_num_channels", "get_image_size", "hflip",
    "invert", "normalize", "pad", "pil_to_tensor", "posterize", "resize", "resized_crop", "rgb_to_grayscale", "rotate",
    "solarize", "ten_crop", "to_grayscale", "to_pil_image", "to_tensor", "vflip",
]  # fmt: skip


class InterpolationMode(enum.Enum):
    """How pixels between pixels are made."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


_PIL_MODES = {"nearest": 0, "nearest-exact": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}
_BY_PIL = {0: InterpolationMode.NEAREST, 2: InterpolationMode.BILINEAR, 3: InterpolationMode.BICUBIC, 4: InterpolationMode.BOX,
           5: InterpolationMode.HAMMING, 1: InterpolationMode.LANCZOS}  # fmt: skip


def interpolation_mode(mode) -> InterpolationMode:
    """A mode from a mode or PIL's number of it."""
    if isinstance(mode, int) and not isinstance(mode, bool):
        return _BY_PIL[mode]
    if not isinstance(mode, InterpolationMode):
        raise TypeError("Argument interpolation should be a InterpolationMode or a corresponding Pillow integer constant")
    return mode


def is_pil(img: Any) -> bool:
    """Whether an object is a PIL image."""
    return type(img).__module__.startswith("PIL.") or any(c.__module__.startswith("PIL.") for c in type(img).__mro__)


def _kind(img: Any) -> str:
    if isinstance(img, Tensor):
        if img.dim() < 2:
            raise TypeError("Tensor is not a torch image.")
        return "tensor"
    if is_pil(img):
        return "pil"
    raise TypeError(f"Unexpected type {type(img)}")


def get_dimensions(img: Any) -> list[int]:
    """[channels, height, width]."""
    if _kind(img) == "tensor":
        return [1 if img.dim() == 2 else img.shape[-3], img.shape[-2], img.shape[-1]]
    return [len(img.getbands()), img.height, img.width]


def get_image_size(img: Any) -> list[int]:
    """[width, height]."""
    return get_dimensions(img)[:0:-1]


def get_image_num_channels(img: Any) -> int:
    return get_dimensions(img)[0]


def at_hand(t: Tensor) -> bool:
    """Whether a tensor's elements are on the host, so that NumPy may serve."""
    s = t._storage
    return t.is_cpu and not t.requires_grad and (s.shared or (t._view is None and s.value.host and s.value.array is not None))


def to_tensor(pic: Any) -> Tensor:
    """A PIL image or (H, W, C) array as a (C, H, W) tensor; 8-bit values become floats in [0, 1]."""
    if not (is_pil(pic) or isinstance(pic, np.ndarray)):
        raise TypeError(f"pic should be PIL Image or ndarray. Got {type(pic)}")
    if isinstance(pic, np.ndarray):
        if pic.ndim not in (2, 3):
            raise ValueError(f"pic should be 2/3 dimensional. Got {pic.ndim} dimensions.")
        a = pic[:, :, None] if pic.ndim == 2 else pic
    else:
        a = np.array(pic, {"I": np.int32, "I;16": np.uint16, "F": np.float32}.get(pic.mode), copy=True)
        if pic.mode == "1":
            a = 255 * a.astype(np.uint8)
        a = a.reshape(pic.height, pic.width, -1)
    a = a.transpose(2, 0, 1)
    if a.dtype == np.uint8:
        a = a.astype(np.float32) / np.float32(255)
        default = dt.get_default_dtype()
        return factory.of_array(np.ascontiguousarray(a if default is dt.float32 else a.astype(default.np)))
    return factory.of_array(np.array(a, order="C"))


def pil_to_tensor(pic: Any) -> Tensor:
    """A PIL image as a (C, H, W) tensor of its own values."""
    if not is_pil(pic):
        raise TypeError(f"pic should be PIL Image. Got {type(pic)}")
    a = np.array(pic, copy=True).reshape(pic.height, pic.width, -1)
    return factory.of_array(np.array(a.transpose(2, 0, 1), order="C"))


def convert_image_dtype(image: Tensor, dtype: dt.dtype = dt.float32) -> Tensor:
    """An image tensor as another dtype, values scaled to that dtype's range."""
    if not isinstance(image, Tensor):
        raise TypeError("Input img should be Tensor Image")
    if image.dtype is dtype:
        return image
    if image.is_floating_point():
        if dtype.is_floating_point:
            return image.to(dtype)
        if image.dtype is dt.float32 and dtype in (dt.int32, dt.int64) or image.dtype is dt.float64 and dtype is dt.int64:
            raise RuntimeError(f"The cast from {image.dtype} to {dtype} cannot be performed safely.")
        return image.mul(dt.iinfo(dtype).max + 1.0 - 1e-3).to(dtype)
    a = dt.iinfo(image.dtype).max
    if dtype.is_floating_point:
        return image.to(dtype) / a
    b = dt.iinfo(dtype).max
    if a > b:
        return (image.div((a + 1) // (b + 1), rounding_mode="floor")).to(dtype)
    return image.to(dtype) * ((b + 1) // (a + 1))


def to_pil_image(pic: Any, mode: str | None = None):
    """A (C, H, W) tensor or (H, W, C) array as a PIL image; float tensors are taken to be in [0, 1]."""
    from PIL import Image

    if isinstance(pic, Tensor):
        if pic.dim() not in (2, 3):
            raise ValueError(f"pic should be 2/3 dimensional. Got {pic.dim()} dimensions.")
        if pic.dim() == 3 and pic.shape[-3] > 4:
            raise ValueError(f"pic should not have > 4 channels. Got {pic.shape[-3]} channels.")
        a = pic.detach()._host()
        a = (a if a.ndim == 3 else a[None]).transpose(1, 2, 0)
        if pic.is_floating_point() and mode != "F":
            a = (a * 255).astype(np.uint8)
    elif isinstance(pic, np.ndarray):
        if pic.ndim not in (2, 3):
            raise ValueError(f"pic should be 2/3 dimensional. Got {pic.ndim} dimensions.")
        a = pic[:, :, None] if pic.ndim == 2 else pic
        if a.shape[2] > 4:
            raise ValueError(f"pic should not have > 4 channels. Got {a.shape[2]} channels.")
    else:
        raise TypeError(f"pic should be Tensor or ndarray. Got {type(pic)}.")
    a = np.ascontiguousarray(a)
    channels = a.shape[2]
    if channels == 1:
        a = a[:, :, 0]
        wanted = {"uint8": "L", "int16": "I;16", "int32": "I", "float32": "F"}.get(str(a.dtype))
        if mode is not None and mode != wanted:
            raise ValueError(f"Incorrect mode ({mode}) supplied for input type {a.dtype}. Should be {wanted}")
        if wanted is None:
            raise TypeError(f"Input type {a.dtype} is not supported")
        return Image.fromarray(a)
    allowed = {2: ["LA"], 3: ["RGB", "YCbCr", "HSV"], 4: ["RGBA", "CMYK", "RGBX"]}[channels]
    if mode is not None and mode not in allowed:
        raise ValueError(f"Only modes {allowed} are supported for {channels}D inputs")
    if a.dtype != np.uint8:
        raise TypeError(f"Input type {a.dtype} is not supported")
    if mode in (None, allowed[0]):
        return Image.fromarray(a)
    return Image.frombytes(mode, (a.shape[1], a.shape[0]), a.tobytes())


def normalize(tensor: Tensor, mean: Sequence[float], std: Sequence[float], inplace: bool = False) -> Tensor:
    """(tensor - mean) / std, channel by channel."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"img should be Tensor Image. Got {type(tensor)}")
    if not tensor.is_floating_point():
        raise TypeError(f"Input tensor should be a float tensor. Got {tensor.dtype}.")
    if tensor.dim() < 3:
        raise ValueError(f"Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = {tensor.size()}")
    kind = tensor.dtype.np
    m, s = np.asarray(mean, kind), np.asarray(std, kind)
    if (s == 0).any():
        raise ValueError(f"std evaluated to zero after conversion to {tensor.dtype}, leading to division by zero.")
    m, s = (x.reshape(-1, 1, 1) if x.ndim == 1 else x for x in (m, s))
    if at_hand(tensor) and not inplace:
        return factory.of_array((tensor._host() - m) / s)
    out = tensor if inplace else tensor.clone()
    return out.sub_(as_tensor(m, device=tensor.device)).div_(as_tensor(s, device=tensor.device))


def _output_size(height: int, width: int, size: Sequence[int], max_size: int | None) -> tuple[int, int]:
    if len(size) == 2:
        return int(size[0]), int(size[1])
    short, long = (width, height) if width <= height else (height, width)
    new_short, new_long = size[0], int(size[0] * long / short)
    if max_size is not None:
        if max_size <= size[0]:
            raise ValueError(f"max_size = {max_size} must be strictly greater than the requested size for the smaller edge size = {size}")
        if new_long > max_size:
            new_short, new_long = int(max_size * new_short / new_long), max_size
    return (new_long, new_short) if width <= height else (new_short, new_long)


def resize(img: Any, size, interpolation=InterpolationMode.BILINEAR, max_size: int | None = None, antialias: bool | None = True):
    """An image of another size; one number is the shorter side, the ratio kept."""
    mode = interpolation_mode(interpolation)
    size = [size] if isinstance(size, int) else list(size)
    if len(size) not in (1, 2):
        raise ValueError(f"Size must be an int or a 1 or 2 element tuple/list, not a {len(size)} element tuple/list")
    if max_size is not None and len(size) != 1:
        raise ValueError("max_size should only be passed if size specifies the length of the smaller edge, i.e. size should be an "
                         "int or a sequence of length 1 in torchscript mode.")  # fmt: skip
    _, h, w = get_dimensions(img)
    target = _output_size(h, w, size, max_size)
    if target == (h, w):
        return img
    if _kind(img) == "pil":
        return img.resize(target[::-1], _PIL_MODES[mode.value])
    if mode.value not in ("nearest", "nearest-exact", "bilinear", "bicubic"):
        raise ValueError("This interpolation mode is unsupported with Tensor input")
    x, back = _as_batch(img)
    smooth = mode.value in ("bilinear", "bicubic")
    y = nnf.interpolate(x, size=target, mode=mode.value, align_corners=False if smooth else None,
                        antialias=bool(antialias) and smooth)  # fmt: skip
    if mode.value == "bicubic" and img.dtype is dt.uint8:
        y = y.clamp(0, 255)
    return back(y)


def _as_batch(img: Tensor):
    """The image as a float batch, and how to go back."""
    shape, d = img.shape, img.dtype
    x = img.reshape((-1, *shape[-3:])) if img.dim() != 4 else img
    if img.dim() == 2:
        x = img.reshape((1, 1, *shape))
    x = x if x.is_floating_point() else x.float()

    def back(y: Tensor) -> Tensor:
        if not d.is_floating_point:
            y = y.round().to(d)
        return y.reshape((*shape[:-2], *y.shape[-2:]))

    return x, back


def _four(padding) -> tuple[int, int, int, int]:
    p = [padding] if isinstance(padding, int) else list(padding)
    if len(p) not in (1, 2, 4):
        raise ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(p)} element tuple")
    if len(p) == 1:
        return p[0], p[0], p[0], p[0]
    return (p[0], p[1], p[0], p[1]) if len(p) == 2 else (p[0], p[1], p[2], p[3])


def pad(img: Any, padding, fill=0, padding_mode: str = "constant"):
    """An image with a border: all sides, (left/right, top/bottom) or (left, top, right, bottom)."""
    if not isinstance(padding, (numbers.Number, tuple, list)):
        raise TypeError("Got inappropriate padding arg")
    if not isinstance(fill, (numbers.Number, str, tuple, list)):
        raise TypeError("Got inappropriate fill arg")
    if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
        raise ValueError("Padding mode should be either constant, edge, reflect or symmetric")
    left, top, right, bottom = _four(padding)
    if _kind(img) == "pil":
        from PIL import Image, ImageOps

        if padding_mode == "constant":
            if img.mode == "P":
                palette = img.getpalette()
                out = ImageOps.expand(img, border=(left, top, right, bottom), fill=fill)
                out.putpalette(palette)
                return out
            return ImageOps.expand(img, border=(left, top, right, bottom), fill=_fill(fill, img))
        if min(left, top, right, bottom) < 0:
            img = img.crop((-min(left, 0), -min(top, 0), img.width + min(right, 0), img.height + min(bottom, 0)))
            left, top, right, bottom = (max(v, 0) for v in (left, top, right, bottom))
        a = np.asarray(img)
        a = np.pad(a, ((top, bottom), (left, right)) + ((0, 0),) * (a.ndim - 2), mode=padding_mode)
        return Image.fromarray(a)
    if isinstance(fill, (tuple, list)):
        raise NotImplementedError("pad: a fill for each channel of a tensor")
    if at_hand(img) and min(left, top, right, bottom) >= 0:
        width = ((0, 0),) * (img.dim() - 2) + ((top, bottom), (left, right))
        options = {"constant_values": fill} if padding_mode == "constant" else {}
        return factory.of_array(np.pad(img._host(), width, mode=padding_mode, **options))
    mode = {"edge": "replicate"}.get(padding_mode, padding_mode)
    if mode == "symmetric":
        rows = _mirror(img.shape[-2], top, bottom)
        columns = _mirror(img.shape[-1], left, right)
        return img[..., rows, :][..., columns]
    x, back = _as_batch(img)
    return back(nnf.pad(x, [left, right, top, bottom], mode=mode, **({"value": float(fill)} if mode == "constant" else {})))


def _mirror(n: int, before: int, after: int) -> list[int]:
    return np.pad(np.arange(n), (before, after), mode="symmetric").tolist()


def _fill(fill, img):
    bands = len(img.getbands())
    if isinstance(fill, (int, float)) and bands > 1:
        return tuple([fill] * bands)
    if isinstance(fill, (tuple, list)):
        if len(fill) != bands:
            if len(fill) == 1:
                return tuple(fill) * bands
            raise ValueError(f"The number of elements in 'fill' does not match the number of channels of the image ({len(fill)} != {bands})")
        return tuple(fill)
    return int(fill) if isinstance(fill, float) and img.mode != "F" else fill


def crop(img: Any, top: int, left: int, height: int, width: int):
    """A rectangle of an image; what lies outside is zero."""
    if _kind(img) == "pil":
        return img.crop((left, top, left + width, top + height))
    h, w = img.shape[-2:]
    inside = img[..., max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)]
    if left < 0 or top < 0 or left + width > w or top + height > h:
        inside = pad(inside, [max(-left + min(0, left + width), 0), max(-top + min(0, top + height), 0),
                              max(left + width - max(w, left), 0), max(top + height - max(h, top), 0)])  # fmt: skip
    return inside


def center_crop(img: Any, output_size):
    """The middle of an image, padded with zeros where it is too small."""
    if isinstance(output_size, numbers.Number):
        output_size = (int(output_size), int(output_size))
    elif len(output_size) == 1:
        output_size = (output_size[0], output_size[0])
    ch, cw = output_size
    _, h, w = get_dimensions(img)
    if cw > w or ch > h:
        img = pad(img, [max(cw - w, 0) // 2, max(ch - h, 0) // 2, (max(cw - w, 0) + 1) // 2, (max(ch - h, 0) + 1) // 2])
        _, h, w = get_dimensions(img)
        if (cw, ch) == (w, h):
            return img
    return crop(img, int(round((h - ch) / 2.0)), int(round((w - cw) / 2.0)), ch, cw)


def resized_crop(img: Any, top: int, left: int, height: int, width: int, size, interpolation=InterpolationMode.BILINEAR,
                 antialias: bool | None = True):  # fmt: skip
    """A rectangle of an image, resized."""
    return resize(crop(img, top, left, height, width), size, interpolation, antialias=antialias)


def hflip(img: Any):
    """Left and right exchanged."""
    return img.transpose(0) if _kind(img) == "pil" else img.flip(-1)


def vflip(img: Any):
    """Top and bottom exchanged."""
    return img.transpose(1) if _kind(img) == "pil" else img.flip(-2)


def five_crop(img: Any, size) -> tuple:
    """The four corners and the middle."""
    size = (int(size), int(size)) if isinstance(size, numbers.Number) else tuple(size) * (2 if len(size) == 1 else 1)
    if len(size) != 2:
        raise ValueError("Please provide only two dimensions (h, w) for size.")
    ch, cw = size
    _, h, w = get_dimensions(img)
    if cw > w or ch > h:
        raise ValueError(f"Requested crop size {size} is bigger than input size {(h, w)}")
    return (crop(img, 0, 0, ch, cw), crop(img, 0, w - cw, ch, cw), crop(img, h - ch, 0, ch, cw), crop(img, h - ch, w - cw, ch, cw),
            center_crop(img, [ch, cw]))  # fmt: skip


def ten_crop(img: Any, size, vertical_flip: bool = False) -> tuple:
    """`five_crop` of an image and of its mirror image."""
    return five_crop(img, size) + five_crop(vflip(img) if vertical_flip else hflip(img), size)


def to_grayscale(img: Any, num_output_channels: int = 1):
    """A PIL image in grey, with 1 or 3 channels."""
    if not is_pil(img):
        raise TypeError("Input should be PIL Image")
    if num_output_channels == 1:
        return img.convert("L")
    if num_output_channels == 3:
        g = np.array(img.convert("L"), np.uint8)
        return to_pil_image(np.dstack([g, g, g]), "RGB")
    raise ValueError("num_output_channels should be either 1 or 3")


def rgb_to_grayscale(img: Any, num_output_channels: int = 1):
    """An RGB image in grey: 0.2989 R + 0.587 G + 0.114 B."""
    if _kind(img) == "pil":
        return to_grayscale(img, num_output_channels)
    if img.shape[-3] == 3:
        r, g, b = img.unbind(-3)
        grey = (0.2989 * r + 0.587 * g + 0.114 * b).to(img.dtype).unsqueeze(-3)
    else:
        grey = img
    return grey.expand(img.shape[:-3] + (3,) + img.shape[-2:]) if num_output_channels == 3 else grey


def _blend(a: Tensor, b: Tensor, ratio: float) -> Tensor:
    top = 1.0 if a.is_floating_point() else float(dt.iinfo(a.dtype).max)
    return (ratio * a + (1.0 - ratio) * b).clamp(0, top).to(a.dtype)


def _enhance(name: str, img: Any, factor: float):
    from PIL import ImageEnhance

    return getattr(ImageEnhance, name)(img).enhance(factor)


def adjust_brightness(img: Any, brightness_factor: float):
    """0 gives black, 1 the image."""
    if brightness_factor < 0:
        raise ValueError(f"brightness_factor ({brightness_factor}) is not non-negative.")
    if _kind(img) == "pil":
        return _enhance("Brightness", img, brightness_factor)
    return _blend(img, img * 0, brightness_factor)


def adjust_contrast(img: Any, contrast_factor: float):
    """0 gives plain grey, 1 the image."""
    if contrast_factor < 0:
        raise ValueError(f"contrast_factor ({contrast_factor}) is not non-negative.")
    if _kind(img) == "pil":
        return _enhance("Contrast", img, contrast_factor)
    grey = rgb_to_grayscale(img) if img.shape[-3] == 3 else img
    mean = grey.to(img.dtype if img.is_floating_point() else dt.float32).mean(dim=(-3, -2, -1), keepdim=True)
    return _blend(img, mean, contrast_factor)


def adjust_saturation(img: Any, saturation_factor: float):
    """0 gives a grey image, 1 the image."""
    if saturation_factor < 0:
        raise ValueError(f"saturation_factor ({saturation_factor}) is not non-negative.")
    if _kind(img) == "pil":
        return _enhance("Color", img, saturation_factor)
    return img if img.shape[-3] == 1 else _blend(img, rgb_to_grayscale(img), saturation_factor)


def adjust_hue(img: Any, hue_factor: float):
    """Turns the colour circle by `hue_factor` turns, in [-0.5, 0.5]."""
    if not -0.5 <= hue_factor <= 0.5:
        raise ValueError(f"hue_factor ({hue_factor}) is not in [-0.5, 0.5].")
    if _kind(img) == "tensor":
        raise NotImplementedError("adjust_hue of a tensor")
    if img.mode in ("L", "1", "I", "F"):
        return img
    from PIL import Image

    h, s, v = img.convert("HSV").split()
    turned = (np.array(h, np.uint8).astype(np.int64) + int(hue_factor * 255)).astype(np.uint8)
    return Image.merge("HSV", (Image.fromarray(turned, "L"), s, v)).convert(img.mode)


def invert(img: Any):
    """The negative."""
    if _kind(img) == "pil":
        from PIL import ImageOps

        return ImageOps.invert(img)
    return (1.0 if img.is_floating_point() else dt.iinfo(img.dtype).max) - img


def posterize(img: Any, bits: int):
    """Fewer bits a channel."""
    if _kind(img) == "pil":
        from PIL import ImageOps

        return ImageOps.posterize(img, bits)
    if img.dtype is not dt.uint8:
        raise TypeError(f"Only torch.uint8 image tensors are supported, but found {img.dtype}")
    return img & -int(2 ** (8 - bits))


def solarize(img: Any, threshold: float):
    """The negative of what is at least as bright as the threshold."""
    if _kind(img) == "pil":
        from PIL import ImageOps

        return ImageOps.solarize(img, threshold)
    return invert(img).where(img >= threshold, img)


def rotate(img: Any, angle: float, interpolation=InterpolationMode.NEAREST, expand: bool = False,
           center: Sequence[int] | None = None, fill=None):  # fmt: skip
    """An image turned counter-clockwise by degrees."""
    mode = interpolation_mode(interpolation)
    if not isinstance(angle, (int, float)):
        raise TypeError("Argument angle should be int or float")
    if center is not None and not isinstance(center, (list, tuple)):
        raise TypeError("Argument center should be a sequence")
    if _kind(img) == "tensor":
        raise NotImplementedError("rotate of a tensor")
    return img.rotate(angle, _PIL_MODES[mode.value], expand, center, fillcolor=_fill(0 if fill is None else fill, img))


def _inverse_affine(center, angle: float, translate, scale: float, shear) -> list[float]:
    """The matrix that takes output places to input places: center, shear, rotation and scale undone."""
    a, sx, sy = math.radians(angle), math.radians(shear[0]), math.radians(shear[1])
    cx, cy = center
    tx, ty = translate
    p = math.cos(a - sy) / math.cos(sy)
    q = -math.cos(a - sy) * math.tan(sx) / math.cos(sy) - math.sin(a)
    r = math.sin(a - sy) / math.cos(sy)
    s = -math.sin(a - sy) * math.tan(sx) / math.cos(sy) + math.cos(a)
    m = [x / scale for x in (s, -q, 0.0, -r, p, 0.0)]
    m[2] += m[0] * (-cx - tx) + m[1] * (-cy - ty) + cx
    m[5] += m[3] * (-cx - tx) + m[4] * (-cy - ty) + cy
    return m


def affine(img: Any, angle: float, translate, scale: float, shear, interpolation=InterpolationMode.NEAREST, fill=None, center=None):
    """An image turned, moved, scaled and sheared about its middle."""
    mode = interpolation_mode(interpolation)
    if scale <= 0.0:
        raise ValueError("Argument scale should be positive")
    if _kind(img) == "tensor":
        raise NotImplementedError("affine of a tensor")
    shear = [float(shear), 0.0] if isinstance(shear, numbers.Number) else [*shear, 0.0][:2]
    middle = [img.width * 0.5, img.height * 0.5] if center is None else list(center)
    matrix = _inverse_affine(middle, angle, translate, scale, shear)
    return img.transform(img.size, 0, matrix, _PIL_MODES[mode.value], fillcolor=_fill(0 if fill is None else fill, img))


def erase(img: Any, i: int, j: int, h: int, w: int, v, inplace: bool = False):
    """A rectangle of a tensor image replaced by `v`."""
    if not isinstance(img, Tensor):
        raise TypeError("img should be Tensor Image")
    out = img if inplace else img.clone()
    out[..., i : i + h, j : j + w] = v
    return out
