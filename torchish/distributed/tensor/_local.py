"""What several devices hold, where one process stands for all of them.

A program for several processes computes with its own part of each tensor (`DTensor.to_local`).
Where one process stands for all devices (Note [Meshes of one process]) that is a `LocalTensor`: the
parts of all devices, of which functions are called in turn, as each process would. What is the same
on all devices is a plain tensor. Gradients are those of the parts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.tensor import Tensor, cat, get_rng_state, overrides, set_rng_state, zeros_like
from torchish._core.tensor.api.wrappers import hollow
from torchish.distributed.device_mesh import DeviceMesh
from torchish.distributed.tensor._dispatch import DRAWING, mapped, name_of
from torchish.distributed.tensor._dtensor_spec import DTensorSpec
from torchish.distributed.tensor.placement_types import Partial, Placement, Shard

__all__ = ["LocalTensor", "cut", "joined"]


class LocalTensor(Tensor, _waits=True):
    """The parts of all devices of a mesh, in the order of its entries. Its shape is that of the
    first; functions are called for each."""

    _parts: list[Tensor]

    def __new__(cls, parts: Sequence[Tensor]) -> LocalTensor:
        first = parts[0]
        made = hollow(cls, first.shape, first.dtype, first.device)
        vars(made)["_parts"] = list(parts)
        return made

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return _called(func, args, kwargs or {})

    @property
    def requires_grad(self) -> bool:
        return any(p.requires_grad for p in self._parts)

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> LocalTensor:
        """Start (or stop) recording operators on the parts for gradients; the tensor itself."""
        for p in self._parts:
            p.requires_grad_(requires_grad)
        return self

    @property
    def grad_fn(self) -> Any:
        return self._parts[0].grad_fn

    @property
    def is_leaf(self) -> bool:
        return self._parts[0].is_leaf

    @property
    def grad(self) -> Any:
        found = [p.grad for p in self._parts]
        return None if any(g is None for g in found) else LocalTensor(found)

    @grad.setter
    def grad(self, value: Any) -> None:
        for i, p in enumerate(self._parts):
            p.grad = value._parts[i] if isinstance(value, LocalTensor) else value

    def backward(self, *args: Any, **kwargs: Any) -> None:
        """NotImplementedError: what differs from device to device is first made one value."""
        raise NotImplementedError(
            "backward() of a value that differs from device to device: make it one first, by "
            "DTensor.from_local(...).full_tensor()"
        )

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        lines = ",\n".join(f"  {i}: {p!r}" for i, p in enumerate(self._parts))
        return f"LocalTensor(\n{lines})"

    def __deepcopy__(self, memo: dict) -> LocalTensor:
        return LocalTensor([p.detach().clone() for p in self._parts])


def _called(func: Callable, args: tuple, kwargs: dict) -> Any:
    found: list[LocalTensor] = []

    def look(t: Tensor) -> Tensor:
        if isinstance(t, LocalTensor):
            found.append(t)
        elif hasattr(t, "_spec"):
            raise RuntimeError(
                f"aten.{name_of(func)} got mixed torch.Tensor and DTensor, need to convert all "
                "torch.Tensor to DTensor before calling distributed operators!"
            )
        return t

    mapped(look, (args, kwargs))
    draws = name_of(func) in DRAWING
    state = get_rng_state() if draws else None
    made = []
    for r in range(len(found[0]._parts)):
        if draws:  # as processes do that began with one seed
            set_rng_state(state)
        here, named = mapped(
            lambda t, r=r: t._parts[r] if isinstance(t, LocalTensor) else t, (args, kwargs)
        )
        made.append(func(*here, **named))
    return _together(found, made)


def _together(found: list[LocalTensor], made: list) -> Any:
    """Results of all devices as one."""
    first = made[0]
    if isinstance(first, Tensor):
        for t in found:
            if all(m is p for m, p in zip(made, t._parts, strict=True)):
                return t
        return LocalTensor(made)
    if isinstance(first, (list, tuple)) and any(isinstance(x, Tensor) for x in first):
        rows = [_together(found, [m[i] for m in made]) for i in range(len(first))]
        if isinstance(first, list) or type(first) is tuple:
            return type(first)(rows)
        return type(first)(rows) if hasattr(first, "n_sequence_fields") else type(first)(*rows)
    return first


def cut(whole: Tensor, spec: DTensorSpec) -> Tensor:
    """What each device holds of a tensor; a plain one where all hold the same."""
    if spec.is_replicated():
        return whole
    parts = []
    for place in itertools.product(*map(range, spec.mesh.shape)):
        shape, start = spec.local(place)
        part = whole
        for d, (size, at) in enumerate(zip(shape, start, strict=True)):
            if size != whole.shape[d]:
                part = part.narrow(d, at, size)
        for i, p in enumerate(spec.placements):
            if isinstance(p, Partial) and p.reduce_op == "sum" and place[i]:
                part = zeros_like(part)
        parts.append(part)
    return LocalTensor(parts)


def joined(local: Tensor, mesh: DeviceMesh, placements: Sequence[Placement]) -> Tensor:
    """The tensor made of what each device holds; all hold a plain one alike."""
    rows: list = local._parts if isinstance(local, LocalTensor) else [local] * mesh.size()
    for i in reversed(range(mesh.ndim)):
        n, p = mesh.size(i), placements[i]
        rows = [_one(rows[j : j + n], p) for j in range(0, len(rows), n)]
    with overrides.DisableTorchFunctionSubclass():
        return rows[0].as_subclass(Tensor) if rows[0] is local else rows[0]


def _one(row: list[Tensor], p: Placement) -> Tensor:
    if isinstance(p, Shard):
        return cat(row, p.dim)
    if not isinstance(p, Partial):
        return row[0].as_subclass(Tensor)
    if p.reduce_op not in ("sum", "avg"):
        raise NotImplementedError(f"DTensor.from_local of {p} on devices of one process")
    total = row[0].as_subclass(Tensor)
    for t in row[1:]:
        total = total + t
    return total / len(row) if p.reduce_op == "avg" else total
