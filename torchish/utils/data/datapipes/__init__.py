"""`torch.utils.data.datapipes`."""

from torchish import _absent
from torchish.utils.data.datapipes import datapipe, iter, map

__all__ = ["datapipe", "iter", "map"]

__getattr__ = _absent.attributes(__name__)
