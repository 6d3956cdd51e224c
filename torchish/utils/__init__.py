"""`torch.utils`."""

from torchish.utils import checkpoint, data, dlpack

__all__ = ["checkpoint", "data", "dlpack"]
