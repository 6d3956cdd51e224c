"""Memory that processes share.

Note [Shared between processes]
A storage after `share_memory_()` is host-held (Note [Shared with NumPy]) in a file without a name
that each process maps, so it is NumPy memory like any other, except that nobody can tell when the
last other process lets go of it: it stays host-held. Small storages lie in one file together, since
a process may open few files; a forked process begins a file of its own.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import weakref

import numpy as np

from torchish._core.tensor.storage import Storage

_ALIGN = 64
ROOM = 4 << 20  # bytes of a file that storages of up to a quarter of it lie in together


class Segment:
    """A file without a name, mapped; `fd` is taken over."""

    __slots__ = ("__weakref__", "fd", "map", "nbytes", "owner", "used")

    def __init__(self, nbytes: int, fd: int | None = None):
        self.nbytes, self.used, self.owner = nbytes, 0, os.getpid()
        self.fd = _new_file(nbytes) if fd is None else fd
        self.map = mmap.mmap(self.fd, nbytes)

    def __del__(self):
        os.close(self.fd)

    @property
    def key(self) -> tuple[int, int]:
        """The same for the same memory, in whatever process."""
        found = os.fstat(self.fd)
        return found.st_dev, found.st_ino


def _new_file(nbytes: int) -> int:
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("torchish", os.MFD_CLOEXEC)
    else:
        fd, path = tempfile.mkstemp(prefix="torchish-")
        os.unlink(path)
    if hasattr(os, "posix_fallocate"):  # a hole would kill the writer when memory runs out
        os.posix_fallocate(fd, 0, nbytes)
    else:
        os.ftruncate(fd, nbytes)
    return fd


_filling: Segment | None = None
_mapped: weakref.WeakValueDictionary[tuple[int, int], Segment] = weakref.WeakValueDictionary()
_storages: weakref.WeakValueDictionary[tuple, Storage] = weakref.WeakValueDictionary()


def _room(nbytes: int) -> tuple[Segment, int]:
    """A segment, and where in it so many bytes are free."""
    global _filling
    size = -(-max(nbytes, 1) // _ALIGN) * _ALIGN
    if size > ROOM // 4:
        s = Segment(size)
        _mapped[s.key] = s
        return s, 0
    s = _filling
    if s is None or s.owner != os.getpid() or s.used + size > s.nbytes:
        s = _filling = Segment(ROOM)
        _mapped[s.key] = s
    s.used += size
    return s, s.used - size


def share(storage: Storage) -> None:
    """Move a storage's contents to memory that other processes may map."""
    if storage.segment is not None:
        return
    host = storage.share()
    segment, at = _room(host.nbytes)
    there = np.ndarray(host.shape, host.dtype, segment.map, at, host.strides)
    np.copyto(there, host)
    storage.keep_in((segment, at), there)
    _storages[(*segment.key, at)] = storage


def mapped(fd: int, nbytes: int) -> Segment:
    """Another process's segment, by a descriptor that is taken over."""
    made = Segment(nbytes, fd)
    return _mapped.setdefault(made.key, made)


def placed(segment: Segment, at: int, shape, dtype: np.dtype, strides) -> Storage:
    """The storage at a place of a segment."""
    key = segment.key
    storage = _storages.get((*key, at))
    if storage is None or storage.segment is None:
        steps = None if strides is None else tuple(s * dtype.itemsize for s in strides)
        there = np.ndarray(shape, dtype, segment.map, at, steps)
        storage = Storage.over(there)
        storage.keep_in((segment, at), there)
        _storages[(*key, at)] = storage
    return storage


__all__ = ["Segment", "mapped", "placed", "share"]
