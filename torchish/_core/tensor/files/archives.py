"""The zip files of checkpoints, record by record: what PyTorch's compiled module calls readers and
writers."""

from __future__ import annotations

import os
from typing import IO, Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base import ptfile
from torchish._core.tensor.api import factory
from torchish._core.tensor.tensor import Tensor

__all__ = ["Opened", "PyTorchFileReader", "PyTorchFileWriter"]


def _file(name_or_buffer: Any, mode: str) -> tuple[IO[bytes], bool]:
    """An open file, and whether it is ours to close."""
    if isinstance(name_or_buffer, (str, os.PathLike)):
        return open(name_or_buffer, mode), True
    return name_or_buffer, False


class PyTorchFileWriter:
    """Writes records to a path or an open file."""

    def __init__(
        self, name_or_buffer: Any, compute_crc32: bool = True, storage_alignment: int = 64
    ):
        if storage_alignment != ptfile.ALIGNMENT:
            raise NotImplementedError(f"PyTorchFileWriter: storage_alignment={storage_alignment}")
        self._stream, self._own = _file(name_or_buffer, "wb")
        path = os.fspath(name_or_buffer) if self._own else None
        self._archive = "archive" if path is None else ptfile.archive_name(path)
        self._writer = ptfile.Writer(self._stream, self._archive)
        self._names: set[str] = set()
        self._open = True

    def write_record(self, name: str, data: Any, size: int) -> None:
        """One record of `size` bytes: bytes, text or a storage."""
        if name in self._names:
            raise RuntimeError(f"Tried to serialize file twice: {name}")
        self._names.add(name)
        if hasattr(data, "_bytes"):
            data = data._bytes()
        elif hasattr(data, "untyped"):
            data = data.untyped()._bytes()
        elif isinstance(data, str):
            data = data.encode()
        self._writer.record(name, memoryview(data).cast("B")[:size] if size else b"")

    def write_end_of_file(self) -> None:
        """The directory; nothing can be written after it."""
        if self._open:
            self._open = False
            self._writer.close()
            self._stream.flush()
            if self._own:
                self._stream.close()

    def get_all_written_records(self) -> set[str]:
        """The names of the records."""
        return set(self._names)

    def archive_name(self) -> str:
        """The folder of all records."""
        return self._archive


class PyTorchFileReader:
    """Reads records of a path or an open file."""

    def __init__(self, name_or_buffer: Any):
        self._stream, self._own = _file(name_or_buffer, "rb")
        self._reader = ptfile.Reader(self._stream)

    def get_record(self, name: str) -> bytes:
        """The bytes of a record; RuntimeError where there is none of this name."""
        return self._reader.read(name).tobytes()

    def has_record(self, name: str) -> bool:
        """Whether there is a record of this name."""
        return name in self._reader

    def get_all_records(self) -> list[str]:
        """The names of the records."""
        return self._reader.records()

    def get_storage_from_record(self, name: str, numel: int, dtype: dt.dtype) -> Tensor:
        """The first elements of a record, as a 1-D tensor."""
        raw = self._reader.read(name)[: numel * dtype.itemsize]
        return factory.from_numpy(np.ascontiguousarray(raw)).view(dtype)

    def serialization_id(self) -> str:
        """The identifier of the contents; empty where the file has none."""
        name = ".data/serialization_id"
        return self.get_record(name).decode() if self.has_record(name) else ""

    def close(self) -> None:
        """Close the file where it was opened here."""
        if self._own:
            self._stream.close()


class Opened:
    """A `with` block with a reader or writer, which ends what was begun."""

    def __init__(self, file_like: PyTorchFileReader | PyTorchFileWriter):
        self.file_like = file_like

    def __enter__(self) -> Any:
        return self.file_like

    def __exit__(self, kind: Any, *exc: object) -> None:
        if isinstance(self.file_like, PyTorchFileReader):
            self.file_like.close()
        else:
            self.file_like.write_end_of_file()
