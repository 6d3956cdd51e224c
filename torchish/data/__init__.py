"""Data sets from outside the PyTorch world."""

from torchish.data.tfds import TFDS

__all__ = ["TFDS"]
