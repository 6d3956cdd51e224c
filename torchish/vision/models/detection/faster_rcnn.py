"""Faster R-CNN.

S. Ren et al., Faster R-CNN: Towards Real-Time Object Detection, 2015; Y. Li et al., Benchmarking
Detection Transfer Learning with Vision Transformers, 2021 (version 2).
https://docs.pytorch.org/vision/stable/models/faster_rcnn.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.vision.models._api import WeightsEnum, model, weights_enum
from torchish.vision.models.detection._utils import overwrite_eps
from torchish.vision.models.detection.anchor_utils import AnchorGenerator
from torchish.vision.models.detection.backbone_utils import mobilenet, resnet_fpn, trainable
from torchish.vision.models.detection.generalized_rcnn import GeneralizedRCNN
from torchish.vision.models.detection.roi_heads import RoIHeads
from torchish.vision.models.detection.rpn import RegionProposalNetwork, RPNHead
from torchish.vision.models.detection.transform import GeneralizedRCNNTransform
from torchish.vision.models.mobilenetv3 import MobileNet_V3_Large_Weights, mobilenet_v3_large
from torchish.vision.models.resnet import ResNet50_Weights, resnet50
from torchish.vision.ops.feature_pyramid_network import ExtraFPNBlock
from torchish.vision.ops.misc import Conv2dNormActivation, FrozenBatchNorm2d
from torchish.vision.ops.poolers import MultiScaleRoIAlign

__all__ = [
    "FasterRCNN",
    "FasterRCNN_MobileNet_V3_Large_320_FPN_Weights",
    "FasterRCNN_MobileNet_V3_Large_FPN_Weights",
    "FasterRCNN_ResNet50_FPN_V2_Weights",
    "FasterRCNN_ResNet50_FPN_Weights",
    "fasterrcnn_mobilenet_v3_large_320_fpn",
    "fasterrcnn_mobilenet_v3_large_fpn",
    "fasterrcnn_resnet50_fpn",
    "fasterrcnn_resnet50_fpn_v2",
]

Layer = Callable[..., nn.Module]


def default_anchors() -> AnchorGenerator:
    """Boxes of one size for each of five maps."""
    return AnchorGenerator(((32,), (64,), (128,), (256,), (512,)), ((0.5, 1.0, 2.0),) * 5)


class TwoMLPHead(nn.Module):
    """Two linear layers on a region's map."""

    def __init__(self, in_channels: int, representation_size: int) -> None:
        super().__init__()
        self.fc6 = nn.Linear(in_channels, representation_size)
        self.fc7 = nn.Linear(representation_size, representation_size)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.fc7(F.relu(self.fc6(x.flatten(start_dim=1)))))


class FastRCNNConvFCHead(nn.Sequential):
    """3x3 convolutions, then linear layers, on a region's map of (channels, height, width)."""

    def __init__(
        self,
        input_size: tuple[int, int, int],
        conv_layers: list[int],
        fc_layers: list[int],
        norm_layer: Layer | None = None,
    ) -> None:
        channels, height, width = input_size
        blocks: list[nn.Module] = []
        for out in conv_layers:
            blocks.append(Conv2dNormActivation(channels, out, norm_layer=norm_layer))
            channels = out
        blocks.append(nn.Flatten())
        channels *= height * width
        for out in fc_layers:
            blocks += [nn.Linear(channels, out), nn.ReLU(inplace=True)]
            channels = out
        super().__init__(*blocks)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)


class FastRCNNPredictor(nn.Module):
    """Logits of the classes (the first is background), and how each class's box is moved."""

    def __init__(self, in_channels: int, num_classes: int) -> None:
        super().__init__()
        self.cls_score = nn.Linear(in_channels, num_classes)
        self.bbox_pred = nn.Linear(in_channels, num_classes * 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if x.dim() == 4 and list(x.shape[2:]) != [1, 1]:
            raise AssertionError(
                "x has the wrong shape, expecting the last two dimensions to be [1,1] instead of "
                f"{list(x.shape[2:])}"
            )
        x = x.flatten(start_dim=1)
        return self.cls_score(x), self.bbox_pred(x)


class FasterRCNN(GeneralizedRCNN):
    """Boxes, labels and scores of what is in images [(C, H, W)] with values in [0, 1].

    The backbone gives maps and says `out_channels`. Options are those of the transform (sizes,
    mean, std), of the proposals (`rpn_`), and of the boxes found in them (`box_`). Targets are
    dictionaries with "boxes" (N, 4) and "labels" (N,) int64. ValueError for what does not fit.
    """

    def __init__(
        self,
        backbone: nn.Module,
        num_classes: int | None = None,
        min_size: int | tuple[int, ...] = 800,
        max_size: int = 1333,
        image_mean: list[float] | None = None,
        image_std: list[float] | None = None,
        rpn_anchor_generator: AnchorGenerator | None = None,
        rpn_head: nn.Module | None = None,
        rpn_pre_nms_top_n_train: int = 2000,
        rpn_pre_nms_top_n_test: int = 1000,
        rpn_post_nms_top_n_train: int = 2000,
        rpn_post_nms_top_n_test: int = 1000,
        rpn_nms_thresh: float = 0.7,
        rpn_fg_iou_thresh: float = 0.7,
        rpn_bg_iou_thresh: float = 0.3,
        rpn_batch_size_per_image: int = 256,
        rpn_positive_fraction: float = 0.5,
        rpn_score_thresh: float = 0.0,
        box_roi_pool: nn.Module | None = None,
        box_head: nn.Module | None = None,
        box_predictor: nn.Module | None = None,
        box_score_thresh: float = 0.05,
        box_nms_thresh: float = 0.5,
        box_detections_per_img: int = 100,
        box_fg_iou_thresh: float = 0.5,
        box_bg_iou_thresh: float = 0.5,
        box_batch_size_per_image: int = 512,
        box_positive_fraction: float = 0.25,
        bbox_reg_weights: tuple[float, float, float, float] | None = None,
        **kwargs: Any,
    ) -> None:
        if not hasattr(backbone, "out_channels"):
            raise ValueError(
                "backbone should contain an attribute out_channels specifying the number of "
                "output channels (assumed to be the same for all the levels)"
            )
        if not isinstance(rpn_anchor_generator, AnchorGenerator | None):
            raise TypeError(
                "rpn_anchor_generator should be of type AnchorGenerator or None instead of "
                f"{type(rpn_anchor_generator)}"
            )
        if not isinstance(box_roi_pool, MultiScaleRoIAlign | None):
            raise TypeError(
                "box_roi_pool should be of type MultiScaleRoIAlign or None instead of "
                f"{type(box_roi_pool)}"
            )
        if num_classes is not None and box_predictor is not None:
            raise ValueError("num_classes should be None when box_predictor is specified")
        if num_classes is None and box_predictor is None:
            raise ValueError("num_classes should not be None when box_predictor is not specified")
        channels = backbone.out_channels
        anchors = rpn_anchor_generator or default_anchors()
        rpn = RegionProposalNetwork(
            anchors,
            rpn_head or RPNHead(channels, anchors.num_anchors_per_location()[0]),
            rpn_fg_iou_thresh,
            rpn_bg_iou_thresh,
            rpn_batch_size_per_image,
            rpn_positive_fraction,
            {"training": rpn_pre_nms_top_n_train, "testing": rpn_pre_nms_top_n_test},
            {"training": rpn_post_nms_top_n_train, "testing": rpn_post_nms_top_n_test},
            rpn_nms_thresh,
            score_thresh=rpn_score_thresh,
        )
        pool = box_roi_pool or MultiScaleRoIAlign(["0", "1", "2", "3"], 7, 2)
        if box_head is None:
            box_head = TwoMLPHead(channels * pool.output_size[0] ** 2, 1024)
        if box_predictor is None:
            box_predictor = FastRCNNPredictor(1024, num_classes)
        roi_heads = RoIHeads(
            pool,
            box_head,
            box_predictor,
            box_fg_iou_thresh,
            box_bg_iou_thresh,
            box_batch_size_per_image,
            box_positive_fraction,
            bbox_reg_weights,
            box_score_thresh,
            box_nms_thresh,
            box_detections_per_img,
        )
        transform = GeneralizedRCNNTransform(
            min_size,
            max_size,
            image_mean or [0.485, 0.456, 0.406],
            image_std or [0.229, 0.224, 0.225],
            **kwargs,
        )
        super().__init__(backbone, rpn, roi_heads, transform)


def resnet50_fpn(
    weights: Any,
    progress: bool,
    trained: bool,
    layers: int | None,
    returned_layers: list[int] | None = None,
    extra: Callable[[], ExtraFPNBlock] | None = None,
) -> nn.Module:
    """ResNet50 with a feature pyramid; its batch norms are frozen when there are weights."""
    layers = trainable(trained, layers, 5, 3)
    norm = FrozenBatchNorm2d if trained else nn.BatchNorm2d
    body = resnet50(weights=weights, progress=progress, norm_layer=norm)
    return resnet_fpn(body, layers, returned_layers, None if extra is None else extra())


def resnet50_fpn_v2(
    weights: Any, progress: bool, trained: bool, layers: int | None
) -> dict[str, Any]:
    """The backbone of version 2, and the parts that it has otherwise."""
    layers = trainable(trained, layers, 5, 3)
    body = resnet50(weights=weights, progress=progress)
    backbone = resnet_fpn(body, layers, norm_layer=nn.BatchNorm2d)
    anchors = default_anchors()
    head = RPNHead(256, anchors.num_anchors_per_location()[0], conv_depth=2)
    box_head = FastRCNNConvFCHead((256, 7, 7), [256] * 4, [1024], norm_layer=nn.BatchNorm2d)
    return {
        "backbone": backbone,
        "rpn_anchor_generator": anchors,
        "rpn_head": head,
        "box_head": box_head,
    }


def without_eps(kwargs: dict[str, Any], member: WeightsEnum) -> Callable[[nn.Module], None]:
    """The first checkpoints come from batch norms without eps."""
    return lambda made: overwrite_eps(made, 0.0)


FasterRCNN_ResNet50_FPN_Weights = weights_enum("FasterRCNN_ResNet50_FPN_Weights", __name__)
FasterRCNN_ResNet50_FPN_V2_Weights = weights_enum("FasterRCNN_ResNet50_FPN_V2_Weights", __name__)
FasterRCNN_MobileNet_V3_Large_FPN_Weights = weights_enum(
    "FasterRCNN_MobileNet_V3_Large_FPN_Weights", __name__
)
FasterRCNN_MobileNet_V3_Large_320_FPN_Weights = weights_enum(
    "FasterRCNN_MobileNet_V3_Large_320_FPN_Weights", __name__
)


@model(
    FasterRCNN_ResNet50_FPN_Weights,
    legacy="COCO_V1",
    backbone=ResNet50_Weights.IMAGENET1K_V1,
    prepare=without_eps,
)
def fasterrcnn_resnet50_fpn(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> FasterRCNN:
    """Faster R-CNN on ResNet50 with a feature pyramid; other options are FasterRCNN's."""
    backbone = resnet50_fpn(weights_backbone, progress, trained, trainable_backbone_layers)
    return FasterRCNN(backbone, 91 if num_classes is None else num_classes, **kwargs)


@model(
    FasterRCNN_ResNet50_FPN_V2_Weights,
    legacy="COCO_V1",
    backbone=ResNet50_Weights.IMAGENET1K_V1,
    backbone_given=False,
)
def fasterrcnn_resnet50_fpn_v2(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> FasterRCNN:
    """Faster R-CNN, version 2: more convolutions in its heads, with norms."""
    parts = resnet50_fpn_v2(weights_backbone, progress, trained, trainable_backbone_layers)
    classes = 91 if num_classes is None else num_classes
    return FasterRCNN(num_classes=classes, **parts, **kwargs)


def _on_mobilenet(
    num_classes: int | None, weights: Any, progress: bool, trained: bool, layers: Any, kwargs: Any
) -> FasterRCNN:
    layers = trainable(trained, layers, 6, 3)
    norm = FrozenBatchNorm2d if trained else nn.BatchNorm2d
    body = mobilenet_v3_large(weights=weights, progress=progress, norm_layer=norm)
    anchors = AnchorGenerator(((32, 64, 128, 256, 512),) * 3, ((0.5, 1.0, 2.0),) * 3)
    return FasterRCNN(
        mobilenet(body, True, layers),
        91 if num_classes is None else num_classes,
        **{"rpn_anchor_generator": anchors, "rpn_score_thresh": 0.05, **kwargs},
    )


@model(
    FasterRCNN_MobileNet_V3_Large_FPN_Weights,
    legacy="COCO_V1",
    backbone=MobileNet_V3_Large_Weights.IMAGENET1K_V1,
)
def fasterrcnn_mobilenet_v3_large_fpn(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> FasterRCNN:
    """Faster R-CNN on the large MobileNet v3."""
    layers = trainable_backbone_layers
    return _on_mobilenet(num_classes, weights_backbone, progress, trained, layers, kwargs)


@model(
    FasterRCNN_MobileNet_V3_Large_320_FPN_Weights,
    legacy="COCO_V1",
    backbone=MobileNet_V3_Large_Weights.IMAGENET1K_V1,
)
def fasterrcnn_mobilenet_v3_large_320_fpn(
    *,
    num_classes: int | None = None,
    weights_backbone: WeightsEnum | None = None,
    trainable_backbone_layers: int | None = None,
    progress: bool = True,
    trained: bool = False,
    **kwargs: Any,
) -> FasterRCNN:
    """Faster R-CNN on the large MobileNet v3 for images whose shorter side is 320 pixels."""
    small = {
        "min_size": 320,
        "max_size": 640,
        "rpn_pre_nms_top_n_test": 150,
        "rpn_post_nms_top_n_test": 150,
    }
    layers, kwargs = trainable_backbone_layers, {**small, **kwargs}
    return _on_mobilenet(num_classes, weights_backbone, progress, trained, layers, kwargs)
