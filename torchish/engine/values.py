"""What a tensor's storage holds: an abstract value (shape, dtype, device) and, once computed, its
array."""

from __future__ import annotations

import functools
import math

import jax
import numpy as np

from torchish.base import devices, dtypes, jax_internals


def contiguous_strides(shape) -> tuple[int, ...]:
    """Row-major strides, in elements."""
    out, n = [], 1
    for d in reversed(shape):
        out.append(n)
        n *= max(d, 1)
    return tuple(reversed(out))


class Aval:
    """Shape, dtype and device of a value, and the strides of a contiguous tensor of it. Interned:
    equal ones are the same object, so keys hash by identity."""

    __slots__ = ("device", "differentiable", "dtype", "shape", "strides", "torch_dtype")

    def __repr__(self):
        return f"{self.dtype}{list(self.shape)}@{self.device}"

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    def struct(self) -> jax.ShapeDtypeStruct:
        return jax.ShapeDtypeStruct(self.shape, self.dtype)


_interned: dict[tuple, Aval] = {}


def aval_of(shape: tuple[int, ...], dtype, device: devices.device) -> Aval:
    key = (shape, dtype, device)
    a = _interned.get(key)
    if a is None:
        a = Aval()
        a.shape, a.dtype, a.device = tuple(int(n) for n in shape), np.dtype(dtype), device
        a.strides = contiguous_strides(a.shape)
        a.torch_dtype = dtypes.from_np(a.dtype)
        a.differentiable = a.torch_dtype.category >= dtypes.FLOAT
        a = _interned.setdefault((a.shape, a.dtype, a.device), a)
        _interned[key] = a
    return a


class Value:
    """An immutable value: pending until the trace that recorded it runs, then an array.

    `slot` is (epoch, number): the number that this value has in the recording of that epoch. It is
    one tuple so that
    two threads that use the same value as a leaf never mix up each other's numbers.
    `host` tells that the contents came from the host, so looking at them waits for nothing;
    `pinned` that somebody
    outside the engine may hold the buffer, so it is never donated; `traced` that the array is a
    JAX tracer.
    """

    __slots__ = ("__weakref__", "array", "aval", "host", "pinned", "slot", "trace", "traced")

    def __init__(self, aval: Aval, array=None, trace=None, slot=(None, -1)):
        self.aval, self.array, self.trace, self.slot = aval, array, trace, slot
        self.host = self.pinned = self.traced = False

    def __repr__(self):
        return f"<value {self.aval} {'pending' if self.array is None else 'ready'}>"


def concrete(array, device: devices.device | None = None, host: bool = False) -> Value:
    """A computed value; the device is read off the array unless given."""
    traced = isinstance(array, jax_internals.Tracer)
    if device is None:
        device = devices.get_default() if traced else devices.of_jax(next(iter(array.devices())))
    v = Value(aval_of(array.shape, array.dtype, device), array)
    v.traced, v.host = traced, host
    return v


_jax_device = functools.cache(devices.jax_device)


def put(a: np.ndarray, aval: Aval) -> jax.Array:
    """An array with a NumPy array's contents, which it may share, on the aval's device."""
    return jax_internals.put(a, _jax_device(aval.device))


def from_host(a: np.ndarray, device: devices.device, *, copy: bool = True) -> Value:
    """A value with a NumPy array's contents. XLA may alias an aligned NumPy buffer, so it is
    copied unless the caller gives the array up."""
    aval = aval_of(a.shape, a.dtype, device)
    if device is devices.meta:
        return Value(aval)
    if copy:
        a = np.array(a, order="C", copy=True)
    v = Value(aval, put(a, aval))
    v.host = device is devices.cpu
    return v
