"""Deformable convolution.

https://docs.pytorch.org/vision/stable/generated/torchvision.ops.deform_conv2d.html
"""

from __future__ import annotations

import math

import torchish as torch
from torchish import nn
from torchish._core.tensor import Tensor
from torchish._core.tensor.api.attach import namespace

__all__ = ["DeformConv2d", "deform_conv2d"]

Pair = int | tuple[int, int]


def _pair(value: Pair) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)


def deform_conv2d(
    input: Tensor,
    offset: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
    mask: Tensor | None = None,
) -> Tensor:
    """A convolution of (N, C, H, W) whose samples are moved by `offset`, weighed by `mask`.

    `offset` is (N, 2 G KH KW, OH, OW), y before x, and `mask` (N, G KH KW, OH, OW), with G groups
    of channels. RuntimeError for shapes that do not fit.
    """
    kh, kw = weight.shape[-2:]
    groups, offset_groups = input.shape[1] // weight.shape[1], offset.shape[1] // (2 * kh * kw)
    if offset_groups == 0:
        raise RuntimeError(
            "the shape of the offset tensor at dimension 1 is not valid. It should be a multiple "
            "of 2 * weight.size[2] * weight.size[3].\n"
            f"Got offset.shape[1]={offset.shape[1]}, while 2 * weight.size[2] * weight.size[3]="
            f"{2 * kh * kw}"
        )
    strides, paddings, dilations = _pair(stride), _pair(padding), _pair(dilation)
    sizes = [
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, p, d, k, s in zip(
            input.shape[2:], paddings, dilations, (kh, kw), strides, strict=True
        )
    ]
    for name, given, channels in (("offset", offset, 2), ("mask", mask, 1)):
        if given is None:
            continue
        want = [input.shape[0], channels * offset_groups * kh * kw, *sizes]
        if list(given.shape) != want:
            raise RuntimeError(f"expected {name} of shape {want}, but got {list(given.shape)}")
    return namespace("torchvision")["_deform_conv2d"](
        input, weight, offset, mask, bias, strides, paddings, dilations, groups, offset_groups
    )


class DeformConv2d(nn.Module):
    """`deform_conv2d` with a weight and a bias of its own.

    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.DeformConv2d.html
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Pair,
        stride: Pair = 1,
        padding: Pair = 0,
        dilation: Pair = 1,
        groups: int = 1,
        bias: bool = True,
    ) -> None:
        super().__init__()
        for name, value in (("in_channels", in_channels), ("out_channels", out_channels)):
            if value % groups != 0:
                raise ValueError(f"{name} must be divisible by groups")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = _pair(kernel_size)
        self.stride = _pair(stride)
        self.padding = _pair(padding)
        self.dilation = _pair(dilation)
        self.groups = groups
        self.weight = nn.Parameter(
            torch.empty(out_channels, in_channels // groups, *self.kernel_size)
        )
        if bias:
            self.bias = nn.Parameter(torch.empty(out_channels))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.weight[0].numel())
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor, offset: Tensor, mask: Tensor | None = None) -> Tensor:
        return deform_conv2d(
            input,
            offset,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self.dilation,
            mask,
        )

    def __repr__(self) -> str:
        parts = [
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}",
            f"stride={self.stride}",
        ]
        for name, usual in (("padding", (0, 0)), ("dilation", (1, 1)), ("groups", 1)):
            if getattr(self, name) != usual:
                parts.append(f"{name}={getattr(self, name)}")
        if self.bias is None:
            parts.append("bias=False")
        return f"{type(self).__name__}({', '.join(parts)})"
