"""Copies of a state dict, which an `async_save` writes while training goes on.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html#torch.distributed.checkpoint.staging.AsyncStager
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, Protocol, runtime_checkable

from torchish import engine
from torchish._core.tensor import Tensor
from torchish.distributed.checkpoint import _pieces
from torchish.distributed.checkpoint.metadata import STATE_DICT_TYPE

__all__ = ["AsyncStager", "BlockingAsyncStager", "DefaultStager", "StagingOptions"]


@runtime_checkable
class AsyncStager(Protocol):
    """Makes the copy."""

    _synchronize_after_execute: bool = True

    @property
    def should_synchronize_after_execute(self) -> bool:
        """Whether `synchronize_staging` is to be called."""
        return self._synchronize_after_execute

    def stage(self, state_dict: STATE_DICT_TYPE) -> Future[STATE_DICT_TYPE] | STATE_DICT_TYPE:
        """The copy, or a future of it."""
        raise NotImplementedError(f"{type(self).__name__}.stage")

    def synchronize_staging(self) -> None:
        """Wait until the copy is made."""

    def close(self) -> None:
        """Let go of what was kept for copies."""


def copied(value: Any) -> Any:
    """A copy that no later step of training changes: tensors on the CPU, in memory of their own."""
    if isinstance(value, Tensor):
        if _pieces.is_taken_apart(value):
            return value.detach().clone()
        return value.detach().cpu().clone()
    if isinstance(value, Mapping):
        return {k: copied(v) for k, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(copied(v) for v in value)
    return copy.deepcopy(value)


def refreshed(kept: Any, value: Any) -> Any:
    """The copy `kept` with the values of now: into the same memory where the forms are the same."""
    if isinstance(value, Tensor) and isinstance(kept, Tensor):
        if kept.shape == value.shape and kept.dtype == value.dtype:
            return kept.copy_(value.detach())
    elif isinstance(value, Mapping) and isinstance(kept, dict) and kept.keys() == value.keys():
        return {k: refreshed(kept[k], v) for k, v in value.items()}
    return copied(value)


class BlockingAsyncStager(AsyncStager):
    """Copies before it returns; with `cache_staged_state_dict` into the same memory each time."""

    _synchronize_after_execute = False

    def __init__(self, cache_staged_state_dict: bool = False, type_check: bool = False) -> None:
        self.cache_staged_state_dict, self.type_check = cache_staged_state_dict, type_check
        self.state_dict_cache: STATE_DICT_TYPE | None = None

    def stage(self, state_dict: STATE_DICT_TYPE) -> STATE_DICT_TYPE:
        """The copy."""
        kept = self.state_dict_cache if self.cache_staged_state_dict else None
        made = copied(state_dict) if kept is None else refreshed(kept, state_dict)
        engine.barrier()  # what is recorded here another thread reads
        if self.cache_staged_state_dict:
            self.state_dict_cache = made
        return made

    def synchronize_staging(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Forget the copy."""
        self.state_dict_cache = None


@dataclasses.dataclass
class StagingOptions:
    """How `DefaultStager` copies. `use_async_staging` gives a future; the others are about memory
    that there is not here, and change nothing."""

    use_pinned_memory: bool = True
    use_shared_memory: bool = True
    use_async_staging: bool = True
    use_non_blocking_copy: bool = True


class DefaultStager(AsyncStager):
    """Copies; `use_async_staging` gives a future of the copy, which is done: a copy of immutable
    values is a note that they are still needed, and costs no time."""

    def __init__(self, config: StagingOptions | None = None) -> None:
        self._config = StagingOptions() if config is None else config

    def stage(
        self, state_dict: STATE_DICT_TYPE, **kwargs: Any
    ) -> STATE_DICT_TYPE | Future[STATE_DICT_TYPE]:
        """The copy, or a future of it."""
        made = copied(state_dict)
        engine.barrier()  # what is recorded here another thread reads
        if not self._config.use_async_staging:
            return made
        done: Future[STATE_DICT_TYPE] = Future()
        done.set_result(made)
        return done

    def synchronize_staging(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing is kept."""
