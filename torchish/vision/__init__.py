"""`torchvision`: data sets and transforms. https://docs.pytorch.org/vision/stable/index.html"""

from torchish.vision import datasets, transforms

__version__ = "0.28.0"  # the torchvision whose behaviour this follows

__all__ = ["datasets", "transforms"]
