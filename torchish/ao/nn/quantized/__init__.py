"""`torch.ao.nn.quantized`: layers on quantized tensors."""

from torchish import _absent
from torchish.ao.nn.quantized import modules
from torchish.ao.nn.quantized.modules import *
from torchish.ao.nn.quantized.operations import FloatFunctional, FXFloatFunctional, QFunctional

__all__ = ["FXFloatFunctional", "FloatFunctional", "QFunctional"]
__all__ += modules.__all__
__getattr__ = _absent.attributes(__name__)
