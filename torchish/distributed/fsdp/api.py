"""What `FullyShardedDataParallel` is told.

https://docs.pytorch.org/docs/stable/fsdp.html
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Sequence

from torchish import _absent
from torchish._core.base import dtypes as dt
from torchish.nn.modules.batchnorm import _BatchNorm
from torchish.nn.modules.module import Module

__all__ = [
    "BackwardPrefetch",
    "CPUOffload",
    "FullOptimStateDictConfig",
    "FullStateDictConfig",
    "LocalOptimStateDictConfig",
    "LocalStateDictConfig",
    "MixedPrecision",
    "OptimStateDictConfig",
    "ShardedOptimStateDictConfig",
    "ShardedStateDictConfig",
    "ShardingStrategy",
    "StateDictConfig",
    "StateDictSettings",
    "StateDictType",
]


class ShardingStrategy(enum.Enum):
    """What is cut: parameters, gradients and states; the same, but in PyTorch parameters only
    behind backward; nothing; and the first two within groups of processes that are replicas of each
    other. The second is the first here, where backward gathers nothing."""

    FULL_SHARD = 1
    SHARD_GRAD_OP = 2
    NO_SHARD = 3
    HYBRID_SHARD = 4
    _HYBRID_SHARD_ZERO2 = 5


class BackwardPrefetch(enum.Enum):
    """A hint, of which nothing is made: backward gathers nothing (Note [Whole parameters])."""

    BACKWARD_PRE = 1
    BACKWARD_POST = 2


@dataclasses.dataclass
class MixedPrecision:
    """Dtypes: of parameters while they are whole, of gradients while they are summed (that of
    parameters unless given), of buffers; and whose inputs are cast: of every wrapped module, or of
    the outermost."""

    param_dtype: dt.dtype | None = None
    reduce_dtype: dt.dtype | None = None
    buffer_dtype: dt.dtype | None = None
    keep_low_precision_grads: bool = False
    cast_forward_inputs: bool = False
    cast_root_forward_inputs: bool = True
    _module_classes_to_ignore: Sequence[type[Module]] = (_BatchNorm,)


@dataclasses.dataclass
class CPUOffload:
    """Whether parameters wait on the host."""

    offload_params: bool = False


class StateDictType(enum.Enum):
    """What a state dict has: whole tensors, local ones, or DTensors."""

    FULL_STATE_DICT = 1
    LOCAL_STATE_DICT = 2
    SHARDED_STATE_DICT = 3


@dataclasses.dataclass
class StateDictConfig:
    """How a state dict is made."""

    offload_to_cpu: bool = False


@dataclasses.dataclass
class FullStateDictConfig(StateDictConfig):
    """Whole tensors, on rank 0 only if that is asked for."""

    rank0_only: bool = False


@dataclasses.dataclass
class LocalStateDictConfig(StateDictConfig):
    """Local tensors."""


@dataclasses.dataclass
class ShardedStateDictConfig(StateDictConfig):
    """DTensors."""

    _use_dtensor: bool = False


@dataclasses.dataclass
class OptimStateDictConfig:
    """How an optimizer's state dict is made."""

    offload_to_cpu: bool = True


@dataclasses.dataclass
class FullOptimStateDictConfig(OptimStateDictConfig):
    """Whole tensors, on rank 0 only if that is asked for."""

    rank0_only: bool = False


@dataclasses.dataclass
class LocalOptimStateDictConfig(OptimStateDictConfig):
    """Local tensors."""

    offload_to_cpu: bool = False


@dataclasses.dataclass
class ShardedOptimStateDictConfig(OptimStateDictConfig):
    """DTensors."""

    _use_dtensor: bool = False


@dataclasses.dataclass
class StateDictSettings:
    """The kind of state dicts, and how they are made."""

    state_dict_type: StateDictType
    state_dict_config: StateDictConfig
    optim_state_dict_config: OptimStateDictConfig


__getattr__ = _absent.attributes(__name__)
