"""What a DTensor knows of itself beside the elements that this process holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from torchish import _absent
from torchish._core.base import dtypes as dt
from torchish._core.engine import meshes
from torchish._core.tensor import Size
from torchish.distributed.device_mesh import DeviceMesh
from torchish.distributed.tensor.placement_types import (
    Placement,
    Replicate,
    Shard,
    _StridedShard,
    in_order,
)

__all__ = ["DTensorSpec", "TensorMeta", "normal"]


@dataclasses.dataclass(frozen=True)
class TensorMeta:
    """The shape, strides and dtype of the whole tensor."""

    shape: Size
    stride: tuple[int, ...]
    dtype: dt.dtype


@dataclasses.dataclass(frozen=True)
class DTensorSpec:
    """A mesh, a placement for each of its dimensions, and the whole tensor's shape and strides."""

    mesh: DeviceMesh
    placements: tuple[Placement, ...]
    tensor_meta: TensorMeta

    @property
    def device_mesh(self) -> DeviceMesh:
        return self.mesh

    @property
    def shape(self) -> Size:
        return self.tensor_meta.shape

    @property
    def stride(self) -> tuple[int, ...]:
        return self.tensor_meta.stride

    @property
    def ndim(self) -> int:
        return len(self.tensor_meta.shape)

    def is_replicated(self) -> bool:
        """Whether each device has all of it."""
        return all(p.is_replicate() for p in self.placements)

    def is_strided(self) -> bool:
        """Whether it is cut in another order than that of the mesh's dimensions."""
        return any(isinstance(p, _StridedShard) for p in self.placements)

    def is_sharded(self) -> bool:
        """Whether it is cut along any dimension."""
        return any(p.is_shard() for p in self.placements)

    def with_placements(self, placements: Sequence[Placement]) -> DTensorSpec:
        """The same tensor, lying otherwise."""
        return DTensorSpec(self.mesh, tuple(placements), self.tensor_meta)

    def local(self, coordinate: Sequence[int] | None = None) -> tuple[list[int], list[int]]:
        """The shape of the part of a device, this process's unless given, and where in the whole
        it begins. Mesh dimensions cut from the left to the right, `_StridedShard` last."""
        place = self.mesh.get_coordinate() if coordinate is None else coordinate
        shape, start = list(self.shape), [0] * self.ndim
        if place is None:  # this process is not in the mesh
            return [0] * self.ndim, start
        for i in in_order(self.placements):
            p = self.placements[i]
            if isinstance(p, Shard):
                size, at = Shard.local_shard_size_and_offset(
                    shape[p.dim], self.mesh.size(i), place[i]
                )
                shape[p.dim] = size
                start[p.dim] += at
        return shape, start

    def sharding(self) -> Any:
        """JAX's sharding of the whole tensor over the devices of one process, on the mesh that this
        one was sliced from; None where there is none: of sums that are not made yet, of cuts in
        another order, of meshes that were flattened."""
        mesh, root = self.mesh, self.mesh._get_root_mesh()
        names = root.mesh_dim_names or ()
        if mesh is root:
            dims = list(range(mesh.ndim))
        elif mesh.mesh_dim_names and set(mesh.mesh_dim_names) <= set(names):
            dims = [names.index(n) for n in mesh.mesh_dim_names]
        else:
            return None
        cut: list[tuple[int, ...]] = [()] * self.ndim
        for at, p in zip(dims, self.placements, strict=True):
            if isinstance(p, _StridedShard) or p.is_partial() or mesh.device_type != "cpu":
                return None
            if isinstance(p, Shard):
                cut[p.dim] += (at,)
        grid = root._ranks
        return meshes.sharding(grid.shape, tuple(grid.reshape(-1).tolist()), tuple(cut))

    def __str__(self) -> str:
        kind = str(self.tensor_meta.dtype).removeprefix("torch.")
        short = {"float": "f", "int": "i", "uint": "u", "bfloat": "bf", "complex": "c"}
        for long in sorted(short, key=len, reverse=True):
            if kind.startswith(long):
                kind = short[long] + kind.removeprefix(long)
                break
        return f"Spec({kind}{list(self.shape)}({''.join(map(str, self.placements))}))"

    __repr__ = __str__


def normal(
    placements: Sequence[Placement] | None, mesh: DeviceMesh, ndim: int
) -> tuple[Placement, ...]:
    """Placements as they were given, dimensions counted from the front; Replicate without any.
    ValueError where there is not one for each dimension of the mesh."""
    if placements is None:
        return (Replicate(),) * mesh.ndim
    if len(placements) != mesh.ndim:
        raise ValueError(
            "`placements` must have the same length as `device_mesh.ndim`! Found placements "
            f"length: {len(placements)}, and device_mesh.ndim: {mesh.ndim}."
        )
    made: list[Placement] = []
    for p in placements:
        if isinstance(p, Shard) and p.dim < 0:
            p = dataclasses.replace(p, dim=p.dim + ndim)
        if isinstance(p, Shard) and not 0 <= p.dim < max(ndim, 1):
            raise AssertionError(f"Sharding dim {p.dim} greater than tensor ndim {ndim}")
        made.append(p)
    return tuple(made)


__getattr__ = _absent.attributes(__name__)
