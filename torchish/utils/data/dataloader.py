"""DataLoader: batches of a data set, in PyTorch's order for a seed.

https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.context import BaseContext
from typing import Any, Generic, TypeVar

from torchish import _absent, engine
from torchish._core.base import devices
from torchish._core.tensor import Generator
from torchish._core.tensor.pins import accelerator
from torchish.utils.data._utils.collate import default_collate, default_convert
from torchish.utils.data._utils.fetch import IterableDatasetFetcher, MapDatasetFetcher
from torchish.utils.data._utils.parallel import Epochs
from torchish.utils.data._utils.pin_memory import pin_memory
from torchish.utils.data._utils.pool import warm_up
from torchish.utils.data._utils.worker import get_worker_info
from torchish.utils.data.datapipes.datapipe import IterDataPipe, apply_shuffle_settings
from torchish.utils.data.dataset import Dataset, IterableDataset
from torchish.utils.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    fresh_seed,
)

__all__ = ["DataLoader", "default_collate", "default_convert", "get_worker_info"]

T_co = TypeVar("T_co", covariant=True)


class _DatasetKind:
    """Whether samples are looked up or streamed."""

    Map = 0
    Iterable = 1


class _InfiniteConstantSampler(Sampler):
    """The "indices" of a stream: None for ever."""

    def __iter__(self) -> Iterator[None]:
        return itertools.repeat(None)


class DataLoader(Generic[T_co]):
    """An iterable of batches of a data set.

    Samples come in the data set's order, shuffled, or as `sampler` or `batch_sampler` say;
    `collate_fn` joins a list of them (by default into tensors). With `num_workers` > 0 as many
    processes prepare `prefetch_factor` batches each ahead of time; they end with the epoch unless
    `persistent_workers`. ValueError for options that exclude each other.

    >>> from torch.utils.data import DataLoader
    >>> for batch in DataLoader(torch.arange(5), batch_size=2):
    ...     print(batch)
    tensor([0, 1])
    tensor([2, 3])
    tensor([4])
    >>> _ = torch.manual_seed(0)  # the order is PyTorch's under the same seed
    >>> list(map(int, DataLoader(range(5), shuffle=True)))
    [1, 4, 2, 3, 0]
    """

    _initialized = False

    def __init__(
        self,
        dataset: Dataset[T_co],
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Sampler | Iterable | None = None,
        batch_sampler: Sampler[list] | Iterable[list] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[T_co]], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: BaseContext | str | None = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ):
        _check_workers(num_workers, timeout, prefetch_factor, persistent_workers)
        if num_workers > 0 and prefetch_factor is None:
            prefetch_factor = 2
        self.dataset = dataset
        self.num_workers = num_workers
        self.prefetch_factor = prefetch_factor
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self.in_order = in_order
        if isinstance(dataset, IterableDataset):
            self._dataset_kind = _DatasetKind.Iterable
            if isinstance(dataset, IterDataPipe):
                self.dataset, shuffle = apply_shuffle_settings(dataset, shuffle), None
            _check_stream(shuffle, sampler, batch_sampler)
        else:
            self._dataset_kind = _DatasetKind.Map
            shuffle = bool(shuffle)
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError(
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, "
                    "sampler, and drop_last"
                )
            batch_size, drop_last = None, False
        elif batch_size is None and drop_last:
            raise ValueError(
                "batch_size=None option disables auto-batching and is mutually exclusive with "
                "drop_last"
            )
        if sampler is None:
            sampler = self._default_sampler(shuffle, generator)
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.generator = generator
        if collate_fn is None:
            collate_fn = default_collate if self._auto_collation else default_convert
        self.collate_fn = collate_fn
        self.persistent_workers = persistent_workers
        self._iterator: _BaseDataLoaderIter | None = None
        self._IterableDataset_len_called: int | None = None
        self._initialized = True
        if num_workers > 0:
            warm_up(self)
        self.check_worker_number_rationality()

    def _default_sampler(self, shuffle: bool | None, generator: Generator | None) -> Sampler:
        if self._dataset_kind == _DatasetKind.Iterable:
            return _InfiniteConstantSampler()
        data: Any = self.dataset
        return RandomSampler(data, generator=generator) if shuffle else SequentialSampler(data)

    @property
    def multiprocessing_context(self) -> BaseContext | None:
        """How worker processes are started; None for the library's own way."""
        return self._multiprocessing_context

    @multiprocessing_context.setter
    def multiprocessing_context(self, context: BaseContext | str | None) -> None:
        self._multiprocessing_context = _context(context, self.num_workers)

    def __setattr__(self, name: str, value: Any) -> None:
        fixed = (
            "batch_size",
            "batch_sampler",
            "sampler",
            "drop_last",
            "dataset",
            "persistent_workers",
        )
        if self._initialized and name in fixed:
            raise ValueError(
                f"{name} attribute should not be set after {type(self).__name__} is initialized"
            )
        super().__setattr__(name, value)

    @property
    def _auto_collation(self) -> bool:
        return self.batch_sampler is not None

    @property
    def _index_sampler(self) -> Any:
        return self.batch_sampler if self._auto_collation else self.sampler

    def _get_iterator(self) -> _BaseDataLoaderIter:
        if self.num_workers == 0:
            return _SingleProcessDataLoaderIter(self)
        self.check_worker_number_rationality()
        return _MultiProcessingDataLoaderIter(self)

    def __iter__(self) -> _BaseDataLoaderIter:
        if not (self.persistent_workers and self.num_workers > 0):
            return self._get_iterator()
        if self._iterator is None:
            self._iterator = self._get_iterator()
        else:
            self._iterator._reset(self)
        return self._iterator

    def __len__(self) -> int:
        if self._dataset_kind == _DatasetKind.Map:
            return len(self._index_sampler)
        stream: Any = self.dataset
        n = self._IterableDataset_len_called = len(stream)
        if self.batch_size is None:
            return n
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)

    def check_worker_number_rationality(self) -> None:
        """Warn when more workers are asked for than the process has processors."""
        if not self.num_workers:
            return
        known = hasattr(os, "sched_getaffinity")
        n = len(os.sched_getaffinity(0)) if known else os.cpu_count()
        if n is not None and self.num_workers <= n:
            return
        suggestion = (
            "DataLoader is not able to compute a suggested max number of worker in current system."
            if n is None
            else f"Our suggested max number of worker in current system is {n}"
            + ("" if known else " (`cpuset` is not taken into account)")
            + ", which is smaller than what this DataLoader is going to create."
        )
        warnings.warn(
            f"This DataLoader will create {self.num_workers} worker processes in total. "
            f"{suggestion} Please be aware that excessive worker creation might get DataLoader "
            "running slow or even freeze, lower the worker number to avoid potential "
            "slowness/freeze if necessary.",
            stacklevel=2,
        )


def _check_workers(num_workers, timeout, prefetch_factor, persistent_workers) -> None:
    if num_workers < 0:
        raise ValueError(
            "num_workers option should be non-negative; use num_workers=0 to disable "
            "multiprocessing."
        )
    if timeout < 0:
        raise ValueError("timeout option should be non-negative")
    if num_workers == 0 and prefetch_factor is not None:
        raise ValueError(
            "prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 "
            "to enable multiprocessing, otherwise set prefetch_factor to None."
        )
    if prefetch_factor is not None and prefetch_factor < 0:
        raise ValueError("prefetch_factor option should be non-negative")
    if persistent_workers and num_workers == 0:
        raise ValueError("persistent_workers option needs num_workers > 0")


def _check_stream(shuffle, sampler, batch_sampler) -> None:
    given = "DataLoader with IterableDataset: expected unspecified {0} option, but got {0}="
    if shuffle not in (False, None):
        raise ValueError(given.format("shuffle") + f"{shuffle}")
    if sampler is not None:
        raise ValueError(given.format("sampler") + f"{sampler}")
    if batch_sampler is not None:
        raise ValueError(given.format("batch_sampler") + f"{batch_sampler}")


def _context(context: Any, num_workers: int) -> BaseContext | None:
    """The context that `multiprocessing_context=` names."""
    if context is None:
        return None
    if num_workers == 0:
        raise ValueError(
            "multiprocessing_context can only be used with multi-process loading "
            f"(num_workers > 0), but got num_workers={num_workers}"
        )
    if isinstance(context, str):
        valid = multiprocessing.get_all_start_methods()
        if context not in valid:
            raise ValueError(
                "multiprocessing_context option should specify a valid start method in "
                f"{valid!r}, but got multiprocessing_context={context!r}"
            )
        context = multiprocessing.get_context(context)
    if not isinstance(context, BaseContext):
        raise TypeError(
            "multiprocessing_context option should be a valid context object or a string "
            f"specifying the start method, but got multiprocessing_context={context}"
        )
    return context


class _BaseDataLoaderIter:
    """One pass through a loader."""

    def __init__(self, loader: DataLoader):
        self._dataset = loader.dataset
        self._dataset_kind = loader._dataset_kind
        self._index_sampler = loader._index_sampler
        self._num_workers = loader.num_workers
        if loader.pin_memory:
            _warn_of_pinning(loader.pin_memory_device)
        self._pin_memory = loader.pin_memory and accelerator() is not None
        self._sampler_iter = iter(self._index_sampler)
        self._base_seed = fresh_seed(loader.generator)
        self._reported_length = loader._IterableDataset_len_called
        self._num_yielded = 0

    def __iter__(self) -> _BaseDataLoaderIter:
        return self

    def _reset(self, loader: DataLoader) -> None:
        self._sampler_iter = iter(self._index_sampler)
        self._num_yielded = 0
        self._reported_length = loader._IterableDataset_len_called

    def _next_data(self) -> Any:
        raise NotImplementedError

    def __next__(self) -> Any:
        # What the loop's body recorded for the previous batch runs now, while the next is fetched.
        engine.barrier()
        data = self._next_data()
        self._num_yielded += 1
        if self._reported_length is not None and self._dataset_kind == _DatasetKind.Iterable:
            self._compare_length()
        return data

    def _compare_length(self) -> None:
        if self._reported_length is None or self._num_yielded <= self._reported_length:
            return
        hint = (
            "For multiprocessing data-loading, this could be caused by not properly configuring "
            "the IterableDataset replica at each worker. Please see "
            "https://pytorch.org/docs/stable/data.html#torch.utils.data.IterableDataset for "
            "examples."
        )
        warnings.warn(
            f"Length of IterableDataset {self._dataset} was reported to be "
            f"{self._reported_length}(when accessing len(dataloader)), but {self._num_yielded} "
            "samples have been fetched. " + (hint if self._num_workers > 0 else ""),
            stacklevel=3,
        )

    def __len__(self) -> int:
        return len(self._index_sampler)

    def __getstate__(self):
        raise NotImplementedError("{} cannot be pickled", type(self).__name__)


def _warn_of_pinning(device: str) -> None:
    """Warn of a device that is not asked, and of memory that nothing is pinned for."""
    if device:
        warnings.warn(
            "pin_memory_device is deprecated, the current accelerator will be used as the device,"
            f"ignore pin_memory_device='{device}'.",
            stacklevel=5,
        )
    if not devices.jax_devices(devices.accelerator_type()):
        warnings.warn(
            "'pin_memory' argument is set as true but no accelerator is found, then device pinned "
            "memory won't be used.",
            stacklevel=5,
        )


class _SingleProcessDataLoaderIter(_BaseDataLoaderIter):
    """Fetches each batch in the main process, when it is asked for."""

    def __init__(self, loader: DataLoader):
        super().__init__(loader)
        if loader.timeout != 0:
            raise AssertionError("_SingleProcessDataLoaderIter requires timeout == 0")
        stream = self._dataset_kind == _DatasetKind.Iterable
        fetcher = IterableDatasetFetcher if stream else MapDatasetFetcher
        self._fetcher = fetcher(
            self._dataset, loader._auto_collation, loader.collate_fn, loader.drop_last
        )

    def _next_data(self) -> Any:
        data = self._fetcher.fetch(next(self._sampler_iter))
        return pin_memory(data) if self._pin_memory else data


class _MultiProcessingDataLoaderIter(_BaseDataLoaderIter):
    """Hands indices out to worker processes and takes their batches, in order (Note [Batches
    ahead])."""

    def __init__(self, loader: DataLoader):
        super().__init__(loader)
        stream = self._dataset_kind == _DatasetKind.Iterable
        prepare = pin_memory if self._pin_memory else None
        self._epochs = Epochs(loader, stream, self._base_seed, prepare)
        self._epochs.begin(self._sampler_iter)

    @property
    def _workers(self) -> list:
        return self._epochs.pool.processes

    def _reset(self, loader: DataLoader) -> None:
        super()._reset(loader)
        self._epochs.begin(self._sampler_iter)

    def _next_data(self) -> Any:
        data = self._epochs.next()
        self._epochs.prepare_ahead()
        return data


__getattr__ = _absent.attributes(__name__)
