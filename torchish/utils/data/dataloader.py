"""DataLoader: batches of a data set, in PyTorch's order for a seed.

https://docs.pytorch.org/docs/stable/data.html#torch.utils.data.DataLoader
"""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from torchish import engine
from torchish.tensor import Generator, random
from torchish.utils.data.collate import default_collate, default_convert
from torchish.utils.data.dataset import Dataset, IterableDataset
from torchish.utils.data.fetch import Fetcher
from torchish.utils.data.sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler
from torchish.utils.data.worker import WorkerPool

__all__ = ["DataLoader"]

T_co = TypeVar("T_co", covariant=True)


class _InfiniteConstantSampler(Sampler):
    """The "indices" of a stream: None for ever."""

    def __iter__(self):
        return itertools.repeat(None)


class DataLoader(Generic[T_co]):
    """An iterable of batches of a data set.

    Samples come in the data set's order, shuffled, or as a sampler says; `collate_fn` makes a batch of them. Worker
    processes are spawned when `num_workers` > 0. ValueError for options that exclude each other.
    """

    def __init__(self, dataset: Dataset[T_co], batch_size: int | None = 1, shuffle: bool | None = None,
                 sampler: Sampler | Iterable | None = None, batch_sampler: Sampler | Iterable | None = None,
                 num_workers: int = 0, collate_fn: Callable | None = None, pin_memory: bool = False, drop_last: bool = False,
                 timeout: float = 0, worker_init_fn: Callable | None = None, multiprocessing_context=None,
                 generator: Generator | None = None, *, prefetch_factor: int | None = None, persistent_workers: bool = False,
                 pin_memory_device: str = "", in_order: bool = True):  # fmt: skip
        if num_workers < 0:
            raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
        if timeout < 0:
            raise ValueError("timeout option should be non-negative")
        if num_workers == 0 and prefetch_factor is not None:
            raise ValueError("prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to enable "
                             "multiprocessing, otherwise set prefetch_factor to None.")  # fmt: skip
        if prefetch_factor is not None and prefetch_factor < 0:
            raise ValueError("prefetch_factor option should be non-negative")
        if persistent_workers and num_workers == 0:
            raise ValueError("persistent_workers option needs num_workers > 0")
        if num_workers == 0 and multiprocessing_context is not None:
            raise ValueError("multiprocessing_context can only be used with multi-process loading (num_workers > 0), but got "
                             f"num_workers={num_workers}")  # fmt: skip
        self.dataset, self.num_workers, self.timeout = dataset, num_workers, timeout
        self.prefetch_factor = 2 if num_workers > 0 and prefetch_factor is None else prefetch_factor
        self.pin_memory, self.pin_memory_device = pin_memory, pin_memory_device
        self.worker_init_fn, self.multiprocessing_context = worker_init_fn, multiprocessing_context
        self.persistent_workers, self.in_order, self.generator = persistent_workers, in_order, generator
        self._iterable = isinstance(dataset, IterableDataset)
        if self._iterable:
            if shuffle not in (False, None):
                raise ValueError(f"DataLoader with IterableDataset: expected unspecified shuffle option, but got shuffle={shuffle}")
            if sampler is not None:
                raise ValueError(f"DataLoader with IterableDataset: expected unspecified sampler option, but got sampler={sampler}")
            if batch_sampler is not None:
                raise ValueError("DataLoader with IterableDataset: expected unspecified batch_sampler option, but got "
                                 f"batch_sampler={batch_sampler}")  # fmt: skip
        else:
            shuffle = bool(shuffle)
        if sampler is not None and shuffle:
            raise ValueError("sampler option is mutually exclusive with shuffle")
        if batch_sampler is not None:
            if batch_size != 1 or shuffle or sampler is not None or drop_last:
                raise ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last")
            batch_size, drop_last = None, False
        elif batch_size is None and drop_last:
            raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
        if sampler is None:
            if self._iterable:
                sampler = _InfiniteConstantSampler()
            elif shuffle:
                sampler = RandomSampler(dataset, generator=generator)
            else:
                sampler = SequentialSampler(dataset)
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_size, self.drop_last, self.sampler, self.batch_sampler = batch_size, drop_last, sampler, batch_sampler
        self._auto_collation = batch_sampler is not None
        self.collate_fn = collate_fn or (default_collate if self._auto_collation else default_convert)
        self._pool: WorkerPool | None = None

    @property
    def _index_sampler(self):
        return self.batch_sampler if self._auto_collation else self.sampler

    def __iter__(self) -> Iterator[Any]:
        sampler = iter(self._index_sampler)
        seed = int(random.of(self.generator).random((), random.dt.int64))
        if self.num_workers:
            return self._from_workers(sampler, seed)
        return self._here(sampler)

    def _here(self, indices: Iterator) -> Iterator[Any]:
        fetch = Fetcher(self.dataset, self._auto_collation, self.collate_fn, self.drop_last)
        for index in indices:
            # What the loop's body recorded for the previous batch runs now, so that each step is one program.
            engine.barrier()
            try:
                batch = fetch(index)
            except StopIteration:
                return
            yield self._pinned(batch)

    def _from_workers(self, indices: Iterator, seed: int) -> Iterator[Any]:
        pool = self._pool
        if pool is None:
            pool = WorkerPool(self.dataset, self.num_workers, self._auto_collation, self.collate_fn, self.drop_last,
                              self.worker_init_fn, self.multiprocessing_context, self.timeout)  # fmt: skip
            if self.persistent_workers:
                self._pool = pool
        try:
            for batch in pool.batches(indices, seed, self.prefetch_factor or 2, self._iterable, self.in_order):
                engine.barrier()
                yield self._pinned(batch)
        finally:
            if not self.persistent_workers:
                pool.close()

    def _pinned(self, batch):
        return batch  # arrays reach an accelerator through XLA's own staging buffers, pinned or not

    def __len__(self) -> int:
        if self._iterable:
            n = len(self.dataset)
            if self.batch_size is None:
                return n
            return n // self.batch_size if self.drop_last else -(-n // self.batch_size)
        return len(self._index_sampler)

    def __setattr__(self, name: str, value) -> None:
        fixed = ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")
        if "_pool" in self.__dict__ and name in fixed:
            raise ValueError(f"{name} attribute should not be set after {type(self).__name__} is initialized")
        object.__setattr__(self, name, value)

    def check_worker_number_rationality(self) -> None:
        """Warn when more workers are asked for than the machine has processors."""
        n = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if self.num_workers > n:
            warnings.warn(f"This DataLoader will create {self.num_workers} worker processes in total. Our suggested max number of "
                          f"worker in current system is {n}", stacklevel=2)  # fmt: skip
