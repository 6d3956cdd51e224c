"""`torch.ao.nn`: layers of quantized nets."""

from torchish import _absent

__getattr__ = _absent.attributes(__name__)
