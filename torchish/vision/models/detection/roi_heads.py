"""What is found in each proposed region: classes and boxes, masks, keypoints.

R. Girshick, Fast R-CNN, 2015; K. He et al., Mask R-CNN, 2017.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.vision.models.detection import keypoints as points
from torchish.vision.models.detection._utils import (
    BalancedPositiveNegativeSampler,
    BoxCoder,
    Matcher,
    on_host,
    smooth_l1_of,
)
from torchish.vision.ops import boxes as box_ops
from torchish.vision.ops.rois import roi_align

__all__ = [
    "RoIHeads",
    "fastrcnn_loss",
    "maskrcnn_inference",
    "maskrcnn_loss",
    "paste_masks_in_image",
]


def fastrcnn_loss(
    class_logits: Tensor,
    box_regression: Tensor,
    labels: list[Tensor],
    regression_targets: list[Tensor],
) -> tuple[Tensor, Tensor]:
    """The losses of the classes, and of the boxes of those that are not background.

    Regions whose label is -100 do not count.
    """
    label, target = torch.cat(labels), torch.cat(regression_targets)
    each = torch.arange(len(label), device=label.device)
    boxes = box_regression.reshape(len(label), -1, 4)[each, label.clamp(min=0)]
    loss = smooth_l1_of(boxes, target, label > 0) / (label >= 0).sum()
    return F.cross_entropy(class_logits, label), loss


def maskrcnn_inference(x: Tensor, labels: list[Tensor]) -> list[Tensor]:
    """The masks (L, 1, M, M) of the labels' classes, by image, from logits (N, classes, M, M)."""
    label = torch.cat(labels)
    each = torch.arange(len(label), device=label.device)
    return list(x.sigmoid()[each, label][:, None].split([len(t) for t in labels], dim=0))


def maskrcnn_loss(
    mask_logits: Tensor,
    proposals: list[Tensor],
    gt_masks: list[Tensor],
    gt_labels: list[Tensor],
    mask_matched_idxs: list[Tensor],
) -> Tensor:
    """Cross entropy of masks in proposals with the true masks, cut out of their images."""
    size = mask_logits.shape[-1]
    labels = torch.cat([t[i] for t, i in zip(gt_labels, mask_matched_idxs, strict=True)])
    targets = []
    for masks, boxes, matched in zip(gt_masks, proposals, mask_matched_idxs, strict=True):
        rois = torch.cat([matched[:, None].to(boxes), boxes], dim=1)
        targets.append(roi_align(masks[:, None].to(rois), rois, (size, size), 1.0)[:, 0])
    target = torch.cat(targets)
    if target.numel() == 0:
        return mask_logits.sum() * 0
    each = torch.arange(labels.shape[0], device=labels.device)
    return F.binary_cross_entropy_with_logits(mask_logits[each, labels], target)


def _places(start: Tensor, length: Tensor, whole: int, size: int) -> Tensor:
    """Weights (N, whole, size) that stretch `size` numbers over `length` pixels from `start`."""
    pixel = torch.arange(whole, device=start.device)[None] - start[:, None]
    at = (pixel.float() + 0.5) * (size / length[:, None].float()) - 0.5
    at = at.clamp(min=0, max=size - 1)
    weights = 1 - (at[..., None] - torch.arange(size, device=start.device)).abs()
    inside = (pixel >= 0) & (pixel < length[:, None])
    return weights.clamp(min=0) * inside[..., None]


def paste_masks_in_image(
    masks: Tensor, boxes: Tensor, img_shape: tuple[int, int], padding: int = 1
) -> Tensor:
    """Masks (N, 1, M, M) of boxes as masks (N, 1, height, width) of their image, bilinear."""
    if len(masks) == 0:
        return masks.new_empty((0, 1, *img_shape))
    size = masks.shape[-1] + 2 * padding
    scale = size / masks.shape[-1]
    masks = F.pad(masks, (padding,) * 4)[:, 0]
    half = (boxes[:, 2:] - boxes[:, :2]) * 0.5 * scale
    center = (boxes[:, 2:] + boxes[:, :2]) * 0.5
    low, high = (center - half).to(torch.int64), (center + half).to(torch.int64)
    length = (high - low + 1).clamp(min=1)
    rows = _places(low[:, 1], length[:, 1], img_shape[0], size)
    columns = _places(low[:, 0], length[:, 0], img_shape[1], size)
    return (rows @ masks @ columns.transpose(1, 2))[:, None]


class RoIHeads(nn.Module):
    """Classes and boxes of proposals; masks and keypoints with the parts for them.

    forward(maps, proposals, image sizes, targets) gives results (empty in training) and losses.
    """

    def __init__(
        self,
        box_roi_pool: nn.Module,
        box_head: nn.Module,
        box_predictor: nn.Module,
        fg_iou_thresh: float,
        bg_iou_thresh: float,
        batch_size_per_image: int,
        positive_fraction: float,
        bbox_reg_weights: tuple[float, float, float, float] | None,
        score_thresh: float,
        nms_thresh: float,
        detections_per_img: int,
        mask_roi_pool: nn.Module | None = None,
        mask_head: nn.Module | None = None,
        mask_predictor: nn.Module | None = None,
        keypoint_roi_pool: nn.Module | None = None,
        keypoint_head: nn.Module | None = None,
        keypoint_predictor: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.box_similarity = box_ops.box_iou
        self.proposal_matcher = Matcher(fg_iou_thresh, bg_iou_thresh)
        self.fg_bg_sampler = BalancedPositiveNegativeSampler(
            batch_size_per_image, positive_fraction
        )
        self.box_coder = BoxCoder(bbox_reg_weights or (10.0, 10.0, 5.0, 5.0))
        self.box_roi_pool = box_roi_pool
        self.box_head = box_head
        self.box_predictor = box_predictor
        self.score_thresh = score_thresh
        self.nms_thresh = nms_thresh
        self.detections_per_img = detections_per_img
        self.mask_roi_pool = mask_roi_pool
        self.mask_head = mask_head
        self.mask_predictor = mask_predictor
        self.keypoint_roi_pool = keypoint_roi_pool
        self.keypoint_head = keypoint_head
        self.keypoint_predictor = keypoint_predictor

    def has_mask(self) -> bool:
        parts = (self.mask_roi_pool, self.mask_head, self.mask_predictor)
        return all(part is not None for part in parts)

    def has_keypoint(self) -> bool:
        parts = (self.keypoint_roi_pool, self.keypoint_head, self.keypoint_predictor)
        return all(part is not None for part in parts)

    def _assigned(self, proposals: Tensor, target: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """The true box of each proposal, and its label: 0 background, -1 to leave out."""
        true, labels = target["boxes"], target["labels"]
        if true.numel() == 0:
            none = torch.zeros(proposals.shape[0], dtype=torch.int64, device=proposals.device)
            return none, none
        matches = self.proposal_matcher(self.box_similarity(true, proposals))
        label = labels[matches.clamp(min=0)].to(torch.int64)
        label = label.masked_fill(matches == Matcher.BELOW_LOW_THRESHOLD, 0)
        return matches.clamp(min=0), label.masked_fill(matches == Matcher.BETWEEN_THRESHOLDS, -1)

    def check_targets(self, targets: list[dict[str, Tensor]] | None) -> None:
        if targets is None:
            raise ValueError("targets should not be None")
        for key in ("boxes", "labels", *(["masks"] if self.has_mask() else [])):
            if not all(key in target for target in targets):
                raise ValueError(f"Every element of targets should have a {key} key")

    def select_training_samples(
        self, proposals: list[Tensor], targets: list[dict[str, Tensor]]
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor], list[Tensor]]:
        """A choice of proposals and true boxes: boxes, numbers of true ones, labels, moves."""
        self.check_targets(targets)
        chosen: tuple[list, list, list, list] = ([], [], [], [])
        found = []
        for own, target in zip(proposals, targets, strict=True):
            # On the host, padded for the device: how many there are is never the same
            boxes = np.concatenate([on_host(own), on_host(target["boxes"])]).astype("f")
            padded = np.zeros((max(256, 1 << (len(boxes) - 1).bit_length()), 4), np.float32)
            padded[: len(boxes)] = boxes
            matched, label = self._assigned(torch.from_numpy(padded).to(own.device), target)
            label = torch.where(
                torch.arange(len(padded), device=label.device) < len(boxes), label, -1
            )
            found.append((padded, matched, label))
        masks = self.fg_bg_sampler([label for _, _, label in found])
        # As many as usual, with labels that do not count, unless they would count in a norm
        norms = any(isinstance(m, nn.BatchNorm2d | nn.BatchNorm1d) for m in self.box_head.modules())
        size = 0 if norms else getattr(self.fg_bg_sampler, "batch_size_per_image", 0)
        for (boxes, *own), target, *mask in zip(found, targets, *masks, strict=True):
            where = np.flatnonzero(on_host(mask[0]) | on_host(mask[1]))
            matched, label = (on_host(t)[where] for t in own)
            true = on_host(target["boxes"])
            true = (true if len(true) else np.zeros((1, 4), np.float32))[matched]
            parts = (boxes[where], matched, label, true.astype("f"))
            for part, array, rest in zip(chosen, parts, (0, 0, -100, 0), strict=True):
                missing = [(0, max(0, size - len(array))), *[(0, 0)] * (array.ndim - 1)]
                array = np.pad(array, missing, constant_values=rest)
                part.append(torch.from_numpy(array).to(target["boxes"].device))
        proposals, matched, labels, true = chosen
        return proposals, matched, labels, self.box_coder.encode(true, proposals)

    def postprocess_detections(
        self,
        class_logits: Tensor,
        box_regression: Tensor,
        proposals: list[Tensor],
        image_shapes: list[tuple[int, int]],
    ) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
        """Boxes, scores and labels of each image: the best of those that do not overlap much."""
        classes = class_logits.shape[-1]
        counts = [len(p) for p in proposals]
        all_boxes = self.box_coder.decode(box_regression, proposals).split(counts, 0)
        all_scores = F.softmax(class_logits, -1).split(counts, 0)
        found: tuple[list[Tensor], list[Tensor], list[Tensor]] = ([], [], [])
        for boxes, scores, shape in zip(all_boxes, all_scores, image_shapes, strict=True):
            boxes = on_host(box_ops.clip_boxes_to_image(boxes, shape))[:, 1:].reshape(-1, 4)
            scores = on_host(scores)[:, 1:].reshape(-1)
            labels = np.tile(np.arange(1, classes), len(scores) // max(1, classes - 1))
            sides = boxes[:, 2:] - boxes[:, :2]
            good = (scores > self.score_thresh) & (sides >= 1e-2).all(1)
            boxes, scores, labels = boxes[good], scores[good], labels[good]
            keep = box_ops.kept_by_class(boxes, scores, labels, self.nms_thresh)
            keep = keep[: self.detections_per_img]
            for parts, part in zip(found, (boxes, scores, labels), strict=True):
                parts.append(torch.from_numpy(part[keep]).to(class_logits.device))
        return found

    def forward(
        self,
        features: dict[str, Tensor],
        proposals: list[Tensor],
        image_shapes: list[tuple[int, int]],
        targets: list[dict[str, Tensor]] | None = None,
    ) -> tuple[list[dict[str, Tensor]], dict[str, Tensor]]:
        for target in targets or ():
            if target["boxes"].dtype not in (torch.float, torch.double, torch.half):
                raise TypeError(
                    f"target boxes must of float type, instead got {target['boxes'].dtype}"
                )
            if target["labels"].dtype != torch.int64:
                raise TypeError(
                    f"target labels must of int64 type, instead got {target['labels'].dtype}"
                )
            if self.has_keypoint() and target["keypoints"].dtype != torch.float32:
                raise TypeError(
                    f"target keypoints must of float type, instead got {target['keypoints'].dtype}"
                )
        matched: list[Tensor] = []
        labels: list[Tensor] = []
        if self.training:
            proposals, matched, labels, moves = self.select_training_samples(proposals, targets)
        x = self.box_head(self.box_roi_pool(features, proposals, image_shapes))
        class_logits, box_regression = self.box_predictor(x)
        results: list[dict[str, Tensor]] = []
        losses: dict[str, Tensor] = {}
        if self.training:
            both = fastrcnn_loss(class_logits, box_regression, labels, moves)
            losses = dict(zip(("loss_classifier", "loss_box_reg"), both, strict=True))
            if self.has_mask() or self.has_keypoint():
                # They are learnt from proposals with something in them
                for i, label in enumerate(labels):
                    found = np.flatnonzero(on_host(label) > 0)
                    proposals[i], matched[i] = (
                        torch.from_numpy(on_host(t)[found]).to(t.device)
                        for t in (proposals[i], matched[i])
                    )
        else:
            parts = self.postprocess_detections(
                class_logits, box_regression, proposals, image_shapes
            )
            for boxes, scores, label in zip(*parts, strict=True):
                results.append({"boxes": boxes, "labels": label, "scores": scores})
            proposals = parts[0]
        given = (features, proposals, image_shapes, targets, matched, results)
        if self.has_mask():
            losses.update(self._masks(*given))
        if self.has_keypoint():
            losses.update(self._keypoints(*given))
        return results, losses

    def _masks(
        self, features: Any, boxes: Any, shapes: Any, targets: Any, matched: Any, results: Any
    ) -> dict[str, Tensor]:
        logits = self.mask_predictor(self.mask_head(self.mask_roi_pool(features, boxes, shapes)))
        if self.training:
            masks, labels = ([t[key] for t in targets] for key in ("masks", "labels"))
            return {"loss_mask": maskrcnn_loss(logits, boxes, masks, labels, matched)}
        found = maskrcnn_inference(logits, [r["labels"] for r in results])
        for masks, result in zip(found, results, strict=True):
            result["masks"] = masks
        return {}

    def _keypoints(
        self, features: Any, boxes: Any, shapes: Any, targets: Any, matched: Any, results: Any
    ) -> dict[str, Tensor]:
        pooled = self.keypoint_roi_pool(features, boxes, shapes)
        logits = self.keypoint_predictor(self.keypoint_head(pooled))
        if self.training:
            true = [t["keypoints"] for t in targets]
            return {"loss_keypoint": points.keypointrcnn_loss(logits, boxes, true, matched)}
        for result, (where, scores) in zip(
            results, points.keypointrcnn_inference(logits, boxes), strict=True
        ):
            result["keypoints"] = where
            result["keypoints_scores"] = scores
        return {}
