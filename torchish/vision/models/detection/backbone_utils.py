"""Backbones of detection models: ResNets and MobileNets with a feature pyramid.

https://docs.pytorch.org/vision/stable/models.html#object-detection
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models import mobilenetv2, mobilenetv3, resnet
from torchish.vision.models._utils import IntermediateLayerGetter
from torchish.vision.models.segmentation._utils import stages
from torchish.vision.ops.feature_pyramid_network import (
    ExtraFPNBlock,
    FeaturePyramidNetwork,
    LastLevelMaxPool,
)
from torchish.vision.ops.misc import FrozenBatchNorm2d

__all__ = ["BackboneWithFPN", "mobilenet_backbone", "resnet_fpn_backbone"]

Layer = Callable[..., nn.Module]


class BackboneWithFPN(nn.Module):
    """Maps of some of a model's layers, through a feature pyramid: a dictionary of tensors."""

    def __init__(
        self,
        backbone: nn.Module,
        return_layers: dict[str, str],
        in_channels_list: list[int],
        out_channels: int,
        extra_blocks: ExtraFPNBlock | None = None,
        norm_layer: Layer | None = None,
    ) -> None:
        super().__init__()
        self.body = IntermediateLayerGetter(backbone, return_layers=return_layers)
        self.fpn = FeaturePyramidNetwork(
            in_channels_list, out_channels, extra_blocks or LastLevelMaxPool(), norm_layer
        )
        self.out_channels = out_channels

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return self.fpn(self.body(x))


def resnet_fpn(
    backbone: resnet.ResNet,
    trainable_layers: int,
    returned_layers: list[int] | None = None,
    extra_blocks: ExtraFPNBlock | None = None,
    norm_layer: Layer | None = None,
) -> BackboneWithFPN:
    """A pyramid on a ResNet, of which only the last layers learn. ValueError for bad numbers."""
    if trainable_layers < 0 or trainable_layers > 5:
        raise ValueError(f"Trainable layers should be in the range [0,5], got {trainable_layers}")
    learning = ["layer4", "layer3", "layer2", "layer1", "conv1"][:trainable_layers]
    if trainable_layers == 5:
        learning.append("bn1")
    for name, parameter in backbone.named_parameters():
        if not name.startswith(tuple(learning)):
            parameter.requires_grad_(False)
    returned = [1, 2, 3, 4] if returned_layers is None else returned_layers
    if min(returned) <= 0 or max(returned) >= 5:
        raise ValueError(f"Each returned layer should be in the range [1,4]. Got {returned_layers}")
    names = {f"layer{k}": str(v) for v, k in enumerate(returned)}
    widths = [backbone.inplanes // 8 * 2 ** (i - 1) for i in returned]
    return BackboneWithFPN(backbone, names, widths, 256, extra_blocks, norm_layer)


def mobilenet(
    backbone: Any,
    fpn: bool,
    trainable_layers: int,
    returned_layers: list[int] | None = None,
    extra_blocks: ExtraFPNBlock | None = None,
    norm_layer: Layer | None = None,
) -> nn.Module:
    """A pyramid, or one convolution, on a MobileNet of which only the last stages learn."""
    features = backbone.features
    at = stages(features)
    if trainable_layers < 0 or trainable_layers > len(at):
        raise ValueError(
            f"Trainable layers should be in the range [0,{len(at)}], got {trainable_layers} "
        )
    first = len(features) if trainable_layers == 0 else at[len(at) - trainable_layers]
    for block in features[:first]:
        for parameter in block.parameters():
            parameter.requires_grad_(False)
    if not fpn:
        made = nn.Sequential(features, nn.Conv2d(features[-1].out_channels, 256, 1))
        made.out_channels = 256
        return made
    returned = [len(at) - 2, len(at) - 1] if returned_layers is None else returned_layers
    if min(returned) < 0 or max(returned) >= len(at):
        raise ValueError(
            f"Each returned layer should be in the range [0,{len(at) - 1}], got {returned} "
        )
    names = {str(at[k]): str(v) for v, k in enumerate(returned)}
    widths = [features[at[i]].out_channels for i in returned]
    return BackboneWithFPN(features, names, widths, 256, extra_blocks, norm_layer)


def resnet_fpn_backbone(
    *,
    backbone_name: str,
    weights: Any,
    norm_layer: Layer = FrozenBatchNorm2d,
    trainable_layers: int = 3,
    returned_layers: list[int] | None = None,
    extra_blocks: ExtraFPNBlock | None = None,
) -> BackboneWithFPN:
    """A ResNet of a name with a feature pyramid of 256 channels."""
    made = resnet.__dict__[backbone_name](weights=weights, norm_layer=norm_layer)
    return resnet_fpn(made, trainable_layers, returned_layers, extra_blocks)


def mobilenet_backbone(
    *,
    backbone_name: str,
    weights: Any,
    fpn: bool,
    norm_layer: Layer = FrozenBatchNorm2d,
    trainable_layers: int = 2,
    returned_layers: list[int] | None = None,
    extra_blocks: ExtraFPNBlock | None = None,
) -> nn.Module:
    """A MobileNet of a name with a feature pyramid, or one convolution, of 256 channels."""
    builders = {**mobilenetv2.__dict__, **mobilenetv3.__dict__}
    made = builders[backbone_name](weights=weights, norm_layer=norm_layer)
    return mobilenet(made, fpn, trainable_layers, returned_layers, extra_blocks)


def trainable(trained: bool, layers: int | None, most: int, usual: int) -> int:
    """How many layers of a backbone learn: all of them when nothing is trained yet."""
    if not trained:
        if layers is not None:
            warnings.warn(
                "Changing trainable_backbone_layers has no effect if neither pretrained nor "
                f"pretrained_backbone have been set to True, falling back to "
                f"trainable_backbone_layers={most} so that all layers are trainable",
                stacklevel=4,
            )
        return most
    layers = usual if layers is None else layers
    if layers < 0 or layers > most:
        raise ValueError(
            f"Trainable backbone layers should be in the range [0,{most}], got {layers} "
        )
    return layers
