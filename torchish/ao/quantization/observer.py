"""`torch.ao.quantization.observer`: modules that watch values and choose scales by them.

https://docs.pytorch.org/docs/stable/quantization-support.html#torch-ao-quantization-observer
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from torchish import _absent, nn
from torchish._core.base import dtypes as dt
from torchish._core.base.qschemes import BY_NAME as SCHEMES
from torchish._core.tensor import FUNCTIONS, Tensor, from_numpy, tensor
from torchish.ao.quantization._base import (
    ObserverBase,
    _PartialWrapper,
    _with_args,
    _with_callable_args,
)
from torchish.ao.quantization._histogram import best_bins, spread

__all__ = [
    "_PartialWrapper",
    "_with_args",
    "_with_callable_args",
    "FixedQParamsObserver",
    "HistogramObserver",
    "MinMaxObserver",
    "MovingAverageMinMaxObserver",
    "MovingAveragePerChannelMinMaxObserver",
    "NoopObserver",
    "ObserverBase",
    "PerChannelMinMaxObserver",
    "PlaceholderObserver",
    "RecordingObserver",
    "ReuseInputObserver",
    "UniformQuantizationObserverBase",
    "default_affine_fixed_qparams_observer",
    "default_debug_observer",
    "default_dynamic_quant_observer",
    "default_fixed_qparams_range_0to1_observer",
    "default_fixed_qparams_range_neg1to1_observer",
    "default_float_qparams_observer",
    "default_float_qparams_observer_4bit",
    "default_histogram_observer",
    "default_observer",
    "default_per_channel_weight_observer",
    "default_placeholder_observer",
    "default_reuse_input_observer",
    "default_symmetric_fixed_qparams_observer",
    "default_weight_observer",
    "get_observer_state_dict",
    "load_observer_state_dict",
    "per_channel_weight_observer_range_neg_127_to_127",
    "weight_observer_range_neg_127_to_127",
]

QINT8, QUINT8, QINT32 = (dt.UNHELD[n] for n in ("qint8", "quint8", "qint32"))
QUINT4 = dt.UNHELD["quint4x2"]
AFFINE, SYMMETRIC = SCHEMES["per_tensor_affine"], SCHEMES["per_tensor_symmetric"]
CHANNEL_AFFINE, CHANNEL_SYMMETRIC = SCHEMES["per_channel_affine"], SCHEMES["per_channel_symmetric"]
CHANNEL_FLOAT = SCHEMES["per_channel_affine_float_qparams"]
_PER_TENSOR, _PER_CHANNEL = (AFFINE, SYMMETRIC), (CHANNEL_AFFINE, CHANNEL_SYMMETRIC, CHANNEL_FLOAT)
EPS = 2.0**-23


def bounds_of(dtype: dt.dtype, reduce_range: bool) -> tuple[int, int]:
    """The integers of a dtype; half of them with `reduce_range`."""
    if dtype in (QINT8, dt.int8):
        return (-64, 63) if reduce_range else (-128, 127)
    if dtype in (QUINT8, dt.uint8):
        return (0, 127) if reduce_range else (0, 255)
    if dtype in (QINT32, dt.int32):
        return -(2**31), 2**31 - 1
    if dtype is dt.int16:
        return -(2**15), 2**15 - 1
    return 0, 15


class UniformQuantizationObserverBase(ObserverBase):
    """An observer of a range, with equal steps between integers."""

    eps: Tensor
    min_val: Tensor
    max_val: Tensor
    _schemes = (*_PER_TENSOR, *_PER_CHANNEL)
    _refusal = ""  # of other schemes

    def __init__(
        self,
        dtype: dt.dtype = QUINT8,
        qscheme: Any = AFFINE,
        reduce_range: bool = False,
        quant_min: int | None = None,
        quant_max: int | None = None,
        factory_kwargs: Any = None,
        eps: float = EPS,
        is_dynamic: bool = False,
        **kwargs: Any,
    ) -> None:
        if self._refusal and qscheme not in self._schemes:
            raise NotImplementedError(self._refusal.format(qscheme))
        super().__init__(dtype=dtype, is_dynamic=is_dynamic)
        self.qscheme = qscheme
        if reduce_range:
            warnings.warn(
                "Please use quant_min and quant_max to specify the range for observers."
                "                     reduce_range will be deprecated in a future release of "
                "PyTorch.",
                stacklevel=2,
            )
        self.reduce_range = reduce_range
        self.register_buffer("eps", tensor([eps]))
        if qscheme not in self._schemes:
            raise AssertionError(f"Default Observer does not support qscheme {qscheme}")
        if dtype not in (QINT8, QUINT8, QUINT4, QINT32, dt.int8, dt.uint8, dt.int16, dt.int32):
            raise AssertionError(f"Default Observer does not support dtype {dtype}")
        self.has_customized_qrange = quant_min is not None and quant_max is not None
        if quant_min is not None and quant_max is not None:
            if not quant_min <= 0 <= quant_max:
                raise AssertionError(
                    f"Used-specified quantization range must include 0: {quant_min} to {quant_max}"
                )
            if quant_min >= quant_max:
                raise AssertionError(
                    "qmin must be strictly less than qmax for user-specified quantization range."
                )
            halved = reduce_range and quant_max - quant_min == 255
            self.quant_min = quant_min // 2 if halved else quant_min
            self.quant_max = quant_max // 2 if halved else quant_max
        else:
            self.quant_min, self.quant_max = bounds_of(dtype, reduce_range)

    def reset_min_max_vals(self) -> None:
        """Forget what was seen."""
        raise NotImplementedError("Cannot reset min/max values in the given observer.")

    def _calculate_qparams(self, min_val: Tensor, max_val: Tensor) -> tuple[Tensor, Tensor]:
        if min_val.numel() == 0 or bool((min_val == float("inf")).all()):
            warnings.warn(
                "must run observer before calling calculate_qparams. Returning default values.",
                stacklevel=3,
            )
            return tensor([1.0]), tensor([0])
        low, high = min_val.clamp(max=0.0), max_val.clamp(min=0.0)
        span = float(self.quant_max - self.quant_min)
        zero = FUNCTIONS["zeros_like"](low, dtype=dt.int64)
        if self.qscheme in (SYMMETRIC, CHANNEL_SYMMETRIC):
            scale = FUNCTIONS["maximum"](-low, high) / (span / 2)
            scale = FUNCTIONS["maximum"](scale, self.eps)
            if self.dtype in (QUINT8, dt.uint8):
                middle = (self.quant_min + self.quant_max) // 2
                zero = zero + (middle if self.has_customized_qrange else 128)
        elif self.qscheme is CHANNEL_FLOAT:
            scale = (max_val - min_val) / span
            scale = FUNCTIONS["where"](scale > self.eps, scale, FUNCTIONS["ones_like"](scale))
            zero = -1 * min_val / scale
        else:
            scale = FUNCTIONS["maximum"]((high - low) / span, self.eps)
            zero = self.quant_min - (low / scale).round().to(dt.int32)
            zero = zero.clamp(self.quant_min, self.quant_max)
        return scale.reshape(-1), zero.reshape(-1)


def _number(t: Tensor) -> str:
    return str(t.item()) if t.dim() == 0 else str(t)


class _RangeObserver(UniformQuantizationObserverBase):
    """An observer of a smallest and a largest value, of the whole or of each channel."""

    _start: tuple[Any, Any] = (float("inf"), float("-inf"))  # before anything was seen
    _schemes = _PER_TENSOR

    def _register_range(self) -> None:
        for name, value in zip(("min_val", "max_val"), self._start, strict=True):
            self.register_buffer(name, tensor(value))

    def calculate_qparams(self, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """Scale and zero point: of one element each, or of one for each channel."""
        return self._calculate_qparams(self.min_val, self.max_val)

    def extra_repr(self) -> str:
        return f"min_val={_number(self.min_val)}, max_val={_number(self.max_val)}"


class MinMaxObserver(_RangeObserver):
    """The smallest and the largest value seen."""

    _refusal = (
        "MinMaxObserver's qscheme only support torch.per_tensor_symmetric "
        "                    and torch.per_tensor_affine."
    )

    def __init__(
        self,
        dtype: dt.dtype = QUINT8,
        qscheme: Any = AFFINE,
        reduce_range: bool = False,
        quant_min: int | None = None,
        quant_max: int | None = None,
        factory_kwargs: Any = None,
        eps: float = EPS,
        is_dynamic: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            dtype, qscheme, reduce_range, quant_min, quant_max, factory_kwargs, eps, is_dynamic
        )
        self._register_range()

    def forward(self, x_orig: Tensor) -> Tensor:
        if x_orig.numel():
            x = x_orig.detach().to(self.min_val.dtype)
            self.min_val.copy_(FUNCTIONS["minimum"](x.min(), self.min_val))
            self.max_val.copy_(FUNCTIONS["maximum"](x.max(), self.max_val))
        return x_orig

    def reset_min_max_vals(self) -> None:
        self.min_val.copy_(tensor(float("inf")))
        self.max_val.copy_(tensor(float("-inf")))


class MovingAverageMinMaxObserver(MinMaxObserver):
    """Moving averages of the smallest and the largest value."""

    _refusal = (
        "MovingAverageMinMaxObserver's qscheme only support                 "
        "torch.per_tensor_symmetric and torch.per_tensor_affine.                 but got: {}"
    )

    def __init__(
        self,
        averaging_constant: float = 0.01,
        dtype: dt.dtype = QUINT8,
        qscheme: Any = AFFINE,
        reduce_range: bool = False,
        quant_min: int | None = None,
        quant_max: int | None = None,
        eps: float = EPS,
        is_dynamic: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(dtype, qscheme, reduce_range, quant_min, quant_max, None, eps, is_dynamic)
        self.averaging_constant = averaging_constant

    def forward(self, x_orig: Tensor) -> Tensor:
        if x_orig.numel():
            x = x_orig.detach().to(self.min_val.dtype)
            low, high = x.min(), x.max()
            if self.min_val.item() != float("inf") or self.max_val.item() != float("-inf"):
                low = self.min_val + self.averaging_constant * (low - self.min_val)
                high = self.max_val + self.averaging_constant * (high - self.max_val)
            self.min_val.copy_(low)
            self.max_val.copy_(high)
        return x_orig


_PER_CHANNEL_ONLY = (
    "'s qscheme only support                     torch.per_channel_symmetric, "
    "torch.per_channel_affine and torch.per_channel_affine_float_qparams."
)


class PerChannelMinMaxObserver(_RangeObserver):
    """The smallest and the largest value of each channel."""

    _start, _schemes = ([], []), _PER_CHANNEL
    _refusal = f"PerChannelMinMaxObserver{_PER_CHANNEL_ONLY}"

    def __init__(
        self,
        ch_axis: int = 0,
        dtype: dt.dtype = QUINT8,
        qscheme: Any = CHANNEL_AFFINE,
        reduce_range: bool = False,
        quant_min: int | None = None,
        quant_max: int | None = None,
        factory_kwargs: Any = None,
        eps: float = EPS,
        is_dynamic: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            dtype, qscheme, reduce_range, quant_min, quant_max, factory_kwargs, eps, is_dynamic
        )
        self.ch_axis = ch_axis
        self._register_range()

    def _ranges(self, x_orig: Tensor) -> tuple[Tensor, Tensor]:
        x = x_orig.detach().to(self.min_val.dtype)
        flat = x.transpose(0, self.ch_axis).flatten(1)
        return flat.amin(1), flat.amax(1)

    def _joined(self, low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
        return (
            FUNCTIONS["minimum"](low, self.min_val),
            FUNCTIONS["maximum"](high, self.max_val),
        )

    def forward(self, x_orig: Tensor) -> Tensor:
        if x_orig.numel():
            low, high = self._ranges(x_orig)
            if self.min_val.numel() and self.max_val.numel():
                low, high = self._joined(low, high)
            self.min_val.resize_(low.shape)
            self.max_val.resize_(high.shape)
            self.min_val.copy_(low)
            self.max_val.copy_(high)
        return x_orig

    def _load_from_state_dict(self, state_dict, prefix, *args: Any) -> None:
        for name in ("min_val", "max_val"):
            if prefix + name in state_dict:
                getattr(self, name).resize_(state_dict[prefix + name].shape)
        super()._load_from_state_dict(state_dict, prefix, *args)

    def reset_min_max_vals(self) -> None:
        self.min_val, self.max_val = tensor([]), tensor([])


class MovingAveragePerChannelMinMaxObserver(PerChannelMinMaxObserver):
    """Moving averages of the smallest and the largest value of each channel."""

    _refusal = f"MovingAveragePerChannelMinMaxObserver{_PER_CHANNEL_ONLY}"

    def __init__(
        self,
        averaging_constant: float = 0.01,
        ch_axis: int = 0,
        dtype: dt.dtype = QUINT8,
        qscheme: Any = CHANNEL_AFFINE,
        reduce_range: bool = False,
        quant_min: int | None = None,
        quant_max: int | None = None,
        eps: float = EPS,
        is_dynamic: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            ch_axis, dtype, qscheme, reduce_range, quant_min, quant_max, None, eps, is_dynamic
        )
        self.averaging_constant = averaging_constant

    def _joined(self, low: Tensor, high: Tensor) -> tuple[Tensor, Tensor]:
        return (
            self.min_val + self.averaging_constant * (low - self.min_val),
            self.max_val + self.averaging_constant * (high - self.max_val),
        )


class HistogramObserver(_RangeObserver):
    """A histogram of the values, cut where rounding costs least."""

    histogram: Tensor
    _refusal = MinMaxObserver._refusal.replace("MinMax", "Histogram")

    def __init__(
        self,
        bins: int = 2048,
        dtype: dt.dtype = QUINT8,
        qscheme: Any = AFFINE,
        reduce_range: bool = False,
        quant_min: int | None = None,
        quant_max: int | None = None,
        factory_kwargs: Any = None,
        eps: float = EPS,
        is_dynamic: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            dtype, qscheme, reduce_range, quant_min, quant_max, factory_kwargs, eps, is_dynamic
        )
        self.bins, self.upsample_rate = bins, 16
        self.dst_nbins = 2 ** (4 if dtype is QUINT4 else dtype.itemsize * 8)
        self.register_buffer("histogram", FUNCTIONS["zeros"](bins))
        self._register_range()

    def forward(self, x_orig: Tensor) -> Tensor:
        if not x_orig.numel():
            return x_orig
        x = x_orig.detach().to(dt.float32)
        low, high = x.min().item(), x.max().item()
        if not (np.isfinite(low) and np.isfinite(high)):
            warnings.warn("torch.inf detected in input tensor, ignoring input", stacklevel=2)
            return x_orig
        before = self.min_val.item(), self.max_val.item()
        if before == (float("inf"), float("-inf")):
            counts = FUNCTIONS["histc"](x, self.bins, min=low, max=high)
        else:
            low, high = min(low, before[0]), max(high, before[1])
            counts = FUNCTIONS["histc"](x, self.bins, min=low, max=high)
            old = self.histogram.numpy()
            if (low, high) != before:
                if before[0] == before[1]:
                    old = FUNCTIONS["histc"](
                        tensor([before[0]]), self.bins, min=low, max=high
                    ).numpy() * float(old.sum())
                else:
                    old = spread(old, *before, (low, high), self.upsample_rate)
            counts = counts + from_numpy(np.array(old, np.float32))
        self.min_val.copy_(tensor(low))
        self.max_val.copy_(tensor(high))
        self.histogram.copy_(counts)
        return x_orig

    def calculate_qparams(self, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """Scale and zero point, of one element each."""
        low, high = self.min_val.item(), self.max_val.item()
        if (low, high) == (float("inf"), float("-inf")):
            warnings.warn(
                "must run observer before calling calculate_qparams.                        "
                "            Returning default scale and zero point ",
                stacklevel=2,
            )
            return tensor([1.0]), tensor([0])
        first, last = best_bins(self.histogram.numpy(), low, high, self.dst_nbins)
        width = (self.max_val - self.min_val) / self.bins
        return self._calculate_qparams(
            self.min_val + width * first, self.min_val + width * (last + 1)
        )


class FixedQParamsObserver(ObserverBase):
    """A scale and zero point that are given."""

    scale: Tensor
    zero_point: Tensor

    def __init__(
        self,
        scale: float,
        zero_point: int,
        dtype: dt.dtype = QUINT8,
        qscheme: Any = AFFINE,
        quant_min: int = 0,
        quant_max: int = 255,
        is_dynamic: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(dtype=dtype, is_dynamic=is_dynamic)
        self.quant_min, self.quant_max = quant_min, quant_max
        self.register_buffer("scale", tensor([scale], dtype=dt.float32))
        self.register_buffer("zero_point", tensor([zero_point], dtype=dt.int32))
        self.qscheme = qscheme

    def forward(self, X: Tensor) -> Tensor:
        return X

    def calculate_qparams(self, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """What was given."""
        return self.scale, self.zero_point


class PlaceholderObserver(ObserverBase):
    """Watches nothing: it stands for a dtype."""

    def __init__(
        self,
        dtype: dt.dtype = dt.float32,
        custom_op_name: str = "",
        compute_dtype: Any = None,
        quant_min: int | None = None,
        quant_max: int | None = None,
        qscheme: Any = None,
        eps: float | None = None,
        is_dynamic: bool = False,
    ) -> None:
        super().__init__(dtype=dtype, is_dynamic=is_dynamic)
        self.qscheme = AFFINE if qscheme is None else qscheme
        self.quant_min, self.quant_max = quant_min, quant_max
        self.eps = EPS if eps is None else eps
        self.custom_op = custom_op_name

    def forward(self, x: Tensor) -> Tensor:
        return x

    def extra_repr(self) -> str:
        return f"dtype={self.dtype}, is_dynamic={self.is_dynamic}"

    def calculate_qparams(self, **kwargs: Any) -> Any:
        raise Exception("calculate_qparams should not be called for PlaceholderObserver")


class RecordingObserver(ObserverBase):
    """Keeps all values."""

    def __init__(self, dtype: dt.dtype = QUINT8) -> None:
        super().__init__(dtype=dtype, is_dynamic=False)
        self.tensor_val: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        self.tensor_val.append(x.clone())
        return x

    def calculate_qparams(self, **kwargs: Any) -> Any:
        raise Exception("calculate_qparams should not be called for RecordingObserver")

    def get_tensor_value(self) -> list[Tensor]:
        """What was kept."""
        return self.tensor_val


class NoopObserver(ObserverBase):
    """Watches nothing."""

    def __init__(self, dtype: dt.dtype = dt.float16, custom_op_name: str = "") -> None:
        super().__init__(dtype=dtype, is_dynamic=False)
        self.dtype, self.custom_op = dtype, custom_op_name

    def forward(self, x: Tensor) -> Tensor:
        return x

    def calculate_qparams(self, **kwargs: Any) -> Any:
        raise Exception("calculate_qparams should not be called for NoopObserver")


class ReuseInputObserver(ObserverBase):
    """For operators whose result is under the scale of their input."""

    def __init__(self) -> None:
        super().__init__(QUINT8, is_dynamic=False)

    def forward(self, x: Tensor) -> Tensor:
        return x

    def calculate_qparams(self, **kwargs: Any) -> Any:
        raise Exception("calculate_qparams should not be called for ReuseInputObserver")


def get_observer_state_dict(mod: nn.Module) -> dict[str, Any]:
    """The part of a module's state that observers have."""
    return {k: v for k, v in mod.state_dict().items() if "activation_post_process" in k}


def load_observer_state_dict(mod: nn.Module, obs_dict: dict[str, Any]) -> None:
    """Put that state into a module's observers. RuntimeError for keys that do not fit."""
    wanted = get_observer_state_dict(mod)
    if set(wanted) != set(obs_dict):
        raise RuntimeError(f"keys of observers do not fit: {set(wanted) ^ set(obs_dict)}")
    mod.load_state_dict(obs_dict, strict=False)


default_observer = MinMaxObserver.with_args(quant_min=0, quant_max=127)
default_placeholder_observer = PlaceholderObserver
default_debug_observer = RecordingObserver
default_weight_observer = MinMaxObserver.with_args(dtype=QINT8, qscheme=SYMMETRIC)
weight_observer_range_neg_127_to_127 = MinMaxObserver.with_args(
    dtype=QINT8, qscheme=SYMMETRIC, quant_min=-127, quant_max=127, eps=2**-12
)
default_histogram_observer = HistogramObserver.with_args(quant_min=0, quant_max=127)
default_per_channel_weight_observer = PerChannelMinMaxObserver.with_args(
    dtype=QINT8, qscheme=CHANNEL_SYMMETRIC
)
per_channel_weight_observer_range_neg_127_to_127 = PerChannelMinMaxObserver.with_args(
    dtype=QINT8, qscheme=CHANNEL_SYMMETRIC, quant_min=-127, quant_max=127, eps=2**-12
)
default_dynamic_quant_observer = PlaceholderObserver.with_args(
    dtype=QUINT8, quant_min=0, quant_max=255, is_dynamic=True
)
default_float_qparams_observer = PerChannelMinMaxObserver.with_args(
    dtype=QUINT8, qscheme=CHANNEL_FLOAT, ch_axis=0
)
default_float_qparams_observer_4bit = PerChannelMinMaxObserver.with_args(
    dtype=QUINT4, qscheme=CHANNEL_FLOAT, ch_axis=0
)
default_fixed_qparams_range_neg1to1_observer = FixedQParamsObserver.with_args(
    scale=2.0 / 256.0, zero_point=128, dtype=QUINT8, quant_min=0, quant_max=255
)
default_fixed_qparams_range_0to1_observer = FixedQParamsObserver.with_args(
    scale=1.0 / 256.0, zero_point=0, dtype=QUINT8, quant_min=0, quant_max=255
)
default_symmetric_fixed_qparams_observer = default_fixed_qparams_range_neg1to1_observer
default_affine_fixed_qparams_observer = default_fixed_qparams_range_0to1_observer
default_reuse_input_observer = ReuseInputObserver

__getattr__ = _absent.attributes(__name__)
