"""`torch.distributed.tensor`: the placements; tensors over several devices refuse to be made.

https://docs.pytorch.org/docs/stable/distributed.tensor.html
"""

from torchish import _absent
from torchish.distributed.tensor.placement_types import Partial, Placement, Replicate, Shard

__all__ = ["Partial", "Placement", "Replicate", "Shard"]
__getattr__ = _absent.attributes(__name__)
