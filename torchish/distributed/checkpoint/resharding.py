"""What boxes have in common."""

from __future__ import annotations

from torchish._core.tensor.size import Size
from torchish.distributed.checkpoint.metadata import ChunkStorageMetadata

__all__ = []


def overlap(a: ChunkStorageMetadata, b: ChunkStorageMetadata) -> ChunkStorageMetadata | None:
    """The box that is in both; None where they have no element in common.

    Two boxes of no dimension are the same number.
    """
    offsets, sizes = [], []
    for i in range(len(a.offsets)):
        start = max(a.offsets[i], b.offsets[i])
        end = min(a.offsets[i] + a.sizes[i], b.offsets[i] + b.sizes[i])
        if end <= start:
            return None
        offsets.append(start)
        sizes.append(end - start)
    return ChunkStorageMetadata(Size(offsets), Size(sizes))


def _check_shard_metadata_pair_overlap(
    shard1: ChunkStorageMetadata, shard2: ChunkStorageMetadata
) -> bool:
    """Whether two boxes have an element in common."""
    return overlap(shard1, shard2) is not None
