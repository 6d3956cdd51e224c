"""Transforms that cut or resize to random sizes, as detectors are trained with.

https://docs.pytorch.org/vision/stable/transforms.html#geometry
"""

from __future__ import annotations

from typing import Any

import numpy as np

from torchish._core.tensor import from_numpy
from torchish.utils.data._utils.hosting import host_copy
from torchish.vision.transforms import _random as draw
from torchish.vision.transforms._conversion import InterpolationMode
from torchish.vision.transforms._functional_pil import is_pil
from torchish.vision.transforms.v2 import functional as F
from torchish.vision.transforms.v2._transform import Transform
from torchish.vision.transforms.v2._utils import (
    get_bounding_boxes,
    has_all,
    has_any,
    is_pure_tensor,
    query_size,
)
from torchish.vision.transforms.v2.functional._box_maps import convert
from torchish.vision.tv_tensors import BoundingBoxes, Image, wrap

__all__ = ["RandomIoUCrop", "RandomResize", "RandomShortestSize", "ScaleJitter"]

Interpolation = InterpolationMode | int | str


class RandomIoUCrop(Transform):
    """A random rectangle that overlaps with one of the boxes as far as one of the options says.

    Boxes whose centers lie outside become empty. From SSD, https://arxiv.org/abs/1512.02325.
    TypeError for samples without an image and boxes.
    """

    def __init__(
        self,
        min_scale: float = 0.3,
        max_scale: float = 1.0,
        min_aspect_ratio: float = 0.5,
        max_aspect_ratio: float = 2.0,
        sampler_options: list[float] | None = None,
        trials: int = 40,
    ):
        super().__init__()
        self.min_scale, self.max_scale = min_scale, max_scale
        self.min_aspect_ratio, self.max_aspect_ratio = min_aspect_ratio, max_aspect_ratio
        if sampler_options is None:
            sampler_options = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0]
        self.options, self.trials = sampler_options, trials

    def check_inputs(self, flat_inputs: list[Any]) -> None:
        if not (
            has_all(flat_inputs, BoundingBoxes)
            and has_any(flat_inputs, is_pil, Image, is_pure_tensor)
        ):
            raise TypeError(
                f"{type(self).__name__}() requires input sample to contain tensor or PIL images "
                "and bounding boxes. Sample can also contain masks."
            )

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        height, width = query_size(flat_inputs)
        boxes = get_bounding_boxes(flat_inputs)
        xyxy = convert(np, np.asarray(host_copy(boxes)), boxes.format.value, "XYXY")
        middle = (xyxy[..., :2] + xyxy[..., 2:]) * np.float32(0.5)
        span = self.max_scale - self.min_scale
        while True:
            least = self.options[draw.integer(0, len(self.options))]
            if least >= 1.0:  # a larger one cannot be asked for: the sample stays
                return {}
            for _ in range(self.trials):
                parts = [draw.affine(self.min_scale, span) for _ in range(2)]
                w, h = draw.whole(width, parts[0]), draw.whole(height, parts[1])
                if not self.min_aspect_ratio <= w / h <= self.max_aspect_ratio:
                    continue
                places = [draw.number() for _ in range(2)]
                left, top = draw.whole(width - w, places[0]), draw.whole(height - h, places[1])
                if not w or not h:
                    continue
                low, high = np.array([left, top]), np.array([left + w, top + h])
                within = ((low < middle) & (middle < high)).all(-1)
                if not within.any():
                    continue
                if _overlap(xyxy[within], low, high).max() < least:
                    continue
                return {"top": top, "left": left, "height": h, "width": w, "within": within}

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        if not params:
            return inpt
        where = {k: params[k] for k in ("top", "left", "height", "width")}
        out = self._call_kernel(F.crop, inpt, **where)
        if isinstance(out, BoundingBoxes):
            kept = np.array(host_copy(out))
            kept[~params["within"]] = 0
            out = wrap(from_numpy(kept), like=out)
        return out


def _overlap(boxes: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Intersection over union of boxes XYXY and one rectangle."""
    sides = np.clip(np.minimum(boxes[:, 2:], high) - np.maximum(boxes[:, :2], low), 0, None)
    both = sides.prod(-1)
    return both / ((boxes[:, 2:] - boxes[:, :2]).prod(-1) + (high - low).prod() - both)


class _Resizing(Transform):
    """A transform to a random size."""

    interpolation: Interpolation
    antialias: bool | None

    def transform(self, inpt: Any, params: dict[str, Any]) -> Any:
        return self._call_kernel(
            F.resize,
            inpt,
            size=params["size"],
            interpolation=self.interpolation,
            antialias=self.antialias,
        )


class ScaleJitter(_Resizing):
    """Resized to fit into `target_size`, times a random factor of `scale_range`.

    Ghiasi et al. (2020), https://arxiv.org/abs/2012.07177.

    >>> from torchvision.transforms import v2
    >>> v2.ScaleJitter((8, 8), scale_range=(0.5, 0.5))(torch.zeros(1, 8, 8)).shape
    torch.Size([1, 4, 4])
    """

    def __init__(
        self,
        target_size: tuple[int, int],
        scale_range: tuple[float, float] = (0.1, 2.0),
        interpolation: Interpolation = "bilinear",
        antialias: bool | None = True,
    ):
        super().__init__()
        self.target_size, self.scale_range = target_size, scale_range
        self.interpolation, self.antialias = interpolation, antialias

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        height, width = query_size(flat_inputs)
        low, high = self.scale_range
        scale = draw.affine(low, high - low)
        fit = min(self.target_size[1] / height, self.target_size[0] / width)
        ratio = float(np.float32(fit) * np.float32(scale))
        return {"size": (draw.whole(height, ratio), draw.whole(width, ratio))}


class RandomShortestSize(_Resizing):
    """The shorter side resized to a random one of `min_size`, the longer at most to `max_size`.

    >>> from torchvision.transforms import v2
    >>> v2.RandomShortestSize(4)(torch.zeros(1, 8, 16)).shape
    torch.Size([1, 4, 8])
    """

    def __init__(
        self,
        min_size: list[int] | tuple[int, ...] | int,
        max_size: int | None = None,
        interpolation: Interpolation = "bilinear",
        antialias: bool | None = True,
    ):
        super().__init__()
        self.min_size = [min_size] if isinstance(min_size, int) else list(min_size)
        self.max_size = max_size
        self.interpolation, self.antialias = interpolation, antialias

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        height, width = query_size(flat_inputs)
        shortest = self.min_size[draw.integer(0, len(self.min_size))]
        ratio = shortest / min(height, width)
        if self.max_size is not None:
            ratio = min(ratio, self.max_size / max(height, width))
        return {"size": (int(height * ratio), int(width * ratio))}


class RandomResize(_Resizing):
    """The shorter side resized to a random length from `min_size` up to below `max_size`.

    >>> from torchvision.transforms import v2
    >>> v2.RandomResize(4, 5)(torch.zeros(1, 8, 8)).shape
    torch.Size([1, 4, 4])
    """

    def __init__(
        self,
        min_size: int,
        max_size: int,
        interpolation: Interpolation = "bilinear",
        antialias: bool | None = True,
    ):
        super().__init__()
        self.min_size, self.max_size = min_size, max_size
        self.interpolation, self.antialias = interpolation, antialias

    def make_params(self, flat_inputs: list[Any]) -> dict[str, Any]:
        return {"size": [draw.integer(self.min_size, self.max_size)]}
