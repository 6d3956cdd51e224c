"""Collectives on tensors.

Each is a program of its own, issued at the call: what is pending runs first, so that ranks agree on
the order of collectives whatever else they look at. In a group of one process they change nothing.

https://docs.pytorch.org/docs/stable/distributed.html#collective-functions
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from torchish._core.tensor import Tensor, cat, no_grad
from torchish.distributed._exchange import (
    Work,
    across,
    check_operation,
    checked,
    checked_list,
    describe,
    filled,
    from_words,
    host,
    member,
    operation,
    reduced,
    root,
    to_words,
    word_count,
    words_of,
)
from torchish.distributed._group import ProcessGroup, ReduceOp
from torchish.distributed._wire import WORD, Pending

_POLL = 0.005  # seconds between two looks at who has come to a monitored barrier


def _handed(
    group: ProcessGroup,
    pending: Pending | None,
    finish: Callable[[np.ndarray], Any],
    result: Any,
    async_op: bool,
) -> Work | None:
    """The handle of a collective, or, waiting for it, None."""
    work = Work(pending, finish, group.timeout, result)
    if async_op:
        return work
    work.wait()
    return None


def _done(group: ProcessGroup, result: Any, async_op: bool) -> Work | None:
    return _handed(group, None, lambda found: None, result, async_op)


def _copy(target: Tensor, source: Tensor) -> None:
    if target is not source:
        with no_grad():
            target.copy_(source.reshape(target.shape))


def _same_elements(call: str, target: Tensor, source: Tensor, parts: int = 1) -> None:
    if target.numel() != parts * source.numel():
        raise ValueError(
            f"{call}: the larger tensor has to have {parts} times the elements of the smaller, got "
            f"{list(target.shape)} and {list(source.shape)}"
        )
    if target.dtype != source.dtype:
        raise ValueError(
            f"{call}: the dtypes of the tensors differ, {target.dtype} and {source.dtype}"
        )


def all_reduce(
    tensor: Tensor,
    op: ReduceOp = ReduceOp.SUM,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Combine a tensor over all ranks, in place.

    Args:
        tensor: any shape and dtype, the same on all ranks.
        op: how; AVG of integers rounds down.
        group: the ranks, all unless given.
        async_op: return a `Work` to be waited for.
    """
    checked("tensor", tensor)
    if (here := member(group, "all_reduce")) is None:
        return None
    op = operation(op)
    check_operation(op, tensor)
    if here.wire is None:
        return _done(here, [tensor], async_op)
    doing = describe("all_reduce", tensor, op=op.name)
    pending, result = reduced(here, op, host(tensor), doing)
    return _handed(here, pending, lambda found: filled(tensor, result(found)), [tensor], async_op)


def all_reduce_coalesced(
    tensors: list[Tensor],
    op: ReduceOp = ReduceOp.SUM,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Combine several tensors of one dtype over all ranks, in place."""
    checked_list("tensors", tensors)
    if (here := member(group, "all_reduce_coalesced")) is None:
        return None
    op = operation(op)
    if here.wire is None:
        return _done(here, tensors, async_op)
    with no_grad():
        flat = cat([t.detach().reshape(-1) for t in tensors])
    doing = describe("all_reduce_coalesced", *tensors, op=op.name)
    pending, result = reduced(here, op, host(flat), doing)

    def finish(found: np.ndarray) -> None:
        values, at = result(found), 0
        for t in tensors:
            filled(t, values[at : at + t.numel()])
            at += t.numel()

    return _handed(here, pending, finish, tensors, async_op)


def reduce(
    tensor: Tensor,
    dst: int | None = None,
    op: ReduceOp = ReduceOp.SUM,
    group: ProcessGroup | None = None,
    async_op: bool = False,
    group_dst: int | None = None,
) -> Work | None:
    """Combine a tensor over all ranks, in place on rank `dst` only."""
    checked("tensor", tensor)
    if (here := member(group, "reduce")) is None:
        return None
    to, op = root(here, dst, group_dst, "dst", "reduce"), operation(op)
    check_operation(op, tensor)
    if here.wire is None:
        return _done(here, [tensor], async_op)
    doing = describe("reduce", tensor, op=op.name, dst=to)
    pending, result = reduced(here, op, host(tensor), doing)

    def finish(found: np.ndarray) -> None:
        if here.rank() == to:
            filled(tensor, result(found))

    return _handed(here, pending, finish, [tensor], async_op)


def broadcast(
    tensor: Tensor,
    src: int | None = None,
    group: ProcessGroup | None = None,
    async_op: bool = False,
    group_src: int | None = None,
) -> Work | None:
    """Give every rank the tensor of rank `src`, in place; same shape and dtype on all."""
    checked("tensor", tensor)
    if (here := member(group, "broadcast")) is None:
        return None
    source = root(here, src, group_src, "src", "broadcast")
    if here.wire is None:
        return _done(here, [tensor], async_op)
    mine = here.rank() == source
    doing = describe("broadcast", tensor, src=source)
    pending = here.wire.spread(to_words(tensor) if mine else None, word_count(tensor), doing)

    def finish(found: np.ndarray) -> None:
        if not mine:
            from_words(tensor, found)

    return _handed(here, pending, finish, [tensor], async_op)


def all_gather(
    tensor_list: list[Tensor],
    tensor: Tensor,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Every rank's tensor, in a list of tensors. They may be of different sizes, if every rank's
    list says so."""
    checked_list("tensor_list", tensor_list)
    checked("tensor", tensor)
    if (here := member(group, "all_gather")) is None:
        return None
    if len(tensor_list) != here.size():
        raise RuntimeError(
            "ProcessGroupGloo::allgather: invalid output tensor list at index 0 (expected length "
            f"{here.size()}, got {len(tensor_list)})"
        )
    _same_elements("all_gather", tensor_list[here.rank()], tensor)
    if here.wire is None:
        _copy(tensor_list[0], tensor)
        return _done(here, tensor_list, async_op)
    longest = max(word_count(t) for t in tensor_list)
    pending = here.wire.gather(to_words(tensor), longest, describe("all_gather", *tensor_list))

    def finish(found: np.ndarray) -> None:
        for t, row in zip(tensor_list, found, strict=True):
            from_words(t, row)

    return _handed(here, pending, finish, tensor_list, async_op)


def all_gather_into_tensor(
    output_tensor: Tensor,
    input_tensor: Tensor,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Every rank's tensor one after the other, in one tensor of as many times the elements."""
    checked("output_tensor", output_tensor)
    checked("input_tensor", input_tensor)
    if (here := member(group, "all_gather_into_tensor")) is None:
        return None
    _same_elements("all_gather_into_tensor", output_tensor, input_tensor, here.size())
    if here.wire is None:
        _copy(output_tensor, input_tensor)
        return _done(here, [output_tensor], async_op)
    doing = describe("all_gather_into_tensor", output_tensor)
    count = word_count(input_tensor)
    pending = here.wire.gather(to_words(input_tensor), count, doing)
    size = input_tensor.numel() * input_tensor.element_size()

    def finish(found: np.ndarray) -> None:
        data = np.ascontiguousarray(found).view(np.uint8)[:, :size]
        filled(output_tensor, np.ascontiguousarray(data).reshape(-1).view(output_tensor.dtype.np))

    return _handed(here, pending, finish, [output_tensor], async_op)


def gather(
    tensor: Tensor,
    gather_list: list[Tensor] | None = None,
    dst: int | None = None,
    group: ProcessGroup | None = None,
    async_op: bool = False,
    group_dst: int | None = None,
) -> Work | None:
    """Every rank's tensor, in a list of tensors on rank `dst`."""
    checked("tensor", tensor)
    if (here := member(group, "gather")) is None:
        return None
    to = root(here, dst, group_dst, "dst", "gather")
    mine = here.rank() == to
    if mine:
        if not gather_list:
            raise ValueError("Argument ``gather_list`` must be specified on destination rank.")
        checked_list("gather_list", gather_list)
        if len(gather_list) != here.size():
            raise ValueError(
                f"gather: {len(gather_list)} output tensors for a group of {here.size()} processes"
            )
        for t in gather_list:
            _same_elements("gather", t, tensor)
    elif gather_list:
        raise ValueError("Argument ``gather_list`` must NOT be specified on non-destination ranks.")
    targets = gather_list or []
    if here.wire is None:
        _copy(targets[0], tensor)
        return _done(here, targets, async_op)
    doing = describe("gather", tensor, dst=to)
    pending = here.wire.gather(to_words(tensor), word_count(tensor), doing)

    def finish(found: np.ndarray) -> None:
        for t, row in zip(targets, found, strict=False):
            from_words(t, row)

    return _handed(here, pending, finish, targets, async_op)


def scatter(
    tensor: Tensor,
    scatter_list: list[Tensor] | None = None,
    src: int | None = None,
    group: ProcessGroup | None = None,
    async_op: bool = False,
    group_src: int | None = None,
) -> Work | None:
    """Give each rank its tensor of the list on rank `src`."""
    checked("tensor", tensor)
    if (here := member(group, "scatter")) is None:
        return None
    source = root(here, src, group_src, "src", "scatter")
    mine = here.rank() == source
    if mine:
        if not scatter_list:
            raise ValueError("Argument ``scatter_list`` must be specified on source rank.")
        checked_list("scatter_list", scatter_list)
        if len(scatter_list) != here.size():
            raise ValueError(
                f"scatter: {len(scatter_list)} input tensors for a group of {here.size()} processes"
            )
        for t in scatter_list:
            _same_elements("scatter", t, tensor)
    elif scatter_list:
        raise ValueError("Argument ``scatter_list`` must NOT be specified on non-source ranks.")
    if here.wire is None:
        assert scatter_list is not None
        _copy(tensor, scatter_list[0])
        return _done(here, [tensor], async_op)
    rows = [to_words(t) for t in scatter_list or ()] if mine else [None] * here.size()
    doing = describe("scatter", tensor, src=source)
    pending = here.wire.exchange(rows, word_count(tensor), doing)
    return _handed(
        here, pending, lambda found: from_words(tensor, found[source]), [tensor], async_op
    )


def _reduce_scattered(
    here: ProcessGroup,
    output: Tensor,
    parts: Sequence[np.ndarray],
    op: ReduceOp,
    doing: str,
    async_op: bool,
) -> Work | None:
    # Each rank's parts go to their owners, who combine them in the order of ranks: as many bytes
    # as XLA's own operation moves, any dtype and operation, the same bits on every run.
    assert here.wire is not None
    dtype, count = output.dtype.np, output.numel()
    words = [words_of(p.view(np.uint8)) for p in parts]
    pending = here.wire.exchange(words, max(w.size for w in words), doing)

    def finish(found: np.ndarray) -> None:
        size = count * output.element_size()
        rows = [np.ascontiguousarray(row).view(np.uint8)[:size].view(dtype) for row in found]
        if count:
            filled(output, across(op, rows))

    return _handed(here, pending, finish, [output], async_op)


def reduce_scatter(
    output: Tensor,
    input_list: list[Tensor],
    op: ReduceOp = ReduceOp.SUM,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Combine lists of tensors over all ranks and give each rank its item. The items may be of
    different sizes, if every rank's list says so."""
    checked("output", output)
    checked_list("input_list", input_list)
    if (here := member(group, "reduce_scatter")) is None:
        return None
    op = operation(op)
    check_operation(op, output)
    if len(input_list) != here.size():
        raise ValueError(
            f"reduce_scatter: {len(input_list)} inputs for a group of {here.size()} processes"
        )
    _same_elements("reduce_scatter", output, input_list[here.rank()])
    if here.wire is None:
        _copy(output, input_list[0])
        return _done(here, [output], async_op)
    doing = describe("reduce_scatter", *input_list, op=op.name)
    return _reduce_scattered(here, output, [host(t) for t in input_list], op, doing, async_op)


def reduce_scatter_tensor(
    output: Tensor,
    input: Tensor,
    op: ReduceOp = ReduceOp.SUM,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Combine a tensor over all ranks and give each rank its part, in the order of ranks."""
    checked("output", output)
    checked("input", input)
    if (here := member(group, "reduce_scatter_tensor")) is None:
        return None
    op = operation(op)
    check_operation(op, output)
    _same_elements("reduce_scatter_tensor", input, output, here.size())
    if here.wire is None:
        _copy(output, input)
        return _done(here, [output], async_op)
    doing = describe("reduce_scatter_tensor", input, op=op.name)
    parts = list(host(input).reshape(here.size(), output.numel()))
    return _reduce_scattered(here, output, parts, op, doing, async_op)


def all_to_all(
    output_tensor_list: list[Tensor],
    input_tensor_list: list[Tensor],
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Each rank gives one tensor of its list to each rank. Sizes may differ from pair to pair."""
    checked_list("output_tensor_list", output_tensor_list)
    checked_list("input_tensor_list", input_tensor_list)
    if (here := member(group, "all_to_all")) is None:
        return None
    for name, items in (("output", output_tensor_list), ("input", input_tensor_list)):
        if len(items) != here.size():
            raise ValueError(
                f"all_to_all: {len(items)} {name} tensors for a group of {here.size()} processes"
            )
    if here.wire is None:
        _copy(output_tensor_list[0], input_tensor_list[0])
        return _done(here, output_tensor_list, async_op)
    dtype = input_tensor_list[0].dtype
    longest = _agree_on_parts(
        here, [t.numel() for t in input_tensor_list], [t.numel() for t in output_tensor_list],
        describe("all_to_all", dtype=dtype),
    )  # fmt: skip
    words = -(-longest * input_tensor_list[0].element_size() // WORD.itemsize)
    rows = [to_words(t) for t in input_tensor_list]
    pending = here.wire.exchange(rows, words, describe("all_to_all", dtype=dtype))

    def finish(found: np.ndarray) -> None:
        for t, row in zip(output_tensor_list, found, strict=True):
            from_words(t, row)

    return _handed(here, pending, finish, output_tensor_list, async_op)


def _agree_on_parts(
    here: ProcessGroup, sent: Sequence[int], taken: Sequence[int], doing: str
) -> int:
    """The largest part that any rank sends; ValueError on every rank where one does not expect
    what another sends."""
    assert here.wire is not None
    table = np.array([sent, taken], np.int64)
    size = here.size()
    found = here.wire.gather(table.view(WORD).reshape(-1), table.size * 2, doing + " sizes")
    words = np.ascontiguousarray(found.wait(here.timeout)[:, : table.size * 2])
    tables = words.view(np.int64).reshape(size, 2, size)
    for i in range(size):
        for j in range(size):
            if tables[i, 0, j] != tables[j, 1, i]:
                raise ValueError(
                    f"{doing}: rank {i} sends {tables[i, 0, j]} elements to rank {j}, which "
                    f"expects {tables[j, 1, i]}"
                )
    return int(tables[:, 0].max())


def _parts(t: Tensor, splits: Sequence[int] | None, size: int, what: str) -> list[int]:
    first = t.shape[0] if t.dim() else 0
    if not splits:
        if first % size:
            raise RuntimeError("Tensor's dim 0 does not divide equally across group size")
        return [first // size] * size
    if len(splits) != size:
        raise RuntimeError("Number of tensor splits not equal to group size")
    if sum(splits) != first:
        raise RuntimeError("Split sizes doesn't match total dim 0 size")
    return [int(n) for n in splits]


def all_to_all_single(
    output: Tensor,
    input: Tensor,
    output_split_sizes: Sequence[int] | None = None,
    input_split_sizes: Sequence[int] | None = None,
    group: ProcessGroup | None = None,
    async_op: bool = False,
) -> Work | None:
    """Each rank gives a part of its tensor, along the first dimension, to each rank: equal parts,
    or those of the split sizes."""
    checked("output", output)
    checked("input", input)
    if (here := member(group, "all_to_all_single")) is None:
        return None
    size = here.size()
    sent = _parts(input, input_split_sizes, size, "input")
    taken = _parts(output, output_split_sizes, size, "output")
    if here.wire is None:
        _same_elements("all_to_all_single", output, input)
        _copy(output, input)
        return _done(here, [output], async_op)
    row = input.numel() // max(input.shape[0], 1)
    doing = describe("all_to_all_single", dtype=input.dtype)
    if output_split_sizes or input_split_sizes:
        longest = _agree_on_parts(here, [n * row for n in sent], [n * row for n in taken], doing)
    else:
        doing = describe("all_to_all_single", input)
        longest = sent[0] * row
    data, item = host(input), input.element_size()
    rows, at = [], 0
    for n in sent:
        rows.append(words_of(data[at : at + n * row].view(np.uint8)))
        at += n * row
    pending = here.wire.exchange(rows, -(-longest * item // WORD.itemsize), doing)

    def finish(found: np.ndarray) -> None:
        bytes_of = np.ascontiguousarray(found).view(np.uint8)
        parts = [bytes_of[i, : n * row * item] for i, n in enumerate(taken)]
        filled(output, np.concatenate(parts).view(output.dtype.np))

    return _handed(here, pending, finish, [output], async_op)


all_gather_single = all_gather_into_tensor
reduce_scatter_single = reduce_scatter_tensor


def barrier(
    group: ProcessGroup | None = None,
    async_op: bool = False,
    device_ids: Sequence[int] | None = None,
    timeout: timedelta | None = None,
) -> Work | None:
    """Wait for all ranks."""
    if (here := member(group, "barrier")) is None:
        return None
    if here.wire is None:
        return _done(here, None, async_op)
    work = Work(here.wire.meet("barrier()"), lambda found: None, timeout or here.timeout)
    if async_op:
        return work
    work.wait()
    return None


def monitored_barrier(
    group: ProcessGroup | None = None,
    timeout: timedelta | None = None,
    wait_all_ranks: bool = False,
) -> None:
    """Wait for all ranks; RuntimeError with the rank that has not come within the timeout, with
    `wait_all_ranks` with all of them."""
    if (here := member(group, "monitored_barrier")) is None or here.wire is None:
        return
    limit = timeout or here.timeout
    here.monitored += 1
    come = f"monitored/{here.monitored}"
    end = time.monotonic() + limit.total_seconds()
    here.store.set(f"{come}/{here.rank()}", "")
    if here.rank() != 0:
        # Rank 0 knows who is missing, and says so when its time is over.
        here.store.wait([come], limit + limit)
        missing = json.loads(here.store.get(come))
    else:
        missing = [r for r in range(1, here.size())]
        while missing and time.monotonic() < end:
            missing = [r for r in missing if not here.store.check([f"{come}/{r}"])]
            time.sleep(_POLL if missing else 0)
        here.store.set(come, json.dumps(missing))
    if missing:
        told = missing if wait_all_ranks else missing[:1]
        milliseconds = limit // timedelta(milliseconds=1)
        raise RuntimeError(
            f"Rank{'s' if len(told) > 1 else ''} {', '.join(map(str, told))} failed to pass "
            f"monitoredBarrier in {milliseconds} ms"
        )
