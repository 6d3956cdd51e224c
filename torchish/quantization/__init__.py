"""`torch.quantization`: the older name of `torch.ao.quantization`."""

from torchish import _absent
from torchish.ao.quantization import *

__getattr__ = _absent.attributes(__name__)
