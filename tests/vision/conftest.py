"""torchvision's wheel wants a CUDA build of PyTorch for its kernels; its Python part does not."""

from __future__ import annotations

import pytest

# torchvision looks up these operators when it is imported
SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, "
    "SymInt pooled_width, int sampling_ratio, bool aligned) -> Tensor",
    "_roi_align_backward(Tensor g) -> Tensor",
    "roi_pool(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, "
    "SymInt pooled_width) -> (Tensor, Tensor)",
    "_roi_pool_backward(Tensor g) -> Tensor",
    "ps_roi_align(Tensor g) -> Tensor",
    "_ps_roi_align_backward(Tensor g) -> Tensor",
    "ps_roi_pool(Tensor g) -> Tensor",
    "_ps_roi_pool_backward(Tensor g) -> Tensor",
    "deform_conv2d(Tensor g) -> Tensor",
    "_deform_conv2d_backward(Tensor g) -> Tensor",
)
_kept = []


def declare_operators(torch) -> None:
    """Declare the operators that torchvision looks up, where no kernels are there."""
    if torch.cuda.is_available():
        return
    library = torch.library.Library("torchvision", "FRAGMENT")
    _kept.append(library)
    for schema in SCHEMAS:
        try:
            library.define(schema)
        except RuntimeError as e:  # defined by a build with kernels
            if "already" not in str(e) and "multiple" not in str(e):
                raise


@pytest.fixture(scope="session")
def torchvision():
    """torchvision beside a PyTorch without CUDA; the test is skipped when one is missing."""
    declare_operators(pytest.importorskip("torch"))
    return pytest.importorskip("torchvision")
