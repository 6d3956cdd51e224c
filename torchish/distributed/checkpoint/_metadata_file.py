"""The file `.metadata`: a pickle of PyTorch's metadata classes by PyTorch's names.

It is read by the machine that reads other checkpoints, which runs nothing: the classes below are
made here, of fields that are looked at one by one.
"""

from __future__ import annotations

import copy
import dataclasses
import io
import pathlib
from collections.abc import Callable
from pickle import UnpicklingError
from typing import IO, Any

from torchish._core.base import dtypes, layouts
from torchish._core.base.unpickle import shown
from torchish._core.tensor.files.pickling import Pickler
from torchish._core.tensor.files.unpickling import Rebuilder, Restricted
from torchish._core.tensor.size import Size
from torchish.distributed.checkpoint import metadata as md
from torchish.serialization import ADAPTER

__all__ = ["StorageInfo", "StoragePrefix", "read", "write"]


@dataclasses.dataclass
class StorageInfo:
    """Where an item lies: a part of a file."""

    relative_path: str
    offset: int
    length: int
    transform_descriptors: list[str] | None = None

    def __getstate__(self) -> dict[str, Any]:
        # PyTorch before the transforms does not know them.
        return {k: v for k, v in vars(self).items() if v is not None}


@dataclasses.dataclass
class StoragePrefix:
    """How the names of a rank's files begin."""

    prefix: str


def _is(*kinds: type) -> Callable[[Any], bool]:
    return lambda value: type(value) in kinds


def _list_of(kind: type) -> Callable[[Any], bool]:
    return lambda value: type(value) is list and all(type(v) is kind for v in value)


def _of(kind: type, *others: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind) or type(value) in others


def _entries(value: Any) -> bool:
    kinds = (md.TensorStorageMetadata, md.BytesStorageMetadata)
    return type(value) is dict and all(
        type(k) is str and type(v) in kinds for k, v in value.items()
    )


def _places(value: Any) -> bool:
    return value is None or (
        type(value) is dict
        and all(type(k) is md.MetadataIndex and type(v) is StorageInfo for k, v in value.items())
    )


def _paths(value: Any) -> bool:
    if type(value) is not dict:
        return value is None
    return all(
        type(k) is str and type(v) is tuple and all(type(x) in (str, int) for x in v)
        for k, v in value.items()
    )


_NONE = type(None)
_INDEX: dict[str, Callable[[Any], bool]] = {
    "fqn": _is(str),
    "offset": _is(Size, _NONE),
    "index": _is(int, _NONE),
}
_FIELDS: dict[type, dict[str, Callable[[Any], bool]]] = {
    md.ChunkStorageMetadata: {"offsets": _is(Size), "sizes": _is(Size)},
    md.TensorStorageMetadata: {
        "properties": _is(md.TensorProperties),
        "size": _is(Size),
        "chunks": _list_of(md.ChunkStorageMetadata),
    },
    md.BytesStorageMetadata: {},
    md.StorageMeta: {
        "checkpoint_id": _of(pathlib.PurePath, str, _NONE),
        "save_id": _is(str, _NONE),
        "load_id": _is(str, _NONE),
        "modules": _list_of(str),
    },
    md.Metadata: {
        "state_dict_metadata": _entries,
        "planner_data": _paths,
        "storage_data": _places,
        "storage_meta": _is(md.StorageMeta, _NONE),
        "version": _is(str, _NONE),
    },
    md.MetadataIndex: _INDEX,
    StorageInfo: {
        "relative_path": _is(str),
        "offset": _is(int),
        "length": _is(int),
        "transform_descriptors": lambda value: value is None or _list_of(str)(value),
    },
}
_PROPERTIES: tuple[Callable[[Any], bool], ...] = (
    _is(dtypes.dtype),
    _of(layouts.layout),
    _is(bool),
    _is(md._MEM_FORMAT_ENCODING),
    _is(bool),
)
# Fields that files of older versions lack, or that are left out where there is nothing to say.
_DEFAULTS = {
    md.StorageMeta: {"modules": []},
    md.Metadata: {"planner_data": None, "storage_data": None, "storage_meta": None},
}


def _names() -> dict[str, Any]:
    home = "torch.distributed.checkpoint"
    names: dict[str, Any] = {
        f"{home}.metadata.{cls.__name__}": cls for cls in _FIELDS if cls is not StorageInfo
    }
    names[f"{home}.metadata.TensorProperties"] = md.TensorProperties
    names[f"{home}.metadata._MEM_FORMAT_ENCODING"] = md._MEM_FORMAT_ENCODING
    names[f"{home}.filesystem._StorageInfo"] = StorageInfo
    return names


_ADAPTER = copy.copy(ADAPTER)
_ADAPTER.names = {**ADAPTER.names, **_names()}


def _path(*parts: Any) -> pathlib.PurePath:
    """A path of this machine, of the parts of one of any machine."""
    if any(type(p) is not str for p in parts):
        raise UnpicklingError("a path of something else than text in the file")
    return pathlib.Path(*parts)


def _format(value: Any) -> md._MEM_FORMAT_ENCODING:
    if type(value) is not int or value not in (0, 1, 2):
        raise UnpicklingError(f"a memory format {shown(value)} in the file")
    return md._MEM_FORMAT_ENCODING(value)


class _Reading(Restricted):
    """The machine of `weights_only` loading with the classes of metadata."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data, 0, "utf-8", Rebuilder(_ADAPTER, _nothing, _nothing), _nothing)
        for name in ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath"):
            self._names[f"pathlib.{name}"] = self._names[f"pathlib._local.{name}"] = _path
        self._calls[id(_path)] = _path
        self._calls[id(md._MEM_FORMAT_ENCODING)] = _format

    def new(self, cls: Any, args: Any, kwargs: dict) -> Any:
        if (cls in _FIELDS or cls is md.TensorProperties) and args == () and not kwargs:
            made = cls.__new__(cls)
            if cls is md.MetadataIndex:  # as a key it is hashed, which must not fail before that
                vars(made).update(fqn="", offset=None, index=None)
            return made
        return super().new(cls, args, kwargs)

    def set_state(self, value: Any, state: Any) -> None:
        cls = type(value)
        if cls is md.TensorProperties:
            good = type(state) is tuple and len(state) == len(_PROPERTIES)
            if not good or not all(f(v) for f, v in zip(_PROPERTIES, state, strict=True)):
                raise UnpicklingError("TensorProperties of other fields in the file")
            value.__setstate__(state)
        elif cls in _FIELDS:
            fields = _FIELDS[cls]
            if type(state) is not dict:
                raise UnpicklingError(f"a {cls.__name__} with a state of {type(state)} in the file")
            state = copy.deepcopy(_DEFAULTS.get(cls, {})) | state
            for name, field in state.items():
                if name not in fields or not fields[name](field):
                    raise UnpicklingError(
                        f"a {cls.__name__} with {shown(name)}={shown(field)} in the file"
                    )
            vars(value).update(state)
        else:
            super().set_state(value, state)


def _nothing(*args: Any) -> Any:
    raise UnpicklingError("a tensor in the metadata of a checkpoint")


def _whole(value: Any) -> bool:
    """Whether all fields are there that have no default."""
    needed = set(_FIELDS[type(value)])
    return needed <= vars(value).keys() | vars(type(value)).keys()


def read(file: IO[bytes]) -> md.Metadata:
    """The metadata in a file. UnpicklingError where it holds anything else."""
    found = _Reading(file.read()).load()
    if type(found) is not md.Metadata or not _whole(found):
        raise UnpicklingError(f"the file holds a {type(found).__name__}, not the metadata")
    for entry in found.state_dict_metadata.values():
        pieces = entry.chunks if isinstance(entry, md.TensorStorageMetadata) else []
        if not _whole(entry) or not all(map(_whole, pieces)):
            raise UnpicklingError("the metadata in the file lacks fields")
        if isinstance(entry, md.TensorStorageMetadata):
            n = len(entry.size)
            if any(len(p.offsets) != n or len(p.sizes) != n for p in pieces):
                raise UnpicklingError("the metadata has pieces of other dimensions than the tensor")
    if not all(map(_whole, (found.storage_data or {}).values())):
        raise UnpicklingError("the metadata in the file lacks fields")
    return found


def write(metadata: md.Metadata, file: IO[bytes]) -> None:
    """Write the metadata as PyTorch reads it."""
    buffer = io.BytesIO()
    Pickler(buffer, 4, _ADAPTER).dump(metadata)
    file.write(buffer.getbuffer())
