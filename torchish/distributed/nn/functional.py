"""Collectives that give new tensors, with gradients: what a rank's result owes to another rank's
input goes back to it in the backward, which every rank has to run.

https://docs.pytorch.org/docs/stable/distributed.html#autograd-enabled-communication-primitives
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish._core.tensor import Function, Tensor, empty_like, zeros_like
from torchish.distributed import _collectives as c
from torchish.distributed._exchange import root
from torchish.distributed._group import ProcessGroup, ReduceOp, group_of

__all__ = [
    "all_gather",
    "all_reduce",
    "all_to_all",
    "all_to_all_single",
    "broadcast",
    "gather",
    "reduce",
    "reduce_scatter",
    "scatter",
]


def _summed(op: ReduceOp) -> None:
    if op not in (ReduceOp.SUM, ReduceOp.AVG):
        raise NotImplementedError(f"gradients of a collective with ReduceOp.{op.name}")


class _AllReduce(Function):
    @staticmethod
    def forward(ctx: Any, op: ReduceOp, group: ProcessGroup, tensor: Tensor) -> Tensor:
        ctx.group, ctx.op = group, op
        made = tensor.detach().clone()
        c.all_reduce(made, op, group)
        return made

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple:
        _summed(ctx.op)
        return None, None, _AllReduce.apply(ctx.op, ctx.group, grad)


class _Broadcast(Function):
    @staticmethod
    def forward(ctx: Any, src: int, group: ProcessGroup, tensor: Tensor) -> Tensor:
        ctx.src, ctx.group = src, group
        made = tensor.detach().clone()
        c.broadcast(made, src, group)
        return made

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple:
        made = _Reduce.apply(ctx.src, ReduceOp.SUM, ctx.group, grad)
        mine = ctx.group.rank() == root(ctx.group, ctx.src, None, "src")
        return None, None, made if mine else zeros_like(made)


class _Reduce(Function):
    @staticmethod
    def forward(ctx: Any, dst: int, op: ReduceOp, group: ProcessGroup, tensor: Tensor) -> Tensor:
        ctx.dst, ctx.group, ctx.op = dst, group, op
        made = tensor.detach().clone()
        c.reduce(made, dst, op, group)
        return made

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple:
        _summed(ctx.op)
        made = _Broadcast.apply(ctx.dst, ctx.group, grad)
        if ctx.op is ReduceOp.AVG:
            made = made / ctx.group.size()
        return None, None, None, made


class _AllGather(Function):
    @staticmethod
    def forward(ctx: Any, group: ProcessGroup, tensor: Tensor) -> tuple[Tensor, ...]:
        ctx.group = group
        made = [empty_like(tensor).contiguous() for _ in range(group.size())]
        c.all_gather(made, tensor.detach().contiguous(), group)
        return tuple(made)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple:
        mine = empty_like(grads[ctx.group.rank()])
        parts = [g.contiguous() for g in grads]
        return None, _ReduceScatter.apply(ReduceOp.SUM, ctx.group, mine, *parts)


class _ReduceScatter(Function):
    @staticmethod
    def forward(
        ctx: Any, op: ReduceOp, group: ProcessGroup, tensor: Tensor, *parts: Tensor
    ) -> Tensor:
        ctx.group, ctx.op = group, op
        made = tensor.detach().clone()
        c.reduce_scatter(made, [p.detach().contiguous() for p in parts], op, group)
        return made

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple:
        _summed(ctx.op)
        made = _AllGather.apply(ctx.group, grad.contiguous())
        if ctx.op is ReduceOp.AVG:
            made = tuple(g / ctx.group.size() for g in made)
        return None, None, None, *made


class _Gather(Function):
    @staticmethod
    def forward(ctx: Any, dst: int, group: ProcessGroup, tensor: Tensor) -> tuple[Tensor, ...]:
        ctx.dst, ctx.group = dst, group
        made = [zeros_like(tensor) for _ in range(group.size())]
        mine = group.rank() == root(group, dst, None, "dst")
        c.gather(tensor.detach().contiguous(), made if mine else None, dst, group)
        return tuple(made)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple:
        return None, None, _Scatter.apply(ctx.dst, ctx.group, *grads)


class _Scatter(Function):
    @staticmethod
    def forward(ctx: Any, src: int, group: ProcessGroup, *tensors: Tensor) -> Tensor:
        ctx.src, ctx.group = src, group
        made = zeros_like(tensors[0])
        mine = group.rank() == root(group, src, None, "src")
        parts = [t.detach().contiguous() for t in tensors] if mine else None
        c.scatter(made, parts, src, group)
        return made

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple:
        return None, None, *_Gather.apply(ctx.src, ctx.group, grad)


class _AllToAll(Function):
    @staticmethod
    def forward(
        ctx: Any, group: ProcessGroup, outputs: Sequence[Tensor], *inputs: Tensor
    ) -> tuple[Tensor, ...]:
        ctx.group, ctx.shapes = group, [empty_like(t) for t in inputs]
        made = [empty_like(t) for t in outputs]
        c.all_to_all(made, [t.detach().contiguous() for t in inputs], group)
        return tuple(made)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple:
        return None, None, *_AllToAll.apply(ctx.group, ctx.shapes, *grads)


class _AllToAllSingle(Function):
    @staticmethod
    def forward(
        ctx: Any, group: ProcessGroup, output: Tensor, taken: Any, sent: Any, input: Tensor
    ) -> Tensor:
        ctx.group, ctx.like, ctx.taken, ctx.sent = group, empty_like(input), taken, sent
        made = output.detach().clone()
        c.all_to_all_single(made, input.detach().contiguous(), taken, sent, group)
        return made

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple:
        made = _AllToAllSingle.apply(ctx.group, ctx.like, ctx.sent, ctx.taken, grad.contiguous())
        return None, None, None, None, made


def all_reduce(
    tensor: Tensor, op: ReduceOp = ReduceOp.SUM, group: ProcessGroup | None = None
) -> Tensor:
    """The combination of all ranks' tensors, on every rank."""
    return _AllReduce.apply(op, group_of(group), tensor)


def broadcast(tensor: Tensor, src: int, group: ProcessGroup | None = None) -> Tensor:
    """The tensor of rank `src`, on every rank."""
    return _Broadcast.apply(src, group_of(group), tensor)


def reduce(
    tensor: Tensor, dst: int, op: ReduceOp = ReduceOp.SUM, group: ProcessGroup | None = None
) -> Tensor:
    """The combination of all ranks' tensors, on rank `dst`; elsewhere what was given."""
    return _Reduce.apply(dst, op, group_of(group), tensor)


def all_gather(tensor: Tensor, group: ProcessGroup | None = None) -> tuple[Tensor, ...]:
    """Every rank's tensor, on every rank."""
    return _AllGather.apply(group_of(group), tensor)


def gather(tensor: Tensor, dst: int = 0, group: ProcessGroup | None = None) -> tuple[Tensor, ...]:
    """Every rank's tensor, on rank `dst`; zeros elsewhere."""
    return _Gather.apply(dst, group_of(group), tensor)


def scatter(tensors: Sequence[Tensor], src: int = 0, group: ProcessGroup | None = None) -> Tensor:
    """This rank's tensor of the list on rank `src`."""
    return _Scatter.apply(src, group_of(group), *tensors)


def reduce_scatter(
    output: Tensor,
    input_list: Sequence[Tensor],
    op: ReduceOp = ReduceOp.SUM,
    group: ProcessGroup | None = None,
) -> Tensor:
    """This rank's item of the combination of all ranks' lists, of the shape of `output`."""
    return _ReduceScatter.apply(op, group_of(group), output, *input_list)


def all_to_all(
    output_tensor_list: Sequence[Tensor],
    input_tensor_list: Sequence[Tensor],
    group: ProcessGroup | None = None,
) -> tuple[Tensor, ...]:
    """What every rank has for this one, of the shapes of `output_tensor_list`."""
    return _AllToAll.apply(group_of(group), output_tensor_list, *input_tensor_list)


def all_to_all_single(
    output: Tensor,
    input: Tensor,
    output_split_sizes: Sequence[int] | None = None,
    input_split_sizes: Sequence[int] | None = None,
    group: ProcessGroup | None = None,
) -> Tensor:
    """What every rank has for this one, one after the other, of the shape of `output`."""
    return _AllToAllSingle.apply(
        group_of(group), output, output_split_sizes, input_split_sizes, input
    )
