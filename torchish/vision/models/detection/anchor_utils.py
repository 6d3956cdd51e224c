"""Boxes from which a model predicts its own: some at each place of each map."""

from __future__ import annotations

import math

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models.detection.image_list import ImageList

__all__ = ["AnchorGenerator", "DefaultBoxGenerator"]


class AnchorGenerator(nn.Module):
    """Boxes of sizes (areas' roots) and proportions (height to width), by map.

    forward(images, maps) gives the boxes (places * boxes of all maps, 4) of each image. Sizes and
    proportions are tuples with a tuple for each map.
    """

    def __init__(
        self,
        sizes: tuple = ((128, 256, 512),),
        aspect_ratios: tuple = ((0.5, 1.0, 2.0),),
    ) -> None:
        super().__init__()
        if not isinstance(sizes[0], list | tuple):
            sizes = tuple((s,) for s in sizes)
        if not isinstance(aspect_ratios[0], list | tuple):
            aspect_ratios = (aspect_ratios,) * len(sizes)
        self.sizes = sizes
        self.aspect_ratios = aspect_ratios
        self.cell_anchors = [
            self.generate_anchors(size, ratio)
            for size, ratio in zip(sizes, aspect_ratios, strict=True)
        ]

    def generate_anchors(
        self,
        scales: list[int],
        aspect_ratios: list[float],
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> Tensor:
        """Boxes (N, 4) around 0, whole numbers."""
        sizes = torch.as_tensor(scales, dtype=dtype, device=device)
        high = torch.sqrt(torch.as_tensor(aspect_ratios, dtype=dtype, device=device))
        widths = ((1 / high)[:, None] * sizes[None]).view(-1)
        heights = (high[:, None] * sizes[None]).view(-1)
        return (torch.stack([-widths, -heights, widths, heights], dim=1) / 2).round()

    def num_anchors_per_location(self) -> list[int]:
        """How many boxes there are at a place of each map."""
        return [len(s) * len(a) for s, a in zip(self.sizes, self.aspect_ratios, strict=True)]

    def grid_anchors(self, grid_sizes: list[list[int]], strides: list[list[int]]) -> list[Tensor]:
        """The boxes (H * W * boxes, 4) of each map."""
        if not len(grid_sizes) == len(strides) == len(self.cell_anchors):
            raise AssertionError(
                "Anchors should be Tuple[Tuple[int]] because each feature map could potentially "
                "have different sizes and aspect ratios. There needs to be a match between the "
                "number of feature maps passed and the number of sizes / aspect ratios specified."
            )
        found = []
        for (height, width), (down, right), cell in zip(
            grid_sizes, strides, self.cell_anchors, strict=True
        ):
            options = {"dtype": torch.int32, "device": cell.device}
            y, x = torch.meshgrid(
                torch.arange(0, height, **options) * down,
                torch.arange(0, width, **options) * right,
                indexing="ij",
            )
            shifts = torch.stack((x, y, x, y), dim=-1).reshape(-1, 1, 4)
            found.append((shifts + cell[None]).reshape(-1, 4))
        return found

    def forward(self, image_list: ImageList, feature_maps: list[Tensor]) -> list[Tensor]:
        sizes = [list(m.shape[-2:]) for m in feature_maps]
        whole = image_list.tensors.shape[-2:]
        first = feature_maps[0]
        self.cell_anchors = [
            c.to(dtype=first.dtype, device=first.device) for c in self.cell_anchors
        ]
        strides = [[whole[0] // h, whole[1] // w] for h, w in sizes]
        boxes = torch.cat(self.grid_anchors(sizes, strides))
        return [boxes for _ in image_list.image_sizes]


class DefaultBoxGenerator(nn.Module):
    """The default boxes of SSD, of sizes relative to the image, by map.

    W. Liu et al., SSD: Single Shot MultiBox Detector, 2015, section 2.2. `scales` has one more
    than there are maps; `steps` are the maps' strides in pixels.
    """

    def __init__(
        self,
        aspect_ratios: list[list[int]],
        min_ratio: float = 0.15,
        max_ratio: float = 0.9,
        scales: list[float] | None = None,
        steps: list[int] | None = None,
        clip: bool = True,
    ) -> None:
        super().__init__()
        if steps is not None and len(aspect_ratios) != len(steps):
            raise ValueError("aspect_ratios and steps should have the same length")
        self.aspect_ratios = aspect_ratios
        self.steps = steps
        self.clip = clip
        count = len(aspect_ratios)
        if scales is None and count > 1:
            step = max_ratio - min_ratio
            scales = [min_ratio + step * k / (count - 1.0) for k in range(count)] + [1.0]
        self.scales = [min_ratio, max_ratio] if scales is None else scales
        self._wh_pairs = self._generate_wh_pairs(count)

    def _generate_wh_pairs(
        self, num_outputs: int, dtype: torch.dtype = torch.float32, device: str = "cpu"
    ) -> list[Tensor]:
        """The widths and heights (boxes, 2) of each map, relative to the image."""
        pairs = []
        for k in range(num_outputs):
            size = self.scales[k]
            between = math.sqrt(size * self.scales[k + 1])
            found = [[size, size], [between, between]]
            for ratio in self.aspect_ratios[k]:
                width, height = size * math.sqrt(ratio), size / math.sqrt(ratio)
                found.extend([[width, height], [height, width]])
            pairs.append(torch.as_tensor(found, dtype=dtype, device=device))
        return pairs

    def num_anchors_per_location(self) -> list[int]:
        """How many boxes there are at a place of each map."""
        return [2 + 2 * len(ratios) for ratios in self.aspect_ratios]

    def _grid_default_boxes(
        self, grid_sizes: list[list[int]], image_size: list[int], dtype: torch.dtype
    ) -> Tensor:
        """Centers and sizes (N, 4), relative to the image."""
        found = []
        for k, (height, width) in enumerate(grid_sizes):
            if self.steps is not None:
                rows, columns = (image_size[i] / self.steps[k] for i in (0, 1))
            else:
                rows, columns = height, width
            y, x = torch.meshgrid(
                (torch.arange(0, height) + 0.5).to(dtype) / rows,
                (torch.arange(0, width) + 0.5).to(dtype) / columns,
                indexing="ij",
            )
            centers = torch.stack((x.reshape(-1), y.reshape(-1)), dim=-1)[:, None]
            pairs = self._wh_pairs[k].clamp(min=0, max=1) if self.clip else self._wh_pairs[k]
            pairs = pairs.to(dtype)
            count = (centers.shape[0], pairs.shape[0], 2)
            both = torch.cat((centers.expand(count), pairs[None].expand(count)), dim=-1)
            found.append(both.reshape(-1, 4))
        return torch.cat(found, dim=0)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(aspect_ratios={self.aspect_ratios}, clip={self.clip}, "
            f"scales={self.scales}, steps={self.steps})"
        )

    def forward(self, image_list: ImageList, feature_maps: list[Tensor]) -> list[Tensor]:
        sizes = [list(m.shape[-2:]) for m in feature_maps]
        height, width = image_list.tensors.shape[-2:]
        first = feature_maps[0]
        boxes = self._grid_default_boxes(sizes, [height, width], first.dtype).to(first.device)
        half = 0.5 * boxes[:, 2:]
        corners = torch.cat([boxes[:, :2] - half, boxes[:, :2] + half], -1)
        whole = torch.tensor([width, height, width, height], dtype=boxes.dtype, device=boxes.device)
        return [corners * whole for _ in image_list.image_sizes]
