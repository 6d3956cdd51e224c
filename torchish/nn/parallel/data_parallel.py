"""DataParallel: a batch over several devices of one process.

Without an accelerator it is the module itself, as in PyTorch.
https://docs.pytorch.org/docs/stable/generated/torch.nn.DataParallel.html
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from torchish import _absent
from torchish._core.base import devices
from torchish._core.tensor import is_grad_enabled
from torchish.nn.modules.module import Module
from torchish.nn.parallel.parallel_apply import parallel_apply
from torchish.nn.parallel.replicate import replicate
from torchish.nn.parallel.scatter_gather import gather, scatter_kwargs

__all__ = ["DataParallel", "data_parallel"]

_Place = int | str | devices.device


def _index(place: _Place) -> int:
    """The number of a device among those of its type."""
    return place if isinstance(place, int) else devices.device(place).index or 0


def _chosen(device_ids: Sequence[_Place] | None) -> list[int]:
    """The devices to use: all unless given, none where there is no accelerator."""
    there = len(devices.jax_devices(devices.accelerator_type()))
    if not there:
        return []
    return list(range(there)) if device_ids is None else [_index(d) for d in device_ids]


def _check(module: Module, device_ids: list[int]) -> None:
    first = devices.placed(devices.device(device_ids[0]))
    for t in itertools.chain(module.parameters(), module.buffers()):
        if t.device != first:
            raise RuntimeError(
                f"module must have its parameters and buffers on device {first} (device_ids[0]) "
                f"but found one of them on device: {t.device}"
            )


def _run(
    module: Module,
    inputs: tuple[Any, ...],
    kwargs: dict[str, Any],
    device_ids: list[int],
    output_device: int | devices.device,
    dim: int,
) -> Any:
    args, named = scatter_kwargs(inputs, kwargs, device_ids, dim)
    if not args:  # a module without arguments
        args, named = ((),), ({},)
    if len(device_ids) == 1:
        return module(*args[0], **named[0])
    used = device_ids[: len(args)]
    replicas = replicate(module, used, detach=not is_grad_enabled())
    return gather(parallel_apply(replicas, args, named, used), output_device, dim)


class DataParallel(Module):
    """A module under the name `module`, which computes a part of the batch on each device; results
    come together on `output_device`, and gradients on the module's own device.

    Args:
        module: with parameters and buffers on the first of the devices.
        device_ids: the accelerators, all unless given. Without any there, the module is called as
            it is.
        output_device: the first of them unless given.
        dim: the dimension of the batch.

    RuntimeError for a module that is elsewhere.
    """

    def __init__(
        self,
        module: Module,
        device_ids: Sequence[_Place] | None = None,
        output_device: _Place | None = None,
        dim: int = 0,
    ) -> None:
        super().__init__()
        self.module = module
        self.device_ids = _chosen(device_ids)
        if not self.device_ids:
            return
        self.dim = dim
        self.output_device = self.device_ids[0] if output_device is None else _index(output_device)
        if len(self.device_ids) == 1:
            module.to(devices.device(self.device_ids[0]))

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        if not self.device_ids:
            return self.module(*inputs, **kwargs)
        _check(self.module, self.device_ids)
        return _run(self.module, inputs, kwargs, self.device_ids, self.output_device, self.dim)


def data_parallel(
    module: Module,
    inputs: Any,
    device_ids: Sequence[_Place] | None = None,
    output_device: _Place | None = None,
    dim: int = 0,
    module_kwargs: dict[str, Any] | None = None,
) -> Any:
    """Call a module as `DataParallel` does. RuntimeError without an accelerator."""
    chosen = _chosen(device_ids)
    if not chosen:
        raise RuntimeError("device type could not be determined")
    _check(module, chosen)
    args = inputs if isinstance(inputs, tuple) else (inputs,)
    to = chosen[0] if output_device is None else _index(output_device)
    return _run(module, args, module_kwargs or {}, chosen, to, dim)


__getattr__ = _absent.attributes(__name__)
