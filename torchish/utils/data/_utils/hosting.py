"""Tensors and NumPy arrays without a detour over the device.

Note [Samples stay on the host]
A data set yields many small tensors. They are made, read and joined on the host, by NumPy;
only the batch becomes a device value. So fetching a batch records no operators in the main
process, and a worker process never starts JAX for it.
"""

from __future__ import annotations

import numpy as np

from torchish._core.base import devices
from torchish._core.engine.values import from_host
from torchish._core.tensor import Tensor, from_numpy
from torchish._core.tensor.api.factory import stay_on_host
from torchish._core.tensor.tensor import host_view, wrap

_in_worker = False


def work_here() -> None:
    """From now on this process is a worker: its tensors stay NumPy arrays."""
    global _in_worker
    _in_worker = True
    stay_on_host()


def host_array(t: Tensor) -> np.ndarray | None:
    """A CPU tensor's present contents, to be read at once: nothing is copied or recorded.

    None when the contents would have to be computed or fetched first.
    """
    storage = t._storage
    if storage.shared:
        return host_view(t)
    value = storage.value
    if value.array is None or value.traced or not t.is_cpu:
        return None
    held = np.asarray(value.array)
    if t._view is None:
        return held
    if storage.strides is not None or not held.flags.c_contiguous:
        return None
    aval = t._aval
    item = aval.dtype.itemsize
    strides = None if t._strides is None else tuple([s * item for s in t._strides])
    return np.ndarray(aval.shape, aval.dtype, held, t._offset * item, strides)


def host_copy(t: Tensor) -> np.ndarray:
    """A tensor's contents as a read-only NumPy array, computed and fetched if need be."""
    a = host_array(t)
    return t.detach()._host() if a is None else a


def tensor_of(a: np.ndarray) -> Tensor:
    """A CPU tensor over an array that the caller gives up."""
    if _in_worker:
        return from_numpy(a)
    return wrap(from_host(a, devices.cpu, copy=False))
