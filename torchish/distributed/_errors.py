"""The errors of torch.distributed.

https://docs.pytorch.org/docs/stable/distributed.html#debugging-torch-distributed-applications
"""

from __future__ import annotations

__all__ = [
    "DistBackendError",
    "DistError",
    "DistNetworkError",
    "DistStoreError",
    "QueueEmptyError",
]


class DistError(RuntimeError):
    """Something went wrong between processes."""

    __module__ = "torchish.distributed"


class DistBackendError(DistError):
    """A collective failed."""

    __module__ = "torchish.distributed"


class DistNetworkError(DistError):
    """An address can not be listened on or reached."""

    __module__ = "torchish.distributed"


class DistStoreError(DistError):
    """A store's key was not there in time."""

    __module__ = "torchish.distributed"


class QueueEmptyError(DistStoreError):
    """A store's queue has nothing to give."""

    __module__ = "torchish.distributed"
