"""VGG, with and without batch normalization.

K. Simonyan and A. Zisserman, Very Deep Convolutional Networks, 2014.
https://docs.pytorch.org/vision/stable/models/vgg.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models._api import WeightsEnum, model, weights_enum

__all__ = [
    "VGG",
    "VGG11_BN_Weights",
    "VGG11_Weights",
    "VGG13_BN_Weights",
    "VGG13_Weights",
    "VGG16_BN_Weights",
    "VGG16_Weights",
    "VGG19_BN_Weights",
    "VGG19_Weights",
    "vgg11",
    "vgg11_bn",
    "vgg13",
    "vgg13_bn",
    "vgg16",
    "vgg16_bn",
    "vgg19",
    "vgg19_bn",
]

WIDTHS = (64, 128, 256, 512, 512)  # of the five stages, each ended by a pool
DEPTHS = {  # convolutions in each stage
    11: (1, 1, 2, 2, 2),
    13: (2, 2, 2, 2, 2),
    16: (2, 2, 3, 3, 3),
    19: (2, 2, 4, 4, 4),
}


class VGG(nn.Module):
    """Features and three linear layers. Images (N, 3, H, W) give logits (N, num_classes)."""

    def __init__(
        self,
        features: nn.Module,
        num_classes: int = 1000,
        init_weights: bool = True,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.features = features
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(True),
            nn.Dropout(p=dropout),
            nn.Linear(4096, 4096),
            nn.ReLU(True),
            nn.Dropout(p=dropout),
            nn.Linear(4096, num_classes),
        )
        if not init_weights:
            return
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
                nn.init.constant_(m.bias, 0)
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
            elif isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, 0, 0.01)
                nn.init.constant_(m.bias, 0)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


# Widths of the convolutions in order, and "M" for a pool; by the letters of the paper's table.
cfgs: dict[str, list[str | int]] = {
    letter: [
        item
        for width, count in zip(WIDTHS, DEPTHS[depth], strict=True)
        for item in (*[width] * count, "M")
    ]
    for letter, depth in {"A": 11, "B": 13, "D": 16, "E": 19}.items()
}


def make_layers(cfg: Sequence[str | int], batch_norm: bool = False) -> nn.Sequential:
    """Convolutions of these widths, each with a rectifier, and pools where "M" stands."""
    layers: list[nn.Module] = []
    before = 3
    for width in cfg:
        if isinstance(width, str):
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
            continue
        layers.append(nn.Conv2d(before, width, kernel_size=3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(width))
        layers.append(nn.ReLU(inplace=True))
        before = width
    return nn.Sequential(*layers)


def _no_start(kwargs: dict[str, Any], member: WeightsEnum) -> Callable[[nn.Module], None]:
    kwargs["init_weights"] = False
    return lambda made: None


VGG11_Weights = weights_enum("VGG11_Weights", __name__)
VGG11_BN_Weights = weights_enum("VGG11_BN_Weights", __name__)
VGG13_Weights = weights_enum("VGG13_Weights", __name__)
VGG13_BN_Weights = weights_enum("VGG13_BN_Weights", __name__)
VGG16_Weights = weights_enum("VGG16_Weights", __name__)
VGG16_BN_Weights = weights_enum("VGG16_BN_Weights", __name__)
VGG19_Weights = weights_enum("VGG19_Weights", __name__)
VGG19_BN_Weights = weights_enum("VGG19_BN_Weights", __name__)


@model(VGG11_Weights, prepare=_no_start)
def vgg11(**kwargs: Any) -> VGG:
    """VGG with 11 layers."""
    return VGG(make_layers(cfgs["A"], False), **kwargs)


@model(VGG11_BN_Weights, prepare=_no_start)
def vgg11_bn(**kwargs: Any) -> VGG:
    """VGG with 11 layers and batch normalization."""
    return VGG(make_layers(cfgs["A"], True), **kwargs)


@model(VGG13_Weights, prepare=_no_start)
def vgg13(**kwargs: Any) -> VGG:
    """VGG with 13 layers."""
    return VGG(make_layers(cfgs["B"], False), **kwargs)


@model(VGG13_BN_Weights, prepare=_no_start)
def vgg13_bn(**kwargs: Any) -> VGG:
    """VGG with 13 layers and batch normalization."""
    return VGG(make_layers(cfgs["B"], True), **kwargs)


@model(VGG16_Weights, prepare=_no_start)
def vgg16(**kwargs: Any) -> VGG:
    """VGG with 16 layers."""
    return VGG(make_layers(cfgs["D"], False), **kwargs)


@model(VGG16_BN_Weights, prepare=_no_start)
def vgg16_bn(**kwargs: Any) -> VGG:
    """VGG with 16 layers and batch normalization."""
    return VGG(make_layers(cfgs["D"], True), **kwargs)


@model(VGG19_Weights, prepare=_no_start)
def vgg19(**kwargs: Any) -> VGG:
    """VGG with 19 layers."""
    return VGG(make_layers(cfgs["E"], False), **kwargs)


@model(VGG19_BN_Weights, prepare=_no_start)
def vgg19_bn(**kwargs: Any) -> VGG:
    """VGG with 19 layers and batch normalization."""
    return VGG(make_layers(cfgs["E"], True), **kwargs)
