"""The one part of PyTorch's compiled module that pickles name: its functional operators."""

from torchish._C import _nn

__all__ = ["_nn"]
