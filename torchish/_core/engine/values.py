"""What a tensor's storage holds: an abstract value (shape, dtype, device) and, once computed, its
array."""

from __future__ import annotations

import functools
import math
import types

import jax
import numpy as np

from torchish._core.base import devices, dtypes, jax_internals


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
    """An immutable value: pending until the recording that holds it runs, then an array.

    array    None while pending; a NumPy array where the host computed it, else an array of JAX's,
             or a tracer (`traced`)
    staged   the JAX array of the same contents, once a compiled program has asked for it
    slot     (recording, number): the number that this value has in that recording. It is one tuple
             so that two threads that use the same value as a leaf never mix up their numbers.
    trace    the recording that it is pending in, or the `Failure` that it met there
    owned    that the array's memory was made by a program and nobody else has seen it, so that it
             may be donated; `pinned` that somebody outside the engine may hold it since
    """

    __slots__ = (
        "__weakref__",
        "array",
        "aval",
        "owned",
        "pinned",
        "slot",
        "staged",
        "trace",
        "traced",
    )

    def __init__(self, aval: Aval, array=None, trace=None, slot=(None, -1)):
        self.aval, self.array, self.trace, self.slot = aval, array, trace, slot
        self.owned = self.pinned = self.traced = False
        self.staged = None

    @property
    def host(self) -> bool:
        """Whether the contents are at hand in NumPy memory: looking at them waits for nothing."""
        return type(self.array) is np.ndarray

    def __repr__(self):
        return f"<value {self.aval} {'pending' if self.array is None else 'ready'}>"


class Failure:
    """Why a value has no array: the program that would have computed it raised this."""

    __slots__ = ("error",)

    def __init__(self, error: BaseException):
        self.error = error


def concrete(array, device: devices.device | None = None) -> Value:
    """A computed value; the device is read off the array unless given."""
    traced = isinstance(array, jax_internals.Tracer)
    if device is None:
        device = devices.get_default() if traced else devices.of_jax(next(iter(array.devices())))
    v = Value(aval_of(array.shape, array.dtype, device), array)
    v.traced = traced
    return v


_jax_device = functools.cache(devices.jax_device)


def put(a: np.ndarray, aval: Aval) -> jax.Array:
    """An array with a NumPy array's contents, which it may share, on the aval's device."""
    return jax_internals.put(a, _jax_device(aval.device))


KEPT_TWICE = 1 << 16  # bytes: larger contents are held by the program's side alone, once staged


# Whether any value may lie on several devices (Note [Parts on devices]).
spread = types.SimpleNamespace(on=False)


def in_parts(a) -> bool:
    """Whether no device has all of an array."""
    return spread.on and not getattr(a, "is_fully_replicated", True)


def staged(v: Value) -> jax.Array:
    """A value's contents as a JAX array on its device."""
    a = v.array
    if type(a) is not np.ndarray:
        return put(np.asarray(a), v.aval) if spread.on and len(a.devices()) > 1 else a
    if v.staged is None:
        v.staged = put(a if a.flags.c_contiguous else np.asarray(a, order="C"), v.aval)
        if a.nbytes > KEPT_TWICE:
            v.array, v.staged = v.staged, None
            return v.array
    return v.staged


def fresh(v: Value) -> jax.Array:
    """A copy of a value's contents that a program may take over."""
    return put(np.array(v.array, order="C", copy=True), v.aval)


_empty: dict[tuple, jax.Array] = {}


def vector(a: np.ndarray, device: devices.device) -> jax.Array:
    """Python numbers of a recording on a device."""
    if len(a):
        return jax_internals.put(a, _jax_device(device))
    found = _empty.get((a.dtype, device))
    if found is None:
        found = _empty[a.dtype, device] = jax_internals.put(a, _jax_device(device))
    return found


def hosted(v: Value) -> np.ndarray:
    """A value's contents as a NumPy array, which must not be written to; of an array on the CPU
    without a copy."""
    a = v.array
    if type(a) is np.ndarray:
        return a
    v.pinned = True
    return np.asarray(a)


def from_host(a: np.ndarray, device: devices.device, *, copy: bool = True) -> Value:
    """A value with a NumPy array's contents. It is copied unless the caller gives the array up."""
    aval = aval_of(a.shape, a.dtype, device)
    if device is devices.meta:
        return Value(aval)
    if copy or not a.flags.c_contiguous:
        a = np.array(a, order="C", copy=True)
    if device is devices.cpu:
        return Value(aval, a)
    return Value(aval, put(a, aval))
