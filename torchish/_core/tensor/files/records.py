"""What a checkpoint says of a tensor, between the file format and the Tensor class.

`serialization` knows files and pickles, an `Adapter` knows tensors; these records are all that
passes between them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple, Protocol

import numpy as np

from torchish._core.base import devices, dtypes, layouts
from torchish._core.base.errors import size_text


class SavedStorage(NamedTuple):
    """A storage to be written.

    `key` is equal for the tensors that share the storage, and for no others while `save` runs.
    `read` gives all of its elements, `nbytes` in number, as a one-dimensional array; it is called
    once, when they are written.
    """

    key: Hashable
    nbytes: int
    read: Callable[[], np.ndarray]
    location: str = "cpu"


class LoadedStorage:
    """A storage in a file that is being loaded: its bytes, and the device that they are meant for.

    An adapter keeps what it made of it in `made`, so that tensors of one storage share it. A
    `map_location` function gets one and returns it, or what its methods `cpu`, `cuda` and `to`
    return.
    """

    def __init__(self, read: Callable[[], np.ndarray], nbytes: int, device: devices.device):
        self._read, self._nbytes, self.device = read, nbytes, device
        self._dtype: str | None = None
        self.made: Any = None
        self.aliased = False  # whether what is written to it is to be written to the file

    def nbytes(self) -> int:
        return self._nbytes

    def elements(self, dtype: str) -> np.ndarray:
        """The elements as a one-dimensional array, which is new and writable and may be kept.

        They are read at the first call, so it must come while the file is being loaded.
        """
        if self._dtype not in (None, dtype) and self._nbytes:
            raise NotImplementedError(
                f"the checkpoint has tensors of dtypes torch.{self._dtype} and torch.{dtype} that "
                "share a storage"
            )
        self._dtype = dtype
        kind = numpy_dtype(dtype)
        return self._read()[: self._nbytes // kind.itemsize * kind.itemsize].view(kind)

    def to(self, device: Any) -> LoadedStorage:
        """This storage on another device."""
        other = LoadedStorage(self._read, self._nbytes, devices.device(device))
        other.aliased = self.aliased and other.device.type == "cpu"
        return other

    def cpu(self) -> LoadedStorage:
        return self.to("cpu")

    def cuda(self, device: int | None = None) -> LoadedStorage:
        return self.to(devices.device("cuda", device or 0))


class TensorRecord(NamedTuple):
    """A tensor: `shape`, `stride` and `offset`, in elements, over a storage; None for a meta
    tensor's storage.

    `conj` and `neg`: its values are the conjugated, the negated elements. `cls` is its class where
    that is a subclass of Tensor of the user's, and `state` the attributes that its object has
    besides.
    """

    storage: SavedStorage | LoadedStorage | None
    dtype: str
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    requires_grad: bool = False
    is_parameter: bool = False
    conj: bool = False
    neg: bool = False
    cls: type | None = None
    state: Any = None


class Adapter(Protocol):
    """What the format layer asks of a tensor library."""

    #: Objects with a name of PyTorch's, at least "torch.Tensor" and "torch.nn.parameter.Parameter".
    names: Mapping[str, Any]

    def describe(self, obj: Any) -> TensorRecord | None:
        """The record of a tensor or parameter (holding a SavedStorage), None for any other
        object."""

    def with_storage(self, made: Any, tensor: Any) -> None:
        """Give an empty tensor the memory and the form of another one."""

    def is_module(self, cls: type) -> bool:
        """Whether a class is one of modules, whose source old files hold."""

    def describe_storage(self, obj: Any) -> tuple[SavedStorage, str | None] | None:
        """A storage object's memory and dtype (None for one of bytes); None for any other
        object."""

    def storage(self, loaded: LoadedStorage, dtype: str | None) -> Any:
        """The storage object of a storage in a file."""

    def finish_storage(self, storage: Any, loaded: LoadedStorage) -> None:
        """Called for each of these when all tensors have been built."""

    def describe_sparse(self, obj: Any) -> tuple | None:
        """The layout and the data of a sparse tensor as PyTorch writes them, indices and values as
        tensors; None for any other object."""

    def build_sparse(self, layout: layouts.layout, data: tuple) -> Any:
        """The sparse tensor of such data, which must be checked."""

    def build(self, record: TensorRecord) -> Any:
        """The tensor of a checked record (holding a LoadedStorage, or None: a meta tensor)."""

    def parameter(self, tensor: Any, requires_grad: bool, state: dict[str, Any]) -> Any:
        """A Parameter of a built tensor, with further attributes, checked not to be the class's."""

    def with_state(self, tensor: Any, cls: type, state: dict[str, Any]) -> Any:
        """A built tensor as an instance of `cls`, with further attributes, as for `parameter`."""


# The integers that quantized tensors are stored as.
QUANTIZED = {"qint8": "int8", "quint8": "uint8", "qint32": "int32"}


def numpy_dtype(name: str) -> np.dtype:
    """The NumPy dtype that holds elements as PyTorch's storages do; NotImplementedError when there
    is none."""
    name = QUANTIZED.get(name, name)
    if name not in dtypes.BY_NAME or name == "complex32":
        raise NotImplementedError(f"tensors of dtype torch.{name} in a checkpoint")
    return dtypes.BY_NAME[name].np


def check_view(record: TensorRecord, nbytes: int) -> None:
    """RuntimeError when the record names elements outside of its storage, or is no shape at all."""
    numbers = (record.offset, *record.shape, *record.stride)
    if any(type(n) is not int for n in numbers) or len(record.shape) != len(record.stride):
        raise RuntimeError(
            f"a tensor in the file has shape {record.shape} and stride {record.stride}"
        )
    itemsize = numpy_dtype(record.dtype).itemsize
    where = (
        f"sizes {size_text(record.shape)}, strides {size_text(record.stride)}, storage offset "
        f"{record.offset}, and itemsize {itemsize}"
    )
    if min(numbers) < 0:
        raise RuntimeError(f"setStorage: {where} must not be negative")
    if math.prod(record.shape) * itemsize >= 2**63 or max(numbers) >= 2**63:
        raise RuntimeError(f"Storage size calculation overflowed with {where}")
    if 0 in record.shape:
        return  # no element: PyTorch lets the offset be anything
    last = record.offset + sum(
        (n - 1) * s for n, s in zip(record.shape, record.stride, strict=True)
    )
    needed = (last + 1) * itemsize
    if needed > nbytes:
        raise RuntimeError(
            f"setStorage: {where} requiring a storage size of {needed} are out of bounds for "
            f"storage of size {nbytes}"
        )
