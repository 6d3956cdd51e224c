"""Images of several sizes in one tensor."""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Tensor

__all__ = ["ImageList"]


class ImageList:
    """A batch (N, C, H, W) of images padded to one size, and the (height, width) each has."""

    def __init__(self, tensors: Tensor, image_sizes: list[tuple[int, int]]) -> None:
        self.tensors = tensors
        self.image_sizes = image_sizes

    def to(self, device: Any) -> ImageList:
        return ImageList(self.tensors.to(device), self.image_sizes)
