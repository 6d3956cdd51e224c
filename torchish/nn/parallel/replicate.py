"""A module on several devices, for one forward: copies whose parameters are results of the first's,
so that gradients come back to it."""

from __future__ import annotations

from collections.abc import Sequence

from torchish import _absent
from torchish._core.base import devices
from torchish._core.tensor import Tensor
from torchish.nn.modules.module import Module
from torchish.nn.parallel._functions import Broadcast

__all__ = ["replicate"]


def _copies(
    tensors: list[Tensor], places: Sequence[int | devices.device], detach: bool
) -> list[dict[int, Tensor]]:
    """The tensors on each device, by identity."""
    if not tensors:
        return [{} for _ in places]
    if detach:
        flat = [t.detach().to(devices.device(d)) for d in places for t in tensors]
    else:
        flat = list(Broadcast.apply(places, *tensors))
    n = len(tensors)
    return [{id(t): flat[i * n + k] for k, t in enumerate(tensors)} for i in range(len(places))]


def replicate(
    network: Module, devices: Sequence[int | devices.device], detach: bool = False
) -> list[Module]:
    """A copy of a module for each device. Buffers of the copy on the module's own device are the
    module's, so that what its forward writes there stays."""
    parameters = _copies(list(network.parameters()), devices, detach)
    buffers = {id(b): b for b in network.buffers()}
    made = []
    for there, copies in zip(
        parameters, _copies(list(buffers.values()), devices, True), strict=True
    ):
        own = {k: b if copies[k].device == b.device else copies[k] for k, b in buffers.items()}
        made.append(_copy(network, there, own))
    return made


def _copy(network: Module, parameters: dict[int, Tensor], buffers: dict[int, Tensor]) -> Module:
    made = {id(m): m._replicate_for_data_parallel() for m in network.modules()}
    for module in network.modules():
        replica = made[id(module)]
        for name, child in module._modules.items():
            replica._modules[name] = None if child is None else made[id(child)]
        for name, p in module._parameters.items():
            # No leaf, so no parameter: it is an ordinary attribute of the copy.
            vars(replica)[name] = None if p is None else parameters[id(p)]
        for name, b in module._buffers.items():
            if b is not None:
                replica._buffers[name] = buffers[id(b)]
    return made[id(network)]


__getattr__ = _absent.attributes(__name__)
