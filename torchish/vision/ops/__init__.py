"""`torchvision.ops`. https://docs.pytorch.org/vision/stable/ops.html"""

from torchish.vision.ops import boxes, feature_pyramid_network, misc
from torchish.vision.ops.boxes import (
    batched_nms,
    box_area,
    box_convert,
    box_iou,
    clip_boxes_to_image,
    generalized_box_iou,
    masks_to_boxes,
    nms,
    remove_small_boxes,
    sigmoid_focal_loss,
)
from torchish.vision.ops.feature_pyramid_network import FeaturePyramidNetwork
from torchish.vision.ops.misc import (
    MLP,
    Conv2dNormActivation,
    Conv3dNormActivation,
    FrozenBatchNorm2d,
    Permute,
    SqueezeExcitation,
    StochasticDepth,
    stochastic_depth,
)

__all__ = [
    "MLP",
    "Conv2dNormActivation",
    "Conv3dNormActivation",
    "FeaturePyramidNetwork",
    "FrozenBatchNorm2d",
    "Permute",
    "SqueezeExcitation",
    "StochasticDepth",
    "batched_nms",
    "box_area",
    "box_convert",
    "box_iou",
    "boxes",
    "clip_boxes_to_image",
    "feature_pyramid_network",
    "generalized_box_iou",
    "masks_to_boxes",
    "misc",
    "nms",
    "remove_small_boxes",
    "sigmoid_focal_loss",
    "stochastic_depth",
]
