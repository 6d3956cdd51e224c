"""What an operator does with inputs that do not simply lie on one device: some on the CPU, meta,
traced by JAX, or on a device that has no program for it. All values here are computed."""

from __future__ import annotations

import weakref

import jax
import numpy as np

from torchish._core.base import devices
from torchish._core.base.errors import out_of_memory
from torchish._core.engine import run as programs
from torchish._core.engine import runners
from torchish._core.engine.plan import infer
from torchish._core.engine.recording import Recording
from torchish._core.engine.values import Value, aval_of, concrete, from_host, hosted, staged

__all__ = ["abstract", "ahead", "common", "in_a_trace", "moved", "on_host", "run"]


def common(values) -> devices.device | None:
    """The device of an operator's inputs, beside which numbers may be on the CPU."""
    found = [v.aval.device for v in values]
    if len(set(found)) > 1:
        found = [v.aval.device for v in values if v.aval.shape] or found[:1]
    first = next((d for d in found if d is not devices.cpu), devices.cpu if found else None)
    other = next((d for d in found if d is not first), None)
    if other is not None:
        raise RuntimeError(
            "Expected all tensors to be on the same device, but found at least two devices, "
            f"{first} and {other}!"
        )
    return first


def _require_meta(values) -> None:
    others = {v.aval.device for v in values if v.aval.device is not devices.meta and v.aval.shape}
    if others and any(v.aval.device is devices.meta for v in values):
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but found at least two devices, "
            f"{next(iter(others))} and meta!"
        )


def abstract(call, values) -> list[Value]:
    """The results of a call on meta tensors; RuntimeError where others are among them."""
    _require_meta(values)
    avals = tuple(v.aval for v in values)
    outs = infer(call, avals, lambda o: aval_of(o.shape, o.dtype, devices.meta))
    return [Value(aval_of(o.shape, o.dtype, devices.meta)) for o in outs]


def in_a_trace(call, values, numbers) -> list[Value]:
    """Apply a call to its arrays now, some of which are traced."""
    device = next((v.aval.device for v in values), devices.get_default())
    arrays = [v.array if v.traced else staged(v) for v in values]
    # Python numbers stay what they are in the trace, but with the dtype that they would have as
    # leaves.
    scalars = [
        np.complex128(x)
        if type(x) is complex
        else np.float64(x)
        if type(x) is float
        else np.bool_(x)
        if type(x) is bool
        else np.int64(x)
        for x in numbers
    ]
    return [concrete(r, device) for r in call.fn(*arrays, *scalars)]


# Copies on a device that were begun before the program asks for them.
_ahead: weakref.WeakKeyDictionary[Value, Value] = weakref.WeakKeyDictionary()


def ahead(v: Value, device: devices.device) -> None:
    """Begin to copy a computed value to a device, where `moved` will find it."""
    if type(v.array) is np.ndarray and v.aval.device is not device and v not in _ahead:
        v.pinned = True  # nothing is written into memory that is being copied
        _ahead[v] = moved(v, device)


def moved(v: Value, device: devices.device) -> Value:
    """A value on another device."""
    if device is devices.meta:
        return Value(aval_of(v.aval.shape, v.aval.dtype, device))
    if v.aval.device is devices.meta:
        raise NotImplementedError(
            "Cannot copy out of meta tensor; no data! Please use torch.nn.Module.to_empty() "
            "instead of torch.nn.Module.to() when moving module from meta to a different device."
        )
    if device is devices.cpu:
        return Value(aval_of(v.aval.shape, v.aval.dtype, device), np.array(v.array))
    found = _ahead.pop(v, None) if _ahead else None
    if found is not None and found.aval.device is device:
        return found
    try:
        return concrete(jax.device_put(v.array, devices.jax_device(device)), device)
    except jax.errors.JaxRuntimeError as error:
        raise out_of_memory(error, device) from error


def run(rec: Recording, cut: bool, eager: bool) -> None:
    """Run a recording on an accelerator, whose memory may not suffice."""
    try:
        programs.run(rec, cut, eager)
    except jax.errors.JaxRuntimeError as error:
        raise out_of_memory(error, rec.device) from error


def on_host(call, values, numbers, device: devices.device) -> list[Value]:
    """The results of a call for which XLA has no program on a device, computed on the CPU."""
    flat = [hosted(v) for v in values]
    avals = tuple([aval_of(a.shape, a.dtype, devices.cpu) for a in flat])
    with np.errstate(all="ignore"):
        results = runners.runner(call, avals)([*flat, *numbers], None)[0]
    return [from_host(np.asarray(r), device, copy=False) for r in results]
