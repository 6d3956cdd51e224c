"""`torch.UntypedStorage` and `torch.TypedStorage`: a tensor's memory as bytes, or as elements.

https://docs.pytorch.org/docs/stable/storage.html
"""

from __future__ import annotations

import math
import mmap
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from torchish.base import devices
from torchish.base import dtypes as dt
from torchish.tensor import factory
from torchish.tensor.methods import _method
from torchish.tensor.storage import window
from torchish.tensor.tensor import Tensor

__all__ = ["LEGACY_STORAGES", "TypedStorage", "UntypedStorage"]

BYTE = np.dtype(np.uint8)


def _of(t: Tensor) -> UntypedStorage:
    """The memory behind a tensor."""
    found = object.__new__(UntypedStorage)
    found._t = t
    found.filename = None
    return found


class UntypedStorage:
    """Bytes of memory: `UntypedStorage(8)`, `UntypedStorage([1, 2, 3])`, or those of a tensor."""

    __module__ = "torch.storage"
    _t: Tensor
    filename: str | None  # the file that the memory is written to

    def __init__(self, *args: Any, device: Any = None):
        if len(args) > 1:
            raise RuntimeError(f"UntypedStorage() takes at most 1 argument, got {len(args)}")
        first = args[0] if args else 0
        where = devices.cpu if device is None else devices.device(device)
        if isinstance(first, int):
            self._t = factory.empty(first, dtype=dt.uint8, device=where)
        else:
            self._t = factory.tensor(list(first), dtype=dt.uint8, device=where)
        self.filename = None

    @classmethod
    def from_file(cls, filename: str, shared: bool = False, nbytes: int = 0) -> UntypedStorage:
        """A file's bytes, mapped to memory: read when they are looked at, and written to the file
        when `shared`. A shared file that is shorter than `nbytes` grows."""
        flags = os.O_RDWR | os.O_CREAT if shared else os.O_RDONLY
        handle = os.open(os.fspath(filename), flags, 0o666)
        try:
            if shared and os.fstat(handle).st_size < nbytes:
                os.ftruncate(handle, nbytes)
            access = mmap.ACCESS_WRITE if shared else mmap.ACCESS_COPY
            memory = mmap.mmap(handle, nbytes, access=access) if nbytes else bytearray()
        finally:
            os.close(handle)
        found = _of(factory.from_numpy(np.frombuffer(memory, BYTE)))
        found.filename = os.fspath(filename) if shared else None
        return found

    @classmethod
    def from_buffer(
        cls,
        buffer: Any,
        byte_order: str = "native",
        count: int = -1,
        offset: int = 0,
        *,
        dtype: dt.dtype = dt.uint8,
    ) -> UntypedStorage:
        """A copy of a buffer's memory."""
        if byte_order not in ("native", "little"):
            raise NotImplementedError(f"UntypedStorage.from_buffer with byte_order={byte_order!r}")
        return _of(factory.frombuffer(buffer, dtype=dtype, count=count, offset=offset).clone())

    def data_ptr(self) -> int:
        """Where the memory begins."""
        return self._t._storage.address

    def nbytes(self) -> int:
        """How many bytes there are."""
        a = self._t._storage.aval
        return math.prod(a.shape) * a.dtype.itemsize

    size = __len__ = nbytes

    def __sizeof__(self) -> int:
        return super().__sizeof__() + self.nbytes()

    def flat(self) -> Tensor:
        """All elements in memory order, 1-D."""
        n = math.prod(self._t._storage.aval.shape)
        return self._t.detach().as_strided((n,), (1,), 0)

    def as_tensor(self, dtype: dt.dtype) -> Tensor:
        """The memory as a 1-D tensor of a dtype."""
        flat = self.flat()
        return flat if flat.dtype is dtype else flat.view(dtype)

    def _bytes(self) -> np.ndarray:
        """The memory itself; a copy where it is a device's."""
        if self._t.device.type != "cpu":
            return np.ascontiguousarray(self.flat()._host()).view(BYTE)
        return window(self._t._storage.share(), (self.nbytes(),), BYTE, (1,), 0)

    def tolist(self) -> list[int]:
        """The bytes as numbers."""
        return self._bytes().tolist()

    def __iter__(self) -> Iterator[int]:
        return iter(self.tolist())

    def __getitem__(self, index: Any) -> Any:
        """One byte as a number, or a storage that shares a part of the memory."""
        if isinstance(index, slice):
            start, stop, step = index.indices(self.nbytes())
            if step != 1:
                raise RuntimeError(
                    f"Trying to slice with a step of {step}, but only a step of 1 is supported"
                )
            return _of(factory.from_numpy(self._bytes()[start : max(start, stop)]))
        return int(self._bytes()[index])

    def __setitem__(self, index: Any, value: int) -> None:
        self.as_tensor(dt.uint8)[index] = value

    def fill_(self, value: int) -> UntypedStorage:
        """Write one number to every byte."""
        self.as_tensor(dt.uint8).fill_(value)
        return self

    def copy_(self, source: UntypedStorage, non_blocking: bool | None = None) -> UntypedStorage:
        """Write another storage's bytes."""
        self.as_tensor(dt.uint8).copy_(source.as_tensor(dt.uint8))
        return self

    def clone(self) -> UntypedStorage:
        """A copy."""
        return _of(self.flat().clone())

    def cpu(self) -> UntypedStorage:
        """The memory itself when it is the CPU's, else a copy there."""
        return self if self.device.type == "cpu" else _of(self.flat().cpu())

    def untyped(self) -> UntypedStorage:
        """This storage."""
        return self

    def element_size(self) -> int:
        """1."""
        return 1

    def type(self, dtype: Any = None, non_blocking: bool = False) -> Any:
        """The name of the class."""
        if dtype is not None:
            raise NotImplementedError("UntypedStorage.type(dtype)")
        return "torch.storage.UntypedStorage"

    def resize_(self, size: int) -> UntypedStorage:
        """NotImplementedError, unless it has that many bytes."""
        if size != self.nbytes():
            raise NotImplementedError("UntypedStorage.resize_: memory has the size it was made with")
        return self

    def resizable(self) -> bool:
        """False."""
        return False

    def is_shared(self) -> bool:
        """Whether other processes see the memory."""
        return self._t.is_shared()

    def share_memory_(self) -> UntypedStorage:
        """Move the contents to memory that other processes see."""
        self._t.detach().share_memory_()
        return self

    def is_pinned(self, device: Any = None) -> bool:
        """False: XLA pins what it copies."""
        return False

    @property
    def device(self) -> devices.device:
        return self._t.device

    @property
    def is_cuda(self) -> bool:
        return self._t.is_cuda

    @property
    def _cdata(self) -> int:
        return id(self._t._storage)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UntypedStorage) and other._t._storage is self._t._storage

    def __hash__(self) -> int:
        return id(self._t._storage)

    def __deepcopy__(self, memo: dict) -> UntypedStorage:
        return memo.setdefault(id(self), self.clone())

    def __reduce__(self):
        return _rebuilt, (self._bytes().copy(),)

    def __repr__(self) -> str:
        shown = "".join(f" {b}\n" for b in self.tolist())
        return f"{shown}[torch.storage.UntypedStorage(device={self.device}) of size {len(self)}]"


def _rebuilt(a: np.ndarray) -> UntypedStorage:
    return _of(factory.from_numpy(a))


class _StorageMeta(type):
    """Of the classes of one dtype, whose instances are typed storages of that dtype."""

    _dtype: dt.dtype | None = None

    def __instancecheck__(cls, instance: Any) -> bool:
        if cls._dtype is None:
            return type.__instancecheck__(cls, instance)
        return isinstance(instance, TypedStorage) and instance.dtype is cls._dtype


class TypedStorage(metaclass=_StorageMeta):
    """Elements of memory: `FloatStorage(4)`, `TypedStorage([1, 2], dtype=torch.int32)`, or those of
    a tensor."""

    __module__ = "torch.storage"
    _untyped_storage: UntypedStorage
    dtype: dt.dtype

    def __new__(
        cls,
        *args: Any,
        wrap_storage: UntypedStorage | None = None,
        dtype: dt.dtype | None = None,
        device: Any = None,
        _internal: bool = False,
    ) -> TypedStorage:
        made = object.__new__(TypedStorage)
        made.dtype = cls._dtype or dtype or dt.get_default_dtype()
        if wrap_storage is None and args and isinstance(args[0], UntypedStorage):
            wrap_storage = args[0]
        if wrap_storage is not None:
            made._untyped_storage = wrap_storage
        else:
            first = args[0] if args else 0
            make = factory.empty if isinstance(first, int) else factory.tensor
            made._untyped_storage = _of(make(first, dtype=made.dtype, device=device))
        return made

    def _tensor(self) -> Tensor:
        return self._untyped_storage.as_tensor(self.dtype)

    def as_tensor(self, dtype: dt.dtype) -> Tensor:
        """The elements as a 1-D tensor, which must be asked for in their dtype."""
        if dtype is not self.dtype:
            raise RuntimeError(
                f"Expected a Storage of type {dtype} or an UntypedStorage, but got {self.dtype}"
            )
        return self._tensor()

    def untyped(self) -> UntypedStorage:
        """The memory as bytes."""
        return self._untyped_storage

    def size(self) -> int:
        """How many elements there are."""
        return self._untyped_storage.nbytes() // self.dtype.itemsize

    __len__ = size

    def nbytes(self) -> int:
        """How many bytes there are."""
        return self._untyped_storage.nbytes()

    def element_size(self) -> int:
        """Bytes of an element."""
        return self.dtype.itemsize

    def data_ptr(self) -> int:
        """Where the memory begins."""
        return self._untyped_storage.data_ptr()

    def tolist(self) -> list:
        """The elements as numbers."""
        return self._tensor().tolist()

    def __iter__(self) -> Iterator:
        return iter(self.tolist())

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            raise RuntimeError("slices are only supported in UntypedStorage.__getitem__")
        return self._tensor()[index].item()

    def __setitem__(self, index: Any, value: Any) -> None:
        self._tensor()[index] = value

    def fill_(self, value: Any) -> TypedStorage:
        """Write one number to every element."""
        self._tensor().fill_(value)
        return self

    def copy_(self, source: Any, non_blocking: bool | None = None) -> TypedStorage:
        """Write another storage's elements."""
        self._tensor().copy_(source._tensor())
        return self

    def clone(self) -> TypedStorage:
        """A copy."""
        return TypedStorage(wrap_storage=self._untyped_storage.clone(), dtype=self.dtype)

    def cpu(self) -> TypedStorage:
        """The memory itself when it is the CPU's, else a copy there."""
        return TypedStorage(wrap_storage=self._untyped_storage.cpu(), dtype=self.dtype)

    def is_shared(self) -> bool:
        """Whether other processes see the memory."""
        return self._untyped_storage.is_shared()

    def share_memory_(self) -> TypedStorage:
        """Move the contents to memory that other processes see."""
        self._untyped_storage.share_memory_()
        return self

    @classmethod
    def from_file(cls, filename: str, shared: bool = False, size: int = 0) -> TypedStorage:
        """A file's elements, mapped to memory."""
        d = cls._dtype or dt.get_default_dtype()
        bytes_ = UntypedStorage.from_file(filename, shared, size * d.itemsize)
        return cls(wrap_storage=bytes_, dtype=d)

    @classmethod
    def from_buffer(cls, buffer: Any, *args: Any, **kwargs: Any) -> TypedStorage:
        """A copy of a buffer's memory."""
        d = kwargs.pop("dtype", None) or cls._dtype or dt.get_default_dtype()
        bytes_ = UntypedStorage.from_buffer(buffer, *args, dtype=d, **kwargs)
        return cls(wrap_storage=bytes_, dtype=d)

    @property
    def device(self) -> devices.device:
        return self._untyped_storage.device

    @property
    def is_cuda(self) -> bool:
        return self._untyped_storage.is_cuda

    @property
    def filename(self) -> str | None:
        return self._untyped_storage.filename

    @property
    def _cdata(self) -> int:
        return self._untyped_storage._cdata

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypedStorage) and self._untyped_storage == other._untyped_storage

    def __hash__(self) -> int:
        return hash(self._untyped_storage)

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + self.nbytes()

    def __deepcopy__(self, memo: dict) -> TypedStorage:
        return memo.setdefault(id(self), self.clone())

    def __reduce__(self):
        return _retyped, (self._untyped_storage, self.dtype)

    def __repr__(self) -> str:
        shown = "".join(f" {x}\n" for x in self.tolist())
        return (
            f"{shown}[torch.storage.TypedStorage(dtype={self.dtype}, device={self.device}) of size "
            f"{len(self)}]"
        )


def _retyped(memory: UntypedStorage, dtype: dt.dtype) -> TypedStorage:
    return TypedStorage(wrap_storage=memory, dtype=dtype)


LEGACY_STORAGES = {
    name + "Storage": _StorageMeta(
        name + "Storage",
        (TypedStorage,),
        {"_dtype": d, "__module__": "torch", "__doc__": f"Storages of {d}."},
    )
    for name, d in dt.LEGACY_NAMES.items()
}


@_method
def untyped_storage(self: Tensor) -> UntypedStorage:
    """The memory behind this tensor."""
    return _of(self)


@_method
def storage(self: Tensor) -> TypedStorage:
    """The memory behind this tensor, in its elements."""
    return TypedStorage(wrap_storage=_of(self), dtype=self.dtype)


@_method
def storage_type(self: Tensor) -> type:
    """The class of this tensor's typed storage."""
    return next(c for c in LEGACY_STORAGES.values() if c._dtype is self.dtype)
