"""`torch.distributed.optim`."""

from torchish import _absent
from torchish.distributed.optim.post_localSGD_optimizer import PostLocalSGDOptimizer
from torchish.distributed.optim.zero_redundancy_optimizer import ZeroRedundancyOptimizer

__all__ = ["PostLocalSGDOptimizer", "ZeroRedundancyOptimizer"]

__getattr__ = _absent.attributes(__name__)
