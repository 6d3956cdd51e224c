"""`torch.distributed.nn`: collectives that gradients go through."""

from torchish import _absent
from torchish.distributed.nn import functional
from torchish.distributed.nn.functional import (
    all_gather,
    all_reduce,
    all_to_all,
    all_to_all_single,
    broadcast,
    gather,
    reduce,
    reduce_scatter,
    scatter,
)

__all__ = [
    "all_gather",
    "all_reduce",
    "all_to_all",
    "all_to_all_single",
    "broadcast",
    "functional",
    "gather",
    "reduce",
    "reduce_scatter",
    "scatter",
]

__getattr__ = _absent.attributes(__name__)
