"""`torch.ao.quantization.quantize`: quantization in eager mode.

https://docs.pytorch.org/docs/stable/quantization.html
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

from torchish import nn
from torchish._core.base import dtypes as dt
from torchish.ao.nn import intrinsic as nni
from torchish.ao.nn import quantized as nnq
from torchish.ao.quantization import qconfig as _q
from torchish.ao.quantization.observer import ObserverBase
from torchish.ao.quantization.quantization_mappings import (
    get_default_dynamic_quant_module_mappings,
    get_default_qat_module_mappings,
    get_default_qconfig_propagation_list,
    get_default_static_quant_module_mappings,
    no_observer_set,
)
from torchish.ao.quantization.stubs import DeQuantStub, QuantWrapper

__all__ = [
    "add_quant_dequant",
    "convert",
    "get_default_custom_config_dict",
    "prepare",
    "prepare_qat",
    "propagate_qconfig_",
    "quantize",
    "quantize_dynamic",
    "quantize_qat",
    "swap_module",
]


def get_default_custom_config_dict() -> dict[str, dict]:
    """Layers with an own way of being observed: none."""
    return {
        "float_to_observed_custom_module_class": {},
        "observed_to_quantized_custom_module_class": {},
    }


def propagate_qconfig_(
    module: nn.Module, qconfig_dict: Any = None, prepare_custom_config_dict: Any = None
) -> None:
    """Hand configurations on to all layers below: by their names or classes from the dict, else
    from the layer above."""
    _propagate(module, qconfig_dict or {}, getattr(module, "qconfig", None), "")


def _propagate(module: nn.Module, given: dict, above: Any, prefix: str) -> None:
    found = given.get(type(module), above)
    found = given.get(prefix, found)
    found = getattr(module, "qconfig", found)
    _q.assert_valid_qconfig(found, module)
    module.qconfig = found
    for name, child in module.named_children():
        _propagate(child, given, found, f"{prefix}.{name}" if prefix else name)


def _observe(module: nn.Module) -> None:
    """Put an observer on what a layer gives."""
    qconfig = getattr(module, "qconfig", None)
    if qconfig is None or hasattr(module, "activation_post_process"):
        return
    observer = qconfig.activation()
    module.add_module("activation_post_process", observer)
    module.register_forward_hook(_observer_hook, prepend=True)


def _observer_hook(self: Any, input: Any, output: Any) -> Any:
    return self.activation_post_process(output)


def _is_leaf(module: nn.Module) -> bool:
    return not [c for n, c in module.named_children() if n != "activation_post_process"]


def _add_observer_(module: nn.Module, propagation_list: set | None = None) -> None:
    listed = (
        get_default_qconfig_propagation_list() if propagation_list is None else propagation_list
    )
    unobserved = no_observer_set()
    for child in list(module.children()):
        kind = type(child)
        if isinstance(child, (ObserverBase, _q._f.FakeQuantizeBase)) or kind in unobserved:
            continue
        if kind is nnq.FloatFunctional:
            if getattr(child, "qconfig", None) is not None:
                child.activation_post_process = child.qconfig.activation()
        elif kind is DeQuantStub:
            continue
        elif (
            isinstance(child, nni._FusedModule)
            or hasattr(child, "weight_fake_quant")
            or (kind in listed and _is_leaf(child))
        ):
            _observe(child)
        else:
            _add_observer_(child, listed)
    if _is_leaf(module) and type(module) in listed and not isinstance(module, DeQuantStub):
        _observe(module)


def add_quant_dequant(module: nn.Module) -> nn.Module:
    """Wrap the layers that have a configuration between stubs."""
    if _is_leaf(module) and getattr(module, "qconfig", None):
        return QuantWrapper(module)
    for name, child in list(module.named_children()):
        module._modules[name] = add_quant_dequant(child)
    return module


def prepare(
    model: nn.Module,
    inplace: bool = False,
    allow_list: Any = None,
    observer_non_leaf_module_list: Any = None,
    prepare_custom_config_dict: Any = None,
) -> Any:
    """A copy of a model with observers."""
    if observer_non_leaf_module_list is not None:
        raise NotImplementedError("prepare(): observer_non_leaf_module_list")
    if prepare_custom_config_dict is not None:
        raise NotImplementedError("prepare(): prepare_custom_config_dict")
    if not inplace:
        model = copy.deepcopy(model)
    propagate_qconfig_(model)
    if not any(getattr(m, "qconfig", None) for m in model.modules()):
        warnings.warn(
            "None of the submodule got qconfig applied. Make sure you passed correct configuration "
            "through `qconfig_dict` or by assigning the `.qconfig` attribute directly on "
            "submodules",
            stacklevel=2,
        )
    _add_observer_(model, None if allow_list is None else set(allow_list))
    return model


def prepare_qat(model: nn.Module, mapping: Any = None, inplace: bool = False) -> Any:
    """A copy of a model that trains with rounded weights and activations."""
    if not model.training:
        raise AssertionError("prepare_qat only works on models in training mode")
    mapping = get_default_qat_module_mappings() if mapping is None else mapping
    if not inplace:
        model = copy.deepcopy(model)
    propagate_qconfig_(model)
    convert(model, mapping=mapping, inplace=True, remove_qconfig=False)
    return prepare(model, inplace=True)


def _remove_qconfig(module: nn.Module) -> None:
    for m in module.modules():
        vars(m).pop("qconfig", None)
        if isinstance(m._modules.get("activation_post_process"), nn.Identity):
            continue
        if m._modules.pop("activation_post_process", None) is not None:
            for key, hook in list(m._forward_hooks.items()):
                if hook is _observer_hook:
                    m._forward_hooks.pop(key)


def convert(
    module: nn.Module,
    mapping: Any = None,
    inplace: bool = False,
    remove_qconfig: bool = True,
    is_reference: bool = False,
    convert_custom_config_dict: Any = None,
    use_precomputed_fake_quant: bool = False,
) -> Any:
    """A copy of a model whose layers are those of a mapping, by what was observed."""
    if is_reference:
        raise NotImplementedError("convert(): is_reference")
    if convert_custom_config_dict is not None:
        raise NotImplementedError("convert(): convert_custom_config_dict")
    if not inplace:
        module = copy.deepcopy(module)
    mapping = get_default_static_quant_module_mappings() if mapping is None else mapping
    _convert(module, mapping)
    if remove_qconfig:
        _remove_qconfig(module)
    return module


def _convert(module: nn.Module, mapping: dict) -> None:
    for name, child in list(module.named_children()):
        if not isinstance(child, nni._FusedModule) and type(child) not in mapping:
            _convert(child, mapping)
        module._modules[name] = swap_module(child, mapping)


def swap_module(
    mod: nn.Module,
    mapping: dict,
    custom_module_class_mapping: Any = None,
    use_precomputed_fake_quant: bool = False,
) -> nn.Module:
    """What a layer becomes; itself, where it has no configuration or no counterpart."""
    made = mapping.get(type(mod))
    if getattr(mod, "qconfig", None) is None or made is None:
        return mod
    new = made.from_float(mod)
    for hook in mod._forward_pre_hooks.values():
        new.register_forward_pre_hook(hook)
    for hook in mod._forward_hooks.values():
        if hook is not _observer_hook:
            new.register_forward_hook(hook)
    return new


def quantize(
    model: nn.Module, run_fn: Callable, run_args: Any, mapping: Any = None, inplace: bool = False
) -> Any:
    """Observe, run `run_fn(model, *run_args)`, convert."""
    mapping = get_default_static_quant_module_mappings() if mapping is None else mapping
    if not inplace:
        model = copy.deepcopy(model)
    model.eval()
    prepare(model, inplace=True)
    run_fn(model, *run_args)
    convert(model, mapping, inplace=True)
    return model


def quantize_qat(model: nn.Module, run_fn: Callable, run_args: Any, inplace: bool = False) -> Any:
    """Train with rounding by `run_fn(model, *run_args)`, convert."""
    if not inplace:
        model = copy.deepcopy(model)
    model.train()
    prepare_qat(model, inplace=True)
    run_fn(model, *run_args)
    convert(model, inplace=True)
    return model


def _dynamic_spec(qconfig_spec: Any, dtype: Any) -> dict:
    defaults = {
        dt.UNHELD["qint8"]: _q.default_dynamic_qconfig,
        dt.float16: _q.float16_dynamic_qconfig,
        dt.UNHELD["quint8"]: _q.float_qparams_weight_only_qconfig,
        dt.UNHELD["quint4x2"]: _q.float_qparams_weight_only_qconfig_4bit,
    }
    if dtype not in defaults:
        raise RuntimeError(f"Don't know how to quantize with default settings for {dtype}")
    if qconfig_spec is None:
        if dtype in (dt.UNHELD["quint8"], dt.UNHELD["quint4x2"]):
            return {nn.EmbeddingBag: defaults[dtype], nn.Embedding: defaults[dtype]}
        kinds = (nn.Linear, nn.LSTM, nn.GRU, nn.LSTMCell, nn.RNNCell, nn.GRUCell)
        return dict.fromkeys(kinds, defaults[dtype])
    if isinstance(qconfig_spec, set):
        return dict.fromkeys(qconfig_spec, defaults[dtype])
    return qconfig_spec


def quantize_dynamic(
    model: nn.Module,
    qconfig_spec: Any = None,
    dtype: Any = dt.UNHELD["qint8"],
    mapping: Any = None,
    inplace: bool = False,
) -> Any:
    """A copy of a model whose layers (a set of classes or names, or a dict of configurations) have
    integer weights, and quantize their inputs as they come."""
    spec = _dynamic_spec(qconfig_spec, dtype)
    mapping = get_default_dynamic_quant_module_mappings() if mapping is None else mapping
    if not inplace:
        model = copy.deepcopy(model)
    model.eval()
    propagate_qconfig_(model, spec)
    convert(model, mapping, inplace=True)
    return model
