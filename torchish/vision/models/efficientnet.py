"""EfficientNet and EfficientNet v2.

M. Tan and Q. Le, EfficientNet, 2019; EfficientNetV2, 2021.
https://docs.pytorch.org/vision/stable/models/efficientnet.html
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from functools import partial
from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models._api import model, weights_enum
from torchish.vision.models._blocks import Layer, make_divisible, start_convolutions
from torchish.vision.ops.misc import Conv2dNormActivation, SqueezeExcitation, StochasticDepth

__all__ = [
    "EfficientNet",
    "EfficientNet_B0_Weights",
    "EfficientNet_B1_Weights",
    "EfficientNet_B2_Weights",
    "EfficientNet_B3_Weights",
    "EfficientNet_B4_Weights",
    "EfficientNet_B5_Weights",
    "EfficientNet_B6_Weights",
    "EfficientNet_B7_Weights",
    "EfficientNet_V2_L_Weights",
    "EfficientNet_V2_M_Weights",
    "EfficientNet_V2_S_Weights",
    "efficientnet_b0",
    "efficientnet_b1",
    "efficientnet_b2",
    "efficientnet_b3",
    "efficientnet_b4",
    "efficientnet_b5",
    "efficientnet_b6",
    "efficientnet_b7",
    "efficientnet_v2_l",
    "efficientnet_v2_m",
    "efficientnet_v2_s",
]


class _Config:
    """One stage: expansion, kernel, stride of its first block, widths, number of blocks."""

    block: Layer

    def __init__(
        self,
        expand_ratio: float,
        kernel: int,
        stride: int,
        input_channels: int,
        out_channels: int,
        num_layers: int,
        block: Layer | None = None,
    ) -> None:
        self.expand_ratio = expand_ratio
        self.kernel = kernel
        self.stride = stride
        self.input_channels = input_channels
        self.out_channels = out_channels
        self.num_layers = num_layers
        self.block = block or self.default_block()

    @staticmethod
    def default_block() -> Layer:
        raise NotImplementedError

    @staticmethod
    def adjust_channels(channels: int, width_mult: float, min_value: int | None = None) -> int:
        return make_divisible(channels * width_mult, 8, min_value)


class MBConvConfig(_Config):
    """A stage of MBConv blocks; widths and depth are multiplied."""

    def __init__(
        self,
        expand_ratio: float,
        kernel: int,
        stride: int,
        input_channels: int,
        out_channels: int,
        num_layers: int,
        width_mult: float = 1.0,
        depth_mult: float = 1.0,
        block: Layer | None = None,
    ) -> None:
        before = self.adjust_channels(input_channels, width_mult)
        width = self.adjust_channels(out_channels, width_mult)
        depth = self.adjust_depth(num_layers, depth_mult)
        super().__init__(expand_ratio, kernel, stride, before, width, depth, block)

    @staticmethod
    def default_block() -> Layer:
        return MBConv

    @staticmethod
    def adjust_depth(num_layers: int, depth_mult: float) -> int:
        return math.ceil(num_layers * depth_mult)


class FusedMBConvConfig(_Config):
    """A stage of FusedMBConv blocks."""

    @staticmethod
    def default_block() -> Layer:
        return FusedMBConv


class _Residual(nn.Module):
    def __init__(self, cnf: _Config, layers: list[nn.Module], probability: float) -> None:
        super().__init__()
        self.use_res_connect = cnf.stride == 1 and cnf.input_channels == cnf.out_channels
        self.block = nn.Sequential(*layers)
        self.stochastic_depth = StochasticDepth(probability, "row")
        self.out_channels = cnf.out_channels

    def forward(self, input: Tensor) -> Tensor:
        result = self.block(input)
        if self.use_res_connect:
            result = self.stochastic_depth(result)
            result += input
        return result


def _check_stride(cnf: _Config) -> None:
    if not 1 <= cnf.stride <= 2:
        raise ValueError("illegal stride value")


class MBConv(_Residual):
    """Expansion, depthwise convolution, squeeze and excitation, projection, and a shortcut."""

    def __init__(
        self,
        cnf: MBConvConfig,
        stochastic_depth_prob: float,
        norm_layer: Layer,
        se_layer: Layer = SqueezeExcitation,
    ) -> None:
        _check_stride(cnf)
        before = cnf.input_channels
        hidden = cnf.adjust_channels(before, cnf.expand_ratio)
        options = {"norm_layer": norm_layer, "activation_layer": nn.SiLU}
        layers: list[nn.Module] = []
        if hidden != before:
            layers.append(Conv2dNormActivation(before, hidden, kernel_size=1, **options))
        layers += [
            Conv2dNormActivation(
                hidden, hidden, cnf.kernel, stride=cnf.stride, groups=hidden, **options
            ),
            se_layer(hidden, max(1, before // 4), activation=partial(nn.SiLU, inplace=True)),
            Conv2dNormActivation(
                hidden, cnf.out_channels, 1, norm_layer=norm_layer, activation_layer=None
            ),
        ]
        super().__init__(cnf, layers, stochastic_depth_prob)


class FusedMBConv(_Residual):
    """A full convolution in place of expansion and depthwise one, projection, and a shortcut."""

    def __init__(
        self, cnf: FusedMBConvConfig, stochastic_depth_prob: float, norm_layer: Layer
    ) -> None:
        _check_stride(cnf)
        before, width = cnf.input_channels, cnf.out_channels
        hidden = cnf.adjust_channels(before, cnf.expand_ratio)
        options = {"norm_layer": norm_layer, "activation_layer": nn.SiLU}
        first = width if hidden == before else hidden
        layers: list[nn.Module] = [
            Conv2dNormActivation(before, first, cnf.kernel, stride=cnf.stride, **options)
        ]
        if hidden != before:
            layers.append(
                Conv2dNormActivation(hidden, width, 1, norm_layer=norm_layer, activation_layer=None)
            )
        super().__init__(cnf, layers, stochastic_depth_prob)


class EfficientNet(nn.Module):
    """Stages of MBConv blocks. Images (N, 3, H, W) give logits (N, num_classes)."""

    def __init__(
        self,
        inverted_residual_setting: Sequence[MBConvConfig | FusedMBConvConfig],
        dropout: float,
        stochastic_depth_prob: float = 0.2,
        num_classes: int = 1000,
        norm_layer: Layer | None = None,
        last_channel: int | None = None,
    ) -> None:
        super().__init__()
        if not inverted_residual_setting:
            raise ValueError("The inverted_residual_setting should not be empty")
        if not isinstance(inverted_residual_setting, Sequence) or not all(
            isinstance(s, _Config) for s in inverted_residual_setting
        ):
            raise TypeError("The inverted_residual_setting should be List[MBConvConfig]")
        norm = norm_layer or nn.BatchNorm2d
        options = {"norm_layer": norm, "activation_layer": nn.SiLU}
        first = inverted_residual_setting[0].input_channels
        layers: list[nn.Module] = [
            Conv2dNormActivation(3, first, kernel_size=3, stride=2, **options)
        ]
        total = sum(setting.num_layers for setting in inverted_residual_setting)
        made = 0
        for setting in inverted_residual_setting:
            blocks = []
            for i in range(setting.num_layers):
                now = copy.copy(setting)
                if i > 0:
                    now.input_channels, now.stride = now.out_channels, 1
                blocks.append(now.block(now, stochastic_depth_prob * float(made) / total, norm))
                made += 1
            layers.append(nn.Sequential(*blocks))
        before = inverted_residual_setting[-1].out_channels
        last = last_channel if last_channel is not None else 4 * before
        layers.append(Conv2dNormActivation(before, last, kernel_size=1, **options))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            nn.Dropout(p=dropout, inplace=True), nn.Linear(last, num_classes)
        )

        def uniform(m: nn.Linear) -> None:
            bound = 1.0 / math.sqrt(m.out_features)
            nn.init.uniform_(m.weight, -bound, bound)

        start_convolutions(self, uniform)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


# expansion, kernel, stride, width before, width, blocks
_B0 = (
    (1, 3, 1, 32, 16, 1),
    (6, 3, 2, 16, 24, 2),
    (6, 5, 2, 24, 40, 2),
    (6, 3, 2, 40, 80, 3),
    (6, 5, 1, 80, 112, 3),
    (6, 5, 2, 112, 192, 4),
    (6, 3, 1, 192, 320, 1),
)
# the stages of FusedMBConv, those of MBConv
_V2 = {
    "s": (
        ((1, 3, 1, 24, 24, 2), (4, 3, 2, 24, 48, 4), (4, 3, 2, 48, 64, 4)),
        ((4, 3, 2, 64, 128, 6), (6, 3, 1, 128, 160, 9), (6, 3, 2, 160, 256, 15)),
    ),
    "m": (
        ((1, 3, 1, 24, 24, 3), (4, 3, 2, 24, 48, 5), (4, 3, 2, 48, 80, 5)),
        (
            (4, 3, 2, 80, 160, 7),
            (6, 3, 1, 160, 176, 14),
            (6, 3, 2, 176, 304, 18),
            (6, 3, 1, 304, 512, 5),
        ),
    ),
    "l": (
        ((1, 3, 1, 32, 32, 4), (4, 3, 2, 32, 64, 7), (4, 3, 2, 64, 96, 7)),
        (
            (4, 3, 2, 96, 192, 10),
            (6, 3, 1, 192, 224, 19),
            (6, 3, 2, 224, 384, 25),
            (6, 3, 1, 384, 640, 7),
        ),
    ),
}


def _v1(
    width: float, depth: float, dropout: float, kwargs: dict[str, Any], norm: Layer | None = None
) -> EfficientNet:
    stages = [MBConvConfig(*row, width_mult=width, depth_mult=depth) for row in _B0]
    dropout = kwargs.pop("dropout", dropout)
    kwargs.setdefault("norm_layer", norm)
    return EfficientNet(stages, dropout, **kwargs)


def _v2(size: str, dropout: float, kwargs: dict[str, Any]) -> EfficientNet:
    fused, plain = _V2[size]
    stages = [*(FusedMBConvConfig(*row) for row in fused), *(MBConvConfig(*row) for row in plain)]
    dropout = kwargs.pop("dropout", dropout)
    kwargs.setdefault("norm_layer", partial(nn.BatchNorm2d, eps=1e-3))
    return EfficientNet(stages, dropout, last_channel=1280, **kwargs)


_SLOW_NORM = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)
EfficientNet_B0_Weights = weights_enum("EfficientNet_B0_Weights", __name__)
EfficientNet_B1_Weights = weights_enum("EfficientNet_B1_Weights", __name__)
EfficientNet_B2_Weights = weights_enum("EfficientNet_B2_Weights", __name__)
EfficientNet_B3_Weights = weights_enum("EfficientNet_B3_Weights", __name__)
EfficientNet_B4_Weights = weights_enum("EfficientNet_B4_Weights", __name__)
EfficientNet_B5_Weights = weights_enum("EfficientNet_B5_Weights", __name__)
EfficientNet_B6_Weights = weights_enum("EfficientNet_B6_Weights", __name__)
EfficientNet_B7_Weights = weights_enum("EfficientNet_B7_Weights", __name__)
EfficientNet_V2_S_Weights = weights_enum("EfficientNet_V2_S_Weights", __name__)
EfficientNet_V2_M_Weights = weights_enum("EfficientNet_V2_M_Weights", __name__)
EfficientNet_V2_L_Weights = weights_enum("EfficientNet_V2_L_Weights", __name__)


@model(EfficientNet_B0_Weights)
def efficientnet_b0(**kwargs: Any) -> EfficientNet:
    """EfficientNet B0."""
    return _v1(1.0, 1.0, 0.2, kwargs)


@model(EfficientNet_B1_Weights)
def efficientnet_b1(**kwargs: Any) -> EfficientNet:
    """EfficientNet B1."""
    return _v1(1.0, 1.1, 0.2, kwargs)


@model(EfficientNet_B2_Weights)
def efficientnet_b2(**kwargs: Any) -> EfficientNet:
    """EfficientNet B2."""
    return _v1(1.1, 1.2, 0.3, kwargs)


@model(EfficientNet_B3_Weights)
def efficientnet_b3(**kwargs: Any) -> EfficientNet:
    """EfficientNet B3."""
    return _v1(1.2, 1.4, 0.3, kwargs)


@model(EfficientNet_B4_Weights)
def efficientnet_b4(**kwargs: Any) -> EfficientNet:
    """EfficientNet B4."""
    return _v1(1.4, 1.8, 0.4, kwargs)


@model(EfficientNet_B5_Weights)
def efficientnet_b5(**kwargs: Any) -> EfficientNet:
    """EfficientNet B5."""
    return _v1(1.6, 2.2, 0.4, kwargs, _SLOW_NORM)


@model(EfficientNet_B6_Weights)
def efficientnet_b6(**kwargs: Any) -> EfficientNet:
    """EfficientNet B6."""
    return _v1(1.8, 2.6, 0.5, kwargs, _SLOW_NORM)


@model(EfficientNet_B7_Weights)
def efficientnet_b7(**kwargs: Any) -> EfficientNet:
    """EfficientNet B7."""
    return _v1(2.0, 3.1, 0.5, kwargs, _SLOW_NORM)


@model(EfficientNet_V2_S_Weights)
def efficientnet_v2_s(**kwargs: Any) -> EfficientNet:
    """EfficientNet v2 S."""
    return _v2("s", 0.2, kwargs)


@model(EfficientNet_V2_M_Weights)
def efficientnet_v2_m(**kwargs: Any) -> EfficientNet:
    """EfficientNet v2 M."""
    return _v2("m", 0.3, kwargs)


@model(EfficientNet_V2_L_Weights)
def efficientnet_v2_l(**kwargs: Any) -> EfficientNet:
    """EfficientNet v2 L."""
    return _v2("l", 0.4, kwargs)
