"""`torch.ao`: quantization in eager mode."""

from torchish import _absent

__getattr__ = _absent.attributes(__name__)
