"""From one rank to another.

Note [Through the store]
A message is a value of the world's store until it is taken: nobody has to wait for the receiver,
and messages of one pair with one tag arrive in the order in which they were sent, whatever else
travels. XLA's own way between two processes is a program that both run at the same time, which a
rank that sends before it receives from the same partner would wait in for ever.

https://docs.pytorch.org/docs/stable/distributed.html#point-to-point-communication
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, from_numpy, zeros
from torchish.distributed import _objects
from torchish.distributed._exchange import Work, checked, filled, host, member, root
from torchish.distributed._group import ProcessGroup, get_rank, group_of

__all__ = [
    "P2POp",
    "batch_isend_irecv",
    "irecv",
    "isend",
    "recv",
    "recv_object_list",
    "send",
    "send_object_list",
]

_CHUNK = 1 << 22  # bytes of one value of the store
_POLL = 0.001


def _key(source: int, to: int, tag: int, number: int) -> str:
    return f"message/{source}/{to}/{tag}/{number}"


def _send(group: ProcessGroup, t: Tensor, to: int, tag: int) -> None:
    number = group.sent[to, tag] = group.sent.get((to, tag), 0) + 1
    data = host(t).view(np.uint8)
    key = _key(group.rank(), to, tag, number)
    for i, at in enumerate(range(0, data.size, _CHUNK)):
        group.store.set(f"{key}/{i}", data[at : at + _CHUNK].tobytes())
    said = [str(t.dtype), list(t.shape), data.size]
    group.store.set(key, json.dumps(said))  # last: whoever finds it finds the rest


def _next(group: ProcessGroup, source: int, tag: int) -> int:
    """The number of the next message from a rank, which is taken."""
    number = group.received[source, tag] = group.received.get((source, tag), 0) + 1
    return number


def _message(
    group: ProcessGroup, source: int, tag: int, number: int, limit: timedelta
) -> tuple[str, list[int], bytes]:
    """Dtype, shape and contents of a message, which is taken out of the store."""
    key = _key(source, group.rank(), tag, number)
    try:
        group.store.wait([key], limit)
    except RuntimeError:
        raise RuntimeError(
            f"Timed out waiting {limit // timedelta(milliseconds=1)}ms for recv operation from "
            f"rank {source} to complete"
        ) from None
    dtype, shape, size = json.loads(group.store.get(key))
    parts = [group.store.get(f"{key}/{i}") for i in range(-(-size // _CHUNK))]
    for i in range(len(parts)):
        group.store.delete_key(f"{key}/{i}")
    group.store.delete_key(key)
    return dtype, shape, b"".join(parts)


def _take(
    group: ProcessGroup, t: Tensor, source: int, tag: int, number: int, limit: timedelta
) -> np.ndarray:
    dtype, shape, data = _message(group, source, tag, number, limit)
    if len(data) != t.numel() * t.element_size() or dtype != str(t.dtype):
        raise RuntimeError(
            f"recv: rank {source} sent a tensor of {dtype} and shape {shape}, which does not fit "
            f"one of {t.dtype} and shape {list(t.shape)}"
        )
    return np.frombuffer(data, np.uint8).view(t.dtype.np).copy()


def send_whatever(group: ProcessGroup, tensors: Sequence[Tensor | None], to: int, tag: int) -> None:
    """Send tensors of any number and sizes to a rank of the group; None is sent as such."""
    there = np.array([t is not None for t in tensors], np.uint8)
    for t in (from_numpy(there), *tensors):
        if t is not None:
            _send(group, t, to, tag)


def take_whatever(group: ProcessGroup, source: int, tag: int) -> list[Tensor | None]:
    """What `send_whatever` sent."""

    def one() -> Tensor:
        number = _next(group, source, tag)
        dtype, shape, data = _message(group, source, tag, number, group.timeout)
        found = zeros(shape, dtype=dt.BY_NAME[dtype.removeprefix("torch.")])
        filled(found, np.frombuffer(data, np.uint8).view(found.dtype.np).copy())
        return found

    return [one() if there else None for there in one().tolist()]


def _anybody(group: ProcessGroup, tag: int, limit: timedelta) -> int:
    """The first rank of whom there is a message."""
    end = time.monotonic() + limit.total_seconds()
    while True:
        for source in range(group.size()):
            number = group.received.get((source, tag), 0) + 1
            if source != group.rank() and group.store.check(
                [_key(source, group.rank(), tag, number)]
            ):
                return source
        if time.monotonic() > end:
            raise RuntimeError(
                f"Timed out waiting {limit // timedelta(milliseconds=1)}ms for recv operation to "
                "complete"
            )
        time.sleep(_POLL)


def _peer(group: ProcessGroup, given: int | None, in_group: int | None, what: str) -> int:
    if given is None and in_group is None:
        raise ValueError(f"Must specify {what} or group_{what}")
    peer = root(group, given, in_group, what)
    if peer == group.rank():
        said = "destination" if what == "dst" else "source"
        raise ValueError(
            f"Invalid {said} rank: {said} rank should not be the same as the rank of the current "
            "process."
        )
    return peer


def send(
    tensor: Tensor,
    dst: int | None = None,
    group: ProcessGroup | None = None,
    tag: int = 0,
    group_dst: int | None = None,
) -> None:
    """Send a tensor to a rank; returns when it is on its way."""
    checked("tensor", tensor)
    if (here := member(group, "send")) is not None:
        _send(here, tensor, _peer(here, dst, group_dst, "dst"), tag)


def recv(
    tensor: Tensor,
    src: int | None = None,
    group: ProcessGroup | None = None,
    tag: int = 0,
    group_src: int | None = None,
) -> int:
    """Receive a tensor from a rank, from any unless given, in place; the sender's rank.

    RuntimeError after the group's timeout, and for a tensor of another size or dtype.
    """
    checked("tensor", tensor)
    if (here := member(group, "recv")) is None:
        return -1
    if src is None and group_src is None:
        source = _anybody(here, tag, here.timeout)
    else:
        source = _peer(here, src, group_src, "src")
    number = _next(here, source, tag)
    filled(tensor, _take(here, tensor, source, tag, number, here.timeout))
    return here._ranks[source]


class _Receiving:
    """A message that a thread of its own waits for."""

    def __init__(self, take: Callable[[], np.ndarray]) -> None:
        self._found: np.ndarray | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(take,), daemon=True)
        self._thread.start()

    def _run(self, take: Callable[[], np.ndarray]) -> None:
        try:
            self._found = take()
        except Exception as error:  # raised by whoever waits
            self._error = error

    def done(self) -> bool:
        return not self._thread.is_alive()

    def wait(self, timeout: timedelta) -> Any:
        self._thread.join(timeout.total_seconds())
        if self._error is not None:
            raise self._error
        if self._found is None:
            raise RuntimeError(
                f"Timed out waiting {timeout // timedelta(milliseconds=1)}ms for recv operation to "
                "complete"
            )
        return self._found


def isend(
    tensor: Tensor,
    dst: int | None = None,
    group: ProcessGroup | None = None,
    tag: int = 0,
    group_dst: int | None = None,
) -> Work | None:
    """Send a tensor to a rank; the handle is done at once, as the store has the message."""
    send(tensor, dst, group, tag, group_dst)
    here = member(group, "isend")
    return None if here is None else Work(None, lambda found: None, here.timeout, [tensor])


def irecv(
    tensor: Tensor,
    src: int | None = None,
    group: ProcessGroup | None = None,
    tag: int = 0,
    group_src: int | None = None,
) -> Work | None:
    """Receive a tensor from a rank: a handle whose `wait` writes it."""
    checked("tensor", tensor)
    if (here := member(group, "irecv")) is None:
        return None
    if src is None and group_src is None:
        source = _anybody(here, tag, here.timeout)
    else:
        source = _peer(here, src, group_src, "src")
    # The place in the order of messages is taken now, not when the thread gets to it.
    number, limit = _next(here, source, tag), here.timeout
    waiting: Any = _Receiving(lambda: _take(here, tensor, source, tag, number, limit))
    return Work(waiting, lambda found: filled(tensor, found), limit, [tensor])


class P2POp:
    """One of the operations of `batch_isend_irecv`: `isend` or `irecv`, a tensor and a rank."""

    def __init__(
        self,
        op: Callable,
        tensor: Tensor,
        peer: int | None = None,
        group: ProcessGroup | None = None,
        tag: int = 0,
        group_peer: int | None = None,
    ) -> None:
        if op not in (isend, irecv):
            raise ValueError(
                "Invalid ``op``. Expected ``op`` to be of type ``torch.distributed.isend`` or "
                "``torch.distributed.irecv``."
            )
        checked("tensor", tensor)
        self.op, self.tensor, self.group, self.tag = op, tensor, group_of(group), tag
        self.group_peer = root(self.group, peer, group_peer, "peer")
        self.peer = self.group._ranks[self.group_peer]

    def __repr__(self) -> str:
        name = getattr(self.op, "__name__", "")
        return f"P2POp({name}, peer={self.peer}, rank={get_rank()}, {list(self.tensor.shape)})"


def batch_isend_irecv(p2p_op_list: list[P2POp]) -> list[Work]:
    """Start several sends and receives, in any order; their handles."""
    if not isinstance(p2p_op_list, list) or not all(isinstance(p, P2POp) for p in p2p_op_list):
        raise ValueError(
            "Invalid ``p2p_op_list``. Each op is expected to to be of type "
            "``torch.distributed.P2POp``."
        )
    sends = [p for p in p2p_op_list if p.op is isend]
    works = {id(p): p.op(p.tensor, group=p.group, tag=p.tag, group_dst=p.group_peer)
             for p in sends}  # fmt: skip
    works |= {id(p): p.op(p.tensor, group=p.group, tag=p.tag, group_src=p.group_peer)
              for p in p2p_op_list if p.op is irecv}  # fmt: skip
    return [works[id(p)] for p in p2p_op_list]


def send_object_list(
    object_list: list[Any],
    dst: int | None = None,
    group: ProcessGroup | None = None,
    device: Any = None,
    group_dst: int | None = None,
    use_batch: bool = False,
) -> None:
    """Send objects to a rank, pickled."""
    if (here := member(group, "send_object_list")) is not None:
        to = _peer(here, dst, group_dst, "dst")
        number = here.sent[to, -1] = here.sent.get((to, -1), 0) + 1
        data = _objects.dumped(object_list).tobytes()
        here.store.set(_key(here.rank(), to, -1, number), data)


def recv_object_list(
    object_list: list[Any],
    src: int | None = None,
    group: ProcessGroup | None = None,
    device: Any = None,
    group_src: int | None = None,
    use_batch: bool = False,
) -> int:
    """Receive objects from a rank, into a list of as many; the sender's rank."""
    if (here := member(group, "recv_object_list")) is None:
        return -1
    if src is None and group_src is None:
        source = _anybody(here, -1, here.timeout)
    else:
        source = _peer(here, src, group_src, "src")
    key = _key(source, here.rank(), -1, _next(here, source, -1))
    here.store.wait([key], here.timeout)
    data = np.frombuffer(here.store.get(key), np.uint8)
    here.store.delete_key(key)
    found = _objects.loaded(data, data.size)
    if len(found) != len(object_list):
        raise RuntimeError(
            f"recv_object_list: rank {source} sent {len(found)} objects, {len(object_list)} are "
            "expected"
        )
    object_list[:] = found
    return here._ranks[source]
