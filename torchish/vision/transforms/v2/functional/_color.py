"""Functionals that change values.

https://docs.pytorch.org/vision/stable/transforms.html#v2-api-reference-recommended
"""

from __future__ import annotations

from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, from_numpy
from torchish._core.tensor.api.random import default_generator
from torchish.vision.transforms import _functional_pil as F_pil
from torchish.vision.transforms import _kernels as kernels
from torchish.vision.transforms import functional as F1
from torchish.vision.transforms._conversion import pil_to_tensor, to_pil_image
from torchish.vision.transforms._kernels import run, shares
from torchish.vision.transforms.v2.functional._registry import functional

Array = Any


def _channels(image: Tensor, text: str = "permitted channel values are 1 or 3, but found") -> int:
    """The number of channels. TypeError unless 1 or 3."""
    found = image.shape[-3]
    if found not in (1, 3):
        raise TypeError(f"Input image tensor {text} {found}")
    return found


# --- grey ----------------------------------------------------------------------------------------


def rgb_to_grayscale_image(image: Tensor, num_output_channels: int = 1) -> Tensor:
    """An RGB tensor image in grey, with 1 or 3 channels."""
    if num_output_channels not in (1, 3):
        raise ValueError(f"num_output_channels must be 1 or 3, got {num_output_channels}.")
    if image.shape[-3] not in (1, 3):
        raise ValueError(f"expected 1 or 3 channels, got {image.shape[-3]}")
    return run(kernels.grey, [image], static=(num_output_channels, True))


def _rgb_to_grayscale_pil(image: Any, num_output_channels: int = 1) -> Any:
    if num_output_channels not in (1, 3):
        raise ValueError(f"num_output_channels must be 1 or 3, got {num_output_channels}.")
    return F_pil.to_grayscale(image, num_output_channels)


rgb_to_grayscale = functional(
    "rgb_to_grayscale",
    "An RGB image in grey, with 1 or 3 channels.",
    image=rgb_to_grayscale_image,
    pil=_rgb_to_grayscale_pil,
)
to_grayscale = rgb_to_grayscale


def grayscale_to_rgb_image(image: Tensor) -> Tensor:
    """A grey tensor image with three channels; one of three stays."""
    if image.shape[-3] >= 3:
        return image
    return rgb_to_grayscale_image(image, 3)


def _grayscale_to_rgb_pil(image: Any) -> Any:
    return image.convert("RGB")


grayscale_to_rgb = functional(
    "grayscale_to_rgb",
    "A grey image with three channels.",
    image=grayscale_to_rgb_image,
    pil=_grayscale_to_rgb_pil,
)


# --- adjustments ---------------------------------------------------------------------------------


def adjust_brightness_image(image: Tensor, brightness_factor: float) -> Tensor:
    """Brightness of a tensor image changed: 0 is black, 1 the image."""
    factors = shares("brightness_factor", brightness_factor)
    _channels(image)
    return run(kernels.brightness, [image], factors)


def adjust_contrast_image(image: Tensor, contrast_factor: float) -> Tensor:
    """Contrast of a tensor image changed: 0 is plain grey, 1 the image."""
    factors = shares("contrast_factor", contrast_factor)
    _channels(image)
    return run(kernels.contrast, [image], factors, (True,))


def adjust_saturation_image(image: Tensor, saturation_factor: float) -> Tensor:
    """Saturation of a tensor image changed: 0 is black and white, 1 the image."""
    factors = shares("saturation_factor", saturation_factor)
    if _channels(image) == 1:
        return image
    return run(kernels.saturation, [image], factors, (True,))


def adjust_sharpness_image(image: Tensor, sharpness_factor: float) -> Tensor:
    """Sharpness of a tensor image changed: 0 is blurred, 1 the image."""
    _channels(image, "can have 1 or 3 channels, but found")
    factors = shares("sharpness_factor", sharpness_factor)
    if min(image.shape[-2:]) <= 2:
        return image
    return run(kernels.sharpness, [image], factors)


def adjust_hue_image(image: Tensor, hue_factor: float) -> Tensor:
    """The colour circle of a tensor image turned by a part of it in [-0.5, 0.5]."""
    if not -0.5 <= hue_factor <= 0.5:
        raise ValueError(f"hue_factor ({hue_factor}) is not in [-0.5, 0.5].")
    if _channels(image) == 1:
        return image
    return run(kernels.hue, [image], (float(hue_factor),))


def adjust_gamma_image(image: Tensor, gamma: float, gain: float = 1.0) -> Tensor:
    """gain · image ** gamma, for values from 0 to 1."""
    if gamma < 0:
        raise ValueError("Gamma should be a non-negative real number")
    return run(kernels.gamma, [image], (float(gamma), float(gain)))


adjust_brightness_video, adjust_contrast_video = adjust_brightness_image, adjust_contrast_image
adjust_saturation_video, adjust_sharpness_video = adjust_saturation_image, adjust_sharpness_image
adjust_hue_video, adjust_gamma_video = adjust_hue_image, adjust_gamma_image

adjust_brightness = functional(
    "adjust_brightness",
    "Brightness changed: 0 is black, 1 the image, 2 twice as bright.",
    image=adjust_brightness_image,
    pil=F_pil.adjust_brightness,
    video=adjust_brightness_video,
)
adjust_contrast = functional(
    "adjust_contrast",
    "Contrast changed: 0 is plain grey, 1 the image.",
    image=adjust_contrast_image,
    pil=F_pil.adjust_contrast,
    video=adjust_contrast_video,
)
adjust_saturation = functional(
    "adjust_saturation",
    "Saturation changed: 0 is black and white, 1 the image.",
    image=adjust_saturation_image,
    pil=F_pil.adjust_saturation,
    video=adjust_saturation_video,
)
adjust_sharpness = functional(
    "adjust_sharpness",
    "Sharpness changed: 0 is blurred, 1 the image.",
    image=adjust_sharpness_image,
    pil=F_pil.adjust_sharpness,
    video=adjust_sharpness_video,
)
adjust_hue = functional(
    "adjust_hue",
    "The colour circle turned by a part of it in [-0.5, 0.5].",
    image=adjust_hue_image,
    pil=F_pil.adjust_hue,
    video=adjust_hue_video,
)
adjust_gamma = functional(
    "adjust_gamma",
    "gain · image ** gamma, for values from 0 to 1.",
    image=adjust_gamma_image,
    pil=F_pil.adjust_gamma,
    video=adjust_gamma_video,
)


# --- levels --------------------------------------------------------------------------------------


def posterize_image(image: Tensor, bits: int) -> Tensor:
    """A tensor image with only the highest `bits` bits; floats get 2 ** bits levels."""
    return run(kernels.posterize, [image], static=(int(bits),))


def solarize_image(image: Tensor, threshold: float) -> Tensor:
    """The negative where a tensor image is at least as bright as the threshold."""
    if threshold > kernels.top(image.dtype.np):
        raise TypeError(
            f"Threshold should be less or equal the maximum value of the dtype, but got {threshold}"
        )
    return run(kernels.solarize, [image], (float(threshold),))


def autocontrast_image(image: Tensor) -> Tensor:
    """A tensor image with each channel stretched to the whole range."""
    _channels(image)
    return run(kernels.autocontrast, [image], static=(True,))


def equalize_image(image: Tensor) -> Tensor:
    """A tensor image with the histogram of each channel made even."""
    return run(kernels.equalize, [image]) if image.numel() else image


def invert_image(image: Tensor) -> Tensor:
    """The negative of a tensor image."""
    return run(kernels.invert, [image])


posterize_video, solarize_video, autocontrast_video = (
    posterize_image,
    solarize_image,
    autocontrast_image,
)
equalize_video, invert_video = equalize_image, invert_image

posterize = functional(
    "posterize",
    "An image with only `bits` bits a channel.",
    image=posterize_image,
    pil=F_pil.posterize,
    video=posterize_video,
)
solarize = functional(
    "solarize",
    "The negative where an image is at least as bright as the threshold.",
    image=solarize_image,
    pil=F_pil.solarize,
    video=solarize_video,
)
autocontrast = functional(
    "autocontrast",
    "An image with each channel stretched to the whole range.",
    image=autocontrast_image,
    pil=F_pil.autocontrast,
    video=autocontrast_video,
)
equalize = functional(
    "equalize",
    "An image with the histogram of each channel made even.",
    image=equalize_image,
    pil=F_pil.equalize,
    video=equalize_video,
)
invert = functional(
    "invert",
    "The negative of an image.",
    image=invert_image,
    pil=F_pil.invert,
    video=invert_video,
)


# --- channels, noise, blur -----------------------------------------------------------------------


def permute_channels_image(image: Tensor, permutation: list[int]) -> Tensor:
    """A tensor image with its channels in another order."""
    count = image.shape[-3]
    if len(permutation) != count:
        raise ValueError(
            f"Length of permutation does not match number of channels: {len(permutation)} != "
            f"{count}"
        )
    return run(_permuted, [image], static=(tuple(int(p) for p in permutation),))


def _permuted(xp, a: Array, order: tuple[int, ...]) -> Array:
    return xp.take(a, np.array(order), axis=-3)


def _permute_channels_pil(image: Any, permutation: list[int]) -> Any:
    return to_pil_image(permute_channels_image(pil_to_tensor(image), permutation))


permute_channels_video = permute_channels_image
permute_channels = functional(
    "permute_channels",
    "An image with its channels in another order.",
    image=permute_channels_image,
    pil=_permute_channels_pil,
    video=permute_channels_video,
)


def _noisy(xp, a: Array, noise: Array, mean: float, sigma: float, clip: bool) -> Array:
    if a.dtype == np.uint8:
        whole = np.int16
        out = a.astype(whole) + (mean * 255 + sigma * 255 * noise).astype(whole)
        return (xp.clip(out, 0, 255) if clip else out).astype(np.uint8)
    out = a + (mean + noise * sigma).astype(a.dtype)
    return xp.clip(out, 0, 1) if clip else out


def gaussian_noise_image(
    image: Tensor, mean: float = 0.0, sigma: float = 0.1, clip: bool = True
) -> Tensor:
    """A tensor image, of floats or bytes, with normal noise added; values are those of [0, 1].

    ValueError for a negative sigma or another dtype.
    """
    if sigma < 0:
        raise ValueError(f"sigma shouldn't be negative. Got {sigma}")
    if not (image.is_floating_point() or image.dtype is dt.uint8):
        raise ValueError(
            f"Input tensor is expected to be in uint8 or float dtype, got dtype={image.dtype}"
        )
    kind = image.dtype if image.is_floating_point() else dt.float32
    drawn = default_generator.normal(tuple(image.shape), kind, 0.0, 1.0)
    from_host = from_numpy(drawn)
    noise = from_host if image.is_cpu else from_host.to(image.device)
    return run(_noisy, [image, noise], static=(float(mean), float(sigma), bool(clip)))


def _gaussian_noise_pil(
    image: Any, mean: float = 0.0, sigma: float = 0.1, clip: bool = True
) -> Any:
    raise ValueError("Gaussian Noise is not implemented for PIL images.")


gaussian_noise_video = gaussian_noise_image
gaussian_noise = functional(
    "gaussian_noise",
    "An image with normal noise added: see `gaussian_noise_image`.",
    image=gaussian_noise_image,
    pil=_gaussian_noise_pil,
    video=gaussian_noise_video,
)


def gaussian_blur_image(
    image: Tensor, kernel_size: int | list[int], sigma: float | list[float] | None = None
) -> Tensor:
    """A tensor image blurred by a Gaussian of `sigma` pixels (x, y), cut off at `kernel_size`."""
    return F1.gaussian_blur(image, kernel_size, sigma)


gaussian_blur_video = gaussian_blur_image
gaussian_blur = functional(
    "gaussian_blur",
    "An image blurred by a Gaussian of `sigma` pixels (x, y), cut off at `kernel_size` pixels.",
    image=gaussian_blur_image,
    pil=F1.gaussian_blur,
    video=gaussian_blur_video,
)
