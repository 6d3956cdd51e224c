"""Checkpoints as safetensors, in the names and with the index of Hugging Face's models.

A file is a JSON header with each tensor's dtype, shape and place, then the data
(https://huggingface.co/docs/safetensors/index#format). Where a tensor is cut, the header's metadata
says where in the whole a piece begins.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
import pathlib
import struct
from typing import IO, Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, from_numpy
from torchish._core.tensor.inner import kept_array
from torchish._core.tensor.size import Size
from torchish.distributed.checkpoint.filesystem import FileSystemReader, FileSystemWriter, _filed
from torchish.distributed.checkpoint.metadata import (
    ChunkStorageMetadata,
    Metadata,
    MetadataIndex,
    StorageMeta,
    TensorProperties,
    TensorStorageMetadata,
)
from torchish.distributed.checkpoint.planner import (
    LoadPlan,
    LoadPlanner,
    ReadItem,
    SavePlan,
    SavePlanner,
    WriteItem,
)
from torchish.distributed.checkpoint.storage import WriteResult
from torchish.futures import Future

__all__ = ["HuggingFaceStorageReader", "HuggingFaceStorageWriter"]

_NAMES = {
    "F64": dt.float64, "F32": dt.float32, "F16": dt.float16, "BF16": dt.bfloat16,
    "I64": dt.int64, "I32": dt.int32, "I16": dt.int16, "I8": dt.int8, "U8": dt.uint8,
    "U16": dt.uint16, "U32": dt.uint32, "U64": dt.uint64, "BOOL": dt.bool_, "C64": dt.complex64,
    "F8_E4M3": dt.float8_e4m3fn, "F8_E5M2": dt.float8_e5m2,
}  # fmt: skip
_DTYPES = {found: name for name, found in _NAMES.items()}
_SHARDING, _VERSION = "DCP_SHARDING_INFO", "DCP_VERSION"
_LONGEST = 100_000_000  # bytes of a header, as the format has it


@dataclasses.dataclass
class _Place:
    """Where a piece lies: a file, the first byte and the form."""

    relative_path: str
    start: int
    shape: Size
    dtype: dt.dtype


def _write(stream: IO[bytes], tensors: dict[str, Tensor], told: dict[str, str]) -> dict[str, int]:
    """Write a file; the bytes of each tensor. NotImplementedError for a dtype that the format does
    not have."""
    header: dict[str, Any] = {"__metadata__": told}
    arrays, at = [], 0
    for name in sorted(tensors, key=lambda n: (-tensors[n].element_size(), n)):
        t = tensors[name]
        if t.dtype not in _DTYPES:
            raise NotImplementedError(f"a tensor of {t.dtype} in a file of safetensors")
        arrays.append(np.ascontiguousarray(np.asarray(kept_array(t))).reshape(-1).view(np.uint8))
        end = at + arrays[-1].size
        header[name] = {
            "dtype": _DTYPES[t.dtype],
            "shape": list(t.shape),
            "data_offsets": [at, end],
        }
        at = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    stream.write(struct.pack("<Q", len(text)) + text)
    for a in arrays:
        stream.write(a.tobytes())
    return {name: header[name]["data_offsets"][1] - header[name]["data_offsets"][0]
            for name in tensors}  # fmt: skip


def _read(stream: IO[bytes], name: str, size: int) -> tuple[dict[str, _Place], dict[str, str]]:
    """The places and what else the header of a file says. ValueError where it is no such file."""
    begins = stream.read(8)
    length = struct.unpack("<Q", begins)[0] if len(begins) == 8 else size
    if length > min(size - 8, _LONGEST):
        raise ValueError(f"{name} is no file of safetensors")
    header = json.loads(stream.read(length))
    told = header.pop("__metadata__", {})
    places = {}
    for key, said in header.items():
        dtype, shape = _NAMES.get(said["dtype"]), Size(said["shape"])
        if dtype is None:
            raise NotImplementedError(f"{key} in {name}, of dtype {said['dtype']}")
        start, end = said["data_offsets"]
        if not 0 <= start <= end <= size - 8 - length or min(shape, default=0) < 0 or (
            end - start != math.prod(shape) * dtype.itemsize
        ):  # fmt: skip
            raise ValueError(f"{name} says of {key} what can not be: {said}")
        places[key] = _Place(name, 8 + length + start, shape, dtype)
    return places, told


class HuggingFaceStorageWriter(FileSystemWriter):
    """Writes `model-00001-of-0000N.safetensors` and `model.safetensors.index.json`.

    Args:
        path: the folder.
        fqn_to_index_mapping: in which of the files a tensor goes, counted from 1; all in one unless
            given.
        save_distributed: each rank writes files of its own, `shard-...`, without an index. Without
            it rank 0 has to have all tensors.

    ValueError for an object that is no tensor, and for tensors of other ranks without
    `save_distributed`.
    """

    def __init__(
        self,
        path: str,
        fqn_to_index_mapping: dict[str, int] | None = None,
        thread_count: int = 1,
        save_distributed: bool = False,
        enable_consolidation: bool = False,
        thread_count_consolidation: int = 1,
    ) -> None:
        if enable_consolidation:
            raise NotImplementedError("HuggingFaceStorageWriter(enable_consolidation=True)")
        super().__init__(path, thread_count=thread_count)
        self.fqn_to_index_mapping = fqn_to_index_mapping
        self.save_distributed = save_distributed

    def prepare_global_plan(self, plans: list[SavePlan]) -> list[SavePlan]:
        """Number the ranks."""
        if not self.save_distributed and any(p.items for p in plans[1:]):
            raise ValueError(
                "HuggingFaceStorageWriter without save_distributed, but other ranks than the first "
                "have tensors to write"
            )
        return [dataclasses.replace(p, storage_data=i + 1) for i, p in enumerate(plans)]

    def write_data(self, plan: SavePlan, planner: SavePlanner) -> Future[list[WriteResult]]:
        """Write a rank's files."""
        mapping = self.fqn_to_index_mapping or {}
        most = max(mapping.values(), default=1)
        parts: dict[int, list[WriteItem]] = {}
        for item in plan.items:
            if item.tensor_data is None:
                raise ValueError(f"{item.index.fqn} is no tensor, and safetensors are only tensors")
            parts.setdefault(mapping.get(item.index.fqn, 1), []).append(item)
        results = []
        for number, items in sorted(parts.items()):
            name = f"model-{number:05d}-of-{most:05d}.safetensors"
            if self.save_distributed:
                name = f"shard-{plan.storage_data:05d}-{name}"
            results += self._write_tensors(name, items, planner)
        done: Future[list[WriteResult]] = Future()
        done.set_result(results)
        return done

    def _write_tensors(
        self, name: str, items: list[WriteItem], planner: SavePlanner
    ) -> list[WriteResult]:
        tensors, begins = {}, {}
        for item in items:
            data = planner.resolve_data(item)
            assert isinstance(data, Tensor)
            fqn = item.index.fqn
            tensors[fqn] = _filed(data)
            begins[fqn] = {"saved_offsets": list(item.index.offset or ())}
        told = {"format": "pt", _VERSION: "1.0", _SHARDING: json.dumps(begins)}
        with self._written(name) as stream:
            sizes = _write(stream, tensors, told)
        return [WriteResult(i.index, sizes[i.index.fqn], name) for i in items]

    def finish(self, metadata: Metadata, results: list[list[WriteResult]]) -> None:
        """Write the index, where rank 0 has written all."""
        if self.save_distributed:
            return
        written = [r for part in results for r in part]
        index = {
            "metadata": {"total_size": sum(r.size_in_bytes for r in written)},
            "weight_map": {r.index.fqn: r.storage_data for r in written},
        }
        with self._written("model.safetensors.index.json") as stream:
            stream.write(json.dumps(index, indent=2).encode())


class HuggingFaceStorageReader(FileSystemReader):
    """Reads the files of safetensors in a folder, cut or whole; only the parts that are needed."""

    def __init__(self, path: str, thread_count: int = 1) -> None:
        super().__init__(path)
        self.thread_count = thread_count

    def read_metadata(self, *args: Any, **kwargs: Any) -> Metadata:
        """What the headers say. ValueError for a damaged one."""
        found: dict[str, TensorStorageMetadata] = {}
        places: dict[MetadataIndex, Any] = {}
        for path in sorted(pathlib.Path(self.path).glob("*.safetensors")):
            with self.fs.create_stream(path, "rb") as stream:
                here, told = _read(stream, path.name, os.path.getsize(path))
            begins = json.loads(told.get(_SHARDING, "{}"))
            for fqn, place in here.items():
                zeros = [0] * len(place.shape)
                offsets = Size(begins.get(fqn, {}).get("saved_offsets", zeros))
                if len(offsets) != len(place.shape) or min(offsets, default=0) < 0:
                    raise ValueError(f"{path.name} says that {fqn} begins at {list(offsets)}")
                piece = ChunkStorageMetadata(offsets, place.shape)
                ends = [a + n for a, n in zip(offsets, place.shape, strict=True)]
                whole = found.setdefault(
                    fqn,
                    TensorStorageMetadata(TensorProperties(dtype=place.dtype), Size(ends), []),
                )
                whole.size = Size([max(a, b) for a, b in zip(whole.size, ends, strict=True)])
                whole.chunks.append(piece)
                places[MetadataIndex(fqn, offsets)] = place
        meta = StorageMeta(load_id=self.load_id)
        return Metadata({**found}, storage_data=places, storage_meta=meta)

    def read_data(self, plan: LoadPlan, planner: LoadPlanner) -> Future[None]:
        """Read the items of a plan."""
        for item in plan.items:
            self._read_item(item, planner)
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def _read_item(self, item: ReadItem, planner: LoadPlanner) -> None:
        place: Any = self.storage_data[item.storage_index]
        path = pathlib.Path(self.path) / place.relative_path
        into = planner.resolve_tensor(item).detach()
        if math.prod(item.lengths):
            whole = np.memmap(path, place.dtype.np, "r", place.start, tuple(place.shape) or (1,))
            box = tuple(
                slice(a, a + n) for a, n in zip(item.storage_offsets, item.lengths, strict=True)
            )
            part = np.array(whole[box]).reshape(tuple(item.lengths))
            into.copy_(from_numpy(part))
        planner.commit_tensor(item, into)
