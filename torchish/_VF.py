"""`torch._VF`: functions that PyTorch keeps beside their wrappers of the same name, by which a few
programs call them."""

from torchish import _plain
from torchish.tensor import FUNCTIONS as _FUNCTIONS
from torchish.tensor.tensor import Tensor

__all__ = ["split", "split_with_sizes"]

globals().update(_FUNCTIONS)
globals().update(_plain.EXPORTS)
split = split_with_sizes = Tensor.split
