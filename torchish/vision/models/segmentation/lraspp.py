"""Lite R-ASPP on MobileNet v3.

A. Howard et al., Searching for MobileNetV3, 2019.
https://docs.pytorch.org/vision/stable/models/lraspp.html
"""

from __future__ import annotations

from collections import OrderedDict

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models._api import WeightsEnum, model, weights_enum
from torchish.vision.models._utils import IntermediateLayerGetter
from torchish.vision.models.mobilenetv3 import MobileNet_V3_Large_Weights, mobilenet_v3_large
from torchish.vision.models.segmentation._utils import enlarge, stages

__all__ = ["LRASPP", "LRASPP_MobileNet_V3_Large_Weights", "lraspp_mobilenet_v3_large"]


class LRASPPHead(nn.Module):
    """Coarse features weighed by their mean, and fine ones, each by a 1x1 convolution."""

    def __init__(
        self, low_channels: int, high_channels: int, num_classes: int, inter_channels: int
    ) -> None:
        super().__init__()
        self.cbr = nn.Sequential(
            nn.Conv2d(high_channels, inter_channels, 1, bias=False),
            nn.BatchNorm2d(inter_channels),
            nn.ReLU(inplace=True),
        )
        self.scale = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(high_channels, inter_channels, 1, bias=False),
            nn.Sigmoid(),
        )
        self.low_classifier = nn.Conv2d(low_channels, num_classes, 1)
        self.high_classifier = nn.Conv2d(inter_channels, num_classes, 1)

    def forward(self, input: dict[str, Tensor]) -> Tensor:
        low, high = input["low"], input["high"]
        x = enlarge(self.cbr(high) * self.scale(high), low)
        return self.low_classifier(low) + self.high_classifier(x)


class LRASPP(nn.Module):
    """Images (N, 3, H, W) give {"out": logits (N, num_classes, H, W)}.

    The backbone gives "low" and "high" features.
    """

    def __init__(
        self,
        backbone: nn.Module,
        low_channels: int,
        high_channels: int,
        num_classes: int,
        inter_channels: int = 128,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.classifier = LRASPPHead(low_channels, high_channels, num_classes, inter_channels)

    def forward(self, input: Tensor) -> OrderedDict[str, Tensor]:
        return OrderedDict(out=enlarge(self.classifier(self.backbone(input)), input))


LRASPP_MobileNet_V3_Large_Weights = weights_enum("LRASPP_MobileNet_V3_Large_Weights", __name__)


@model(
    LRASPP_MobileNet_V3_Large_Weights,
    legacy="COCO_WITH_VOC_LABELS_V1",
    backbone=MobileNet_V3_Large_Weights.IMAGENET1K_V1,
)
def lraspp_mobilenet_v3_large(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    progress: bool = True,
    aux_loss: bool | None = None,
) -> LRASPP:
    """Lite R-ASPP on the large MobileNet v3. NotImplementedError for `aux_loss`."""
    if aux_loss:
        raise NotImplementedError("This model does not use auxiliary loss")
    features = mobilenet_v3_large(
        weights=weights_backbone, progress=progress, dilated=True
    ).features
    at = stages(features)
    low, high = features[at[-4]].out_channels, features[at[-1]].out_channels
    backbone = IntermediateLayerGetter(features, {str(at[-4]): "low", str(at[-1]): "high"})
    return LRASPP(backbone, low, high, 21 if num_classes is None else num_classes)
