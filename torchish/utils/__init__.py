"""`torch.utils`."""

from torchish.utils import data

__all__ = ["data"]
