"""FCOS.

Z. Tian et al., FCOS: Fully Convolutional One-Stage Object Detection, 2019, and FCOS: A simple and
strong anchor-free object detector, 2020. https://docs.pytorch.org/vision/stable/models/fcos.html
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
from torchish.vision.models.detection._utils import BoxLinearCoder, normal_start
from torchish.vision.models.detection.anchor_utils import AnchorGenerator
from torchish.vision.models.detection.dense import (
    PyramidDetector,
    of_matches,
    one_hot,
    predictions,
)
from torchish.vision.models.detection.faster_rcnn import resnet50_fpn
from torchish.vision.models.resnet import ResNet50_Weights
from torchish.vision.ops import boxes as box_ops
from torchish.vision.ops.feature_pyramid_network import LastLevelP6P7
from torchish.vision.ops.iou_losses import generalized_box_iou_loss

__all__ = ["FCOS", "FCOS_ResNet50_FPN_Weights", "fcos_resnet50_fpn"]

Layer = Callable[..., nn.Module]


def _convolutions(channels: int, count: int, norm_layer: Layer | None) -> nn.Sequential:
    norm = norm_layer or partial(nn.GroupNorm, 32)
    layers: list[nn.Module] = []
    for _ in range(count):
        layers += [nn.Conv2d(channels, channels, 3, padding=1), norm(channels), nn.ReLU()]
    return nn.Sequential(*layers)


class FCOSClassificationHead(nn.Module):
    """The logits of the classes (N, places, classes) of maps."""

    def __init__(
        self,
        in_channels: int,
        num_anchors: int,
        num_classes: int,
        num_convs: int = 4,
        prior_probability: float = 0.01,
        norm_layer: Layer | None = None,
    ) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.num_anchors = num_anchors
        self.conv = _convolutions(in_channels, num_convs, norm_layer)
        normal_start(self.conv)
        self.cls_logits = nn.Conv2d(in_channels, num_anchors * num_classes, 3, padding=1)
        nn.init.normal_(self.cls_logits.weight, std=0.01)
        rare = -math.log((1 - prior_probability) / prior_probability)
        nn.init.constant_(self.cls_logits.bias, rare)

    def forward(self, x: list[Tensor]) -> Tensor:
        return predictions([(self.conv, self.cls_logits)], x, self.num_classes)


class FCOSRegressionHead(nn.Module):
    """The distances to the sides of boxes (N, places, 4), and how central places are, of maps."""

    def __init__(
        self,
        in_channels: int,
        num_anchors: int,
        num_convs: int = 4,
        norm_layer: Layer | None = None,
    ) -> None:
        super().__init__()
        self.conv = _convolutions(in_channels, num_convs, norm_layer)
        self.bbox_reg = nn.Conv2d(in_channels, num_anchors * 4, 3, padding=1)
        self.bbox_ctrness = nn.Conv2d(in_channels, num_anchors, 3, padding=1)
        for part in (self.bbox_reg, self.bbox_ctrness, self.conv):
            normal_start(part)

    def forward(self, x: list[Tensor]) -> tuple[Tensor, Tensor]:
        x = [self.conv(t) for t in x]
        same = nn.Identity()
        moves = predictions([(same, self.bbox_reg)], x, 4)
        return F.relu(moves), predictions([(same, self.bbox_ctrness)], x, 1)


class FCOSHead(nn.Module):
    """Both heads, and their losses."""

    def __init__(
        self, in_channels: int, num_anchors: int, num_classes: int, num_convs: int | None = 4
    ) -> None:
        super().__init__()
        self.box_coder = BoxLinearCoder(normalize_by_size=True)
        self.classification_head = FCOSClassificationHead(
            in_channels, num_anchors, num_classes, num_convs
        )
        self.regression_head = FCOSRegressionHead(in_channels, num_anchors, num_convs)

    def compute_loss(
        self,
        targets: list[dict[str, Tensor]],
        head_outputs: dict[str, Tensor],
        anchors: list[Tensor],
        matched_idxs: list[Tensor],
    ) -> dict[str, Tensor]:
        logits, moves = head_outputs["cls_logits"], head_outputs["bbox_regression"]
        matched, own = torch.stack(matched_idxs), torch.stack(anchors)
        pairs = list(zip(targets, matched, strict=True))
        labels = [one_hot(t["labels"], m, x) for (t, m), x in zip(pairs, logits, strict=True)]
        boxes = torch.stack(
            [of_matches(t["boxes"], m, a) for (t, m), a in zip(pairs, own, strict=True)]
        )
        # How central a place is in its box: equation 3
        sides = self.box_coder.encode(boxes, own)
        shares = [t.min(dim=-1)[0] / t.max(dim=-1)[0] for t in (sides[..., 0::2], sides[..., 1::2])]
        central = torch.sqrt(shares[0] * shares[1])
        losses = {
            "bbox_regression": generalized_box_iou_loss(self.box_coder.decode(moves, own), boxes),
            "bbox_ctrness": F.binary_cross_entropy_with_logits(
                head_outputs["bbox_ctrness"].squeeze(-1), central, reduction="none"
            ),
        }
        found = matched >= 0
        total = {
            "classification": box_ops.sigmoid_focal_loss(
                logits, torch.stack(labels), reduction="sum"
            )
        }
        for name, loss in losses.items():
            total[name] = torch.where(found, loss, torch.zeros_like(loss)).sum()
        return {name: loss / found.sum().clamp(min=1) for name, loss in total.items()}

    def forward(self, x: list[Tensor]) -> dict[str, Tensor]:
        logits = self.classification_head(x)
        moves, central = self.regression_head(x)
        return {"cls_logits": logits, "bbox_regression": moves, "bbox_ctrness": central}


class FCOS(PyramidDetector):
    """Boxes, scores and labels of what is in images [(C, H, W)] with values in [0, 1].

    The backbone gives maps and says `out_channels`. Each place has one box, whose size is the
    map's stride. Targets are dictionaries with "boxes" (N, 4) and "labels" (N,) int64.
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
        center_sampling_radius: float = 1.5,
        score_thresh: float = 0.2,
        nms_thresh: float = 0.6,
        detections_per_img: int = 100,
        topk_candidates: int = 1000,
        **kwargs: Any,
    ) -> None:
        usual = AnchorGenerator(((8,), (16,), (32,), (64,), (128,)), ((1.0,),) * 5)
        super().__init__(backbone, anchor_generator, usual)
        count = self.anchor_generator.num_anchors_per_location()[0]
        if count != 1:
            raise AssertionError(
                f"anchor_generator.num_anchors_per_location()[0] should be 1 instead of {count}"
            )
        self.head = head or FCOSHead(backbone.out_channels, count, num_classes)
        self.box_coder = BoxLinearCoder(normalize_by_size=True)
        self._set_transform(min_size, max_size, image_mean, image_std, kwargs)
        self.center_sampling_radius = center_sampling_radius
        self.score_thresh = score_thresh
        self.nms_thresh = nms_thresh
        self.detections_per_img = detections_per_img
        self.topk_candidates = topk_candidates

    def _matched(self, target: dict[str, Tensor], anchors: Tensor, counts: list[int]) -> Tensor:
        """The number of each place's true box, or -1: it is near the box's center and of a size
        that its map is for; the smallest one of several.
        """
        boxes = target["boxes"]
        if boxes.numel() == 0:
            return torch.full((len(anchors),), -1, dtype=torch.int64, device=anchors.device)
        centers = (anchors[:, :2] + anchors[:, 2:]) / 2
        at, size = centers[:, None], anchors[:, 2] - anchors[:, 0]
        middle = (boxes[:, :2] + boxes[:, 2:]) / 2
        apart = (at - middle[None]).abs().max(dim=2)[0]
        sides = torch.cat(
            [centers[:, None] - boxes[None, :, :2], boxes[None, :, 2:] - centers[:, None]], 2
        )
        least, most = 4 * size, 8 * size
        least[: counts[0]] = 0
        most[-counts[-1] :] = float("inf")
        longest = sides.max(dim=2)[0]
        match = (apart < self.center_sampling_radius * size[:, None]) & (sides.min(dim=2)[0] > 0)
        match = match & (longest > least[:, None]) & (longest < most[:, None])
        area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        smallness, number = (match.to(torch.float32) * (1e8 - area[None])).max(dim=1)
        return number.masked_fill(smallness < 1e-5, -1)

    def _losses(self, targets: Any, head: Any, anchors: list[Tensor], counts: Any) -> Any:
        matched = [self._matched(t, a, counts) for t, a in zip(targets, anchors, strict=True)]
        return self.head.compute_loss(targets, head, anchors, matched)

    def _scores(self, head: dict[str, Tensor]) -> Tensor:
        return torch.sqrt(torch.sigmoid(head["cls_logits"]) * torch.sigmoid(head["bbox_ctrness"]))

    def _decoded(self, moves: Tensor, boxes: Tensor) -> Tensor:
        return self.box_coder.decode(moves, boxes)


FCOS_ResNet50_FPN_Weights = weights_enum("FCOS_ResNet50_FPN_Weights", __name__)


@model(FCOS_ResNet50_FPN_Weights, legacy="COCO_V1", backbone=ResNet50_Weights.IMAGENET1K_V1)
def fcos_resnet50_fpn(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> FCOS:
    """FCOS on ResNet50 with a feature pyramid; other options are FCOS's."""
    backbone = resnet50_fpn(
        weights_backbone,
        progress,
        trained,
        trainable_backbone_layers,
        returned_layers=[2, 3, 4],
        extra=lambda: LastLevelP6P7(256, 256),
    )
    return FCOS(backbone, 91 if num_classes is None else num_classes, **kwargs)
