"""Getting a batch from a data set, in the main process or in a worker."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from torchish.utils.data.dataset import IterableDataset


class Fetcher:
    """Gets a batch from a data set, here or in a worker."""

    def __init__(self, dataset, auto_collation: bool, collate_fn: Callable, drop_last: bool):
        self.dataset, self.auto, self.collate, self.drop_last = dataset, auto_collation, collate_fn, drop_last
        self.stream = iter(dataset) if isinstance(dataset, IterableDataset) else None
        self.ended = False

    def __call__(self, index):
        if self.stream is not None:
            return self._next(index)
        if not self.auto:
            return self.collate(self.dataset[index])
        many = getattr(self.dataset, "__getitems__", None)
        return self.collate(many(index) if many else [self.dataset[i] for i in index])

    def _next(self, index):
        if self.ended:
            raise StopIteration
        if not self.auto:
            return self.collate(next(self.stream))
        data = list(itertools.islice(self.stream, len(index)))
        self.ended = len(data) < len(index)
        if not data or (self.drop_last and self.ended):
            raise StopIteration
        return self.collate(data)
