"""`torch.nn.quantized`: the older name of `torch.ao.nn.quantized`."""

from torchish import _absent
from torchish.ao.nn.quantized import *

__getattr__ = _absent.attributes(__name__)
