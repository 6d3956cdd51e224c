"""`torch.ao.nn.intrinsic.quantized`: fused layers on quantized tensors."""

from typing import Any

from torchish import _absent
from torchish.ao.nn.quantized.modules import Linear, conv

__all__ = ["ConvReLU1d", "ConvReLU2d", "ConvReLU3d", "LinearReLU"]


class LinearReLU(Linear):
    """A linear layer and ReLU."""

    _RELU = True

    def _get_name(self) -> str:
        return "QuantizedLinearReLU"


ConvReLU1d: Any
ConvReLU1d, ConvReLU2d, ConvReLU3d = (conv(n, relu=True, module=__name__) for n in (1, 2, 3))

__getattr__ = _absent.attributes(__name__)
