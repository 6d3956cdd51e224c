"""Transforms from one kind of image to another.

https://docs.pytorch.org/vision/stable/transforms.html#conversion
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor
from torchish.vision.transforms._conversion import to_tensor
from torchish.vision.transforms._functional_pil import is_pil
from torchish.vision.transforms.v2 import functional as F
from torchish.vision.transforms.v2._transform import Transform
from torchish.vision.transforms.v2._utils import is_pure_tensor
from torchish.vision.tv_tensors import Image, TVTensor

__all__ = ["PILToTensor", "ToImage", "ToPILImage", "ToPureTensor", "ToTensor"]


class PILToTensor(Transform):
    """PIL images as tensors (C, H, W) of their own values."""

    _transformed_types = (is_pil,)

    def transform(self, inpt: Any, params: dict[str, Any]) -> Tensor:
        return F.pil_to_tensor(inpt)


class ToImage(Transform):
    """Tensors, arrays (H, W, C) and PIL images as `Image`.

    >>> from PIL import Image
    >>> from torchvision.transforms import v2
    >>> v2.ToImage()(Image.new("L", (2, 1), 51)).shape
    torch.Size([1, 1, 2])
    """

    _transformed_types = (is_pure_tensor, is_pil, np.ndarray)

    def transform(self, inpt: Any, params: dict[str, Any]) -> Image:
        return F.to_image(inpt)


class ToPILImage(Transform):
    """Tensors (C, H, W) and arrays (H, W, C) as PIL images of a mode."""

    _transformed_types = (is_pure_tensor, Image, np.ndarray)

    def __init__(self, mode: str | None = None):
        super().__init__()
        self.mode = mode

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return F.to_pil_image(inpt, mode=self.mode)


class ToPureTensor(Transform):
    """Everything of `tv_tensors` as a plain tensor.

    >>> from torchvision import tv_tensors
    >>> from torchvision.transforms import v2
    >>> type(v2.ToPureTensor()(tv_tensors.Image(torch.zeros(1, 2, 2)))).__name__
    'Tensor'
    """

    _transformed_types = (TVTensor,)

    def transform(self, inpt: Any, params: dict[str, Any]) -> Tensor:
        return inpt.as_subclass(Tensor)


class ToTensor(Transform):
    """PIL images and arrays as tensors of floats in [0, 1]; deprecated for `ToImage` and
    `ToDtype(torch.float32, scale=True)`."""

    _transformed_types = (is_pil, np.ndarray)

    def __init__(self) -> None:
        warnings.warn(
            "The transform `ToTensor()` is deprecated and will be removed in a future release. "
            "Instead, please use `v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, "
            "scale=True)])`.Output is equivalent up to float precision.",
            stacklevel=2,
        )
        super().__init__()

    def transform(self, inpt: Any, params: dict[str, Any]) -> Tensor:
        return to_tensor(inpt)
