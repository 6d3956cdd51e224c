"""`torch.ao.quantization.qconfig`: which observers a module gets.

https://docs.pytorch.org/docs/stable/quantization-support.html#torch-ao-quantization-qconfig
"""

from __future__ import annotations

import copy
from collections import namedtuple
from typing import Any

from torchish import _absent
from torchish._core.base import dtypes as dt
from torchish.ao.quantization import fake_quantize as _f
from torchish.ao.quantization import observer as _o
from torchish.ao.quantization.fake_quantize import FakeQuantize, FusedMovingAvgObsFakeQuantize
from torchish.ao.quantization.observer import (
    HistogramObserver,
    MovingAverageMinMaxObserver,
    NoopObserver,
    PlaceholderObserver,
)

__all__ = [
    "QConfig", "QConfigAny", "QConfigDynamic", "activation_is_memoryless",
    "assert_valid_qconfig", "default_activation_only_qconfig", "default_debug_qconfig",
    "default_dynamic_qat_qconfig", "default_dynamic_qconfig", "default_embedding_qat_qconfig",
    "default_embedding_qat_qconfig_4bit", "default_per_channel_qconfig",
    "default_per_channel_symmetric_qnnpack_qconfig", "default_qat_qconfig",
    "default_qat_qconfig_v2", "default_qconfig", "default_quint8_weight_qconfig",
    "default_reuse_input_qconfig", "default_symmetric_qnnpack_qconfig",
    "default_weight_only_qconfig", "float16_dynamic_qconfig", "float16_static_qconfig",
    "float_qparams_weight_only_qconfig", "float_qparams_weight_only_qconfig_4bit",
    "get_default_qat_qconfig", "get_default_qconfig", "per_channel_dynamic_qconfig",
    "qconfig_equals",
]  # fmt: skip


class QConfig(namedtuple("QConfig", ["activation", "weight"])):
    """Makers of the observers of activations and of weights."""

    __slots__ = ()

    def __new__(cls, activation: Any, weight: Any):
        if isinstance(activation, _nn_module()) or isinstance(weight, _nn_module()):
            raise ValueError(
                "QConfig received observer instance, please pass observer class instead. Use "
                "MyObserver.with_args(x=1) to override arguments to constructor if needed"
            )
        return super().__new__(cls, activation, weight)


def _nn_module() -> type:
    return _o.nn.Module


class QConfigDynamic(namedtuple("QConfigDynamic", ["activation", "weight"])):
    """The older name of a configuration for dynamic quantization."""

    __slots__ = ()

    def __new__(cls, activation: Any = _o.nn.Identity, weight: Any = _o.nn.Identity):
        return super().__new__(cls, activation, weight)


QConfigAny = QConfig | None
default_qconfig = QConfig(activation=_o.default_observer, weight=_o.default_weight_observer)
default_debug_qconfig = QConfig(
    weight=_o.default_weight_observer, activation=_o.default_debug_observer
)
default_per_channel_qconfig = QConfig(
    activation=_o.default_observer, weight=_o.default_per_channel_weight_observer
)
default_dynamic_qconfig = QConfig(
    activation=_o.default_dynamic_quant_observer, weight=_o.default_weight_observer
)
float16_dynamic_qconfig = QConfig(
    activation=PlaceholderObserver.with_args(dtype=dt.float16, is_dynamic=True),
    weight=PlaceholderObserver.with_args(dtype=dt.float16),
)
float16_static_qconfig = QConfig(
    activation=PlaceholderObserver.with_args(dtype=dt.float16),
    weight=PlaceholderObserver.with_args(dtype=dt.float16),
)
per_channel_dynamic_qconfig = QConfig(
    activation=_o.default_dynamic_quant_observer, weight=_o.default_per_channel_weight_observer
)
float_qparams_weight_only_qconfig = QConfig(
    activation=_o.default_placeholder_observer, weight=_o.default_float_qparams_observer
)
float_qparams_weight_only_qconfig_4bit = QConfig(
    activation=_o.default_placeholder_observer, weight=_o.default_float_qparams_observer_4bit
)
default_qat_qconfig = QConfig(activation=_f.default_fake_quant, weight=_f.default_weight_fake_quant)
default_dynamic_qat_qconfig = QConfig(
    activation=_f.default_dynamic_fake_quant, weight=_f.default_weight_fake_quant
)
default_weight_only_qconfig = QConfig(
    activation=_o.nn.Identity, weight=_f.default_weight_fake_quant
)
default_activation_only_qconfig = QConfig(activation=_f.default_fake_quant, weight=_o.nn.Identity)
default_qat_qconfig_v2 = QConfig(
    activation=_f.default_fused_act_fake_quant, weight=_f.default_fused_wt_fake_quant
)
default_reuse_input_qconfig = QConfig(
    activation=_o.default_reuse_input_observer, weight=NoopObserver
)
default_embedding_qat_qconfig = QConfig(
    activation=NoopObserver.with_args(dtype=dt.float32), weight=_f.default_embedding_fake_quant
)
default_embedding_qat_qconfig_4bit = QConfig(
    activation=NoopObserver.with_args(dtype=dt.float32),
    weight=_f.default_embedding_fake_quant_4bit,
)
default_quint8_weight_qconfig = QConfig(activation=HistogramObserver, weight=_o.MinMaxObserver)
default_symmetric_qnnpack_qconfig = QConfig(
    activation=HistogramObserver.with_args(dtype=_o.QINT8, reduce_range=False, eps=2**-12),
    weight=_o.weight_observer_range_neg_127_to_127,
)
default_per_channel_symmetric_qnnpack_qconfig = QConfig(
    activation=HistogramObserver.with_args(dtype=_o.QINT8, reduce_range=False, eps=2**-12),
    weight=_o.per_channel_weight_observer_range_neg_127_to_127,
)
_BACKENDS = ("fbgemm", "x86", "qnnpack", "onednn")


def _unknown(backend: str) -> AssertionError:
    return AssertionError(
        f"backend: {backend} not supported. backend must be one of {list(_BACKENDS)}"
    )


def get_default_qconfig(backend: str = "x86", version: int = 0) -> QConfig:
    """The configuration of static quantization for a backend."""
    if backend not in _BACKENDS:
        raise _unknown(backend)
    if version != 0:
        raise AssertionError(f"Version number: {version} in get_default_qconfig is not supported.")
    if backend == "qnnpack":
        return QConfig(
            activation=HistogramObserver.with_args(reduce_range=False),
            weight=_o.default_weight_observer,
        )
    return QConfig(
        activation=HistogramObserver.with_args(reduce_range=backend != "onednn"),
        weight=_o.default_per_channel_weight_observer,
    )


def get_default_qat_qconfig(backend: str = "x86", version: int | None = 1) -> QConfig:
    """The configuration of training that knows of quantization."""
    if backend not in _BACKENDS:
        raise _unknown(backend)
    reduced = {"fbgemm": True, "x86": True, "qnnpack": False}
    options: dict[str, Any] = {
        "observer": MovingAverageMinMaxObserver,
        "quant_min": 0,
        "quant_max": 255,
    }
    if backend in reduced:
        options["reduce_range"] = reduced[backend]
    if version == 0:
        weight = (
            _f.default_weight_fake_quant
            if backend == "qnnpack"
            else _f.default_per_channel_weight_fake_quant
        )
        return QConfig(activation=FakeQuantize.with_args(**options), weight=weight)
    if version == 1:
        weight = (
            _f.default_fused_wt_fake_quant
            if backend == "qnnpack"
            else _f.default_fused_per_channel_wt_fake_quant
        )
        return QConfig(activation=FusedMovingAvgObsFakeQuantize.with_args(**options), weight=weight)
    raise AssertionError(
        f"Version number: {version} in get_default_qat_qconfig is not supported. Version number "
        "must be 0 or 1"
    )


def qconfig_equals(q1: QConfigAny, q2: QConfigAny) -> bool:
    """Whether two configurations make the same observers."""
    if q1 is None or q2 is None:
        return q1 == q2

    def same(a: Any, b: Any) -> bool:
        if isinstance(a, _o._PartialWrapper) and isinstance(b, _o._PartialWrapper):
            return a.p.func is b.p.func and repr(a) == repr(b)
        return a is b

    return same(q1.activation, q2.activation) and same(q1.weight, q2.weight)


def activation_is_memoryless(qconfig: QConfig) -> bool:
    """Whether the observer of activations keeps nothing from one batch to the next."""
    made = qconfig.activation()
    watched = made.activation_post_process if isinstance(made, _f.FakeQuantizeBase) else made
    return getattr(watched, "averaging_constant", None) == 1


def assert_valid_qconfig(qconfig: QConfigAny, mod: Any) -> None:
    """AssertionError for channels' scales along the wrong dimension of transposed convolutions."""
    if qconfig is None:
        return
    if isinstance(mod, (_o.nn.ConvTranspose1d, _o.nn.ConvTranspose2d, _o.nn.ConvTranspose3d)):
        made = qconfig.weight()
        if isinstance(made, _o.PerChannelMinMaxObserver):
            raise AssertionError(
                "Per channel weight observer is not supported yet for ConvTranspose{n}d."
            )


def _copied(qconfig: QConfigAny) -> QConfigAny:
    return copy.deepcopy(qconfig)


__getattr__ = _absent.attributes(__name__)
