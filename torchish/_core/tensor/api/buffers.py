"""Tensors over memory that something else made: buffers, DLPack capsules, addresses.

https://docs.pytorch.org/docs/stable/generated/torch.asarray.html
"""

from __future__ import annotations

import ctypes
from typing import Any

import jax
import numpy as np

from torchish._core.base import devices, dlpack
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import require_size, warn_once
from torchish._core.tensor.api import factory
from torchish._core.tensor.api.factory import finish, from_numpy, place
from torchish._core.tensor.public import public
from torchish._core.tensor.tensor import Tensor, alias_of, contiguous_strides, wrap

__all__ = ["asarray", "from_dlpack", "frombuffer"]


@public(takes="sizes")
def asarray(
    obj, *, dtype=None, device=None, copy: bool | None = None, requires_grad: bool | None = None
) -> Tensor:
    """`obj` as a tensor, in its own memory where that can be.

    copy             True: in other memory; False: ValueError where it can not be its own
    requires_grad    of the result, which then has no history; a tensor's stays without it
    """
    t = _shared_with(obj, dtype)
    if t is None:
        if copy is False:
            if isinstance(obj, np.generic):
                raise RuntimeError(
                    "can't alias NumPy scalars. Either remove copy=False or transform it in a "
                    "ndarray. "
                )
            raise ValueError("can't alias arbitrary sequence into a tensor.")
        return finish(factory.made(obj, dtype=dtype, device=device), bool(requires_grad))
    where = t.device if device is None and isinstance(obj, Tensor) else place(device)
    kind = dtype or t.dtype
    if copy is False:
        if where is not t.device:
            raise ValueError(f"can't alias tensor from device '{t.device}' to '{where}'.")
        if kind is not t.dtype:
            names = (dt.SCALAR_NAMES[d] for d in (t.dtype, kind))
            raise ValueError("can't alias tensor with dtype '{}' into dtype '{}'.".format(*names))
    made = t.to(device=where, dtype=kind)
    if copy and made is t:
        made = t.clone()
    if requires_grad is None:
        return made
    if requires_grad and made.requires_grad:
        return made
    return finish(made.detach(), requires_grad)


def _shared_with(obj: Any, dtype: dt.dtype | None) -> Tensor | None:
    """A tensor over the memory of an object; None for one that has none, such as a sequence."""
    if isinstance(obj, Tensor):
        return obj
    if hasattr(obj, "as_tensor") and hasattr(obj, "untyped"):
        return factory.of_storage(obj, dtype)
    if isinstance(obj, np.ndarray):
        return from_numpy(obj)
    if isinstance(obj, jax.Array):
        return wrap(factory.concrete(obj))
    if type(obj).__name__ == "PyCapsule" or hasattr(obj, "__dlpack__"):
        return from_dlpack(obj)
    if _is_buffer(obj):
        return frombuffer(obj, dtype=dtype or dt.get_default_dtype())
    return None


def _is_buffer(obj) -> bool:
    """Whether an object is plain memory: it has a buffer, and is no array of its own kind."""
    if hasattr(obj, "__array__") or hasattr(obj, "__dlpack__"):
        return False
    try:
        memoryview(obj)
    except TypeError:
        return False
    return True


@public(takes="sizes")
def frombuffer(
    buffer, *, dtype, count: int = -1, offset: int = 0, requires_grad: bool = False
) -> Tensor:
    """A 1-D tensor over a Python buffer's memory."""
    dtype = factory._dtype("frombuffer", dtype)
    try:
        length = memoryview(buffer).nbytes
    except TypeError:
        raise ValueError("object does not implement Python buffer protocol.") from None
    item, left = dtype.itemsize, length - offset
    if length == 0 or count == 0:
        raise ValueError(f"both buffer length ({length}) and count ({count}) must not be 0")
    if not 0 <= offset < length:
        raise ValueError(
            f"offset ({offset} bytes) must be non-negative and no greater than buffer length "
            f"({length} bytes) minus 1"
        )
    if count < 0 and left % item:
        raise ValueError(
            f"buffer length ({left} bytes) after offset ({offset} bytes) must be a multiple of "
            f"element size ({item})"
        )
    if count > 0 and count * item > left:
        raise ValueError(
            f"requested buffer length ({count} * {item} bytes) after offset ({offset} bytes) must "
            f"not be greater than actual buffer length ({length} bytes)"
        )
    if memoryview(buffer).readonly:
        warn_once(
            "The given buffer is not writable, and PyTorch does not support non-writable tensors. "
            "This means you can write to the underlying (supposedly non-writable) buffer using the "
            "tensor. You may want to copy the buffer to protect its data or make it writable "
            "before converting it to a tensor. This type of warning will be suppressed for the "
            "rest of this program."
        )
    memory = np.frombuffer(buffer, np.uint8, -1 if count < 0 else count * item, offset)
    if dtype.np.isbuiltin == 1:
        memory = memory.view(dtype.np)
        return finish(factory.shared(memory), requires_grad)
    return finish(factory.shared(memory).view(dtype), requires_grad)


@public(takes="other")
def _from_blob(data_ptr: int, sizes, strides=None, *, dtype=None, device=None) -> Tensor:
    """A tensor over the memory at an address of this process, which stays somebody else's: they see
    what is written to it, and it must live as long as the tensor. NotImplementedError for devices
    other than the CPU."""
    if device is not None and place(device) is not devices.cpu:
        raise NotImplementedError(f"_from_blob: memory of {device}")
    kind = dtype or dt.get_default_dtype()
    shape = factory.several(sizes if isinstance(sizes, tuple) else (sizes,), "_from_blob", "sizes")
    require_size(shape, kind.itemsize)
    steps = contiguous_strides(shape) if strides is None else tuple(strides)
    if len(steps) != len(shape):
        raise RuntimeError(
            f"dimensionality of sizes ({len(shape)}) must match dimensionality of strides "
            f"({len(steps)})"
        )
    if 0 in shape:
        return factory.empty(shape, dtype=kind)
    count = 1 + sum((n - 1) * s for n, s in zip(shape, steps, strict=True))
    memory = np.frombuffer(
        (ctypes.c_char * (count * kind.itemsize)).from_address(data_ptr), np.uint8
    )
    return from_numpy(memory).view(kind).as_strided(shape, steps)


class _Capsule:
    """A DLPack capsule of host memory, in the form that JAX reads; it can be read once."""

    def __init__(self, capsule):
        self.capsule = capsule

    def __dlpack__(self, **options):
        if "used_" in repr(self.capsule):
            raise RuntimeError(
                "from_dlpack received an invalid capsule. Note that DLTensor capsules can be "
                "consumed only once, so you might have already constructed a tensor from it once."
            )
        return self.capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)


@public(takes="other")
def from_dlpack(ext_tensor, *, device=None, copy: bool | None = None) -> Tensor:
    """A tensor from an object with `__dlpack__` (a JAX, NumPy or CuPy array), or from a capsule of
    host memory, which can be read once."""
    if type(ext_tensor).__name__ == "PyCapsule":
        if device is not None or copy is not None:
            raise AssertionError(
                "device and copy kwargs not supported when ext_tensor is already a DLPack capsule."
            )
        return _of_capsule(ext_tensor)
    place = None if device is None else devices.placed(devices.device(device))
    t = _of_producer(ext_tensor)
    if place is not None and place != t.device:
        if copy is False:
            raise ValueError(
                f"cannot move DLPack tensor from device {t.device} to {place} without copying. "
                "Set copy=None or copy=True."
            )
        return t.to(place)
    return t.clone() if copy else t


def _of_producer(ext) -> Tensor:
    """A tensor over the memory of an object with `__dlpack__`."""
    if isinstance(ext, Tensor):
        ext._check_exported(None, None)
        if ext.is_quantized:
            raise BufferError(f"{ext.dtype.name} types are not supported by dlpack")
        ext._storage.resizable = False
        return alias_of(ext)
    if isinstance(ext, np.ndarray):
        return from_numpy(ext)
    # What JAX holds never changes, so it is not written into.
    if isinstance(ext, jax.Array) or ext.__dlpack_device__()[0] != dlpack.DLDeviceType.kDLCPU:
        return wrap(factory.concrete(jax.dlpack.from_dlpack(ext)))
    try:
        capsule = ext.__dlpack__(max_version=(1, 0))
    except TypeError:
        capsule = ext.__dlpack__()
    return _of_capsule(capsule)


def _of_capsule(capsule) -> Tensor:
    """A tensor over the memory that a capsule names."""
    if dlpack.call_bits(capsule):
        return _of_capsule(capsule).view(dt.bfloat16)
    ext = _Capsule(capsule)
    if not dlpack.on_host(capsule):
        return wrap(factory.concrete(jax.dlpack.from_dlpack(ext)))
    try:
        found = np.from_dlpack(ext)
    except (BufferError, TypeError):  # of a dtype that NumPy does not have
        return wrap(factory.concrete(jax.dlpack.from_dlpack(ext)))
    return factory.shared(np.asarray(_Writable(found)))


class _Writable:
    """An array's memory as one that may be written, which NumPy gives as read-only when it comes
    from a library that does not say."""

    def __init__(self, a: np.ndarray):
        self.__array_interface__ = {
            **a.__array_interface__,
            "data": (a.__array_interface__["data"][0], False),
        }
        self.memory = a
