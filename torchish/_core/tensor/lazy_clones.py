"""Copies that are made when one of both is written to.

Note [Lazy clones]
Values are immutable, so every copy is a lazy one. What programs ask about PyTorch's lazy clones is
answered from here: those that hold the same memory have the same data address until they are
written to, and the last one left keeps it.
"""

from __future__ import annotations

import weakref

import numpy as np

from torchish._core.tensor.public import method
from torchish._core.tensor.storage import Storage
from torchish._core.tensor.tensor import Tensor, alias_of
from torchish._core.tensor.views.shapes import alias

__all__ = ["data_address", "is_lazy", "storage_address"]


class _Memory:
    """Memory that several storages are lazy copies of, each with its version at that time."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array
        self.holders: weakref.WeakKeyDictionary[Storage, int] = weakref.WeakKeyDictionary()


_of: weakref.WeakKeyDictionary[Storage, _Memory] = weakref.WeakKeyDictionary()


def _memory(s: Storage) -> _Memory | None:
    """What a storage is a lazy copy of, None once it was written to."""
    found = _of.get(s)
    if found is None or found.holders[s] == s.version:
        return found
    del _of[s], found.holders[s]
    if not found.holders and s._memory is None and not s.shared:
        s._memory = found.array  # nobody else needs it: this storage's contents go there
    return None


@method
def _lazy_clone(self: Tensor) -> Tensor:
    """A copy whose memory is made when it, or this tensor, is written to."""
    s = self._storage
    made = alias(self)
    result = alias_of(made, type(self))
    result._node, result._out = made._node, made._out
    found = _memory(s)
    if found is None:
        _ = s.address  # the contents are in NumPy memory,
        _ = s.value  # and out of it again, unless it is somebody else's too
        if s._memory is None or s.shared:
            return self.clone()
        array, s._memory = s._memory, None
        found = _of[s] = _Memory(array)
        found.holders[s] = s.version
    copy = result._storage = Storage(s.value, s.strides)
    _of[copy] = found
    found.holders[copy] = copy.version
    return result


def is_lazy(t: Tensor) -> bool:
    """Whether a tensor is a lazy clone, or has one, that was not written to."""
    return _memory(t._storage) is not None


def storage_address(t: Tensor) -> int:
    """What tells a tensor's storage from all others."""
    return id(t._storage.whole)


def data_address(t: Tensor) -> int:
    """The address of the first element of a tensor's storage."""
    found = _memory(t._storage)
    if found is not None:
        return found.array.__array_interface__["data"][0]
    return t._storage.address
