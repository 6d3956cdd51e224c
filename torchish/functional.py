"""`torch.functional`: where PyTorch keeps its functions that are written in Python.

https://docs.pytorch.org/docs/stable/torch.html
"""

from torchish import _absent
from torchish._core.tensor import FUNCTIONS as _FUNCTIONS

_names = "atleast_1d atleast_2d atleast_3d block_diag broadcast_shapes broadcast_tensors"
_names += " cartesian_prod cdist chain_matmul einsum istft lu meshgrid norm pca_lowrank split stft"
_names += " svd_lowrank tensordot unique unique_consecutive unravel_index"
globals().update({_name: _FUNCTIONS[_name] for _name in _names.split()})
__all__ = _names.split()

__getattr__ = _absent.attributes(__name__)
