"""`torch.distributed.checkpoint`: checkpoints that each process writes and reads its part of.

Saved by any number of processes, loaded by any other (Note [Pieces]); PyTorch reads the files, and
its files are read. Nothing that a file says is run.

https://docs.pytorch.org/docs/stable/distributed.checkpoint.html
"""

from torchish import _absent
from torchish.distributed.checkpoint.api import CheckpointException
from torchish.distributed.checkpoint.default_planner import DefaultLoadPlanner, DefaultSavePlanner
from torchish.distributed.checkpoint.filesystem import FileSystemReader, FileSystemWriter
from torchish.distributed.checkpoint.hf_storage import (
    HuggingFaceStorageReader,
    HuggingFaceStorageWriter,
)
from torchish.distributed.checkpoint.metadata import (
    BytesStorageMetadata,
    ChunkStorageMetadata,
    Metadata,
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
from torchish.distributed.checkpoint.state_dict_loader import load, load_state_dict
from torchish.distributed.checkpoint.state_dict_saver import async_save, save, save_state_dict
from torchish.distributed.checkpoint.storage import StorageReader, StorageWriter

__all__ = [
    "BytesStorageMetadata",
    "CheckpointException",
    "ChunkStorageMetadata",
    "DefaultLoadPlanner",
    "DefaultSavePlanner",
    "FileSystemReader",
    "FileSystemWriter",
    "HuggingFaceStorageReader",
    "HuggingFaceStorageWriter",
    "LoadPlan",
    "LoadPlanner",
    "Metadata",
    "ReadItem",
    "SavePlan",
    "SavePlanner",
    "StorageReader",
    "StorageWriter",
    "TensorStorageMetadata",
    "WriteItem",
    "async_save",
    "load",
    "load_state_dict",
    "save",
    "save_state_dict",
]

__getattr__ = _absent.attributes(__name__)
