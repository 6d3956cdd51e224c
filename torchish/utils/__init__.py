"""`torch.utils`."""

from torchish import _absent
from torchish.utils import checkpoint, data, dlpack, hooks
from torchish.utils._swap import swap_tensors

__all__ = ["checkpoint", "data", "dlpack", "hooks", "swap_tensors"]

__getattr__ = _absent.attributes(__name__)
