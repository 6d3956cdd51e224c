"""`torch.save` and `torch.load`: PyTorch's `.pt` files, without PyTorch.

https://docs.pytorch.org/docs/stable/notes/serialization.html
"""

from __future__ import annotations

import os
import pickle
import warnings
from collections.abc import Callable, Mapping
from typing import IO, Any

import numpy as np

from torchish import _absent
from torchish._core.base import devices, layouts, ptfile
from torchish._core.base import dtypes as dt
from torchish._core.engine import trace
from torchish._core.tensor.api import factory
from torchish._core.tensor.files import archives, serialization, subclass_state
from torchish._core.tensor.files.archives import PyTorchFileReader, PyTorchFileWriter
from torchish._core.tensor.files.formats import (
    MAP_PRIVATE,
    MAP_SHARED,
    LoadEndianness,
    SourceChangeWarning,
    options,
)
from torchish._core.tensor.files.pickling import get_source_lines_and_file
from torchish._core.tensor.files.records import LoadedStorage, SavedStorage, TensorRecord
from torchish._core.tensor.files.serialization import (
    add_safe_globals,
    clear_safe_globals,
    get_safe_globals,
    safe_globals,
)
from torchish._core.tensor.storages import Memory, UntypedStorage
from torchish._core.tensor.tensor import Tensor, blank, contiguous_strides
from torchish._core.tensor.typed_storages import TypedStorage
from torchish.nn.modules.module import Module
from torchish.nn.parameter import Parameter
from torchish.sparse import sparse_compressed_tensor, sparse_coo_tensor

_File = str | os.PathLike[str] | IO[bytes]
_Places = Callable[[Any, str], Any] | devices.device | str | Mapping[str, str] | None

__all__ = [
    "LoadEndianness",
    "SourceChangeWarning",
    "add_safe_globals",
    "check_module_version_greater_or_equal",
    "clear_safe_globals",
    "default_restore_location",
    "get_crc32_options",
    "get_default_load_endianness",
    "get_default_mmap_options",
    "get_safe_globals",
    "get_source_lines_and_file",
    "get_unsafe_globals_in_checkpoint",
    "load",
    "location_tag",
    "safe_globals",
    "save",
    "set_crc32_options",
    "set_default_load_endianness",
    "set_default_mmap_options",
    "skip_data",
]


class _Adapter:
    """How a tensor becomes a record of a file, and a record a tensor."""

    names = {"torch.Tensor": Tensor, "torch.nn.parameter.Parameter": Parameter}

    def describe(self, obj: Any) -> TensorRecord | None:
        if not isinstance(obj, Tensor):
            return None
        s = obj._storage.whole
        a = s.aval
        meta = a.device is devices.meta

        def read() -> np.ndarray:
            v = np.asarray(trace.look(s.value))
            if s.strides is not None:
                v = v.transpose(np.argsort([-n for n in s.strides], kind="stable"))
            return np.ascontiguousarray(v).reshape(-1)

        size = int(np.prod(a.shape, dtype=np.int64))
        location = str(a.device) if a.device.type == "cuda" else "cpu"
        parameter = isinstance(obj, Parameter)
        return TensorRecord(
            storage=None
            if meta
            else SavedStorage(
                key=id(s), nbytes=size * a.dtype.itemsize, read=read, location=location
            ),
            dtype=obj.dtype.name,
            offset=obj._offset,
            shape=tuple(obj.shape),
            stride=tuple(obj.stride()),
            requires_grad=obj.requires_grad,
            is_parameter=parameter,
            cls=None if type(obj) in (Tensor, Parameter) else type(obj),
            state=subclass_state.of(obj) or None,
            conj=obj._pending == 1,
            neg=obj._pending == 2,
        )

    def is_module(self, cls: type) -> bool:
        return issubclass(cls, Module)

    def describe_storage(self, obj: Any) -> tuple[SavedStorage, str | None] | None:
        if not isinstance(obj, Memory):
            return None
        record = self.describe(obj._t)
        assert record is not None
        if record.storage is None:
            raise NotImplementedError("a storage on the meta device in a checkpoint")
        return record.storage, obj.dtype.name if isinstance(obj, TypedStorage) else None

    def storage(self, loaded: LoadedStorage, dtype: str | None) -> Memory:
        if dtype is None:  # the memory of tensors whose dtype comes later
            return UntypedStorage.__new__(UntypedStorage)
        size = loaded.nbytes() // dt.BY_NAME[dtype].itemsize
        there = None if loaded.device.type == "meta" else loaded
        return TypedStorage._over(self.build(TensorRecord(there, dtype, 0, (size,), (1,))))

    def finish_storage(self, storage: Memory, loaded: LoadedStorage) -> None:
        if isinstance(storage, UntypedStorage):
            if loaded.made is None:
                there = None if loaded.device.type == "meta" else loaded
                t = self.build(TensorRecord(there, "uint8", 0, (loaded.nbytes(),), (1,)))
            else:
                t = next(t for name, t in loaded.made.items() if name != "device")
            storage._t = t

    def describe_sparse(self, obj: Any) -> tuple | None:
        if not isinstance(obj, Tensor) or not obj._sparse:
            return None
        data = (*[p.detach() for p in obj._parts], obj._values(), obj.shape)
        return obj.layout, (*data, obj.is_coalesced()) if obj.is_sparse else data

    def build_sparse(self, layout, data: tuple) -> Tensor:
        if layout is layouts.sparse_coo:
            indices, values, size, *rest = data
            coalesced = rest[0] if rest else None
            return sparse_coo_tensor(indices, values, size, is_coalesced=coalesced)
        *parts, size = data
        return sparse_compressed_tensor(*parts, size, layout=layout, check_invariants=True)

    def build(self, record: TensorRecord) -> Tensor:
        from_file = record.storage
        if from_file is None:
            t = factory.empty(
                record.shape,
                dtype=getattr(factory.dt, record.dtype, None) or factory.dt.BY_NAME[record.dtype],
                device="meta",
            )
        else:
            if from_file.made is None:
                where = devices.placed(devices.device(from_file.device))
                from_file.made = {}
                from_file.made["device"] = where
            whole = from_file.made.get(record.dtype)
            if whole is None:
                found = from_file.elements(record.dtype)
                if from_file.aliased:
                    whole = factory.from_numpy(found)
                else:
                    whole = factory.of_array(found, from_file.made["device"])
                from_file.made[record.dtype] = whole
            t = blank()
            t._storage, t._aval = whole._storage, whole._aval
            dense = record.offset == 0 and tuple(record.shape) == tuple(whole.shape)
            if not dense or tuple(record.stride) != contiguous_strides(record.shape):
                if (
                    record.offset == 0
                    and whole.numel() == int(np.prod(record.shape, dtype=np.int64))
                    and tuple(record.stride) == contiguous_strides(record.shape)
                ):
                    t = whole.view(record.shape)
                else:
                    t = whole.as_strided(record.shape, record.stride, record.offset)
                t._base = None
        if record.conj or record.neg:
            t = t.conj() if record.conj else t._neg_view()
            t._base = None
        return t.requires_grad_(True) if record.requires_grad else t

    def parameter(self, tensor: Tensor, requires_grad: bool, state: dict) -> Parameter:
        p = Parameter(tensor, requires_grad)
        p.__dict__.update(state)
        return p

    def with_state(self, tensor: Tensor, cls: type, state: dict) -> Tensor:
        t = tensor if cls is Tensor else tensor.as_subclass(cls)
        return subclass_state.give(t, state)

    def with_storage(self, made: Tensor, tensor: Tensor) -> None:
        made.set_(tensor)


ADAPTER = _Adapter()


def save(
    obj: object,
    f: _File,
    pickle_module: Any = pickle,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
    _disable_byteorder_record: bool = False,
) -> None:
    """Write an object with tensors to a path (atomically) or a file open for writing; PyTorch
    reads the file.

    https://docs.pytorch.org/docs/stable/generated/torch.save.html
    """
    serialization.save(
        obj,
        f,
        ADAPTER,
        pickle_module=pickle_module,
        pickle_protocol=pickle_protocol,
        _use_new_zipfile_serialization=_use_new_zipfile_serialization,
        _disable_byteorder_record=_disable_byteorder_record,
    )


def load(
    f: _File,
    map_location: _Places = None,
    pickle_module: Any = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **pickle_load_args,
) -> Any:
    """Read what `save` or PyTorch wrote. By default only tensors and plain containers: nothing in
    the file is executed.

    https://docs.pytorch.org/docs/stable/generated/torch.load.html
    """
    return serialization.load(
        f,
        ADAPTER,
        map_location,
        pickle_module,
        weights_only=weights_only,
        mmap=mmap,
        **pickle_load_args,
    )


# --- settings


def get_default_load_endianness() -> LoadEndianness | None:
    """In which byte order files without a mark are read: None stands for little-endian."""
    return options.endianness


def set_default_load_endianness(endianness: LoadEndianness | None) -> None:
    """Set it. TypeError for anything but a LoadEndianness or None."""
    if endianness is not None and not isinstance(endianness, LoadEndianness):
        raise TypeError("Invalid argument type in function set_default_load_endianness")
    options.endianness = endianness


def get_default_mmap_options() -> int:
    """How `load(mmap=True)` maps files: `mmap.MAP_PRIVATE` unless changed."""
    return options.mmap_flags


class set_default_mmap_options:
    """How `load(mmap=True)` maps files from now on, or in a `with` block: with MAP_SHARED, what is
    written to a tensor is written to the file."""

    def __init__(self, flags: int) -> None:
        if flags not in (MAP_PRIVATE, MAP_SHARED):
            raise ValueError(
                "Invalid argument in function set_default_mmap_options, expected mmap.MAP_PRIVATE "
                f"or mmap.MAP_SHARED, but got {flags}"
            )
        self.prev, options.mmap_flags = options.mmap_flags, flags

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        options.mmap_flags = self.prev


def get_crc32_options() -> bool:
    """Whether `save` is asked to write checksums."""
    return options.compute_crc32


def set_crc32_options(compute_crc32: bool) -> None:
    """Ask `save` to write checksums, or not to; it always does, which readers may rely on."""
    options.compute_crc32 = compute_crc32


class skip_data:
    """Within it, `save` leaves room for the data of storages in the place of writing them, and
    `load` gives storages that hold nothing of the file.

    https://docs.pytorch.org/docs/stable/notes/serialization.html#torch.serialization.skip_data
    """

    def __init__(self, materialize_fake_tensors: bool = False) -> None:
        if materialize_fake_tensors:
            raise NotImplementedError("skip_data: materialize_fake_tensors=True")
        self.materialize_fake_tensors = materialize_fake_tensors

    def __enter__(self) -> None:
        self._before, options.skip_data = options.skip_data, True

    def __exit__(self, *exc: object) -> None:
        options.skip_data = self._before


# --- parts


def get_unsafe_globals_in_checkpoint(f: Any) -> list[str]:
    """The names in a checkpoint that `load(f, weights_only=True)` would refuse, sorted; nothing is
    loaded."""
    return serialization.get_unsafe_globals_in_checkpoint(f, ADAPTER)


def check_module_version_greater_or_equal(
    module: Any, req_version_tuple: tuple, error_if_malformed: bool = True
) -> bool:
    """Whether a module's `__version__` is at least as large as a tuple of numbers."""
    try:
        parts = tuple(
            kind(part)
            for kind, part in zip(
                map(type, req_version_tuple), module.__version__.split("."), strict=False
            )
        )
        return parts >= req_version_tuple
    except Exception as e:
        message = (
            f"'{module.__name__}' module version string is malformed '{module.__version__}' and "
            f"cannot be compared with tuple {req_version_tuple!s}"
        )
        if error_if_malformed:
            raise RuntimeError(message) from e
        warnings.warn(message + ", but continuing assuming that requirement is met", stacklevel=2)
        return True


def location_tag(storage: Any) -> str:
    """What a file says of where a storage is: "cpu", "cuda:0", "meta"."""
    device = storage.device
    return f"cuda:{device.index or 0}" if device.type == "cuda" else device.type


def default_restore_location(storage: Any, location: str) -> Any:
    """A storage at the place that a file says; RuntimeError where there is no such device."""
    try:
        return storage.to(device=location)
    except RuntimeError:
        raise RuntimeError(
            f"don't know how to restore data location of {type(storage).__name__} (tagged with "
            f"{location})"
        ) from None


def _is_path(name_or_buffer: Any) -> bool:
    return isinstance(name_or_buffer, (str, os.PathLike))


_is_zipfile = ptfile.is_zip


def _open_zipfile_writer(name_or_buffer: Any) -> archives.Opened:
    """A `with` block with a PyTorchFileWriter."""
    return archives.Opened(PyTorchFileWriter(name_or_buffer))


def _open_zipfile_reader(name_or_buffer: Any) -> archives.Opened:
    """A `with` block with a PyTorchFileReader."""
    return archives.Opened(PyTorchFileReader(name_or_buffer))


def _get_layout(name: str) -> layouts.layout:
    """The layout that a text names: "torch.sparse_coo"."""
    return getattr(layouts, name.removeprefix("torch."))


__getattr__ = _absent.attributes(__name__)
