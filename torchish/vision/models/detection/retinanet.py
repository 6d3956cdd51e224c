"""RetinaNet.

T. Lin et al., Focal Loss for Dense Object Detection, 2017; S. Zhang et al., Bridging the Gap
Between Anchor-based and Anchor-free Detection, 2019 (version 2).
https://docs.pytorch.org/vision/stable/models/retinanet.html
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.vision.models._api import WeightsEnum, model, weights_enum
from torchish.vision.models.detection._utils import BoxCoder, Matcher, normal_start
from torchish.vision.models.detection.anchor_utils import AnchorGenerator
from torchish.vision.models.detection.backbone_utils import resnet_fpn, trainable
from torchish.vision.models.detection.dense import (
    PyramidDetector,
    of_matches,
    one_hot,
    predictions,
)
from torchish.vision.models.detection.faster_rcnn import resnet50_fpn, without_eps
from torchish.vision.models.resnet import ResNet50_Weights, resnet50
from torchish.vision.ops import boxes as box_ops
from torchish.vision.ops.feature_pyramid_network import LastLevelP6P7
from torchish.vision.ops.iou_losses import generalized_box_iou_loss
from torchish.vision.ops.misc import Conv2dNormActivation, rename_in_old

__all__ = [
    "RetinaNet",
    "RetinaNet_ResNet50_FPN_V2_Weights",
    "RetinaNet_ResNet50_FPN_Weights",
    "retinanet_resnet50_fpn",
    "retinanet_resnet50_fpn_v2",
]

Layer = Callable[..., nn.Module]


class _Head(nn.Module):
    """Four 3x3 convolutions."""

    _version = 2

    def __init__(self, in_channels: int, norm_layer: Layer | None) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            *(
                Conv2dNormActivation(in_channels, in_channels, norm_layer=norm_layer)
                for _ in range(4)
            )
        )

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, *args):
        # Then an activation stood beside each convolution, not within it
        names = {f"conv.{2 * i}": f"conv.{i}.0" for i in range(4)}
        rename_in_old(state_dict, prefix, local_metadata, names)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *args)


class RetinaNetClassificationHead(_Head):
    """The logits of the classes (N, boxes, classes) of maps."""

    def __init__(
        self,
        in_channels: int,
        num_anchors: int,
        num_classes: int,
        prior_probability: float = 0.01,
        norm_layer: Layer | None = None,
    ) -> None:
        super().__init__(in_channels, norm_layer)
        normal_start(self.conv)
        self.cls_logits = nn.Conv2d(in_channels, num_anchors * num_classes, 3, padding=1)
        nn.init.normal_(self.cls_logits.weight, std=0.01)
        rare = -math.log((1 - prior_probability) / prior_probability)
        nn.init.constant_(self.cls_logits.bias, rare)
        self.num_classes = num_classes
        self.num_anchors = num_anchors
        self.BETWEEN_THRESHOLDS = Matcher.BETWEEN_THRESHOLDS

    def compute_loss(
        self,
        targets: list[dict[str, Tensor]],
        head_outputs: dict[str, Tensor],
        matched_idxs: list[Tensor],
    ) -> Tensor:
        losses = []
        for target, logits, matched in zip(
            targets, head_outputs["cls_logits"], matched_idxs, strict=True
        ):
            true = one_hot(target["labels"], matched, logits)
            loss = box_ops.sigmoid_focal_loss(logits, true)
            valid = (matched != self.BETWEEN_THRESHOLDS)[:, None]
            loss = torch.where(valid, loss, torch.zeros_like(loss)).sum()
            losses.append(loss / (matched >= 0).sum().clamp(min=1))
        return sum(losses) / len(targets)

    def forward(self, x: list[Tensor]) -> Tensor:
        return predictions([(self.conv, self.cls_logits)], x, self.num_classes)


class RetinaNetRegressionHead(_Head):
    """How boxes are moved (N, boxes, 4), of maps."""

    def __init__(self, in_channels: int, num_anchors: int, norm_layer: Layer | None = None) -> None:
        super().__init__(in_channels, norm_layer)
        self.bbox_reg = nn.Conv2d(in_channels, num_anchors * 4, 3, padding=1)
        normal_start(self.bbox_reg)
        normal_start(self.conv)
        self.box_coder = BoxCoder(weights=(1.0, 1.0, 1.0, 1.0))
        self._loss_type = "l1"

    def compute_loss(
        self,
        targets: list[dict[str, Tensor]],
        head_outputs: dict[str, Tensor],
        anchors: list[Tensor],
        matched_idxs: list[Tensor],
    ) -> Tensor:
        losses = []
        for target, moves, own, matched in zip(
            targets, head_outputs["bbox_regression"], anchors, matched_idxs, strict=True
        ):
            true = of_matches(target["boxes"], matched, own)
            if self._loss_type == "giou":
                boxes = self.box_coder.decode_single(moves, own)
                loss = generalized_box_iou_loss(boxes, true)
            else:
                code = self.box_coder.encode_single(true, own)
                loss = F.l1_loss(moves, code, reduction="none").sum(-1)
            found = matched >= 0
            loss = torch.where(found, loss, torch.zeros_like(loss)).sum()
            losses.append(loss / found.sum().clamp(min=1))
        return sum(losses) / max(1, len(targets))

    def forward(self, x: list[Tensor]) -> Tensor:
        return predictions([(self.conv, self.bbox_reg)], x, 4)


class RetinaNetHead(nn.Module):
    """Both heads, and their losses."""

    def __init__(
        self,
        in_channels: int,
        num_anchors: int,
        num_classes: int,
        norm_layer: Layer | None = None,
    ) -> None:
        super().__init__()
        self.classification_head = RetinaNetClassificationHead(
            in_channels, num_anchors, num_classes, norm_layer=norm_layer
        )
        self.regression_head = RetinaNetRegressionHead(
            in_channels, num_anchors, norm_layer=norm_layer
        )

    def compute_loss(
        self,
        targets: list[dict[str, Tensor]],
        head_outputs: dict[str, Tensor],
        anchors: list[Tensor],
        matched_idxs: list[Tensor],
    ) -> dict[str, Tensor]:
        given = (targets, head_outputs)
        return {
            "classification": self.classification_head.compute_loss(*given, matched_idxs),
            "bbox_regression": self.regression_head.compute_loss(*given, anchors, matched_idxs),
        }

    def forward(self, x: list[Tensor]) -> dict[str, Tensor]:
        return {
            "cls_logits": self.classification_head(x),
            "bbox_regression": self.regression_head(x),
        }


def _default_anchors() -> AnchorGenerator:
    """Three sizes, a third of an octave apart, for each of five maps."""
    sizes = tuple(
        (x, int(x * 2 ** (1.0 / 3)), int(x * 2 ** (2.0 / 3))) for x in (32, 64, 128, 256, 512)
    )
    return AnchorGenerator(sizes, ((0.5, 1.0, 2.0),) * len(sizes))


class RetinaNet(PyramidDetector):
    """Boxes, scores and labels of what is in images [(C, H, W)] with values in [0, 1].

    The backbone gives maps and says `out_channels`. Targets are dictionaries with "boxes" (N, 4)
    and "labels" (N,) int64.
    """

    def __init__(
        self,
        backbone: nn.Module,
        num_classes: int,
        min_size: int = 800,
        max_size: int = 1333,
        image_mean: list[float] | None = None,
        image_std: list[float] | None = None,
        anchor_generator: AnchorGenerator | None = None,
        head: nn.Module | None = None,
        proposal_matcher: Matcher | None = None,
        score_thresh: float = 0.05,
        nms_thresh: float = 0.5,
        detections_per_img: int = 300,
        fg_iou_thresh: float = 0.5,
        bg_iou_thresh: float = 0.4,
        topk_candidates: int = 1000,
        **kwargs: Any,
    ) -> None:
        super().__init__(backbone, anchor_generator, _default_anchors())
        count = self.anchor_generator.num_anchors_per_location()[0]
        self.head = head or RetinaNetHead(backbone.out_channels, count, num_classes)
        self.proposal_matcher = proposal_matcher or Matcher(
            fg_iou_thresh, bg_iou_thresh, allow_low_quality_matches=True
        )
        self.box_coder = BoxCoder(weights=(1.0, 1.0, 1.0, 1.0))
        self._set_transform(min_size, max_size, image_mean, image_std, kwargs)
        self.score_thresh = score_thresh
        self.nms_thresh = nms_thresh
        self.detections_per_img = detections_per_img
        self.topk_candidates = topk_candidates

    def _losses(self, targets: Any, head: Any, anchors: list[Tensor], counts: Any) -> Any:
        return self.head.compute_loss(targets, head, anchors, self._matches(targets, anchors))

    def _decoded(self, moves: Tensor, boxes: Tensor) -> Tensor:
        return self.box_coder.decode_single(moves, boxes)


RetinaNet_ResNet50_FPN_Weights = weights_enum("RetinaNet_ResNet50_FPN_Weights", __name__)
RetinaNet_ResNet50_FPN_V2_Weights = weights_enum("RetinaNet_ResNet50_FPN_V2_Weights", __name__)


@model(
    RetinaNet_ResNet50_FPN_Weights,
    legacy="COCO_V1",
    backbone=ResNet50_Weights.IMAGENET1K_V1,
    prepare=without_eps,
)
def retinanet_resnet50_fpn(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> RetinaNet:
    """RetinaNet on ResNet50 with a feature pyramid; other options are RetinaNet's."""
    backbone = resnet50_fpn(
        weights_backbone,
        progress,
        trained,
        trainable_backbone_layers,
        returned_layers=[2, 3, 4],
        extra=lambda: LastLevelP6P7(256, 256),
    )
    return RetinaNet(backbone, 91 if num_classes is None else num_classes, **kwargs)


@model(
    RetinaNet_ResNet50_FPN_V2_Weights,
    legacy="COCO_V1",
    backbone=ResNet50_Weights.IMAGENET1K_V1,
    backbone_given=False,
)
def retinanet_resnet50_fpn_v2(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> RetinaNet:
    """RetinaNet, version 2: norms in its heads, another loss of boxes."""
    layers = trainable(trained, trainable_backbone_layers, 5, 3)
    body = resnet50(weights=weights_backbone, progress=progress)
    backbone = resnet_fpn(
        body, layers, returned_layers=[2, 3, 4], extra_blocks=LastLevelP6P7(2048, 256)
    )
    classes = 91 if num_classes is None else num_classes
    anchors = _default_anchors()
    count = anchors.num_anchors_per_location()[0]
    head = RetinaNetHead(256, count, classes, norm_layer=partial(nn.GroupNorm, 32))
    head.regression_head._loss_type = "giou"
    return RetinaNet(backbone, classes, anchor_generator=anchors, head=head, **kwargs)
