"""Keypoint R-CNN.

K. He et al., Mask R-CNN, 2017, section 5.
https://docs.pytorch.org/vision/stable/models/keypoint_rcnn.html
"""

from __future__ import annotations

from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.vision.models._api import WeightsEnum, fix_option, model, weights_enum
from torchish.vision.models.detection.faster_rcnn import FasterRCNN, resnet50_fpn, without_eps
from torchish.vision.models.resnet import ResNet50_Weights
from torchish.vision.ops.poolers import MultiScaleRoIAlign

__all__ = ["KeypointRCNN", "KeypointRCNN_ResNet50_FPN_Weights", "keypointrcnn_resnet50_fpn"]


class KeypointRCNNHeads(nn.Sequential):
    """3x3 convolutions on a region's map."""

    def __init__(self, in_channels: int, layers: tuple[int, ...]) -> None:
        blocks: list[nn.Module] = []
        for width in layers:
            blocks += [nn.Conv2d(in_channels, width, 3, stride=1, padding=1), nn.ReLU(inplace=True)]
            in_channels = width
        super().__init__(*blocks)
        for m in self.children():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
                nn.init.constant_(m.bias, 0)


class KeypointRCNNPredictor(nn.Module):
    """A map for each keypoint, of four times the size."""

    def __init__(self, in_channels: int, num_keypoints: int) -> None:
        super().__init__()
        self.kps_score_lowres = nn.ConvTranspose2d(
            in_channels, num_keypoints, 4, stride=2, padding=1
        )
        nn.init.kaiming_normal_(self.kps_score_lowres.weight, mode="fan_out", nonlinearity="relu")
        nn.init.constant_(self.kps_score_lowres.bias, 0)
        self.up_scale = 2
        self.out_channels = num_keypoints

    def forward(self, x: Tensor) -> Tensor:
        x = self.kps_score_lowres(x)
        return F.interpolate(
            x,
            scale_factor=float(self.up_scale),
            mode="bilinear",
            align_corners=False,
            recompute_scale_factor=False,
        )


class KeypointRCNN(FasterRCNN):
    """Faster R-CNN that also gives keypoints (N, K, 3) as (x, y, whether seen), and their scores.

    Targets also have "keypoints" (N, K, 3). Other options are FasterRCNN's.
    """

    def __init__(
        self,
        backbone: nn.Module,
        num_classes: int | None = None,
        min_size: int | tuple[int, ...] | None = None,
        *args: Any,
        keypoint_roi_pool: nn.Module | None = None,
        keypoint_head: nn.Module | None = None,
        keypoint_predictor: nn.Module | None = None,
        num_keypoints: int | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(keypoint_roi_pool, MultiScaleRoIAlign | None):
            raise TypeError(
                "keypoint_roi_pool should be of type MultiScaleRoIAlign or None instead of "
                f"{type(keypoint_roi_pool)}"
            )
        if num_keypoints is not None and keypoint_predictor is not None:
            raise ValueError("num_keypoints should be None when keypoint_predictor is specified")
        pool = keypoint_roi_pool or MultiScaleRoIAlign(["0", "1", "2", "3"], 14, 2)
        head = keypoint_head or KeypointRCNNHeads(backbone.out_channels, (512,) * 8)
        predictor = keypoint_predictor or KeypointRCNNPredictor(
            512, 17 if num_keypoints is None else num_keypoints
        )
        min_size = (640, 672, 704, 736, 768, 800) if min_size is None else min_size
        super().__init__(backbone, num_classes, min_size, *args, **kwargs)
        self.roi_heads.keypoint_roi_pool = pool
        self.roi_heads.keypoint_head = head
        self.roi_heads.keypoint_predictor = predictor


def _for_weights(kwargs: dict[str, Any], member: WeightsEnum) -> Any:
    fix_option(kwargs, "num_keypoints", 17)
    return None if member.name == "COCO_LEGACY" else without_eps(kwargs, member)


KeypointRCNN_ResNet50_FPN_Weights = weights_enum("KeypointRCNN_ResNet50_FPN_Weights", __name__)


@model(
    KeypointRCNN_ResNet50_FPN_Weights,
    legacy="COCO_V1",
    backbone=ResNet50_Weights.IMAGENET1K_V1,
    prepare=_for_weights,
)
def keypointrcnn_resnet50_fpn(
    *,
    num_classes: int | None = None,
    num_keypoints: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> KeypointRCNN:
    """Keypoint R-CNN on ResNet50 with a feature pyramid; other options are KeypointRCNN's."""
    backbone = resnet50_fpn(weights_backbone, progress, trained, trainable_backbone_layers)
    return KeypointRCNN(
        backbone,
        2 if num_classes is None else num_classes,
        num_keypoints=17 if num_keypoints is None else num_keypoints,
        **kwargs,
    )
