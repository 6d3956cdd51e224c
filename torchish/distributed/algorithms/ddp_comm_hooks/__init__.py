"""`torch.distributed.algorithms.ddp_comm_hooks`: how gradients travel."""

from __future__ import annotations

import enum
import functools
from typing import Any

from torchish import _absent
from torchish.distributed.algorithms.ddp_comm_hooks import (
    default_hooks,
    post_localSGD_hook,
    powerSGD_hook,
)

__all__ = [
    "DDPCommHookType",
    "default_hooks",
    "post_localSGD_hook",
    "powerSGD_hook",
    "register_ddp_comm_hook",
]


def _register(hook: Any, model: Any, state: Any) -> None:
    model.register_comm_hook(state, hook)


def _register_power(hook: Any, model: Any, state: Any, rank: int) -> None:
    """`state` is the group here; the hook's own state is made of it."""
    made = powerSGD_hook.PowerSGDState(process_group=state, matrix_approximation_rank=rank)
    model.register_comm_hook(made, hook)


class _Named:
    """The value of a member: partial functions would become methods."""

    def __init__(self, register: Any, **options: Any) -> None:
        self._call = functools.partial(register, **options)

    def __call__(self, *, model: Any, state: Any) -> None:
        self._call(model=model, state=state)


class DDPCommHookType(enum.Enum):
    """The hooks by name; what PowerSGD has after its name is its rank."""

    ALLREDUCE = _Named(_register, hook=default_hooks.allreduce_hook)
    FP16_COMPRESS = _Named(_register, hook=default_hooks.fp16_compress_hook)
    BF16_COMPRESS = _Named(_register, hook=default_hooks.bf16_compress_hook)
    POWER_SGD = _Named(_register_power, hook=powerSGD_hook.powerSGD_hook, rank=1)
    POWER_SGD_RANK2 = _Named(_register_power, hook=powerSGD_hook.powerSGD_hook, rank=2)
    BATCHED_POWER_SGD = _Named(_register_power, hook=powerSGD_hook.batched_powerSGD_hook, rank=1)
    BATCHED_POWER_SGD_RANK2 = _Named(
        _register_power, hook=powerSGD_hook.batched_powerSGD_hook, rank=2
    )


def register_ddp_comm_hook(comm_hook_type: DDPCommHookType, model: Any, state: Any = None) -> None:
    """Give a `DistributedDataParallel` a hook by name; `state` is the process group."""
    comm_hook_type.value(model=model, state=state)


__getattr__ = _absent.attributes(__name__)
