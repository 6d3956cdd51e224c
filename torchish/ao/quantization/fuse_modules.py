"""`torch.ao.quantization.fuse_modules`: layers that follow each other become one.

https://docs.pytorch.org/docs/stable/generated/torch.ao.quantization.fuse_modules.fuse_modules.html
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from torchish import nn
from torchish.ao.nn import intrinsic as nni
from torchish.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

__all__ = [
    "fuse_conv_bn",
    "fuse_conv_bn_relu",
    "fuse_known_modules",
    "fuse_linear_bn",
    "fuse_modules",
    "fuse_modules_qat",
]

_CONVS: tuple[Any, ...] = (nn.Conv1d, nn.Conv2d, nn.Conv3d)


def _which(conv: Any) -> int:
    return _CONVS.index(type(conv))


def _same_mode(*modules: Any) -> None:
    if len({m.training for m in modules}) != 1:
        raise AssertionError("Conv and BN both must be in the same mode (train or eval).")


def fuse_conv_bn(is_qat: bool, conv: Any, bn: Any) -> Any:
    """A convolution with the normalization folded in; both in one, to be trained."""
    _same_mode(conv, bn)
    if not is_qat:
        return fuse_conv_bn_eval(conv, bn)
    if bn.num_features != conv.out_channels:
        raise AssertionError("Output channel of Conv2d must match num_features of BatchNorm2d")
    if not bn.affine:
        raise AssertionError("Only support fusing BatchNorm2d with affine set to True")
    if not bn.track_running_stats:
        raise AssertionError(
            "Only support fusing BatchNorm2d with tracking_running_stats set to True"
        )
    return (nni.ConvBn1d, nni.ConvBn2d, nni.ConvBn3d)[_which(conv)](conv, bn)


def fuse_conv_bn_relu(is_qat: bool, conv: Any, bn: Any, relu: Any) -> Any:
    """The same with ReLU."""
    _same_mode(conv, bn, relu)
    if is_qat:
        fused = (nni.ConvBnReLU1d, nni.ConvBnReLU2d, nni.ConvBnReLU3d)[_which(conv)]
        return fused(conv, bn, relu)
    fused = (nni.ConvReLU1d, nni.ConvReLU2d, nni.ConvReLU3d)[_which(conv)]
    return fused(fuse_conv_bn_eval(conv, bn), relu)


def fuse_linear_bn(is_qat: bool, linear: Any, bn: Any) -> Any:
    """A linear layer with the normalization folded in."""
    _same_mode(linear, bn)
    return nni.LinearBn1d(linear, bn) if is_qat else fuse_linear_bn_eval(linear, bn)


def _transposed(is_qat: bool, conv: Any, bn: Any) -> Any:
    if is_qat:
        raise Exception("Fusing ConvTranspose+BatchNorm not yet supported in QAT.")
    return fuse_conv_bn_eval(conv, bn, transpose=True)


def _pair(cls: Any) -> Callable:
    return lambda is_qat, *modules: cls(*modules)


def _fusers() -> dict[tuple, Callable]:
    made: dict[tuple, Callable] = {
        (nn.Linear, nn.ReLU): _pair(nni.LinearReLU),
        (nn.Linear, nn.BatchNorm1d): fuse_linear_bn,
        (nn.BatchNorm2d, nn.ReLU): _pair(nni.BNReLU2d),
        (nn.BatchNorm3d, nn.ReLU): _pair(nni.BNReLU3d),
    }
    norms = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
    relus = (nni.ConvReLU1d, nni.ConvReLU2d, nni.ConvReLU3d)
    transposed = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    for conv, norm, relu, back in zip(_CONVS, norms, relus, transposed, strict=True):
        made[conv, norm] = fuse_conv_bn
        made[conv, norm, nn.ReLU] = fuse_conv_bn_relu
        made[conv, nn.ReLU] = _pair(relu)
        made[back, norm] = _transposed
    return made


FUSERS = _fusers()


def get_fuser_method(op_list: Any, additional_fuser_method_mapping: Any = None) -> Callable:
    """The function that makes one layer of these kinds. AssertionError when there is none."""
    found = (FUSERS | (additional_fuser_method_mapping or {})).get(tuple(op_list))
    if found is None:
        raise AssertionError(f"did not find fuser method for: {op_list} ")
    return found


def fuse_known_modules(mod_list: Any, is_qat: bool, additional_fuser_method_mapping: Any = None):
    """What the layers become: one, and identities in the place of the others."""
    fuse = get_fuser_method([type(m) for m in mod_list], additional_fuser_method_mapping)
    fused = fuse(is_qat, *mod_list)
    for hook in mod_list[0]._forward_pre_hooks.values():
        fused.register_forward_pre_hook(hook)
    mod_list[0]._forward_pre_hooks.clear()
    for hook in mod_list[-1]._forward_hooks.values():
        fused.register_forward_hook(hook)
    mod_list[-1]._forward_hooks.clear()
    rest = []
    for _ in mod_list[1:]:
        identity = nn.Identity()
        identity.training = mod_list[0].training
        rest.append(identity)
    return [fused, *rest]


def _put(model: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, last = name.rpartition(".")
    setattr(model.get_submodule(parent), last, module)


def _fused(
    model: nn.Module,
    modules_to_fuse: Any,
    is_qat: bool,
    inplace: bool,
    fuser_func: Any,
    custom: Any,
) -> Any:
    if not inplace:
        model = copy.deepcopy(model)
    groups = modules_to_fuse
    if groups and all(isinstance(name, str) for name in groups):
        groups = [groups]
    more = (custom or {}).get("additional_fuser_method_mapping", {})
    for names in groups:
        found = [model.get_submodule(name) for name in names]
        for name, module in zip(names, fuser_func(found, is_qat, more), strict=True):
            _put(model, name, module)
    return model


def fuse_modules(
    model: nn.Module,
    modules_to_fuse: Any,
    inplace: bool = False,
    fuser_func: Callable = fuse_known_modules,
    fuse_custom_config_dict: Any = None,
) -> Any:
    """Make one layer of each list of names, for a model in evaluation."""
    return _fused(model, modules_to_fuse, False, inplace, fuser_func, fuse_custom_config_dict)


def fuse_modules_qat(
    model: nn.Module,
    modules_to_fuse: Any,
    inplace: bool = False,
    fuser_func: Callable = fuse_known_modules,
    fuse_custom_config_dict: Any = None,
) -> Any:
    """The same for a model that is to be trained."""
    return _fused(model, modules_to_fuse, True, inplace, fuser_func, fuse_custom_config_dict)
