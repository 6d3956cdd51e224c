"""Storage: the one mutable cell. It holds a value on a device, or NumPy memory that it shares.

Note [Shared with NumPy]
`from_numpy(a)` and `t.numpy()` make a storage host-held: NumPy's memory is the truth, each read
takes a copy of its present contents, each in-place operator writes through at once. When nothing
outside refers to that memory any more, the next read makes the storage device-held again.
"""

from __future__ import annotations

import math
import sys
import weakref
from typing import Any

import numpy as np

from torchish._core.base import devices
from torchish._core.base.references import ONE
from torchish._core.engine import trace
from torchish._core.engine.values import Value, from_host

_ALONE = ONE + 1  # an array that one view's `base` and one local variable refer to

# What users hold of memory (storages.py), by the `id` of its storage. As long as somebody holds it,
# it is one object, also when the memory becomes another, larger one.
shown: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()


class Storage:
    """A mutable cell.

    value    the present value, in the logical shape of the tensor that made the storage; None while
             NumPy's memory is the truth
    strides  the element strides of that shape in memory; None when contiguous
    version  counts the writes
    writes   counts those that PyTorch would count: not those through `.data`
    host     a NumPy view of the shared memory, in the same logical shape
    segment  the memory of several processes that `host` is in, and where (segments.py); or None
    grown    the storage of the larger memory whose beginning this one is; or None
    told     how many bytes users are told of, where these are fewer; or None
    resizable  whether the contents may move: None while it depends on who shares them
    """

    __slots__ = (
        "__weakref__",
        "_memory",
        "_seen",
        "_value",
        "aval",
        "grown",
        "host",
        "resizable",
        "segment",
        "strides",
        "told",
        "version",
        "writes",
    )

    def __init__(self, value: Value, strides: tuple[int, ...] | None = None):
        self._value = value
        self.aval = value.aval
        self.strides = strides
        self.version = self.writes = 0
        self.host: np.ndarray | None = None
        self._memory: np.ndarray | None = None
        self.segment: tuple | None = None
        self.grown = self.told = self.resizable = None

    @property
    def value(self) -> Value:
        v = self._value
        return v if v is not None else self._read_host()

    def _read_host(self) -> Value:
        v = from_host(self.host, self.aval.device)
        if self.segment is not None:
            self._seen = v
            return v
        owner = self.host.base
        if (
            isinstance(owner, np.ndarray)
            and owner.base is None
            and sys.getrefcount(owner) == _ALONE + (owner is self._memory)
        ):
            self.host, self._value = None, v
            self.version += 1  # what was written there did not count: views must not keep theirs
        return v

    def set(self, value: Value) -> None:
        """Replace the contents; shape and dtype stay."""
        self.version += 1
        self.writes += 1
        if self.segment is not None:
            self._write_changes(np.asarray(trace.look(value)))
            return
        if self._value is None:
            self._read_host()  # device-held again if nobody shares the memory any more
        if self._value is None:
            np.copyto(self.host, np.asarray(trace.look(value)))
        else:
            self._value = value

    def _write_changes(self, a: np.ndarray) -> None:
        """Write what differs from what was read last: other elements may be another process's, and
        have been written meanwhile."""
        seen, self._seen = self._seen, None
        if seen is None:
            np.copyto(self.host, a)
            return
        before = np.asarray(seen.array)
        if a.itemsize <= 8:  # bits: a NaN is not a change, the sign of a zero is
            a, before = (np.ascontiguousarray(x).view(f"u{x.itemsize}") for x in (a, before))
            np.copyto(
                self.host.view(a.dtype),
                a.reshape(self.host.shape),
                where=(a != before).reshape(self.host.shape),
            )
        else:
            np.copyto(self.host, a, where=a != before)

    def reset(self, value: Value, strides: tuple[int, ...] | None = None) -> None:
        """Replace the contents by a value of any shape (`set_`, `resize_`, `.data =`)."""
        self.version += 1
        self.writes += 1
        self._value, self.aval, self.strides, self.host = value, value.aval, strides, None
        self._memory = self.segment = self.grown = self.told = None

    def copied(self, memo: dict) -> Storage:
        """The copy of this storage in a deep copy, of which `memo` holds what was copied before."""
        store = memo.setdefault("torchish storages", {})
        found = store.get(id(self))
        if found is None:
            found = store[id(self)] = Storage(self.value, self.strides)
            store.setdefault("keep", []).append(self)
        return found

    def keep_in(self, segment: tuple, host: np.ndarray) -> None:
        """Be host-held in memory that other processes map, which has the contents already."""
        self._value, self._memory, self.host, self.segment = None, None, host, segment
        self._seen = None

    def share(self) -> np.ndarray:
        """Become host-held; the NumPy array, in the logical shape."""
        if self._value is not None:
            a = np.asarray(trace.look(self._value))
            if self.strides is not None:
                order = np.argsort([-s for s in self.strides], kind="stable")
                self.host = self._filled(a.transpose(order)).transpose(np.argsort(order))
            else:
                self.host = self._filled(a).view()
            self._value = None
        return self.host

    @property
    def shared(self) -> bool:
        """Whether NumPy memory is the truth at the moment."""
        return self._value is None

    def _filled(self, a: np.ndarray) -> np.ndarray:
        """New memory with these contents, or that whose address was told."""
        if self._memory is None:
            return np.array(a, order="C", copy=True)
        np.copyto(self._memory, a)
        return self._memory

    @property
    def address(self) -> int:
        """Where the contents are in memory. They move to NumPy memory for it, which the storage
        keeps: asked again it has the same address, and no other storage has it meanwhile. What is
        written at the address is seen, and what operators write is seen there, until the contents
        are next read by an operator. RuntimeError where nothing has an address."""
        if self.aval.device.type != "cpu":
            if self.aval.device is devices.meta:
                return 0
            return trace.look_jax(self.value).unsafe_buffer_pointer()
        if self._value is not None and self._value.traced:
            raise RuntimeError("data_ptr(): under a JAX transformation there is no memory yet")
        host = self.share()
        if self._memory is None and isinstance(host.base, np.ndarray) and host.base.base is None:
            self._memory = host.base
        return host.__array_interface__["data"][0]

    @classmethod
    def over(cls, a: np.ndarray) -> Storage:
        """A storage that shares a NumPy array's memory."""
        s = cls.__new__(cls)
        s._value = s._memory = s.segment = s.grown = s.told = None
        s.version, s.writes, s.resizable = 0, 0, False
        s.host = a.view()
        s.aval = trace.aval_of(a.shape, a.dtype, devices.cpu)
        strides = tuple(n // a.itemsize for n in a.strides)
        s.strides = None if a.flags.c_contiguous else strides
        return s

    @property
    def whole(self) -> Storage:
        """The storage of all of the memory that this one is in."""
        return self if self.grown is None else self.grown.whole

    @property
    def nbytes(self) -> int:
        """How many bytes users are told of."""
        a, n = self.whole.aval, self.whole.told
        return math.prod(a.shape) * a.dtype.itemsize if n is None else n


def window(host: np.ndarray, shape, dtype: np.dtype, strides, offset: int) -> np.ndarray:
    """Elements of the memory that `host` lies in, strides and offset in elements of `dtype`."""
    item = dtype.itemsize
    owner = host if host.base is None or not isinstance(host.base, np.ndarray) else host.base
    skip = (
        host.__array_interface__["data"][0] - owner.__array_interface__["data"][0] + offset * item
    )
    strides = tuple(s * item for s in strides)
    if owner.flags.c_contiguous:
        return np.ndarray(shape, dtype, owner, skip, strides)
    strided = np.lib.stride_tricks.as_strided
    flat = strided(owner.T if owner.flags.f_contiguous else owner, (1,), (item,))
    start = strided(flat, (skip // item + 1,), (item,))[skip // item :]
    return strided(start.view(dtype), shape, strides)
