"""`load`.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html#torch.distributed.checkpoint.state_dict_loader.load
"""

from __future__ import annotations

import os
import warnings
from typing import Any

from torchish.distributed.checkpoint._storage_utils import _storage_setup
from torchish.distributed.checkpoint.default_planner import (
    DefaultLoadPlanner,
    _EmptyStateDictLoadPlanner,
)
from torchish.distributed.checkpoint.metadata import Metadata
from torchish.distributed.checkpoint.planner import LoadPlan, LoadPlanner
from torchish.distributed.checkpoint.state_dict_saver import _alone
from torchish.distributed.checkpoint.stateful import Stateful
from torchish.distributed.checkpoint.storage import StorageReader
from torchish.distributed.checkpoint.utils import _DistWrapper, all_keys

__all__ = ["load", "load_state_dict"]


def load_state_dict(
    state_dict: dict[str, Any],
    storage_reader: StorageReader,
    process_group: Any = None,
    coordinator_rank: int = 0,
    no_dist: bool = False,
    planner: LoadPlanner | None = None,
) -> None:
    """The older form of `load`, with a warning."""
    warnings.warn(
        "'load_state_dict' is deprecated and will be removed in future versions. "
        "Please use 'load' instead.",
        FutureWarning,
        stacklevel=2,
    )
    storage_reader.reset()
    _load_state_dict(state_dict, storage_reader, process_group, coordinator_rank, no_dist, planner)


def load(
    state_dict: dict[str, Any],
    *,
    checkpoint_id: str | os.PathLike[str] | None = None,
    storage_reader: StorageReader | None = None,
    planner: LoadPlanner | None = None,
    process_group: Any = None,
    no_dist: bool = False,
) -> None:
    """Load into a state dict, in place; all ranks of the group call it.

    Each rank reads what its tensors need, however many ranks have saved. Tensors are filled, other
    objects replaced; objects with `state_dict` and `load_state_dict` are loaded by them.

    Args:
        state_dict: what is wanted, with tensors of the saved sizes.
        checkpoint_id: a folder, for the default storage.
        storage_reader, planner: where from and what to read.
        no_dist: this process alone.

    CheckpointException on all ranks where one fails, for a missing name or another size too.
    """
    no_dist = _alone(no_dist, "load")
    reader = _storage_setup(storage_reader, checkpoint_id, reader=True)
    keys = list(state_dict)
    if not no_dist:
        keys = all_keys(keys, _DistWrapper(process_group, True, 0))
    asked = {}
    for key in (k for k in keys if k in state_dict):
        obj = state_dict[key]
        asked[key] = obj.state_dict() if isinstance(obj, Stateful) else obj
    _load_state_dict(asked, reader, process_group, no_dist=no_dist, planner=planner)
    for key in asked:
        if isinstance(state_dict[key], Stateful):
            state_dict[key].load_state_dict(asked[key])
        else:
            state_dict[key] = asked[key]


def _load_state_dict(
    state_dict: dict[str, Any],
    storage_reader: StorageReader,
    process_group: Any = None,
    coordinator_rank: int = 0,
    no_dist: bool = False,
    planner: LoadPlanner | None = None,
) -> None:
    wrapper = _DistWrapper(process_group, not no_dist, coordinator_rank)
    planner = DefaultLoadPlanner() if planner is None else planner

    def local_step() -> LoadPlan:
        metadata = _metadata(storage_reader, wrapper.rank)
        planner.set_up_planner(state_dict, metadata, wrapper.is_coordinator)
        storage_reader.set_up_storage_reader(metadata, wrapper.is_coordinator)
        return storage_reader.prepare_local_plan(planner.create_local_plan())

    def global_step(plans: list[LoadPlan]) -> list[LoadPlan]:
        return storage_reader.prepare_global_plan(planner.create_global_plan(plans))

    plan = wrapper.reduce_scatter("plan", local_step, global_step)
    wrapper.all_gather(
        "read", lambda: storage_reader.read_data(planner.finish_plan(plan), planner).wait()
    )


def _metadata(storage_reader: StorageReader, rank: int) -> Metadata:
    """The checkpoint's metadata, or this rank's own where there is none for all. AssertionError
    where there is neither."""
    try:
        return storage_reader.read_metadata()
    except FileNotFoundError as error:
        missing = error
    try:
        return storage_reader.read_metadata(rank=rank)
    except FileNotFoundError as error:
        raise AssertionError(
            f"metadata is None; global metadata read failed: {missing}; rank local metadata read "
            f"failed: {error}"
        ) from None


def _load_state_dict_from_keys(
    keys: set[str] | str | None = None,
    *,
    checkpoint_id: str | os.PathLike[str] | None = None,
    storage_reader: StorageReader | None = None,
    process_group: Any = None,
) -> dict[str, Any]:
    """A state dict of what a checkpoint has, all of it or what lies under some keys."""
    no_dist = _alone(False, "load")
    reader = _storage_setup(storage_reader, checkpoint_id, reader=True)
    wanted = {keys} if isinstance(keys, str) else keys
    found: dict[str, Any] = {}
    planner = _EmptyStateDictLoadPlanner(wanted or None)
    _load_state_dict(found, reader, process_group, no_dist=no_dist, planner=planner)
    return found
