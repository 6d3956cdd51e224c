"""`torch.distributed.tensor`: one tensor over the devices of a mesh.

https://docs.pytorch.org/docs/stable/distributed.tensor.html
"""

from torchish import _absent
from torchish.distributed.device_mesh import DeviceMesh, init_device_mesh
from torchish.distributed.tensor._api import DTensor, distribute_module, distribute_tensor
from torchish.distributed.tensor._creation import empty, full, ones, rand, randn, zeros
from torchish.distributed.tensor.placement_types import Partial, Placement, Replicate, Shard

__all__ = [
    "DTensor",
    "DeviceMesh",
    "Partial",
    "Placement",
    "Replicate",
    "Shard",
    "distribute_module",
    "distribute_tensor",
    "empty",
    "full",
    "init_device_mesh",
    "ones",
    "rand",
    "randn",
    "zeros",
]
__getattr__ = _absent.attributes(__name__)
