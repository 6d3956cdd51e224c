"""How processes find each other: from an address to a store, a rank and a world size.

https://docs.pytorch.org/docs/stable/distributed.html#initialization
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from torchish.distributed._store import FileStore, Store, TCPStore
from torchish.distributed.constants import default_pg_timeout

__all__ = ["rendezvous", "rendezvous_of"]

# The stores that this process is connected to, by address: a second world at the same address goes
# through the same store.
_stores: dict[tuple[str, int, int], TCPStore] = {}


def _required(name: str) -> str:
    text = os.environ.get(name)
    if text is None:
        raise ValueError(
            f"Error initializing torch.distributed using env:// rendezvous: environment variable "
            f"{name} expected, but not set"
        )
    return text


def _tcp(host: str, port: int, rank: int, world: int, timeout: timedelta) -> TCPStore:
    key = (host, port, os.getpid())
    if key not in _stores:
        # The launcher keeps the store of those that it starts.
        master = rank == 0 and os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != "True"
        _stores[key] = TCPStore(host, port, world, master, timeout, wait_for_workers=False)
    return _stores[key]


def rendezvous_of(
    url: str, rank: int, world_size: int, timeout: timedelta
) -> tuple[Store | None, int, int]:
    """The store, rank and world size that an `init_method` gives. A world of one process needs no
    address and has no store."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    rank = int(query.get("rank", rank))
    world_size = int(query.get("world_size", world_size))
    if parts.scheme == "env":
        rank = int(_required("RANK")) if rank < 0 else rank
        world_size = int(_required("WORLD_SIZE")) if world_size < 0 else world_size
        if world_size == 1:
            return None, rank, world_size
        host, port = _required("MASTER_ADDR"), int(_required("MASTER_PORT"))
        return _tcp(host, port, rank, world_size, timeout), rank, world_size
    if parts.scheme not in ("tcp", "file"):
        raise RuntimeError(f"No rendezvous handler for {parts.scheme}://")
    for what, given in (("rank", rank), ("world size", world_size)):
        if given < 0:
            raise ValueError(
                f"Error initializing torch.distributed using {parts.scheme}:// rendezvous: "
                f"{what} parameter missing"
            )
    if world_size == 1:
        return None, rank, world_size
    if parts.scheme == "file":
        if not parts.path:
            raise ValueError(
                "Error initializing torch.distributed using file:// rendezvous: path missing"
            )
        return FileStore(parts.path, world_size), rank, world_size
    if parts.port is None:
        raise ValueError(
            "Error initializing torch.distributed using tcp:// rendezvous: port number missing"
        )
    host = parts.hostname or "127.0.0.1"
    return _tcp(host, parts.port, rank, world_size, timeout), rank, world_size


def rendezvous(
    url: str,
    rank: int = -1,
    world_size: int = -1,
    *,
    timeout: timedelta = default_pg_timeout,
) -> Iterator[tuple[Store | None, int, int]]:
    """The store, rank and world size that `init_process_group` would use, once."""
    if not isinstance(url, str):
        raise RuntimeError(f"`url` must be a string. {type(url)}: {url}")
    yield rendezvous_of(url, rank, world_size, timeout)
