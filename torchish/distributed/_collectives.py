"""Collectives of one process: every process's value is this one's."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from torchish._core.base import devices
from torchish._core.tensor import Tensor, no_grad
from torchish.distributed._group import ProcessGroup, ReduceOp, Work, default_group


def _done(async_op: bool, result: Any = None) -> Work | None:
    return Work(result) if async_op else None


def _check(name: str, *tensors: Any) -> None:
    default_group()
    for t in tensors:
        if not isinstance(t, Tensor):
            raise TypeError(
                f"Invalid function argument. Expected parameter `tensor` of type torch.Tensor\n"
                f"             but got {type(t)} instead."
            )


def _root(rank: int | None, name: str) -> None:
    if rank not in (None, 0):
        raise ValueError(f"{name}: there is no rank {rank} in a world of one process")


def _one(items: Any, name: str) -> None:
    if len(items) != 1:
        raise ValueError(f"{name}: {len(items)} items for a world of one process")


def all_reduce(
    tensor: Tensor,
    op: ReduceOp = ReduceOp.SUM,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Combine a tensor over all processes, in place."""
    _check("all_reduce", tensor)
    return _done(async_op, [tensor])


def reduce(
    tensor: Tensor,
    dst: int | None = None,
    op: ReduceOp = ReduceOp.SUM,
    group: ProcessGroup | None = None,
    async_op: bool = False,
    group_dst: int | None = None,
) -> Work | None:
    """Combine a tensor over all processes on `dst`, in place."""
    _check("reduce", tensor)
    _root(dst, "reduce")
    return _done(async_op, [tensor])


def broadcast(
    tensor: Tensor,
    src: int | None = None,
    group: ProcessGroup | None = None,
    async_op: bool = False,
    group_src: int | None = None,
) -> Work | None:
    """Give every process the tensor of `src`."""
    _check("broadcast", tensor)
    _root(src, "broadcast")
    return _done(async_op, [tensor])


def _copy(target: Tensor, source: Tensor) -> None:
    with no_grad():
        target.copy_(source.view(target.shape))


def all_gather(
    tensor_list: list[Tensor],
    tensor: Tensor,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Gather every process's tensor into a list of tensors."""
    _check("all_gather", tensor, *tensor_list)
    _one(tensor_list, "all_gather")
    _copy(tensor_list[0], tensor)
    return _done(async_op, tensor_list)


def all_gather_into_tensor(
    output_tensor: Tensor,
    input_tensor: Tensor,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Gather every process's tensor into one."""
    _check("all_gather_into_tensor", output_tensor, input_tensor)
    _copy(output_tensor, input_tensor)
    return _done(async_op, [output_tensor])


def gather(
    tensor: Tensor,
    gather_list: list[Tensor] | None = None,
    dst: int | None = None,
    group: ProcessGroup | None = None,
    async_op: bool = False,
    group_dst: int | None = None,
) -> Work | None:
    """Gather every process's tensor on `dst`."""
    _check("gather", tensor, *(gather_list or ()))
    _root(dst, "gather")
    if gather_list is None:
        raise ValueError("Argument ``gather_list`` must be specified on destination rank.")
    _one(gather_list, "gather")
    _copy(gather_list[0], tensor)
    return _done(async_op, gather_list)


def scatter(
    tensor: Tensor,
    scatter_list: list[Tensor] | None = None,
    src: int | None = None,
    group: ProcessGroup | None = None,
    async_op: bool = False,
    group_src: int | None = None,
) -> Work | None:
    """Give each process its tensor of the list on `src`."""
    _check("scatter", tensor, *(scatter_list or ()))
    _root(src, "scatter")
    if scatter_list is None:
        raise ValueError("Argument ``scatter_list`` must be specified on source rank.")
    _one(scatter_list, "scatter")
    _copy(tensor, scatter_list[0])
    return _done(async_op, [tensor])


def reduce_scatter(
    output: Tensor,
    input_list: list[Tensor],
    op: ReduceOp = ReduceOp.SUM,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Combine lists over all processes and give each its item."""
    _check("reduce_scatter", output, *input_list)
    _one(input_list, "reduce_scatter")
    _copy(output, input_list[0])
    return _done(async_op, [output])


def reduce_scatter_tensor(
    output: Tensor,
    input: Tensor,
    op: ReduceOp = ReduceOp.SUM,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Combine tensors over all processes and give each its part."""
    _check("reduce_scatter_tensor", output, input)
    _copy(output, input)
    return _done(async_op, [output])


def all_to_all(
    output_tensor_list: list[Tensor],
    input_tensor_list: list[Tensor],
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Each process gives one item of its list to each other."""
    _check("all_to_all", *output_tensor_list, *input_tensor_list)
    _one(output_tensor_list, "all_to_all")
    _one(input_tensor_list, "all_to_all")
    _copy(output_tensor_list[0], input_tensor_list[0])
    return _done(async_op, output_tensor_list)


def all_to_all_single(
    output: Tensor,
    input: Tensor,
    output_split_sizes: Sequence[int] | None = None,
    input_split_sizes: Sequence[int] | None = None,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Each process gives one part of its tensor to each other."""
    _check("all_to_all_single", output, input)
    _copy(output, input)
    return _done(async_op, [output])


def barrier(
    group: ProcessGroup | None = None,
    async_op: bool = False,
    device_ids: Sequence[int] | None = None,
) -> Work | None:
    """Wait for all processes."""
    default_group()
    return _done(async_op)


def monitored_barrier(
    group: ProcessGroup | None = None,
    timeout: timedelta | None = None,
    wait_all_ranks: bool = False,
) -> None:
    """Wait for all processes."""
    default_group()


def all_gather_object(object_list: list, obj: Any, group: ProcessGroup | None = None) -> None:
    """Gather every process's object; a copy, as through pickle."""
    default_group()
    _one(object_list, "all_gather_object")
    object_list[0] = copy.deepcopy(obj)


def gather_object(
    obj: Any,
    object_gather_list: list | None = None,
    dst: int | None = None,
    group: ProcessGroup | None = None,
    group_dst: int | None = None,
) -> None:
    """Gather every process's object on `dst`."""
    default_group()
    _root(dst, "gather_object")
    if object_gather_list is None:
        raise ValueError("Argument ``object_gather_list`` must be specified on destination rank.")
    _one(object_gather_list, "gather_object")
    object_gather_list[0] = copy.deepcopy(obj)


def scatter_object_list(
    scatter_object_output_list: list,
    scatter_object_input_list: list | None,
    src: int | None = None,
    group: ProcessGroup | None = None,
    group_src: int | None = None,
) -> None:
    """Give each process its object of the list on `src`."""
    default_group()
    _root(src, "scatter_object_list")
    if scatter_object_input_list is None:
        raise ValueError("source rank must provide non-None scatter_object_input_list")
    _one(scatter_object_input_list, "scatter_object_list")
    scatter_object_output_list[0] = copy.deepcopy(scatter_object_input_list[0])


def broadcast_object_list(
    object_list: list,
    src: int | None = None,
    group: ProcessGroup | None = None,
    device: devices.device | str | None = None,
    group_src: int | None = None,
) -> None:
    """Give every process the objects of `src`."""
    default_group()
    _root(src, "broadcast_object_list")
