"""`torch.distributed.algorithms`."""

from torchish import _absent
from torchish.distributed.algorithms import ddp_comm_hooks, join, model_averaging

__all__ = ["ddp_comm_hooks", "join", "model_averaging"]

__getattr__ = _absent.attributes(__name__)
