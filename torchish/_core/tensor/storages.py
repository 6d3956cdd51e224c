"""Storages as users see them: the memory behind tensors, in bytes.

`typed_storages.py` has those that count in elements.
https://docs.pytorch.org/docs/stable/storage.html
"""

from __future__ import annotations

import mmap
import os
import sys
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.tensor import growth, overrides
from torchish._core.tensor.api import factory
from torchish._core.tensor.public import method
from torchish._core.tensor.storage import window
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views.methods import view_as_complex

__all__ = ["Memory", "UntypedStorage", "untyped_storage"]


def _index(i: Any, n: int) -> int:
    if not -n <= i < n:
        raise IndexError(f"index {i} out of range for storage of size {n}")
    return i


class Memory:
    """What storages of bytes and of elements have in common: the memory of the tensor `_t`."""

    _t: Tensor
    is_sparse = is_sparse_csr = is_hpu = False
    filename: str | None = None  # the file that the memory is written to

    def _flat(self) -> Tensor:
        """All of the memory, 1-D, in the elements of the tensor, which is a plain one."""
        with overrides.DisableTorchFunctionSubclass():
            plain = self._t.detach().as_subclass(Tensor)
            plain._quiet = True  # autograd does not see what is written into a storage
            plain._pending = 0
            count = self._length() // self._t._aval.dtype.itemsize
            return plain.as_strided((count,), (1,), 0)

    def _elements(self) -> Tensor:
        """All of the memory, 1-D, in the elements that this storage counts in."""
        raise NotImplementedError

    def as_tensor(self, dtype: dt.dtype) -> Tensor:
        """The memory as a 1-D tensor."""
        raise NotImplementedError

    def _like(self, flat: Tensor) -> Any:
        """A storage of this class over the memory of a 1-D tensor."""
        raise NotImplementedError

    def _length(self) -> int:
        return self._t._storage.nbytes

    def nbytes(self) -> int:
        """The number of bytes."""
        return self._length()

    def element_size(self) -> int:
        """The bytes of one element."""
        return 1

    def size(self) -> int:
        """The number of elements."""
        return self._length() // self._elements()._aval.dtype.itemsize

    def __len__(self) -> int:
        return self.size()

    def __sizeof__(self) -> int:
        return object.__sizeof__(self) + self._length()

    def data_ptr(self) -> int:
        """The address of the first byte."""
        return self._t._storage.address

    def tolist(self) -> list:
        """The elements."""
        return self._elements().tolist()

    def __iter__(self):
        return iter(self.tolist())

    def __getitem__(self, i: Any) -> Any:
        if self.device.type == "meta":
            raise NotImplementedError("Not available for 'meta' device type")
        return self._elements()[_index(i, len(self))].item()

    def __setitem__(self, i: Any, value: Any) -> None:
        flat = self._elements()
        if isinstance(i, slice):
            flat[i] = value._elements() if isinstance(value, Memory) else value
        else:
            flat[_index(i, len(self))] = value

    def copy_(self, source: Any, non_blocking: bool | None = None):
        """The elements of another storage of the same number of bytes."""
        if not isinstance(source, Memory):
            raise TypeError(
                "copy_(): argument 'src' (position 1) must be torch.Storage, not "
                f"{type(source).__name__}"
            )
        if source._length() != self._length():
            raise RuntimeError(
                f"size does not match, self was {self._length()} bytes but src was "
                f"{source._length()} bytes"
            )
        self._elements().copy_(source._elements())
        return self

    def clone(self):
        """A copy."""
        return self._like(self._elements().clone())

    def __copy__(self):
        return self.clone()

    def __deepcopy__(self, memo: dict):
        copies = memo.setdefault("torch", {})  # by memory: what shares it still does
        key = ("storage", id(self._t._storage), type(self))
        if key not in copies:
            copies[key] = self.clone()
        return copies[key]

    def __reduce__(self):
        return _restored, (type(self), self._elements().clone())

    def _resize(self, size: int) -> None:
        if self.device.type == "cpu":
            growth.grow(self._t._storage, size * self.element_size())
            return
        flat = self._elements()
        grown = factory.empty(size, dtype=flat.dtype, device=flat.device)
        keep = min(size, flat.numel())
        grown[:keep].copy_(flat[:keep])
        self._t._storage.reset(grown.view(self._t.dtype)._value())

    def share_memory_(self):
        """Move the contents to memory that other processes see."""
        self._t.detach().share_memory_()
        return self

    def is_shared(self) -> bool:
        """Whether other processes see the memory."""
        return self._t.is_shared()

    def is_pinned(self, device: Any = "cuda") -> bool:
        """False: no memory is pinned."""
        return False

    def pin_memory(self, device: Any = "cuda"):
        """The storage of the pinned tensor, where there is an accelerator."""
        return self._like(self._elements().pin_memory())

    def to(self, *, device: Any, non_blocking: bool = False):
        """The storage on a device: itself where it is there already."""
        where = devices.placed(devices.device(device))
        return self if where == self.device else self._like(self._elements().to(where))

    def cpu(self):
        """The storage on the CPU: itself where it is there already."""
        return self.to(device="cpu")

    def cuda(self, device: Any = None, non_blocking: bool = False):
        """A copy on the GPU."""
        return self._like(self._elements().cuda(device))

    def hpu(self, device: Any = None, non_blocking: bool = False):
        """RuntimeError: there is no such device."""
        return self.to(device="hpu" if device is None else device)

    def mps(self):
        """RuntimeError where there is no such device."""
        return self.to(device="mps")

    @property
    def device(self) -> devices.device:
        """The device that the memory is on."""
        return self._t.device

    @property
    def is_cuda(self) -> bool:
        """Whether the memory is a GPU's."""
        return self.device.type == "cuda"

    def get_device(self) -> int | None:
        """The number of the device, None for the CPU."""
        return self.device.index

    def resizable(self) -> bool:
        """Whether `resize_` works: always."""
        return True

    @property
    def _cdata(self) -> int:
        return id(self._t._storage.whole)

    def _lines(self) -> str:
        if self.device.type == "meta":
            return "..."
        return " " + "\n ".join(map(str, self.tolist()))


def _restored(kind: type[Memory], flat: Tensor) -> Memory:
    """A storage out of a pickle."""
    made = kind.__new__(kind)
    made._t = flat
    return made


_restored.__module__ = "torchish._utils"  # where a pickle finds it


_of: weakref.WeakValueDictionary[int, UntypedStorage] = weakref.WeakValueDictionary()


class UntypedStorage(Memory):
    """A tensor's memory in bytes, as `t.untyped_storage()` shows it.

    `UntypedStorage(n)` makes memory of `n` bytes, `UntypedStorage(sequence)` of these bytes.
    """

    __module__ = "torchish.storage"

    def __init__(self, *args: Any, device: Any = None, **other: Any) -> None:
        if other or len(args) > 1:
            got = [type(a).__name__ for a in args]
            got += [f"{name}={type(value).__name__}" for name, value in other.items()]
            raise TypeError(
                "torch.UntypedStorage() received an invalid combination of arguments - got "
                f"({', '.join(got)}{', ' * bool(other)}), but expected one of:\n"
                " * (*, int allocator = None, torch.device device = None)\n"
                " * (int size, *, int allocator = None, torch.device device = None)\n"
                " * (object sequence, *, int allocator = None, torch.device device = None)\n"
            )
        data = args[0] if args else 0
        if isinstance(data, int):
            if data < 0:
                raise RuntimeError(f"a storage of {data} bytes: a size must not be negative")
            self._t = factory.empty(data, dtype=dt.uint8, device=device)
            return
        if isinstance(data, Memory):
            data = data.tolist()
        if not isinstance(data, (Sequence, np.ndarray)):
            raise RuntimeError(
                f"torch.UntypedStorage(): Expected a sequence type, but got {type(data).__name__}"
            )
        for item in data:
            if not isinstance(item, (int, np.integer)):
                raise RuntimeError(
                    "torch.UntypedStorage(): tried to construct a storage from a sequence "
                    f"({type(data).__name__}), but one of the items was of type "
                    f"{type(item).__name__} instead of int"
                )
        self._t = factory.tensor(list(data), dtype=dt.uint8, device=device)

    @classmethod
    def _over(cls, t: Tensor) -> UntypedStorage:
        """The storage of a tensor: one object as long as anybody holds it."""
        key = id(t._storage)
        found = _of.get(key)
        if found is None:
            found = cls.__new__(cls)
            found._t = t
            _of[key] = found
        return found

    def _like(self, flat: Tensor) -> UntypedStorage:
        return UntypedStorage._over(flat)

    def _elements(self) -> Tensor:
        flat = self._flat()
        if flat.is_complex():
            flat = flat.view(flat.dtype.to_real())
        return flat if flat.dtype is dt.uint8 else flat.view(dt.uint8)

    def as_tensor(self, dtype: dt.dtype) -> Tensor:
        """The memory as a 1-D tensor of a dtype."""
        flat = self._elements()
        size = flat.numel() // dtype.itemsize * dtype.itemsize
        flat = flat if size == flat.numel() else flat[:size]
        if dtype.is_complex:
            return view_as_complex(flat.view(dtype.to_real()).view(-1, 2))
        return flat if flat.dtype is dtype else flat.view(dtype)

    def untyped(self) -> UntypedStorage:
        """Itself."""
        return self

    def new(self) -> UntypedStorage:
        """An empty storage on the same device."""
        return UntypedStorage(0, device=self.device)

    def type(self, dtype: Any = None, non_blocking: bool = False) -> Any:
        """The name of its type."""
        if dtype is not None:
            raise NotImplementedError("storage.type(): dtype")
        return "torch.storage.UntypedStorage"

    def fill_(self, value: int) -> UntypedStorage:
        """Every byte becomes `value`."""
        if not isinstance(value, int):
            raise RuntimeError(f"fill_ expects int, but got {type(value).__name__}")
        self._elements().fill_(value)
        return self

    def resize_(self, size: int) -> UntypedStorage:
        """Memory of `size` bytes; the first ones stay, new ones are unspecified."""
        if not isinstance(size, int):
            raise RuntimeError(f"resize_ expects an int, but got {type(size).__name__}")
        self._resize(size)
        return self

    def byteswap(self, dtype: dt.dtype) -> None:
        """Reverse the bytes of each number of a dtype (of each part of a complex one)."""
        width = dtype.to_real().itemsize if dtype.is_complex else dtype.itemsize
        flat = self._elements()
        flat.copy_(flat.view(-1, width).flip(1).reshape(-1))

    def __getitem__(self, i: Any) -> Any:
        if isinstance(i, slice):
            start, stop, step = i.indices(len(self))
            if step != 1:
                raise RuntimeError(
                    f"Trying to slice with a step of {step}, but only a step of 1 is supported"
                )
            return UntypedStorage._over(factory.from_numpy(self._bytes()[start : max(start, stop)]))
        if not isinstance(i, int):
            raise TypeError(f"can't index a torch.UntypedStorage with {type(i).__name__}")
        return super().__getitem__(i)

    def _bytes(self) -> np.ndarray:
        """The memory itself; a copy where it is a device's."""
        if self.device.type != "cpu":
            return np.ascontiguousarray(self._flat()._host()).view(np.uint8)
        host = self._t._storage.whole.share()
        return window(host, (self._length(),), np.dtype(np.uint8), (1,), 0)

    @classmethod
    def from_buffer(
        cls,
        buffer: Any,
        byte_order: str | None = None,
        count: int = -1,
        offset: int = 0,
        *,
        dtype: dt.dtype = dt.uint8,
    ) -> UntypedStorage:
        """A copy of a buffer's elements, in this machine's byte order.

        count    how many elements; all for -1
        offset   the first byte of the first one
        """
        if byte_order not in ("native", "big", "little") and dtype.itemsize > 1:
            if byte_order is None:
                raise RuntimeError("function missing required argument 'byte_order' (pos 2)")
            raise ValueError(
                f"invalid byte_order '{byte_order}' (expected 'big', 'little', or 'native')"
            )
        raw = np.frombuffer(buffer, np.uint8)
        size = len(raw) - offset
        if offset < 0 or offset > len(raw):
            raise ValueError(
                f"offset must be non-negative and no greater than buffer length ({len(raw)}) , "
                f"but got {offset}"
            )
        width = dtype.itemsize
        if count < 0:
            if size % width:
                raise ValueError(
                    f"buffer size ({len(raw)}) must be a multiple of element size ({width})"
                )
            count = size // width
        if count * width > size:
            raise ValueError(
                f"buffer has only {size} elements after offset {offset}, but specified a size of "
                f"{count}"
            )
        data = raw[offset : offset + count * width].copy()
        if dtype is dt.bool_:
            data = (data != 0).astype(np.uint8)
        made = cls._over(factory.from_numpy(data))
        if byte_order not in (None, "native", sys.byteorder):
            made.byteswap(dtype)
        return made

    @classmethod
    def from_file(cls, filename: Any, shared: bool = False, nbytes: int = 0) -> UntypedStorage:
        """A file's contents, mapped to memory: read when they are looked at, and written to the
        file when `shared`. A shared file that is too short grows."""
        flags = os.O_RDWR | os.O_CREAT if shared else os.O_RDONLY
        try:
            handle = os.open(os.fspath(filename), flags, 0o666)
        except OSError as e:
            mode = "read-write" if shared else "read-only"
            raise RuntimeError(
                f"unable to open file <{filename}> in {mode} mode: {e.strerror} ({e.errno})"
            ) from None
        try:
            if shared and os.fstat(handle).st_size < nbytes:
                os.ftruncate(handle, nbytes)
            access = mmap.ACCESS_WRITE if shared else mmap.ACCESS_COPY
            memory = mmap.mmap(handle, nbytes, access=access) if nbytes else bytearray()
        finally:
            os.close(handle)
        found = cls._over(factory.from_numpy(np.frombuffer(memory, np.uint8)))
        found.filename = os.fspath(filename) if shared else None
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UntypedStorage) and other._cdata == self._cdata

    def __hash__(self) -> int:
        return self._cdata

    def __repr__(self) -> str:
        return (
            f"{self._lines()}\n[torch.storage.UntypedStorage(device={self.device}) of size "
            f"{len(self)}]"
        )

    __str__ = __repr__


@method
def untyped_storage(self: Tensor) -> UntypedStorage:
    """The memory behind this tensor."""
    return UntypedStorage._over(self)
