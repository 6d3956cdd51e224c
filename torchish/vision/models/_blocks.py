"""What families of models share: rounding of widths, and starting values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor

__all__ = [
    "BasicConv2d",
    "Layer",
    "from_imagenet_normalization",
    "make_divisible",
    "relative_positions",
    "start_convolutions",
]

Layer = Callable[..., nn.Module]


def make_divisible(v: float, divisor: int = 8, min_value: int | None = None) -> int:
    """The multiple of `divisor` nearest to a width, at least 0.9 of it."""
    rounded = max(min_value or divisor, int(v + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * v else rounded


def start_convolutions(
    model: nn.Module, linear: Callable[[nn.Linear], object] | None = None
) -> None:
    """He's normal values for convolutions, ones and zeros for norms, `linear` for linear layers."""
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out")
            if m.bias is not None:
                nn.init.zeros_(m.bias)
        elif isinstance(m, nn.BatchNorm2d | nn.GroupNorm):
            nn.init.ones_(m.weight)
            nn.init.zeros_(m.bias)
        elif isinstance(m, nn.Linear) and linear is not None:
            linear(m)
            nn.init.zeros_(m.bias)


class BasicConv2d(nn.Module):
    """A convolution without bias, batch normalization, ReLU."""

    def __init__(self, in_channels: int, out_channels: int, **kwargs: Any) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.relu(self.bn(self.conv(x)), inplace=True)


def from_imagenet_normalization(x: Tensor) -> Tensor:
    """Images (N, 3, H, W) normalized with ImageNet's statistics, as with means and deviations 0.5,
    which the models that come from TensorFlow expect.
    """
    std = torch.tensor([0.229, 0.224, 0.225], dtype=x.dtype, device=x.device)
    mean = torch.tensor([0.485, 0.456, 0.406], dtype=x.dtype, device=x.device)
    return x * (std / 0.5)[:, None, None] + ((mean - 0.5) / 0.5)[:, None, None]


def relative_positions(height: int, width: int) -> Tensor:
    """Numbers (N, N), N = height * width, of the steps between the places of a window.

    Two pairs of places have the same number when the same step leads from one to the other: there
    are (2 height - 1) (2 width - 1) of them, the rows of a table of relative position biases.
    """
    places = np.indices((height, width)).reshape(2, -1)
    down, right = places[:, :, None] - places[:, None, :]
    return torch.tensor((down + height - 1) * (2 * width - 1) + right + width - 1)
