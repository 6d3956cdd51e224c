"""Transforms as functions, of PIL images and of tensors (…, C, H, W).

https://docs.pytorch.org/vision/stable/transforms.html#functional-transforms
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish._core.tensor import Tensor
from torchish.vision.transforms import _functional_pil as F_pil
from torchish.vision.transforms import _functional_tensor as F_t
from torchish.vision.transforms._conversion import (
    InterpolationMode,
    _interpolation_modes_from_int,
    convert_image_dtype,
    get_dimensions,
    get_image_num_channels,
    get_image_size,
    pil_modes_mapping,
    pil_to_tensor,
    to_pil_image,
    to_tensor,
)
from torchish.vision.transforms._functional_geometry import (
    _compute_resized_output_size,
    _get_inverse_affine_matrix,
    _get_perspective_coeffs,
    affine,
    center_crop,
    crop,
    elastic_transform,
    five_crop,
    hflip,
    pad,
    perspective,
    resize,
    resized_crop,
    rotate,
    ten_crop,
    vflip,
)

__all__ = [
    "_compute_resized_output_size",
    "_get_inverse_affine_matrix",
    "_get_perspective_coeffs",
    "_interpolation_modes_from_int",
    "_is_pil_image",
    "InterpolationMode",
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_hue",
    "adjust_saturation",
    "adjust_sharpness",
    "affine",
    "autocontrast",
    "center_crop",
    "convert_image_dtype",
    "crop",
    "elastic_transform",
    "equalize",
    "erase",
    "five_crop",
    "gaussian_blur",
    "get_dimensions",
    "get_image_num_channels",
    "get_image_size",
    "hflip",
    "invert",
    "normalize",
    "pad",
    "perspective",
    "pil_modes_mapping",
    "pil_to_tensor",
    "posterize",
    "resize",
    "resized_crop",
    "rgb_to_grayscale",
    "rotate",
    "solarize",
    "ten_crop",
    "to_grayscale",
    "to_pil_image",
    "to_tensor",
    "vflip",
]


_is_pil_image = F_pil.is_pil


def normalize(
    tensor: Tensor, mean: Sequence[float], std: Sequence[float], inplace: bool = False
) -> Tensor:
    """(tensor - mean) / std, channel by channel, of a float tensor (…, C, H, W).

    TypeError for other inputs, ValueError for fewer dimensions or a standard deviation of zero.

    >>> from torchvision.transforms import functional
    >>> functional.normalize(torch.tensor([[[0.5, 1.0]]]), mean=[0.5], std=[0.25])
    tensor([[[0., 2.]]])
    """
    if not isinstance(tensor, Tensor):
        raise TypeError(f"img should be Tensor Image. Got {type(tensor)}")
    return F_t.normalize(tensor, mean, std, inplace)


def erase(img: Tensor, i: int, j: int, h: int, w: int, v: Tensor, inplace: bool = False) -> Tensor:
    """A tensor image whose rectangle of h × w pixels at row i, column j is replaced by `v`.

    >>> from torchvision.transforms import functional
    >>> functional.erase(torch.zeros(1, 2, 3), i=0, j=1, h=2, w=2, v=torch.tensor(9.0))
    tensor([[[0., 9., 9.],
             [0., 9., 9.]]])
    """
    if not isinstance(img, Tensor):
        raise TypeError(f"img should be Tensor Image. Got {type(img)}")
    return F_t.erase(img, i, j, h, w, v, inplace)


def invert(img: Any) -> Any:
    """The negative of an image.

    >>> from torchvision.transforms import functional
    >>> functional.invert(torch.tensor([[[0.0, 0.25, 1.0]]]))
    tensor([[[1.0000, 0.7500, 0.0000]]])
    """
    return (F_t if isinstance(img, Tensor) else F_pil).invert(img)


def solarize(img: Any, threshold: float) -> Any:
    """The negative where an image is at least as bright as the threshold.

    >>> from torchvision.transforms import functional
    >>> functional.solarize(torch.tensor([[[100, 200]]], dtype=torch.uint8), threshold=128)
    tensor([[[100,  55]]], dtype=torch.uint8)
    """
    return (F_t if isinstance(img, Tensor) else F_pil).solarize(img, threshold)


def autocontrast(img: Any) -> Any:
    """An image with each channel stretched to the whole range.

    >>> from torchvision.transforms import functional
    >>> functional.autocontrast(torch.tensor([[[0.2, 0.4, 0.6]]]))
    tensor([[[0.0000, 0.5000, 1.0000]]])
    """
    return (F_t if isinstance(img, Tensor) else F_pil).autocontrast(img)


def equalize(img: Any) -> Any:
    """An image of bytes with the histogram of each channel made even."""
    return (F_t if isinstance(img, Tensor) else F_pil).equalize(img)


def adjust_brightness(img: Any, brightness_factor: float) -> Any:
    """Brightness changed: 0 is black, 1 the image, 2 twice as bright.

    >>> from torchvision.transforms import functional
    >>> functional.adjust_brightness(torch.full((3, 1, 1), 0.25), 2.0).flatten()
    tensor([0.5000, 0.5000, 0.5000])
    """
    if isinstance(img, Tensor):
        return F_t.adjust_brightness(img, brightness_factor)
    return F_pil.adjust_brightness(img, brightness_factor)


def adjust_contrast(img: Any, contrast_factor: float) -> Any:
    """Contrast changed: 0 is plain grey, 1 the image.

    >>> from torchvision.transforms import functional
    >>> functional.adjust_contrast(torch.tensor([[[0.0, 1.0]]]), 0.5)
    tensor([[[0.2500, 0.7500]]])
    """
    if isinstance(img, Tensor):
        return F_t.adjust_contrast(img, contrast_factor)
    return F_pil.adjust_contrast(img, contrast_factor)


def adjust_saturation(img: Any, saturation_factor: float) -> Any:
    """Saturation changed: 0 is black and white, 1 the image.

    >>> from torchvision.transforms import functional
    >>> x = functional.adjust_saturation(torch.rand(3, 1, 1), 0.0)
    >>> torch.allclose(x[0], x[1])  # grey
    True
    """
    if isinstance(img, Tensor):
        return F_t.adjust_saturation(img, saturation_factor)
    return F_pil.adjust_saturation(img, saturation_factor)


def adjust_sharpness(img: Any, sharpness_factor: float) -> Any:
    """Sharpness changed: 0 is blurred, 1 the image.

    >>> from torchvision.transforms import functional
    >>> functional.adjust_sharpness(torch.ones(1, 4, 4), 2.0).unique()
    tensor([1.])
    """
    if isinstance(img, Tensor):
        return F_t.adjust_sharpness(img, sharpness_factor)
    return F_pil.adjust_sharpness(img, sharpness_factor)


def adjust_hue(img: Any, hue_factor: float) -> Any:
    """The colour circle turned by a part of it in [-0.5, 0.5].

    >>> from torchvision.transforms import functional
    >>> red = torch.tensor([[[1.0]], [[0.0]], [[0.0]]])
    >>> functional.adjust_hue(red, 0.5).flatten().abs()  # cyan
    tensor([0., 1., 1.])
    """
    return (F_t if isinstance(img, Tensor) else F_pil).adjust_hue(img, hue_factor)


def adjust_gamma(img: Any, gamma: float, gain: float = 1) -> Any:
    """gain · img ** gamma, for values from 0 to 1.

    >>> from torchvision.transforms import functional
    >>> functional.adjust_gamma(torch.tensor([[[0.5, 1.0]]]), 2.0)
    tensor([[[0.2500, 1.0000]]])
    """
    return (F_t if isinstance(img, Tensor) else F_pil).adjust_gamma(img, gamma, gain)


def posterize(img: Any, bits: int) -> Any:
    """An image with only `bits` bits a channel, from 0 to 8.

    >>> from torchvision.transforms import functional
    >>> functional.posterize(torch.tensor([[[100, 200]]], dtype=torch.uint8), bits=1)
    tensor([[[  0, 128]]], dtype=torch.uint8)
    """
    if not 0 <= bits <= 8:
        raise ValueError(f"The number if bits should be between 0 and 8. Got {bits}")
    if isinstance(img, Tensor):
        return F_t.posterize(img, bits)
    return F_pil.posterize(img, bits)


def to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """A PIL image of any mode in grey, with 1 or 3 channels."""
    if not F_pil.is_pil(img):
        raise TypeError("Input should be PIL Image")
    return F_pil.to_grayscale(img, num_output_channels)


def rgb_to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """An RGB image in grey, with 1 or 3 channels.

    >>> from torchvision.transforms import functional
    >>> functional.rgb_to_grayscale(torch.ones(3, 1, 1))
    tensor([[[0.9999]]])
    """
    if isinstance(img, Tensor):
        return F_t.rgb_to_grayscale(img, num_output_channels)
    return F_pil.to_grayscale(img, num_output_channels)


def gaussian_blur(
    img: Any, kernel_size: int | Sequence[int], sigma: float | Sequence[float] | None = None
) -> Any:
    """An image blurred by a Gaussian of `sigma` pixels (x, y), cut off at `kernel_size` pixels.

    Without `sigma` it is 0.15 of the size, and 0.35. ValueError for sizes that are not odd.

    >>> from torchvision.transforms import functional
    >>> functional.gaussian_blur(torch.ones(1, 3, 3), 3).round(decimals=4)
    tensor([[[1., 1., 1.],
             [1., 1., 1.],
             [1., 1., 1.]]])
    """
    if not isinstance(kernel_size, (int, list, tuple)):
        raise TypeError(
            f"kernel_size should be int or a sequence of integers. Got {type(kernel_size)}"
        )
    sizes = [kernel_size] * 2 if isinstance(kernel_size, int) else list(kernel_size)
    if len(sizes) != 2:
        raise ValueError(f"If kernel_size is a sequence its length should be 2. Got {len(sizes)}")
    if any(n % 2 == 0 or n < 0 for n in sizes):
        raise ValueError(f"kernel_size should have odd and positive integers. Got {sizes}")
    if sigma is None:
        sigma = [n * 0.15 + 0.35 for n in sizes]
    if not isinstance(sigma, (int, float, list, tuple)):
        raise TypeError(f"sigma should be either float or sequence of floats. Got {type(sigma)}")
    widths = [float(sigma)] * 2 if isinstance(sigma, (int, float)) else list(sigma)
    widths = widths * 2 if len(widths) == 1 else widths
    if len(widths) != 2:
        raise ValueError(f"If sigma is a sequence, its length should be 2. Got {len(widths)}")
    if any(s <= 0.0 for s in widths):
        raise ValueError(f"sigma should have positive values. Got {widths}")
    if isinstance(img, Tensor):
        return F_t.gaussian_blur(img, sizes, widths)
    if not F_pil.is_pil(img):
        raise TypeError(f"img should be PIL Image or Tensor. Got {type(img)}")
    return to_pil_image(F_t.gaussian_blur(pil_to_tensor(img), sizes, widths), mode=img.mode)
