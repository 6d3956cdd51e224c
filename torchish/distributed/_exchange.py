"""Tensors as what travels, and back; the handles of collectives on their way."""

from __future__ import annotations

import functools
import operator
import warnings
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from torchish._core.base.frames import user_level
from torchish._core.tensor import Tensor, inner, no_grad
from torchish.distributed._group import (
    GroupMember,
    ProcessGroup,
    ReduceOp,
    default_group,
    get_rank,
    group_of,
)
from torchish.distributed._wire import WORD, Pending, reducible
from torchish.futures import Future

__all__ = ["Work", "describe", "filled", "from_words", "member", "reduced", "to_words"]


class Work:
    """A collective on its way, as `async_op=True` gives it; its tensors are written by whoever
    first asks whether it is done."""

    def __init__(
        self,
        pending: Pending | None,
        finish: Callable[[np.ndarray], Any],
        timeout: timedelta,
        result: Any = None,
    ) -> None:
        self._pending, self._finish, self._timeout = pending, finish, timeout
        self._result = result
        self._error: BaseException | None = None

    def wait(self, timeout: timedelta | None = None) -> bool:
        """Wait until the result is there and the tensors are written; True. DistBackendError where
        a rank is gone or does something else."""
        if self._pending is not None:
            pending, self._pending = self._pending, None
            limit = timeout or self._timeout
            try:
                self._finish(pending.wait(limit))
            except BaseException as error:
                self._error = error
                raise
        return True

    def is_completed(self) -> bool:
        """Whether the tensors are written."""
        if self._pending is not None and self._pending.done():
            self.wait()
        return self._pending is None

    def is_success(self) -> bool:
        """Whether it is done, and without an error."""
        return self.is_completed() and self._error is None

    def exception(self) -> BaseException | None:
        """The error, if there was one."""
        return self._error

    def synchronize(self) -> None:
        """Wait until the tensors are written."""
        self.wait()

    def result(self) -> list[Tensor]:
        """The tensors that it writes."""
        self.wait()
        return self._result if isinstance(self._result, list) else [self._result]

    def get_future(self) -> Future:
        """The tensors, as a future."""
        return _Arriving(self)

    def source_rank(self) -> int:
        """From whom it came; for `recv` from anybody only."""
        raise RuntimeError("sourceRank() may only be called on work objects that correspond to a "
                           "recv or recv-from-any call.")  # fmt: skip

    def __del__(self) -> None:
        # Nobody waits for it: what has arrived is written all the same.
        pending = getattr(self, "_pending", None)
        if pending is not None and pending.done():
            self.wait()


class _Arriving(Future):
    """The future of a collective, which is there when it is waited for."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work: Work | None = work

    def _arrive(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            self.set_result(work.result())

    def done(self) -> bool:
        if self._work is not None and self._work.is_completed():
            self._arrive()
        return super().done()

    def wait(self) -> Any:
        self._arrive()
        return super().wait()

    def then(self, callback: Callable[[Future], Any]) -> Future:
        self._arrive()
        return super().then(callback)


def checked(name: str, *tensors: Any) -> None:
    """TypeError for what is no tensor."""
    for t in tensors:
        if not isinstance(t, Tensor):
            raise TypeError(
                f"Invalid function argument. Expected parameter `{name}` of type torch.Tensor\n"
                f"             but got {type(t)} instead."
            )


def checked_list(name: str, tensors: Any) -> None:
    """TypeError for what is no list of tensors."""
    if not isinstance(tensors, (list, tuple)):
        raise TypeError(
            f"Invalid function argument. Expected parameter `{name}` of type List[torch.Tensor]\n"
            f"             but got {type(tensors)} instead."
        )
    for t in tensors:
        if not isinstance(t, Tensor):
            raise TypeError(
                f"Invalid function argument. Expected parameter `{name}` of type "
                f"List[torch.Tensor]\n             but got {type(tensors)} with elements of type "
                f"{[type(t) for t in tensors]}."
            )


def member(group: Any, call: str) -> ProcessGroup | None:
    """The group of a collective; None, with a warning, where this process is not in it."""
    if group is not GroupMember.NON_GROUP_MEMBER:
        return group_of(group)
    warnings.warn(
        f"Running {call} on global rank {get_rank()} which does not belong to the given group.",
        UserWarning,
        stacklevel=user_level(),
    )
    return None


def root(
    group: ProcessGroup, given: int | None, in_group: int | None, what: str, call: str = ""
) -> int:
    """The rank in the group of a root, given as a rank in the world or in the group."""
    if given is None and in_group is None:
        return 0
    if given is not None and in_group is not None:
        raise ValueError(f"Can't specify both group_{what} and {what}")
    if in_group is not None:
        if not 0 <= in_group < group.size():
            raise ValueError(f"Group rank {in_group} is not part of group {group}")
        return in_group
    if given not in group._ranks:
        if call and group is default_group():
            raise RuntimeError(f"ProcessGroupGloo::{call}: invalid root rank: {given}")
        raise ValueError(f"Global rank {given} is not part of group {group}")
    return group._ranks.index(given)


def describe(call: str, *tensors: Tensor, **more: Any) -> str:
    """What a rank does, to be the same on all: the call, shapes, dtypes and what else must be."""
    parts = [f"{str(t.dtype).removeprefix('torch.')}{list(t.shape)}" for t in tensors]
    parts += [f"{name}={value}" for name, value in more.items()]
    return f"{call}({', '.join(parts)})"


def host(t: Tensor) -> np.ndarray:
    """A tensor's contents, flat, in C order."""
    return np.ascontiguousarray(np.asarray(inner.kept_array(t.detach()))).reshape(-1)


def to_words(t: Tensor) -> np.ndarray:
    """A tensor's bytes as 32-bit words, the last one filled up with zeros."""
    return words_of(host(t).view(np.uint8))


def words_of(data: np.ndarray) -> np.ndarray:
    """Bytes as 32-bit words."""
    padded = np.zeros(-(-data.size // WORD.itemsize) * WORD.itemsize, np.uint8)
    padded[: data.size] = data
    return padded.view(WORD)


def word_count(t: Tensor) -> int:
    """How many words a tensor's bytes are."""
    return -(-t.numel() * t.element_size() // WORD.itemsize)


def filled(t: Tensor, flat: np.ndarray) -> None:
    """Write a tensor's contents, given flat; no autograd."""
    with no_grad():
        t.copy_(inner.from_array(flat.reshape(t.shape), t.device))


def from_words(t: Tensor, words: np.ndarray) -> None:
    """Write a tensor's contents, given as words."""
    if t.numel():
        count = t.numel() * t.element_size()
        filled(t, np.ascontiguousarray(words).view(np.uint8)[:count].view(t.dtype.np).copy())


_LOCAL: dict[ReduceOp, Callable] = {
    ReduceOp.SUM: operator.add,
    ReduceOp.AVG: operator.add,
    ReduceOp.PRODUCT: operator.mul,
    ReduceOp.MIN: np.minimum,
    ReduceOp.MAX: np.maximum,
    ReduceOp.BAND: operator.and_,
    ReduceOp.BOR: operator.or_,
    ReduceOp.BXOR: operator.xor,
}
_KINDS = {ReduceOp.SUM: "sum", ReduceOp.AVG: "sum", ReduceOp.MIN: "min", ReduceOp.MAX: "max"}


def operation(op: Any) -> ReduceOp:
    """A reduction that was given by its member; NotImplementedError for one that scales."""
    if not isinstance(op, ReduceOp):
        raise TypeError(f"op should be a ReduceOp, got {op!r}")
    if op is ReduceOp.PREMUL_SUM:
        raise NotImplementedError("ReduceOp.PREMUL_SUM")
    return op


def across(op: ReduceOp, rows: Sequence[np.ndarray]) -> np.ndarray:
    """Rows combined in their order, so that every rank comes to the same bits."""
    if rows[0].dtype == bool:
        kinds = {ReduceOp.SUM: operator.or_, ReduceOp.PRODUCT: operator.and_}
        return functools.reduce(kinds.get(op, _LOCAL[op]), rows)
    with np.errstate(all="ignore"):
        total = functools.reduce(_LOCAL[op], rows)
        return _averaged(op, total, len(rows))


def _averaged(op: ReduceOp, total: np.ndarray, size: int) -> np.ndarray:
    if op is not ReduceOp.AVG:
        return total
    if total.dtype.kind in "iu":
        return total // size
    return (total / total.dtype.type(size)).astype(total.dtype)


def check_operation(op: ReduceOp, t: Tensor) -> None:
    """Refuse what is not defined for a dtype."""
    if t.is_complex() and op not in (ReduceOp.SUM, ReduceOp.AVG):
        raise ValueError(f"all_reduce does not support {op} on complex tensors")
    if t.is_floating_point() and op in (ReduceOp.BAND, ReduceOp.BOR, ReduceOp.BXOR):
        raise RuntimeError(f"Cannot use ReduceOp.{op.name} with non-integral dtype")


def reduced(
    group: ProcessGroup, op: ReduceOp, flat: np.ndarray, doing: str
) -> tuple[Pending, Callable[[np.ndarray], np.ndarray]]:
    """A reduction on its way, and what makes its result of what arrives."""
    assert group.wire is not None
    size, count = group.size(), flat.size
    kind = flat.view(flat.real.dtype) if flat.dtype.kind == "c" else flat
    if op in _KINDS and reducible(kind.dtype):
        pending = group.wire.reduce(_KINDS[op], kind, doing)

        def finish(found: np.ndarray) -> np.ndarray:
            total = found[: kind.size].view(flat.dtype)
            return _averaged(op, total, size)

        return pending, finish
    words = words_of(flat.view(np.uint8))
    pending = group.wire.gather(words, words.size, doing)

    def combine(found: np.ndarray) -> np.ndarray:
        rows = [row.view(np.uint8)[: flat.nbytes].view(flat.dtype) for row in found]
        return across(op, rows) if count else flat

    return pending, combine
