"""Processes with unequal numbers of batches.

At the beginning of an iteration every process that still has a batch says so; those that are done
count along, and as long as somebody is left they shadow the collectives of an iteration.

https://docs.pytorch.org/docs/stable/distributed.algorithms.join.html
"""

from __future__ import annotations

import abc
import types
import warnings
from typing import Any

from torchish._core.tensor import tensor
from torchish.distributed import _collectives
from torchish.distributed._group import ReduceOp

__all__ = ["Join", "JoinHook", "Joinable"]

_MANY = 1000  # iterations that are shadowed before a warning says so


class JoinHook:
    """What a process that is done does while others are not."""

    def main_hook(self) -> None:
        """Shadow the collectives of one iteration."""

    def post_hook(self, is_last_joiner: bool) -> None:
        """Called once all are done; `is_last_joiner` in those that were last."""


class Joinable(abc.ABC):
    """Something that communicates in each iteration, and can be shadowed."""

    _join: Join | None = None

    @abc.abstractmethod
    def join_hook(self, **kwargs: Any) -> JoinHook:
        """The hook, from the keywords of `Join`."""

    @property
    @abc.abstractmethod
    def join_device(self) -> Any:
        """The device of its collectives."""

    @property
    @abc.abstractmethod
    def join_process_group(self) -> Any:
        """The group of its collectives."""


class Join:
    """A context in which processes may have unequal numbers of batches.

    Args:
        joinables: what communicates in each iteration; the first of them counts.
        enable: False for a context that does nothing.
        throw_on_early_termination: raise RuntimeError in all processes once the first is done.
        kwargs: for the joinables' hooks.
    """

    def __init__(
        self,
        joinables: list[Joinable],
        enable: bool = True,
        throw_on_early_termination: bool = False,
        **kwargs: Any,
    ) -> None:
        if not joinables:
            raise ValueError("The join context manager requires at least one joinable")
        self._joinables = joinables
        self._enable, self._throws = enable, throw_on_early_termination
        self._hooks = [j.join_hook(**kwargs) for j in joinables]
        self._group = joinables[0].join_process_group

    def __enter__(self) -> None:
        if self._enable:
            self._joinables[0]._join = self

    def __exit__(
        self,
        type: type[BaseException] | None,
        value: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        if not self._enable:
            return
        self._joinables[0]._join = None
        if type is not None:
            return
        last, shadowed = True, 0
        while self._count(0):
            if self._throws:
                self._say_end(True)
                raise RuntimeError(f"Rank {self._group.rank()} exhausted all inputs.")
            last, shadowed = False, shadowed + 1
            if shadowed == _MANY:
                warnings.warn(
                    f"Detected uneven input skew of greater than {_MANY}. This means that rank "
                    f"{self._group.rank()} has at least {_MANY} fewer inputs than other currently-"
                    "active ranks. This level of skew could lead to performance degradation during "
                    "training.",
                    stacklevel=2,
                )
            for hook in self._hooks:
                hook.main_hook()
        for hook in self._hooks:
            hook.post_hook(last)

    def _count(self, mine: int) -> int:
        count = tensor([mine])
        _collectives.all_reduce(count, group=self._group)
        return int(count)

    def _say_end(self, mine: bool) -> bool:
        return bool(self._count(int(mine)))

    @staticmethod
    def notify_join_context(joinable: Joinable) -> Any:
        """Say, at the beginning of an iteration, that this process still has a batch. RuntimeError
        where another has none and the context is to raise then."""
        join = joinable._join
        if join is None:
            return None
        count = join._count(1)
        if join._throws and count < join._group.size() and join._say_end(False):
            raise RuntimeError(
                "Detected at least one rank that exhausted inputs. Throwing across all ranks."
            )
        return count

    @staticmethod
    def last_joiner(joinable: Joinable, is_last: bool) -> int:
        """The highest rank of those that were done last."""
        group = joinable.join_process_group
        mine = tensor([group.rank() if is_last else -1])
        _collectives.all_reduce(mine, ReduceOp.MAX, group)
        return int(mine)
