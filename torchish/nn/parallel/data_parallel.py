"""DataParallel on one device.

PyTorch's DataParallel splits a batch over GPUs, by threads in one process, and falls back to the
module itself with one GPU or none. Here it is always that: over several devices, shard the batch
with JAX instead. https://docs.pytorch.org/docs/stable/generated/torch.nn.DataParallel.html
"""

from __future__ import annotations

from typing import Any

from torchish._core.base.devices import accelerator_type, jax_devices
from torchish.nn.modules.module import Module

__all__ = ["DataParallel", "data_parallel"]


def _check(device_ids: Any) -> list:
    if device_ids is None:
        device_ids = list(range(len(jax_devices(accelerator_type()))))[:1]
    device_ids = [d if isinstance(d, int) else getattr(d, "index", 0) for d in device_ids]
    if len(device_ids) > 1:
        raise NotImplementedError(
            f"DataParallel over {len(device_ids)} devices: give it one, or shard the batch with "
            "jax.sharding"
        )
    return device_ids


class DataParallel(Module):
    """Calls its module; NotImplementedError for more than one device."""

    def __init__(
        self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0
    ) -> None:
        super().__init__()
        self.device_ids = _check(device_ids)
        self.module = module
        self.dim = dim
        self.output_device = (
            output_device if output_device is not None else (self.device_ids or [None])[0]
        )

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)


def data_parallel(
    module: Module,
    inputs: Any,
    device_ids: Any = None,
    output_device: Any = None,
    dim: int = 0,
    module_kwargs: dict[str, Any] | None = None,
) -> Any:
    """Call a module; NotImplementedError for more than one device."""
    _check(device_ids)
    args = inputs if isinstance(inputs, tuple) else (inputs,)
    return module(*args, **(module_kwargs or {}))
