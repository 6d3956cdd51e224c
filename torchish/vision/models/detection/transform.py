"""What is done to images before a detection model, and to its results behind it."""

from __future__ import annotations

import math
from typing import Any

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.vision.models.detection.image_list import ImageList
from torchish.vision.models.detection.roi_heads import paste_masks_in_image

__all__ = ["GeneralizedRCNNTransform", "resize_boxes", "resize_keypoints"]


def _ratios(original_size: Any, new_size: Any, like: Tensor) -> list[Tensor]:
    """What heights, and widths, are multiplied by."""
    return [
        torch.tensor(new, dtype=torch.float32, device=like.device)
        / torch.tensor(old, dtype=torch.float32, device=like.device)
        for new, old in zip(new_size, original_size, strict=True)
    ]


def resize_boxes(boxes: Tensor, original_size: Any, new_size: Any) -> Tensor:
    """Boxes (N, 4) of an image (height, width) when the image gets another size."""
    height, width = _ratios(original_size, new_size, boxes)
    return boxes * torch.stack([width, height, width, height])


def resize_keypoints(keypoints: Tensor, original_size: Any, new_size: Any) -> Tensor:
    """Points (N, K, 3) as (x, y, whether seen) when their image gets another size."""
    height, width = _ratios(original_size, new_size, keypoints)
    return keypoints * torch.stack([width, height, torch.ones_like(width)])


class GeneralizedRCNNTransform(nn.Module):
    """Normalizes images (C, H, W), resizes them with their targets, and puts them into a batch.

    The shorter side becomes `min_size`, a random one of several in training, as long as the longer
    one does not become more than `max_size`; or the size is `fixed_size` (width, height).
    """

    def __init__(
        self,
        min_size: int | tuple[int, ...],
        max_size: int,
        image_mean: list[float],
        image_std: list[float],
        size_divisible: int = 32,
        fixed_size: tuple[int, int] | None = None,
        _skip_resize: bool = False,
    ) -> None:
        super().__init__()
        self.min_size = tuple(min_size) if isinstance(min_size, list | tuple) else (min_size,)
        self.max_size = max_size
        self.image_mean = image_mean
        self.image_std = image_std
        self.size_divisible = size_divisible
        self.fixed_size = fixed_size
        self._skip_resize = _skip_resize

    def forward(
        self, images: list[Tensor], targets: list[dict[str, Tensor]] | None = None
    ) -> tuple[ImageList, list[dict[str, Tensor]] | None]:
        images = list(images)
        if targets is not None:  # the caller's ones stay as they are
            targets = [dict(target) for target in targets]
        for i, image in enumerate(images):
            if image.dim() != 3:
                raise ValueError(
                    "images is expected to be a list of 3d tensors of shape [C, H, W], got "
                    f"{image.shape}"
                )
            image, target = self.resize(
                self.normalize(image), None if targets is None else targets[i]
            )
            images[i] = image
            if targets is not None and target is not None:
                targets[i] = target
        sizes = [tuple(image.shape[-2:]) for image in images]
        return ImageList(self.batch_images(images, self.size_divisible), sizes), targets

    def normalize(self, image: Tensor) -> Tensor:
        if not image.is_floating_point():
            raise TypeError(
                "Expected input images to be of floating type (in range [0, 1]), but found type "
                f"{image.dtype} instead"
            )
        options = {"dtype": image.dtype, "device": image.device}
        mean = torch.as_tensor(self.image_mean, **options)
        std = torch.as_tensor(self.image_std, **options)
        return (image - mean[:, None, None]) / std[:, None, None]

    def torch_choice(self, k: list[int]) -> int:
        """A random one."""
        return k[int(torch.empty(1).uniform_(0.0, float(len(k))).item())]

    def _how(self, size: tuple[int, int]) -> dict[str, Any]:
        """Options of `interpolate` for an image of (height, width)."""
        shorter = self.torch_choice(list(self.min_size)) if self.training else self.min_size[-1]
        if self.fixed_size is not None:
            return {"size": [self.fixed_size[1], self.fixed_size[0]]}
        scale = min(shorter / min(size), self.max_size / max(size))
        return {"scale_factor": scale, "recompute_scale_factor": True}

    def resize(
        self, image: Tensor, target: dict[str, Tensor] | None = None
    ) -> tuple[Tensor, dict[str, Tensor] | None]:
        size = tuple(image.shape[-2:])
        if self.training and self._skip_resize:
            return image, target
        how = self._how(size)
        image = F.interpolate(image[None], mode="bilinear", align_corners=False, **how)[0]
        if target is None:
            return image, target
        new = image.shape[-2:]
        target["boxes"] = resize_boxes(target["boxes"], size, new)
        if "masks" in target:
            masks = F.interpolate(target["masks"][:, None].float(), **how)
            target["masks"] = masks[:, 0].byte()
        if "keypoints" in target:
            target["keypoints"] = resize_keypoints(target["keypoints"], size, new)
        return image, target

    def batch_images(self, images: list[Tensor], size_divisible: int = 32) -> Tensor:
        """One tensor, zero beside the smaller images."""
        height, width = (
            math.ceil(max(image.shape[i] for image in images) / size_divisible) * size_divisible
            for i in (1, 2)
        )
        padded = [F.pad(i, (0, width - i.shape[2], 0, height - i.shape[1])) for i in images]
        return torch.stack(padded)

    def postprocess(
        self,
        result: list[dict[str, Tensor]],
        image_shapes: list[tuple[int, int]],
        original_image_sizes: list[tuple[int, int]],
    ) -> list[dict[str, Tensor]]:
        """Results in the sizes that the images had; the caller's dictionaries are changed."""
        if self.training:
            return result
        for found, was, original in zip(result, image_shapes, original_image_sizes, strict=True):
            found["boxes"] = resize_boxes(found["boxes"], was, original)
            if "masks" in found:
                found["masks"] = paste_masks_in_image(found["masks"], found["boxes"], original)
            if "keypoints" in found:
                found["keypoints"] = resize_keypoints(found["keypoints"], was, original)
        return result

    def __repr__(self) -> str:
        indent = "\n    "
        return (
            f"{type(self).__name__}({indent}Normalize(mean={self.image_mean}, "
            f"std={self.image_std}){indent}Resize(min_size={self.min_size}, "
            f"max_size={self.max_size}, mode='bilinear')\n)"
        )
