"""Stores: names and bytes that processes share.

`TCPStore` is jaxlib's coordination service, in a process of its own (`_service.py`); `FileStore` a
file to which every change is appended; `HashStore` a dictionary of this process.

https://docs.pytorch.org/docs/stable/distributed.html#distributed-key-value-store
"""

from __future__ import annotations

import abc
import atexit
import base64
import contextlib
import fcntl
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import jax

from torchish._core.base import jax_internals
from torchish.distributed import _service
from torchish.distributed._errors import DistNetworkError, DistStoreError, QueueEmptyError

__all__ = ["FileStore", "HashStore", "PrefixStore", "Store", "TCPStore"]

_DEFAULT = timedelta(seconds=300)
_PAUSE = 0.01  # seconds between two looks at a store that can not wait by itself
_RETRY = 5.0  # seconds for which a port may still be held by a store whose users have just ended


def _bytes(value: str | bytes) -> bytes:
    if not isinstance(value, (str, bytes)):
        raise TypeError(f"a store's values are str or bytes, not {type(value).__name__}")
    return value.encode() if isinstance(value, str) else value


class Store(abc.ABC):
    """Keys and values; the common part of all stores. Keys are text, values bytes."""

    __module__ = "torchish.distributed"
    _timeout = _DEFAULT

    @abc.abstractmethod
    def _look(self, key: str) -> bytes | None:
        """The value now; None for a key that is not there."""

    @abc.abstractmethod
    def set(self, key: str, value: str | bytes) -> None:
        """Write a value, over another if there is one."""

    @abc.abstractmethod
    def delete_key(self, key: str) -> bool:
        """Forget a key; whether it was there."""

    @abc.abstractmethod
    def list_keys(self) -> list[str]:
        """All keys, in no order."""

    @abc.abstractmethod
    def _locked(self) -> contextlib.AbstractContextManager[None]:
        """Inside, no other process changes a value that it first read."""

    @property
    def timeout(self) -> timedelta:
        """How long `get` and `wait` wait."""
        return self._timeout

    def set_timeout(self, timeout: timedelta) -> None:
        self._timeout = timeout

    def get(self, key: str) -> bytes:
        """A value, waiting for it to be set; DistStoreError after the timeout."""
        self.wait([key])
        value = self._look(key)
        if value is None:
            raise DistStoreError(f"the key {key!r} was deleted while it was read")
        return value

    def wait(self, keys: Sequence[str], timeout: timedelta | None = None) -> None:
        """Wait for all of these keys; DistStoreError after the timeout."""
        limit = self._timeout if timeout is None else timeout
        end = time.monotonic() + limit.total_seconds()
        missing = [key for key in keys if self._look(key) is None]
        while missing:
            if time.monotonic() > end:
                raise DistStoreError(
                    f"wait timeout after {limit // timedelta(milliseconds=1)}ms, keys: "
                    + ", ".join(f"/{key}" for key in keys)
                )
            time.sleep(_PAUSE)
            missing = [key for key in missing if self._look(key) is None]

    def check(self, keys: Sequence[str]) -> bool:
        """Whether all of these keys are there."""
        return all(self._look(key) is not None for key in keys)

    def add(self, key: str, amount: int) -> int:
        """Add to a counter, which begins at 0; its value after."""
        with self._locked():
            count = int(self._look(key) or 0) + amount
            self.set(key, str(count))
        return count

    def append(self, key: str, value: str | bytes) -> None:
        """Write a value behind the one that is there."""
        with self._locked():
            self.set(key, (self._look(key) or b"") + _bytes(value))

    def compare_set(self, key: str, expected_value: str, desired_value: str) -> bytes:
        """Write a value if the one there is the expected one, or if there is none and nothing was
        expected; the value after."""
        with self._locked():
            now = self._look(key)
            if now == _bytes(expected_value) or (now is None and not expected_value):
                self.set(key, desired_value)
                return _bytes(desired_value)
        return _bytes(expected_value) if now is None else now

    def num_keys(self) -> int:
        """How many keys there are."""
        return len(self.list_keys())

    def multi_get(self, keys: Sequence[str]) -> list[bytes]:
        """Several values, waiting for them."""
        return [self.get(key) for key in keys]

    def multi_set(self, keys: Sequence[str], values: Sequence[str | bytes]) -> None:
        """Write several values."""
        for key, value in zip(keys, values, strict=True):
            self.set(key, value)

    def queue_push(self, key: str, value: str | bytes) -> None:
        """Put a value at the end of a queue."""
        with self._locked():
            items = json.loads(self._look(key) or b"[]")
            self.set(key, json.dumps([*items, base64.b64encode(_bytes(value)).decode()]))

    def queue_pop(self, key: str, block: bool = True) -> bytes:
        """The first value of a queue, which loses it. QueueEmptyError where there is none, with
        `block` after the timeout."""
        end = time.monotonic() + self._timeout.total_seconds()
        while True:
            with self._locked():
                items = json.loads(self._look(key) or b"[]")
                if items:
                    self.set(key, json.dumps(items[1:]))
                    return base64.b64decode(items[0])
            if not block or time.monotonic() > end:
                raise QueueEmptyError(f"queue {key} is empty")
            time.sleep(_PAUSE)

    def queue_len(self, key: str) -> int:
        """How many values a queue has."""
        return len(json.loads(self._look(key) or b"[]"))

    def has_extended_api(self) -> bool:
        """Whether `append`, `multi_get` and `multi_set` are there: always."""
        return True


class HashStore(Store):
    """A store of the threads of this process."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}
        self._lock = threading.RLock()

    def _look(self, key: str) -> bytes | None:
        return self._values.get(key)

    def set(self, key: str, value: str | bytes) -> None:
        with self._lock:
            self._values[key] = _bytes(value)

    def delete_key(self, key: str) -> bool:
        with self._lock:
            return self._values.pop(key, None) is not None

    def list_keys(self) -> list[str]:
        return list(self._values)

    def _locked(self) -> contextlib.AbstractContextManager[Any]:
        return self._lock


class FileStore(Store):
    """A store in a file that all processes can reach: each change is a line behind the others.

    Args:
        file_name: the file, made if it is not there.
        world_size: how many processes use it; the last to let it go removes the file. Without it
            the file stays.
    """

    def __init__(self, file_name: str, world_size: int = -1) -> None:
        self._path, self._world_size = pathlib.Path(file_name), world_size
        self._values: dict[str, bytes] = {}
        self._read = 0
        self._lock, self._depth = threading.RLock(), 0
        self._path.touch()
        if world_size > 0:
            self.add("users", 1)
            atexit.register(self._leave)

    @property
    def path(self) -> str:
        """The file."""
        return str(self._path)

    def _leave(self) -> None:
        with contextlib.suppress(OSError):  # the folder may be gone, with all that is in it
            if self.add("left", 1) == self._world_size:
                self._path.unlink()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock:
            if self._depth:
                yield
                return
            with self._path.open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1

    def _catch_up(self) -> None:
        with self._lock, self._path.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    break  # it is just being written
                self._read += len(line)
                key, value = json.loads(line)
                if value is None:
                    self._values.pop(key, None)
                else:
                    self._values[key] = base64.b64decode(value)

    def _write(self, key: str, value: str | None) -> None:
        with self._locked(), self._path.open("ab") as file:
            file.write(json.dumps([key, value]).encode() + b"\n")

    def _look(self, key: str) -> bytes | None:
        self._catch_up()
        return self._values.get(key)

    def set(self, key: str, value: str | bytes) -> None:
        self._write(key, base64.b64encode(_bytes(value)).decode())

    def delete_key(self, key: str) -> bool:
        with self._locked():
            there = self._look(key) is not None
            if there:
                self._write(key, None)
        return there

    def list_keys(self) -> list[str]:
        self._catch_up()
        return [key for key in self._values if key not in ("users", "left")]


class PrefixStore(Store):
    """Another store's keys that begin with `prefix/`."""

    def __init__(self, prefix: str, store: Store) -> None:
        self._prefix, self._store = prefix, store
        self._timeout = store.timeout

    @property
    def underlying_store(self) -> Store:
        """The store under this one."""
        return self._store

    def _key(self, key: str) -> str:
        return f"{self._prefix}/{key}"

    def _look(self, key: str) -> bytes | None:
        return self._store._look(self._key(key))

    def set(self, key: str, value: str | bytes) -> None:
        self._store.set(self._key(key), value)

    def delete_key(self, key: str) -> bool:
        return self._store.delete_key(self._key(key))

    def add(self, key: str, amount: int) -> int:
        return self._store.add(self._key(key), amount)

    def list_keys(self) -> list[str]:
        head = self._key("")
        return [k.removeprefix(head) for k in self._store.list_keys() if k.startswith(head)]

    def _locked(self) -> contextlib.AbstractContextManager[None]:
        return self._store._locked()


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("", 0))
        return s.getsockname()[1]


def _wait_for_port(port: int) -> None:
    """Wait until nobody listens on a port: jaxlib's service would share it with another's."""
    end = time.monotonic() + _RETRY
    while True:
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("", port))
                return
            except OSError as error:
                if time.monotonic() > end:
                    raise DistNetworkError(
                        "The server socket has failed to listen on any local network address. "
                        f"port: {port}, useIpv6: false, code: -{error.errno}, name: EADDRINUSE, "
                        "message: address already in use"
                    ) from None
        time.sleep(_PAUSE)


def start_service(port: int) -> None:
    """Start the process that keeps a store on `port`, and wait until it answers."""
    _wait_for_port(port)
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"}
    service = subprocess.Popen(
        [sys.executable, _service.__file__, jax_internals.RUNTIME, str(port), str(os.getpid())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: v for name, v in os.environ.items() if name != "PYTHONPATH"} | quiet,
        start_new_session=True,  # Ctrl-C ends its users first
        text=True,
    )
    assert service.stdout is not None and service.stderr is not None
    if service.stdout.readline() != "ready\n":
        raise DistNetworkError(f"no store on port {port}: {service.stderr.read().strip()[-2000:]}")
    service.stdout.close()
    service.stderr.close()
    service.returncode = 0  # it outlives this process, which does not wait for it


class TCPStore(Store):
    """A store that processes of several machines reach by address.

    Args:
        host_name: where it is kept.
        port: its port; 0 with `is_master` takes a free one, which `port` then tells.
        world_size: how many processes will use it; None where that is not known.
        is_master: whether this process starts it.
        timeout: of `get` and `wait`, and of the connection.
        wait_for_workers: whether the master waits until all `world_size` processes are connected.

    DistNetworkError where the port is taken, or where nobody answers in time; DistStoreError where
    processes are missing after the timeout.
    """

    def __init__(
        self,
        host_name: str,
        port: int,
        world_size: int | None = None,
        is_master: bool = False,
        timeout: timedelta = _DEFAULT,
        wait_for_workers: bool = True,
        multi_tenant: bool = False,
        master_listen_fd: int | None = None,
        use_libuv: bool = True,
    ) -> None:
        if master_listen_fd is not None:
            raise NotImplementedError("TCPStore(master_listen_fd=...)")
        self._timeout = timeout
        if is_master:
            port = port or _free_port()
            start_service(port)
        self._host, self._port = host_name, port
        self.client = connect(host_name, port, timeout)
        self._worlds = 0
        joined = self.add("/joined", 1)
        if is_master and wait_for_workers and world_size and world_size > 0:
            end = time.monotonic() + timeout.total_seconds()
            while joined < world_size:
                if time.monotonic() > end:
                    raise DistStoreError(
                        f"Timed out after {int(timeout.total_seconds()) + 1} seconds waiting for "
                        f"clients. {joined}/{world_size} clients joined."
                    )
                time.sleep(_PAUSE)
                joined = self.add("/joined", 0)

    @property
    def host(self) -> str:
        """Where the store is kept."""
        return self._host

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._port

    def _key(self, key: str) -> str:
        return "store/" + urllib.parse.quote(key, safe="")

    def _look(self, key: str) -> bytes | None:
        return look(self.client, self._key(key))

    def wait(self, keys: Sequence[str], timeout: timedelta | None = None) -> None:
        # Most keys are there; the service is asked again and again only for those that are not.
        super().wait([k for k in keys if self._look(k) is None], timeout)

    def set(self, key: str, value: str | bytes) -> None:
        self.client.key_value_set_bytes(self._key(key), _bytes(value), True)

    def delete_key(self, key: str) -> bool:
        there = self._look(key) is not None
        self.client.key_value_delete(self._key(key))
        return there

    def add(self, key: str, amount: int) -> int:
        return int(self.client.key_value_increment(self._key(key), amount))

    def list_keys(self) -> list[str]:
        found = self.client.key_value_dir_get_bytes("store/")
        keys = [urllib.parse.unquote(key.removeprefix("store/")) for key, _ in found]
        return [key for key in keys if not key.startswith("/")]

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        end = time.monotonic() + self._timeout.total_seconds()
        while True:
            try:
                self.client.key_value_set_bytes("lock", b"", False)
                break
            except jax.errors.JaxRuntimeError as error:
                if "ALREADY_EXISTS" not in str(error) or time.monotonic() > end:
                    raise
            time.sleep(_PAUSE / 10)
        try:
            yield
        finally:
            self.client.key_value_delete("lock")


def look(client: Any, key: str) -> bytes | None:
    """What a service has under a key now; None where it has nothing."""
    try:
        return client.key_value_try_get_bytes(key)
    except jax.errors.JaxRuntimeError as error:
        if "NOT_FOUND" not in str(error):
            raise
        return None


def connect(host: str, port: int, timeout: timedelta) -> Any:
    """A connection to the service at an address, which counts this process among its users.

    DistNetworkError where nobody answers in time.
    """
    end = time.monotonic() + timeout.total_seconds()
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
            break
        except OSError as error:
            if time.monotonic() > end:
                raise DistNetworkError(
                    f"The client socket has timed out after "
                    f"{timeout // timedelta(milliseconds=1)}ms while trying to connect to "
                    f"({host}, {port})."
                ) from error
        time.sleep(_PAUSE)
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    client = jax_internals.store_client(address, max(1, int(timeout.total_seconds())))
    member = f"{_service.MEMBERS}{socket.gethostname()}/{os.getpid()}"
    client.key_value_set(member, "", True)
    atexit.register(_leave, client, member, (host, port), os.getpid())
    return client


def _leave(client: Any, member: str, place: tuple[str, int], pid: int) -> None:
    if os.getpid() != pid:
        return  # a forked child is not the member
    try:
        socket.create_connection(place, timeout=1).close()
    except OSError:
        return  # the service was ended, and jaxlib would end this process for asking it
    client.key_value_delete(member)
