"""`torch._VF`: functions that PyTorch keeps beside their wrappers of the same name, by which a few
programs call them."""

from torchish.tensor.tensor import Tensor

__all__ = ["split", "split_with_sizes"]

split = split_with_sizes = Tensor.split
