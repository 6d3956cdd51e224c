"""`torch.utils.data.datapipes`: data sets that are made of data sets, each a class with a name that
is a method of all others.

https://docs.pytorch.org/docs/stable/data.html
"""

from __future__ import annotations

import functools
import random
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from torchish.utils.data._utils.collate import default_collate
from torchish.utils.data.dataset import Dataset, IterableDataset

__all__ = ["IterDataPipe", "MapDataPipe", "functional_datapipe"]


class _Pipe:
    """What both kinds share: their functional names, as methods."""

    functions: dict[str, Callable] = {}

    def __getattr__(self, name: str) -> Any:
        if name in type(self).functions:
            return functools.partial(type(self).functions[name], self)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    @classmethod
    def register_function(cls, function_name: str, function: Callable) -> None:
        """Make a function a method of all pipes of this kind."""
        cls.functions[function_name] = function

    @classmethod
    def register_datapipe_as_function(
        cls, function_name: str, cls_to_register: type, enable_df_api_tracing: bool = False
    ) -> None:
        """Make a class of pipes a method of all pipes of this kind; its name must be new."""
        if function_name in cls.functions:
            raise Exception(
                f"Unable to add DataPipe function name {function_name} as it is already taken"
            )
        cls.functions[function_name] = cls_to_register


class IterDataPipe(_Pipe, IterableDataset):
    """A data set that is iterated over."""

    functions: dict[str, Callable] = {}

    def __repr__(self) -> str:
        return type(self).__qualname__


class MapDataPipe(_Pipe, Dataset):
    """A data set that is looked up by keys."""

    functions: dict[str, Callable] = {}

    def __repr__(self) -> str:
        return type(self).__qualname__


class functional_datapipe:
    """A decorator: the class of pipes is also a method of all others, under this name."""

    def __init__(self, name: str, enable_df_api_tracing: bool = False):
        self.name = name

    def __call__(self, cls: type) -> type:
        kind = next((k for k in (IterDataPipe, MapDataPipe) if issubclass(cls, k)), None)
        if kind is None:
            raise TypeError("functional_datapipe can only decorate IterDataPipe or MapDataPipe")
        kind.register_datapipe_as_function(self.name, cls)
        return cls


class IterableWrapperIterDataPipe(IterDataPipe):
    """The items of an iterable."""

    def __init__(self, iterable: Iterable, deepcopy: bool = True):
        self.iterable = iterable

    def __iter__(self) -> Iterator:
        yield from self.iterable

    def __len__(self) -> int:
        return len(self.iterable)


@functional_datapipe("map")
class MapperIterDataPipe(IterDataPipe):
    """A function of each item."""

    def __init__(self, datapipe: IterDataPipe, fn: Callable):
        self.datapipe, self.fn = datapipe, fn

    def __iter__(self) -> Iterator:
        return map(self.fn, self.datapipe)

    def __len__(self) -> int:
        return len(self.datapipe)


@functional_datapipe("filter")
class FilterIterDataPipe(IterDataPipe):
    """The items for which a function is true."""

    def __init__(self, datapipe: IterDataPipe, filter_fn: Callable):
        self.datapipe, self.filter_fn = datapipe, filter_fn

    def __iter__(self) -> Iterator:
        return filter(self.filter_fn, self.datapipe)


@functional_datapipe("batch")
class BatcherIterDataPipe(IterDataPipe):
    """Lists of items."""

    def __init__(self, datapipe: IterDataPipe, batch_size: int, drop_last: bool = False):
        if batch_size <= 0:
            raise AssertionError("Batch size is required to be larger than 0!")
        self.datapipe, self.batch_size, self.drop_last = datapipe, batch_size, drop_last

    def __iter__(self) -> Iterator:
        batch: list = []
        for item in self.datapipe:
            batch.append(item)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch


@functional_datapipe("collate")
class CollatorIterDataPipe(IterDataPipe):
    """Batches of tensors from lists of items."""

    def __init__(self, datapipe: IterDataPipe, collate_fn: Callable = default_collate):
        self.datapipe, self.collate_fn = datapipe, collate_fn

    def __iter__(self) -> Iterator:
        return map(self.collate_fn, self.datapipe)


@functional_datapipe("shuffle")
class ShufflerIterDataPipe(IterDataPipe):
    """The items in random order, drawn from a buffer by Python's generator."""

    def __init__(self, datapipe: IterDataPipe, *, buffer_size: int = 10000):
        self.datapipe, self.buffer_size = datapipe, buffer_size
        self._seed: int | None = None
        self._enabled = True

    def set_shuffle(self, shuffle: bool = True) -> ShufflerIterDataPipe:
        """Whether items are shuffled at all."""
        self._enabled = shuffle
        return self

    def set_seed(self, seed: int) -> ShufflerIterDataPipe:
        """Draw the next order from this seed."""
        self._seed = seed
        return self

    def __iter__(self) -> Iterator:
        if not self._enabled:
            yield from self.datapipe
            return
        draw = random.Random(random.getrandbits(64) if self._seed is None else self._seed)
        self._seed = None
        buffer: list = []
        for item in self.datapipe:
            if len(buffer) == self.buffer_size:
                place = draw.randint(0, len(buffer) - 1)
                yield buffer[place]
                buffer[place] = item
            else:
                buffer.append(item)
        while buffer:
            yield buffer.pop(draw.randint(0, len(buffer) - 1))


class SequenceWrapperMapDataPipe(MapDataPipe):
    """The items of a sequence or mapping."""

    def __init__(self, sequence: Any, deepcopy: bool = True):
        self.sequence = sequence

    def __getitem__(self, index: Any) -> Any:
        return self.sequence[index]

    def __len__(self) -> int:
        return len(self.sequence)


class MapperMapDataPipe(MapDataPipe):
    """A function of each item."""

    def __init__(self, datapipe: MapDataPipe, fn: Callable = lambda x: x):
        self.datapipe, self.fn = datapipe, fn

    def __getitem__(self, index: Any) -> Any:
        return self.fn(self.datapipe[index])

    def __len__(self) -> int:
        return len(self.datapipe)


MapDataPipe.register_datapipe_as_function("map", MapperMapDataPipe)


def _pipes(pipe: Any) -> Iterator[_Pipe]:
    """A pipe and, before it, those that it reads, alone or in lists."""
    for held in vars(pipe).values():
        for inner in held if isinstance(held, (list, tuple)) else (held,):
            if isinstance(inner, _Pipe):
                yield from _pipes(inner)
    yield pipe


def apply_shuffle_settings(datapipe: Any, shuffle: bool | None = None) -> Any:
    """The pipe, its shufflers at work or not, as `shuffle` says; None leaves them.

    A shuffler is put behind a pipe that has none and shall be shuffled, with a warning.
    """
    if shuffle is None:
        return datapipe
    shufflers = [p for p in _pipes(datapipe) if isinstance(p, ShufflerIterDataPipe)]
    if shuffle and not shufflers:
        warnings.warn(
            "`shuffle=True` was set, but the datapipe does not contain a `Shuffler`. Adding one at "
            "the end. Be aware that the default buffer size might not be sufficient for your task.",
            stacklevel=3,
        )
        return ShufflerIterDataPipe(datapipe)
    for p in shufflers:
        p.set_shuffle(bool(shuffle))
    return datapipe
