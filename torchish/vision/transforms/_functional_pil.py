"""Transforms of PIL images. Pillow is imported when the first image comes by."""

from __future__ import annotations

import functools
import numbers
from typing import Any

import numpy as np

Image = Any


@functools.cache
def pillow() -> Any:
    """The module `PIL.Image`."""
    from PIL import Image

    return Image


def is_pil(img: Any) -> bool:
    """Whether an object is a PIL image."""
    return isinstance(img, pillow().Image)


def check(img: Any) -> None:
    """TypeError unless it is a PIL image."""
    if not is_pil(img):
        raise TypeError(f"img should be PIL Image. Got {type(img)}")


def from_array(a: np.ndarray, mode: str) -> Image:
    """An image of a mode over an array's bytes, which must fit it."""
    a = np.ascontiguousarray(a)
    size = (a.shape[1], a.shape[0])
    raw = {"1": "1;8", "I": "I;32NS", "F": "F;32NF"}.get(mode, mode)
    return pillow().frombuffer(mode, size, a.tobytes(), "raw", raw, 0, 1)


def get_dimensions(img: Any) -> list[int]:
    if not is_pil(img):
        raise TypeError(f"Unexpected type {type(img)}")
    width, height = img.size
    return [len(img.getbands()), height, width]


def hflip(img: Image) -> Image:
    check(img)
    return img.transpose(pillow().Transpose.FLIP_LEFT_RIGHT)


def vflip(img: Image) -> Image:
    check(img)
    return img.transpose(pillow().Transpose.FLIP_TOP_BOTTOM)


def _enhance(kind: str, img: Image, factor: float) -> Image:
    from PIL import ImageEnhance

    check(img)
    return getattr(ImageEnhance, kind)(img).enhance(factor)


adjust_brightness = functools.partial(_enhance, "Brightness")
adjust_contrast = functools.partial(_enhance, "Contrast")
adjust_saturation = functools.partial(_enhance, "Color")
adjust_sharpness = functools.partial(_enhance, "Sharpness")


def adjust_hue(img: Image, hue_factor: float) -> Image:
    if not -0.5 <= hue_factor <= 0.5:
        raise ValueError(f"hue_factor ({hue_factor}) is not in [-0.5, 0.5].")
    check(img)
    mode = img.mode
    if mode in ("L", "1", "I", "F"):
        return img
    h, s, v = img.convert("HSV").split()
    # The circle has 256 steps; bytes wrap round as it does.
    turned = np.array(h, np.uint8) + np.int32(hue_factor * 255).astype(np.uint8)
    return pillow().merge("HSV", (from_array(turned, "L"), s, v)).convert(mode)


def adjust_gamma(img: Image, gamma: float, gain: float = 1.0) -> Image:
    check(img)
    if gamma < 0:
        raise ValueError("Gamma should be a non-negative real number")
    table = [int((255 + 1 - 1e-3) * gain * pow(k / 255.0, gamma)) for k in range(256)] * 3
    return img.convert("RGB").point(table).convert(img.mode)


def fill_options(fill: Any, img: Image, name: str = "fillcolor") -> dict[str, Any]:
    """`fill` as the keyword that Pillow takes: one number a channel, integral unless mode F."""
    channels = len(img.getbands())
    fill = 0 if fill is None else fill
    if isinstance(fill, (int, float)) and channels > 1:
        fill = (fill,) * channels
    if isinstance(fill, (list, tuple)):
        if len(fill) == 1:
            fill = tuple(fill) * channels
        elif len(fill) != channels:
            raise ValueError(
                "The number of elements in 'fill' does not match the number of channels of the "
                f"image ({len(fill)} != {channels})"
            )
        fill = tuple(fill)
    if img.mode != "F":
        fill = tuple(int(x) for x in fill) if isinstance(fill, tuple) else int(fill)
    return {name: fill}


def pad(img: Image, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> Image:
    check(img)
    if not isinstance(padding, (numbers.Number, tuple, list)):
        raise TypeError("Got inappropriate padding arg")
    if fill is not None and not isinstance(fill, (numbers.Number, tuple, list)):
        raise TypeError("Got inappropriate fill arg")
    if not isinstance(padding_mode, str):
        raise TypeError("Got inappropriate padding_mode arg")
    left, top, right, bottom = four_sides(padding)
    if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
        raise ValueError("Padding mode should be either constant, edge, reflect or symmetric")
    palette = img.getpalette() if img.mode == "P" else None
    if padding_mode == "constant":
        from PIL import ImageOps

        options = fill_options(fill, img, "fill")
        out = ImageOps.expand(img, border=(left, top, right, bottom), **options)
    else:
        cut = [max(-side, 0) for side in (left, top, right, bottom)]
        if any(cut):
            img = img.crop((cut[0], cut[1], img.width - cut[2], img.height - cut[3]))
        width = [(max(top, 0), max(bottom, 0)), (max(left, 0), max(right, 0)), (0, 0)]
        a = np.asarray(img)
        out = pillow().fromarray(np.pad(a, width[: a.ndim], mode=padding_mode))
    if palette is not None:
        out.putpalette(palette)
    return out


def four_sides(padding: Any) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of a padding of 1, 2 or 4 numbers."""
    p = [padding] if isinstance(padding, numbers.Number) else list(padding)
    if len(p) not in (1, 2, 4):
        raise ValueError(
            f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(p)} element tuple"
        )
    left, top, right, bottom = p * (4 // len(p))
    return left, top, right, bottom


def crop(img: Image, top: int, left: int, height: int, width: int) -> Image:
    check(img)
    return img.crop((left, top, left + width, top + height))


def resize(img: Image, size: list[int], interpolation: int) -> Image:
    check(img)
    return img.resize((size[1], size[0]), interpolation)


def affine(img: Image, matrix: list[float], interpolation: int = 0, fill: Any = None) -> Image:
    check(img)
    kind = pillow().Transform.AFFINE
    return img.transform(img.size, kind, matrix, interpolation, **fill_options(fill, img))


def rotate(
    img: Image,
    angle: float,
    interpolation: int = 0,
    expand: bool = False,
    center: Any = None,
    fill: Any = None,
) -> Image:
    check(img)
    return img.rotate(angle, interpolation, expand, center, **fill_options(fill, img))


def perspective(img: Image, coeffs: list[float], interpolation: int, fill: Any = None) -> Image:
    check(img)
    kind = pillow().Transform.PERSPECTIVE
    return img.transform(img.size, kind, coeffs, interpolation, **fill_options(fill, img))


def to_grayscale(img: Image, num_output_channels: int = 1) -> Image:
    check(img)
    if num_output_channels == 1:
        return img.convert("L")
    if num_output_channels == 3:
        one = img.convert("L")
        return pillow().merge("RGB", (one, one, one))
    raise ValueError("num_output_channels should be either 1 or 3")


def _operation(name: str, img: Image, *args: Any) -> Image:
    from PIL import ImageOps

    check(img)
    return getattr(ImageOps, name)(img, *args)


invert = functools.partial(_operation, "invert")
posterize = functools.partial(_operation, "posterize")
solarize = functools.partial(_operation, "solarize")
autocontrast = functools.partial(_operation, "autocontrast")
equalize = functools.partial(_operation, "equalize")
