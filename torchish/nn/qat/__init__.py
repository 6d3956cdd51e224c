"""`torch.nn.qat`: the older name of `torch.ao.nn.qat`."""

from torchish import _absent
from torchish.ao.nn.qat import *

__getattr__ = _absent.attributes(__name__)
