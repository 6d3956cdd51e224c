"""`torch.utils`."""

from torchish import _absent
from torchish._core.tensor.api.swap import swap_tensors
from torchish.utils import checkpoint, data, deterministic, dlpack, hooks

__all__ = ["checkpoint", "data", "deterministic", "dlpack", "hooks", "swap_tensors"]

__getattr__ = _absent.attributes(__name__)
