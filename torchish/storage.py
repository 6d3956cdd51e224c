"""`torch.storage`: a tensor's memory. https://docs.pytorch.org/docs/stable/storage.html"""

from torchish import _absent
from torchish.tensor.objects import UntypedStorage

__all__ = ["UntypedStorage"]

__getattr__ = _absent.attributes(__name__)
