"""Checkpoints as folders: a file for each rank, and `.metadata`, which makes it a checkpoint.

Note [One rename]
What is written goes to a file of another name first. A checkpoint that is written over keeps its
files until the new `.metadata` has taken the old one's name, as no file that the old one names is
written; so whoever is killed at any moment leaves the old checkpoint or the new one.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html#torch.distributed.checkpoint.FileSystemWriter
"""

from __future__ import annotations

import abc
import contextlib
import dataclasses
import enum
import io
import itertools
import os
import pathlib
import uuid
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from torchish._core.tensor import Tensor
from torchish.distributed.checkpoint import _metadata_file
from torchish.distributed.checkpoint._metadata_file import StorageInfo as _StorageInfo
from torchish.distributed.checkpoint._metadata_file import StoragePrefix as _StoragePrefix
from torchish.distributed.checkpoint.default_planner import narrowed
from torchish.distributed.checkpoint.metadata import (
    STATE_DICT_TYPE,
    Metadata,
    MetadataIndex,
    StorageMeta,
)
from torchish.distributed.checkpoint.planner import (
    LoadItemType,
    LoadPlan,
    LoadPlanner,
    ReadItem,
    SavePlan,
    SavePlanner,
    WriteItem,
    WriteItemType,
)
from torchish.distributed.checkpoint.staging import BlockingAsyncStager
from torchish.distributed.checkpoint.storage import StorageReader, StorageWriter, WriteResult
from torchish.futures import Future
from torchish.serialization import load, save

__all__ = [
    "FileSystem",
    "FileSystemBase",
    "FileSystemReader",
    "FileSystemWriter",
    "SerializationFormat",
]

_Path = str | os.PathLike[str]
_METADATA, _SUFFIX, _BEGUN = ".metadata", ".distcp", ".tmp"


class SerializationFormat(enum.Enum):
    """How a tensor is written."""

    TORCH_SAVE = "torch_save"
    SAFETENSORS = "safetensors"


class FileSystemBase(abc.ABC):
    """What reader and writer ask of a file system."""

    @abc.abstractmethod
    def create_stream(self, path: _Path, mode: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """An open file."""

    @abc.abstractmethod
    def concat_path(self, path: _Path, suffix: str) -> _Path:
        """A file in a folder."""

    @abc.abstractmethod
    def rename(self, path: _Path, new_path: _Path) -> None:
        """Give a file another name, in place of a file that has it."""

    @abc.abstractmethod
    def init_path(self, path: _Path) -> _Path:
        """A path as this file system has them."""

    @abc.abstractmethod
    def mkdir(self, path: _Path) -> None:
        """Make a folder where there is none."""

    @classmethod
    @abc.abstractmethod
    def validate_checkpoint_id(cls, checkpoint_id: _Path) -> bool:
        """Whether this is a path here."""

    @abc.abstractmethod
    def exists(self, path: _Path) -> bool:
        """Whether there is such a file or folder."""

    @abc.abstractmethod
    def rm_file(self, path: _Path) -> None:
        """Take a file away."""


class FileSystem(FileSystemBase):
    """This machine's files."""

    @contextlib.contextmanager
    def create_stream(self, path: _Path, mode: str) -> Iterator[IO[bytes]]:
        """An open file."""
        with open(path, mode) as stream:
            yield stream

    def concat_path(self, path: _Path, suffix: str) -> _Path:
        """A file in a folder."""
        return pathlib.Path(path) / suffix

    def init_path(self, path: _Path) -> _Path:
        """The path as an object."""
        return pathlib.Path(path)

    def rename(self, path: _Path, new_path: _Path) -> None:
        """Give a file another name, in one step."""
        os.replace(path, new_path)

    def mkdir(self, path: _Path) -> None:
        """Make a folder where there is none, and those that it is in."""
        os.makedirs(path, exist_ok=True)

    @classmethod
    def validate_checkpoint_id(cls, checkpoint_id: _Path) -> bool:
        """Whether this is a path, and no address such as `s3://...`, in a place that can be
        written to."""
        if isinstance(checkpoint_id, os.PathLike):
            return True
        if "://" in checkpoint_id:
            return False
        there = (p for p in pathlib.Path(checkpoint_id).absolute().parents if p.exists())
        return os.access(next(there), os.W_OK)

    def exists(self, path: _Path) -> bool:
        """Whether there is such a file or folder."""
        return os.path.exists(path)

    def rm_file(self, path: _Path) -> None:
        """Take a file away."""
        os.unlink(path)

    def ls(self, path: _Path) -> list[str]:
        """What a folder holds."""
        return [os.path.join(path, name) for name in os.listdir(path)]


def _filed(t: Tensor) -> Tensor:
    """A tensor as it goes into a file: on the CPU, with no more memory than its own."""
    plain = t.detach().cpu()
    if plain.untyped_storage().nbytes() != plain.numel() * plain.element_size():
        plain = plain.clone()
    return plain


class _InFolder:
    """What a writer and a reader know of their folder."""

    path: _Path

    @property
    def checkpoint_id(self) -> _Path:
        """The folder."""
        return self.path

    @classmethod
    def validate_checkpoint_id(cls, checkpoint_id: _Path) -> bool:
        """Whether this is a path here."""
        return FileSystem.validate_checkpoint_id(checkpoint_id)


class _FileSystemWriter(_InFolder, StorageWriter):
    """Writes a folder."""

    def __init__(
        self,
        path: _Path,
        single_file_per_rank: bool = True,
        sync_files: bool = True,
        thread_count: int = 1,
        per_thread_copy_ahead: int = 10_000_000,
        overwrite: bool = True,
        _extensions: Sequence[Any] | None = None,
        serialization_format: SerializationFormat = SerializationFormat.TORCH_SAVE,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if _extensions:
            raise NotImplementedError("FileSystemWriter(_extensions=...)")
        if serialization_format is not SerializationFormat.TORCH_SAVE:
            raise NotImplementedError(f"FileSystemWriter({serialization_format=})")
        self.fs: FileSystemBase = FileSystem()
        self.path = self.fs.init_path(path)
        self.single_file_per_rank, self.sync_files = single_file_per_rank, sync_files
        self.thread_count, self.per_thread_copy_ahead = thread_count, per_thread_copy_ahead
        self.overwrite, self.save_id = overwrite, str(uuid.uuid4())
        self.rank: int | None = None
        self.use_collectives = True

    def reset(self, checkpoint_id: _Path | None = None) -> None:
        """A new checkpoint begins, in another folder if one is given."""
        if checkpoint_id is not None:
            self.path = self.fs.init_path(checkpoint_id)
        self.save_id = str(uuid.uuid4())

    def set_up_storage_writer(self, is_coordinator: bool, *args: Any, **kwargs: Any) -> None:
        """`rank` and `use_collectives=False` let each rank write a checkpoint of its own."""
        self.is_coordinator = is_coordinator
        self.rank = kwargs.get("rank")
        self.use_collectives = kwargs.get("use_collectives", True)

    def prepare_local_plan(self, plan: SavePlan) -> SavePlan:
        """Make the folder. RuntimeError where it has a checkpoint that may not be written over."""
        self.fs.mkdir(self.path)
        if self.fs.exists(self._get_metadata_path()):
            if not self.overwrite:
                raise RuntimeError(f"Checkpoint already exists and {self.overwrite=}.")
            warnings.warn(
                f"Detected an existing checkpoint in {self.path}, overwriting since "
                f"{self.overwrite=}. Past version 2.5 of PyTorch, `overwrite` will default to "
                "False. Set this variable to True to maintain this functionality or False to raise "
                "when an existing checkpoint is found.",
                stacklevel=2,
            )
        if self.rank is not None and not self.use_collectives:
            plan = dataclasses.replace(plan, storage_data=_StoragePrefix(f"__{self.rank}_"))
        return plan

    def prepare_global_plan(self, plans: list[SavePlan]) -> list[SavePlan]:
        """Give each rank names of its own."""
        return [
            dataclasses.replace(plan, storage_data=_StoragePrefix(f"__{i}_"))
            if plan.storage_data is None
            else plan
            for i, plan in enumerate(plans)
        ]

    def _in_use(self) -> set[str]:
        """The files that the checkpoint in this folder needs."""
        if not self.fs.exists(self._get_metadata_path()):
            return set()
        try:
            with self.fs.create_stream(self._get_metadata_path(), "rb") as file:
                old = _metadata_file.read(file)
        except Exception as error:
            warnings.warn(
                f"the checkpoint in {self.path} can not be read, and its files are written over: "
                f"{error}",
                stacklevel=2,
            )
            return set()
        return {info.relative_path for info in (old.storage_data or {}).values()}

    def write_data(self, plan: SavePlan, planner: SavePlanner) -> Future[list[WriteResult]]:
        """Write the items of a plan, to one file or to one for each of `thread_count` threads; to
        one for each item without `single_file_per_rank`."""
        taken = self._in_use()
        prefix = plan.storage_data.prefix
        names = (f"{prefix}{i}{_SUFFIX}" for i in itertools.count())
        files = [
            (name, [(item, self._data(planner, item)) for item in items])
            for items, name in zip(self._parts(plan.items), (n for n in names if n not in taken))
        ]
        if self.thread_count > 1:
            with ThreadPoolExecutor(self.thread_count) as pool:
                written = list(pool.map(self._write_file, files))
        else:
            written = [self._write_file(file) for file in files]
        done: Future[list[WriteResult]] = Future()
        done.set_result([result for results in written for result in results])
        return done

    def _parts(self, items: list[WriteItem]) -> list[list[WriteItem]]:
        """The items of each file: objects first, large tensors spread."""
        if not self.single_file_per_rank:
            return [[item] for item in items]
        n = max(1, min(self.thread_count, len(items)))
        parts: list[list[WriteItem]] = [[] for _ in range(n)]
        objects = [item for item in items if item.type is WriteItemType.BYTE_IO]
        tensors = [item for item in items if item.type is not WriteItemType.BYTE_IO]
        for i, item in enumerate(objects):
            parts[i % n].append(item)
        sizes = [0] * n
        for item in sorted(tensors, key=lambda item: -(item.tensor_storage_size() or 0)):
            least = sizes.index(min(sizes))
            parts[least].append(item)
            sizes[least] += item.tensor_storage_size() or 0
        return [part for part in parts if part]

    def _data(self, planner: SavePlanner, item: WriteItem) -> memoryview | Tensor:
        """What is written of an item."""
        data = planner.resolve_data(item)
        if isinstance(data, Tensor):
            return _filed(data)
        return data.getbuffer()

    def _write_file(
        self, file: tuple[str, list[tuple[WriteItem, memoryview | Tensor]]]
    ) -> list[WriteResult]:
        name, items = file
        results = []
        with self._written(name) as stream:
            for item, data in items:
                start = stream.tell()
                if isinstance(data, Tensor):
                    save(data, stream)
                else:
                    stream.write(data)
                length = stream.tell() - start
                place = _StorageInfo(name, start, length)
                results.append(WriteResult(item.index, length, place))
        return results

    @contextlib.contextmanager
    def _written(self, name: str) -> Iterator[IO[bytes]]:
        """A file that has its name when the block has ended."""
        final = self.fs.concat_path(self.path, name)
        begun = self.fs.concat_path(self.path, name + _BEGUN)
        with self.fs.create_stream(begun, "wb") as stream:
            yield stream
            stream.flush()
            if self.sync_files:
                with contextlib.suppress(AttributeError, io.UnsupportedOperation):
                    os.fsync(stream.fileno())  # some file systems have no such files
        self.fs.rename(begun, final)

    def finish(self, metadata: Metadata, results: list[list[WriteResult]]) -> None:
        """Write the metadata, in one step; then the files of an older checkpoint go."""
        places: dict[MetadataIndex, _StorageInfo] = {
            r.index: r.storage_data for part in results for r in part
        }
        metadata.storage_data, metadata.storage_meta = places, self.storage_meta()
        old = self._in_use()
        rank = None if self.use_collectives else self.rank
        with self._written(_metadata_name(rank)) as stream:
            _metadata_file.write(metadata, stream)
        for name in sorted(old - {info.relative_path for info in places.values()}):
            path = self.fs.concat_path(self.path, name)
            if _is_inside(name) and self.fs.exists(path):
                self.fs.rm_file(path)

    def storage_meta(self) -> StorageMeta | None:
        """Which checkpoint this is."""
        return StorageMeta(checkpoint_id=str(self.checkpoint_id), save_id=self.save_id)

    def _get_metadata_path(self, rank: int | None = None) -> _Path:
        if rank is None and not self.use_collectives:
            rank = self.rank
        return self.fs.concat_path(self.path, _metadata_name(rank))


def _metadata_name(rank: int | None) -> str:
    return _METADATA if rank is None else f"__{rank}{_METADATA}"


def _is_inside(name: str) -> bool:
    """Whether a name in the metadata is one of a file in the folder, and not elsewhere."""
    path = pathlib.PurePath(name)
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)


class FileSystemWriter(_FileSystemWriter, BlockingAsyncStager):
    """Writes a checkpoint into a folder.

    Args:
        path: the folder; it is made.
        single_file_per_rank: one file for a rank, else one for each tensor.
        sync_files: wait until the disk has it.
        thread_count: how many files a rank writes at a time.
        per_thread_copy_ahead: accepted; tensors are in host memory when they are written.
        cache_staged_state_dict: `async_save` keeps its copy for the next time.
        overwrite: write over a checkpoint, with a warning; RuntimeError otherwise.
    """

    def __init__(
        self,
        path: _Path,
        single_file_per_rank: bool = True,
        sync_files: bool = True,
        thread_count: int = 1,
        per_thread_copy_ahead: int = 10_000_000,
        cache_staged_state_dict: bool = False,
        overwrite: bool = True,
        _extensions: Sequence[Any] | None = None,
        serialization_format: SerializationFormat = SerializationFormat.TORCH_SAVE,
    ) -> None:
        _FileSystemWriter.__init__(
            self,
            path,
            single_file_per_rank,
            sync_files,
            thread_count,
            per_thread_copy_ahead,
            overwrite,
            _extensions,
            serialization_format,
        )
        BlockingAsyncStager.__init__(self, cache_staged_state_dict=cache_staged_state_dict)

    def stage(self, state_dict: STATE_DICT_TYPE) -> STATE_DICT_TYPE:
        """A copy of the state dict on the CPU."""
        self.per_thread_copy_ahead = 0
        return super().stage(state_dict)


class FileSystemReader(_InFolder, StorageReader):
    """Reads a checkpoint from a folder, PyTorch's too."""

    def __init__(self, path: _Path, _extension_registry: Any = None) -> None:
        if _extension_registry is not None:
            raise NotImplementedError("FileSystemReader(_extension_registry=...)")
        self.fs: FileSystemBase = FileSystem()
        self.path = self.fs.init_path(path)
        self.storage_data: dict[MetadataIndex, _StorageInfo] = {}
        self.load_id = str(uuid.uuid4())

    def reset(self, checkpoint_id: _Path | None = None) -> None:
        """Another checkpoint is read."""
        self.storage_data = {}
        if checkpoint_id is not None:
            self.path = self.fs.init_path(checkpoint_id)
        self.load_id = str(uuid.uuid4())

    def read_metadata(self, *args: Any, **kwargs: Any) -> Metadata:
        """What the checkpoint says of itself; with `rank`, what that rank's own says. Nothing in
        the file is run. UnpicklingError where it holds anything but metadata."""
        with self.fs.create_stream(self._get_metadata_path(kwargs.get("rank")), "rb") as file:
            metadata = _metadata_file.read(file)
        if metadata.storage_meta is None:
            metadata.storage_meta = StorageMeta()
        metadata.storage_meta.load_id = self.load_id
        return metadata

    def set_up_storage_reader(
        self, metadata: Metadata, is_coordinator: bool, *args: Any, **kwargs: Any
    ) -> None:
        """Take the places of the items."""
        self.storage_data = metadata.storage_data
        if self.storage_data is None:
            raise AssertionError("the metadata does not say where the data are")

    def prepare_local_plan(self, plan: LoadPlan) -> LoadPlan:
        """The plan as it is."""
        return plan

    def prepare_global_plan(self, plans: list[LoadPlan]) -> list[LoadPlan]:
        """The plans as they are."""
        return plans

    def read_data(self, plan: LoadPlan, planner: LoadPlanner) -> Future[None]:
        """Read the items of a plan, file by file."""
        by_file: dict[str, list[ReadItem]] = {}
        for item in plan.items:
            by_file.setdefault(self.storage_data[item.storage_index].relative_path, []).append(item)
        for name, items in by_file.items():
            if not _is_inside(name):
                raise ValueError(f"the checkpoint names {name}, which is not a file of its folder")
            items.sort(key=lambda item: self.storage_data[item.storage_index].offset)
            with self.fs.create_stream(self.fs.concat_path(self.path, name), "rb") as stream:
                self._read_file(stream, items, planner)
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def _read_file(self, stream: IO[bytes], items: list[ReadItem], planner: LoadPlanner) -> None:
        whole: tuple[MetadataIndex, Tensor] | None = None
        for item in items:
            if item.type is LoadItemType.BYTE_IO:
                planner.load_bytes(item, self._slice(stream, item.storage_index))
                continue
            if whole is None or whole[0] != item.storage_index:
                raw = self._slice(stream, item.storage_index)
                whole = item.storage_index, load(raw, map_location="cpu", weights_only=True)
            found = narrowed(whole[1], item.storage_offsets, item.lengths)
            into = planner.resolve_tensor(item).detach()
            if into.shape != found.shape:
                raise AssertionError(
                    f"req {item.storage_index} mismatch sizes {into.shape} vs {found.shape}"
                )
            into.copy_(found)
            planner.commit_tensor(item, into)

    def _slice(self, stream: IO[bytes], index: MetadataIndex) -> io.BytesIO:
        place = self.storage_data[index]
        if place.transform_descriptors:
            raise NotImplementedError(
                f"a checkpoint with {', '.join(place.transform_descriptors)} on its data"
            )
        stream.seek(place.offset)
        data = stream.read(place.length)
        if len(data) != place.length:
            raise RuntimeError(
                f"{place.relative_path} ends before the {place.length} bytes at {place.offset} "
                f"that the metadata has for {index.fqn}"
            )
        return io.BytesIO(data)

    def _get_metadata_path(self, rank: int | None = None) -> _Path:
        return self.fs.concat_path(self.path, _metadata_name(rank))
