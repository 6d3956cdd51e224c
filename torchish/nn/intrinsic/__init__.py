"""`torch.nn.intrinsic`: the older name of `torch.ao.nn.intrinsic`."""

from torchish import _absent
from torchish.ao.nn.intrinsic import *

__getattr__ = _absent.attributes(__name__)
