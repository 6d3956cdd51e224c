"""RegNet.

I. Radosavovic et al., Designing Network Design Spaces, 2020.
https://docs.pytorch.org/vision/stable/models/regnet.html
"""

from __future__ import annotations

import itertools
import math
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.vision.models._api import WeightsEnum, model, weights_enum
from torchish.vision.models._blocks import Layer, make_divisible
from torchish.vision.ops.misc import Conv2dNormActivation, SqueezeExcitation

__all__ = [
    "RegNet",
    "RegNet_X_16GF_Weights",
    "RegNet_X_1_6GF_Weights",
    "RegNet_X_32GF_Weights",
    "RegNet_X_3_2GF_Weights",
    "RegNet_X_400MF_Weights",
    "RegNet_X_800MF_Weights",
    "RegNet_X_8GF_Weights",
    "RegNet_Y_128GF_Weights",
    "RegNet_Y_16GF_Weights",
    "RegNet_Y_1_6GF_Weights",
    "RegNet_Y_32GF_Weights",
    "RegNet_Y_3_2GF_Weights",
    "RegNet_Y_400MF_Weights",
    "RegNet_Y_800MF_Weights",
    "RegNet_Y_8GF_Weights",
    "regnet_x_16gf",
    "regnet_x_1_6gf",
    "regnet_x_32gf",
    "regnet_x_3_2gf",
    "regnet_x_400mf",
    "regnet_x_800mf",
    "regnet_x_8gf",
    "regnet_y_128gf",
    "regnet_y_16gf",
    "regnet_y_1_6gf",
    "regnet_y_32gf",
    "regnet_y_3_2gf",
    "regnet_y_400mf",
    "regnet_y_800mf",
    "regnet_y_8gf",
]


class SimpleStemIN(Conv2dNormActivation):
    """A 3x3 convolution of stride 2."""

    def __init__(
        self, width_in: int, width_out: int, norm_layer: Layer, activation_layer: Layer
    ) -> None:
        super().__init__(
            width_in,
            width_out,
            kernel_size=3,
            stride=2,
            norm_layer=norm_layer,
            activation_layer=activation_layer,
        )


class BottleneckTransform(nn.Sequential):
    """1x1, grouped 3x3, squeeze and excitation if asked for, 1x1."""

    def __init__(
        self,
        width_in: int,
        width_out: int,
        stride: int,
        norm_layer: Layer,
        activation_layer: Layer,
        group_width: int,
        bottleneck_multiplier: float,
        se_ratio: float | None,
    ) -> None:
        middle = round(width_out * bottleneck_multiplier)
        options = {"norm_layer": norm_layer, "activation_layer": activation_layer}
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        layers["a"] = Conv2dNormActivation(width_in, middle, kernel_size=1, **options)
        layers["b"] = Conv2dNormActivation(
            middle, middle, stride=stride, groups=middle // group_width, **options
        )
        if se_ratio:
            # the ratio counts from the width that the block is given
            squeeze = round(se_ratio * width_in)
            layers["se"] = SqueezeExcitation(middle, squeeze, activation=activation_layer)
        layers["c"] = Conv2dNormActivation(
            middle, width_out, kernel_size=1, norm_layer=norm_layer, activation_layer=None
        )
        super().__init__(layers)


class ResBottleneckBlock(nn.Module):
    """A bottleneck beside a shortcut, projected where the shape changes."""

    def __init__(
        self,
        width_in: int,
        width_out: int,
        stride: int,
        norm_layer: Layer,
        activation_layer: Layer,
        group_width: int = 1,
        bottleneck_multiplier: float = 1.0,
        se_ratio: float | None = None,
    ) -> None:
        super().__init__()
        self.proj = None
        if width_in != width_out or stride != 1:
            self.proj = Conv2dNormActivation(
                width_in,
                width_out,
                kernel_size=1,
                stride=stride,
                norm_layer=norm_layer,
                activation_layer=None,
            )
        self.f = BottleneckTransform(
            width_in,
            width_out,
            stride,
            norm_layer,
            activation_layer,
            group_width,
            bottleneck_multiplier,
            se_ratio,
        )
        self.activation = activation_layer(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.proj is None else self.proj(x)
        return self.activation(shortcut + self.f(x))


class AnyStage(nn.Sequential):
    """Blocks of one width, the first with the stride."""

    def __init__(
        self,
        width_in: int,
        width_out: int,
        stride: int,
        depth: int,
        block_constructor: Layer,
        norm_layer: Layer,
        activation_layer: Layer,
        group_width: int,
        bottleneck_multiplier: float,
        se_ratio: float | None = None,
        stage_index: int = 0,
    ) -> None:
        super().__init__()
        for i in range(depth):
            block = block_constructor(
                width_in if i == 0 else width_out,
                width_out,
                stride if i == 0 else 1,
                norm_layer,
                activation_layer,
                group_width,
                bottleneck_multiplier,
                se_ratio,
            )
            self.add_module(f"block{stage_index}-{i}", block)


class BlockParams:
    """Depths, widths and group widths of the stages."""

    def __init__(
        self,
        depths: list[int],
        widths: list[int],
        group_widths: list[int],
        bottleneck_multipliers: list[float],
        strides: list[int],
        se_ratio: float | None = None,
    ) -> None:
        self.depths = depths
        self.widths = widths
        self.group_widths = group_widths
        self.bottleneck_multipliers = bottleneck_multipliers
        self.strides = strides
        self.se_ratio = se_ratio

    @classmethod
    def from_init_params(
        cls,
        depth: int,
        w_0: int,
        w_a: float,
        w_m: float,
        group_width: int,
        bottleneck_multiplier: float = 1.0,
        se_ratio: float | None = None,
    ) -> BlockParams:
        """The paper's rule: widths on a line, quantized to powers of `w_m` and to eights."""
        if w_a < 0 or w_0 <= 0 or w_m <= 1 or w_0 % 8 != 0:
            raise ValueError("Invalid RegNet settings")
        per_block = []
        for i in range(depth):
            power = round(math.log((w_0 + w_a * i) / w_0) / math.log(w_m))
            per_block.append(round(w_0 * w_m**power / 8) * 8)
        stages = [(width, len(list(same))) for width, same in itertools.groupby(per_block)]
        widths, groups = [], []
        for width, _ in stages:
            middle = int(width * bottleneck_multiplier)
            group = min(group_width, middle)
            groups.append(group)
            widths.append(int(make_divisible(middle, group) / bottleneck_multiplier))
        count = len(stages)
        depths = [depth for _, depth in stages]
        return cls(depths, widths, groups, [bottleneck_multiplier] * count, [2] * count, se_ratio)


class RegNet(nn.Module):
    """A stem and stages of bottlenecks. Images (N, 3, H, W) give logits (N, num_classes)."""

    def __init__(
        self,
        block_params: BlockParams,
        num_classes: int = 1000,
        stem_width: int = 32,
        stem_type: Layer | None = None,
        block_type: Layer | None = None,
        norm_layer: Layer | None = None,
        activation: Layer | None = None,
    ) -> None:
        super().__init__()
        norm = norm_layer or nn.BatchNorm2d
        act = activation or nn.ReLU
        self.stem = (stem_type or SimpleStemIN)(3, stem_width, norm, act)
        before = stem_width
        stages: OrderedDict[str, nn.Module] = OrderedDict()
        rows = zip(
            block_params.widths,
            block_params.strides,
            block_params.depths,
            block_params.group_widths,
            block_params.bottleneck_multipliers,
            strict=True,
        )
        for i, (width, stride, depth, group, multiplier) in enumerate(rows, 1):
            stages[f"block{i}"] = AnyStage(
                before,
                width,
                stride,
                depth,
                block_type or ResBottleneckBlock,
                norm,
                act,
                group,
                multiplier,
                block_params.se_ratio,
                stage_index=i,
            )
            before = width
        self.trunk_output = nn.Sequential(stages)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(before, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                fan_out = m.kernel_size[0] * m.kernel_size[1] * m.out_channels
                nn.init.normal_(m.weight, mean=0.0, std=math.sqrt(2.0 / fan_out))
            elif isinstance(m, nn.BatchNorm2d):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
            elif isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, mean=0.0, std=0.01)
                nn.init.zeros_(m.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.avgpool(self.trunk_output(self.stem(x))).flatten(1))


def _published(enum: type[WeightsEnum], name: str, *numbers: float) -> Callable[..., RegNet]:
    """The builder of a published model: its depth, w_0, w_a, w_m, group width, and ratio of
    squeeze and excitation if it has that (then it is a RegNetY).
    """
    depth, w_0, w_a, w_m, group_width, *ratio = numbers

    def build(**kwargs: Any) -> RegNet:
        se_ratio = ratio[0] if ratio else None
        params = BlockParams.from_init_params(depth, w_0, w_a, w_m, group_width, se_ratio=se_ratio)
        kwargs.setdefault("norm_layer", partial(nn.BatchNorm2d, eps=1e-05, momentum=0.1))
        return RegNet(params, **kwargs)

    size = name.split("_", 2)[2].replace("_", ".").upper()
    build.__name__ = build.__qualname__ = name
    build.__doc__ = f"RegNet{'Y' if ratio else 'X'} of {size[:-2]} {size[-2:]}LOP."
    return model(enum)(build)


RegNet_Y_400MF_Weights = weights_enum("RegNet_Y_400MF_Weights", __name__)
RegNet_Y_800MF_Weights = weights_enum("RegNet_Y_800MF_Weights", __name__)
RegNet_Y_1_6GF_Weights = weights_enum("RegNet_Y_1_6GF_Weights", __name__)
RegNet_Y_3_2GF_Weights = weights_enum("RegNet_Y_3_2GF_Weights", __name__)
RegNet_Y_8GF_Weights = weights_enum("RegNet_Y_8GF_Weights", __name__)
RegNet_Y_16GF_Weights = weights_enum("RegNet_Y_16GF_Weights", __name__)
RegNet_Y_32GF_Weights = weights_enum("RegNet_Y_32GF_Weights", __name__)
RegNet_Y_128GF_Weights = weights_enum("RegNet_Y_128GF_Weights", __name__)
RegNet_X_400MF_Weights = weights_enum("RegNet_X_400MF_Weights", __name__)
RegNet_X_800MF_Weights = weights_enum("RegNet_X_800MF_Weights", __name__)
RegNet_X_1_6GF_Weights = weights_enum("RegNet_X_1_6GF_Weights", __name__)
RegNet_X_3_2GF_Weights = weights_enum("RegNet_X_3_2GF_Weights", __name__)
RegNet_X_8GF_Weights = weights_enum("RegNet_X_8GF_Weights", __name__)
RegNet_X_16GF_Weights = weights_enum("RegNet_X_16GF_Weights", __name__)
RegNet_X_32GF_Weights = weights_enum("RegNet_X_32GF_Weights", __name__)


regnet_y_400mf = _published(RegNet_Y_400MF_Weights, "regnet_y_400mf", 16, 48, 27.89, 2.09, 8, 0.25)
regnet_y_800mf = _published(RegNet_Y_800MF_Weights, "regnet_y_800mf", 14, 56, 38.84, 2.4, 16, 0.25)
regnet_y_1_6gf = _published(RegNet_Y_1_6GF_Weights, "regnet_y_1_6gf", 27, 48, 20.71, 2.65, 24, 0.25)
regnet_y_3_2gf = _published(RegNet_Y_3_2GF_Weights, "regnet_y_3_2gf", 21, 80, 42.63, 2.66, 24, 0.25)
regnet_y_8gf = _published(RegNet_Y_8GF_Weights, "regnet_y_8gf", 17, 192, 76.82, 2.19, 56, 0.25)
regnet_y_16gf = _published(RegNet_Y_16GF_Weights, "regnet_y_16gf", 18, 200, 106.23, 2.48, 112, 0.25)
regnet_y_32gf = _published(RegNet_Y_32GF_Weights, "regnet_y_32gf", 20, 232, 115.89, 2.53, 232, 0.25)
regnet_y_128gf = _published(
    RegNet_Y_128GF_Weights, "regnet_y_128gf", 27, 456, 160.83, 2.52, 264, 0.25
)
regnet_x_400mf = _published(RegNet_X_400MF_Weights, "regnet_x_400mf", 22, 24, 24.48, 2.54, 16)
regnet_x_800mf = _published(RegNet_X_800MF_Weights, "regnet_x_800mf", 16, 56, 35.73, 2.28, 16)
regnet_x_1_6gf = _published(RegNet_X_1_6GF_Weights, "regnet_x_1_6gf", 18, 80, 34.01, 2.25, 24)
regnet_x_3_2gf = _published(RegNet_X_3_2GF_Weights, "regnet_x_3_2gf", 25, 88, 26.31, 2.25, 48)
regnet_x_8gf = _published(RegNet_X_8GF_Weights, "regnet_x_8gf", 23, 80, 49.56, 2.88, 120)
regnet_x_16gf = _published(RegNet_X_16GF_Weights, "regnet_x_16gf", 22, 216, 55.59, 2.1, 128)
regnet_x_32gf = _published(RegNet_X_32GF_Weights, "regnet_x_32gf", 23, 320, 69.86, 2.0, 168)
