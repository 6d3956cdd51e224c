"""Losses of pairs of boxes (..., 4) given by corners.

https://docs.pytorch.org/vision/stable/ops.html#losses
"""

from __future__ import annotations

import math

import torchish as torch
from torchish._core.tensor import Tensor

__all__ = ["complete_box_iou_loss", "distance_box_iou_loss", "generalized_box_iou_loss"]


def _reduced(loss: Tensor, reduction: str) -> Tensor:
    if reduction == "none":
        return loss
    if reduction == "mean":
        return loss.mean() if loss.numel() > 0 else 0.0 * loss.sum()
    if reduction == "sum":
        return loss.sum()
    raise ValueError(
        f"Invalid Value for arg 'reduction': '{reduction} \n Supported reduction modes: 'none', "
        "'mean', 'sum'"
    )


def _wide(t: Tensor) -> Tensor:
    return t if t.dtype in (torch.float32, torch.float64) else t.float()


def _shared(boxes1: Tensor, boxes2: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Areas of intersections and of unions (...), and the sides (..., 2) of the hulls."""
    first, second = boxes1.unflatten(-1, (2, 2)), boxes2.unflatten(-1, (2, 2))
    low, high = torch.max(first, second)[..., 0, :], torch.min(first, second)[..., 1, :]
    sides = high - low
    inside = (sides > 0).all(-1)
    inter = torch.where(inside, sides[..., 0] * sides[..., 1], torch.zeros_like(sides[..., 0]))
    areas = [(b[..., 1, :] - b[..., 0, :]).prod(-1) for b in (first, second)]
    hull = torch.max(first, second)[..., 1, :] - torch.min(first, second)[..., 0, :]
    return inter, areas[0] + areas[1] - inter, hull


def generalized_box_iou_loss(
    boxes1: Tensor, boxes2: Tensor, reduction: str = "none", eps: float = 1e-7
) -> Tensor:
    """1 less the generalized IoU of each pair. H. Rezatofighi et al., 2019.

    >>> from torchvision import ops
    >>> a, b = torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([[2.0, 0.0, 3.0, 1.0]])
    >>> ops.generalized_box_iou_loss(a, b)
    tensor([1.3333])
    """
    inter, union, hull = _shared(_wide(boxes1), _wide(boxes2))
    area = hull[..., 0] * hull[..., 1]
    giou = inter / (union + eps) - (area - union) / (area + eps)
    return _reduced(1 - giou, reduction)


def _distance(boxes1: Tensor, boxes2: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    """1 less the distance IoU, and the IoU."""
    inter, union, hull = _shared(boxes1, boxes2)
    iou = inter / (union + eps)
    apart = (boxes1[..., :2] + boxes1[..., 2:] - boxes2[..., :2] - boxes2[..., 2:]) / 2
    share = (apart**2).sum(-1) / ((hull**2).sum(-1) + eps)
    return 1 - iou + share, iou


def distance_box_iou_loss(
    boxes1: Tensor, boxes2: Tensor, reduction: str = "none", eps: float = 1e-7
) -> Tensor:
    """1 less the IoU, and the centers' distance beside the hull's diagonal. Z. Zheng et al., 2019.

    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.distance_box_iou_loss.html

    >>> from torchvision import ops
    >>> a, b = torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([[2.0, 0.0, 3.0, 1.0]])
    >>> ops.distance_box_iou_loss(a, b, reduction="sum")
    tensor(1.4000)
    """
    return _reduced(_distance(_wide(boxes1), _wide(boxes2), eps)[0], reduction)


def complete_box_iou_loss(
    boxes1: Tensor, boxes2: Tensor, reduction: str = "none", eps: float = 1e-7
) -> Tensor:
    """The distance IoU loss, and how far the boxes' proportions differ. Z. Zheng et al., 2020.

    >>> from torchvision import ops
    >>> a, b = torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([[0.0, 0.0, 2.0, 1.0]])
    >>> ops.complete_box_iou_loss(a, b, reduction="sum")
    tensor(0.5532)
    """
    boxes1, boxes2 = _wide(boxes1), _wide(boxes2)
    loss, iou = _distance(boxes1, boxes2, eps)
    angles = [
        torch.atan((b[..., 2] - b[..., 0]) / (b[..., 3] - b[..., 1])) for b in (boxes2, boxes1)
    ]
    unlike = (4 / math.pi**2) * (angles[0] - angles[1]) ** 2
    with torch.no_grad():
        weight = unlike / (1 - iou + unlike + eps)
    return _reduced(loss + weight * unlike, reduction)
