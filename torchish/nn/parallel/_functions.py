"""`torch.nn.parallel._functions`: copies of tensors on several devices, and back, with gradients.

They are for accelerators: a tensor on the CPU is refused, as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish._core.base import devices
from torchish._core.tensor import Tensor, cat
from torchish._core.tensor.tape.function import Function

__all__ = ["Broadcast", "Gather", "ReduceAddCoalesced", "Scatter"]


def _refuse_cpu(what: str, tensors: Sequence[Tensor]) -> None:
    if any(t.device.type == "cpu" for t in tensors):
        raise AssertionError(f"{what} function not implemented for CPU tensors")


def _place(target: int | devices.device) -> devices.device:
    return devices.device(target)


def _sum_on(place: devices.device, tensors: Sequence[Tensor]) -> Tensor:
    first, *rest = [t.to(place) for t in tensors]
    for t in rest:
        first = first + t
    return first


class Broadcast(Function):
    """`Broadcast.apply(devices, *tensors)`: all tensors on each device, device by device."""

    @staticmethod
    def forward(ctx, target_gpus, *inputs: Tensor) -> tuple[Tensor, ...]:
        _refuse_cpu("Broadcast", inputs)
        ctx.target_gpus = list(target_gpus)
        ctx.count, ctx.home = len(inputs), inputs[0].device if inputs else None
        outputs = [[x.to(_place(d), copy=True) for x in inputs] for d in ctx.target_gpus]
        fixed = [i for i, x in enumerate(inputs) if not x.requires_grad]
        ctx.mark_non_differentiable(*[copies[i] for copies in outputs for i in fixed])
        return tuple(x for copies in outputs for x in copies)

    @staticmethod
    def backward(ctx, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        n = ctx.count
        return (None, *[_sum_on(ctx.home, gradients[i::n]) for i in range(n)])


class ReduceAddCoalesced(Function):
    """`ReduceAddCoalesced.apply(device, n, *tensors)`: of groups of n tensors, the sum of their
    first ones, of their second ones, ..., on one device."""

    @staticmethod
    def forward(ctx, destination, num_inputs: int, *grads: Tensor) -> tuple[Tensor, ...]:
        ctx.places = [g.device for g in grads]
        ctx.num_inputs = num_inputs
        place = _place(destination)
        return tuple(_sum_on(place, grads[i::num_inputs]) for i in range(num_inputs))

    @staticmethod
    def backward(ctx, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        n = ctx.num_inputs
        return (None, None, *[gradients[i % n].to(d) for i, d in enumerate(ctx.places)])


class Gather(Function):
    """`Gather.apply(device, dim, *tensors)`: the tensors joined along a dimension on one device."""

    @staticmethod
    def forward(ctx, target_device, dim: int, *inputs: Tensor) -> Tensor:
        _refuse_cpu("Gather", inputs)
        scalars = all(x.dim() == 0 for x in inputs) and dim == 0
        parts = [x.view(1) for x in inputs] if scalars else list(inputs)
        ctx.places = [x.device for x in inputs]
        ctx.sizes, ctx.dim, ctx.scalars = [x.size(dim) for x in parts], dim, scalars
        place = _place(target_device)
        return cat([x.to(place) for x in parts], dim)

    @staticmethod
    def backward(ctx, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        parts = gradients[0].split(ctx.sizes, ctx.dim)
        back = [g.to(d) for g, d in zip(parts, ctx.places, strict=True)]
        return (None, None, *([g[0] for g in back] if ctx.scalars else back))


class Scatter(Function):
    """`Scatter.apply(devices, sizes, dim, tensor)`: parts of a tensor, one on each device."""

    @staticmethod
    def forward(ctx, target_gpus, chunk_sizes: Any, dim: int, input: Tensor) -> tuple[Tensor, ...]:
        ctx.dim, ctx.home = dim, input.device
        places = [_place(d) for d in target_gpus]
        if chunk_sizes is None:
            parts = input.chunk(len(places), dim)
        else:
            parts = input.split(list(chunk_sizes), dim)
        return tuple(x.to(d, copy=True) for x, d in zip(parts, places, strict=False))

    @staticmethod
    def backward(ctx, *gradients: Tensor) -> tuple[Any, ...]:
        return None, None, None, cat([g.to(ctx.home) for g in gradients], ctx.dim)
