"""Detection by regions: a backbone, proposals, what is found in them."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models.detection._utils import check_sizes, check_targets

__all__ = ["GeneralizedRCNN"]


class GeneralizedRCNN(nn.Module):
    """Images [(C, H, W)] and, in training, targets. Losses in training; otherwise results."""

    def __init__(
        self, backbone: nn.Module, rpn: nn.Module, roi_heads: nn.Module, transform: nn.Module
    ) -> None:
        super().__init__()
        self.transform = transform
        self.backbone = backbone
        self.rpn = rpn
        self.roi_heads = roi_heads

    def forward(self, images: list[Tensor], targets: list[dict[str, Tensor]] | None = None) -> Any:
        check_targets(targets, self.training)
        sizes = [tuple(image.shape[-2:]) for image in images]
        batch, targets = self.transform(images, targets)
        check_sizes(targets)
        features = self.backbone(batch.tensors)
        if isinstance(features, Tensor):
            features = OrderedDict([("0", features)])
        proposals, losses = self.rpn(batch, features, targets)
        results, more = self.roi_heads(features, proposals, batch.image_sizes, targets)
        results = self.transform.postprocess(results, batch.image_sizes, sizes)
        return {**more, **losses} if self.training else results
