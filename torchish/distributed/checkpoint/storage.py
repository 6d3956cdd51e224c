"""Where checkpoints lie: what a storage has to do for `save` and `load`.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html#torch.distributed.checkpoint.StorageWriter
"""

from __future__ import annotations

import abc
import dataclasses
import os
from typing import Any

from torchish.distributed.checkpoint.metadata import Metadata, MetadataIndex, StorageMeta
from torchish.distributed.checkpoint.planner import LoadPlan, LoadPlanner, SavePlan, SavePlanner
from torchish.futures import Future

__all__ = ["StorageReader", "StorageWriter", "WriteResult"]

_Id = str | os.PathLike[str] | None


@dataclasses.dataclass(frozen=True)
class WriteResult:
    """An item that was written, how large it is, and what its storage notes of it."""

    index: MetadataIndex
    size_in_bytes: int
    storage_data: Any


class StorageWriter(abc.ABC):
    """Writes a checkpoint. `reset`, `set_up_storage_writer`, `prepare_local_plan` and `write_data`
    are called on every rank, `prepare_global_plan` and `finish` on the coordinator."""

    @abc.abstractmethod
    def reset(self, checkpoint_id: _Id = None) -> None:
        """A new checkpoint begins."""

    @abc.abstractmethod
    def set_up_storage_writer(self, is_coordinator: bool, *args: Any, **kwargs: Any) -> None:
        """Make ready to write."""

    @abc.abstractmethod
    def prepare_local_plan(self, plan: SavePlan) -> SavePlan:
        """Add to a rank's plan what this storage needs."""

    @abc.abstractmethod
    def prepare_global_plan(self, plans: list[SavePlan]) -> list[SavePlan]:
        """The same for the plans of all."""

    @abc.abstractmethod
    def write_data(self, plan: SavePlan, planner: SavePlanner) -> Future[list[WriteResult]]:
        """Write a rank's items, whose data `planner` has."""

    @abc.abstractmethod
    def finish(self, metadata: Metadata, results: list[list[WriteResult]]) -> None:
        """All ranks have written: from now on the checkpoint is there."""

    @classmethod
    def validate_checkpoint_id(cls, checkpoint_id: str | os.PathLike[str]) -> bool:
        """Whether the storage knows such identifiers."""
        raise NotImplementedError(f"{cls.__name__}.validate_checkpoint_id")

    def storage_meta(self) -> StorageMeta | None:
        """What the storage says of itself in the metadata."""
        return None


class StorageReader(abc.ABC):
    """Reads a checkpoint. All is called on every rank, `prepare_global_plan` on the coordinator
    only."""

    @abc.abstractmethod
    def reset(self, checkpoint_id: _Id = None) -> None:
        """Another checkpoint is read."""

    @abc.abstractmethod
    def read_metadata(self, *args: Any, **kwargs: Any) -> Metadata:
        """What the checkpoint says of itself."""

    @abc.abstractmethod
    def set_up_storage_reader(
        self, metadata: Metadata, is_coordinator: bool, *args: Any, **kwargs: Any
    ) -> None:
        """Make ready to read."""

    @abc.abstractmethod
    def prepare_local_plan(self, plan: LoadPlan) -> LoadPlan:
        """Add to a rank's plan what this storage needs."""

    @abc.abstractmethod
    def prepare_global_plan(self, plans: list[LoadPlan]) -> list[LoadPlan]:
        """The same for the plans of all."""

    @abc.abstractmethod
    def read_data(self, plan: LoadPlan, planner: LoadPlanner) -> Future[None]:
        """Read a rank's items, and give them to `planner`."""

    @classmethod
    def validate_checkpoint_id(cls, checkpoint_id: str | os.PathLike[str]) -> bool:
        """Whether the storage knows such identifiers."""
        return False
