"""`torch.ao.nn.qat`: layers that train with rounded weights."""

from torchish import _absent
from torchish.ao.nn.qat.modules import Conv1d, Conv2d, Conv3d, Embedding, Linear

__all__ = ["Conv1d", "Conv2d", "Conv3d", "Embedding", "Linear"]
__getattr__ = _absent.attributes(__name__)
