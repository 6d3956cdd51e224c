"""Which pieces of a tensor this process has.

Note [Pieces]
Saving and loading see a tensor as boxes, each at an offset of the whole tensor, and nothing else:
an ordinary tensor is one box, a DTensor the box of its shard, and any object with the methods of
`Checkpointable` what that says. So how many processes have saved does not matter to those that
load: what a box there and a box here have in common is copied.
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from torchish._core.tensor import Tensor
from torchish._core.tensor.size import Size
from torchish.distributed.checkpoint.metadata import ChunkStorageMetadata, MetadataIndex
from torchish.distributed.tensor import DTensor
from torchish.distributed.tensor._utils import compute_local_shape_and_global_offset

__all__ = ["Checkpointable", "is_taken_apart", "piece", "pieces"]


@runtime_checkable
class Checkpointable(Protocol):
    """What an object says of its own pieces."""

    def __create_write_items__(self, fqn: str, object: Any) -> list[Any]:
        """What to write of it, under a name."""
        ...

    def __create_chunk_list__(self) -> list[ChunkStorageMetadata]:
        """The pieces that are here."""
        ...

    def __get_tensor_shard__(self, index: MetadataIndex) -> Tensor:
        """The piece at an offset."""
        ...


def is_taken_apart(obj: Any) -> bool:
    """Whether an object is a tensor of several pieces, of which this process may have some."""
    return isinstance(obj, DTensor)


def pieces(obj: Any) -> list[ChunkStorageMetadata]:
    """The boxes of a tensor that are here. NotImplementedError for a sum that is not summed yet."""
    if isinstance(obj, Checkpointable):
        return obj.__create_chunk_list__()
    if isinstance(obj, DTensor) and not obj.device_mesh.is_whole:
        if obj.device_mesh.get_coordinate() is None:
            return []
        if any(p.is_partial() for p in obj.placements):
            raise NotImplementedError(f"a checkpoint of a DTensor placed as {obj.placements}")
        sizes, offsets = compute_local_shape_and_global_offset(
            obj.shape, obj.device_mesh, obj.placements
        )
        if 0 in sizes and 0 not in obj.shape:
            return []
        return [ChunkStorageMetadata(Size(offsets), Size(sizes))]
    return [ChunkStorageMetadata(Size([0] * obj.dim()), Size(obj.shape))]


def piece(obj: Any, index: MetadataIndex) -> Tensor:
    """The box at an offset as a tensor, which shares the whole's memory; ValueError where there is
    none."""
    if isinstance(obj, Checkpointable):
        return obj.__get_tensor_shard__(index)
    if index.offset is not None and all(index.offset != box.offsets for box in pieces(obj)):
        raise ValueError(f"Could not find shard at '{index.offset}' for FQN: '{index.fqn}'")
    if isinstance(obj, DTensor):
        # Where one process stands for all devices, it has the whole tensor.
        return (obj.full_tensor() if obj.device_mesh.is_whole else obj.to_local()).detach()
    return obj
