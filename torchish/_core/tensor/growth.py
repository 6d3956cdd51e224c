"""Memory that becomes larger while tensors lie in it.

Note [Grown storages]
`resize_`, `set_` and `out=` may make memory larger while other tensors lie in it. Their storage is
host-held from then on, in the beginning of new memory, and `grown` is the storage of all of it,
whose tensors see what is written to theirs.
"""

from __future__ import annotations

import math

import numpy as np

from torchish._core.tensor.storage import Storage, shown, window


def require(s: Storage, nbytes: int) -> None:
    """Grow a storage where it has fewer bytes."""
    if s.nbytes < nbytes:
        grow(s, nbytes)


def grow(s: Storage, nbytes: int, fill: object = 0) -> None:
    """Give a storage so many bytes, of which what it had are the first and the others are of
    elements `fill`; users are told of fewer where that is less than it had. RuntimeError where the
    memory is NumPy's or other processes'."""
    old = s.whole
    item = old.aval.dtype.itemsize
    held = math.prod(old.aval.shape) * item
    if held >= nbytes:
        old.told = None if held == nbytes else nbytes
        return
    held_by_numpy = old.shared if old.resizable is None else not old.resizable
    if held_by_numpy or old.aval.device.type != "cpu":
        raise RuntimeError("Trying to resize storage that is not resizable")
    memory = np.zeros(-(-nbytes // item) * item, np.uint8)
    host = old.share()
    memory[:held] = window(host, (held,), memory.dtype, (1,), 0)
    if fill:
        memory[held:].view(old.aval.dtype)[...] = fill
    old.host = np.ndarray(host.shape, host.dtype, memory, 0, host.strides)
    old._memory, old.told = None, None
    old.grown = Storage.over(memory.view(old.aval.dtype))
    old.grown.resizable = True
    old.grown.told = None if nbytes == memory.nbytes else nbytes
    known = shown.pop(id(old), None)
    if known is not None:
        shown[id(old.grown)] = known
