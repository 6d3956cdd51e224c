"""Imports torchvision 0.28.0 beside the CPU build of PyTorch 2.13.0, as a reference in tests.

torchvision's wheel carries CUDA kernels that do not load beside a CPU build; its Python parts
(transforms, data sets, models, utilities) need only the names of those operators. This module
declares them and then imports torchvision. Install with
`pip install --no-deps torchvision==0.28.0`.

    from torchvision_oracle import torchvision
"""

import torch

_INTS = "SymInt batch_size, SymInt channels, SymInt height, SymInt width"
_POOLED = "SymInt pooled_height, SymInt pooled_width"
_ROIS = f"Tensor input, Tensor rois, float spatial_scale, {_POOLED}"
_GRAD = "Tensor grad, Tensor rois"
_DEFORM = (
    "Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, SymInt stride_h, "
    "SymInt stride_w, SymInt pad_h, SymInt pad_w, SymInt dilation_h, SymInt dilation_w, "
    "SymInt groups, SymInt offset_groups, bool use_mask"
)
_BOXES = "Tensor dets, Tensor scores, float iou_threshold"
_SAMPLED = f"float spatial_scale, {_POOLED}, int sampling_ratio"

_library = torch.library.Library("torchvision", "DEF")
for _schema in (
    f"nms({_BOXES}) -> Tensor",
    f"qnms({_BOXES}) -> Tensor",
    f"roi_align({_ROIS}, int sampling_ratio, bool aligned) -> Tensor",
    f"_roi_align_backward({_GRAD}, float spatial_scale, {_POOLED}, {_INTS}, int sampling_ratio, "
    "bool aligned) -> Tensor",
    f"roi_pool({_ROIS}) -> (Tensor, Tensor)",
    f"_roi_pool_backward({_GRAD}, Tensor argmax, float spatial_scale, {_POOLED}, {_INTS}) "
    "-> Tensor",
    f"ps_roi_align({_ROIS}, int sampling_ratio) -> (Tensor, Tensor)",
    f"_ps_roi_align_backward({_GRAD}, Tensor channel_mapping, {_SAMPLED}, {_INTS}) -> Tensor",
    f"ps_roi_pool({_ROIS}) -> (Tensor, Tensor)",
    f"_ps_roi_pool_backward({_GRAD}, Tensor channel_mapping, float spatial_scale, {_POOLED}, "
    f"{_INTS}) -> Tensor",
    f"deform_conv2d({_DEFORM}) -> Tensor",
    f"_deform_conv2d_backward(Tensor grad, {_DEFORM}) -> (Tensor, Tensor, Tensor, Tensor, Tensor)",
):
    _library.define(_schema)

import torchvision  # noqa: E402

__all__ = ["torchvision"]
