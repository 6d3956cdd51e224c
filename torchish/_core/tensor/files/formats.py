"""The two formats of checkpoints: the zip file of today and the one before PyTorch 1.6."""

from __future__ import annotations

import enum
import io
import pickle
import struct
import sys
import warnings
from typing import IO, Any

import numpy as np

from torchish._core.base import ptfile
from torchish._core.base.unpickle import Machine, Skimmer, shown
from torchish._core.tensor.files.pickling import LegacyPickler, get_source_lines_and_file
from torchish._core.tensor.files.records import numpy_dtype
from torchish._core.tensor.files.unpickling import Rebuilder, storage_type

UNSAFE = (
    "In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` "
    "from `False` to `True`. Re-running `torch.load` with `weights_only` set to `False` will "
    "likely succeed, but it can result in arbitrary code execution. Do it only if you got the "
    "file from a trusted source."
)
# The three pickles with which files of PyTorch before 1.6 begin.
_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
MAP_SHARED, MAP_PRIVATE = 1, 2  # as the module `mmap` has them, where it has them


class SourceChangeWarning(Warning):
    """A class has another source code than when its object was saved."""


class LoadEndianness(enum.Enum):
    """In which byte order files without a mark are read."""

    NATIVE = 1
    LITTLE = 2
    BIG = 3


class _Options:
    """What `torch.serialization` lets a program set."""

    endianness: LoadEndianness | None = None
    mmap_flags = MAP_PRIVATE
    compute_crc32 = True
    skip_data = False


options = _Options()


class Zip:
    """A zip file: the pickle is a record, and so is each storage."""

    at = 0

    def __init__(self, file: IO[bytes], path: str | None, mapped: bool, weights_only: bool):
        self._reader = ptfile.Reader(file, path)
        self._mapped = mapped
        self._aliased = mapped and options.mmap_flags == MAP_SHARED
        if "constants.pkl" in self._reader:
            if weights_only:
                raise RuntimeError(
                    "Cannot use ``weights_only=True`` with TorchScript archives passed to "
                    "``torch.load``. " + UNSAFE
                )
            raise NotImplementedError("load of a TorchScript archive")
        self._swap = False
        if "byteorder" in self._reader:
            order = self._reader.read("byteorder").tobytes().decode("ascii", "replace")
            if order not in ("little", "big"):
                raise ValueError("Unknown endianness type: " + order)
            self._swap = order != sys.byteorder
        elif options.endianness is not LoadEndianness.NATIVE:
            # Files without the mark are read as little-endian, unless the user knows better.
            order = "big" if options.endianness is LoadEndianness.BIG else "little"
            self._swap = order != sys.byteorder

    def begin(self) -> None:
        self.pickle = self._reader.read("data.pkl").tobytes()

    def persistent(self, rebuilder: Rebuilder, pid: tuple) -> Any:
        if len(pid) != 5 or pid[0] not in ("storage", b"storage"):
            raise pickle.UnpicklingError(f"Unknown persistent id {shown(pid)}")
        return rebuilder.storage(*pid[1:], aliased=self._aliased)

    def fetch(self, key: str, dtype: str) -> np.ndarray:
        name = f"data/{key}"
        if options.skip_data:
            return np.zeros(self._reader.size(name), np.uint8)
        if self._mapped:
            raw = self._reader.mapped(name, writing=self._aliased)
        else:
            raw = self._reader.read(name)
        return swapped(raw, dtype) if self._swap else raw


def swapped(raw: np.ndarray, dtype: str) -> np.ndarray:
    """Bytes with those of each number reversed; of each part of a complex one."""
    kind = numpy_dtype(dtype)
    width = kind.itemsize // 2 if kind.kind == "c" else kind.itemsize
    if len(raw) % width:
        raise RuntimeError(f"a storage of dtype torch.{dtype} has {len(raw)} bytes")
    return raw.reshape(-1, width)[:, ::-1].reshape(-1)


_HEAD = 512  # bytes, in which a tar file's header and a pickled magic number lie


class Legacy:
    """The format before PyTorch 1.6: pickles one after the other, then the storages."""

    def __init__(self, file: IO[bytes], encoding: str):
        # The beginning says whether the rest, which may be large, is worth reading.
        self._start = file.tell()
        self.pickle, self._file, self._encoding = file.read(_HEAD), file, encoding
        self.at = 0
        self._storages: dict[str, np.ndarray] = {}

    def begin(self) -> None:
        """Find the storages: they come after the object's pickle, which needs them."""
        if self.pickle[257:262] == b"ustar":
            raise NotImplementedError("load of a file in the .tar format of PyTorch before 0.2")
        if self._first() != _MAGIC:
            raise RuntimeError("Invalid magic number; corrupt file?")
        self.pickle += self._file.read()
        version = self._plain()
        if version != _PROTOCOL:
            raise RuntimeError(f"Invalid protocol version: {shown(version)}")
        self._plain()  # the sizes of the writer's C types; storages do not depend on them
        start = self.at
        skimmer = Skimmer(self.pickle, start, self._encoding)
        skimmer.load()
        self.at = skimmer.at
        dtypes = {}
        for pid in skimmer.keys:
            if type(pid) is tuple and len(pid) == 6 and pid[0] in ("storage", b"storage"):
                kind = storage_type(shown(pid[1]))
                if kind is None:
                    raise NotImplementedError(f"a storage of type {shown(pid[1])} in a checkpoint")
                dtypes[_key(pid[2])] = kind.dtype or "uint8"
        keys = self._plain()
        if type(keys) is not list:
            raise RuntimeError("the checkpoint file has no list of its storages")
        for key in map(_key, keys):
            if key not in dtypes:
                raise RuntimeError(f"storage {key} of the checkpoint belongs to nothing in it")
            numel = int.from_bytes(self._take(8), "little", signed=True)
            raw = self._take(numel * numpy_dtype(dtypes[key]).itemsize)
            raw = np.frombuffer(raw, np.uint8)
            self._storages[key] = (
                swapped(raw, dtypes[key]) if sys.byteorder == "big" else raw.copy()
            )
        self._file.seek(self._start + self.at)  # what comes after it is the user's
        self.at = start

    def _first(self) -> Any:
        """The first pickle; None where it is longer than the beginning that has been read."""
        try:
            return self._plain()
        except pickle.UnpicklingError as e:
            if len(self.pickle) < _HEAD or "truncated" not in str(e):
                raise
            return None

    def _plain(self) -> Any:
        """The next pickle, of plain values."""
        machine = Machine(self.pickle, self.at, self._encoding)
        value = machine.load()
        self.at = machine.at
        return value

    def _take(self, n: int) -> bytes:
        if n < 0 or n > len(self.pickle) - self.at:
            raise RuntimeError("unexpected EOF. The file might be corrupted.")
        self.at += n
        return self.pickle[self.at - n : self.at]

    def persistent(self, rebuilder: Rebuilder, pid: tuple) -> Any:
        if pid[0] in ("module", b"module") and len(pid) == 4:
            _compare_source(*pid[1:])
            return pid[1]
        if len(pid) != 6 or pid[0] not in ("storage", b"storage"):
            raise pickle.UnpicklingError(f"Unknown persistent id {shown(pid)}")
        if pid[5] is not None:
            raise NotImplementedError("a storage that is a view of another one in a checkpoint")
        return rebuilder.storage(pid[1], _key(pid[2]), *pid[3:5])

    def fetch(self, key: str, dtype: str) -> np.ndarray:
        if key not in self._storages:
            raise RuntimeError(f"the checkpoint file does not have storage {key}")
        return self._storages[key]


def _whole(key: Any) -> str:
    if type(key) not in (str, int):
        raise pickle.UnpicklingError(f"a storage of key {shown(key)} in the file")
    return str(key)


def _key(key: Any) -> str:
    return key.decode("ascii", "replace") if isinstance(key, bytes) else _whole(key)


def _compare_source(cls: Any, file: Any, source: Any) -> None:
    """SourceChangeWarning if a class has another source code than the file remembers."""
    try:
        now = "".join(get_source_lines_and_file(cls)[0])
    except (OSError, TypeError):
        return  # it has none to compare
    if source is not None and now != source:
        warnings.warn(
            f"source code of class '{cls.__module__}.{cls.__qualname__}' has changed. you can "
            "retrieve the original source code by accessing the object's source attribute or set "
            "`torch.nn.Module.dump_patches = True` and use the patch tool to revert the changes.",
            SourceChangeWarning,
            stacklevel=2,
        )


def write_legacy(obj: Any, file: Any, pickler: LegacyPickler, buffer: io.BytesIO, protocol: int):
    """Write the format before PyTorch 1.6; `pickler` writes into `buffer`."""
    pickler.dump(obj)
    sizes = {"short": 2, "int": 4, "long": 4}
    system = {
        "protocol_version": _PROTOCOL,
        "little_endian": sys.byteorder == "little",
        "type_sizes": sizes,
    }
    for head in (_MAGIC, _PROTOCOL, system):
        file.write(pickle.dumps(head, protocol))
    file.write(buffer.getvalue())
    keys = sorted(pickler.storages)
    file.write(pickle.dumps(keys, protocol))
    for key in keys:
        data = np.ascontiguousarray(pickler.storages[key].read()).reshape(-1).view(np.uint8)
        width = numpy_dtype(pickler.dtype_of(key)).itemsize
        file.write(struct.pack("<q", len(data) // width))
        file.write(data.tobytes() if not len(data) else memoryview(data))
    file.flush()
