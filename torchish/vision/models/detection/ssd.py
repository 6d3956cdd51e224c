"""SSD.

W. Liu et al., SSD: Single Shot MultiBox Detector, 2015.
https://docs.pytorch.org/vision/stable/models/ssd.html
"""

from __future__ import annotations

import warnings
from collections import OrderedDict
from typing import Any

import numpy as np

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.vision.models._api import WeightsEnum, model, weights_enum
from torchish.vision.models.detection._utils import (
    BoxCoder,
    SSDMatcher,
    convolutions,
    on_host,
    retrieve_out_channels,
)
from torchish.vision.models.detection.anchor_utils import DefaultBoxGenerator
from torchish.vision.models.detection.backbone_utils import trainable
from torchish.vision.models.detection.dense import DenseDetector, of_matches
from torchish.vision.models.detection.image_list import ImageList
from torchish.vision.models.detection.rpn import by_place
from torchish.vision.models.detection.transform import GeneralizedRCNNTransform
from torchish.vision.models.vgg import VGG16_Weights, vgg16
from torchish.vision.ops import boxes as box_ops

__all__ = ["SSD300_VGG16_Weights", "ssd300_vgg16"]


def _xavier_start(model: nn.Module) -> None:
    for conv in convolutions(model):
        nn.init.xavier_uniform_(conv.weight)
        if conv.bias is not None:
            nn.init.constant_(conv.bias, 0.0)


class SSDScoringHead(nn.Module):
    """A part for each map, and what they give by place: (N, boxes of all maps, numbers)."""

    def __init__(self, module_list: nn.ModuleList, num_columns: int) -> None:
        super().__init__()
        self.module_list = module_list
        self.num_columns = num_columns

    def forward(self, x: list[Tensor]) -> Tensor:
        pairs = zip(self.module_list, x, strict=True)
        return torch.cat([by_place(part(t), self.num_columns) for part, t in pairs], dim=1)


class SSDClassificationHead(SSDScoringHead):
    """The logits of the classes (N, boxes, classes)."""

    def __init__(self, in_channels: list[int], num_anchors: list[int], num_classes: int) -> None:
        super().__init__(_predictors(in_channels, num_anchors, num_classes), num_classes)


class SSDRegressionHead(SSDScoringHead):
    """How boxes are moved (N, boxes, 4)."""

    def __init__(self, in_channels: list[int], num_anchors: list[int]) -> None:
        super().__init__(_predictors(in_channels, num_anchors, 4), 4)


def _predictors(in_channels: list[int], num_anchors: list[int], numbers: int) -> nn.ModuleList:
    made = nn.ModuleList(
        nn.Conv2d(channels, numbers * anchors, kernel_size=3, padding=1)
        for channels, anchors in zip(in_channels, num_anchors, strict=True)
    )
    _xavier_start(made)
    return made


class SSDHead(nn.Module):
    """Both heads."""

    def __init__(self, in_channels: list[int], num_anchors: list[int], num_classes: int) -> None:
        super().__init__()
        self.classification_head = SSDClassificationHead(in_channels, num_anchors, num_classes)
        self.regression_head = SSDRegressionHead(in_channels, num_anchors)

    def forward(self, x: list[Tensor]) -> dict[str, Tensor]:
        return {
            "bbox_regression": self.regression_head(x),
            "cls_logits": self.classification_head(x),
        }


class SSD(DenseDetector):
    """Boxes, scores and labels of what is in images [(C, H, W)] with values in [0, 1].

    The backbone gives maps; images are resized to `size` (width, height). Targets are dictionaries
    with "boxes" (N, 4) and "labels" (N,) int64, in which 0 is the background.
    """

    def __init__(
        self,
        backbone: nn.Module,
        anchor_generator: DefaultBoxGenerator,
        size: tuple[int, int],
        num_classes: int,
        image_mean: list[float] | None = None,
        image_std: list[float] | None = None,
        head: nn.Module | None = None,
        score_thresh: float = 0.01,
        nms_thresh: float = 0.45,
        detections_per_img: int = 200,
        iou_thresh: float = 0.5,
        topk_candidates: int = 400,
        positive_fraction: float = 0.25,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        self.backbone = backbone
        self.anchor_generator = anchor_generator
        self.box_coder = BoxCoder(weights=(10.0, 10.0, 5.0, 5.0))
        if head is None:
            channels = getattr(backbone, "out_channels", None)
            channels = retrieve_out_channels(backbone, size) if channels is None else channels
            counts = anchor_generator.num_anchors_per_location()
            if len(channels) != len(counts):
                raise ValueError(
                    f"The length of the output channels from the backbone ({len(channels)}) do not "
                    "match the length of the anchor generator aspect ratios "
                    f"({len(anchor_generator.aspect_ratios)})"
                )
            head = SSDHead(channels, counts, num_classes)
        self.head = head
        self.proposal_matcher = SSDMatcher(iou_thresh)
        self.transform = GeneralizedRCNNTransform(
            min(size),
            max(size),
            image_mean or [0.485, 0.456, 0.406],
            image_std or [0.229, 0.224, 0.225],
            size_divisible=1,
            fixed_size=size,
            **kwargs,
        )
        self.score_thresh = score_thresh
        self.nms_thresh = nms_thresh
        self.detections_per_img = detections_per_img
        self.topk_candidates = topk_candidates
        self.neg_to_pos_ratio = (1.0 - positive_fraction) / positive_fraction

    def _losses(self, targets: Any, head: Any, anchors: list[Tensor], counts: Any) -> Any:
        logits, moves = head["cls_logits"], head["bbox_regression"]
        labels, losses = [], []
        all_matched = self._matches(targets, anchors)
        for i, matched in enumerate(all_matched):
            found = matched >= 0
            true = of_matches(targets[i]["boxes"], matched, anchors[i])
            code = self.box_coder.encode_single(true, anchors[i])
            part = F.smooth_l1_loss(moves[i], code, reduction="none").sum(-1)
            losses.append(torch.where(found, part, torch.zeros_like(part)).sum())
            if len(targets[i]["labels"]) == 0:
                labels.append(torch.zeros_like(matched))
            else:
                of_box = targets[i]["labels"][matched.clamp(min=0)]
                labels.append(torch.where(found, of_box, torch.zeros_like(of_box)))
        number = (torch.stack(all_matched) >= 0).sum().clamp(min=1)
        label = torch.stack(labels)
        loss = F.cross_entropy(logits.flatten(0, 1), label.flatten(), reduction="none")
        loss = loss.view(label.shape)
        positive = label > 0
        # Of the background only the hardest: so many times as there are positive ones
        most = self.neg_to_pos_ratio * positive.sum(1, keepdim=True)
        order = loss.detach().masked_fill(positive, -float("inf")).sort(1, descending=True)[1]
        negative = order.sort(1)[1] < most
        total = (loss * positive).sum() + (loss * negative).sum()
        return {
            "bbox_regression": sum(losses) / number,
            "classification": total / number,
        }

    def _results(self, head: Any, anchors: list[Tensor], batch: ImageList, counts: Any) -> Any:
        all_scores = F.softmax(head["cls_logits"], dim=-1)
        results = []
        for scores, moves, own, shape in zip(
            all_scores, head["bbox_regression"], anchors, batch.image_sizes, strict=True
        ):
            boxes = self.box_coder.decode_single(moves, own)
            boxes = box_ops.clip_boxes_to_image(boxes, shape)
            best, place = scores[:, 1:].T.topk(min(self.topk_candidates, len(boxes)), dim=1)
            best, place = on_host(best), on_host(place)
            good = np.nonzero(best > self.score_thresh)
            results.append(self._kept(on_host(boxes)[place[good]], best[good], good[0] + 1))
        return results


class SSDFeatureExtractorVGG(nn.Module):
    """The maps of a VGG and of layers behind it, the first one normalized and scaled."""

    def __init__(self, backbone: nn.Sequential, highres: bool) -> None:
        super().__init__()
        pools = [i for i, layer in enumerate(backbone) if isinstance(layer, nn.MaxPool2d)]
        backbone[pools[2]].ceil_mode = True  # 75 pixels become 38
        self.scale_weight = nn.Parameter(torch.ones(512) * 20)
        self.features = nn.Sequential(*backbone[: pools[3]])
        widths = [(1024, 256, 512, 3, 1, 2), (512, 128, 256, 3, 1, 2)]
        widths += [(256, 128, 256, 3, 0, 1)] * 2
        if highres:
            widths.append((256, 128, 256, 4, 0, 1))
        extra = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(before, inner, kernel_size=1),
                nn.ReLU(inplace=True),
                nn.Conv2d(inner, after, kernel_size=size, padding=padding, stride=stride),
                nn.ReLU(inplace=True),
            )
            for before, inner, after, size, padding, stride in widths
        )
        _xavier_start(extra)
        dense = nn.Sequential(
            nn.MaxPool2d(kernel_size=3, stride=1, padding=1),
            nn.Conv2d(512, 1024, kernel_size=3, padding=6, dilation=6),
            nn.ReLU(inplace=True),
            nn.Conv2d(1024, 1024, kernel_size=1),
            nn.ReLU(inplace=True),
        )
        _xavier_start(dense)
        extra.insert(0, nn.Sequential(*backbone[pools[3] : -1], dense))
        self.extra = extra

    def forward(self, x: Tensor) -> OrderedDict[str, Tensor]:
        x = self.features(x)
        maps = [self.scale_weight.view(1, -1, 1, 1) * F.normalize(x)]
        for block in self.extra:
            x = block(x)
            maps.append(x)
        return OrderedDict((str(i), t) for i, t in enumerate(maps))


def drop_size(kwargs: dict[str, Any]) -> None:
    """The published models have sizes of their own; another one is not heeded, with a warning."""
    if kwargs.pop("size", None) is not None:
        warnings.warn(
            "The size of the model is already fixed; ignoring the parameter.", stacklevel=4
        )


SSD300_VGG16_Weights = weights_enum("SSD300_VGG16_Weights", __name__)


@model(SSD300_VGG16_Weights, legacy="COCO_V1", backbone=VGG16_Weights.IMAGENET1K_FEATURES)
def ssd300_vgg16(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> SSD:
    """SSD on VGG16 for images of 300 pixels; other options are SSD's."""
    drop_size(kwargs)
    layers = trainable(trained, trainable_backbone_layers, 5, 4)
    features = vgg16(weights=weights_backbone, progress=progress).features
    pools = [i for i, layer in enumerate(features) if isinstance(layer, nn.MaxPool2d)]
    starts = [0, *pools[:-1]]
    first = len(features) if layers == 0 else starts[len(starts) - layers]
    for layer in features[:first]:
        for parameter in layer.parameters():
            parameter.requires_grad_(False)
    backbone = SSDFeatureExtractorVGG(features, highres=False)
    anchors = DefaultBoxGenerator(
        [[2], [2, 3], [2, 3], [2, 3], [2], [2]],
        scales=[0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05],
        steps=[8, 16, 32, 64, 100, 300],
    )
    usual = {
        # The values by which the weights of VGG were trained
        "image_mean": [0.48235, 0.45882, 0.40784],
        "image_std": [1.0 / 255.0, 1.0 / 255.0, 1.0 / 255.0],
    }
    classes = 91 if num_classes is None else num_classes
    return SSD(backbone, anchors, (300, 300), classes, **{**usual, **kwargs})
