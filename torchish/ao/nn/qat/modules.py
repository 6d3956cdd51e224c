"""Layers whose weights are rounded, as a quantized net's will be, while they train."""

from __future__ import annotations

from typing import Any

from torchish import nn
from torchish._core.tensor import Tensor
from torchish.ao.nn.intrinsic import modules as nni
from torchish.nn import functional as F

__all__ = ["Conv1d", "Conv2d", "Conv3d", "Embedding", "Linear"]


def _configured(self: Any, qconfig: Any) -> None:
    if not qconfig:
        raise AssertionError("qconfig must be provided for QAT module")
    self.qconfig = qconfig
    self.weight_fake_quant = qconfig.weight()


def _checked(cls: Any, mod: Any) -> Any:
    """The layer within what is to be made; AssertionError for one of another kind."""
    if type(mod) is not cls._FLOAT_MODULE:
        raise AssertionError(
            f"qat.{cls.__name__}.from_float only works for {cls._FLOAT_MODULE.__name__}"
        )
    if not getattr(mod, "qconfig", None):
        raise AssertionError("Input float module must have a valid qconfig")
    return mod[0] if isinstance(mod, nni._FusedModule) else mod


class Linear(nn.Linear):
    """`nn.Linear` with a rounded weight."""

    _FLOAT_MODULE: Any = nn.Linear

    def __init__(
        self, in_features, out_features, bias=True, qconfig=None, device=None, dtype=None
    ) -> None:
        super().__init__(in_features, out_features, bias, device=device, dtype=dtype)
        _configured(self, qconfig)

    def forward(self, input: Tensor) -> Tensor:
        return F.linear(input, self.weight_fake_quant(self.weight), self.bias)

    @classmethod
    def from_float(cls, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a float layer with a `qconfig`."""
        layer = _checked(cls, mod)
        made = cls(
            layer.in_features, layer.out_features, layer.bias is not None, qconfig=mod.qconfig
        )
        made.weight, made.bias = layer.weight, layer.bias
        return made

    def to_float(self) -> nn.Linear:
        """The float layer."""
        made = nn.Linear(self.in_features, self.out_features, self.bias is not None)
        made.weight, made.bias = self.weight, self.bias
        made.train(self.training)
        return made


class _Conv:
    """What the convolutions share."""

    _FLOAT_MODULE: Any
    weight_fake_quant: Any

    def forward(self: Any, input: Tensor) -> Tensor:
        return self._conv_forward(input, self.weight_fake_quant(self.weight), self.bias)

    @classmethod
    def from_float(cls: Any, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a float layer with a `qconfig`."""
        layer = _checked(cls, mod)
        made = cls(
            layer.in_channels,
            layer.out_channels,
            layer.kernel_size,
            stride=layer.stride,
            padding=layer.padding,
            dilation=layer.dilation,
            groups=layer.groups,
            bias=layer.bias is not None,
            padding_mode=layer.padding_mode,
            qconfig=mod.qconfig,
        )
        made.weight, made.bias = layer.weight, layer.bias
        return made

    def to_float(self: Any) -> Any:
        """The float layer."""
        n = self.weight.dim() - 2
        made = (nn.Conv1d, nn.Conv2d, nn.Conv3d)[n - 1](
            self.in_channels,
            self.out_channels,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.groups,
            self.bias is not None,
            self.padding_mode,
        )
        made.weight = self.weight
        made.bias = self.bias
        made.train(self.training)
        return made


def _conv(base: type) -> Any:
    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1,
        bias=True, padding_mode="zeros", qconfig=None, device=None, dtype=None,
    ):  # fmt: skip
        base.__init__(
            self, in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
            padding_mode, device, dtype,
        )  # fmt: skip
        _configured(self, qconfig)

    return type(base.__name__, (_Conv, base), {
        "__init__": __init__, "_FLOAT_MODULE": base, "__module__": __name__,
        "__doc__": f"`nn.{base.__name__}` with a rounded weight.",
    })  # fmt: skip


Conv1d, Conv2d, Conv3d = _conv(nn.Conv1d), _conv(nn.Conv2d), _conv(nn.Conv3d)


class Embedding(nn.Embedding):
    """`nn.Embedding` with a rounded weight."""

    _FLOAT_MODULE: Any = nn.Embedding

    def __init__(self, *args: Any, qconfig: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _configured(self, qconfig)

    def forward(self, input: Tensor) -> Tensor:
        return F.embedding(
            input,
            self.weight_fake_quant(self.weight),
            self.padding_idx,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.sparse,
        )

    @classmethod
    def from_float(cls, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a float layer with a `qconfig`."""
        layer = _checked(cls, mod)
        made = cls(
            layer.num_embeddings, layer.embedding_dim, layer.padding_idx, qconfig=mod.qconfig
        )
        made.weight = layer.weight
        return made
