"""`torch.ao.quantization.fake_quantize`: modules that round floats as a quantized net would.

https://docs.pytorch.org/docs/stable/quantization-support.html#torch-ao-quantization-fake-quantize
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from torchish import _absent, nn
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, tensor
from torchish._quantized import fake
from torchish.ao.quantization import observer as _o
from torchish.ao.quantization.observer import (
    CHANNEL_FLOAT,
    CHANNEL_SYMMETRIC,
    QINT8,
    QUINT4,
    QUINT8,
    SYMMETRIC,
    FixedQParamsObserver,
    HistogramObserver,
    MovingAverageMinMaxObserver,
    MovingAveragePerChannelMinMaxObserver,
)

__all__ = [
    "FakeQuantize", "FakeQuantizeBase", "FixedQParamsFakeQuantize",
    "FusedMovingAvgObsFakeQuantize", "default_affine_fixed_qparams_fake_quant",
    "default_dynamic_fake_quant", "default_embedding_fake_quant",
    "default_embedding_fake_quant_4bit", "default_fake_quant",
    "default_fixed_qparams_range_0to1_fake_quant",
    "default_fixed_qparams_range_neg1to1_fake_quant", "default_fused_act_fake_quant",
    "default_fused_per_channel_wt_fake_quant", "default_fused_wt_fake_quant",
    "default_histogram_fake_quant", "default_per_channel_weight_fake_quant",
    "default_symmetric_fixed_qparams_fake_quant", "default_weight_fake_quant",
    "disable_fake_quant", "disable_observer", "enable_fake_quant", "enable_observer",
    "fused_per_channel_wt_fake_quant_range_neg_127_to_127",
    "fused_wt_fake_quant_range_neg_127_to_127",
]  # fmt: skip

_TENSOR_WISE = (_o.AFFINE, SYMMETRIC)


class FakeQuantizeBase(ABC, nn.Module):
    """Rounds to the levels of integers while training; both parts can be turned off."""

    fake_quant_enabled: Tensor
    observer_enabled: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("fake_quant_enabled", tensor([1], dtype=dt.uint8))
        self.register_buffer("observer_enabled", tensor([1], dtype=dt.uint8))

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor: ...

    @abstractmethod
    def calculate_qparams(self, **kwargs: Any) -> Any: ...

    def enable_fake_quant(self, enabled: bool = True) -> None:
        """Round, or do not."""
        self.fake_quant_enabled[0] = 1 if enabled else 0

    def disable_fake_quant(self) -> None:
        """Do not round."""
        self.enable_fake_quant(False)

    def enable_observer(self, enabled: bool = True) -> None:
        """Watch, or do not."""
        self.observer_enabled[0] = 1 if enabled else 0

    def disable_observer(self) -> None:
        """Do not watch."""
        self.enable_observer(False)

    with_args = classmethod(_o._with_args)


class FakeQuantize(FakeQuantizeBase):
    """Rounds by the scale and zero point of an observer."""

    scale: Tensor
    zero_point: Tensor

    def __init__(
        self,
        observer: Any = MovingAverageMinMaxObserver,
        quant_min: int | None = None,
        quant_max: int | None = None,
        is_dynamic: bool = False,
        **observer_kwargs: Any,
    ) -> None:
        super().__init__()
        if quant_min is not None and quant_max is not None:
            if quant_min > quant_max:
                raise AssertionError("quant_min must be less than or equal to quant_max")
            d = observer_kwargs.get("dtype", QUINT8)
            low, high = _o.bounds_of(d, False)
            if quant_min < low:
                raise AssertionError("quant_min out of bound")
            if quant_max > high:
                raise AssertionError("quant_max out of bound")
            observer_kwargs.update({"quant_min": quant_min, "quant_max": quant_max})
        observer_kwargs["is_dynamic"] = is_dynamic
        self.activation_post_process = observer(**observer_kwargs)
        watched = self.activation_post_process
        self.quant_min, self.quant_max = watched.quant_min, watched.quant_max
        self.is_dynamic = is_dynamic
        zero = dt.float32 if watched.qscheme is CHANNEL_FLOAT else dt.int32
        self.register_buffer("scale", tensor([1.0], dtype=dt.float32))
        self.register_buffer("zero_point", tensor([0], dtype=zero))
        self.dtype, self.qscheme = watched.dtype, watched.qscheme
        self.ch_axis = getattr(watched, "ch_axis", -1)
        self.is_per_channel = self.qscheme not in _TENSOR_WISE

    def calculate_qparams(self, **kwargs: Any) -> Any:
        """The observer's."""
        return self.activation_post_process.calculate_qparams()

    def forward(self, X: Tensor) -> Tensor:
        if self.observer_enabled.item():
            self.activation_post_process(X.detach())
            scale, zero = self.calculate_qparams()
            if self.scale.shape != scale.shape:
                self.scale.resize_(scale.shape)
                self.zero_point.resize_(zero.shape)
            self.scale.copy_(scale)
            self.zero_point.copy_(zero)
        if not self.fake_quant_enabled.item():
            return X
        if self.is_per_channel:
            return fake.fake_quantize_per_channel_affine(
                X, self.scale, self.zero_point, self.ch_axis, self.quant_min, self.quant_max
            )
        return fake.fake_quantize_per_tensor_affine(
            X, self.scale, self.zero_point, self.quant_min, self.quant_max
        )

    def extra_repr(self) -> str:
        return (
            f"fake_quant_enabled={self.fake_quant_enabled}, "
            f"observer_enabled={self.observer_enabled}, "
            f"quant_min={self.quant_min}, quant_max={self.quant_max}, "
            f"dtype={self.dtype}, qscheme={self.qscheme}, ch_axis={self.ch_axis}, "
            f"scale={self.scale}, zero_point={self.zero_point}"
        )

    def _save_to_state_dict(self, destination, prefix, keep_vars) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        destination[prefix + "scale"] = self.scale
        destination[prefix + "zero_point"] = self.zero_point

    def _load_from_state_dict(self, state_dict, prefix, *args: Any) -> None:
        for name in ("scale", "zero_point"):
            if prefix + name in state_dict:
                getattr(self, name).resize_(state_dict[prefix + name].shape)
        super()._load_from_state_dict(state_dict, prefix, *args)


class FixedQParamsFakeQuantize(FakeQuantize):
    """Rounds by a scale and zero point that are given."""

    def __init__(self, observer: Any) -> None:
        super().__init__(observer=observer)
        if type(self.activation_post_process) is not FixedQParamsObserver:
            raise AssertionError(
                f"{type(self).__name__}'s observer must be a FixedQParamsObserver, got "
                f"{type(self.activation_post_process)}"
            )
        self._observer_ctr = observer
        self.scale, self.zero_point = (
            self.activation_post_process.scale,
            self.activation_post_process.zero_point,
        )

    def calculate_qparams(self, **kwargs: Any) -> Any:
        """What was given."""
        return self.scale, self.zero_point

    def extra_repr(self) -> str:
        return (
            f"fake_quant_enabled={self.fake_quant_enabled}, "
            f"observer_enabled={self.observer_enabled}, "
            f"scale={self.scale}, zero_point={self.zero_point}, dtype={self.dtype}, "
            f"quant_min={self.quant_min}, quant_max={self.quant_max}, qscheme={self.qscheme}"
        )


class FusedMovingAvgObsFakeQuantize(FakeQuantize):
    """A moving average of the range and the rounding in one step."""

    def __init__(
        self,
        observer: Any = MovingAverageMinMaxObserver,
        quant_min: int = 0,
        quant_max: int = 255,
        is_dynamic: bool = False,
        **observer_kwargs: Any,
    ) -> None:
        super().__init__(observer, quant_min, quant_max, is_dynamic, **observer_kwargs)
        kinds = (MovingAverageMinMaxObserver, MovingAveragePerChannelMinMaxObserver)
        if not isinstance(self.activation_post_process, kinds):
            raise AssertionError(
                "Fused observer+fake_quant module only works with MovingAverageMinMaxObserver"
            )
        self.fake_quant_enabled = tensor([1], dtype=dt.int64)
        self.observer_enabled = tensor([1], dtype=dt.int64)
        self.is_symmetric_quant = self.qscheme in (SYMMETRIC, CHANNEL_SYMMETRIC)

    def extra_repr(self) -> str:
        watched = self.activation_post_process
        return (
            f"fake_quant_enabled={self.fake_quant_enabled}, "
            f"observer_enabled={self.observer_enabled}, scale={self.scale}, "
            f"zero_point={self.zero_point}, dtype={self.dtype}, "
            f"quant_min={watched.quant_min}, quant_max={watched.quant_max}, "
            f"qscheme={self.qscheme}, reduce_range={watched.reduce_range}"
        )

    def forward(self, X: Tensor) -> Tensor:
        watched = self.activation_post_process
        return fake.fused_moving_avg_obs_fake_quant(
            X,
            self.observer_enabled,
            self.fake_quant_enabled,
            watched.min_val,
            watched.max_val,
            self.scale,
            self.zero_point,
            watched.averaging_constant,
            watched.quant_min,
            watched.quant_max,
            self.ch_axis,
            self.is_per_channel,
            self.is_symmetric_quant,
        )


_Average, _Channels = MovingAverageMinMaxObserver, MovingAveragePerChannelMinMaxObserver
# The integers of activations, of weights, and of weights with as many below zero as above.
_UNSIGNED, _SIGNED, _EVEN = (
    {"quant_min": low, "quant_max": high} for low, high in ((0, 255), (-128, 127), (-127, 127))
)
_FusedMovingAverage = FusedMovingAvgObsFakeQuantize
default_fake_quant = FakeQuantize.with_args(
    observer=_Average, **_UNSIGNED, dtype=QUINT8, qscheme=_o.AFFINE, reduce_range=True
)
default_weight_fake_quant = FakeQuantize.with_args(
    observer=_Average, **_SIGNED, dtype=QINT8, qscheme=SYMMETRIC, reduce_range=False
)
default_dynamic_fake_quant = FakeQuantize.with_args(
    observer=_Average, **_UNSIGNED, is_dynamic=True, dtype=QUINT8, averaging_constant=1
)
default_fixed_qparams_range_neg1to1_fake_quant = FixedQParamsFakeQuantize.with_args(
    observer=_o.default_fixed_qparams_range_neg1to1_observer
)
default_fixed_qparams_range_0to1_fake_quant = FixedQParamsFakeQuantize.with_args(
    observer=_o.default_fixed_qparams_range_0to1_observer
)
default_symmetric_fixed_qparams_fake_quant = default_fixed_qparams_range_neg1to1_fake_quant
default_affine_fixed_qparams_fake_quant = default_fixed_qparams_range_0to1_fake_quant
default_per_channel_weight_fake_quant = FakeQuantize.with_args(
    observer=_Channels,
    **_SIGNED,
    dtype=QINT8,
    qscheme=CHANNEL_SYMMETRIC,
    reduce_range=False,
    ch_axis=0,
)
default_embedding_fake_quant = FakeQuantize.with_args(
    observer=_Channels,
    qscheme=CHANNEL_FLOAT,
    dtype=QUINT8,
    **_UNSIGNED,
    ch_axis=0,
    averaging_constant=1,
)
default_embedding_fake_quant_4bit = FakeQuantize.with_args(
    observer=_Channels, qscheme=CHANNEL_FLOAT, ch_axis=0, dtype=QUINT4, averaging_constant=1
)
default_histogram_fake_quant = FakeQuantize.with_args(
    observer=HistogramObserver, **_UNSIGNED, dtype=QUINT8, qscheme=_o.AFFINE, reduce_range=True
)
default_fused_act_fake_quant = _FusedMovingAverage.with_args(
    observer=_Average, **_UNSIGNED, dtype=QUINT8
)
default_fused_wt_fake_quant = _FusedMovingAverage.with_args(
    observer=_Average, **_SIGNED, dtype=QINT8, qscheme=SYMMETRIC
)
default_fused_per_channel_wt_fake_quant = _FusedMovingAverage.with_args(
    observer=_Channels, **_SIGNED, dtype=QINT8, qscheme=CHANNEL_SYMMETRIC
)
fused_wt_fake_quant_range_neg_127_to_127 = _FusedMovingAverage.with_args(
    observer=_Average, **_EVEN, dtype=QINT8, qscheme=SYMMETRIC, eps=2**-12
)
fused_per_channel_wt_fake_quant_range_neg_127_to_127 = _FusedMovingAverage.with_args(
    observer=_Channels, **_EVEN, dtype=QINT8, qscheme=CHANNEL_SYMMETRIC, eps=2**-12
)


def _told(method: str, doc: str) -> Callable[[nn.Module], None]:
    """A function for `Module.apply` that calls a method of those that round."""

    def tell(mod: nn.Module) -> None:
        if isinstance(mod, FakeQuantizeBase):
            getattr(mod, method)()

    tell.__name__ = tell.__qualname__ = method
    tell.__doc__ = f"For `Module.apply`: {doc}."
    return tell


disable_fake_quant = _told("disable_fake_quant", "do not round")
enable_fake_quant = _told("enable_fake_quant", "round")
disable_observer = _told("disable_observer", "do not watch")
enable_observer = _told("enable_observer", "watch")

__getattr__ = _absent.attributes(__name__)
