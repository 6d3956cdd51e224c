"""Keypoints in boxes, as maps of where they are. K. He et al., Mask R-CNN, 2017, section 5."""

from __future__ import annotations

import numpy as np

import torchish as torch
from torchish._core.tensor import Tensor
from torchish.nn import functional as F

__all__ = [
    "heatmaps_to_keypoints",
    "keypointrcnn_inference",
    "keypointrcnn_loss",
    "keypoints_to_heatmap",
]


def keypoints_to_heatmap(
    keypoints: Tensor, rois: Tensor, heatmap_size: int
) -> tuple[Tensor, Tensor]:
    """The places (N, K) of keypoints (N, K, 3) in maps over boxes (N, 4), and which are in them."""
    scale = heatmap_size / (rois[:, 2:] - rois[:, :2])
    at = keypoints[..., :2]
    where = ((at - rois[:, None, :2]) * scale[:, None]).floor().long()
    # On the far side counts as inside
    where = torch.where(at == rois[:, None, 2:], heatmap_size - 1, where)
    inside = ((where >= 0) & (where < heatmap_size)).all(-1)
    valid = (inside & (keypoints[..., 2] > 0)).long()
    return (where[..., 1] * heatmap_size + where[..., 0]) * valid, valid


def keypointrcnn_loss(
    keypoint_logits: Tensor,
    proposals: list[Tensor],
    gt_keypoints: list[Tensor],
    keypoint_matched_idxs: list[Tensor],
) -> Tensor:
    """Cross entropy of maps (N, K, H, H) with where the true keypoints are in the proposals."""
    count, kinds, height, width = keypoint_logits.shape
    if height != width:
        raise ValueError(
            "keypoint_logits height and width (last two elements of shape) should be equal. "
            f"Instead got height = {height} and width = {width}"
        )
    places, valid = [], []
    for boxes, true, matched in zip(proposals, gt_keypoints, keypoint_matched_idxs, strict=True):
        place, ok = keypoints_to_heatmap(true[matched], boxes, height)
        places.append(place.view(-1))
        valid.append(ok.view(-1))
    place, chosen = torch.cat(places), torch.where(torch.cat(valid))[0]
    if place.numel() == 0 or len(chosen) == 0:
        return keypoint_logits.sum() * 0
    logits = keypoint_logits.view(count * kinds, height * width)
    return F.cross_entropy(logits[chosen], place[chosen])


def _cubic(size: int, new: int) -> np.ndarray:
    """Weights (new, size) of bicubic interpolation (a = -0.75) with repeated borders."""
    at = (np.arange(new, dtype=np.float32) + np.float32(0.5)) * np.float32(size / new) - 0.5
    low = np.floor(at)
    t = at - low
    a = np.float32(-0.75)
    weights = np.zeros((new, size), dtype=np.float32)
    for step in (-1, 0, 1, 2):
        x = np.abs(t - step)
        if step in (0, 1):
            w = ((a + 2) * x - (a + 3)) * x * x + 1
        else:
            w = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
        np.add.at(weights, (np.arange(new), np.clip(low + step, 0, size - 1).astype(int)), w)
    return weights


def heatmaps_to_keypoints(maps: Tensor, rois: Tensor) -> tuple[Tensor, Tensor]:
    """The best places (N, K, 3) as (x, y, 1) of maps (N, K, H, W) in boxes, and scores (N, K)."""
    # On the host: every box has a size of its own, for which no program is worth compiling
    heat, boxes = maps.detach().cpu().numpy(), rois.detach().cpu().numpy()
    count, kinds = heat.shape[:2]
    places = np.ones((count, kinds, 3), dtype=np.float32)
    scores = np.zeros((count, kinds), dtype=np.float32)
    sizes = np.maximum(boxes[:, 2:] - boxes[:, :2], 1)
    for i, (width, height) in enumerate(np.ceil(sizes).astype(int)):
        rows, columns = _cubic(heat.shape[2], height), _cubic(heat.shape[3], width)
        large = (rows @ heat[i] @ columns.T).reshape(kinds, -1)
        best = large.argmax(axis=1)
        scores[i] = large[np.arange(kinds), best]
        for axis, (pixel, whole) in enumerate(((best % width, width), (best // width, height))):
            places[i, :, axis] = (pixel + 0.5) * (sizes[i, axis] / whole) + boxes[i, axis]
    return torch.from_numpy(places).to(maps.device), torch.from_numpy(scores).to(maps.device)


def keypointrcnn_inference(x: Tensor, boxes: list[Tensor]) -> list[tuple[Tensor, Tensor]]:
    """Places (L, K, 3) and scores (L, K) of the keypoints of each image's boxes."""
    parts = x.split([len(b) for b in boxes], dim=0)
    return [heatmaps_to_keypoints(maps, own) for maps, own in zip(parts, boxes, strict=True)]
