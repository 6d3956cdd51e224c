"""`torch._export`: names of PyTorch's exporter, which is not here."""

from torchish import _absent

__getattr__ = _absent.attributes(__name__)
