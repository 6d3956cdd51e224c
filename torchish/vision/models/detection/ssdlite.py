"""SSDlite on MobileNet v3.

A. Howard et al., Searching for MobileNetV3, 2019; M. Sandler et al., MobileNetV2, 2018.
https://docs.pytorch.org/vision/stable/models/ssdlite.html
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models._api import WeightsEnum, model, weights_enum
from torchish.vision.models.detection._utils import normal_start, retrieve_out_channels
from torchish.vision.models.detection.anchor_utils import DefaultBoxGenerator
from torchish.vision.models.detection.backbone_utils import trainable
from torchish.vision.models.detection.ssd import SSD, SSDScoringHead, drop_size
from torchish.vision.models.mobilenetv3 import MobileNet_V3_Large_Weights, mobilenet_v3_large
from torchish.vision.models.segmentation._utils import stages
from torchish.vision.ops.misc import Conv2dNormActivation

__all__ = ["SSDLite320_MobileNet_V3_Large_Weights", "ssdlite320_mobilenet_v3_large"]

Layer = Callable[..., nn.Module]


def _conv(before: int, after: int, size: int, norm_layer: Layer, **options: Any) -> nn.Module:
    return Conv2dNormActivation(
        before,
        after,
        kernel_size=size,
        norm_layer=norm_layer,
        activation_layer=nn.ReLU6,
        **options,
    )


def _predictors(
    in_channels: list[int], num_anchors: list[int], numbers: int, norm_layer: Layer
) -> nn.ModuleList:
    made = nn.ModuleList(
        nn.Sequential(
            _conv(channels, channels, 3, norm_layer, groups=channels),
            nn.Conv2d(channels, numbers * anchors, 1),
        )
        for channels, anchors in zip(in_channels, num_anchors, strict=True)
    )
    normal_start(made, 0.03)
    return made


class SSDLiteClassificationHead(SSDScoringHead):
    """The logits of the classes (N, boxes, classes)."""

    def __init__(
        self,
        in_channels: list[int],
        num_anchors: list[int],
        num_classes: int,
        norm_layer: Layer,
    ) -> None:
        parts = _predictors(in_channels, num_anchors, num_classes, norm_layer)
        super().__init__(parts, num_classes)


class SSDLiteRegressionHead(SSDScoringHead):
    """How boxes are moved (N, boxes, 4)."""

    def __init__(self, in_channels: list[int], num_anchors: list[int], norm_layer: Layer) -> None:
        super().__init__(_predictors(in_channels, num_anchors, 4, norm_layer), 4)


class SSDLiteHead(nn.Module):
    """Both heads."""

    def __init__(
        self,
        in_channels: list[int],
        num_anchors: list[int],
        num_classes: int,
        norm_layer: Layer,
    ) -> None:
        super().__init__()
        self.classification_head = SSDLiteClassificationHead(
            in_channels, num_anchors, num_classes, norm_layer
        )
        self.regression_head = SSDLiteRegressionHead(in_channels, num_anchors, norm_layer)

    def forward(self, x: list[Tensor]) -> dict[str, Tensor]:
        return {
            "bbox_regression": self.regression_head(x),
            "cls_logits": self.classification_head(x),
        }


def _extra_block(before: int, after: int, norm_layer: Layer) -> nn.Sequential:
    """Half the size, by a depthwise convolution among half the channels."""
    inner = after // 2
    return nn.Sequential(
        _conv(before, inner, 1, norm_layer),
        _conv(inner, inner, 3, norm_layer, stride=2, groups=inner),
        _conv(inner, after, 1, norm_layer),
    )


class SSDLiteFeatureExtractorMobileNet(nn.Module):
    """The maps of a MobileNet, the first within the block `c4_pos`, and of layers behind it."""

    def __init__(
        self,
        backbone: nn.Sequential,
        c4_pos: int,
        norm_layer: Layer,
        width_mult: float = 1.0,
        min_depth: int = 16,
    ) -> None:
        super().__init__()
        cut = backbone[c4_pos]
        if cut.use_res_connect:
            raise ValueError("backbone[c4_pos].use_res_connect should be False")
        self.features = nn.Sequential(
            nn.Sequential(*backbone[:c4_pos], cut.block[0]),  # as far as the expansion
            nn.Sequential(cut.block[1:], *backbone[c4_pos + 1 :]),
        )
        widths = [backbone[-1].out_channels]
        widths += [max(min_depth, int(depth * width_mult)) for depth in (512, 256, 256, 128)]
        self.extra = nn.ModuleList(
            _extra_block(widths[i], widths[i + 1], norm_layer) for i in range(4)
        )
        normal_start(self.extra, 0.03)

    def forward(self, x: Tensor) -> OrderedDict[str, Tensor]:
        maps = []
        for block in (*self.features, *self.extra):
            x = block(x)
            maps.append(x)
        return OrderedDict((str(i), t) for i, t in enumerate(maps))


SSDLite320_MobileNet_V3_Large_Weights = weights_enum(
    "SSDLite320_MobileNet_V3_Large_Weights", __name__
)


@model(
    SSDLite320_MobileNet_V3_Large_Weights,
    legacy="COCO_V1",
    backbone=MobileNet_V3_Large_Weights.IMAGENET1K_V1,
)
def ssdlite320_mobilenet_v3_large(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    norm_layer: Layer | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> SSD:
    """SSDlite on the large MobileNet v3 for images of 320 pixels; other options are SSD's."""
    drop_size(kwargs)
    layers = trainable(trained, trainable_backbone_layers, 6, 6)
    norm = norm_layer or partial(nn.BatchNorm2d, eps=0.001, momentum=0.03)
    body = mobilenet_v3_large(
        weights=weights_backbone,
        progress=progress,
        norm_layer=norm,
        reduced_tail=weights_backbone is None,  # as in the paper, for which there are no weights
    )
    if weights_backbone is None:
        normal_start(body, 0.03)
    features = body.features
    at = stages(features)
    first = len(features) if layers == 0 else at[len(at) - layers]
    for block in features[:first]:
        for parameter in block.parameters():
            parameter.requires_grad_(False)
    backbone = SSDLiteFeatureExtractorMobileNet(features, at[-2], norm)
    anchors = DefaultBoxGenerator([[2, 3]] * 6, min_ratio=0.2, max_ratio=0.95)
    classes = 91 if num_classes is None else num_classes
    channels = retrieve_out_channels(backbone, (320, 320))
    head = SSDLiteHead(channels, anchors.num_anchors_per_location(), classes, norm)
    usual = {
        "score_thresh": 0.001,
        "nms_thresh": 0.55,
        "detections_per_img": 300,
        "topk_candidates": 300,
        "image_mean": [0.5, 0.5, 0.5],  # as TensorFlow's
        "image_std": [0.5, 0.5, 0.5],
    }
    return SSD(backbone, anchors, (320, 320), classes, head=head, **{**usual, **kwargs})
