"""Region proposals. S. Ren et al., Faster R-CNN, 2015."""

from __future__ import annotations

from typing import Any

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.vision.models.detection._utils import (
    BalancedPositiveNegativeSampler,
    BoxCoder,
    Matcher,
    normal_start,
    on_host,
    smooth_l1_of,
)
from torchish.vision.models.detection.anchor_utils import AnchorGenerator
from torchish.vision.models.detection.image_list import ImageList
from torchish.vision.ops import boxes as box_ops
from torchish.vision.ops.misc import Conv2dNormActivation, rename_in_old

__all__ = ["RPNHead", "RegionProposalNetwork", "by_place"]


def by_place(x: Tensor, numbers: int) -> Tensor:
    """A map (N, boxes * numbers, H, W) as (N, H * W * boxes, numbers)."""
    count, _, height, width = x.shape
    x = x.view(count, -1, numbers, height, width).permute(0, 3, 4, 1, 2)
    return x.reshape(count, -1, numbers)


class RPNHead(nn.Module):
    """Convolutions, then for each box at each place whether it is one, and how it is moved."""

    _version = 2

    def __init__(self, in_channels: int, num_anchors: int, conv_depth: int = 1) -> None:
        super().__init__()
        self.conv = nn.Sequential(
            *(
                Conv2dNormActivation(in_channels, in_channels, kernel_size=3, norm_layer=None)
                for _ in range(conv_depth)
            )
        )
        self.cls_logits = nn.Conv2d(in_channels, num_anchors, kernel_size=1, stride=1)
        self.bbox_pred = nn.Conv2d(in_channels, num_anchors * 4, kernel_size=1, stride=1)
        normal_start(self)

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, *args):
        rename_in_old(state_dict, prefix, local_metadata, {"conv": "conv.0.0"})
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *args)

    def forward(self, x: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        logits, moves = [], []
        for feature in x:
            t = self.conv(feature)
            logits.append(self.cls_logits(t))
            moves.append(self.bbox_pred(t))
        return logits, moves


class RegionProposalNetwork(nn.Module):
    """Proposals (L, 4) for each image, and in training two losses.

    `pre_nms_top_n` and `post_nms_top_n` say how many proposals there are at most before (by map)
    and after the removal of those that overlap, in "training" and in "testing".
    """

    def __init__(
        self,
        anchor_generator: AnchorGenerator,
        head: nn.Module,
        fg_iou_thresh: float,
        bg_iou_thresh: float,
        batch_size_per_image: int,
        positive_fraction: float,
        pre_nms_top_n: dict[str, int],
        post_nms_top_n: dict[str, int],
        nms_thresh: float,
        score_thresh: float = 0.0,
    ) -> None:
        super().__init__()
        self.anchor_generator = anchor_generator
        self.head = head
        self.box_coder = BoxCoder(weights=(1.0, 1.0, 1.0, 1.0))
        self.box_similarity = box_ops.box_iou
        self.proposal_matcher = Matcher(
            fg_iou_thresh, bg_iou_thresh, allow_low_quality_matches=True
        )
        self.fg_bg_sampler = BalancedPositiveNegativeSampler(
            batch_size_per_image, positive_fraction
        )
        self._pre_nms_top_n = pre_nms_top_n
        self._post_nms_top_n = post_nms_top_n
        self.nms_thresh = nms_thresh
        self.score_thresh = score_thresh
        self.min_size = 1e-3

    def pre_nms_top_n(self) -> int:
        return self._pre_nms_top_n["training" if self.training else "testing"]

    def post_nms_top_n(self) -> int:
        return self._post_nms_top_n["training" if self.training else "testing"]

    def assign_targets_to_anchors(
        self, anchors: list[Tensor], targets: list[dict[str, Tensor]]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """For each image, labels 1, 0 or -1 (to leave out), and the boxes they belong to."""
        labels, boxes = [], []
        for own, target in zip(anchors, targets, strict=True):
            true = target["boxes"]
            if true.numel() == 0:
                boxes.append(torch.zeros_like(own))
                labels.append(torch.zeros_like(own[:, 0]))
                continue
            matches = self.proposal_matcher(self.box_similarity(true, own))
            boxes.append(true[matches.clamp(min=0)])
            label = (matches >= 0).to(torch.float32)
            label[matches == Matcher.BETWEEN_THRESHOLDS] = -1.0
            labels.append(label)
        return labels, boxes

    def _top(self, objectness: Tensor, counts: list[int]) -> Tensor:
        """The numbers (N, K) of the best boxes of each map."""
        found, start = [], 0
        for scores in objectness.split(counts, 1):
            best = scores.topk(min(self.pre_nms_top_n(), scores.shape[1]), dim=1)[1]
            found.append(best + start)
            start += scores.shape[1]
        return torch.cat(found, dim=1)

    def filter_proposals(
        self,
        proposals: Tensor,
        objectness: Tensor,
        image_shapes: list[tuple[int, int]],
        num_anchors_per_level: list[int],
    ) -> tuple[list[Tensor], list[Tensor]]:
        """The best proposals of each image that do not overlap much, and their scores."""
        count = proposals.shape[0]
        objectness = objectness.detach().reshape(count, -1)
        levels = torch.cat(
            [
                torch.full((n,), i, dtype=torch.int64, device=proposals.device)
                for i, n in enumerate(num_anchors_per_level)
            ]
        )
        best = self._top(objectness, num_anchors_per_level)
        each = torch.arange(count, device=proposals.device)[:, None]
        scores, proposals = torch.sigmoid(objectness[each, best]), proposals[each, best]
        levels = levels[best]
        clipped = torch.stack(
            [
                box_ops.clip_boxes_to_image(boxes, shape)
                for boxes, shape in zip(proposals, image_shapes, strict=True)
            ]
        )
        # On the host: programs have fixed shapes, and how many remain is never the same
        kept: tuple[list[Tensor], list[Tensor]] = ([], [])
        for boxes, score, level in zip(*map(on_host, (clipped, scores, levels)), strict=True):
            sides = boxes[:, 2:] - boxes[:, :2]
            good = (sides >= self.min_size).all(1) & (score >= self.score_thresh)
            boxes, score, level = boxes[good], score[good], level[good]
            keep = box_ops.kept_by_class(boxes, score, level, self.nms_thresh)
            keep = keep[: self.post_nms_top_n()]
            kept[0].append(torch.from_numpy(boxes[keep]).to(proposals.device))
            kept[1].append(torch.from_numpy(score[keep]).to(proposals.device))
        return kept

    def compute_loss(
        self,
        objectness: Tensor,
        pred_bbox_deltas: Tensor,
        labels: list[Tensor],
        regression_targets: list[Tensor],
    ) -> tuple[Tensor, Tensor]:
        positive, negative = (torch.cat(m).bool() for m in self.fg_bg_sampler(labels))
        sampled = positive | negative
        count = sampled.sum()
        label, target = torch.cat(labels), torch.cat(regression_targets)
        boxes = smooth_l1_of(pred_bbox_deltas, target, positive) / count
        # Masks rather than the chosen ones, whose number varies
        whether = F.binary_cross_entropy_with_logits(
            objectness.flatten(), label.clamp(min=0), weight=sampled.to(label), reduction="sum"
        )
        return whether / count, boxes

    def forward(
        self,
        images: ImageList,
        features: dict[str, Tensor],
        targets: list[dict[str, Tensor]] | None = None,
    ) -> tuple[list[Tensor], dict[str, Tensor]]:
        logits, moves = self.head(list(features.values()))
        anchors = self.anchor_generator(images, list(features.values()))
        counts = [x[0].numel() for x in logits]
        objectness = torch.cat([by_place(x, 1) for x in logits], dim=1).flatten(0, -2)
        deltas = torch.cat([by_place(x, 4) for x in moves], dim=1).reshape(-1, 4)
        proposals = self.box_coder.decode(deltas.detach(), anchors).view(len(anchors), -1, 4)
        boxes, _ = self.filter_proposals(proposals, objectness, images.image_sizes, counts)
        losses: dict[str, Any] = {}
        if self.training:
            if targets is None:
                raise ValueError("targets should not be None")
            labels, true = self.assign_targets_to_anchors(anchors, targets)
            found = self.compute_loss(
                objectness, deltas, labels, self.box_coder.encode(true, anchors)
            )
            losses = dict(zip(("loss_objectness", "loss_rpn_box_reg"), found, strict=True))
        return boxes, losses
