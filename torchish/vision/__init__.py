"""`torchvision`: data sets, transforms, models, images, operators, drawing.

https://docs.pytorch.org/vision/stable/index.html
"""

from torchish.vision import datasets, io, models, ops, transforms, utils

__version__ = "0.28.0"  # the torchvision whose behaviour this follows

__all__ = ["datasets", "io", "models", "ops", "transforms", "utils"]
