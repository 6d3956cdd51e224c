"""`torch.ao.nn.intrinsic.qat`: fused layers that train with rounded weights."""

from torchish import _absent
from torchish.ao.nn.intrinsic.qat import modules
from torchish.ao.nn.intrinsic.qat.modules import *

__all__ = [n for n in modules.__all__ if not n.startswith("_")]
__getattr__ = _absent.attributes(__name__)
