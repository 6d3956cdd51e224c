"""Getting a batch from a data set, in the main process or in a worker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.tensor import Tensor, as_tensor
from torchish.utils.data._utils.collate import default_collate
from torchish.utils.data._utils.hosting import host_array, tensor_of
from torchish.utils.data.dataset import Subset, TensorDataset

__all__ = ["IterableDatasetFetcher", "MapDatasetFetcher"]


class IterableDatasetFetcher:
    """Takes the next samples of a stream; StopIteration at its end."""

    def __init__(self, dataset: Any, auto_collation: bool, collate_fn: Callable, drop_last: bool):
        self.auto_collation, self.collate_fn = auto_collation, collate_fn
        self.drop_last = drop_last
        self.stream = iter(dataset)
        self.ended = False

    def fetch(self, index: Any) -> Any:
        """The next sample, or a batch of the next `len(index)` samples."""
        if self.ended:
            raise StopIteration
        if not self.auto_collation:
            return self.collate_fn(next(self.stream))
        data = list(itertools.islice(self.stream, len(index)))
        self.ended = len(data) < len(index)
        if not data or (self.drop_last and self.ended):
            raise StopIteration
        return self.collate_fn(data)


class MapDatasetFetcher:
    """Looks samples up by their indices."""

    def __init__(self, dataset: Any, auto_collation: bool, collate_fn: Callable, drop_last: bool):
        self.dataset, self.auto_collation, self.collate_fn = dataset, auto_collation, collate_fn
        self.many = getattr(dataset, "__getitems__", None) or None
        self.gather = None
        if auto_collation and collate_fn is default_collate:
            self.gather = _gatherer(dataset)

    def fetch(self, index: Any) -> Any:
        """The sample at an index, or the batch of the samples at a list of indices."""
        if not self.auto_collation:
            return self.collate_fn(self.dataset[index])
        if self.gather is not None:
            batch = self.gather(index)
            if batch is not None:
                return batch
        if self.many is not None:
            return self.collate_fn(self.many(index))
        dataset = self.dataset
        return self.collate_fn([dataset[i] for i in index])


def _gatherer(dataset: Any) -> Callable[[Sequence], list[Tensor] | None] | None:
    """For rows of tensors (also through subsets): the function from indices to their batch.

    A batch of a TensorDataset is a gather from each tensor; slicing out every row and stacking them
    gives the same values for many times the work.
    """
    subsets = []
    while type(dataset) is Subset:
        subsets.append(dataset)
        dataset = dataset.dataset
    if type(dataset) is not TensorDataset:
        return None

    def gather(index: Sequence) -> list[Tensor] | None:
        for subset in subsets:
            index = [subset.indices[i] for i in index]
        if not all(type(i) is int for i in index):
            return None
        batch = []
        for t in dataset.tensors:
            if t.requires_grad or type(t) is not Tensor:
                return None
            a = host_array(t)
            try:
                batch.append(t[as_tensor(index)] if a is None else tensor_of(a.take(index, 0)))
            except IndexError:
                return None  # the row-by-row way raises PyTorch's error
        return batch

    return gather
