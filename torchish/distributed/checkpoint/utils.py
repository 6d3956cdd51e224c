"""What the ranks tell each other while they save and load, and where in a state dict a piece is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from torchish import distributed as dist
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish._core.tensor.api import factory
from torchish.distributed import _objects
from torchish.distributed.checkpoint import _pieces
from torchish.distributed.checkpoint.api import CheckpointException, is_wrapped, wrapped
from torchish.distributed.checkpoint.metadata import STATE_DICT_TYPE, MetadataIndex

__all__ = ["find_state_dict_object", "find_tensor_shard"]

T = TypeVar("T")
R = TypeVar("R")


class _DistWrapper:
    """Steps that all ranks of a group take together, and fail together: a rank's exception becomes
    a CheckpointException on all.

    With `background` the ranks' messages go one to one, so that the main threads may run
    collectives meanwhile; the group must be used by nobody else then.
    """

    def __init__(
        self, group: Any, use_dist: bool, coordinator_rank: int, background: bool = False
    ) -> None:
        self.group, self.use_dist = group, use_dist
        self.coordinator_rank, self._background = coordinator_rank, background
        self.rank = dist.get_rank(group) if use_dist else 0
        self.is_coordinator = self.rank == coordinator_rank if use_dist else True

    def get_rank(self) -> int:
        """This process's rank in the group."""
        return self.rank

    def get_world_size(self) -> int:
        """How many processes there are."""
        return dist.get_world_size(self.group) if self.use_dist else 1

    def gather_object(self, obj: T) -> list[T] | None:
        """Every rank's object on the coordinator, None elsewhere."""
        if not self.use_dist:
            return [obj]
        found: list[Any] | None = [None] * self.get_world_size() if self.is_coordinator else None
        if not self._background:
            dist.gather_object(obj, found, group=self.group, group_dst=self.coordinator_rank)
            return found
        if found is None:
            self._send(obj, self.coordinator_rank)
            return None
        return [obj if r == self.rank else self._receive(r) for r in range(len(found))]

    def scatter_object(self, object_list: list[T] | None) -> T:
        """This rank's object of the coordinator's list."""
        if not self.use_dist:
            assert object_list is not None
            return object_list[0]
        if self._background:
            if object_list is None:
                return self._receive(self.coordinator_rank)
            for r, obj in enumerate(object_list):
                if r != self.rank:
                    self._send(obj, r)
            return object_list[self.rank]
        mine: list[Any] = [None]
        dist.scatter_object_list(
            mine, object_list, group=self.group, group_src=self.coordinator_rank
        )
        return mine[0]

    def broadcast_object(self, obj: T | None) -> T:
        """The coordinator's object."""
        there: list[Any] | None = None
        if self.is_coordinator:
            there = [obj] * self.get_world_size()
        return self.scatter_object(there)

    def all_gather_object(self, obj: T) -> list[T]:
        """Every rank's object, on every rank."""
        found: list[T] = self.broadcast_object(self.gather_object(obj))
        return found

    def _send(self, obj: Any, to: int) -> None:
        data = _objects.dumped(obj)
        sized = factory.from_numpy(np.array([data.size], np.int64))
        dist.send(sized, group=self.group, group_dst=to)
        dist.send(factory.from_numpy(data.copy()), group=self.group, group_dst=to)

    def _receive(self, source: int) -> Any:
        sized = factory.zeros(1, dtype=dt.int64)
        dist.recv(sized, group=self.group, group_src=source)
        data = factory.zeros(int(sized.item()), dtype=dt.uint8)
        dist.recv(data, group=self.group, group_src=source)
        return _objects.loaded(data.numpy(), data.numel())

    def reduce_scatter(
        self, step: str, map_fun: Callable[[], T], reduce_fun: Callable[[list[T]], list[R]]
    ) -> R:
        """`map_fun` on every rank, `reduce_fun` of all results on the coordinator, and of what that
        gives its own part to every rank."""
        there = self._reduced(step, map_fun, reduce_fun)
        return _checked(self.scatter_object(there))

    def all_reduce(
        self, step: str, map_fun: Callable[[], T], reduce_fun: Callable[[list[T]], R]
    ) -> R:
        """`map_fun` on every rank, and what `reduce_fun` makes of all results on the coordinator,
        on every rank."""
        size = self.get_world_size()
        return self.reduce_scatter(step, map_fun, lambda found: [reduce_fun(found)] * size)

    def all_gather(self, step: str, map_fun: Callable[[], T]) -> list[T]:
        """What `map_fun` gives on each rank, on every rank."""
        return self.all_reduce(step, map_fun, lambda found: found)

    def broadcast(self, step: str, map_fun: Callable[[], T]) -> T:
        """What `map_fun` gives on the coordinator, on every rank."""

        def here() -> Any:
            return map_fun() if self.is_coordinator else None

        return self.all_reduce(step, here, lambda found: found[self.coordinator_rank])

    def barrier(self) -> None:
        """Wait until all ranks are here."""
        self.all_gather_object(None)

    def _reduced(self, step: str, map_fun: Callable, reduce_fun: Callable) -> list[Any] | None:
        """The parts of all ranks on the coordinator, or the same failure for each of them."""
        try:
            mine: Any = map_fun()
        except BaseException as error:  # told to all ranks, which raise it
            mine = wrapped(error)
        found = self.gather_object(mine)
        if found is None:
            return None
        failures = {rank: f for rank, f in enumerate(found) if is_wrapped(f)}
        if not failures:
            try:
                return reduce_fun(found)
            except BaseException as error:
                failures[self.rank] = wrapped(error)
        return [CheckpointException(step, failures)] * len(found)


def _checked(found: Any) -> Any:
    if isinstance(found, CheckpointException):
        raise found
    return found


def find_tensor_shard(tensor: Tensor, index: MetadataIndex) -> Tensor:
    """The piece of a tensor that this process has at an offset; ValueError where it has none."""
    return _pieces.piece(tensor, index)


def find_state_dict_object(state_dict: STATE_DICT_TYPE, index: MetadataIndex) -> Any:
    """The object of a name, or the piece of the tensor of that name; ValueError where there is
    none."""
    if index.fqn not in state_dict:
        raise ValueError(f"Could not find FQN: '{index.fqn}'")
    found = state_dict[index.fqn]
    if isinstance(found, Tensor | _pieces.Checkpointable):
        return _pieces.piece(found, index)
    if index.offset is not None:
        raise ValueError(f"FQN: '{index.fqn}' is not a ShardedTensor, can't find by offset")
    return found


def all_keys(state_dict: Sequence[str], wrapper: _DistWrapper) -> list[str]:
    """The keys of all ranks, sorted."""
    found: set[str] = set()
    for keys in wrapper.all_gather_object(list(state_dict)):
        found.update(keys)
    return sorted(found)
