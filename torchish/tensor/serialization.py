"""`save` and `load`: PyTorch's `.pt` files, written and read without PyTorch.

The zip container is in base/ptfile.py, the pickle inside it in pickling.py and unpickling.py. How a
tensor becomes a record and a record a tensor is the `adapter`'s to say (records.py).
https://docs.pytorch.org/docs/stable/notes/serialization.html
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import IO, Any

import numpy as np

from torchish.base import devices, ptfile
from torchish.base.unpickle import Machine, Skimmer, shown
from torchish.tensor.pickling import Pickler
from torchish.tensor.records import Adapter, LoadedStorage, numpy_dtype
from torchish.tensor.unpickling import (
    Rebuilder,
    Restricted,
    add_safe_globals,
    clear_safe_globals,
    general_unpickler,
    get_safe_globals,
    safe_globals,
    storage_type,
    unsafe_names,
)

__all__ = [
    "add_safe_globals",
    "clear_safe_globals",
    "get_safe_globals",
    "get_unsafe_globals_in_checkpoint",
    "load",
    "safe_globals",
    "save",
]

_UNSAFE = (
    "In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` "
    "from `False` to `True`. Re-running `torch.load` with `weights_only` set to `False` will "
    "likely succeed, but it can result in arbitrary code execution. Do it only if you got the "
    "file from a trusted source."
)
_DOCS = (
    "\n\nCheck the documentation of torch.load to learn more about types accepted by default with "
    "weights_only https://pytorch.org/docs/stable/generated/torch.load.html."
)
# The three pickles with which files of PyTorch before 1.6 begin.
_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


def _is_path(f: Any) -> bool:
    return isinstance(f, (str, os.PathLike))


# Saving


def save(
    obj: Any,
    f: Any,
    adapter: Adapter,
    *,
    pickle_module: Any = pickle,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Write `obj` to `f`, a path or a file open for writing, as `torch.save` does; PyTorch reads
    the file.

    Tensors that share a storage are written with one. A path is replaced in one step, when all is
    written. RuntimeError when the folder does not exist or tensors of different dtypes share a
    storage.
    https://docs.pytorch.org/docs/stable/generated/torch.save.html
    """
    if not _is_path(f) and not hasattr(f, "write"):
        raise AttributeError(
            "expected 'f' to be string, path, or a file-like object with a 'write' attribute"
        )
    if pickle_module is not pickle:
        raise NotImplementedError("save with another pickle_module than pickle")
    if not _use_new_zipfile_serialization:
        raise NotImplementedError(
            "save with _use_new_zipfile_serialization=False: the format before PyTorch 1.6"
        )
    buffer = io.BytesIO()
    pickler = Pickler(buffer, pickle_protocol, adapter)
    pickler.dump(obj)
    if not _is_path(f):
        _write(f, "archive", buffer, pickler)
        f.flush()
        return
    path = os.fspath(f)
    with ptfile.atomic_file(path) as file:
        _write(file, ptfile.archive_name(path), buffer, pickler)


def _write(file: IO[bytes], archive: str, buffer: io.BytesIO, pickler: Pickler) -> None:
    writer = ptfile.Writer(file, archive)
    writer.record("data.pkl", buffer.getbuffer())
    writer.record(".format_version", b"1")
    writer.record(".storage_alignment", str(ptfile.ALIGNMENT).encode())
    writer.record("byteorder", sys.byteorder.encode())
    for key, storage in pickler.storages.items():
        data = np.ascontiguousarray(storage.read()).reshape(-1).view(np.uint8)
        if len(data) != storage.nbytes:
            raise RuntimeError(f"a storage of {storage.nbytes} bytes has {len(data)}")
        writer.record(f"data/{key}", data)
    writer.close()


# Loading


def load(
    f: Any,
    adapter: Adapter,
    map_location: Any = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **pickle_load_args: Any,
) -> Any:
    """Read what `torch.save` or `save` wrote, from a path or a seekable file.

    By default only tensors, plain containers and what `add_safe_globals` allows are read, and
    nothing in the file is run; `weights_only=False` runs what the file says, as Python's pickle
    does. `map_location`: a device, a dict of locations, or a function (storage, location) ->
    storage or None. `mmap` maps the file instead of reading it. pickle.UnpicklingError for what may
    not be loaded, RuntimeError for damaged files.
    https://docs.pytorch.org/docs/stable/generated/torch.load.html
    """
    weights_only = _weights_only(weights_only, pickle_module)
    if weights_only and pickle_module is not None:
        raise RuntimeError("Can not safely load weights when explicit pickle_module is specified")
    if weights_only and pickle_load_args:
        warnings.warn("pickle_load_args only works if `weights_only=False`.", stacklevel=2)
    options = {"encoding": "utf-8"} | pickle_load_args
    path = os.fspath(f) if _is_path(f) else None
    if path is not None and str(path).endswith(".safetensors"):
        raise NotImplementedError("load of a .safetensors file (use safetensors.numpy.load_file)")
    with _opened(f) as file:
        zipped = ptfile.is_zip(file)
        if mmap and zipped and path is None:
            raise ValueError("f must be a file path in order to use the mmap argument")
        if mmap and not zipped:
            raise RuntimeError(
                "mmap can only be used with files saved with "
                "`torch.save(_use_new_zipfile_serialization=True), please torch.save your "
                "checkpoint with this option in order to use mmap."
            )
        source = (
            _Zip(file, path, bool(mmap), weights_only)
            if zipped
            else _Legacy(file, options["encoding"])
        )
        rebuilder = Rebuilder(adapter, source.fetch, _placing(map_location))

        def persistent(pid: tuple) -> Any:
            return source.persistent(rebuilder, pid)

        try:
            source.begin()
            if weights_only:
                machine = Restricted(
                    source.pickle, source.at, options["encoding"], rebuilder, persistent
                )
                result = machine.load()
            else:
                stream = io.BytesIO(source.pickle)
                stream.seek(source.at)
                result = general_unpickler(
                    stream, rebuilder, persistent, pickle_module or pickle, options
                ).load()
        except pickle.UnpicklingError as e:
            if not weights_only:
                raise
            raise pickle.UnpicklingError(_refusal(str(e))) from None
        rebuilder.finish()
        return result


def _weights_only(chosen: bool | None, pickle_module: Any) -> bool:
    """The caller's choice, or the default, which PyTorch's two environment variables may turn."""
    true = ("1", "y", "yes", "true")
    force = os.getenv("TORCH_FORCE_WEIGHTS_ONLY_LOAD", "0").lower() in true
    force_not = os.getenv("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "0").lower() in true
    if force and force_not:
        raise RuntimeError(
            "Only one of `TORCH_FORCE_WEIGHTS_ONLY_LOAD` or `TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD` "
            "should be set, but both were set."
        )
    if force:
        return True
    if chosen is not None:
        return bool(chosen)
    if force_not:
        warnings.warn(
            "Environment variable TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD detected, since the "
            "`weights_only` argument was not explicitly passed to `torch.load`, forcing "
            "weights_only=False.",
            UserWarning,
            stacklevel=3,
        )
        return False
    return pickle_module is None


@contextlib.contextmanager
def _opened(f: Any) -> Iterator[IO[bytes]]:
    if _is_path(f):
        with open(f, "rb") as file:
            yield file
        return
    try:
        f.seek(f.tell())
    except (io.UnsupportedOperation, AttributeError) as e:
        raise type(e)(
            f"{e}. You can only torch.load from a file that is seekable. Please pre-load the data "
            "into a buffer like io.BytesIO and try to load from it instead."
        ) from None
    yield f


def _refusal(why: str) -> str:
    """PyTorch's text around the reason."""
    if re.search(r"GLOBAL (\S+) was not an allowed global by default.", why):
        return (
            "Weights only load failed. This file can still be loaded, to do so you have two "
            "options, \033[1mdo those steps only if you trust the source of the "
            f"checkpoint\033[0m. \n\t(1) {_UNSAFE}\n\t(2) Alternatively, to load with "
            "`weights_only=True` please check the recommended steps in the following error "
            f"message.\n\tWeightsUnpickler error: {why}{_DOCS}"
        )
    return f"Weights only load failed. {_UNSAFE}\n\n\n{why}{_DOCS}"


# Where storages go


def _placing(map_location: Any) -> Callable[[LoadedStorage, str], LoadedStorage]:
    """The function (storage on the CPU, location in the file) -> storage that `map_location`
    means."""
    if map_location is None:
        return _restore
    if isinstance(map_location, dict):
        mapping = {str(a): str(b) for a, b in map_location.items()}
        return lambda storage, location: _restore(storage, mapping.get(location, location))
    if isinstance(map_location, bytes):
        map_location = map_location.decode("ascii")
    if isinstance(map_location, (str, devices.device)):
        return lambda storage, location: _restore(storage, str(map_location))
    if not callable(map_location):
        raise TypeError(
            "map_location: expected a device, a dict or a function, got "
            f"{type(map_location).__name__}"
        )

    def place(storage: LoadedStorage, location: str) -> LoadedStorage:
        result = map_location(storage, location)
        if result is None:
            return _restore(storage, location)
        if not isinstance(result, LoadedStorage):
            raise TypeError(
                "map_location: the function must return None, the storage that it was given, or "
                f"what its methods cpu, cuda and to return; got {type(result).__name__}"
            )
        return result

    return place


def _restore(storage: LoadedStorage, location: str) -> LoadedStorage:
    """The storage at a location; RuntimeError when this machine has no such device."""
    try:
        wanted = devices.device(location)
    except RuntimeError:
        raise RuntimeError(
            "don't know how to restore data location of torch.storage.UntypedStorage (tagged with "
            f"{location})"
        ) from None
    if wanted.type in ("cpu", "meta"):
        return storage if wanted.type == "cpu" else storage.to(wanted)
    there = len(devices.jax_devices(wanted.type))
    if not there:
        name = wanted.type.upper()
        raise RuntimeError(
            f"Attempting to deserialize object on a {name} device but "
            f"torch.{wanted.type}.is_available() is False. If you are running on a CPU-only "
            "machine, please use torch.load with map_location=torch.device('cpu') to map your "
            "storages to the CPU."
        )
    if (wanted.index or 0) >= there:
        name = wanted.type.upper()
        raise RuntimeError(
            f"Attempting to deserialize object on {name} device {wanted.index} but "
            f"torch.{wanted.type}.device_count() is {there}. Please use torch.load with "
            "map_location to map your storages to an existing device."
        )
    return storage.to(devices.placed(wanted))


# The two formats


class _Zip:
    """A zip file: the pickle is a record, and so is each storage."""

    at = 0

    def __init__(self, file: IO[bytes], path: str | None, mapped: bool, weights_only: bool):
        self._reader = ptfile.Reader(file, path)
        self._mapped = mapped
        if "constants.pkl" in self._reader:
            if weights_only:
                raise RuntimeError(
                    "Cannot use ``weights_only=True`` with TorchScript archives passed to "
                    "``torch.load``. " + _UNSAFE
                )
            raise NotImplementedError("load of a TorchScript archive")
        self._swap = False
        if "byteorder" in self._reader:
            order = self._reader.read("byteorder").tobytes().decode("ascii", "replace")
            if order not in ("little", "big"):
                raise ValueError("Unknown endianness type: " + order)
            self._swap = order != sys.byteorder
        elif sys.byteorder == "big":
            self._swap = True  # files without the mark are read as little-endian

    def begin(self) -> None:
        self.pickle = self._reader.read("data.pkl").tobytes()

    def persistent(self, rebuilder: Rebuilder, pid: tuple) -> Any:
        if len(pid) != 5 or pid[0] not in ("storage", b"storage"):
            raise pickle.UnpicklingError(f"Unknown persistent id {shown(pid)}")
        return rebuilder.storage(*pid[1:])

    def fetch(self, key: str, dtype: str) -> np.ndarray:
        name = f"data/{key}"
        raw = self._reader.mapped(name) if self._mapped else self._reader.read(name)
        return swapped(raw, dtype) if self._swap else raw


def swapped(raw: np.ndarray, dtype: str) -> np.ndarray:
    """Bytes with those of each number reversed; of each part of a complex one."""
    kind = numpy_dtype(dtype)
    width = kind.itemsize // 2 if kind.kind == "c" else kind.itemsize
    if len(raw) % width:
        raise RuntimeError(f"a storage of dtype torch.{dtype} has {len(raw)} bytes")
    return raw.reshape(-1, width)[:, ::-1].reshape(-1)


_HEAD = 512  # bytes, in which a tar file's header and a pickled magic number lie


class _Legacy:
    """The format before PyTorch 1.6: pickles one after the other, then the storages. Read only."""

    def __init__(self, file: IO[bytes], encoding: str):
        # The beginning says whether the rest, which may be large, is worth reading.
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
            return pid[1]  # a class, with its source code as it was
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


def get_unsafe_globals_in_checkpoint(f: Any, adapter: Adapter) -> list[str]:
    """The names in a checkpoint that `load(f, weights_only=True)` would refuse, sorted; nothing is
    loaded.

    https://docs.pytorch.org/docs/stable/notes/serialization.html#torch.serialization.get_unsafe_globals_in_checkpoint
    """
    with _opened(f) as file:
        if not ptfile.is_zip(file):
            raise ValueError("Expected input to be a checkpoint returned by torch.save")
        source = _Zip(file, None, False, weights_only=True)
        source.begin()
    skimmer = Skimmer(source.pickle)
    skimmer.load()
    return unsafe_names(skimmer.names, adapter)
