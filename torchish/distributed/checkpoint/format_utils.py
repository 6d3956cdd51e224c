"""From a distributed checkpoint to a file of `torch.save`, and back.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html#formats
"""

from __future__ import annotations

import os
from typing import Any

from torchish import distributed as dist
from torchish._core.tensor import Tensor
from torchish._core.tensor.size import Size
from torchish.distributed.checkpoint._nested_dict import flatten_state_dict
from torchish.distributed.checkpoint.default_planner import (
    DefaultLoadPlanner,
    _EmptyStateDictLoadPlanner,
    narrowed,
)
from torchish.distributed.checkpoint.filesystem import FileSystemReader, FileSystemWriter
from torchish.distributed.checkpoint.metadata import (
    STATE_DICT_TYPE,
    ChunkStorageMetadata,
    Metadata,
    TensorProperties,
    TensorStorageMetadata,
)
from torchish.distributed.checkpoint.planner import LoadItemType, LoadPlan, LoadPlanner
from torchish.distributed.checkpoint.state_dict_loader import _load_state_dict
from torchish.distributed.checkpoint.state_dict_saver import _save_state_dict
from torchish.distributed.checkpoint.storage import StorageReader
from torchish.futures import Future
from torchish.serialization import load, save

__all__ = [
    "BroadcastingTorchSaveReader",
    "DynamicMetaLoadPlanner",
    "dcp_to_torch_save",
    "torch_save_to_dcp",
]

_Path = str | os.PathLike[str]


class BroadcastingTorchSaveReader(StorageReader):
    """Reads a file of `torch.save` on one rank, and gives every rank its part of the tensors. With
    `DynamicMetaLoadPlanner`."""

    def __init__(self, checkpoint_id: _Path | None = None, coordinator_rank: int = 0) -> None:
        self.checkpoint_id, self.coordinator_rank = checkpoint_id, coordinator_rank

    def read_metadata(self, *args: Any, **kwargs: Any) -> Metadata:
        """Nothing: the file says nothing before it is read whole."""
        return Metadata(state_dict_metadata={})

    def read_data(self, plan: LoadPlan, planner: LoadPlanner) -> Future[None]:
        """Read the file, and fill the tensors. NotImplementedError for an object that is none."""
        if any(item.type is LoadItemType.BYTE_IO for item in plan.items):
            raise NotImplementedError("BroadcastingTorchSaveReader for objects that are no tensors")
        whole: dict[str, Tensor] = {}
        if self.is_coordinator:
            assert self.checkpoint_id is not None
            found = load(self.checkpoint_id, map_location="cpu", weights_only=True)
            whole, _ = flatten_state_dict(found)
        for item in plan.items:
            index = item.storage_index
            if dist.is_initialized():
                passed = [whole.get(index.fqn)]
                dist.broadcast_object_list(passed, src=self.coordinator_rank)
                tensor = passed[0]
            else:
                tensor = whole.get(index.fqn)
            if tensor is None:
                raise RuntimeError(f"Missing key in checkpoint state_dict: {index.fqn}.")
            into = planner.resolve_tensor(item).detach()
            into.copy_(narrowed(tensor, item.storage_offsets, item.lengths))
            planner.commit_tensor(item, into)
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def set_up_storage_reader(
        self, metadata: Metadata, is_coordinator: bool, *args: Any, **kwargs: Any
    ) -> None:
        """Take which rank reads."""
        self.is_coordinator = is_coordinator
        if self.checkpoint_id is None:
            raise AssertionError("checkpoint_id is needed")

    def prepare_local_plan(self, plan: LoadPlan) -> LoadPlan:
        """The plan as it is."""
        return plan

    def prepare_global_plan(self, plans: list[LoadPlan]) -> list[LoadPlan]:
        """The plans as they are."""
        return plans

    def reset(self, checkpoint_id: _Path | None = None) -> None:
        """Another file is read."""
        self.checkpoint_id = checkpoint_id

    @classmethod
    def validate_checkpoint_id(cls, checkpoint_id: _Path) -> bool:
        """Whether this is a file."""
        return os.path.isfile(checkpoint_id)


class DynamicMetaLoadPlanner(DefaultLoadPlanner):
    """Takes the tensors' sizes from the state dict that is to be filled, for files that do not say
    what they hold."""

    def set_up_planner(
        self,
        state_dict: STATE_DICT_TYPE,
        metadata: Metadata | None = None,
        is_coordinator: bool = False,
    ) -> None:
        """Take the state dict; RuntimeError for an object that is no tensor."""
        super().set_up_planner(state_dict, metadata, is_coordinator)
        entries: dict[str, Any] = {}
        for name, tensor in self.state_dict.items():
            if not isinstance(tensor, Tensor):
                raise RuntimeError(f"Non-tensor value identified at {name}. "
                                   f"At this time {type(self).__name__} only supports loading "
                                   "Tensors.")  # fmt: skip
            size = Size(tensor.shape)
            properties = TensorProperties(dtype=tensor.dtype)
            whole = ChunkStorageMetadata(Size([0] * len(size)), size)
            entries[name] = TensorStorageMetadata(properties, size, [whole])
        self.metadata = Metadata(entries)


def dcp_to_torch_save(dcp_checkpoint_dir: _Path, torch_save_path: _Path) -> None:
    """Write what a distributed checkpoint holds to one file, in this process alone."""
    found: dict[str, Any] = {}
    _load_state_dict(
        found,
        FileSystemReader(dcp_checkpoint_dir),
        planner=_EmptyStateDictLoadPlanner(),
        no_dist=True,
    )
    save(found, torch_save_path)


def torch_save_to_dcp(torch_save_path: _Path, dcp_checkpoint_dir: _Path) -> None:
    """Write what a file of `torch.save` holds as a distributed checkpoint, in this process alone.
    Only what `torch.load(weights_only=True)` reads."""
    found = load(torch_save_path, weights_only=True)
    _save_state_dict(found, FileSystemWriter(dcp_checkpoint_dir), no_dist=True)
