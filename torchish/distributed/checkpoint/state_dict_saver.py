"""`save` and `async_save`.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html#torch.distributed.checkpoint.state_dict_saver.save
"""

from __future__ import annotations

import dataclasses
import enum
import os
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from torchish import distributed as dist
from torchish.distributed.checkpoint._storage_utils import _storage_setup
from torchish.distributed.checkpoint.default_planner import DefaultSavePlanner
from torchish.distributed.checkpoint.metadata import Metadata
from torchish.distributed.checkpoint.planner import SavePlan, SavePlanner
from torchish.distributed.checkpoint.staging import AsyncStager, BlockingAsyncStager
from torchish.distributed.checkpoint.stateful import Stateful
from torchish.distributed.checkpoint.storage import StorageWriter, WriteResult
from torchish.distributed.checkpoint.utils import _DistWrapper

__all__ = ["AsyncCheckpointerType", "AsyncSaveResponse", "async_save", "save", "save_state_dict"]


class AsyncCheckpointerType(enum.Enum):
    """What writes in the background."""

    THREAD = "thread"
    PROCESS = "process"


@dataclasses.dataclass
class AsyncSaveResponse:
    """What `async_save` gives with a stager that gives futures."""

    staging_completion: Future[None]
    upload_completion: Future[Any]


def save_state_dict(
    state_dict: dict[str, Any],
    storage_writer: StorageWriter,
    process_group: Any = None,
    coordinator_rank: int = 0,
    no_dist: bool = False,
    planner: SavePlanner | None = None,
) -> Metadata:
    """The older form of `save`, with a warning."""
    warnings.warn(
        "'save_state_dict' is deprecated and will be removed in future versions."
        "Please use 'save' instead.",
        FutureWarning,
        stacklevel=2,
    )
    storage_writer.reset()
    return _save_state_dict(
        state_dict, storage_writer, process_group, coordinator_rank, no_dist, planner
    )


def save(
    state_dict: dict[str, Any],
    *,
    checkpoint_id: str | os.PathLike[str] | None = None,
    storage_writer: StorageWriter | None = None,
    planner: SavePlanner | None = None,
    process_group: Any = None,
    no_dist: bool = False,
    use_collectives: bool = True,
) -> Metadata:
    """Save a state dict, each rank its part; all ranks of the group call it.

    Args:
        state_dict: nested dictionaries of tensors and other objects. Objects with `state_dict` and
            `load_state_dict` are asked for theirs.
        checkpoint_id: a folder, for the default storage.
        storage_writer, planner: where and what to write.
        no_dist: this process alone.
        use_collectives: ranks agree on one checkpoint; without, each has metadata of its own.

    Returns the checkpoint's metadata. CheckpointException on all ranks where one fails.
    """
    no_dist = _alone(no_dist, "save")
    writer = _storage_setup(storage_writer, checkpoint_id, reader=False)
    return _save_state_dict(
        _stateful_to_state_dict(state_dict),
        writer,
        process_group,
        no_dist=no_dist,
        planner=planner,
        use_collectives=use_collectives,
    )


def _alone(no_dist: bool, doing: str) -> bool:
    """Whether one process saves or loads for itself."""
    alone = no_dist or not (dist.is_available() and dist.is_initialized())
    if alone:
        warnings.warn(
            "torch.distributed is disabled, unavailable or uninitialized, assuming the intent is "
            f"to {doing} in a single process.",
            stacklevel=3,
        )
    return alone


# One thread, so that checkpoints are written in the order in which they were asked for. Its group
# is made anew for another world.
_background: dict[str, Any] = {}


def _pool() -> ThreadPoolExecutor:
    return _background.setdefault("pool", ThreadPoolExecutor(1, thread_name_prefix="checkpoint"))


def _own_group(process_group: Any) -> Any:
    """A group of the same ranks that only the thread uses. Every rank is here, as it is in
    `async_save`."""
    world = dist.distributed_c10d._get_default_group()
    key = world, process_group
    if _background.get("key") != key:
        ranks = dist.get_process_group_ranks(process_group)
        _background["group"] = dist.new_group(ranks, sort_ranks=False)
        _background["key"] = key
    return _background["group"]


def async_save(
    state_dict: dict[str, Any],
    *,
    checkpoint_id: str | os.PathLike[str] | None = None,
    storage_writer: StorageWriter | None = None,
    planner: SavePlanner | None = None,
    process_group: Any = None,
    async_checkpointer_type: AsyncCheckpointerType = AsyncCheckpointerType.THREAD,
    async_stager: AsyncStager | None = None,
    no_dist: bool = False,
    use_collectives: bool = True,
) -> Future[Metadata] | AsyncSaveResponse:
    """Save as `save` does, in a thread: what the tensors hold at the call. Its future, or both
    futures where the stager gives one too.

    The ranks' threads agree by messages of their own, so that training may run collectives
    meanwhile. All ranks of the world call it.
    """
    if async_checkpointer_type is not AsyncCheckpointerType.THREAD:
        raise NotImplementedError(f"async_save({async_checkpointer_type=})")
    no_dist = _alone(no_dist, "save")
    writer = _storage_setup(storage_writer, checkpoint_id, reader=False)
    stager = async_stager
    if stager is None:
        stager = writer if isinstance(writer, AsyncStager) else BlockingAsyncStager()
    staged = stager.stage(_stateful_to_state_dict(state_dict))
    group = None if no_dist else _own_group(process_group)

    def run() -> Metadata:
        ready = staged.result() if isinstance(staged, Future) else staged
        return _save_state_dict(
            ready,
            writer,
            group,
            no_dist=no_dist,
            planner=planner,
            use_collectives=use_collectives,
            background=True,
        )

    writing = _pool().submit(run)
    if isinstance(staged, Future):
        copied: Future[None] = Future()
        staged.add_done_callback(lambda done: copied.set_result(None))
        return AsyncSaveResponse(copied, writing)
    if stager.should_synchronize_after_execute:
        stager.synchronize_staging()
    return writing


def _stateful_to_state_dict(state_dict: dict[str, Any]) -> dict[str, Any]:
    """What objects that save themselves have to remember, in their places."""
    return {
        key: obj.state_dict() if isinstance(obj, Stateful) else obj
        for key, obj in state_dict.items()
    }


def _save_state_dict(
    state_dict: dict[str, Any],
    storage_writer: StorageWriter,
    process_group: Any = None,
    coordinator_rank: int = 0,
    no_dist: bool = False,
    planner: SavePlanner | None = None,
    use_collectives: bool = True,
    background: bool = False,
) -> Metadata:
    wrapper = _DistWrapper(process_group, not no_dist, coordinator_rank, background)
    planner = DefaultSavePlanner() if planner is None else planner
    metadata: list[Metadata] = []

    def local_step() -> SavePlan:
        planner.set_up_planner(
            state_dict,
            storage_meta=storage_writer.storage_meta(),
            is_coordinator=wrapper.is_coordinator,
        )
        if use_collectives:
            storage_writer.set_up_storage_writer(wrapper.is_coordinator)
        else:
            storage_writer.set_up_storage_writer(
                wrapper.is_coordinator, rank=wrapper.rank, use_collectives=False
            )
        return storage_writer.prepare_local_plan(planner.create_local_plan())

    def global_step(plans: list[SavePlan]) -> list[SavePlan]:
        plans, made = planner.create_global_plan(plans)
        metadata.append(made)
        return storage_writer.prepare_global_plan(plans)

    def write(plan: SavePlan) -> list[WriteResult]:
        writing = storage_writer.write_data(planner.finish_plan(plan), planner)
        writing.wait()
        return writing.value()

    def finish(results: list[list[WriteResult]]) -> Metadata:
        storage_writer.finish(metadata[0], results)
        return metadata[0]

    if use_collectives:
        plan = wrapper.reduce_scatter("plan", local_step, global_step)
        return wrapper.all_reduce("write", lambda: write(plan), finish)
    alone = _DistWrapper(None, False, 0)
    plan = alone.reduce_scatter("plan", local_step, global_step)
    return alone.all_reduce("write", lambda: write(plan), finish)
