"""Tensors of numbers in order, and the identity."""

from __future__ import annotations

import math
import warnings

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import require_size
from torchish._core.base.frames import user_level
from torchish._core.tensor import dispatch
from torchish._core.tensor.api import factory
from torchish._core.tensor.api.classes import class_name
from torchish._core.tensor.api.signatures import checked
from torchish._core.tensor.public import public


@public(takes="sizes")
def arange(
    *args,
    start=None,
    end=None,
    step=None,
    out=None,
    dtype=None,
    layout=None,
    device=None,
    requires_grad=False,
    pin_memory=False,
):
    """`arange(end)`, `arange(start, end, step)`: numbers from start (0) up to, without, end."""
    names = ["start", "end", "step"] if len(args) > 1 or end is not None else ["end"]
    given = {"start": start, "end": end, "step": step}
    if len(args) > 3:
        raise TypeError(
            "arange() received an invalid combination of arguments - got "
            f"({', '.join(map(class_name, args))}), but expected one of:"
        )
    dtype = factory._dtype("arange", dtype)
    for n, v in zip(names, args, strict=False):
        given[n] = v
    a, b, s = (
        factory.number("arange", n, i + 1, given[n]) if given[n] is not None else d
        for i, (n, d) in enumerate((("start", 0), ("end", None), ("step", 1)))
    )
    if b is None:
        raise TypeError("arange() received an invalid combination of arguments: end is missing")
    if s == 0 or s != s:
        raise RuntimeError("step must be nonzero")
    if any(isinstance(x, float) and not math.isfinite(x) for x in (a, b)):
        raise RuntimeError(f"unsupported range: {a} -> {b}")
    if (b - a) * s < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    if dtype is None:
        dtype = (
            out.dtype
            if out is not None
            else dt.int64
            if all(isinstance(x, int) for x in (a, b, s))
            else dt.get_default_dtype()
        )
    if dtype.category <= dt.INT and int(s) == 0:
        raise ValueError("step must be nonzero")
    if dtype.is_complex:
        name = dt.SCALAR_NAMES[dtype]
        raise NotImplementedError(f"\"arange_cpu\" not implemented for '{name}'")
    if dtype is dt.int64:
        a, b, s = int(a), int(b), int(s)
    if dtype.category <= dt.INT and all(isinstance(x, int) for x in (a, b, s)):
        n = max(0, -(-(b - a) // s))
    else:
        n = math.ceil((b - a) / s)
    require_size((n,), dtype.itemsize)
    if dtype.category >= dt.FLOAT:
        wide = np.float64 if dtype is dt.float64 else np.float32
        values = (np.arange(n, dtype=np.float64) * s + a).astype(wide).astype(dtype.np)
    else:
        values = (np.arange(n) * int(s) + int(a)).astype(dtype.np)
    t = factory.of_array(values, device)
    if out is not None:
        dispatch.write_out(out, t._value())
        return out
    return factory.finish(t, requires_grad, pin_memory, layout)


@public("range", takes="sizes")
def range_(start, end=None, step=1, *, dtype=None, **options):
    """Like `arange`, with the end included; deprecated in PyTorch."""
    warnings.warn(
        "torch.range is deprecated and will be removed in a future release because its behavior is "
        "inconsistent with Python's range builtin. Instead, use torch.arange, which produces "
        "values in [start, end).",
        UserWarning,
        stacklevel=user_level(),
    )
    if end is None:
        start, end = 0, start
    n = math.floor((end - start) / step) + 1
    d = dtype or dt.get_default_dtype()
    return factory.finish(
        factory.of_array((np.arange(n) * step + start).astype(d.np), options.pop("device", None)),
        **options,
    )


@public(takes="sizes")
@checked
def eye(
    n: int,
    m: int | None = None,
    *,
    out=None,
    dtype=None,
    layout=None,
    device=None,
    requires_grad=False,
    pin_memory=False,
):
    """The identity matrix."""
    dtype = factory._dtype("eye", dtype)
    m = n if m is None else m
    for k, v in (("n", n), ("m", m)):
        if v < 0:
            raise RuntimeError(f"{k} must be greater or equal to 0, got {v}")
    d = dtype or (out.dtype if out is not None else dt.get_default_dtype())
    require_size((n, m), d.itemsize)
    t = factory.of_array(np.eye(n, m, dtype=d.np), device)
    if out is not None:
        dispatch.write_out(out, t._value())
        return out
    return factory.finish(t, requires_grad, pin_memory, layout)


__all__ = ["arange", "eye", "range_"]
