"""`torch.nn.parallel`.

https://docs.pytorch.org/docs/stable/nn.html#dataparallel-layers-multi-gpu-distributed
"""

from torchish import _absent
from torchish.nn.parallel.data_parallel import DataParallel, data_parallel
from torchish.nn.parallel.distributed import DistributedDataParallel

__all__ = ["DataParallel", "DistributedDataParallel", "data_parallel"]

__getattr__ = _absent.attributes(__name__)
