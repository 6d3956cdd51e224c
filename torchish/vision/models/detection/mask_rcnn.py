"""Mask R-CNN.

K. He et al., Mask R-CNN, 2017; Y. Li et al., Benchmarking Detection Transfer Learning with Vision
Transformers, 2021 (version 2). https://docs.pytorch.org/vision/stable/models/mask_rcnn.html
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from torchish import nn
from torchish.vision.models._api import WeightsEnum, model, weights_enum
from torchish.vision.models.detection.faster_rcnn import (
    FasterRCNN,
    resnet50_fpn,
    resnet50_fpn_v2,
    without_eps,
)
from torchish.vision.models.resnet import ResNet50_Weights
from torchish.vision.ops.misc import Conv2dNormActivation, rename_in_old
from torchish.vision.ops.poolers import MultiScaleRoIAlign

__all__ = [
    "MaskRCNN",
    "MaskRCNN_ResNet50_FPN_V2_Weights",
    "MaskRCNN_ResNet50_FPN_Weights",
    "maskrcnn_resnet50_fpn",
    "maskrcnn_resnet50_fpn_v2",
]

Layer = Callable[..., nn.Module]


def _start(model: nn.Module) -> None:
    """He's normal values for weights of several dimensions, zeros for biases of convolutions."""
    for name, parameter in model.named_parameters():
        if "weight" in name:
            nn.init.kaiming_normal_(parameter, mode="fan_out", nonlinearity="relu")


class MaskRCNNHeads(nn.Sequential):
    """3x3 convolutions on a region's map."""

    _version = 2

    def __init__(
        self, in_channels: int, layers: list[int], dilation: int, norm_layer: Layer | None = None
    ) -> None:
        blocks = []
        for width in layers:
            blocks.append(
                Conv2dNormActivation(
                    in_channels,
                    width,
                    kernel_size=3,
                    stride=1,
                    padding=dilation,
                    dilation=dilation,
                    norm_layer=norm_layer,
                )
            )
            in_channels = width
        super().__init__(*blocks)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    def _load_from_state_dict(self, state_dict, prefix, local_metadata, *args):
        names = {f"mask_fcn{i + 1}": f"{i}.0" for i in range(len(self))}
        rename_in_old(state_dict, prefix, local_metadata, names)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *args)


class MaskRCNNPredictor(nn.Sequential):
    """A transposed convolution to twice the size, a logit of each class for each pixel."""

    def __init__(self, in_channels: int, dim_reduced: int, num_classes: int) -> None:
        super().__init__(
            OrderedDict(
                conv5_mask=nn.ConvTranspose2d(in_channels, dim_reduced, 2, 2, 0),
                relu=nn.ReLU(inplace=True),
                mask_fcn_logits=nn.Conv2d(dim_reduced, num_classes, 1, 1, 0),
            )
        )
        _start(self)


class MaskRCNN(FasterRCNN):
    """Faster R-CNN that also gives masks (N, 1, H, W) of probabilities.

    Targets also have "masks" (N, H, W) uint8. Other options are FasterRCNN's.
    """

    def __init__(
        self,
        backbone: nn.Module,
        num_classes: int | None = None,
        *args: Any,
        mask_roi_pool: nn.Module | None = None,
        mask_head: nn.Module | None = None,
        mask_predictor: nn.Module | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(mask_roi_pool, MultiScaleRoIAlign | None):
            raise TypeError(
                "mask_roi_pool should be of type MultiScaleRoIAlign or None instead of "
                f"{type(mask_roi_pool)}"
            )
        if num_classes is not None and mask_predictor is not None:
            raise ValueError("num_classes should be None when mask_predictor is specified")
        pool = mask_roi_pool or MultiScaleRoIAlign(["0", "1", "2", "3"], 14, 2)
        head = mask_head or MaskRCNNHeads(backbone.out_channels, [256] * 4, 1)
        predictor = mask_predictor or MaskRCNNPredictor(256, 256, num_classes)
        super().__init__(backbone, num_classes, *args, **kwargs)
        self.roi_heads.mask_roi_pool = pool
        self.roi_heads.mask_head = head
        self.roi_heads.mask_predictor = predictor


MaskRCNN_ResNet50_FPN_Weights = weights_enum("MaskRCNN_ResNet50_FPN_Weights", __name__)
MaskRCNN_ResNet50_FPN_V2_Weights = weights_enum("MaskRCNN_ResNet50_FPN_V2_Weights", __name__)


@model(
    MaskRCNN_ResNet50_FPN_Weights,
    legacy="COCO_V1",
    backbone=ResNet50_Weights.IMAGENET1K_V1,
    prepare=without_eps,
)
def maskrcnn_resnet50_fpn(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> MaskRCNN:
    """Mask R-CNN on ResNet50 with a feature pyramid; other options are MaskRCNN's."""
    backbone = resnet50_fpn(weights_backbone, progress, trained, trainable_backbone_layers)
    return MaskRCNN(backbone, 91 if num_classes is None else num_classes, **kwargs)


@model(
    MaskRCNN_ResNet50_FPN_V2_Weights,
    legacy="COCO_V1",
    backbone=ResNet50_Weights.IMAGENET1K_V1,
    backbone_given=False,
)
def maskrcnn_resnet50_fpn_v2(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> MaskRCNN:
    """Mask R-CNN, version 2: more convolutions in its heads, with norms."""
    parts = resnet50_fpn_v2(weights_backbone, progress, trained, trainable_backbone_layers)
    head = MaskRCNNHeads(256, [256] * 4, 1, norm_layer=nn.BatchNorm2d)
    classes = 91 if num_classes is None else num_classes
    return MaskRCNN(num_classes=classes, mask_head=head, **parts, **kwargs)
