"""How tensors travel between processes: in shared memory by its handle, else as copies.

A tensor after `share_memory_()` lies in memory that processes map: what one writes the others see.
Its pickle for another process has the file descriptor of that memory, which `multiprocessing` hands
over when it starts a process, or through a connection.

https://docs.pytorch.org/docs/stable/multiprocessing.html#sharing-strategies
"""

from __future__ import annotations

import weakref
from multiprocessing.reduction import DupFd, ForkingPickler
from typing import Any

from torchish._core.tensor import Tensor, segments
from torchish._core.tensor.tensor import alias_of, blank

__all__ = ["StorageWeakRef", "init_reductions", "is_in_shared_memory", "reduce_tensor", "register"]


class StorageWeakRef:
    """A reference that does not keep a storage's memory, equal to others of the same memory."""

    __slots__ = ("_ref", "cdata")

    def __init__(self, storage: Any) -> None:
        memory = storage._t._storage
        self.cdata, self._ref = id(memory), weakref.ref(memory)

    def expired(self) -> bool:
        """Whether the memory is gone."""
        return self._ref() is None

    def __hash__(self) -> int:
        return self.cdata

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StorageWeakRef) and self.cdata == other.cdata


def is_in_shared_memory(t: Any) -> bool:
    """Whether an object is a tensor whose contents lie in shared memory."""
    return isinstance(t, Tensor) and t.is_shared()


def reduce_tensor(t: Tensor) -> tuple:
    """How a tensor is pickled for another process. RuntimeError for one that has a history."""
    if t.requires_grad and not t.is_leaf:
        raise RuntimeError(
            "Cowardly refusing to serialize non-leaf tensor which requires_grad, since autograd "
            "does not support crossing process boundaries.  If you just want to transfer the data, "
            "call detach() on the tensor before serializing (e.g., putting it on the queue)."
        )
    if not is_in_shared_memory(t):
        reduced: Any = t.__reduce_ex__(2)
        return reduced
    storage = t._storage
    segment, at = storage.segment
    aval = storage.aval
    return rebuild_shared, (
        type(t),
        segment,
        (at, aval.shape, aval.dtype, storage.strides),
        (t.dtype, tuple(t.shape), tuple(t.stride()), t.storage_offset()),
        t._view is None,
        t.requires_grad,
        dict(t.__dict__),
    )


def _reduce_segment(segment: segments.Segment) -> tuple:
    return _rebuild_segment, (DupFd(segment.fd), segment.nbytes)


def _rebuild_segment(handle, nbytes: int) -> segments.Segment:
    return segments.mapped(handle.detach(), nbytes)


def rebuild_shared(
    cls: type,
    segment: segments.Segment,
    place: tuple,
    view: tuple,
    plain: bool,
    requires_grad: bool,
    attributes: dict[str, Any],
) -> Tensor:
    """A tensor over the shared memory of another process's tensor."""
    t = blank(cls if plain else Tensor)
    t._storage = segments.placed(segment, *place)
    t._aval, t._strides = t._storage.aval, t._storage.strides
    if not plain:
        dtype, *lens = view
        whole = t if t.dtype is dtype else t.view(dtype)
        t = alias_of(whole.as_strided(*lens), cls)
    t._requires_grad = requires_grad
    t.__dict__.update(attributes)
    return t


def register(cls: type) -> None:
    """Have multiprocessing pickle the tensors of a class so."""
    ForkingPickler.register(cls, reduce_tensor)


def init_reductions() -> None:
    """Done when this module is imported."""
    register(Tensor)
    ForkingPickler.register(segments.Segment, _reduce_segment)


init_reductions()
