"""Boxes as numbers that a model predicts, the matching of boxes, and which of them are learnt from.

Boxes are (N, 4), given by their corners (x1, y1, x2, y2) in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.vision.ops.misc import FrozenBatchNorm2d

__all__ = [
    "BalancedPositiveNegativeSampler",
    "BoxCoder",
    "BoxLinearCoder",
    "Matcher",
    "SSDMatcher",
    "check_targets",
    "convolutions",
    "normal_start",
    "overwrite_eps",
    "retrieve_out_channels",
]


class BalancedPositiveNegativeSampler:
    """A random choice of a number of labels of each image, a share of them positive at most.

    Called with labels (N,) of each image, 1 and more for positive ones, 0 for negative, -1 for
    those to leave out, it gives two lists of masks: the chosen positive, and negative ones.
    """

    def __init__(self, batch_size_per_image: int, positive_fraction: float) -> None:
        self.batch_size_per_image = batch_size_per_image
        self.positive_fraction = positive_fraction

    def __call__(self, matched_idxs: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        chosen: tuple[list[Tensor], list[Tensor]] = ([], [])
        for labels in matched_idxs:
            # On the host: programs have fixed shapes, and how many there are is never the same
            label = on_host(labels)
            positive, negative = np.flatnonzero(label >= 1), np.flatnonzero(label == 0)
            most = int(self.batch_size_per_image * self.positive_fraction)
            most = min(len(positive), most)
            rest = min(len(negative), self.batch_size_per_image - most)
            for found, indices, count in zip(
                chosen, (positive, negative), (most, rest), strict=True
            ):
                mask = np.zeros(len(label), np.uint8)
                mask[indices[torch.randperm(len(indices)).numpy()[:count]]] = 1
                found.append(torch.from_numpy(mask).to(labels.device))
        return chosen


def _centers(boxes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The centers x, y and the sizes of boxes."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    return boxes[:, 0] + 0.5 * width, boxes[:, 1] + 0.5 * height, width, height


class BoxCoder:
    """Boxes as distances of centers from others', relative to their sizes, and log ratios of sizes.

    S. Ren et al., Faster R-CNN, 2015, equation 2; each number is multiplied by a weight.
    """

    def __init__(
        self,
        weights: tuple[float, float, float, float],
        bbox_xform_clip: float = math.log(1000.0 / 16),
    ) -> None:
        self.weights = weights
        self.bbox_xform_clip = bbox_xform_clip

    def encode(self, reference_boxes: list[Tensor], proposals: list[Tensor]) -> list[Tensor]:
        """What leads from the proposals to the reference boxes, for each image."""
        counts = [len(b) for b in reference_boxes]
        code = self.encode_single(torch.cat(reference_boxes), torch.cat(proposals))
        return list(code.split(counts, 0))

    def encode_single(self, reference_boxes: Tensor, proposals: Tensor) -> Tensor:
        x, y, width, height = _centers(proposals)
        to_x, to_y, to_width, to_height = _centers(reference_boxes)
        wx, wy, ww, wh = self.weights
        code = (
            wx * (to_x - x) / width,
            wy * (to_y - y) / height,
            ww * torch.log(to_width / width),
            wh * torch.log(to_height / height),
        )
        return torch.stack(code, dim=1)

    def decode(self, rel_codes: Tensor, boxes: list[Tensor]) -> Tensor:
        """Boxes (N, classes, 4) from codes (N, 4 classes) at the boxes of all images."""
        total = sum(b.size(0) for b in boxes)
        if total > 0:
            rel_codes = rel_codes.reshape(total, -1)
        found = self.decode_single(rel_codes, torch.cat(list(boxes)))
        return found.reshape(total, -1, 4) if total > 0 else found

    def decode_single(self, rel_codes: Tensor, boxes: Tensor) -> Tensor:
        boxes = boxes.to(rel_codes.dtype)
        x, y, width, height = (t[:, None] for t in _centers(boxes))
        dx, dy, dw, dh = (rel_codes[:, i::4] / w for i, w in enumerate(self.weights))
        half_width = torch.exp(dw.clamp(max=self.bbox_xform_clip)) * width * 0.5
        half_height = torch.exp(dh.clamp(max=self.bbox_xform_clip)) * height * 0.5
        x, y = dx * width + x, dy * height + y
        corners = (x - half_width, y - half_height, x + half_width, y + half_height)
        return torch.stack(corners, dim=2).flatten(1)


class BoxLinearCoder:
    """Boxes as the distances of their sides from others' centers, relative to the others' sizes.

    Z. Tian et al., FCOS, 2019. Shapes (..., 4), which broadcast.
    """

    def __init__(self, normalize_by_size: bool = True) -> None:
        self.normalize_by_size = normalize_by_size

    def _parts(self, boxes: Tensor) -> tuple[Tensor, Tensor]:
        """The centers twice (..., 4), and what distances are divided by (..., 4)."""
        center = 0.5 * (boxes[..., :2] + boxes[..., 2:])
        size = boxes[..., 2:] - boxes[..., :2]
        return torch.cat([center, center], -1), torch.cat([size, size], -1)

    def encode(self, reference_boxes: Tensor, proposals: Tensor) -> Tensor:
        """Distances (left, top, right, bottom) from the proposals' centers."""
        center, size = self._parts(proposals)
        apart = reference_boxes - center
        apart = torch.cat([-apart[..., :2], apart[..., 2:]], -1)
        return apart / size if self.normalize_by_size else apart

    def decode(self, rel_codes: Tensor, boxes: Tensor) -> Tensor:
        """Boxes from distances."""
        center, size = self._parts(boxes.to(rel_codes.dtype))
        apart = rel_codes * size if self.normalize_by_size else rel_codes
        return torch.cat([center[..., :2] - apart[..., :2], center[..., 2:] + apart[..., 2:]], -1)


class Matcher:
    """For each of N boxes, the number of the true box that it overlaps most.

    Called with overlaps (M, N), it gives (N,) numbers: -1 below the lower threshold, -2 between
    both. `allow_low_quality_matches` keeps, for each true box, those that overlap it most.
    """

    BELOW_LOW_THRESHOLD = -1
    BETWEEN_THRESHOLDS = -2

    def __init__(
        self, high_threshold: float, low_threshold: float, allow_low_quality_matches: bool = False
    ) -> None:
        if low_threshold > high_threshold:
            raise AssertionError("low_threshold should be <= high_threshold")
        self.high_threshold = high_threshold
        self.low_threshold = low_threshold
        self.allow_low_quality_matches = allow_low_quality_matches

    def __call__(self, match_quality_matrix: Tensor) -> Tensor:
        if match_quality_matrix.numel() == 0:
            what = "ground-truth" if match_quality_matrix.shape[0] == 0 else "proposal"
            raise ValueError(f"No {what} boxes available for one of the images during training")
        quality, best = match_quality_matrix.max(dim=0)
        matches = best.masked_fill(quality < self.low_threshold, self.BELOW_LOW_THRESHOLD)
        between = (quality >= self.low_threshold) & (quality < self.high_threshold)
        matches = matches.masked_fill(between, self.BETWEEN_THRESHOLDS)
        if self.allow_low_quality_matches:
            highest = match_quality_matrix.max(dim=1, keepdim=True)[0]
            matches = torch.where((match_quality_matrix == highest).any(0), best, matches)
        return matches


class SSDMatcher(Matcher):
    """One threshold, and each true box has the box that overlaps it most.

    W. Liu et al., SSD: Single Shot MultiBox Detector, 2015.
    """

    def __init__(self, threshold: float) -> None:
        super().__init__(threshold, threshold, allow_low_quality_matches=False)

    def __call__(self, match_quality_matrix: Tensor) -> Tensor:
        matches = super().__call__(match_quality_matrix)
        best = match_quality_matrix.max(dim=1)[1]
        matches[best] = torch.arange(best.size(0), dtype=torch.int64, device=best.device)
        return matches


def convolutions(model: nn.Module) -> list[nn.Conv2d]:
    """The convolutions of a model, in their order."""
    return [m for m in model.modules() if isinstance(m, nn.Conv2d)]


def normal_start(model: nn.Module, std: float = 0.01) -> None:
    """Normal values for the weights of convolutions, zeros for biases."""
    for conv in convolutions(model):
        nn.init.normal_(conv.weight, std=std)
        if conv.bias is not None:
            nn.init.constant_(conv.bias, 0)


def overwrite_eps(model: nn.Module, eps: float) -> None:
    """Another eps in frozen batch norms: some checkpoints were made without one."""
    for m in model.modules():
        if isinstance(m, FrozenBatchNorm2d):
            m.eps = eps


def retrieve_out_channels(model: nn.Module, size: tuple[int, int]) -> list[int]:
    """The channels of the maps that a backbone gives."""
    was_training = model.training
    model.eval()
    with torch.no_grad():
        device = next(model.parameters()).device
        maps = model(torch.zeros((1, 3, size[1], size[0]), device=device))
    if isinstance(maps, Tensor):
        maps = {"0": maps}
    if was_training:
        model.train()
    return [m.size(1) for m in maps.values()]


def check_targets(targets: Any, training: bool) -> None:
    """AssertionError for targets that are missing, or whose boxes have another shape."""
    if not training:
        return
    if targets is None:
        raise AssertionError("targets should not be none when in training mode")
    for target in targets:
        boxes = target["boxes"]
        if not isinstance(boxes, Tensor):
            raise AssertionError(f"Expected target boxes to be of type Tensor, got {type(boxes)}.")
        if len(boxes.shape) != 2 or boxes.shape[-1] != 4:
            raise AssertionError(
                f"Expected target boxes to be a tensor of shape [N, 4], got {boxes.shape}."
            )


def check_sizes(targets: Sequence[dict[str, Tensor]] | None) -> None:
    """AssertionError for boxes without a positive height and width."""
    for number, target in enumerate(targets or ()):
        boxes = target["boxes"]
        bad = (boxes[:, 2:] <= boxes[:, :2]).any(dim=1)
        if bad.any():
            box = boxes[torch.where(bad)[0][0]].tolist()
            raise AssertionError(
                "All bounding boxes should have positive height and width. "
                f"Found invalid box {box} for target at index {number}."
            )


def smooth_l1_of(input: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """The sum of smooth L1 losses (beta 1/9) of the rows of a mask."""
    mask = mask[:, None]
    target = torch.where(mask, target, torch.zeros_like(target))  # others may be infinite
    loss = F.smooth_l1_loss(input, target, beta=1 / 9, reduction="none")
    return torch.where(mask, loss, torch.zeros_like(loss)).sum()


def on_host(t: Tensor) -> np.ndarray:
    return t.detach().cpu().numpy()
