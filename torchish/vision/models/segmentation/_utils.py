"""What segmentation models share: a backbone, a head, perhaps another one for the training."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.vision.models._utils import IntermediateLayerGetter
from torchish.vision.models.mobilenetv3 import MobileNetV3
from torchish.vision.models.resnet import ResNet


class _SimpleSegmentationModel(nn.Module):
    """Images (N, 3, H, W) give {"out": logits (N, classes, H, W)}, and "aux" likewise."""

    def __init__(
        self,
        backbone: nn.Module,
        classifier: nn.Module,
        aux_classifier: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.classifier = classifier
        self.aux_classifier = aux_classifier

    def forward(self, x: Tensor) -> OrderedDict[str, Tensor]:
        features = self.backbone(x)
        result: OrderedDict[str, Tensor] = OrderedDict()
        for name, head in (("out", self.classifier), ("aux", self.aux_classifier)):
            if head is not None:
                result[name] = enlarge(head(features[name]), x)
        return result


class FCNHead(nn.Sequential):
    """A 3x3 convolution to a quarter of the channels, dropout, a 1x1 convolution."""

    def __init__(self, in_channels: int, channels: int) -> None:
        inner = in_channels // 4
        super().__init__(
            nn.Conv2d(in_channels, inner, 3, padding=1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Conv2d(inner, channels, 1),
        )


def enlarge(x: Tensor, like: Tensor) -> Tensor:
    """A map (N, C, h, w) in the size of another one, bilinear."""
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


def stages(features: nn.Sequential) -> list[int]:
    """Where a MobileNet's stages start: its first layer, those with a stride, its last one."""
    strided = [i for i, block in enumerate(features) if getattr(block, "_is_cn", False)]
    return [0, *strided, len(features) - 1]


def build(
    kind: type[_SimpleSegmentationModel],
    head: Any,
    backbone: ResNet | MobileNetV3,
    num_classes: int | None,
    aux_loss: bool | None,
) -> _SimpleSegmentationModel:
    """A model of a kind on a backbone; `head` makes its classifier from (channels, classes)."""
    classes = 21 if num_classes is None else num_classes
    if isinstance(backbone, ResNet):
        layers, last, widths = backbone, ("layer4", "layer3"), (2048, 1024)
    else:
        layers = backbone.features
        at = stages(layers)
        last = (str(at[-1]), str(at[-4]))
        widths = (layers[at[-1]].out_channels, layers[at[-4]].out_channels)
    wanted = {last[0]: "out", last[1]: "aux"} if aux_loss else {last[0]: "out"}
    aux = FCNHead(widths[1], classes) if aux_loss else None
    return kind(IntermediateLayerGetter(layers, wanted), head(widths[0], classes), aux)
