"""Hooks for `DistributedDataParallel.register_comm_hook`.

https://docs.pytorch.org/docs/stable/ddp_comm_hooks.html#default-communication-hooks
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor
from torchish.distributed import _collectives
from torchish.distributed._buckets import GradBucket
from torchish.distributed._group import ProcessGroup, group_of
from torchish.futures import Future

__all__ = [
    "allreduce_hook",
    "bf16_compress_hook",
    "bf16_compress_wrapper",
    "fp16_compress_hook",
    "fp16_compress_wrapper",
]


def _averaged(group: ProcessGroup | None, buffer: Tensor) -> Future:
    here = group_of(group)
    buffer.div_(here.size())
    work = _collectives.all_reduce(buffer, group=here, async_op=True)
    assert work is not None
    return work.get_future().then(lambda done: done.value()[0])


def allreduce_hook(process_group: ProcessGroup | None, bucket: GradBucket) -> Future:
    """Average: what is done without a hook."""
    return _averaged(process_group, bucket.buffer())


def _compressed(group: ProcessGroup | None, bucket: GradBucket, dtype: Any) -> Future:
    buffer = bucket.buffer()
    made = _averaged(group, buffer.to(dtype))
    return made.then(lambda done: buffer.copy_(done.value()))


def fp16_compress_hook(process_group: ProcessGroup | None, bucket: GradBucket) -> Future:
    """Average as float16."""
    return _compressed(process_group, bucket, dt.float16)


def bf16_compress_hook(process_group: ProcessGroup | None, bucket: GradBucket) -> Future:
    """Average as bfloat16."""
    return _compressed(process_group, bucket, dt.bfloat16)


def _wrapper(hook: Callable[[Any, GradBucket], Future], dtype: Any) -> Callable:
    def wrapped(state: Any, bucket: GradBucket) -> Future:
        whole = bucket.buffer()
        bucket.set_buffer(whole.to(dtype))

        def widened(done: Future) -> Tensor:
            value = done.value()
            return whole.copy_(value[0] if isinstance(value, list) else value)

        return hook(state, bucket).then(widened)

    return wrapped


def fp16_compress_wrapper(hook: Callable[[Any, GradBucket], Future]) -> Callable:
    """A hook whose buckets travel as float16."""
    return _wrapper(hook, dt.float16)


def bf16_compress_wrapper(hook: Callable[[Any, GradBucket], Future]) -> Callable:
    """A hook whose buckets travel as bfloat16."""
    return _wrapper(hook, dt.bfloat16)
