"""Transforms that cut out or mix: RandomErasing, MixUp and CutMix.

https://docs.pytorch.org/vision/stable/transforms.html#augmentation-transforms
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, from_numpy, tensor
from torchish._core.tensor.api.random import default_generator
from torchish.nn.functional import one_hot
from torchish.utils._pytree import tree_flatten, tree_unflatten
from torchish.vision.transforms import _color as v1
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms import _setup as setup
from torchish.vision.transforms._functional_pil import is_pil
from torchish.vision.transforms.autoaugment import dirichlet
from torchish.vision.transforms.v2 import functional as F
from torchish.vision.transforms.v2._transform import OfImages, RandomApplied, Transform
from torchish.vision.transforms.v2._utils import (
    has_any,
    is_pure_tensor,
    labels_getter,
    query_chw,
)
from torchish.vision.tv_tensors import BoundingBoxes, Image, KeyPoints, Mask, Video, wrap

__all__ = ["CutMix", "MixUp", "RandomErasing"]


class RandomErasing(OfImages, RandomApplied):
    """A random rectangle of images overwritten, with probability `p`.

    `value` is one number, one a channel, or "random": noise for each pixel. Zhong et al. (2017),
    https://arxiv.org/abs/1708.04896. TypeError or ValueError for other arguments.
    """

    get_params = staticmethod(v1.RandomErasing.get_params)

    def __init__(
        self,
        p: float = 0.5,
        scale: Sequence[float] = (0.02, 0.33),
        ratio: Sequence[float] = (0.3, 3.3),
        value: float | str | Sequence[float] = 0.0,
        inplace: bool = False,
    ):
        super().__init__(p=p)
        if not isinstance(value, (numbers.Number, str, tuple, list)):
            raise TypeError("Argument value should be either a number or str or a sequence")
        if isinstance(value, str) and value != "random":
            raise ValueError("If value is str, it should be 'random'")
        setup.area(scale, ratio)
        if scale[0] < 0 or scale[1] > 1:
            raise ValueError("Scale should be between 0 and 1")
        self.scale, self.ratio = scale, ratio
        if isinstance(value, (int, float)):
            self.value: Any = [float(value)]
        else:
            self.value = None if isinstance(value, str) else [float(v) for v in value]
        self.inplace = inplace

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        channels, height, width = query_chw(flat_inputs)
        if self.value is not None and len(self.value) not in (1, channels):
            raise ValueError(
                "If value is a sequence, it should have either a single value or "
                f"{channels} (number of input channels)"
            )
        low, high = draw.log_pair(self.ratio)
        for _ in range(10):
            area = height * width * draw.uniform(self.scale[0], self.scale[1])
            aspect = draw.log_uniform(low, high)
            h, w = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
            if h >= height or w >= width:
                continue
            if self.value is None:
                drawn = default_generator.normal((channels, h, w), dt.float32, 0.0, 1.0)
                v = from_numpy(drawn)
            else:
                v = tensor(self.value)[:, None, None]
            top = draw.integer(0, height - h + 1)
            left = draw.integer(0, width - w + 1)
            return {"i": top, "j": left, "h": h, "w": w, "v": v}
        return {"v": None}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        if params["v"] is None:
            return inpt
        return self._call_kernel(F.erase, inpt, **params, inplace=self.inplace)


class _Mixing(Transform):
    """What MixUp and CutMix share: the share of a sample and the labels."""

    def __init__(
        self, *, alpha: float = 1.0, num_classes: int | None = None, labels_getter: Any = "default"
    ):
        super().__init__()
        self.alpha = float(alpha)
        self.num_classes = num_classes
        self._labels_getter = _getter(labels_getter)

    def _share(self) -> float:
        """A number of the Beta distribution whose parameters are both `alpha`."""
        return float(dirichlet(self.alpha, (1, 2))[0, 0])

    def forward(self, *inputs: Any) -> Any:
        sample = inputs if len(inputs) > 1 else inputs[0]
        flat, spec = tree_flatten(sample)
        needs = self._needs_transform_list(flat)
        name = type(self).__name__
        if has_any(flat, is_pil, BoundingBoxes, Mask, KeyPoints):
            raise ValueError(
                f"{name}() does not support PIL images, bounding boxes, keypoints and masks."
            )
        labels = self._labels_getter(sample)
        if not isinstance(labels, Tensor):
            raise ValueError(f"The labels must be a tensor, but got {type(labels)} instead.")
        if labels.dim() not in (1, 2):
            raise ValueError(
                "labels should be index based with shape (batch_size,) or probability based with "
                f"shape (batch_size, num_classes), but got a tensor of shape {labels.shape} "
                "instead."
            )
        if (
            labels.dim() == 2
            and self.num_classes is not None
            and labels.shape[-1] != self.num_classes
        ):
            raise ValueError(
                "When passing 2D labels, the number of elements in last dimension must match "
                f"num_classes: {labels.shape[-1]} != {self.num_classes}. You can Leave num_classes "
                "to None."
            )
        if labels.dim() == 1 and self.num_classes is None:
            raise ValueError("num_classes must be passed if the labels are index-based (1D)")
        params = {
            "labels": labels,
            "batch_size": labels.shape[0],
            **self.make_params([i for i, needed in zip(flat, needs) if needed]),
        }
        # The labels are a plain tensor: where no image is, they might count as one.
        needs = [False if inpt is labels else needed for inpt, needed in zip(flat, needs)]
        if not any(needs):
            raise ValueError(f"{name}() found no image or video in the sample")
        out = []
        for inpt, needed in zip(flat, needs):
            if inpt is labels:
                out.append(self._mixed_labels(labels, params["lam_labels"]))
            else:
                out.append(self.transform(inpt, params) if needed else inpt)
        return tree_unflatten(out, spec)

    def _check_batch(self, inpt: Tensor, batch_size: int) -> None:
        wanted = 5 if isinstance(inpt, Video) else 4
        if inpt.dim() != wanted:
            raise ValueError(
                f"Expected a batched input with {wanted} dims, but got {inpt.dim()} dimensions "
                "instead."
            )
        if inpt.shape[0] != batch_size:
            raise ValueError(
                "The batch size of the image or video does not match the batch size of the "
                f"labels: {inpt.shape[0]} != {batch_size}."
            )

    def _mixed_labels(self, labels: Tensor, share: float) -> Tensor:
        if labels.dim() == 1:
            labels = one_hot(labels, num_classes=self.num_classes)
        if not labels.is_floating_point():
            labels = labels.float()
        return labels.roll(1, 0).mul_(1.0 - share).add_(labels.mul(share))


def _getter(value: Any) -> Any:
    return labels_getter(value)


class MixUp(_Mixing):
    """Each sample of a batch mixed with the one before it, and the labels likewise.

    `num_classes` is needed for labels that are numbers. Zhang et al. (2017),
    https://arxiv.org/abs/1710.09412. ValueError for samples that do not suit.

    >>> from torchvision.transforms import v2
    >>> images, labels = torch.rand(4, 3, 8, 8), torch.tensor([0, 1, 2, 0])
    >>> v2.MixUp(num_classes=3)(images, labels)[1].shape
    torch.Size([4, 3])
    """

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        share = self._share()
        return {"lam": share, "lam_labels": share}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        if not (is_pure_tensor(inpt) or isinstance(inpt, (Image, Video))):
            return inpt
        self._check_batch(inpt, params["batch_size"])
        share = params["lam"]
        plain = inpt.as_subclass(Tensor)
        return wrap(plain.roll(1, 0).mul_(1.0 - share).add_(plain.mul(share)), like=inpt)


class CutMix(_Mixing):
    """A rectangle of each sample of a batch replaced by that of the one before it.

    The labels are mixed by the areas; `num_classes` is needed for labels that are numbers. Yun et
    al. (2019), https://arxiv.org/abs/1905.04899. ValueError for samples that do not suit.

    >>> from torchvision.transforms import v2
    >>> images, labels = torch.rand(4, 3, 8, 8), torch.tensor([0, 1, 2, 0])
    >>> v2.CutMix(num_classes=3)(images, labels)[1].sum(1)  # labels become weights
    tensor([1., 1., 1., 1.])
    """

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        share = self._share()
        _, height, width = query_chw(flat_inputs)
        x, y = draw.integer(0, width), draw.integer(0, height)
        half = 0.5 * math.sqrt(1.0 - share)
        dx, dy = int(half * width), int(half * height)
        left, right = np.clip([x - dx, x + dx], 0, width).tolist()
        top, bottom = np.clip([y - dy, y + dy], 0, height).tolist()
        kept = 1.0 - (right - left) * (bottom - top) / (width * height)
        return {"box": (left, top, right, bottom), "lam_labels": float(kept)}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        if not (is_pure_tensor(inpt) or isinstance(inpt, (Image, Video))):
            return inpt
        self._check_batch(inpt, params["batch_size"])
        left, top, right, bottom = params["box"]
        plain = inpt.as_subclass(Tensor)
        out = plain.clone()
        rolled = plain.roll(1, 0)
        out[..., top:bottom, left:right] = rolled[..., top:bottom, left:right]
        return wrap(out, like=inpt)
