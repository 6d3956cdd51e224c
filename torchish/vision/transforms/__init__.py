"""`torchvision.transforms`. https://docs.pytorch.org/vision/0.28/transforms.html"""

from torchish.vision.transforms import functional
from torchish.vision.transforms.transforms import *
from torchish.vision.transforms.transforms import __all__ as _names

__all__ = ["functional", *_names]
