"""The preprocessing that pretrained models expect.

https://docs.pytorch.org/vision/stable/models.html#using-the-pre-trained-models
"""

from __future__ import annotations

from typing import Any

import torchish as torch
from torchish._core.tensor import Tensor
from torchish.nn import Module
from torchish.vision.transforms import functional as F
from torchish.vision.transforms.functional import InterpolationMode

__all__ = ["ImageClassification", "ObjectDetection", "SemanticSegmentation"]


def _to_float(img: Any) -> Tensor:
    if not isinstance(img, Tensor):
        img = F.pil_to_tensor(img)
    return F.convert_image_dtype(img, torch.float)


class ObjectDetection(Module):
    """An image (PIL or (..., C, H, W)) in [0, 1]: detection models resize and normalize."""

    def forward(self, img: Any) -> Tensor:
        return _to_float(img)


class ImageClassification(Module):
    """Resize, crop the center, bring to [0, 1] and normalize an image (PIL or (..., C, H, W))."""

    def __init__(
        self,
        *,
        crop_size: int,
        resize_size: int | None = 256,
        mean: tuple[float, ...] = (0.485, 0.456, 0.406),
        std: tuple[float, ...] = (0.229, 0.224, 0.225),
        interpolation: InterpolationMode = InterpolationMode.BILINEAR,
        antialias: bool | None = True,
    ) -> None:
        super().__init__()
        self.crop_size = [crop_size]
        self.resize_size = None if resize_size is None else [resize_size]
        self.mean = list(mean)
        self.std = list(std)
        self.interpolation = interpolation
        self.antialias = antialias

    def forward(self, img: Any) -> Tensor:
        if self.resize_size is not None:
            img = F.resize(
                img, self.resize_size, interpolation=self.interpolation, antialias=self.antialias
            )
        img = _to_float(F.center_crop(img, self.crop_size))
        return F.normalize(img, mean=self.mean, std=self.std)

    def __repr__(self) -> str:
        names = ("crop_size", "resize_size", "mean", "std", "interpolation")
        lines = "".join(f"\n    {name}={getattr(self, name)}" for name in names)
        return f"{type(self).__name__}({lines}\n)"


class SemanticSegmentation(Module):
    """Resize, bring to [0, 1] and normalize an image (PIL or (..., C, H, W))."""

    def __init__(
        self,
        *,
        resize_size: int | None,
        mean: tuple[float, ...] = (0.485, 0.456, 0.406),
        std: tuple[float, ...] = (0.229, 0.224, 0.225),
        interpolation: InterpolationMode = InterpolationMode.BILINEAR,
        antialias: bool | None = True,
    ) -> None:
        super().__init__()
        self.resize_size = None if resize_size is None else [resize_size]
        self.mean = list(mean)
        self.std = list(std)
        self.interpolation = interpolation
        self.antialias = antialias

    def forward(self, img: Any) -> Tensor:
        if self.resize_size is not None:
            img = F.resize(
                img, self.resize_size, interpolation=self.interpolation, antialias=self.antialias
            )
        return F.normalize(_to_float(img), mean=self.mean, std=self.std)

    def __repr__(self) -> str:
        names = ("resize_size", "mean", "std", "interpolation")
        lines = "".join(f"\n    {name}={getattr(self, name)}" for name in names)
        return f"{type(self).__name__}({lines}\n)"
