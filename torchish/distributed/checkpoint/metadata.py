"""What a checkpoint says of itself: the tensors, their pieces, and where each piece lies.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html
"""

from __future__ import annotations

import dataclasses
import enum
import os
from collections.abc import Sequence
from typing import Any

from torchish._core.base import dtypes, layouts
from torchish._core.tensor import Tensor
from torchish._core.tensor.size import Size
from torchish.distributed.checkpoint.stateful import StatefulT

__all__ = [
    "BytesStorageMetadata",
    "ChunkStorageMetadata",
    "Metadata",
    "MetadataIndex",
    "StorageMeta",
    "TensorProperties",
    "TensorStorageMetadata",
]

STATE_DICT_TYPE = dict[str, StatefulT | Any]


class _MEM_FORMAT_ENCODING(enum.Enum):
    """Memory formats as files hold them."""

    TORCH_CONTIGUOUS_FORMAT = 0
    TORCH_CHANNELS_LAST = 1
    TORCH_PRESERVE_FORMAT = 2


_FORMATS = {
    layouts.contiguous_format: _MEM_FORMAT_ENCODING.TORCH_CONTIGUOUS_FORMAT,
    layouts.channels_last: _MEM_FORMAT_ENCODING.TORCH_CHANNELS_LAST,
    layouts.preserve_format: _MEM_FORMAT_ENCODING.TORCH_PRESERVE_FORMAT,
}
_DECODED = {encoded: found for found, encoded in _FORMATS.items()}


@dataclasses.dataclass
class ChunkStorageMetadata:
    """A piece of a tensor: a box of these sizes at these offsets."""

    offsets: Size
    sizes: Size


@dataclasses.dataclass
class TensorProperties:
    """What a tensor is besides its size."""

    dtype: dtypes.dtype = dataclasses.field(default_factory=dtypes.get_default_dtype)
    layout: layouts.layout = layouts.strided
    requires_grad: bool = False
    memory_format: layouts.memory_format = layouts.contiguous_format
    pin_memory: bool = False

    def __getstate__(self) -> tuple:
        encoded = _FORMATS.get(self.memory_format)
        if encoded is None:
            raise RuntimeError(f"Invalid torch.memory_format: {self.memory_format}")
        return self.dtype, self.layout, self.requires_grad, encoded, self.pin_memory

    def __setstate__(self, state: tuple) -> None:
        self.dtype, self.layout, self.requires_grad, encoded, self.pin_memory = state
        self.memory_format = _DECODED[encoded]

    @staticmethod
    def create_from_tensor(tensor: Tensor) -> TensorProperties:
        """The properties of a tensor."""
        return TensorProperties(
            dtype=tensor.dtype,
            layout=tensor.layout,
            requires_grad=tensor.requires_grad,
            memory_format=layouts.contiguous_format,
            pin_memory=tensor.is_pinned(),
        )


@dataclasses.dataclass
class TensorStorageMetadata:
    """A tensor of a checkpoint, with all its pieces."""

    properties: TensorProperties
    size: Size
    chunks: list[ChunkStorageMetadata]


@dataclasses.dataclass
class BytesStorageMetadata:
    """An object of a checkpoint that is no tensor."""


@dataclasses.dataclass
class StorageMeta:
    """Which checkpoint this is."""

    checkpoint_id: str | os.PathLike[str] | None = None
    save_id: str | None = None
    load_id: str | None = None
    modules: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Metadata:
    """A whole checkpoint: what it holds, and what planner and storage note for themselves."""

    state_dict_metadata: dict[str, TensorStorageMetadata | BytesStorageMetadata]
    planner_data: Any = None
    storage_data: Any = None
    storage_meta: StorageMeta | None = None
    version: str | None = None


@dataclasses.dataclass(frozen=True)
class MetadataIndex:
    """One piece by name and offset. `index` is where it stands among the tensor's pieces, to find
    it sooner; it is no part of what the piece is."""

    fqn: str
    offset: Size | None = None
    index: int | None = dataclasses.field(hash=False, compare=False, default=None)

    def __init__(
        self, fqn: str, offset: Sequence[int] | None = None, index: int | None = None
    ) -> None:
        # The class is frozen, so its values are given below its own `__setattr__`.
        object.__setattr__(self, "fqn", fqn)
        object.__setattr__(self, "offset", None if offset is None else Size(offset))
        object.__setattr__(self, "index", index)
