"""DeepLabV3: parallel convolutions of several dilations on a dilated backbone.

L.-C. Chen et al., Rethinking Atrous Convolution for Semantic Image Segmentation, 2017.
https://docs.pytorch.org/vision/stable/models/deeplabv3.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models._api import WeightsEnum, model, weights_enum
from torchish.vision.models.mobilenetv3 import (
    MobileNet_V3_Large_Weights,
    mobilenet_v3_large,
)
from torchish.vision.models.resnet import (
    ResNet,
    ResNet50_Weights,
    ResNet101_Weights,
    resnet50,
    resnet101,
)
from torchish.vision.models.segmentation._utils import (
    _SimpleSegmentationModel,
    build,
    enlarge,
)

__all__ = [
    "DeepLabV3",
    "DeepLabV3_MobileNet_V3_Large_Weights",
    "DeepLabV3_ResNet101_Weights",
    "DeepLabV3_ResNet50_Weights",
    "deeplabv3_mobilenet_v3_large",
    "deeplabv3_resnet101",
    "deeplabv3_resnet50",
]


class DeepLabV3(_SimpleSegmentationModel):
    """DeepLabV3. Images (N, 3, H, W) give {"out": logits}."""


def _conv(in_channels: int, out_channels: int, size: int, dilation: int = 1) -> list[nn.Module]:
    padding = dilation if size == 3 else 0
    conv = nn.Conv2d(
        in_channels, out_channels, size, padding=padding, dilation=dilation, bias=False
    )
    return [conv, nn.BatchNorm2d(out_channels), nn.ReLU()]


class ASPPConv(nn.Sequential):
    """A dilated 3x3 convolution, a norm, ReLU."""

    def __init__(self, in_channels: int, out_channels: int, dilation: int) -> None:
        super().__init__(*_conv(in_channels, out_channels, 3, dilation))


class ASPPPooling(nn.Sequential):
    """What a 1x1 convolution makes of the mean, at every place."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(nn.AdaptiveAvgPool2d(1), *_conv(in_channels, out_channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        return enlarge(super().forward(x), x)


class ASPP(nn.Module):
    """Spatial pyramid pooling: 1x1, a dilated convolution for each rate, the mean; all joined."""

    def __init__(
        self, in_channels: int, atrous_rates: Sequence[int], out_channels: int = 256
    ) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            [
                nn.Sequential(*_conv(in_channels, out_channels, 1)),
                *(ASPPConv(in_channels, out_channels, rate) for rate in atrous_rates),
                ASPPPooling(in_channels, out_channels),
            ]
        )
        self.project = nn.Sequential(
            *_conv(len(self.convs) * out_channels, out_channels, 1), nn.Dropout(0.5)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.project(torch.cat([conv(x) for conv in self.convs], dim=1))


class DeepLabHead(nn.Sequential):
    """The pyramid, a 3x3 convolution, a 1x1 convolution to the classes."""

    def __init__(
        self, in_channels: int, num_classes: int, atrous_rates: Sequence[int] = (12, 24, 36)
    ) -> None:
        super().__init__(
            ASPP(in_channels, atrous_rates),
            *_conv(256, 256, 3),
            nn.Conv2d(256, num_classes, 1),
        )


def _on_resnet(
    make: Callable[..., ResNet], weights: Any, progress: bool, *options: Any
) -> DeepLabV3:
    backbone = make(
        weights=weights, progress=progress, replace_stride_with_dilation=[False, True, True]
    )
    return build(DeepLabV3, DeepLabHead, backbone, *options)


DeepLabV3_ResNet50_Weights = weights_enum("DeepLabV3_ResNet50_Weights", __name__)
DeepLabV3_ResNet101_Weights = weights_enum("DeepLabV3_ResNet101_Weights", __name__)
DeepLabV3_MobileNet_V3_Large_Weights = weights_enum(
    "DeepLabV3_MobileNet_V3_Large_Weights", __name__
)
_OPTIONS = {"legacy": "COCO_WITH_VOC_LABELS_V1", "fixed": {"aux_loss": True}}


@model(DeepLabV3_ResNet50_Weights, backbone=ResNet50_Weights.IMAGENET1K_V1, **_OPTIONS)
def deeplabv3_resnet50(
    *,
    num_classes: int | None = None,
    aux_loss: bool | None = None,
    weights_backbone: WeightsEnum | None = None,
    progress: bool = True,
) -> DeepLabV3:
    """DeepLabV3 on a ResNet with 50 layers."""
    return _on_resnet(resnet50, weights_backbone, progress, num_classes, aux_loss)


@model(DeepLabV3_ResNet101_Weights, backbone=ResNet101_Weights.IMAGENET1K_V1, **_OPTIONS)
def deeplabv3_resnet101(
    *,
    num_classes: int | None = None,
    aux_loss: bool | None = None,
    weights_backbone: WeightsEnum | None = None,
    progress: bool = True,
) -> DeepLabV3:
    """DeepLabV3 on a ResNet with 101 layers."""
    return _on_resnet(resnet101, weights_backbone, progress, num_classes, aux_loss)


@model(
    DeepLabV3_MobileNet_V3_Large_Weights,
    backbone=MobileNet_V3_Large_Weights.IMAGENET1K_V1,
    **_OPTIONS,
)
def deeplabv3_mobilenet_v3_large(
    *,
    num_classes: int | None = None,
    aux_loss: bool | None = None,
    weights_backbone: WeightsEnum | None = None,
    progress: bool = True,
) -> DeepLabV3:
    """DeepLabV3 on the large MobileNet v3."""
    backbone = mobilenet_v3_large(weights=weights_backbone, progress=progress, dilated=True)
    return build(DeepLabV3, DeepLabHead, backbone, num_classes, aux_loss)
