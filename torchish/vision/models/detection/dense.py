"""Detectors that predict at every place of every map, without proposals."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models.detection._utils import check_sizes, check_targets, on_host
from torchish.vision.models.detection.anchor_utils import AnchorGenerator
from torchish.vision.models.detection.image_list import ImageList
from torchish.vision.models.detection.rpn import by_place
from torchish.vision.models.detection.transform import GeneralizedRCNNTransform
from torchish.vision.ops import boxes as box_ops

__all__ = ["DenseDetector", "PyramidDetector", "of_matches", "one_hot", "predictions"]


def predictions(heads: list[tuple[nn.Module, nn.Module]], x: list[Tensor], numbers: int) -> Tensor:
    """What (layers, last layer) make of maps, by place: (N, boxes of all maps, numbers)."""
    return torch.cat([by_place(last(layers(t)), numbers) for layers, last in heads for t in x], 1)


def one_hot(labels: Tensor, matched: Tensor, like: Tensor) -> Tensor:
    """1.0 for the classes of matched boxes, in the shape (N, classes) of their logits."""
    if len(labels) == 0:
        return torch.zeros_like(like)
    label = torch.where(matched >= 0, labels[matched.clamp(min=0)], -1)
    return (label[:, None] == torch.arange(like.shape[-1], device=like.device)).to(like.dtype)


def of_matches(boxes: Tensor, matched: Tensor, own: Tensor) -> Tensor:
    """The true box of each own box, and for those without one, itself."""
    if len(boxes) == 0:
        return own
    return torch.where((matched >= 0)[:, None], boxes[matched.clamp(min=0)], own)


class DenseDetector(nn.Module):
    """Images [(C, H, W)] and, in training, targets. Losses in training; otherwise results.

    Subclasses have `backbone`, `anchor_generator`, `head`, `transform`, and say what the losses
    and the results are.
    """

    def _losses(self, targets: Any, head: Any, anchors: list[Tensor], counts: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__}._losses")

    def _results(self, head: Any, anchors: list[Tensor], batch: ImageList, counts: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__}._results")

    def forward(self, images: list[Tensor], targets: list[dict[str, Tensor]] | None = None) -> Any:
        check_targets(targets, self.training)
        sizes = [tuple(image.shape[-2:]) for image in images]
        batch, targets = self.transform(images, targets)
        check_sizes(targets)
        features = self.backbone(batch.tensors)
        if isinstance(features, Tensor):
            features = OrderedDict([("0", features)])
        maps = list(features.values())
        head = self.head(maps)
        anchors = self.anchor_generator(batch, maps)
        places = [t.size(2) * t.size(3) for t in maps]
        each = next(iter(head.values())).size(1) // sum(places)  # where all maps have as many boxes
        counts = [n * each for n in places]
        if self.training:
            return self._losses(targets, head, anchors, counts)
        results = self._results(head, anchors, batch, counts)
        return self.transform.postprocess(results, batch.image_sizes, sizes)

    def _matches(self, targets: list[dict[str, Tensor]], anchors: list[Tensor]) -> list[Tensor]:
        """For each image, the number of each box's true box, or a negative one."""
        found = []
        for own, target in zip(anchors, targets, strict=True):
            if target["boxes"].numel() == 0:
                found.append(torch.full((own.size(0),), -1, dtype=torch.int64, device=own.device))
            else:
                found.append(self.proposal_matcher(box_ops.box_iou(target["boxes"], own)))
        return found

    def _kept(self, boxes: np.ndarray, scores: np.ndarray, labels: np.ndarray) -> dict[str, Tensor]:
        """The best that do not overlap much."""
        keep = box_ops.kept_by_class(boxes, scores, labels, self.nms_thresh)
        keep = keep[: self.detections_per_img]
        device = next(self.parameters()).device
        named = {"boxes": boxes, "scores": scores, "labels": labels.astype(np.int64)}
        return {name: torch.from_numpy(part[keep]).to(device) for name, part in named.items()}


class PyramidDetector(DenseDetector):
    """A detector on a feature pyramid. TypeError and ValueError for what does not fit."""

    def __init__(
        self,
        backbone: nn.Module,
        anchor_generator: AnchorGenerator | None,
        usual: AnchorGenerator,
    ) -> None:
        super().__init__()
        if not hasattr(backbone, "out_channels"):
            raise ValueError(
                "backbone should contain an attribute out_channels specifying the number of "
                "output channels (assumed to be the same for all the levels)"
            )
        if not isinstance(anchor_generator, AnchorGenerator | None):
            raise TypeError(
                "anchor_generator should be of type AnchorGenerator or None, instead of "
                f"{type(anchor_generator)}"
            )
        self.backbone = backbone
        self.anchor_generator = anchor_generator or usual

    def _set_transform(self, min_size, max_size, image_mean, image_std, kwargs: Any) -> None:
        self.transform = GeneralizedRCNNTransform(
            min_size,
            max_size,
            image_mean or [0.485, 0.456, 0.406],
            image_std or [0.229, 0.224, 0.225],
            **kwargs,
        )

    def _scores(self, head: dict[str, Tensor]) -> Tensor:
        """Scores (N, boxes, classes)."""
        return torch.sigmoid(head["cls_logits"])

    def _decoded(self, moves: Tensor, boxes: Tensor) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__}._decoded")

    def _results(self, head: Any, anchors: list[Tensor], batch: ImageList, counts: Any) -> Any:
        scores = self._scores(head)
        classes = scores.shape[-1]
        moves = head["bbox_regression"]
        results = []
        for i, shape in enumerate(batch.image_sizes):
            # On the host: programs have fixed shapes, and how many remain is never the same
            boxes = self._decoded(moves[i], anchors[i])
            boxes = box_ops.clip_boxes_to_image(boxes, shape)
            found = []
            for score, box in zip(scores[i].split(counts), boxes.split(counts), strict=True):
                number = on_host(score).reshape(-1)
                best = np.argsort(-number, kind="stable")[: self.topk_candidates]
                best = best[number[best] > self.score_thresh]
                found.append((on_host(box)[best // classes], number[best], best % classes))
            results.append(self._kept(*(np.concatenate(p) for p in zip(*found, strict=True))))
        return results
