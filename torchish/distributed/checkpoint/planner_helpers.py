"""From objects to items of plans."""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Tensor
from torchish._core.tensor.size import Size
from torchish.distributed.checkpoint import _pieces
from torchish.distributed.checkpoint.metadata import (
    BytesStorageMetadata,
    ChunkStorageMetadata,
    MetadataIndex,
    TensorProperties,
    TensorStorageMetadata,
)
from torchish.distributed.checkpoint.planner import (
    LoadItemType,
    ReadItem,
    TensorWriteData,
    WriteItem,
    WriteItemType,
)
from torchish.distributed.checkpoint.resharding import overlap

__all__ = ["create_read_items_for_chunk_list"]


def create_read_items_for_chunk_list(
    fqn: str,
    checkpoint_md: TensorStorageMetadata,
    local_chunks: list[ChunkStorageMetadata],
) -> list[ReadItem]:
    """What to read for these pieces of a tensor: for each the parts of the pieces in the checkpoint
    that it has in common with them."""
    items = []
    for i, mine in enumerate(local_chunks):
        for j, saved in enumerate(checkpoint_md.chunks):
            common = overlap(saved, mine)
            if common is None:
                continue
            items.append(
                ReadItem(
                    type=LoadItemType.TENSOR,
                    dest_index=MetadataIndex(fqn, mine.offsets, i),
                    dest_offsets=_minus(common.offsets, mine.offsets),
                    storage_index=MetadataIndex(fqn, saved.offsets, j),
                    storage_offsets=_minus(common.offsets, saved.offsets),
                    lengths=common.sizes,
                )
            )
    return items


def _minus(a: Size, b: Size) -> Size:
    return Size([x - y for x, y in zip(a, b, strict=True)])


def _create_write_items(fqn: str, object: Any) -> list[WriteItem]:
    """What to write of an object on this rank."""
    if isinstance(object, _pieces.Checkpointable):
        return object.__create_write_items__(fqn, object)
    if not isinstance(object, Tensor):
        return [WriteItem(MetadataIndex(fqn), WriteItemType.BYTE_IO)]
    kind = WriteItemType.SHARD if _pieces.is_taken_apart(object) else WriteItemType.TENSOR
    properties = TensorProperties.create_from_tensor(object)
    return [
        WriteItem(
            index=MetadataIndex(fqn, box.offsets),
            type=kind,
            tensor_data=TensorWriteData(box, properties, Size(object.shape)),
        )
        for box in _pieces.pieces(object)
    ]


def _create_read_items(
    fqn: str, md: TensorStorageMetadata | BytesStorageMetadata, obj: Any
) -> list[ReadItem]:
    """What to read for an object on this rank; ValueError where the checkpoint has a tensor for
    what is none."""
    if isinstance(md, BytesStorageMetadata):
        index, nothing = MetadataIndex(fqn), Size((0,))
        return [ReadItem(LoadItemType.BYTE_IO, index, nothing, index, nothing, nothing)]
    if not isinstance(obj, Tensor | _pieces.Checkpointable):
        raise ValueError(
            f"Invalid checkpoint metadata for {fqn}, expected BytesStorageMetadata but found "
            f"{type(md)}"
        )
    return create_read_items_for_chunk_list(fqn, md, _pieces.pieces(obj))
