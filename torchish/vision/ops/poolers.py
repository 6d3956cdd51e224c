"""Pooling of regions from the levels of a pyramid.

https://docs.pytorch.org/vision/stable/generated/torchvision.ops.MultiScaleRoIAlign.html
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.ops.boxes import box_area
from torchish.vision.ops.rois import multiscale_roi_align, roi_align, to_rois

__all__ = ["LevelMapper", "MultiScaleRoIAlign"]


class LevelMapper:
    """The level of a pyramid that a box belongs to, by its area.

    Equation 1 of T. Lin et al., Feature Pyramid Networks for Object Detection, 2016.
    """

    def __init__(
        self,
        k_min: int,
        k_max: int,
        canonical_scale: int = 224,
        canonical_level: int = 4,
        eps: float = 1e-6,
    ) -> None:
        self.k_min = k_min
        self.k_max = k_max
        self.s0 = canonical_scale
        self.lvl0 = canonical_level
        self.eps = eps

    def __call__(self, boxlists: list[Tensor]) -> Tensor:
        side = torch.sqrt(torch.cat([box_area(boxes) for boxes in boxlists]))
        level = torch.floor(self.lvl0 + torch.log2(side / self.s0) + self.eps)
        return (level.clamp(min=self.k_min, max=self.k_max) - self.k_min).to(torch.int64)


class MultiScaleRoIAlign(nn.Module):
    """`roi_align` of each box from the level of its size: (K, C, *output_size).

    The scales of the levels are those of the first call.
    """

    def __init__(
        self,
        featmap_names: list[str],
        output_size: int | Sequence[int],
        sampling_ratio: int,
        *,
        canonical_scale: int = 224,
        canonical_level: int = 4,
    ) -> None:
        super().__init__()
        size = (output_size,) * 2 if isinstance(output_size, int) else tuple(output_size)
        self.featmap_names = featmap_names
        self.sampling_ratio = sampling_ratio
        self.output_size = size
        self.scales: list[float] | None = None
        self.map_levels: LevelMapper | None = None
        self.canonical_scale = canonical_scale
        self.canonical_level = canonical_level

    def _set_scales(self, maps: list[Tensor], image_shapes: list[tuple[int, int]]) -> None:
        if not image_shapes:
            raise ValueError("images list should not be empty")
        largest = [max(shape[i] for shape in image_shapes) for i in (0, 1)]
        scales = []
        for feature in maps:
            # A power of two, which rounding of sizes has blurred
            both = [
                2 ** round(math.log2(got / whole))
                for got, whole in zip(feature.shape[-2:], largest, strict=True)
            ]
            if both[0] != both[1]:
                raise AssertionError("the maps have other proportions than the images")
            scales.append(float(both[0]))
        self.scales = scales
        self.map_levels = LevelMapper(
            int(-math.log2(scales[0])),
            int(-math.log2(scales[-1])),
            canonical_scale=self.canonical_scale,
            canonical_level=self.canonical_level,
        )

    def forward(
        self,
        x: dict[str, Tensor],
        boxes: list[Tensor],
        image_shapes: list[tuple[int, int]],
    ) -> Tensor:
        maps = [value for name, value in x.items() if name in self.featmap_names]
        if self.scales is None or self.map_levels is None:
            self._set_scales(maps, image_shapes)
        rois = to_rois(boxes)
        if len(maps) == 1:
            return roi_align(maps[0], rois, self.output_size, self.scales[0], self.sampling_ratio)
        levels, ratio = self.map_levels(boxes), self.sampling_ratio
        return multiscale_roi_align(maps, rois, levels, self.scales, self.output_size, ratio)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(featmap_names={self.featmap_names}, "
            f"output_size={self.output_size}, sampling_ratio={self.sampling_ratio})"
        )
