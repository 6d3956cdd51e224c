"""Storages as users see them: the memory behind tensors, in bytes.

`typed_storages.py` has those that count in elements.
https://docs.pytorch.org/docs/stable/storage.html
"""

from __future__ import annotations

import mmap
import os
import sys
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.base.references import ONE
from torchish._core.tensor import growth, overrides
from torchish._core.tensor.api import factory
from torchish._core.tensor.public import method
from torchish._core.tensor.storage import shown, window
from torchish._core.tensor.tensor import Tensor, alias_of
from torchish._core.tensor.views.recast import view_as_complex

__all__ = ["Memory", "StorageBase", "UntypedStorage", "holders", "untyped_storage"]


def _index(i: Any, n: int) -> int:
    if not -n <= i < n:
        raise IndexError(f"index {i} out of range for storage of size {n}")
    return i


def memory_of(t: Tensor) -> Tensor:
    """A plain tensor in the memory that a tensor lies in now: what the tensor is or becomes, a
    subclass's, a conjugate, in other memory, is nothing to its storage, and autograd does not see
    what is written into that."""
    plain = alias_of(t)
    plain._quiet, plain._pending = True, 0
    return plain


class Memory:
    """What storages of bytes and of elements have in common: the memory of the tensor `_t`, a plain
    one that is nobody else's."""

    _t: Tensor
    is_sparse = is_sparse_csr = is_hpu = False
    filename: str | None = None  # the file that the memory is written to

    def _flat(self) -> Tensor:
        """All of the memory, 1-D, in the elements of the tensor, which is a plain one."""
        with overrides.DisableTorchFunctionSubclass():
            plain = alias_of(self._t)
            count = self._length() // plain._aval.dtype.itemsize
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
        if self.device.type == "meta":
            raise NotImplementedError("Not available for 'meta' device type")
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
        if source.device.type == "meta" and self.device.type != "meta":
            raise NotImplementedError("Cannot copy out of meta tensor; no data!")
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
            # The copy of a tensor that lies in this memory, or else the one for such tensors.
            copies[key] = self._like(_copied_memory(self._t, memo))
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
        self._require_cpu("_share_fd_")
        self._t.share_memory_()
        return self

    def _require_cpu(self, call: str) -> None:
        """RuntimeError where the memory is not the CPU's."""
        if self.device.type != "cpu":
            raise RuntimeError(f"{call}: only available on CPU")

    def _share_fd_cpu_(self) -> tuple:
        """NotImplementedError: several storages lie in one file here."""
        self._require_cpu("_share_fd_")
        raise NotImplementedError("_share_fd_cpu_(): share_memory_() shares the memory")

    def _share_filename_cpu_(self) -> tuple:
        """NotImplementedError: shared memory has no name here."""
        self._require_cpu("_share_filename_")
        raise NotImplementedError(
            "_share_filename_cpu_(): shared memory has no file name, share_memory_() shares it"
        )

    def _write_file(self, f: Any, is_real_file: bool, save_size: bool, element_size: int) -> None:
        """Write the contents into a file, after their number of elements with `save_size`."""
        if self.device.type == "meta":
            raise NotImplementedError("Cannot copy out of meta tensor; no data!")
        count = self._length() // element_size
        f.write((count.to_bytes(8, sys.byteorder) if save_size else b"") + bytes(self.tolist()))

    def _fix_weakref(self) -> None:
        """Nothing: an object here lives as long as anything refers to it."""

    def is_shared(self) -> bool:
        """Whether other processes see the memory."""
        return self._t.is_shared()

    def is_pinned(self, device: Any = "cuda") -> bool:
        """Whether the memory counts as pinned."""
        return self._t.is_pinned()

    def pin_memory(self, device: Any = "cuda"):
        """The storage of the pinned tensor, where there is an accelerator."""
        return self._like(self._elements().pin_memory())

    def to(self, *, device: Any, non_blocking: bool = False):
        """The storage on a device: itself where it is there already."""
        where = devices.placed(devices.device(device))
        if where == self.device:
            return self
        if self.device.type == "meta":
            raise NotImplementedError("Cannot copy out of meta tensor; no data!")
        return self._like(self._elements().to(where))

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
        """Whether `resize_` works: not while the memory is NumPy's or other processes' too."""
        s = self._t._storage.whole
        return not s.shared if s.resizable is None else s.resizable

    @property
    def _cdata(self) -> int:
        return id(self._t._storage.whole)

    def _swap_data_ptr_(self, other: Any) -> None:
        """Exchange the memory of two storages, which tensors over them see. RuntimeError unless
        they are on one device, and of one size or one of them empty."""
        if self.device != other.device:
            raise RuntimeError("_swap_data_ptr_: storages must be on the same device")
        n, m = self._length(), other._length()
        if n != m and n and m:
            raise RuntimeError(
                f"_swap_data_ptr_: storages must have the same nbytes, but got {n} and {m}"
            )
        if other._t._storage.whole is self._t._storage.whole:
            return
        mine, theirs = self._kept(), other._kept()
        self._take(theirs)
        other._take(mine)

    def _kept(self) -> Tensor:
        """A copy of all of the bytes."""
        return self.untyped()._elements().clone()

    def untyped(self) -> UntypedStorage:
        """The memory in bytes."""
        raise NotImplementedError

    def _take(self, contents: Tensor) -> None:
        """Become so many bytes, and these."""
        memory = self.untyped()
        memory.resize_(contents.numel())
        if contents.numel():
            memory._elements().copy_(contents)

    def _lines(self) -> str:
        if self.device.type == "meta":
            return "..."
        return " " + "\n ".join(map(str, self.tolist()))


def _copied_memory(t: Tensor, memo: dict) -> Tensor:
    """A tensor over the copy of another one's memory that a deep copy makes."""
    made = alias_of(t)
    made._storage = t._storage.copied(memo)
    return made


def _restored(kind: type[Memory], flat: Tensor) -> Memory:
    """A storage out of a pickle."""
    made = kind.__new__(kind)
    made._t = flat
    return made


_restored.__module__ = "torchish._utils"  # where a pickle finds it


# Note [One object for a memory]
# A tensor's memory has one UntypedStorage, as programs put attributes on it and refer to it weakly.
# The tensor that was asked for it, or made of it, keeps it (`State._face`); it keeps the memory, by
# a tensor of its own, so that no cycle arises.
_finding = threading.Lock()


class StorageBase(Memory):
    """What UntypedStorage and other classes of memory in bytes are derived from."""

    __module__ = "torchish._C"

    def __new__(cls, *args: Any, **other: Any) -> Any:
        if cls is StorageBase:
            raise RuntimeError(
                "Cannot directly construct StorageBase; subclass it and then construct that"
            )
        return object.__new__(cls)

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
            shown[id(self._t._storage)] = self
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
        shown[id(self._t._storage)] = self

    @classmethod
    def _over(cls, t: Tensor) -> Any:
        """The storage of a tensor. See Note [One object for a memory]."""
        with _finding:
            found = shown.get(id(t._storage.whole))
            if found is None:
                found = object.__new__(UntypedStorage)
                found._t = memory_of(t)
                shown[id(t._storage.whole)] = found
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
            flat = view_as_complex(flat.view(dtype.to_real()).view(-1, 2))
        elif flat.dtype is not dtype:
            flat = flat.view(dtype)
        flat._face = self
        return flat

    def untyped(self) -> Any:
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

    def fill_(self, value: int) -> Any:
        """Every byte becomes `value`."""
        if not isinstance(value, int):
            raise RuntimeError(f"fill_ expects int, but got {type(value).__name__}")
        self._elements().fill_(value)
        return self

    def resize_(self, size: int) -> Any:
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
        return isinstance(other, StorageBase) and other._cdata == self._cdata

    def __hash__(self) -> int:
        return self._cdata

    def __repr__(self) -> str:
        return (
            f"{self._lines()}\n[torch.storage.UntypedStorage(device={self.device}) of size "
            f"{len(self)}]"
        )

    __str__ = __repr__


class UntypedStorage(StorageBase):
    """A tensor's memory in bytes, as `t.untyped_storage()` shows it.

    `UntypedStorage(n)` makes memory of `n` bytes, `UntypedStorage(sequence)` of these bytes.
    """

    __module__ = "torchish.storage"


@method
def untyped_storage(self: Tensor) -> UntypedStorage:
    """The memory behind this tensor."""
    found = UntypedStorage._over(self)
    self._face = found
    if self._base is not None:
        self._base._face = found  # which outlives this view of it
    return found


def holders(cdata: int) -> int:
    """How many tensors and storage objects hold a memory, by the `_cdata` of one of these."""
    for found in list(shown.values()):
        if found._cdata == cdata:
            return sys.getrefcount(found._t._storage) - ONE + 1
    raise RuntimeError(f"there is no storage object of the memory {cdata}")
