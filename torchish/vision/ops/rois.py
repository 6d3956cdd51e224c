"""Pooling of regions. https://docs.pytorch.org/vision/stable/ops.html

Regions are rows (number of the image, x1, y1, x2, y2) of a tensor (K, 5), or a list with a tensor
(L, 4) of boxes for each image.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish._core.tensor.api.attach import namespace

__all__ = [
    "PSRoIAlign",
    "PSRoIPool",
    "RoIAlign",
    "RoIPool",
    "multiscale_roi_align",
    "ps_roi_align",
    "ps_roi_pool",
    "roi_align",
    "roi_pool",
    "to_rois",
]

Size = int | Sequence[int]
_KERNELS = namespace("torchvision")


def to_rois(boxes: list[Tensor]) -> Tensor:
    """Boxes (L, 4) of each image as rows (number of the image, x1, y1, x2, y2)."""
    numbers = torch.cat([torch.full_like(b[:, :1], i) for i, b in enumerate(boxes)], dim=0)
    return torch.cat([numbers, torch.cat(list(boxes), dim=0)], dim=1)


def _prepared(input: Tensor, boxes: Any, output_size: Size) -> tuple[Tensor, tuple[int, int]]:
    if isinstance(boxes, list | tuple):
        for box in boxes:
            if box.size(1) != 4:
                raise AssertionError(
                    "The shape of the tensor in the boxes list is not correct as List[Tensor[L, 4]]"
                )
        boxes = to_rois(boxes)
    elif not isinstance(boxes, Tensor):
        raise AssertionError("boxes is expected to be a Tensor[L, 5] or a List[Tensor[L, 4]]")
    elif boxes.size(1) != 5:
        raise AssertionError("The boxes tensor shape is not correct as Tensor[K, 5]")
    if input.dtype != boxes.dtype:
        raise RuntimeError(
            f"expected input and rois of one dtype, but got {input.dtype} and {boxes.dtype}"
        )
    size = (output_size, output_size) if isinstance(output_size, int) else tuple(output_size)
    return boxes, size


def _power(n: float) -> int:
    """The next power of two: few different programs, whatever the sizes."""
    return 1 << max(0, int(np.ceil(n)) - 1).bit_length()


def _bound(rois: Tensor, scale: float, pooled: tuple[int, int], shape: Any, extra: int) -> Any:
    """How many samples or pixels any bin of the regions can have, along y and x."""
    if rois.shape[0] == 0:
        return (1, 1)
    corners = rois.detach().cpu().numpy()
    sides = (corners[:, [4, 3]] - corners[:, [2, 1]]).max(axis=0) * scale
    each = [max(float(s), 1.0) / p + extra for s, p in zip(sides, pooled, strict=True)]
    return tuple(min(_power(e), max(1, n)) for e, n in zip(each, shape, strict=True))


# No bin has more samples than this along an axis
_MOST = (1 << 20, 1 << 20)


def roi_align(
    input: Tensor,
    boxes: Tensor | list[Tensor],
    output_size: Size,
    spatial_scale: float = 1.0,
    sampling_ratio: int = -1,
    aligned: bool = False,
) -> Tensor:
    """Means of samples in the bins of regions of maps (N, C, H, W): (K, C, *output_size).

    `sampling_ratio` samples along each side of a bin, by its size when it is not positive;
    `aligned` puts pixels' centers half a pixel inside.
    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.roi_align.html
    """
    rois, size = _prepared(input, boxes, output_size)
    bound = (1, 1)
    if sampling_ratio <= 0:
        bound = _bound(rois, spatial_scale, size, _MOST, 0)
    return _KERNELS["_roi_align"](
        input, rois, float(spatial_scale), size, sampling_ratio, aligned, bound
    )


def multiscale_roi_align(
    maps: list[Tensor],
    rois: Tensor,
    levels: Tensor,
    scales: list[float],
    size: tuple[int, int],
    sampling_ratio: int,
) -> Tensor:
    """`roi_align` of regions (K, 5), each from the map `levels` (K,) of its scale."""
    bound = (1, 1)
    if sampling_ratio <= 0:
        bound = _bound(rois, max(scales), size, _MOST, 0)
    return _KERNELS["_multiscale_roi_align"](
        maps, rois, levels, tuple(scales), size, sampling_ratio, bound
    )


def ps_roi_align(
    input: Tensor,
    boxes: Tensor | list[Tensor],
    output_size: Size,
    spatial_scale: float = 1.0,
    sampling_ratio: int = -1,
) -> Tensor:
    """`roi_align` in which each bin has channels of its own: (K, C / bins, *output_size).

    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.ps_roi_align.html
    """
    rois, size = _prepared(input, boxes, output_size)
    _check_channels(input, size)
    bound = (1, 1)
    if sampling_ratio <= 0:
        bound = _bound(rois, spatial_scale, size, _MOST, 0)
    return _KERNELS["_ps_roi_align"](input, rois, float(spatial_scale), size, sampling_ratio, bound)


def roi_pool(
    input: Tensor,
    boxes: Tensor | list[Tensor],
    output_size: Size,
    spatial_scale: float = 1.0,
) -> Tensor:
    """The greatest values in the bins of regions of maps (N, C, H, W): (K, C, *output_size).

    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.roi_pool.html
    """
    rois, size = _prepared(input, boxes, output_size)
    bound = _bound(rois, spatial_scale, size, input.shape[2:], 3)
    return _KERNELS["_roi_pool"](input, rois, float(spatial_scale), size, bound)


def ps_roi_pool(
    input: Tensor,
    boxes: Tensor | list[Tensor],
    output_size: Size,
    spatial_scale: float = 1.0,
) -> Tensor:
    """Means over bins, each of which has channels of its own: (K, C / bins, *output_size).

    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.ps_roi_pool.html
    """
    rois, size = _prepared(input, boxes, output_size)
    _check_channels(input, size)
    bound = _bound(rois, spatial_scale, size, input.shape[2:], 3)
    return _KERNELS["_ps_roi_pool"](input, rois, float(spatial_scale), size, bound)


def _check_channels(input: Tensor, size: tuple[int, int]) -> None:
    if input.shape[1] % (size[0] * size[1]) != 0:
        raise RuntimeError("input channels must be a multiple of pooling height * pooling width")


class _Pool(nn.Module):
    """A function of maps and regions as a layer; its options are its attributes."""

    _names: tuple[str, ...] = ("output_size", "spatial_scale")

    def _options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._names}

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value}" for name, value in self._options().items())
        return f"{type(self).__name__}({options})"


class RoIAlign(_Pool):
    """`roi_align` as a layer."""

    _names = ("output_size", "spatial_scale", "sampling_ratio", "aligned")

    def __init__(
        self, output_size: Size, spatial_scale: float, sampling_ratio: int, aligned: bool = False
    ) -> None:
        super().__init__()
        self.output_size = output_size
        self.spatial_scale = spatial_scale
        self.sampling_ratio = sampling_ratio
        self.aligned = aligned

    def forward(self, input: Tensor, rois: Tensor | list[Tensor]) -> Tensor:
        return roi_align(input, rois, **self._options())


class PSRoIAlign(_Pool):
    """`ps_roi_align` as a layer."""

    _names = ("output_size", "spatial_scale", "sampling_ratio")

    def __init__(self, output_size: Size, spatial_scale: float, sampling_ratio: int) -> None:
        super().__init__()
        self.output_size = output_size
        self.spatial_scale = spatial_scale
        self.sampling_ratio = sampling_ratio

    def forward(self, input: Tensor, rois: Tensor | list[Tensor]) -> Tensor:
        return ps_roi_align(input, rois, **self._options())


class RoIPool(_Pool):
    """`roi_pool` as a layer."""

    def __init__(self, output_size: Size, spatial_scale: float) -> None:
        super().__init__()
        self.output_size = output_size
        self.spatial_scale = spatial_scale

    def forward(self, input: Tensor, rois: Tensor | list[Tensor]) -> Tensor:
        return roi_pool(input, rois, **self._options())


class PSRoIPool(_Pool):
    """`ps_roi_pool` as a layer."""

    def __init__(self, output_size: Size, spatial_scale: float) -> None:
        super().__init__()
        self.output_size = output_size
        self.spatial_scale = spatial_scale

    def forward(self, input: Tensor, rois: Tensor | list[Tensor]) -> Tensor:
        return ps_roi_pool(input, rois, **self._options())
