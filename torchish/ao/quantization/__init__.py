"""`torch.ao.quantization`: quantization in eager mode, dynamic, static and while training.

https://docs.pytorch.org/docs/stable/quantization.html
"""

from typing import Any

from torchish import _absent
from torchish.ao.quantization import fake_quantize, observer, qconfig, quantization_mappings, stubs
from torchish.ao.quantization.fake_quantize import *
from torchish.ao.quantization.fuse_modules import *
from torchish.ao.quantization.fuse_modules import __all__ as _fusing
from torchish.ao.quantization.fuse_modules import get_fuser_method
from torchish.ao.quantization.observer import *
from torchish.ao.quantization.observer import (
    HistogramObserver,
    ObserverBase,
    UniformQuantizationObserverBase,
    _PartialWrapper,
)
from torchish.ao.quantization.qconfig import *
from torchish.ao.quantization.quantization_mappings import *
from torchish.ao.quantization.quantize import *
from torchish.ao.quantization.quantize import __all__ as _quantizing
from torchish.ao.quantization.stubs import *
from torchish.nn import Module

ObserverOrFakeQuantize = ObserverBase | FakeQuantizeBase
Pattern = Any


class MatchAllNode:
    """In a pattern of operators: any operator."""


def default_eval_fn(model: Module, calib_data: Any) -> None:
    """Run a model on (data, label) pairs."""
    for data, _ in calib_data:
        model(data)


def get_combined_dict(default_dict: dict, additional_dict: dict) -> dict:
    """Both, the second where they differ."""
    return {**default_dict, **additional_dict}


_PARTS = (fake_quantize, observer, qconfig, quantization_mappings, stubs)
__all__ = [n for part in _PARTS for n in part.__all__ if not n.startswith("_")]
__all__ += [*_fusing, *_quantizing]
__all__ += ["MatchAllNode", "ObserverOrFakeQuantize", "Pattern", "default_eval_fn"]
__all__ += ["get_combined_dict", "get_fuser_method"]
__getattr__ = _absent.attributes(__name__)
