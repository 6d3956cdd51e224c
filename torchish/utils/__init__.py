"""`torch.utils`."""

from torchish import _absent
from torchish.utils import checkpoint, data, dlpack, hooks

__all__ = ["checkpoint", "data", "dlpack", "hooks"]

__getattr__ = _absent.attributes(__name__)
