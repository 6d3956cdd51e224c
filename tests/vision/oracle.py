"""torchvision beside a PyTorch without CUDA, for which its wheel has no kernels.

torchvision looks the operators up when it is imported; its Python part does not need them.
"""

from __future__ import annotations

import functools
from typing import Any

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


@functools.cache
def prepare() -> None:
    """Declare torchvision's operators, unless a build with kernels has them."""
    import torch

    if torch.cuda.is_available():
        return
    library = torch.library.Library("torchvision", "FRAGMENT")
    _kept.append(library)
    for schema in SCHEMAS:
        try:
            library.define(schema)
        except RuntimeError as e:
            if "already" not in str(e) and "multiple" not in str(e):
                raise
