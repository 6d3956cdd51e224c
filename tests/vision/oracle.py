"""torchvision beside a PyTorch without CUDA, for which its wheel has no kernels.

torchvision looks the operators up when it is imported; its Python part does not need them.
"""

from __future__ import annotations

import functools
import importlib
import math
import sys
from typing import Any

import numpy as np

SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, "
    "SymInt pooled_width, int sampling_ratio, bool aligned) -> Tensor",
    "roi_pool(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, "
    "SymInt pooled_width) -> (Tensor, Tensor)",
    "ps_roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, "
    "SymInt pooled_width, int sampling_ratio) -> (Tensor, Tensor)",
    "ps_roi_pool(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, "
    "SymInt pooled_width) -> (Tensor, Tensor)",
    "deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, "
    "SymInt stride_h, SymInt stride_w, SymInt pad_h, SymInt pad_w, SymInt dilation_h, "
    "SymInt dilation_w, SymInt groups, SymInt offset_groups, bool use_mask) -> Tensor",
    "qnms(Tensor g) -> Tensor",
    "_roi_align_backward(Tensor g) -> Tensor",
    "_roi_pool_backward(Tensor g) -> Tensor",
    "_ps_roi_align_backward(Tensor g) -> Tensor",
    "_ps_roi_pool_backward(Tensor g) -> Tensor",
    "_deform_conv2d_backward(Tensor g) -> Tensor",
)
_kept: list[Any] = []


def _nms(boxes, scores, iou_threshold):
    import torch

    order = scores.argsort(descending=True, stable=True)
    sides = boxes[order].detach().numpy()
    area = (sides[:, 2] - sides[:, 0]) * (sides[:, 3] - sides[:, 1])
    gone = np.zeros(len(sides), bool)
    for i in range(len(sides)):
        if not gone[i]:
            low = np.maximum(sides[i, :2], sides[i + 1 :, :2])
            high = np.minimum(sides[i, 2:], sides[i + 1 :, 2:])
            shared = np.maximum(high - low, 0).prod(1)
            whole = np.maximum(area[i] + area[i + 1 :] - shared, 1e-30)
            gone[i + 1 :] |= shared / whole > iou_threshold
    return order[torch.from_numpy(~gone)]


def _roi_align(input, rois, spatial_scale, height, width, ratio, aligned):
    """One region after the other, by PyTorch's own sampling."""
    import torch

    rows, columns = input.shape[2:]
    found = []
    for roi in rois.detach():
        x1, y1, x2, y2 = (roi[1:] * spatial_scale - (0.5 if aligned else 0)).tolist()
        sides = [y2 - y1, x2 - x1] if aligned else [max(y2 - y1, 1.0), max(x2 - x1, 1.0)]
        counts = [
            ratio if ratio > 0 else math.ceil(side / n)
            for side, n in zip(sides, (height, width), strict=True)
        ]
        y, x = (
            start + (torch.arange(n * count).to(input) + 0.5) * side / (n * count)
            for start, side, n, count in zip((y1, x1), sides, (height, width), counts, strict=True)
        )
        keep = ((y >= -1) & (y <= rows))[:, None] & ((x >= -1) & (x <= columns))[None]
        grid = torch.stack(
            torch.meshgrid(
                2 * x.clamp(0, columns - 1) / max(columns - 1, 1) - 1,
                2 * y.clamp(0, rows - 1) / max(rows - 1, 1) - 1,
                indexing="xy",
            ),
            -1,
        )
        samples = torch.nn.functional.grid_sample(
            input[int(roi[0])][None], grid[None], padding_mode="border", align_corners=True
        )
        found.append(torch.nn.functional.avg_pool2d(samples * keep, counts))
    return torch.cat(found) if found else input.new_zeros((0, input.shape[1], height, width))


# For tests of what stands on them
KERNELS = {"nms": _nms, "roi_align": _roi_align}


@functools.cache
def load() -> Any:
    """torchvision; its operators are declared first, unless a build with kernels has them."""
    import torch

    if torch.cuda.is_available():
        return importlib.import_module("torchvision")
    library = torch.library.Library("torchvision", "FRAGMENT")
    _kept.append(library)
    for schema in SCHEMAS:
        name = schema.partition("(")[0]
        try:
            library.define(schema)
            if name in KERNELS:
                for key in ("CPU", "AutogradCPU"):
                    library.impl(name, KERNELS[name], key)
        except RuntimeError as e:
            if "already" not in str(e) and "multiple" not in str(e):
                raise
    torchvision = importlib.import_module("torchvision")
    for module in ("torchvision.extension", "torchvision.ops.roi_align"):
        sys.modules[module]._has_ops = lambda: True  # those above
    return torchvision
