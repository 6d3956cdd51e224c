"""Pinned memory: what is about to be copied to an accelerator.

XLA copies through buffers of its own, so pinning does nothing to memory. What it is wanted for,
that a batch is on its way to the accelerator before the program asks for it there, is done by
beginning the copy: `to` then takes what has arrived. https://docs.pytorch.org/docs/stable/notes/cuda.html
"""

from __future__ import annotations

import weakref

from torchish._core.base import devices
from torchish._core.engine import places
from torchish._core.tensor.storage import Storage
from torchish._core.tensor.tensor import Tensor, wrap

__all__ = ["is_pinned", "mark", "pin"]

_pinned: weakref.WeakSet[Storage] = weakref.WeakSet()


def accelerator() -> devices.device | None:
    """The present device of the accelerator's type, if there is one."""
    kind = devices.accelerator_type()
    return devices.placed(devices.device(kind)) if devices.jax_devices(kind) else None


def is_pinned(t: Tensor) -> bool:
    """Whether a tensor is over memory that was pinned."""
    return t._storage in _pinned


def mark(t: Tensor) -> None:
    """Let a tensor's memory count as pinned."""
    _pinned.add(t._storage)


def pin(t: Tensor) -> Tensor:
    """A tensor of the same contents in memory of its own that is pinned, the copy to the
    accelerator begun; itself where it is pinned. RuntimeError without an accelerator and for a
    tensor that is not on the CPU."""
    target = accelerator()
    if target is None:
        raise RuntimeError("Cannot access accelerator device when none is available.")
    if is_pinned(t):
        return t
    if not t.is_cpu:
        raise RuntimeError(f"cannot pin '{t.type()}' only dense CPU tensors can be pinned")
    t._host()  # runs what is pending
    value = t._value()
    made = wrap(value)
    mark(made)
    places.ahead(value, target)
    return made.requires_grad_(t.requires_grad) if t.requires_grad else made
