"""Fused layers that train with rounded weights.

A convolution with batch normalization trains with the weight that it will have once the
normalization is folded in: that is rounded, and the result scaled back before the normalization.
"""

from __future__ import annotations

from typing import Any

from torchish import nn
from torchish._core.tensor import FUNCTIONS, Tensor, empty
from torchish.ao.nn.intrinsic import modules as nni
from torchish.ao.nn.qat import modules as qat
from torchish.nn.utils import fusion

__all__ = [
    "ConvBn1d", "ConvBn2d", "ConvBn3d", "ConvBnReLU1d", "ConvBnReLU2d", "ConvBnReLU3d",
    "ConvReLU1d", "ConvReLU2d", "ConvReLU3d", "LinearReLU", "freeze_bn_stats", "update_bn_stats",
]  # fmt: skip


class LinearReLU(qat.Linear):
    """`LinearReLU` with a rounded weight."""

    _FLOAT_MODULE = nni.LinearReLU

    def forward(self, input: Tensor) -> Tensor:
        return super().forward(input).relu()

    def to_float(self) -> Any:
        return nni.LinearReLU(super().to_float(), nn.ReLU())


def _conv_relu(n: int) -> Any:
    base = (qat.Conv1d, qat.Conv2d, qat.Conv3d)[n - 1]
    fused = (nni.ConvReLU1d, nni.ConvReLU2d, nni.ConvReLU3d)[n - 1]

    def forward(self: Any, input: Tensor) -> Tensor:
        return base.forward(self, input).relu()

    def to_float(self: Any) -> Any:
        return fused(base.to_float(self), nn.ReLU())

    return type(f"ConvReLU{n}d", (base,), {
        "_FLOAT_MODULE": fused, "forward": forward, "to_float": to_float, "__module__": __name__,
        "__doc__": "A convolution and ReLU with a rounded weight.",
    })  # fmt: skip


ConvReLU1d, ConvReLU2d, ConvReLU3d = _conv_relu(1), _conv_relu(2), _conv_relu(3)


class _ConvBn:
    """A convolution and batch normalization, whose folded weight is rounded."""

    _RELU = False
    _FLOAT_MODULE: Any
    bn: Any
    weight_fake_quant: Any

    def reset_running_stats(self) -> None:
        """Forget the normalization's statistics."""
        self.bn.reset_running_stats()

    def reset_bn_parameters(self: Any) -> None:
        """Begin the normalization and the bias anew, in PyTorch's order."""
        self.bn.reset_running_stats()
        nn.init.uniform_(self.bn.weight)
        nn.init.zeros_(self.bn.bias)
        if self.bias is not None:
            bound = (self.weight.numel() // self.weight.shape[0]) ** -0.5
            nn.init.uniform_(self.bias, -bound, bound)

    def update_bn_stats(self) -> Any:
        """Let the normalization go on with the batches' statistics."""
        self.freeze_bn = False
        self.bn.training = True
        return self

    def freeze_bn_stats(self) -> Any:
        """Let the normalization stay with the statistics that it has."""
        self.freeze_bn = True
        self.bn.training = False
        return self

    def forward(self: Any, input: Tensor) -> Tensor:
        deviation = (self.bn.running_var + self.bn.eps).sqrt()
        factor = self.bn.weight / deviation
        shape = [1] * self.weight.dim()
        shape[0] = -1
        weight = self.weight_fake_quant(self.weight * factor.reshape(shape))
        none = None if self.bias is None else FUNCTIONS["zeros_like"](self.bias)
        out = self._conv_forward(input, weight, none)
        shape[0], shape[1] = 1, -1
        out = out / factor.reshape(shape)
        if self.bias is not None:
            out = out + self.bias.reshape(shape)
        out = self.bn(out)
        return out.relu() if self._RELU else out

    def train(self: Any, mode: bool = True) -> Any:
        self.training = mode
        if not self.freeze_bn:
            for module in self.children():
                module.train(mode)
        return self

    @classmethod
    def from_float(cls: Any, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of fused float layers with a `qconfig`."""
        conv = qat._checked(cls, mod)
        bn = mod[1]
        made = cls(
            conv.in_channels,
            conv.out_channels,
            conv.kernel_size,
            conv.stride,
            conv.padding,
            conv.dilation,
            conv.groups,
            conv.bias is not None,
            conv.padding_mode,
            bn.eps,
            bn.momentum,
            False,
            mod.qconfig,
        )
        made.weight, made.bias = conv.weight, conv.bias
        made.bn.weight, made.bn.bias = bn.weight, bn.bias
        made.bn.running_mean, made.bn.running_var = bn.running_mean, bn.running_var
        made.bn.num_batches_tracked = bn.num_batches_tracked
        return made

    def to_float(self: Any) -> Any:
        """The float convolution with the normalization folded in."""
        n = self.weight.dim() - 2
        conv = qat._Conv.to_float(self)
        conv.weight = nn.Parameter(conv.weight.detach())
        conv.bias = None if conv.bias is None else nn.Parameter(conv.bias.detach())
        conv.weight, conv.bias = fusion.fuse_conv_bn_weights(
            conv.weight, conv.bias, self.bn.running_mean, self.bn.running_var, self.bn.eps,
            self.bn.weight, self.bn.bias,
        )  # fmt: skip
        if not self._RELU:
            return conv
        made = (nni.ConvReLU1d, nni.ConvReLU2d, nni.ConvReLU3d)[n - 1](conv, nn.ReLU())
        made.train(self.training)
        return made


def _conv_bn(n: int, relu: bool) -> Any:
    base: Any = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[n - 1]
    norm: Any = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)[n - 1]
    name = f"ConvBn{'ReLU' if relu else ''}{n}d"

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1,
        bias=None, padding_mode="zeros", eps=1e-05, momentum=0.1, freeze_bn=False, qconfig=None,
    ):  # fmt: skip
        base.__init__(
            self, in_channels, out_channels, kernel_size, stride, padding, dilation, groups,
            False, padding_mode,
        )  # fmt: skip
        if not qconfig:
            raise AssertionError("qconfig must be provided for QAT module")
        self.qconfig = qconfig
        self.freeze_bn = freeze_bn if self.training else True
        self.bn = norm(out_channels, eps, momentum, True, True)
        self.weight_fake_quant = qconfig.weight()
        self.bias = nn.Parameter(empty(out_channels)) if bias else None
        self.reset_bn_parameters()
        if self.training:
            self.freeze_bn_stats() if freeze_bn else self.update_bn_stats()
        else:
            self.freeze_bn_stats()

    return type(name, (_ConvBn, base), {
        "__init__": __init__, "_RELU": relu, "_FLOAT_MODULE": getattr(nni, name),
        "__module__": __name__, "__doc__": _ConvBn.__doc__,
    })  # fmt: skip


ConvBn1d, ConvBn2d, ConvBn3d = (_conv_bn(n, False) for n in (1, 2, 3))
ConvBnReLU1d, ConvBnReLU2d, ConvBnReLU3d = (_conv_bn(n, True) for n in (1, 2, 3))


def update_bn_stats(mod: nn.Module) -> None:
    """For `Module.apply`: go on with the batches' statistics."""
    if isinstance(mod, _ConvBn):
        mod.update_bn_stats()


def freeze_bn_stats(mod: nn.Module) -> None:
    """For `Module.apply`: stay with the statistics that are there."""
    if isinstance(mod, _ConvBn):
        mod.freeze_bn_stats()
