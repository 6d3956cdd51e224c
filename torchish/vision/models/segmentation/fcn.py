"""Fully convolutional networks on dilated ResNets.

J. Long et al., Fully Convolutional Networks for Semantic Segmentation, 2014.
https://docs.pytorch.org/vision/stable/models/fcn.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish.vision.models._api import WeightsEnum, model, weights_enum
from torchish.vision.models.resnet import (
    ResNet,
    ResNet50_Weights,
    ResNet101_Weights,
    resnet50,
    resnet101,
)
from torchish.vision.models.segmentation._utils import FCNHead, _SimpleSegmentationModel, build

__all__ = ["FCN", "FCN_ResNet101_Weights", "FCN_ResNet50_Weights", "fcn_resnet101", "fcn_resnet50"]


class FCN(_SimpleSegmentationModel):
    """A fully convolutional network. Images (N, 3, H, W) give {"out": logits}."""


def _make(make: Callable[..., ResNet], weights: Any, progress: bool, *options: Any) -> FCN:
    backbone = make(
        weights=weights, progress=progress, replace_stride_with_dilation=[False, True, True]
    )
    return build(FCN, FCNHead, backbone, *options)


FCN_ResNet50_Weights = weights_enum("FCN_ResNet50_Weights", __name__)
FCN_ResNet101_Weights = weights_enum("FCN_ResNet101_Weights", __name__)
_OPTIONS = {"legacy": "COCO_WITH_VOC_LABELS_V1", "fixed": {"aux_loss": True}}


@model(FCN_ResNet50_Weights, backbone=ResNet50_Weights.IMAGENET1K_V1, **_OPTIONS)
def fcn_resnet50(
    *,
    num_classes: int | None = None,
    aux_loss: bool | None = None,
    weights_backbone: WeightsEnum | None = None,
    progress: bool = True,
) -> FCN:
    """FCN on a ResNet with 50 layers."""
    return _make(resnet50, weights_backbone, progress, num_classes, aux_loss)


@model(FCN_ResNet101_Weights, backbone=ResNet101_Weights.IMAGENET1K_V1, **_OPTIONS)
def fcn_resnet101(
    *,
    num_classes: int | None = None,
    aux_loss: bool | None = None,
    weights_backbone: WeightsEnum | None = None,
    progress: bool = True,
) -> FCN:
    """FCN on a ResNet with 101 layers."""
    return _make(resnet101, weights_backbone, progress, num_classes, aux_loss)
