"""Boxes, given by their corners (x1, y1, x2, y2) in pixels unless said otherwise.

https://docs.pytorch.org/vision/stable/ops.html#operators
"""

from __future__ import annotations

import math

import numpy as np

import torchish as torch
from torchish._core.tensor import Tensor
from torchish.nn import functional as F

__all__ = [
    "batched_nms",
    "box_area",
    "box_convert",
    "box_iou",
    "clip_boxes_to_image",
    "complete_box_iou",
    "distance_box_iou",
    "generalized_box_iou",
    "masks_to_boxes",
    "nms",
    "remove_small_boxes",
    "sigmoid_focal_loss",
]


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float) -> Tensor:
    """Indices (int64) of boxes (N, 4) that overlap no kept box of higher score by more than the
    threshold, by falling score.

    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.nms.html
    """
    if boxes.dim() != 2 or boxes.size(1) != 4:
        raise RuntimeError(f"boxes should be a 2d tensor of shape (N, 4), got {boxes.shape}")
    if scores.dim() != 1 or scores.size(0) != boxes.size(0):
        raise RuntimeError("boxes and scores should have same number of elements in dimension 0")
    # How many are kept depends on the values, so this runs on the host.
    kept = kept_of(boxes.detach().cpu().numpy(), scores.detach().cpu().numpy(), iou_threshold)
    return torch.from_numpy(kept).to(boxes.device)


def kept_of(boxes: np.ndarray, scores: np.ndarray, threshold: float) -> np.ndarray:
    """`nms` of arrays."""
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    order = np.argsort(-scores, kind="stable")
    kept = []
    while len(order):
        first, order = order[0], order[1:]
        kept.append(first)
        low = np.maximum(boxes[first, :2], boxes[order, :2])
        high = np.minimum(boxes[first, 2:], boxes[order, 2:])
        shared = np.prod(np.maximum(high - low, 0), axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            iou = shared / (areas[first] + areas[order] - shared)
        order = order[~(iou > threshold)]
    return np.array(kept, dtype=np.int64)


def kept_by_class(
    boxes: np.ndarray, scores: np.ndarray, classes: np.ndarray, threshold: float
) -> np.ndarray:
    """`batched_nms` of arrays."""
    kept = [np.zeros(0, np.int64)]
    for number in np.unique(classes):
        own = np.flatnonzero(classes == number)
        kept.append(own[kept_of(boxes[own], scores[own], threshold)])
    found = np.sort(np.concatenate(kept))
    return found[np.argsort(-scores[found], kind="stable")]


def batched_nms(boxes: Tensor, scores: Tensor, idxs: Tensor, iou_threshold: float) -> Tensor:
    """`nms` among the boxes of each class `idxs` (N,), all by falling score.

    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.batched_nms.html
    """
    kept = kept_by_class(*(t.detach().cpu().numpy() for t in (boxes, scores, idxs)), iou_threshold)
    return torch.from_numpy(kept).to(boxes.device)


def remove_small_boxes(boxes: Tensor, min_size: float) -> Tensor:
    """Indices of the boxes whose sides are both at least `min_size`.

    >>> from torchvision import ops
    >>> ops.remove_small_boxes(torch.tensor([[0.0, 0.0, 4.0, 4.0], [3.0, 3.0, 3.5, 9.0]]), 1.0)
    tensor([0])
    """
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    return torch.where((width >= min_size) & (height >= min_size))[0]


def clip_boxes_to_image(boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """Boxes (..., 4) cut off at the borders of an image of (height, width).

    >>> from torchvision import ops
    >>> ops.clip_boxes_to_image(torch.tensor([[-1.0, 2.0, 9.0, 5.0]]), (8, 8))
    tensor([[0., 2., 8., 5.]])
    """
    height, width = size
    x = boxes[..., 0::2].clamp(min=0, max=width)
    y = boxes[..., 1::2].clamp(min=0, max=height)
    return torch.stack((x, y), dim=boxes.dim()).reshape(boxes.shape)


def box_convert(boxes: Tensor, in_fmt: str, out_fmt: str) -> Tensor:
    """Boxes (..., 4) from one of "xyxy", "xywh" (corner, size), "cxcywh" (center, size) to another.

    ValueError for other formats. Rotated boxes ("xywhr", "cxcywhr", "xyxyxyxy") are not supported.

    >>> from torchvision import ops
    >>> ops.box_convert(torch.tensor([[1.0, 2.0, 3.0, 5.0]]), "xyxy", "xywh")
    tensor([[1., 2., 2., 3.]])
    """
    known = ("xyxy", "xywh", "cxcywh")
    rotated = ("xywhr", "cxcywhr", "xyxyxyxy")
    if in_fmt in rotated or out_fmt in rotated:
        raise NotImplementedError(f"box_convert: from {in_fmt} to {out_fmt}")
    if in_fmt not in known or out_fmt not in known:
        raise ValueError(
            f"Unsupported Bounding Box Conversions for given in_fmt {in_fmt} and out_fmt {out_fmt}"
        )
    if in_fmt == out_fmt:
        return boxes.clone()
    a, b, c, d = boxes.unbind(-1)
    if in_fmt == "xywh":
        a, b, c, d = a, b, a + c, b + d
    elif in_fmt == "cxcywh":
        a, b, c, d = a - 0.5 * c, b - 0.5 * d, a + 0.5 * c, b + 0.5 * d
    if out_fmt == "xywh":
        a, b, c, d = a, b, c - a, d - b
    elif out_fmt == "cxcywh":
        a, b, c, d = (a + c) / 2, (b + d) / 2, c - a, d - b
    return torch.stack((a, b, c, d), dim=-1)


def _wide(t: Tensor) -> Tensor:
    """A type in which products of coordinates do not overflow."""
    if t.is_floating_point():
        return t if t.dtype in (torch.float32, torch.float64) else t.float()
    return t if t.dtype in (torch.int32, torch.int64) else t.int()


def box_area(boxes: Tensor, fmt: str = "xyxy") -> Tensor:
    """The areas (...) of boxes (..., 4).

    >>> from torchvision import ops
    >>> ops.box_area(torch.tensor([[0.0, 0.0, 2.0, 3.0]]))
    tensor([6.])
    """
    if fmt not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError(f"Unsupported Bounding Box area for given format {fmt}")
    boxes = _wide(boxes)
    if fmt != "xyxy":
        return boxes[..., 2] * boxes[..., 3]
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def _intersection_union(boxes1: Tensor, boxes2: Tensor) -> tuple[Tensor, Tensor]:
    low = torch.max(boxes1[..., None, :2], boxes2[..., None, :, :2])
    high = torch.min(boxes1[..., None, 2:], boxes2[..., None, :, 2:])
    sides = _wide(high - low).clamp(min=0)
    shared = sides[..., 0] * sides[..., 1]
    return shared, box_area(boxes1)[..., None] + box_area(boxes2)[..., None, :] - shared


def box_iou(boxes1: Tensor, boxes2: Tensor, fmt: str = "xyxy") -> Tensor:
    """Intersection over union (..., N, M) of boxes (..., N, 4) with boxes (..., M, 4).

    >>> from torchvision import ops
    >>> a, b = torch.tensor([[0.0, 0.0, 2.0, 2.0]]), torch.tensor([[1.0, 0.0, 3.0, 2.0]])
    >>> ops.box_iou(a, b)
    tensor([[0.3333]])
    """
    if fmt not in ("xyxy", "xywh", "cxcywh"):
        raise ValueError(f"Unsupported Box IoU Calculation for given fmt {fmt}.")
    boxes1, boxes2 = (box_convert(b, fmt, "xyxy") for b in (boxes1, boxes2))
    shared, union = _intersection_union(boxes1, boxes2)
    return shared / union


def generalized_box_iou(boxes1: Tensor, boxes2: Tensor) -> Tensor:
    """Box IoU less the share of the boxes' hull that neither covers: (N, M) in [-1, 1].

    H. Rezatofighi et al., Generalized Intersection over Union, 2019.

    >>> from torchvision import ops
    >>> a, b = torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([[2.0, 0.0, 3.0, 1.0]])
    >>> ops.generalized_box_iou(a, b)  # negative: they lie apart
    tensor([[-0.3333]])
    """
    shared, union = _intersection_union(boxes1, boxes2)
    low = torch.min(boxes1[..., None, :2], boxes2[..., None, :, :2])
    high = torch.max(boxes1[..., None, 2:], boxes2[..., None, :, 2:])
    sides = _wide(high - low).clamp(min=0)
    hull = sides[..., 0] * sides[..., 1]
    return shared / union - (hull - union) / hull


def _distance_iou(boxes1: Tensor, boxes2: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """Distance IoU (N, M), and IoU."""
    iou = box_iou(boxes1, boxes2)
    low = torch.min(boxes1[..., None, :2], boxes2[..., None, :, :2])
    high = torch.max(boxes1[..., None, 2:], boxes2[..., None, :, 2:])
    diagonal = (_wide(high - low).clamp(min=0) ** 2).sum(-1) + eps
    centers = [(b[..., :2] + b[..., 2:]) / 2 for b in (boxes1, boxes2)]
    apart = _wide(centers[0][..., None, :] - centers[1][..., None, :, :])
    return iou - (apart**2).sum(-1) / diagonal, iou


def distance_box_iou(boxes1: Tensor, boxes2: Tensor, eps: float = 1e-7) -> Tensor:
    """Box IoU less the centers' distance beside the hull's diagonal, both squared: (N, M).

    Z. Zheng et al., Distance-IoU Loss, 2019.

    >>> from torchvision import ops
    >>> a, b = torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([[2.0, 0.0, 3.0, 1.0]])
    >>> ops.distance_box_iou(a, b)
    tensor([[-0.4000]])
    """
    return _distance_iou(_wide(boxes1), _wide(boxes2), eps)[0]


def complete_box_iou(boxes1: Tensor, boxes2: Tensor, eps: float = 1e-7) -> Tensor:
    """Distance IoU less how far the boxes' proportions differ: (N, M).

    Z. Zheng et al., Enhancing Geometric Factors in Model Learning, 2020.

    >>> from torchvision import ops
    >>> a = torch.tensor([[0.0, 0.0, 1.0, 1.0]])
    >>> ops.complete_box_iou(a, a)
    tensor([[1.]])
    """
    boxes1, boxes2 = _wide(boxes1), _wide(boxes2)
    distance, iou = _distance_iou(boxes1, boxes2, eps)
    angles = [
        torch.atan((b[..., 2] - b[..., 0]) / (b[..., 3] - b[..., 1])) for b in (boxes1, boxes2)
    ]
    unlike = (4 / math.pi**2) * (angles[0][..., None] - angles[1][..., None, :]) ** 2
    with torch.no_grad():
        weight = unlike / (1 - iou + unlike + eps)
    return distance - weight * unlike


def masks_to_boxes(masks: Tensor) -> Tensor:
    """The smallest boxes (N, 4) around masks (N, H, W), float32, both ends included.

    >>> from torchvision import ops
    >>> mask = torch.zeros(1, 4, 4, dtype=torch.bool)
    >>> mask[0, 1:3, 2] = True
    >>> ops.masks_to_boxes(mask)
    tensor([[2., 1., 2., 2.]])
    """
    boxes = torch.zeros((masks.shape[0], 4), dtype=torch.float, device=masks.device)
    for i, mask in enumerate(masks):
        y, x = torch.where(mask != 0)
        boxes[i] = torch.stack((x.min(), y.min(), x.max(), y.max())).to(torch.float)
    return boxes


def sigmoid_focal_loss(
    inputs: Tensor,
    targets: Tensor,
    alpha: float = 0.25,
    gamma: float = 2,
    reduction: str = "none",
) -> Tensor:
    """Binary cross entropy of logits that counts what is well classified less.

    T. Lin et al., Focal Loss for Dense Object Detection, 2017. ValueError for bad options.

    >>> from torchvision import ops
    >>> ops.sigmoid_focal_loss(torch.tensor([0.0, 5.0]), torch.tensor([1.0, 1.0]))
    tensor([4.3322e-02, 7.5202e-08])
    """
    if not (0 <= alpha <= 1) and alpha != -1:
        raise ValueError(
            f"Invalid alpha value: {alpha}. alpha must be in the range [0,1] or -1 for ignore."
        )
    p = torch.sigmoid(inputs)
    loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    loss = loss * (1 - (p * targets + (1 - p) * (1 - targets))) ** gamma
    if alpha >= 0:
        loss = (alpha * targets + (1 - alpha) * (1 - targets)) * loss
    if reduction == "none":
        return loss
    if reduction in ("mean", "sum"):
        return getattr(loss, reduction)()
    raise ValueError(
        f"Invalid Value for arg 'reduction': '{reduction} \n Supported reduction modes: 'none', "
        "'mean', 'sum'"
    )
