"""`torch.nn.parallel`.

https://docs.pytorch.org/docs/stable/nn.html#dataparallel-layers-multi-gpu-distributed
"""

from torchish import _absent
from torchish.nn.parallel.data_parallel import DataParallel, data_parallel
from torchish.nn.parallel.distributed import DistributedDataParallel
from torchish.nn.parallel.parallel_apply import parallel_apply
from torchish.nn.parallel.replicate import replicate
from torchish.nn.parallel.scatter_gather import gather, scatter

__all__ = [
    "DataParallel",
    "DistributedDataParallel",
    "data_parallel",
    "gather",
    "parallel_apply",
    "replicate",
    "scatter",
]

__getattr__ = _absent.attributes(__name__)
