"""The parameters of one `fully_shard` call: cut, put together, their gradients reduced.

Note [Whole parameters]
A parameter is a DTensor of which each process holds its part. For forward it is replaced by a leaf
that holds the whole, and that stays the same object, so gradients of several forwards add up in it;
the parts of all parameters of a group travel as one. When a group's last gradient has come in a
backward, gradients are summed over processes, of which each keeps its part, and `.grad` of the
DTensor gets it. Backward uses the values that forward saved, so nothing is gathered a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, cat, no_grad, overrides, zeros
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import alias_of
from torchish.distributed import _collectives
from torchish.distributed._group import ReduceOp
from torchish.distributed.device_mesh import DeviceMesh
from torchish.distributed.fsdp._policies import MixedPrecisionPolicy
from torchish.distributed.tensor._api import DTensor
from torchish.distributed.tensor._dispatch import meta_of, tagged
from torchish.distributed.tensor._dtensor_spec import DTensorSpec
from torchish.distributed.tensor.placement_types import (
    Placement,
    Replicate,
    Shard,
    _StridedShard,
)
from torchish.nn.modules.module import Module
from torchish.nn.parameter import Parameter

__all__ = ["Group", "Part"]


class Part:
    """One parameter of a group: where modules have it, its part, and the whole."""

    def __init__(self, p: Parameter, places: list[tuple[Module, str]], group: Group, dim: int):
        self.places, self.group, self.dim = places, group, dim
        if p.dim() == 0:
            raise ValueError("fully_shard doesn't support scalar parameters. Change the parameter "
                             "to a 1D tensor with numel equal to 1.")  # fmt: skip
        self.spec = _spec_of(p, group.mesh, dim)
        with overrides.DisableTorchFunctionSubclass():
            held = alias_of(p)
        self.shape = tuple(held.shape)  # of the whole; of what tensor parallelism has left of it
        if isinstance(p, DTensor):
            held = tagged(DTensor, held, p._spec)
        self.whole = Parameter(held, requires_grad=p.requires_grad)
        vars(self.whole).update(vars(p))
        self.sharded: Any = self._cut(p)
        self.is_whole = False
        self.partial: Tensor | None = None  # what other replicas have not been asked to add to
        if p.requires_grad:
            self.whole.register_post_accumulate_grad_hook(self._arrived)
        self.place(self.sharded)
        self.free()

    def _cut(self, p: Parameter) -> Any:
        with no_grad(), overrides.DisableTorchFunctionSubclass():
            held = alias_of(p)
            if not self.group.mesh.is_whole:
                size, start = self.sizes()[self.group.rank]
                held = held.narrow(self.dim, start, size).clone().contiguous()
        made = Parameter(tagged(DTensor, held, self.spec), requires_grad=p.requires_grad)
        vars(made).update({k: v for k, v in vars(p).items() if k != "_spec"})
        return made

    def _arrived(self, p: Tensor) -> None:
        self.group.arrived(self)

    def sizes(self) -> list[tuple[int, int]]:
        """How long the part of each process is, along the dimension that is cut, and its start."""
        n, mesh = self.shape[self.dim], self.group.mesh
        return [
            Shard.local_shard_size_and_offset(n, mesh.size(-1), r) for r in range(mesh.size(-1))
        ]

    def place(self, p: Any) -> None:
        """Let modules have the part, or the whole."""
        for module, name in self.places:
            module._parameters[name] = p

    def look(self) -> None:
        """Take over a parameter that a module was given instead, as `Module.to` and
        `load_state_dict(assign=True)` do."""
        module, name = self.places[0]
        found = module._parameters[name]
        if found is self.sharded or found is self.whole:
            return
        if not isinstance(found, DTensor):
            raise RuntimeError(
                f"expected the parameter {name!r} of a module under fully_shard to be a DTensor, "
                f"got {type(found).__name__}"
            )
        self.sharded, self.spec = found, found._spec
        self.place(found)

    def held(self) -> Tensor:
        """What this process holds, as a plain tensor without history."""
        with overrides.DisableTorchFunctionSubclass():
            return alias_of(self.sharded)

    def free(self) -> None:
        """Let the whole's memory go; its shape stays, for gradients that come."""
        p = self.whole
        empty = zeros((1,) * p.dim(), dtype=p.dtype, device=p.device).expand(self.shape)
        with overrides.DisableTorchFunctionSubclass():
            p.data = empty

    def add_gradient(self, part: Tensor) -> None:
        """Add the reduced gradient's part to that of the DTensor."""
        with no_grad(), overrides.DisableTorchFunctionSubclass():
            part = part.to(self.held().dtype)
            before = self.sharded._grad
            self.sharded._grad = part if before is None else before + part


def _spec_of(p: Tensor, mesh: DeviceMesh, dim: int) -> DTensorSpec:
    """How a parameter lies when it is cut over a mesh; one that tensor parallelism has cut before,
    over both meshes."""
    first: list[Placement] = [Replicate()] * mesh.ndim
    if not isinstance(p, DTensor):
        first[-1] = Shard(dim)
        return DTensorSpec(mesh, tuple(first), meta_of(p, p.shape))
    inner, root = p._spec, mesh._get_root_mesh()
    names = (*(mesh.mesh_dim_names or ()), *(inner.mesh.mesh_dim_names or ()))
    if inner.mesh._get_root_mesh() != root or len(names) != mesh.ndim + inner.mesh.ndim:
        raise ValueError(
            "FSDP requires the DP and model parallel TP/EP mesh to have the same parent mesh but "
            f"got: DP's global mesh: {root}, TP/EP's global mesh: {inner.mesh._get_root_mesh()}"
        )
    if inner.mesh.is_whole:
        raise NotImplementedError("fully_shard of a DTensor on several devices of one process")
    parts = 1
    for i, q in enumerate(inner.placements):
        if q.is_partial():
            raise NotImplementedError(f"fully_shard of a DTensor placed as {inner.placements}")
        parts *= inner.mesh.size(i) if q.is_shard(dim) else 1
    first[-1] = _StridedShard(dim, split_factor=parts) if parts > 1 else Shard(dim)
    return DTensorSpec(root[names], (*first, *inner.placements), inner.tensor_meta)


class Group:
    """The parameters that travel together, and what is to be done with them."""

    def __init__(self, mesh: DeviceMesh, policy: MixedPrecisionPolicy):
        self.mesh, self.policy = mesh, policy
        place = mesh.get_coordinate()
        self.rank = place[-1] if place is not None else 0
        self.parts: list[Part] = []
        self.reduces = self.reduces_replicas = True
        self.reshards_after_forward = self.reshards_after_backward = True
        self.divisor: float | None = None
        self.hook: Callable[[Tensor], None] | None = None
        self.last_backward = True
        self.ended: Callable[[], None] | None = None  # what else the end of a backward does
        self._here: set[int] = set()
        self._queued = False

    # --- forward

    @property
    def is_whole(self) -> bool:
        """Whether modules have the whole parameters now."""
        return bool(self.parts) and self.parts[0].is_whole

    def unshard(self, own_dtype: bool = False) -> None:
        """Put all parameters together, and let modules have them, in the policy's dtype or their
        own."""
        if self.is_whole or not self.parts:
            return
        for part in self.parts:
            part.look()
        kind = None if own_dtype else self.policy.param_dtype
        with no_grad():
            held = [p.held() for p in self.parts]
            if kind is not None:
                held = [h.to(kind) if h.is_floating_point() else h for h in held]
            wholes = held if self.mesh.is_whole else self._gathered(held)
            for part, whole in zip(self.parts, wholes, strict=True):
                part.whole.requires_grad_(part.sharded.requires_grad)
                with overrides.DisableTorchFunctionSubclass():
                    part.whole.data = whole
                part.is_whole = True
                part.place(part.whole)

    def _gathered(self, held: Sequence[Tensor]) -> list[Tensor]:
        """All parameters of what processes hold of them: a message for each dtype."""
        wholes: list[Any] = [None] * len(held)
        n, group = self.mesh.size(-1), self.mesh.get_group(self.mesh.ndim - 1)
        for kind in dict.fromkeys(h.dtype for h in held):
            at = [i for i, h in enumerate(held) if h.dtype is kind]
            shapes = [self._shapes(self.parts[i]) for i in at]
            counts = [sum(_count(s[r]) for s in shapes) for r in range(n)]
            first = held[at[0]]
            rows = [zeros(c, dtype=kind, device=first.device) for c in counts]
            mine = cat([held[i].reshape(-1) for i in at])
            _collectives.all_gather(rows, mine, group)
            taken = [0] * n
            for i, s in zip(at, shapes, strict=True):
                pieces = []
                for r in range(n):
                    count = _count(s[r])
                    pieces.append(rows[r][taken[r] : taken[r] + count].view(s[r]))
                    taken[r] += count
                wholes[i] = cat(pieces, self.parts[i].dim)
        return wholes

    def _shapes(self, part: Part) -> list[tuple[int, ...]]:
        shape = part.shape
        return [(*shape[: part.dim], size, *shape[part.dim + 1 :]) for size, _ in part.sizes()]

    def reshard(self) -> None:
        """Let modules have the parts again."""
        if not self.is_whole:
            return
        for part in self.parts:
            module, name = part.places[0]
            if module._parameters[name] is part.whole:
                part.place(part.sharded)
            part.is_whole = False
            part.free()

    def summon(self, with_grads: bool) -> None:
        """Whole parameters in their own dtype for a program to look at and to write to."""
        self.reshard()
        self.unshard(own_dtype=True)
        for part in self.parts:
            if with_grads and part.sharded.grad is not None:
                part.whole.grad = part.sharded.grad.full_tensor()

    def dismiss(self, writeback: bool) -> None:
        """The end of that; with `writeback` parts become what was written to the whole."""
        if writeback and self.is_whole:
            for part in self.parts:
                _, start = part.sizes()[self.rank]
                with no_grad(), overrides.DisableTorchFunctionSubclass():
                    held = part.held()
                    size = held.shape[part.dim]
                    held.copy_(alias_of(part.whole).narrow(part.dim, start, size))
        for part in self.parts:
            part.whole.grad = None
        self.reshard()

    # --- backward

    def arrived(self, part: Part) -> None:
        """A parameter's gradient is there; with the last of the group they are reduced."""
        self._here.add(id(part))
        walk = modes.walk
        if walk is not None and not self._queued:
            self._queued = True
            walk.callbacks.append(self._end)
        if len(self._here) == sum(p.whole.requires_grad for p in self.parts):
            self._reduce()

    def _end(self) -> None:
        self._queued = False
        self._reduce()
        if self.ended is not None:
            self.ended()

    def _reduce(self) -> None:
        if not self._here:
            return
        self._here.clear()
        if self.reshards_after_backward:
            self.reshard()
        if not self.reduces:
            return
        found = [p for p in self.parts if p.whole._grad is not None]
        with no_grad():
            grads = [p.whole._grad.detach() for p in found]
            for p in found:
                p.whole.grad = None
            kind = self.policy.reduce_dtype
            if kind is not None:
                grads = [g.to(kind) for g in grads]
            if self.mesh.is_whole:
                made = grads
            else:
                made = self._reduced(found, grads)
            for p, g in zip(found, made, strict=True):
                p.add_gradient(g)

    def _reduced(self, found: Sequence[Part], grads: Sequence[Tensor]) -> list[Tensor]:
        """The sums' parts over all processes, divided by their number: a message for each
        dtype."""
        made: list[Any] = [None] * len(found)
        for kind in dict.fromkeys(g.dtype for g in grads):
            at = [i for i, g in enumerate(grads) if g.dtype is kind]
            flat = self._flat_sum([found[i] for i in at], [grads[i] for i in at], kind)
            start = 0
            for i in at:
                shape = self._shapes(found[i])[self.rank]
                made[i] = flat[start : start + _count(shape)].view(shape)
                start += _count(shape)
        return made

    def _flat_sum(self, parts: Sequence[Part], grads: Sequence[Tensor], kind: dt.dtype) -> Tensor:
        n, world = self.mesh.size(-1), self.mesh.size()
        total = float(world) if self.divisor is None else self.divisor
        before = 1.0
        if kind is dt.float16:  # which the sum of many could overflow
            while total % (before * 2) == 0 and before * before < total:
                before *= 2
        cut = [
            g.split([size for size, _ in p.sizes()], p.dim)
            for p, g in zip(parts, grads, strict=True)
        ]
        rows = [cat([c[r].reshape(-1) for c in cut]) for r in range(n)]
        if before != 1:
            rows = [row / before for row in rows]
        flat = zeros(rows[self.rank].numel(), dtype=kind, device=rows[0].device)
        _collectives.reduce_scatter(
            flat, rows, ReduceOp.SUM, self.mesh.get_group(self.mesh.ndim - 1)
        )
        if self.mesh.ndim > 1:
            flat = self._over_replicas(parts, flat)
        flat = flat / (total / before) if flat is not None else flat
        if self.hook is not None:
            self.hook(flat)
        return flat

    def _over_replicas(self, parts: Sequence[Part], flat: Tensor) -> Tensor:
        _collectives.all_reduce(flat, ReduceOp.SUM, self.mesh.get_group(0))
        return flat


def _count(shape: Sequence[int]) -> int:
    made = 1
    for n in shape:
        made *= n
    return made
