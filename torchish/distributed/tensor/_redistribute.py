"""From one placement to another, along one dimension of a mesh at a time.

Note [Gradients of parts]
What a process holds of a DTensor has a history of its own, made of local operators and of the moves
here. The rule that makes it right: the gradient of a part lies as its tensor does, where the tensor
is Partial, as Replicate. So a sum over processes passes gradients on as they are, gathering cuts
them, and where an operator uses a replicated operand beside cut ones, its gradient is summed
(`shared`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.tensor import Function, Tensor, cat, empty_like, zeros, zeros_like
from torchish.distributed import _collectives as c
from torchish.distributed._group import ReduceOp
from torchish.distributed.device_mesh import DeviceMesh
from torchish.distributed.tensor._dtensor_spec import DTensorSpec
from torchish.distributed.tensor.placement_types import (
    Partial,
    Placement,
    Replicate,
    Shard,
    in_order,
)

__all__ = ["gradient_moved", "moved", "of_gradients", "shared"]

_OPS = {
    "sum": ReduceOp.SUM,
    "avg": ReduceOp.AVG,
    "product": ReduceOp.PRODUCT,
    "min": ReduceOp.MIN,
    "max": ReduceOp.MAX,
    "band": ReduceOp.BAND,
    "bor": ReduceOp.BOR,
}


class Along:
    """A mesh's dimension, and a tensor's size along the dimension that is cut."""

    def __init__(self, mesh: DeviceMesh, i: int):
        self.group, self.size, self.rank = mesh.get_group(i), mesh.size(i), mesh.get_local_rank(i)

    def sizes(self, total: int) -> list[int]:
        """How long the parts of all ranks are."""
        return [Shard.local_shard_size_and_offset(total, self.size, r)[0] for r in range(self.size)]


def gathered(local: Tensor, along: Along, dim: int, total: int) -> Tensor:
    """All parts, one after the other."""
    local = local.detach().contiguous()
    shape = list(local.shape)
    parts = []
    for n in along.sizes(total):
        shape[dim] = n
        parts.append(zeros(*shape, dtype=local.dtype, device=local.device))
    c.all_gather(parts, local, along.group)
    return cat(parts, dim)


def own_part(whole: Tensor, along: Along, dim: int) -> Tensor:
    """This process's part of what every process has."""
    size, start = Shard.local_shard_size_and_offset(whole.shape[dim], along.size, along.rank)
    return whole.detach().narrow(dim, start, size).clone()


def reduced(local: Tensor, along: Along, op: str) -> Tensor:
    """The reduction of what all ranks have."""
    made = local.detach().clone().contiguous()
    c.all_reduce(made, _OPS[op], along.group)
    return made


def reduced_part(local: Tensor, along: Along, dim: int, op: str) -> Tensor:
    """This process's part of the reduction of what all ranks have."""
    parts = [p.contiguous() for p in local.detach().split(along.sizes(local.shape[dim]), dim)]
    made = empty_like(parts[along.rank]).contiguous()
    c.reduce_scatter(made, parts, _OPS[op], along.group)
    return made


def exchanged(local: Tensor, along: Along, old: int, new: int, total: int) -> Tensor:
    """From cut along one dimension, whose whole size is `total`, to cut along another."""
    parts = [p.contiguous() for p in local.detach().split(along.sizes(local.shape[new]), new)]
    shape = list(parts[along.rank].shape)
    found = []
    for n in along.sizes(total):
        shape[old] = n
        found.append(zeros(*shape, dtype=local.dtype, device=local.device))
    c.all_to_all(found, parts, along.group)
    return cat(found, old)


class _Move(Function):
    """A move, and the one that gradients take back."""

    @staticmethod
    def forward(ctx: Any, there: Callable, back: Callable, local: Tensor) -> Tensor:
        ctx.there, ctx.back = there, back
        return there(local)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple:
        return None, None, _Move.apply(ctx.back, ctx.there, grad)


def _same(local: Tensor) -> Tensor:
    return local.detach().clone()


def _step(local: Tensor, along: Along, old: Placement, new: Placement, total: int) -> Tensor:
    """A part after one change of placement; `total` is the whole size, along the other dimensions
    of the mesh as it is, of the dimension that is cut before."""

    def gather(dim: int, size: int) -> Callable:
        return lambda t: gathered(t, along, dim, size)

    def cut(dim: int) -> Callable:
        return lambda t: own_part(t, along, dim)

    if isinstance(old, Shard) and isinstance(new, Replicate):
        return _Move.apply(gather(old.dim, total), cut(old.dim), local)
    if isinstance(old, Replicate) and isinstance(new, Shard):
        return _Move.apply(cut(new.dim), gather(new.dim, local.shape[new.dim]), local)
    if isinstance(old, Partial) and isinstance(new, Replicate):
        return _Move.apply(lambda t: reduced(t, along, old.reduce_op), _same, local)
    if isinstance(old, Partial) and isinstance(new, Shard):
        back = gather(new.dim, local.shape[new.dim])
        return _Move.apply(lambda t: reduced_part(t, along, new.dim, old.reduce_op), back, local)
    if isinstance(old, Shard) and isinstance(new, Shard):
        size = local.shape[new.dim]
        return _Move.apply(
            lambda t: exchanged(t, along, old.dim, new.dim, total),
            lambda t: exchanged(t, along, new.dim, old.dim, size),
            local,
        )
    if isinstance(old, Replicate) and isinstance(new, Partial):
        first = new.reduce_op != "sum" or along.rank == 0
        return _Move.apply(lambda t: _same(t) if first else zeros_like(t.detach()), _same, local)
    raise NotImplementedError(f"redistributing from {old} to {new}")


class _Shared(Function):
    """The identity, whose gradient is summed over a dimension of the mesh."""

    @staticmethod
    def forward(ctx: Any, along: Along, local: Tensor) -> Tensor:
        ctx.along = along
        return local.detach()

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple:
        return None, reduced(grad, ctx.along, "sum")


def shared(local: Tensor, mesh: DeviceMesh, i: int) -> Tensor:
    """A replicated operand that is used beside cut ones (Note [Gradients of parts])."""
    return _Shared.apply(Along(mesh, i), local) if mesh.size(i) > 1 else local


def _dim(p: Placement) -> int | None:
    return p.dim if isinstance(p, Shard) else None


def _steps(old: Sequence[Placement], new: Sequence[Placement]) -> list[tuple[int, Placement]]:
    """The changes that lead from some placements to others, each of one dimension of the mesh.

    A tensor's dimension that several of them cut is cut from the left to the right, so what lies
    further right is put together first."""
    now, made = list(old), []
    for i in range(len(now)):
        if now[i] == new[i]:
            continue
        touched = {_dim(now[i]), _dim(new[i])} - {None}
        others = [j for j in range(len(now)) if j != i]
        crossed = any(_dim(now[j]) in touched or _dim(new[j]) in touched for j in others)
        if not crossed and not (isinstance(now[i], Shard) and isinstance(new[i], Partial)):
            made.append((i, new[i]))
            now[i] = new[i]
    differs = [i for i in range(len(now)) if now[i] != new[i]]
    touched = {_dim(p[i]) for i in differs for p in (now, new)} - {None}
    for i in reversed(in_order(now)):
        if now[i] != new[i] or _dim(now[i]) in touched:
            if not isinstance(now[i], Replicate):
                made.append((i, Replicate()))
                now[i] = Replicate()
    for i in in_order(new):
        if now[i] != new[i]:
            made.append((i, new[i]))
            now[i] = new[i]
    return made


def moved(local: Tensor, spec: DTensorSpec, placements: Sequence[Placement]) -> Tensor:
    """What this process holds of a tensor when it lies otherwise, with gradients."""
    mesh, now = spec.mesh, list(spec.placements)
    if mesh.get_coordinate() is None:
        return local
    for i, new in _steps(now, placements):
        total = 0
        old = now[i]
        if isinstance(old, Shard):  # its size before this dimension of the mesh cut it
            rest = [Replicate() if j == i else p for j, p in enumerate(now)]
            total = spec.with_placements(rest).local()[0][old.dim]
        if mesh.size(i) > 1:
            local = _step(local, Along(mesh, i), old, new, total)
        now[i] = new
    return local


def of_gradients(spec: DTensorSpec) -> DTensorSpec:
    """How a tensor's gradient lies (Note [Gradients of parts])."""
    return spec.with_placements([Replicate() if p.is_partial() else p for p in spec.placements])


class _GradientMoved(Function):
    """The identity, whose gradient comes lying in one way and goes on in another."""

    @staticmethod
    def forward(ctx: Any, comes: DTensorSpec, goes: DTensorSpec, local: Tensor) -> Tensor:
        ctx.comes, ctx.goes = comes, goes
        return local.detach()

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple:
        return None, None, moved(grad, ctx.comes, of_gradients(ctx.goes).placements)


def gradient_moved(local: Tensor, comes: DTensorSpec, goes: DTensorSpec) -> Tensor:
    """A part whose gradient comes lying as one spec says, and has to lie as another does."""
    return _GradientMoved.apply(comes, goes, local)
