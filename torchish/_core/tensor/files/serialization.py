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

from torchish._core.base import devices, ptfile
from torchish._core.base.unpickle import Skimmer
from torchish._core.tensor.files.formats import UNSAFE, Legacy, Zip, options, write_legacy
from torchish._core.tensor.files.pickling import LegacyPickler, Pickler
from torchish._core.tensor.files.records import Adapter, LoadedStorage
from torchish._core.tensor.files.safe_globals import (
    add_safe_globals,
    clear_safe_globals,
    get_safe_globals,
    safe_globals,
)
from torchish._core.tensor.files.unpickling import (
    Rebuilder,
    Restricted,
    general_unpickler,
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

_DOCS = (
    "\n\nCheck the documentation of torch.load to learn more about types accepted by default with "
    "weights_only https://pytorch.org/docs/stable/generated/torch.load.html."
)


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
    _disable_byteorder_record: bool = False,
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
    buffer = io.BytesIO()
    if not _use_new_zipfile_serialization:
        old = LegacyPickler(buffer, pickle_protocol, adapter)
        if _is_path(f):
            with ptfile.atomic_file(os.fspath(f)) as file:
                write_legacy(obj, file, old, buffer, pickle_protocol)
        else:
            write_legacy(obj, f, old, buffer, pickle_protocol)
        return
    pickler = Pickler(buffer, pickle_protocol, adapter)
    pickler.dump(obj)
    if not _is_path(f):
        _write(f, "archive", buffer, pickler, _disable_byteorder_record)
        f.flush()
        return
    path = os.fspath(f)
    with ptfile.atomic_file(path) as file:
        _write(file, ptfile.archive_name(path), buffer, pickler, _disable_byteorder_record)


def _write(
    file: IO[bytes], archive: str, buffer: io.BytesIO, pickler: Pickler, unmarked: bool
) -> None:
    writer = ptfile.Writer(file, archive)
    writer.record("data.pkl", buffer.getbuffer())
    writer.record(".format_version", b"1")
    writer.record(".storage_alignment", str(ptfile.ALIGNMENT).encode())
    if not unmarked:
        writer.record("byteorder", sys.byteorder.encode())
    for key, storage in pickler.storages.items():
        if options.skip_data:  # room for the data, which the user writes
            writer.record(f"data/{key}", np.zeros(storage.nbytes, np.uint8))
            continue
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
    arguments = {"encoding": "utf-8"} | pickle_load_args
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
            Zip(file, path, bool(mmap), weights_only)
            if zipped
            else Legacy(file, arguments["encoding"])
        )
        rebuilder = Rebuilder(adapter, source.fetch, _placing(map_location))

        def persistent(pid: tuple) -> Any:
            return source.persistent(rebuilder, pid)

        encoding = arguments["encoding"]
        if weights_only:
            result = _restricted(source, encoding, rebuilder, persistent)
        else:
            source.begin()
            stream = io.BytesIO(source.pickle)
            stream.seek(source.at)
            module = pickle_module or pickle
            result = general_unpickler(stream, rebuilder, persistent, module, arguments).load()
        rebuilder.finish()
        return result


def _restricted(source: Any, encoding: str, rebuilder: Rebuilder, persistent: Any) -> Any:
    """What a file holds that may run nothing."""
    try:
        source.begin()
        return Restricted(source.pickle, source.at, encoding, rebuilder, persistent).load()
    except pickle.UnpicklingError as e:
        raise pickle.UnpicklingError(_refusal(str(e))) from None


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
    yield f if isinstance(f, io.IOBase) else _Reading(f)


class _Reading:
    """A file-like object of the user's with what a zip file asks of one. Its `read` goes through
    `readinto` where there is one, which copies less."""

    def __init__(self, file: Any):
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def seekable(self) -> bool:
        return True

    def read(self, n: int = -1) -> bytes:
        if n is None or n < 0:
            return self._file.read()
        if not hasattr(self._file, "readinto"):
            return self._file.read(n)
        buffer = bytearray(n)
        view, done = memoryview(buffer), 0
        while done < n:
            more = self._file.readinto(view[done:])
            if not more:
                break
            done += more
        return bytes(view[:done])


def _refusal(why: str) -> str:
    """PyTorch's text around the reason."""
    if re.search(r"GLOBAL (\S+) was not an allowed global by default.", why):
        return (
            "Weights only load failed. This file can still be loaded, to do so you have two "
            "options, \033[1mdo those steps only if you trust the source of the "
            f"checkpoint\033[0m. \n\t(1) {UNSAFE}\n\t(2) Alternatively, to load with "
            "`weights_only=True` please check the recommended steps in the following error "
            f"message.\n\tWeightsUnpickler error: {why}{_DOCS}"
        )
    return f"Weights only load failed. {UNSAFE}\n\n\n{why}{_DOCS}"


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


def get_unsafe_globals_in_checkpoint(f: Any, adapter: Adapter) -> list[str]:
    """The names in a checkpoint that `load(f, weights_only=True)` would refuse, sorted; nothing is
    loaded.

    https://docs.pytorch.org/docs/stable/notes/serialization.html#torch.serialization.get_unsafe_globals_in_checkpoint
    """
    with _opened(f) as file:
        if not ptfile.is_zip(file):
            raise ValueError("Expected input to be a checkpoint returned by torch.save")
        source = Zip(file, None, False, weights_only=True)
        source.begin()
    skimmer = Skimmer(source.pickle)
    skimmer.load()
    return unsafe_names(skimmer.names, adapter)
