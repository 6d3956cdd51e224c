"""How objects travel between the main process and its workers: pickles, with arrays beside them.

Note [Shared memory]
NumPy arrays and tensors are pickled out of band (protocol 5). When they are large they are written
into a file in /dev/shm (or the folder for temporary files) that both processes map. The receiver
removes the file's name as soon as it has mapped it, so nothing stays behind when a process is
killed. A sender uses a segment again when the receiver says that it has copied the contents out.
"""

from __future__ import annotations

import contextlib
import io
import math
import mmap
import os
import pickle
import shutil
import tempfile
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, NamedTuple

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish.multiprocessing import _travel as travel
from torchish.utils.data._utils.hosting import host_copy, tensor_of

__all__ = ["Cargo", "Inherited", "Receiver", "Sender", "new_folder", "remove_folder"]

_INLINE = 1 << 16  # bytes up to which a pipe is as good as shared memory
_ALIGN = 64  # XLA takes arrays over without a copy at this alignment


def _tensor(a: np.ndarray, dtype: dt.dtype, requires_grad: bool) -> Tensor:
    """A tensor from what `_Pickler` made of it."""
    t = tensor_of(a.view(dtype.np))
    return t.requires_grad_() if requires_grad else t


def _as_array(obj: Any) -> Any:
    """How a tensor is pickled: as an array. NotImplemented for other objects."""
    if type(obj) is not Tensor:
        return NotImplemented
    if obj.requires_grad and not obj.is_leaf:
        raise RuntimeError(
            "Cowardly refusing to serialize non-leaf tensor which requires_grad, since "
            "autograd does not support crossing process boundaries.  If you just want to "
            "transfer the data, call detach() on the tensor before serializing (e.g., putting "
            "it on the queue)."
        )
    a = np.ascontiguousarray(host_copy(obj)).reshape(obj._aval.shape)
    if a.dtype.kind not in "?biufc":  # bfloat16 and the like have no buffers
        a = a.view(f"u{a.itemsize}")
    return _tensor, (a, obj.dtype, obj.requires_grad)


class _Pickler(ForkingPickler):
    """Pickles tensors as arrays, arrays out of band, and classes that the main process sent as the
    originals."""

    def __init__(self, file: io.BytesIO, buffers: list[pickle.PickleBuffer]):
        super().__init__(file, 5, True, buffers.append)

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, type):
            return travel.original(obj) or NotImplemented
        return _as_array(obj)


class _Packed(NamedTuple):
    pickle: bytes
    buffers: list[memoryview]

    @property
    def size(self) -> int:
        return sum(_padded(b.nbytes) for b in self.buffers)


def _pack(obj: Any) -> _Packed:
    file, buffers = io.BytesIO(), []
    _Pickler(file, buffers).dump(obj)
    return _Packed(file.getvalue(), [b.raw() for b in buffers])


def _padded(n: int) -> int:
    return -(-n // _ALIGN) * _ALIGN


def _write(target: memoryview | mmap.mmap, buffers: Sequence[memoryview]) -> None:
    at = 0
    for b in buffers:
        target[at : at + b.nbytes] = b
        at += _padded(b.nbytes)


def _aligned(n: int) -> np.ndarray:
    """`n` fresh bytes at an aligned address."""
    room = np.empty(n + _ALIGN, np.uint8)
    skip = -room.ctypes.data % _ALIGN
    return room[skip : skip + n]


def new_folder() -> str | None:
    """A private folder for shared memory; None where names cannot be removed while mapped."""
    if os.name == "nt":
        return None
    shm = "/dev/shm"
    return tempfile.mkdtemp(prefix="torchish-", dir=shm if os.access(shm, os.W_OK) else None)


def remove_folder(folder: str | None) -> None:
    """Remove a folder of `new_folder`, with what a killed process left in it."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _new_segment(path: str, size: int) -> mmap.mmap | None:
    """A mapped file of `size` bytes; None when there is no room for it."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return None
    try:
        # Claims the memory now: a hole would kill the writer with SIGBUS when memory runs out.
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(fd, 0, size)
        else:
            os.ftruncate(fd, size)
        return mmap.mmap(fd, size)
    except OSError:
        os.unlink(path)
        return None
    finally:
        os.close(fd)


class Cargo:
    """Objects on their way into several workers: packed once, its arrays mapped by each.

    Every worker's arrays are its own: a page that it writes to is copied then.
    """

    def __init__(self, obj: dict[str, Any], folder: str | None):
        buffers: list[pickle.PickleBuffer] = []
        self.handed: list = []  # what multiprocessing sends only when a process starts
        data = travel.dump(obj, list(obj.items()), buffers, _as_array, self.handed)
        packed = _Packed(data, [b.raw() for b in buffers])
        self.pickle = packed.pickle
        self.sizes = [b.nbytes for b in packed.buffers]
        self.path: str | None = None
        self.inline: list[bytes] = []
        if folder is not None and packed.size >= _INLINE:
            path = os.path.join(folder, "cargo")
            segment = _new_segment(path, packed.size)
            if segment is not None:
                _write(segment, packed.buffers)
                segment.close()
                self.path = path
        if self.path is None:
            self.inline = [bytes(b) for b in packed.buffers]

    def unpack(self) -> dict[str, Any]:
        """The objects, in a worker."""
        buffers: list[Any] = [bytearray(b) for b in self.inline]
        if self.path is not None:
            with open(self.path, "rb") as f:
                view = memoryview(mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_COPY))
            at = 0
            for n in self.sizes:
                buffers.append(view[at : at + n])
                at += _padded(n)
        return travel.load(self.pickle, buffers, self.handed)

    def remove(self) -> None:
        """Free the memory's name, once every worker has unpacked it."""
        if self.path is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.path)


class Inherited:
    """Objects that a forked worker has as they are."""

    def __init__(self, obj: dict[str, Any]):
        self.obj = obj

    def unpack(self) -> dict[str, Any]:
        """The objects."""
        return self.obj


class _Segment(NamedTuple):
    number: int
    memory: mmap.mmap


class Sender:
    """A worker's way of sending."""

    def __init__(self, connection: Connection, folder: str | None, name: str):
        self.connection, self.folder, self.name = connection, folder, name
        self._free: list[_Segment] = []
        self._lent: dict[int, _Segment] = {}
        self._made = 0

    def pack(self, obj: Any) -> _Packed:
        """What `send` sends. Whatever cannot be pickled raises here."""
        return _pack(obj)

    def send(self, number: int, packed: _Packed) -> None:
        """Send a batch's number and its contents."""
        sizes = [b.nbytes for b in packed.buffers]
        dropped: list[int] = []
        place = None
        if self.folder is not None and packed.size >= _INLINE:
            place = self._place(packed.size, dropped)
        if place is None:
            self.connection.send((number, packed.pickle, sizes, None, dropped))
            for b in packed.buffers:
                self.connection.send_bytes(b)
            return
        segment, path = place
        _write(segment.memory, packed.buffers)
        self._lent[segment.number] = segment
        self.connection.send((number, packed.pickle, sizes, (segment.number, path), dropped))

    def _place(self, size: int, dropped: list[int]) -> tuple[_Segment, str | None] | None:
        """A segment with room for `size` bytes, and its path if it is new."""
        fitting = [s for s in self._free if len(s.memory) >= size]
        if fitting:
            self._free.remove(fitting[0])
            return fitting[0], None
        for s in self._free:  # all too small: batches have grown
            s.memory.close()
            dropped.append(s.number)
        self._free.clear()
        assert self.folder is not None
        path = os.path.join(self.folder, f"{self.name}-{self._made}")
        memory = _new_segment(path, math.ceil(size * 1.1))
        if memory is None:
            return None
        self._made += 1
        return _Segment(self._made - 1, memory), path

    def reuse(self, number: int) -> None:
        """The receiver has copied a segment's contents out."""
        self._free.append(self._lent.pop(number))

    def close(self) -> None:
        """Let go of the connection and of the shared memory."""
        for s in (*self._free, *self._lent.values()):
            s.memory.close()
        self.connection.close()


class Receiver:
    """The main process's end of a worker's connection."""

    def __init__(self, connection: Connection):
        self.connection = connection
        self._segments: dict[int, mmap.mmap] = {}

    def receive(self) -> tuple[int, Any]:
        """A batch's number and contents. EOFError or OSError when the worker has died."""
        number, data, sizes, place, dropped = self.connection.recv()
        for k in dropped:
            self._segments.pop(k).close()
        buffers = []
        if place is None:
            for n in sizes:
                room = _aligned(n)
                room[:] = np.frombuffer(self.connection.recv_bytes(), np.uint8)
                buffers.append(room)
        else:
            memory = memoryview(self._mapped(*place))
            at = 0
            for n in sizes:
                room = _aligned(n)
                room[:] = np.frombuffer(memory[at : at + n], np.uint8)
                buffers.append(room)
                at += _padded(n)
            memory.release()
            self.connection.send(("free", place[0]))
        return number, pickle.loads(data, buffers=buffers)

    def _mapped(self, number: int, path: str | None) -> mmap.mmap:
        if path is not None:
            with open(path, "r+b") as f:
                self._segments[number] = mmap.mmap(f.fileno(), 0)
            os.unlink(path)
        return self._segments[number]

    def close(self) -> None:
        """Let go of the connection and of the shared memory."""
        self.connection.close()
        for memory in self._segments.values():
            memory.close()
        self._segments.clear()
