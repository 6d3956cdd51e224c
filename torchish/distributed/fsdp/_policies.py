"""What `fully_shard` is told about dtypes and memory.

https://docs.pytorch.org/docs/stable/distributed.fsdp.fully_shard.html
"""

from __future__ import annotations

import dataclasses

from torchish._core.base import dtypes as dt

__all__ = ["CPUOffloadPolicy", "MixedPrecisionPolicy", "OffloadPolicy"]


@dataclasses.dataclass(frozen=True)
class MixedPrecisionPolicy:
    """Dtypes: of parameters while they are whole, of gradients while they are summed, of what
    forward returns; and whether forward's inputs are cast to the first. None leaves a dtype."""

    __module__ = "torchish.distributed.fsdp"

    param_dtype: dt.dtype | None = None
    reduce_dtype: dt.dtype | None = None
    output_dtype: dt.dtype | None = None
    cast_forward_inputs: bool = True


@dataclasses.dataclass
class OffloadPolicy:
    """Parameters stay where they are."""

    __module__ = "torchish.distributed.fsdp"


@dataclasses.dataclass
class CPUOffloadPolicy(OffloadPolicy):
    """Parameters, gradients and optimizer states wait on the host. On CPU meshes they are there."""

    __module__ = "torchish.distributed.fsdp"

    pin_memory: bool = True
