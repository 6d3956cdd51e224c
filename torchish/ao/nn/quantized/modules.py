"""Layers on quantized tensors: integer weights, results under the scale that was observed."""

from __future__ import annotations

from typing import Any

from torchish import nn
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, tensor, zeros
from torchish._quantized import products
from torchish._quantized.tensors import (
    BOUNDS,
    PER_TENSOR,
    QTensor,
    from_ints,
    quantized,
)
from torchish.ao.nn.intrinsic import modules as nni
from torchish.ao.nn.intrinsic.qat import modules as nniqat
from torchish.ao.nn.qat import modules as nnqat
from torchish.nn import functional as F
from torchish.nn.utils.fusion import fuse_conv_bn_weights

__all__ = [
    "BatchNorm2d", "BatchNorm3d", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d",
    "ConvTranspose2d", "ConvTranspose3d", "DeQuantize", "Dropout", "ELU", "Embedding",
    "EmbeddingBag", "GroupNorm", "Hardswish", "LayerNorm", "LeakyReLU", "Linear", "MaxPool2d",
    "PReLU", "Quantize", "ReLU6", "Sigmoid", "Softmax", "WeightedQuantizedModule",
]  # fmt: skip

QINT8, QUINT8 = dt.UNHELD["qint8"], dt.UNHELD["quint8"]


def quantize_weight(weight: Tensor, observer: Any) -> QTensor:
    """A weight by the scales of its observer."""
    scale, zero = observer.calculate_qparams()
    w = weight.detach().float()
    dtype = observer.dtype
    if observer.qscheme.name.startswith("per_tensor"):
        return quantized(w, float(scale), int(zero), dtype)
    axis = observer.ch_axis
    shape = [1] * w.dim()
    shape[axis] = -1
    low, high = BOUNDS[dtype]
    s, z = scale.reshape(shape), zero.reshape(shape)
    if zero.is_floating_point():
        levels = (w * (1 / s) + z).round()
    else:
        levels = (w * (1 / s)).round() + z
    ints = levels.clamp(low, high).to(dt.int8 if dtype is QINT8 else dt.uint8)
    return from_ints(ints, scale, zero, dtype, axis)


class WeightedQuantizedModule(nn.Module):
    """A layer with an integer weight."""


class Quantize(nn.Module):
    """Floats to integers."""

    scale: Tensor
    zero_point: Tensor

    def __init__(self, scale: Any, zero_point: Any, dtype: Any, factory_kwargs: Any = None) -> None:
        super().__init__()
        self.register_buffer("scale", tensor([float(scale)]))
        self.register_buffer("zero_point", tensor([int(zero_point)], dtype=dt.int64))
        self.dtype = dtype

    def forward(self, X: Tensor) -> QTensor:
        return quantized(X, self.scale.item(), int(self.zero_point.item()), self.dtype)

    @staticmethod
    def from_float(mod: Any, use_precomputed_fake_quant: bool = False) -> Quantize:
        """Of a stub that has observed."""
        scale, zero = mod.activation_post_process.calculate_qparams()
        made = Quantize(scale, zero, mod.activation_post_process.dtype)
        return made

    def extra_repr(self) -> str:
        return f"scale={self.scale}, zero_point={self.zero_point}, dtype={self.dtype}"


class DeQuantize(nn.Module):
    """Integers to floats."""

    def forward(self, Xq: Any) -> Tensor:
        return Xq.dequantize()

    @staticmethod
    def from_float(mod: Any, use_precomputed_fake_quant: bool = False) -> DeQuantize:
        """Of a stub."""
        return DeQuantize()


class LinearPackedParams(nn.Module):
    """An integer weight and a bias, kept together."""

    _version = 3
    weight: Any
    bias: Any

    def __init__(self, dtype: Any = QINT8) -> None:
        super().__init__()
        self.dtype = dtype
        self.set_weight_bias(quantized(zeros(1, 1), 1.0, 0, QINT8), None)

    def set_weight_bias(self, weight: Any, bias: Tensor | None) -> None:
        """Keep other ones."""
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "bias", bias)

    def _weight_bias(self) -> tuple:
        return self.weight, self.bias

    def forward(self, x: Tensor) -> Tensor:
        return x

    def _save_to_state_dict(self, destination, prefix, keep_vars) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + "dtype"] = self.dtype
        destination[prefix + "_packed_params"] = self._weight_bias()

    def _load_from_state_dict(
        self, state_dict, prefix, local_metadata, strict, missing, unexpected, errors
    ) -> None:
        self.dtype = state_dict.pop(prefix + "dtype", self.dtype)
        if prefix + "_packed_params" in state_dict:
            self.set_weight_bias(*state_dict.pop(prefix + "_packed_params"))
        super()._load_from_state_dict(
            state_dict, prefix, local_metadata, False, missing, unexpected, errors
        )

    def __repr__(self) -> str:
        return repr(self._weight_bias())


def watched_weight(mod: Any) -> Any:
    """The observer of a layer's weight, which has seen it."""
    if hasattr(mod, "weight_fake_quant"):
        return mod.weight_fake_quant
    observer = mod.qconfig.weight()
    return observer


class Linear(WeightedQuantizedModule):
    """A linear layer."""

    _version = 3
    _FLOAT_MODULE: Any = (nn.Linear, nn.modules.linear.NonDynamicallyQuantizableLinear)
    _RELU = False

    def __init__(
        self, in_features: int, out_features: int, bias_: bool = True, dtype: Any = QINT8
    ) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        bias = zeros(out_features, dtype=dt.float32) if bias_ else None
        if dtype not in (QINT8, dt.float16):
            raise RuntimeError("Unsupported dtype specified for quantized Linear!")
        self._packed_params = LinearPackedParams(dtype)
        empty = quantized(zeros(out_features, in_features), 1.0, 0, QINT8)
        self._packed_params.set_weight_bias(empty, bias)
        self.scale, self.zero_point = 1.0, 0

    def _get_name(self) -> str:
        return "QuantizedLinear"

    def __repr__(self) -> str:
        return f"{self._get_name()}({self.extra_repr()})"  # the packed weights are not shown

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"scale={self.scale}, zero_point={self.zero_point}, qscheme={self.weight().qscheme()}"
        )

    def weight(self) -> Any:
        """The integer weight."""
        return self._packed_params.weight

    def bias(self) -> Any:
        """The float bias."""
        return self._packed_params.bias

    def set_weight_bias(self, w: Any, b: Tensor | None) -> None:
        """Take other ones."""
        self._packed_params.set_weight_bias(w, b)

    def forward(self, x: Any) -> Any:
        return products.linear(
            x, self.weight(), self.bias(), self.scale, self.zero_point, self._RELU
        )

    def _save_to_state_dict(self, destination, prefix, keep_vars) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + "scale"] = tensor(self.scale)
        destination[prefix + "zero_point"] = tensor(self.zero_point)

    def _load_from_state_dict(
        self, state_dict, prefix, local_metadata, strict, missing, unexpected, errors
    ) -> None:
        self.scale = float(state_dict.pop(prefix + "scale"))
        self.zero_point = int(state_dict.pop(prefix + "zero_point"))
        super()._load_from_state_dict(
            state_dict, prefix, local_metadata, False, missing, unexpected, errors
        )

    @classmethod
    def from_float(cls, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a float layer that was observed, or trained with rounded weights."""
        watched = mod.activation_post_process
        layer = mod[0] if isinstance(mod, nni._FusedModule) else mod
        observer = watched_weight(mod)
        if not hasattr(mod, "weight_fake_quant"):
            observer(layer.weight)
        scale, zero = watched.calculate_qparams()
        made = cls(layer.in_features, layer.out_features, dtype=observer.dtype)
        made.set_weight_bias(quantize_weight(layer.weight, observer), layer.bias)
        made.scale, made.zero_point = float(scale), int(zero)
        return made


class _ConvNd(WeightedQuantizedModule):
    _RELU = False
    _TRANSPOSED = False
    _N = 2
    _NAME = "QuantizedConv2d"
    _w: Any
    _b: Any

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1,
        bias=True, padding_mode="zeros", device=None, dtype=None,
    ) -> None:  # fmt: skip
        super().__init__()
        n = self._N

        def wide(x: Any) -> tuple:
            return (x,) * n if isinstance(x, int) else tuple(x)

        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride, self.dilation = map(wide, (kernel_size, stride, dilation))
        self.padding = padding if isinstance(padding, str) else wide(padding)
        self.padding_mode, self.output_padding = padding_mode, wide(0)
        shape = [out_channels, in_channels // groups, *self.kernel_size]
        if self._TRANSPOSED:
            shape = [in_channels, out_channels // groups, *self.kernel_size]
        self.set_weight_bias(
            quantized(zeros(*shape), 1.0, 0, QINT8), zeros(out_channels) if bias else None
        )
        self.scale, self.zero_point = 1.0, 0

    def _get_name(self) -> str:
        return self._NAME

    def extra_repr(self) -> str:
        text = (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, scale={self.scale}, zero_point={self.zero_point}"
        )
        if self.padding != (0,) * self._N:
            text += f", padding={self.padding}"
        if self.dilation != (1,) * self._N:
            text += f", dilation={self.dilation}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        return text + ("" if self._b is not None else ", bias=False")

    def set_weight_bias(self, w: Any, b: Tensor | None) -> None:
        """Take other ones."""
        object.__setattr__(self, "_w", w)
        object.__setattr__(self, "_b", b)

    def weight(self) -> Any:
        """The integer weight."""
        return self._w

    def bias(self) -> Any:
        """The float bias."""
        return self._b

    def _options(self) -> dict[str, Any]:
        made = {"stride": self.stride, "padding": self.padding, "dilation": self.dilation}
        made["groups"] = self.groups
        if self._TRANSPOSED:
            made["output_padding"] = self.output_padding
        return made

    def forward(self, x: Any) -> Any:
        if self.padding_mode != "zeros":
            raise NotImplementedError(f"{self._NAME}: padding_mode {self.padding_mode!r}")
        return products.convolved(
            x, self._w, self._b, self._options(), self.scale, self.zero_point, self._RELU,
            self._TRANSPOSED,
        )  # fmt: skip

    def _save_to_state_dict(self, destination, prefix, keep_vars) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + "weight"], destination[prefix + "bias"] = self._w, self._b
        destination[prefix + "scale"] = tensor(self.scale)
        destination[prefix + "zero_point"] = tensor(self.zero_point)

    def _load_from_state_dict(
        self, state_dict, prefix, local_metadata, strict, missing, unexpected, errors
    ) -> None:
        self.set_weight_bias(state_dict.pop(prefix + "weight"), state_dict.pop(prefix + "bias"))
        self.scale = float(state_dict.pop(prefix + "scale"))
        self.zero_point = int(state_dict.pop(prefix + "zero_point"))
        super()._load_from_state_dict(
            state_dict, prefix, local_metadata, False, missing, unexpected, errors
        )

    @classmethod
    def from_float(cls, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a float layer that was observed, or trained with rounded weights."""
        watched = mod.activation_post_process
        layer = mod[0] if isinstance(mod, nni._FusedModule) else mod
        weight, bias = layer.weight, layer.bias
        if isinstance(mod, nniqat._ConvBn):
            weight, bias = fuse_conv_bn_weights(
                weight, bias, mod.bn.running_mean, mod.bn.running_var, mod.bn.eps, mod.bn.weight,
                mod.bn.bias, transpose=cls._TRANSPOSED,
            )  # fmt: skip
        observer = watched_weight(mod)
        if not isinstance(mod, (nnqat._Conv,)):
            observer(weight)
        scale, zero = watched.calculate_qparams()
        made = cls(
            layer.in_channels, layer.out_channels, layer.kernel_size, layer.stride, layer.padding,
            layer.dilation, layer.groups, bias is not None, layer.padding_mode,
        )  # fmt: skip
        if cls._TRANSPOSED:
            made.output_padding = layer.output_padding
        b = None if bias is None else bias.detach()
        made.set_weight_bias(quantize_weight(weight, observer), b)
        made.scale, made.zero_point = float(scale), int(zero)
        return made


def conv(n: int, transposed: bool = False, relu: bool = False, module: str = __name__) -> Any:
    """A convolution's class."""
    name = f"Conv{'Transpose' if transposed else ''}{'ReLU' if relu else ''}{n}d"
    return type(name, (_ConvNd,), {
        "_N": n, "_TRANSPOSED": transposed, "_RELU": relu, "_NAME": f"Quantized{name}",
        "__module__": module, "__doc__": "A convolution of quantized tensors.",
    })  # fmt: skip


Conv1d, Conv2d, Conv3d = conv(1), conv(2), conv(3)
ConvTranspose1d, ConvTranspose2d, ConvTranspose3d = conv(1, True), conv(2, True), conv(3, True)


# --- layers whose arithmetic is that of floats, between integers


class _Through(nn.Module):
    """A float layer on the floats that come in; what it gives is quantized."""

    scale: Any
    zero_point: Any

    def _given(self, out: Tensor, x: Any) -> QTensor:
        return quantized(out, float(self.scale), int(self.zero_point), x.dtype)

    def forward(self, input: Any) -> Any:
        floats: Any = super()
        return self._given(floats.forward(input.dequantize()), input)

    def _get_name(self) -> str:
        return f"Quantized{type(self).__name__}"


def _through(base: Any, *taken: str) -> Any:
    """A class of a float layer's; `taken` are the options that it is made with."""

    def from_float(cls: Any, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        scale, zero = mod.activation_post_process.calculate_qparams()
        made = cls(*(getattr(mod, name) for name in taken), scale=float(scale),
                   zero_point=int(zero))  # fmt: skip
        made.load_state_dict(mod.state_dict(), strict=False)
        made.train(mod.training)
        return made

    def __init__(
        self: Any, *args: Any, scale: float = 1.0, zero_point: int = 0, **kwargs: Any
    ) -> None:
        base.__init__(self, *args, **kwargs)
        self.register_buffer("scale", tensor(scale))
        self.register_buffer("zero_point", tensor(zero_point))

    return type(base.__name__, (_Through, base), {
        "__init__": __init__, "from_float": classmethod(from_float), "__module__": __name__,
        "__doc__": f"`nn.{base.__name__}` between integers.",
    })  # fmt: skip


Hardswish = _through(nn.Hardswish)
ELU = _through(nn.ELU, "alpha")
LeakyReLU = _through(nn.LeakyReLU, "negative_slope", "inplace")
Sigmoid = _through(nn.Sigmoid)
Softmax = _through(nn.Softmax, "dim")
PReLU = _through(nn.PReLU, "num_parameters")
LayerNorm = _through(nn.LayerNorm, "normalized_shape", "eps", "elementwise_affine")
GroupNorm = _through(nn.GroupNorm, "num_groups", "num_channels", "eps", "affine")
BatchNorm2d = _through(nn.BatchNorm2d, "num_features", "eps", "momentum")
BatchNorm3d = _through(nn.BatchNorm3d, "num_features", "eps", "momentum")


class ReLU6(nn.ReLU):
    """min(max(x, 0), 6)."""

    def forward(self, input: Any) -> Any:
        return F.relu6(input)

    def _get_name(self) -> str:
        return "QuantizedReLU6"

    @staticmethod
    def from_float(mod: Any, use_precomputed_fake_quant: bool = False) -> ReLU6:
        """Of a float layer."""
        return ReLU6(mod.inplace)


class MaxPool2d(nn.MaxPool2d):
    """The largest of each window."""

    @staticmethod
    def from_float(mod: Any, use_precomputed_fake_quant: bool = False) -> MaxPool2d:
        """Of a float layer."""
        return MaxPool2d(mod.kernel_size, mod.stride, mod.padding, mod.dilation)


class Dropout(nn.Dropout):
    """Without effect."""

    def forward(self, input: Any) -> Any:
        return input

    def _get_name(self) -> str:
        return "QuantizedDropout"

    @classmethod
    def from_float(cls, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a float layer."""
        return cls(mod.p, mod.inplace)


class Embedding(nn.Module):
    """Rows of an integer table, as floats."""

    _bags = False

    def __init__(self, num_embeddings: int, embedding_dim: int, padding_idx: Any = None) -> None:
        super().__init__()
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self._w: Any = None
        self.mode = "sum"

    def weight(self) -> Any:
        """The integer table."""
        return self._w

    def set_weight(self, w: Any) -> None:
        """Take another."""
        object.__setattr__(self, "_w", w)

    def forward(self, indices: Tensor) -> Tensor:
        w = self._w
        ints = w._ints[indices].to(dt.float32)
        if w._scheme is PER_TENSOR:
            return (ints - w._zero) * w._scale
        scale, zero = w._scale[indices].unsqueeze(-1), w._zero[indices].unsqueeze(-1)
        return (ints - zero) * scale

    def _get_name(self) -> str:
        return f"Quantized{type(self).__name__}"

    def extra_repr(self) -> str:
        return (
            f"num_embeddings={self.num_embeddings}, embedding_dim={self.embedding_dim}, "
            f"dtype={self._w.dtype}, qscheme={self._w.qscheme()}"
        )

    @classmethod
    def from_float(cls, mod: Any, use_precomputed_fake_quant: bool = False) -> Any:
        """Of a float layer."""
        observer = watched_weight(mod)
        if observer.dtype is not QUINT8:
            raise NotImplementedError(f"{cls.__name__}.from_float: weights of {observer.dtype}")
        observer(mod.weight)
        made = cls(mod.num_embeddings, mod.embedding_dim)
        made.set_weight(quantize_weight(mod.weight, observer))
        made.mode = getattr(mod, "mode", "sum")
        return made


class EmbeddingBag(Embedding):
    """Sums or means of rows of an integer table."""

    def forward(self, indices: Tensor, offsets: Any = None, per_sample_weights: Any = None):
        table = self._w.dequantize()
        return F.embedding_bag(
            indices, table, offsets, mode=self.mode, per_sample_weights=per_sample_weights
        )
