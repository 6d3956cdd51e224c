"""`torch.storage`: a tensor's memory. https://docs.pytorch.org/docs/stable/storage.html"""

from torchish import _absent
from torchish.tensor.storages import TypedStorage, UntypedStorage

__all__ = ["TypedStorage", "UntypedStorage"]

__getattr__ = _absent.attributes(__name__)
