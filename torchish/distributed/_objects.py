"""Collectives on Python objects, which travel pickled: only among processes that trust each other.

https://docs.pytorch.org/docs/stable/distributed.html#torch.distributed.broadcast_object_list
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np

from torchish._core.base import devices
from torchish.distributed._exchange import member, root, words_of
from torchish.distributed._group import ProcessGroup
from torchish.distributed._wire import WORD

__all__ = [
    "all_gather_object",
    "broadcast_object_list",
    "gather_object",
    "scatter_object_list",
]


def dumped(obj: Any) -> np.ndarray:
    """An object as bytes."""
    data = io.BytesIO()
    pickle.Pickler(data).dump(obj)
    return np.frombuffer(data.getvalue(), np.uint8)


def loaded(words: np.ndarray, size: int) -> Any:
    """The object of these bytes."""
    return pickle.loads(np.ascontiguousarray(words).view(np.uint8)[:size].tobytes())


def _sizes(group: ProcessGroup, sizes: Sequence[int], doing: str) -> np.ndarray:
    """What every rank says of sizes, a row each."""
    assert group.wire is not None
    mine = np.array(sizes, np.int64).view(WORD)
    found = group.wire.gather(mine, mine.size, doing + " sizes").wait(group.timeout)
    return np.ascontiguousarray(found[:, : mine.size]).view(np.int64)


def _gathered(group: ProcessGroup, obj: Any, doing: str) -> list[Any]:
    if group.wire is None:
        return [loaded(words_of(data := dumped(obj)), data.size)]
    data = dumped(obj)
    sizes = _sizes(group, [data.size], doing)[:, 0]
    longest = -(-int(sizes.max()) // WORD.itemsize)
    found = group.wire.gather(words_of(data), longest, doing).wait(group.timeout)
    return [loaded(row, int(size)) for row, size in zip(found, sizes, strict=True)]


def all_gather_object(object_list: list, obj: Any, group: ProcessGroup | None = None) -> None:
    """Every rank's object, in a list of as many places."""
    if (here := member(group, "all_gather_object")) is None:
        return
    if len(object_list) != here.size():
        raise ValueError(
            f"all_gather_object: {len(object_list)} places for a group of {here.size()} processes"
        )
    object_list[:] = _gathered(here, obj, "all_gather_object()")


def gather_object(
    obj: Any,
    object_gather_list: list | None = None,
    dst: int | None = None,
    group: ProcessGroup | None = None,
    group_dst: int | None = None,
) -> None:
    """Every rank's object, in a list on rank `dst`."""
    if (here := member(group, "gather_object")) is None:
        return
    to = root(here, dst, group_dst, "dst")
    if here.rank() == to and object_gather_list is None:
        raise ValueError("Argument ``gather_list`` must be specified on destination rank.")
    if here.rank() != to and object_gather_list:
        raise ValueError("Argument ``gather_list`` must NOT be specified on non-destination ranks.")
    found = _gathered(here, obj, f"gather_object(dst={to})")
    if here.rank() == to and object_gather_list is not None:
        if len(object_gather_list) != here.size():
            raise ValueError(
                f"gather_object: {len(object_gather_list)} places for a group of {here.size()} "
                "processes"
            )
        object_gather_list[:] = found


def broadcast_object_list(
    object_list: list,
    src: int | None = None,
    group: ProcessGroup | None = None,
    device: devices.device | str | None = None,
    group_src: int | None = None,
) -> None:
    """Give every rank the objects of rank `src`; lists of one length on all."""
    if (here := member(group, "broadcast_object_list")) is None:
        return
    source = root(here, src, group_src, "src")
    if here.wire is None:
        return
    mine = here.rank() == source
    doing = f"broadcast_object_list({len(object_list)} objects, src={source})"
    parts = [dumped(obj) for obj in object_list] if mine else []
    sizes = _sizes(here, [p.size for p in parts] if mine else [0] * len(object_list), doing)[source]
    total = -(-int(sizes.sum()) // WORD.itemsize)
    sent = words_of(np.concatenate(parts)) if mine and parts else None
    found = here.wire.spread(sent, total, doing).wait(here.timeout)
    if not mine:
        data, at = np.ascontiguousarray(found).view(np.uint8), 0
        for i, size in enumerate(sizes):
            object_list[i] = pickle.loads(data[at : at + size].tobytes())
            at += int(size)


def scatter_object_list(
    scatter_object_output_list: list,
    scatter_object_input_list: list | None = None,
    src: int | None = None,
    group: ProcessGroup | None = None,
    group_src: int | None = None,
) -> None:
    """Give each rank its object of the list on rank `src`, as the first of its list."""
    if (here := member(group, "scatter_object_list")) is None:
        return
    source = root(here, src, group_src, "src")
    if not isinstance(scatter_object_output_list, list) or not scatter_object_output_list:
        raise ValueError(
            "Expected argument scatter_object_output_list to be a list of size at least 1."
        )
    mine, size = here.rank() == source, here.size()
    if mine and scatter_object_input_list is None:
        raise ValueError("source rank must provide non-None scatter_object_input_list")
    items = list(scatter_object_input_list or ()) if mine else []
    if mine and len(items) != size:
        raise ValueError(f"scatter_object_list: {len(items)} objects for {size} processes")
    if here.wire is None:
        scatter_object_output_list[0] = loaded(words_of(data := dumped(items[0])), data.size)
        return
    doing = f"scatter_object_list(src={source})"
    parts = [dumped(obj) for obj in items]
    sizes = _sizes(here, [p.size for p in parts] if mine else [0] * size, doing)[source]
    rows = [words_of(p) for p in parts] if mine else [None] * size
    longest = -(-int(sizes.max()) // WORD.itemsize)
    found = here.wire.exchange(rows, longest, doing).wait(here.timeout)
    scatter_object_output_list[0] = loaded(found[source], int(sizes[here.rank()]))
