"""`torch._VF`: functions that PyTorch keeps beside their wrappers of the same name, by which a few
programs call them."""

from torchish import _plain as _plain  # which enters some of them
from torchish._core.tensor.public import namespace as _namespace
from torchish._core.tensor.tensor import Tensor

__all__ = ["split", "split_with_sizes"]

globals().update({_n: _f for _n, _f in _namespace("").items() if not isinstance(_f, type)})
split = split_with_sizes = Tensor.split
