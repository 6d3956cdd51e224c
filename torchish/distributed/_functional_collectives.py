"""Collectives that give new tensors, as libraries call them: `group` is a group or a list of ranks.

https://github.com/pytorch/pytorch/blob/main/torch/distributed/_functional_collectives.py
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish import _absent
from torchish._core.tensor import Tensor, cat, empty_like
from torchish.distributed._exchange import operation
from torchish.distributed._group import (
    ProcessGroup,
    ReduceOp,
    get_global_rank,
    group_of,
)
from torchish.distributed.nn import functional as F

__all__ = [
    "all_gather_tensor",
    "all_gather_tensor_autograd",
    "all_reduce",
    "all_to_all_single",
    "all_to_all_single_autograd",
    "broadcast",
    "reduce_scatter_tensor",
    "reduce_scatter_tensor_autograd",
    "wait_tensor",
]


def _op(name: str | ReduceOp) -> ReduceOp:
    return operation(ReduceOp[name.upper()] if isinstance(name, str) else name)


def _group(group: Any) -> ProcessGroup:
    if group is None or isinstance(group, ProcessGroup):
        return group_of(group)
    raise NotImplementedError(f"a collective whose group is {group!r}, not a ProcessGroup")


def wait_tensor(tensor: Tensor) -> Tensor:
    """The tensor: results here are there when the call returns."""
    return tensor


def all_reduce(self: Tensor, reduceOp: str | ReduceOp, group: Any, tag: str = "") -> Tensor:
    """The combination of all ranks' tensors."""
    return F.all_reduce(self, _op(reduceOp), _group(group))


def broadcast(self: Tensor, src: int, group: Any, tag: str = "") -> Tensor:
    """The tensor of a rank of the group."""
    here = _group(group)
    return F.broadcast(self, get_global_rank(here, src), here)


def all_gather_tensor(self: Tensor, gather_dim: int, group: Any, tag: str = "") -> Tensor:
    """All ranks' tensors, one after the other along a dimension."""
    return cat(F.all_gather(self.contiguous(), _group(group)), gather_dim)


def reduce_scatter_tensor(
    self: Tensor, reduceOp: str | ReduceOp, scatter_dim: int, group: Any, tag: str = ""
) -> Tensor:
    """This rank's part, along a dimension, of the combination of all ranks' tensors. ValueError
    where the dimension can not be divided equally."""
    here = _group(group)
    if self.size(scatter_dim) % here.size():
        raise AssertionError(
            f"input dimension {scatter_dim} ({self.size(scatter_dim)}) must be a multiple of "
            f"group_size {here.size()}"
        )
    parts = [p.contiguous() for p in self.chunk(here.size(), scatter_dim)]
    return F.reduce_scatter(empty_like(parts[here.rank()]), parts, _op(reduceOp), here)


def all_to_all_single(
    self: Tensor,
    output_split_sizes: Sequence[int] | None,
    input_split_sizes: Sequence[int] | None,
    group: Any,
    tag: str = "",
) -> Tensor:
    """What every rank has for this one, one after the other."""
    rows = sum(output_split_sizes) if output_split_sizes else self.size(0)
    made = self.new_empty((rows, *self.shape[1:]))
    return F.all_to_all_single(made, self, output_split_sizes, input_split_sizes, _group(group))


all_gather_tensor_autograd = all_gather_tensor
reduce_scatter_tensor_autograd = reduce_scatter_tensor
all_to_all_single_autograd = all_to_all_single

__getattr__ = _absent.attributes(__name__)
