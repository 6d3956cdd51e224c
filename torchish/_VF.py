"""`torch._VF`: functions that PyTorch keeps beside their wrappers of the same name, by which a few
programs call them."""

import importlib as _importlib

from torchish import _functions as _functions  # which enters some of them
from torchish import return_types as _return_types
from torchish._core.tensor.public import namespace as _namespace
from torchish._core.tensor.tensor import Tensor
from torchish.autograd import forward_ad as _forward_ad

__all__ = ["split", "split_with_sizes"]

globals().update({_n: _f for _n, _f in _namespace("").items() if not isinstance(_f, type)})
split = split_with_sizes = Tensor.split


def __getattr__(name: str):
    """The functions that `torch` imports when they are first asked for."""
    if "_fake_quant" in name or "_fq_" in name:
        return getattr(_importlib.import_module("torchish._quantized.fake"), name)
    raise AttributeError(f"module 'torch._VF' has no attribute '{name}'")


def _unpack_dual(dual: Tensor, level: int):
    """What `torch.autograd.forward_ad.unpack_dual` gives, under its inner name."""
    found = _forward_ad.unpack_dual(dual, level=level)
    return _return_types._unpack_dual(found.primal, found.tangent)
