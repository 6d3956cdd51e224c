"""`torch.ao.nn.intrinsic`: layers that are quantized as one."""

from torchish import _absent
from torchish.ao.nn.intrinsic import modules
from torchish.ao.nn.intrinsic.modules import *

__all__ = [n for n in modules.__all__ if not n.startswith("_")]
__getattr__ = _absent.attributes(__name__)
