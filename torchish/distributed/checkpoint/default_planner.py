"""The planners of an ordinary checkpoint: every piece is written once, and read by whoever needs a
part of it.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html#torch.distributed.checkpoint.DefaultSavePlanner
"""

from __future__ import annotations

import dataclasses
import io
import itertools
import math
from collections import ChainMap
from typing import Any

from torchish._core.tensor import Tensor
from torchish._core.tensor.api import factory
from torchish.distributed.checkpoint._nested_dict import (
    FLATTEN_MAPPING,
    flatten_state_dict,
    set_element,
)
from torchish.distributed.checkpoint.metadata import (
    STATE_DICT_TYPE,
    BytesStorageMetadata,
    ChunkStorageMetadata,
    Metadata,
    MetadataIndex,
    StorageMeta,
    TensorStorageMetadata,
)
from torchish.distributed.checkpoint.planner import (
    LoadPlan,
    LoadPlanner,
    ReadItem,
    SavePlan,
    SavePlanner,
    WriteItem,
    WriteItemType,
)
from torchish.distributed.checkpoint.planner_helpers import _create_read_items, _create_write_items
from torchish.distributed.checkpoint.resharding import overlap
from torchish.distributed.checkpoint.utils import find_state_dict_object
from torchish.serialization import load, save

__all__ = [
    "DefaultLoadPlanner",
    "DefaultSavePlanner",
    "create_default_global_load_plan",
    "create_default_global_save_plan",
    "create_default_local_load_plan",
    "create_default_local_save_plan",
]

VERSION = "1.0.0"  # of the format, as PyTorch counts


class DefaultSavePlanner(SavePlanner):
    """Writes each piece and each object once, on one of the ranks that have it.

    Args:
        flatten_state_dict: nested dictionaries are saved entry by entry.
        flatten_sharded_tensors: accepted; there are no tensors sharded within shards.
        dedup_save_to_lowest_rank: what several ranks have is written by the first of them, instead
            of by the one that has least to write.
        enable_plan_caching: a plan that is made again for the same names is the same anyway.
    """

    def __init__(
        self,
        flatten_state_dict: bool = True,
        flatten_sharded_tensors: bool = True,
        dedup_replicated_tensors: bool | None = None,
        dedup_save_to_lowest_rank: bool = False,
        enable_plan_caching: bool = False,
    ) -> None:
        self.flatten_state_dict = flatten_state_dict
        self.flatten_sharded_tensors = flatten_sharded_tensors
        self.dedup_save_to_lowest_rank = dedup_save_to_lowest_rank
        self.mappings: FLATTEN_MAPPING = {}
        self._enable_plan_caching = enable_plan_caching

    def set_up_planner(
        self,
        state_dict: STATE_DICT_TYPE,
        storage_meta: StorageMeta | None = None,
        is_coordinator: bool = False,
    ) -> None:
        """Take the state dict."""
        if self.flatten_state_dict:
            state_dict, self.mappings = flatten_state_dict(state_dict)
        self.state_dict, self.is_coordinator = state_dict, is_coordinator

    def create_local_plan(self) -> SavePlan:
        """All that this rank has."""
        plan = create_default_local_save_plan(self.state_dict, self.is_coordinator)
        if self.flatten_state_dict:
            plan = dataclasses.replace(plan, planner_data=self.mappings)
        self.plan = plan
        return plan

    def create_global_plan(self, all_plans: list[SavePlan]) -> tuple[list[SavePlan], Metadata]:
        """What each rank writes. ValueError where the pieces of a tensor do not make it up."""
        plans = without_duplicates(all_plans, self.dedup_save_to_lowest_rank)
        plans, metadata = create_default_global_save_plan(plans)
        if self.flatten_state_dict:
            merged = dict(ChainMap(*(p.planner_data for p in reversed(plans))))
            metadata = dataclasses.replace(metadata, planner_data=merged)
        wrong = _validate_global_plan(plans, metadata)
        if wrong:
            raise ValueError("Failed to validate global plan: " + "; ".join(wrong))
        metadata.version = VERSION
        self.global_plan, self.metadata = plans, metadata
        return plans, metadata

    def finish_plan(self, new_plan: SavePlan) -> SavePlan:
        """This rank's final plan."""
        self.plan = new_plan
        return new_plan

    def resolve_data(self, write_item: WriteItem) -> Tensor | io.BytesIO:
        """The data of an item."""
        return self.transform_object(write_item, self.lookup_object(write_item.index))

    def lookup_object(self, index: MetadataIndex) -> Any:
        """The object or piece of an index; a planner may look elsewhere."""
        return find_state_dict_object(self.state_dict, index)

    def transform_object(self, write_item: WriteItem, object: Any) -> Tensor | io.BytesIO:
        """What is written for an object: a tensor as it is, others as the bytes of a file."""
        if write_item.type is WriteItemType.BYTE_IO:
            stream = io.BytesIO()
            save(object, stream)
            return stream
        return object


class DefaultLoadPlanner(LoadPlanner):
    """Reads into the tensors of the state dict, in place, and replaces its other objects.

    Args:
        flatten_state_dict: as it was saved.
        flatten_sharded_tensors: accepted; there are no tensors sharded within shards.
        allow_partial_load: what the checkpoint lacks stays as it is, instead of RuntimeError.
    """

    original_state_dict: STATE_DICT_TYPE
    mappings: FLATTEN_MAPPING

    def __init__(
        self,
        flatten_state_dict: bool = True,
        flatten_sharded_tensors: bool = True,
        allow_partial_load: bool = False,
    ) -> None:
        self.flatten_state_dict = flatten_state_dict
        self.flatten_sharded_tensors = flatten_sharded_tensors
        self.original_state_dict, self.mappings = {}, {}
        self.allow_partial_load = allow_partial_load

    def set_up_planner(
        self,
        state_dict: STATE_DICT_TYPE,
        metadata: Metadata | None = None,
        is_coordinator: bool = False,
    ) -> None:
        """Take the state dict; its tensors on the meta device get memory."""
        self.original_state_dict = state_dict
        if self.flatten_state_dict:
            state_dict, self.mappings = flatten_state_dict(state_dict)
        self.state_dict = dict(state_dict)
        for name, obj in state_dict.items():
            if isinstance(obj, Tensor) and obj.device.type == "meta":
                self._put(name, factory.empty_like(obj, device="cpu"))
        self.metadata, self.is_coordinator = metadata, is_coordinator

    def _put(self, name: str, obj: Any) -> None:
        self.state_dict[name] = obj
        if self.flatten_state_dict:
            set_element(self.original_state_dict, self.mappings[name], obj)
        else:
            self.original_state_dict[name] = obj

    def create_local_plan(self) -> LoadPlan:
        """All that this rank needs."""
        if self.metadata is None:
            raise AssertionError("create_local_plan before set_up_planner with the metadata")
        return create_default_local_load_plan(
            self.state_dict, self.metadata, not self.allow_partial_load
        )

    def create_global_plan(self, global_plan: list[LoadPlan]) -> list[LoadPlan]:
        """The plans as they are: each rank reads for itself."""
        return create_default_global_load_plan(global_plan)

    def finish_plan(self, new_plan: LoadPlan) -> LoadPlan:
        """This rank's final plan."""
        return new_plan

    def load_bytes(self, read_item: ReadItem, value: io.BytesIO) -> None:
        """Take an object. Only what `torch.load(weights_only=True)` reads; further classes by
        `torch.serialization.add_safe_globals`."""
        self._put(read_item.dest_index.fqn, load(value, weights_only=True))

    def resolve_tensor(self, read_item: ReadItem) -> Tensor:
        """The part of a tensor that an item fills."""
        return self.transform_tensor(read_item, self.lookup_tensor(read_item.dest_index))

    def commit_tensor(self, read_item: ReadItem, tensor: Tensor) -> None:
        """Nothing: the part is the tensor's memory."""

    def lookup_tensor(self, index: MetadataIndex) -> Tensor:
        """The piece of an index; a planner may look elsewhere."""
        return find_state_dict_object(self.state_dict, index)

    def transform_tensor(self, read_item: ReadItem, tensor: Tensor) -> Tensor:
        """The part of a piece that an item fills."""
        return narrowed(tensor.detach(), read_item.dest_offsets, read_item.lengths)


class _EmptyStateDictLoadPlanner(DefaultLoadPlanner):
    """Takes what the checkpoint has, all of it or what lies under some keys."""

    def __init__(self, keys: set[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.keys = keys
        super().__init__(*args, **kwargs)

    def _should_include_key(self, key: str, metadata: Metadata) -> bool:
        if self.keys is None or key in self.keys:
            return True
        path = (metadata.planner_data or {}).get(key, (key,))
        dotted = itertools.accumulate(map(str, path), lambda a, b: f"{a}.{b}")
        return any(start in self.keys for start in dotted)

    def set_up_planner(
        self,
        state_dict: STATE_DICT_TYPE,
        metadata: Metadata | None = None,
        is_coordinator: bool = False,
    ) -> None:
        """Take an empty state dict, and make a place in it for each entry of the checkpoint."""
        if state_dict:
            raise AssertionError("Expected empty state_dict, got entries")
        if metadata is None:
            raise AssertionError("the planner needs the checkpoint's metadata")
        for name, md in metadata.state_dict_metadata.items():
            if not self._should_include_key(name, metadata):
                continue
            obj: Any = f"an object under {name}"
            if isinstance(md, TensorStorageMetadata):
                obj = factory.empty(md.size, dtype=md.properties.dtype)
            if metadata.planner_data and name in metadata.planner_data:
                set_element(state_dict, metadata.planner_data[name], obj)
            else:
                state_dict[name] = obj
        super().set_up_planner(state_dict, metadata, is_coordinator)


def narrowed(t: Tensor, offsets: Any, lengths: Any) -> Tensor:
    """A box of a tensor, as a view."""
    for dim, (start, length) in enumerate(zip(offsets, lengths, strict=True)):
        if (start, length) != (0, t.shape[dim]):
            t = t.narrow(dim, start, length)
    return t


def create_default_local_load_plan(
    state_dict: dict[str, Any], metadata: Metadata, strict: bool = True
) -> LoadPlan:
    """What a state dict needs of a checkpoint. RuntimeError for a name that it lacks (nothing
    unless `strict`), ValueError for a tensor of another size."""
    items = []
    for name, obj in state_dict.items():
        md = metadata.state_dict_metadata.get(name)
        if md is None:
            if strict:
                raise RuntimeError(f"Missing key in checkpoint state_dict: {name}.")
            continue
        size = getattr(obj, "shape", None)
        if isinstance(md, TensorStorageMetadata) and size is not None and md.size != size:
            raise ValueError(
                f"Size mismatch between saved {md.size} and current: {size} for {name}"
            )
        items += _create_read_items(name, md, obj)
    return LoadPlan(items)


def create_default_global_load_plan(all_plans: list[LoadPlan]) -> list[LoadPlan]:
    """The plans as they are."""
    return all_plans


def create_default_local_save_plan(state_dict: dict[str, Any], is_coordinator: bool) -> SavePlan:
    """All that a rank has, also what every rank has."""
    return SavePlan([w for name, obj in state_dict.items() for w in _create_write_items(name, obj)])


def create_default_global_save_plan(
    all_plans: list[SavePlan], rewrite_index_hints: bool = True
) -> tuple[list[SavePlan], Metadata]:
    """The checkpoint's metadata of what the ranks write, and the plans with the place of each piece
    among those of its tensor."""
    md: dict[str, TensorStorageMetadata | BytesStorageMetadata] = {}
    plans = []
    for plan in all_plans:
        items = []
        for item in plan.items:
            if item.type is WriteItemType.BYTE_IO:
                md[item.index.fqn] = BytesStorageMetadata()
                items.append(item)
                continue
            data = item.tensor_data
            if data is None:
                raise AssertionError(f"the plan says nothing of the tensor {item.index}")
            whole = md.setdefault(
                item.index.fqn, TensorStorageMetadata(data.properties, data.size, [])
            )
            if not isinstance(whole, TensorStorageMetadata):
                raise AssertionError(f"{item.index.fqn} is a tensor on some ranks only")
            if rewrite_index_hints:
                item = dataclasses.replace(item, index=_placed(item.index, len(whole.chunks)))
            items.append(item)
            whole.chunks.append(data.chunk)
        plans.append(dataclasses.replace(plan, items=items))
    return plans, Metadata(md)


def _placed(index: MetadataIndex, place: int) -> MetadataIndex:
    """The same index with another hint."""
    return MetadataIndex(index.fqn, index.offset, place)


def without_duplicates(plans: list[SavePlan], to_lowest_rank: bool) -> list[SavePlan]:
    """The plans with each item on one rank: the first that has it, or the one with least to write
    so far."""
    having: dict[MetadataIndex, list[int]] = {}
    sizes: dict[MetadataIndex, int] = {}
    for rank, plan in enumerate(plans):
        for item in plan.items:
            having.setdefault(item.index, []).append(rank)
            sizes[item.index] = item.tensor_storage_size() or 1
    written = [0] * len(plans)
    writer: dict[MetadataIndex, int] = {}
    for index, ranks in having.items():
        chosen = min(ranks) if to_lowest_rank else min(ranks, key=lambda r: (written[r], r))
        writer[index] = chosen
        written[chosen] += sizes[index]
    return [
        dataclasses.replace(plan, items=[i for i in plan.items if writer[i.index] == rank])
        for rank, plan in enumerate(plans)
    ]


def _inside(size: Any, box: ChunkStorageMetadata) -> bool:
    return all(
        start >= 0 and start + length <= n
        for n, start, length in zip(size, box.offsets, box.sizes, strict=True)
    )


def _validate_global_plan(global_plan: list[SavePlan], metadata: Metadata) -> list[str]:
    """What is wrong with the pieces of the tensors: nothing where each makes up its tensor."""
    wrong = []
    for name, md in metadata.state_dict_metadata.items():
        if not isinstance(md, TensorStorageMetadata):
            continue
        outside = [box for box in md.chunks if not _inside(md.size, box)]
        wrong += [f"key:{name} has out of bounds chunk: {box}" for box in outside]
        if len(md.chunks) > 1:
            wrong += [f"key:{name} has overlapping chunks: {a} {b}" for a, b in _overlapping(md)]
        covered = sum(math.prod(box.sizes) for box in md.chunks)
        if covered != math.prod(md.size):
            wrong.append(
                f"key:{name} invalid fill tensor-volume: {math.prod(md.size)} "
                f"chunks-volume: {covered}"
            )
    return wrong


def _overlapping(
    md: TensorStorageMetadata,
) -> list[tuple[ChunkStorageMetadata, ChunkStorageMetadata]]:
    """Pairs of pieces with elements in common. Along the dimension that most pieces differ in, only
    those are compared that may meet."""
    dim = max(range(len(md.size)), key=lambda d: len({box.offsets[d] for box in md.chunks}))
    boxes = sorted(md.chunks, key=lambda box: box.offsets[dim])
    found, open_boxes = [], []
    for box in boxes:
        start = box.offsets[dim]
        open_boxes = [b for b in open_boxes if b.offsets[dim] + b.sizes[dim] > start]
        found += [(b, box) for b in open_boxes if overlap(b, box) is not None]
        open_boxes.append(box)
    return found
