"""Storages as users see them: the memory behind tensors, in bytes or in elements.

https://docs.pytorch.org/docs/stable/storage.html
"""

from __future__ import annotations

import mmap
import os
from typing import Any

import numpy as np

from torchish.base import dtypes as dt
from torchish.base.errors import warn_once
from torchish.tensor import factory, growth, overrides
from torchish.tensor.methods import _method
from torchish.tensor.storage import window
from torchish.tensor.tensor import Tensor


class UntypedStorage:
    """A tensor's memory in bytes, as `t.untyped_storage()` shows it.

    `UntypedStorage(n)` makes memory of `n` bytes, `UntypedStorage(sequence)` of these bytes.
    """

    _dtype = dt.uint8

    def __init__(self, *args, device=None, dtype: dt.dtype | None = None):
        kind = dtype or self._dtype
        if len(args) == 1 and isinstance(args[0], Tensor):
            self._t = args[0]
        elif len(args) == 1 and isinstance(args[0], (list, tuple, np.ndarray, bytes)):
            data = list(args[0]) if isinstance(args[0], bytes) else args[0]
            self._t = factory.tensor(data, dtype=kind, device=device)
        elif not args or (len(args) == 1 and isinstance(args[0], int)):
            self._t = factory.zeros(*(args or (0,)), dtype=kind, device=device)
        else:
            raise TypeError(
                f"Argument type not recognized: {', '.join(type(a).__name__ for a in args)}"
            )

    def _flat(self) -> Tensor:
        """All of the memory, 1-D, in the elements of the tensor, which is a plain one."""
        with overrides.DisableTorchFunctionSubclass():
            plain = self._t.detach().as_subclass(Tensor)
            plain._quiet = True  # autograd does not see what is written into a storage
            plain._pending = 0
            return plain.as_strided((self._numel(),), (1,), 0)

    def _elements(self) -> Tensor:
        """All of the memory, 1-D, in the elements that this storage counts in."""
        flat = self._flat()
        if flat.is_complex():
            flat = flat.view(flat.dtype.to_real())
        return flat if flat.dtype is dt.uint8 else flat.view(dt.uint8)

    def _numel(self) -> int:
        """How many elements of the tensor's dtype fit the memory."""
        return self.nbytes() // self._t._aval.dtype.itemsize

    def as_tensor(self, dtype: dt.dtype) -> Tensor:
        """The memory as a 1-D tensor of a dtype."""
        flat = self._elements()
        return flat if flat.dtype is dtype or isinstance(self, TypedStorage) else flat.view(dtype)

    @classmethod
    def from_file(cls, filename: str, shared: bool = False, nbytes: int = 0):
        """A file's contents, mapped to memory: read when they are looked at, and written to the
        file when `shared`. A shared file that is too short grows. Typed storages count
        elements."""
        flags = os.O_RDWR | os.O_CREAT if shared else os.O_RDONLY
        length = nbytes * cls._dtype.itemsize
        handle = os.open(os.fspath(filename), flags, 0o666)
        try:
            if shared and os.fstat(handle).st_size < length:
                os.ftruncate(handle, length)
            access = mmap.ACCESS_WRITE if shared else mmap.ACCESS_COPY
            memory = mmap.mmap(handle, length, access=access) if length else bytearray()
        finally:
            os.close(handle)
        found = cls(factory.from_numpy(np.frombuffer(memory, np.uint8)))
        found.filename = os.fspath(filename) if shared else None
        return found

    def _bytes(self) -> np.ndarray:
        """The memory itself; a copy where it is a device's."""
        if self.device.type != "cpu":
            return np.ascontiguousarray(self._flat()._host()).view(np.uint8)
        return window(self._t._storage.whole.share(), (self.nbytes(),), np.dtype(np.uint8), (1,), 0)

    def data_ptr(self) -> int:
        """The address of the first byte."""
        return self._t._storage.address

    def nbytes(self) -> int:
        return self._t._storage.nbytes

    def element_size(self) -> int:
        return 1

    def size(self) -> int:
        return self.nbytes() // self.element_size()

    __len__ = size

    def tolist(self) -> list:
        return self._elements().tolist()

    def fill_(self, value):
        """Every element becomes `value`."""
        self._elements().fill_(value)
        return self

    def copy_(self, source, non_blocking: bool | None = None):
        """The elements of another storage of the same size."""
        self._elements().copy_(source._elements())
        return self

    def clone(self):
        return self._like(self._elements().clone())

    def cpu(self):
        return self if self.device.type == "cpu" else self._like(self._elements().cpu())

    def resize_(self, size: int):
        """Memory for `size` elements; the first ones stay, new ones are unspecified (zeros).
        Tensors keep their sizes, and of those that are too long by now no new view can be made."""
        growth.grow(self._t._storage, size * self.element_size())
        return self

    def _like(self, flat: Tensor):
        return type(self)(flat)

    def untyped(self) -> UntypedStorage:
        return UntypedStorage(self._t)

    def share_memory_(self):
        """Move the contents to memory that other processes see."""
        self._t.detach().share_memory_()
        return self

    def is_shared(self) -> bool:
        return self._t.is_shared()

    def is_pinned(self, device: Any = None) -> bool:
        return False

    def type(self, dtype=None, non_blocking: bool = False):
        if dtype is not None:
            raise NotImplementedError("storage.type(): dtype")
        return f"torch.{type(self).__name__}"

    @property
    def device(self):
        return self._t.device

    @property
    def is_cuda(self) -> bool:
        return self.device.type == "cuda"

    is_sparse = False
    filename: str | None = None  # the file that the memory is written to

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + self.nbytes()

    def resizable(self) -> bool:
        return True

    @property
    def _cdata(self) -> int:
        return id(self._t._storage.whole)

    def __eq__(self, other):
        return isinstance(other, UntypedStorage) and other._cdata == self._cdata

    def __hash__(self):
        return self._cdata

    def __iter__(self):
        return iter(self.tolist())

    def _place(self, i: int) -> int:
        n = len(self)
        if not -n <= i < n:
            raise IndexError(f"index {i} out of range for storage of size {n}")
        return i

    def __getitem__(self, i):
        if isinstance(i, slice):
            if isinstance(self, TypedStorage):
                raise RuntimeError("slices are only supported in UntypedStorage.__getitem__")
            start, stop, step = i.indices(len(self))
            if step != 1:
                raise RuntimeError(
                    f"Trying to slice with a step of {step}, but only a step of 1 is supported"
                )
            part = self._bytes()[start : max(start, stop)]
            return UntypedStorage(factory.from_numpy(part))
        return self._elements()[self._place(i)].item()

    def __setitem__(self, i, value) -> None:
        flat = self._elements()
        if isinstance(i, slice):
            flat[i] = value._elements() if isinstance(value, UntypedStorage) else value
        else:
            flat[self._place(i)] = value

    def __repr__(self) -> str:
        lines = "\n ".join(map(str, self.tolist()))
        return f" {lines}\n[torch.storage.UntypedStorage(device={self.device}) of size {len(self)}]"


class TypedStorage(UntypedStorage):
    """A tensor's memory in elements of a dtype, as `t.storage()` shows it."""

    _dtype: Any = None

    def __init__(self, *args, device=None, dtype: dt.dtype | None = None, wrap_storage: Any = None):
        warn_of_typed_storage()
        if wrap_storage is not None:
            if dtype is None and self._dtype is None:
                raise RuntimeError(
                    "TypedStorage.__new__: expected 'dtype' when 'wrap_storage' is given"
                )
            args = (wrap_storage.as_tensor(dtype or self._dtype),)
        super().__init__(*args, device=device, dtype=dtype or self._dtype or dt.get_default_dtype())

    def _elements(self) -> Tensor:
        return self._flat()

    @property
    def dtype(self) -> dt.dtype:
        return self._t.dtype

    def element_size(self) -> int:
        return self._t._aval.dtype.itemsize

    def pickle_storage_type(self) -> str:
        """The name of the legacy class of this dtype."""
        return f"{dt.SCALAR_NAMES[self.dtype]}Storage"

    def _to(self, dtype: dt.dtype) -> TypedStorage:
        return TypedStorage(self._elements().to(dtype))

    def float(self) -> TypedStorage:
        return self._to(dt.float32)

    def double(self) -> TypedStorage:
        return self._to(dt.float64)

    def half(self) -> TypedStorage:
        return self._to(dt.float16)

    def long(self) -> TypedStorage:
        return self._to(dt.int64)

    def int(self) -> TypedStorage:
        return self._to(dt.int32)

    def short(self) -> TypedStorage:
        return self._to(dt.int16)

    def char(self) -> TypedStorage:
        return self._to(dt.int8)

    def byte(self) -> TypedStorage:
        return self._to(dt.uint8)

    def bool(self) -> TypedStorage:
        return self._to(dt.bool_)

    def bfloat16(self) -> TypedStorage:
        return self._to(dt.bfloat16)

    def __repr__(self) -> str:
        lines = "\n ".join(map(str, self.tolist()))
        return (
            f" {lines}\n[torch.storage.TypedStorage(dtype={self.dtype}, device={self.device}) of "
            f"size {len(self)}]"
        )


def warn_of_typed_storage() -> None:
    """PyTorch's warning, once in a process, at the user's line."""
    warn_once(
        "TypedStorage is deprecated. It will be removed in the future and UntypedStorage will be "
        "the only storage class. This should only matter to you if you are using storages "
        "directly.  To access UntypedStorage directly, use tensor.untyped_storage() instead of "
        "tensor.storage()"
    )


class _LegacyMeta(type):
    def __instancecheck__(cls, s) -> bool:
        return isinstance(s, TypedStorage) and s.dtype is getattr(cls, "_dtype", None)


def _legacy(name: str, d: dt.dtype):
    return _LegacyMeta(
        name,
        (TypedStorage,),
        {"_dtype": d, "__doc__": f"Memory in elements of {d}.", "__module__": "torch"},
    )


LEGACY = {f"{n}Storage": _legacy(f"{n}Storage", d) for n, d in dt.LEGACY_NAMES.items()}


@_method
def untyped_storage(self: Tensor) -> UntypedStorage:
    """The memory behind this tensor."""
    return UntypedStorage(self)


@_method
def storage(self: Tensor) -> TypedStorage:
    """The memory behind this tensor, in its elements."""
    return TypedStorage(self)


def is_storage(obj) -> bool:
    """Whether `obj` is a storage object."""
    return isinstance(obj, UntypedStorage)


EXPORTS = {
    "is_storage": is_storage,
    "UntypedStorage": UntypedStorage,
    "TypedStorage": TypedStorage,
    **LEGACY,
}

__all__ = ["EXPORTS", "TypedStorage", "UntypedStorage", "is_storage", "storage", "untyped_storage"]
