"""The storage of an identifier."""

from __future__ import annotations

import os
from typing import Any

from torchish.distributed.checkpoint.filesystem import FileSystemReader, FileSystemWriter

__all__ = []


def _storage_setup(
    storage: Any, checkpoint_id: str | os.PathLike[str] | None, reader: bool = False
) -> Any:
    """The given reader or writer, told which checkpoint; the one of files without. RuntimeError
    with neither a storage nor an identifier."""
    if storage is not None:
        if checkpoint_id is not None:
            storage.reset(checkpoint_id)
        return storage
    if not checkpoint_id:
        raise RuntimeError(
            "`checkpoint_id` must be specified if storage_reader/storage_writer is None."
        )
    made = FileSystemReader if reader else FileSystemWriter
    if not made.validate_checkpoint_id(checkpoint_id):
        raise NotImplementedError(f"a checkpoint at {checkpoint_id}, which is no path of a file")
    return made(checkpoint_id)
