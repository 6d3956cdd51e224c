"""Gradients in buckets: flat buffers that travel as one.

https://docs.pytorch.org/docs/stable/ddp_comm_hooks.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.tensor import Tensor, cat, no_grad, zeros
from torchish.distributed._exchange import describe, filled, host, reduced
from torchish.distributed._group import ProcessGroup, ReduceOp
from torchish.futures import Future

__all__ = ["GradBucket", "buckets_of", "reduce_buckets"]

FIRST = 1 << 20  # bytes of the first bucket
CAP = 25 << 20  # bytes of the others, unless given


class GradBucket:
    """A bucket as a communication hook gets it: gradients already divided by nothing, one after the
    other in `buffer()`."""

    __module__ = "torchish.distributed"

    def __init__(self, parameters: Sequence[Tensor], buffer: Tensor, index: int, last: bool):
        self._parameters, self._buffer = list(parameters), buffer
        self._index, self._last = index, last

    def index(self) -> int:
        """The bucket's number, from 0."""
        return self._index

    def buffer(self) -> Tensor:
        """The gradients, flat."""
        return self._buffer

    def set_buffer(self, buffer: Tensor) -> None:
        """Replace the gradients, flat."""
        self._buffer = buffer

    def gradients(self) -> list[Tensor]:
        """The gradients, views of the buffer."""
        return split(self._buffer, self._parameters)

    def parameters(self) -> list[Tensor]:
        """Whose gradients they are."""
        return list(self._parameters)

    def is_last(self) -> bool:
        """Whether it is the last of this backward."""
        return self._last


def split(flat: Tensor, like: Sequence[Tensor]) -> list[Tensor]:
    """Views of a flat tensor, of the shapes of others."""
    parts, at = [], 0
    for p in like:
        parts.append(flat[at : at + p.numel()].view(p.shape))
        at += p.numel()
    return parts


def buckets_of(parameters: Sequence[Tensor], cap: int) -> list[list[Tensor]]:
    """Parameters of one dtype each, in the order in which their gradients come: the last first."""
    made: list[list[Tensor]] = []
    open_: dict[Any, tuple[list[Tensor], int]] = {}
    limit = min(FIRST, cap)
    for p in reversed(parameters):
        bucket, size = open_.get(p.dtype, ([], 0))
        if not bucket:
            made.append(bucket)
        bucket.append(p)
        size += p.numel() * p.element_size()
        open_[p.dtype] = (bucket, size)
        if size >= limit:
            del open_[p.dtype]
            limit = cap
    return made


def flat_gradients(bucket: Sequence[Tensor]) -> Tensor:
    """A bucket's gradients, flat; zeros for one that is not there."""
    parts = [
        zeros(p.numel(), dtype=p.dtype, device=p.device)
        if p.grad is None
        else p.grad.detach().reshape(-1)
        for p in bucket
    ]
    return cat(parts) if len(parts) > 1 else parts[0].clone()


def reduce_buckets(
    group: ProcessGroup,
    buckets: Sequence[Sequence[Tensor]],
    flats: Sequence[Tensor],
    divisor: float,
    hook: Callable[[GradBucket], Future] | None,
) -> list[Tensor]:
    """The buckets' gradients, averaged over all ranks, or as the hook makes them."""
    if hook is not None:
        futures = [
            hook(GradBucket(bucket, flat, i, i == len(buckets) - 1))
            for i, (bucket, flat) in enumerate(zip(buckets, flats, strict=True))
        ]
        return [_of_future(f.wait()) for f in futures]
    with no_grad():
        scaled = [flat * (1.0 / divisor) for flat in flats]
    if group.wire is None:
        return scaled
    started = [
        reduced(
            group, ReduceOp.SUM, host(flat), describe("DistributedDataParallel", flat, bucket=i)
        )
        for i, flat in enumerate(scaled)
    ]
    for flat, (pending, result) in zip(scaled, started, strict=True):
        filled(flat, result(pending.wait(group.timeout)))
    return scaled


def _of_future(value: Any) -> Tensor:
    return value[0] if isinstance(value, (list, tuple)) else value
