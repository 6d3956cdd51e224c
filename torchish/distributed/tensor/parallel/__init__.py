"""`torch.distributed.tensor.parallel`: modules shared out over a mesh.

https://docs.pytorch.org/docs/stable/distributed.tensor.parallel.html
"""

from torchish import _absent
from torchish.distributed.tensor.parallel.api import parallelize_module
from torchish.distributed.tensor.parallel.loss import loss_parallel
from torchish.distributed.tensor.parallel.style import (
    ColwiseParallel,
    ParallelStyle,
    PrepareModuleInput,
    PrepareModuleInputOutput,
    PrepareModuleOutput,
    RowwiseParallel,
    SequenceParallel,
)

__all__ = [
    "ColwiseParallel",
    "ParallelStyle",
    "PrepareModuleInput",
    "PrepareModuleInputOutput",
    "PrepareModuleOutput",
    "RowwiseParallel",
    "SequenceParallel",
    "loss_parallel",
    "parallelize_module",
]
__getattr__ = _absent.attributes(__name__)
