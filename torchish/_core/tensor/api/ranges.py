"""Tensors of numbers in order, and the identity."""

from __future__ import annotations

import inspect
import math
import warnings

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import allocating, require_size, size_text
from torchish._core.base.frames import user_level
from torchish._core.ops.table import TABLE
from torchish._core.tensor import dispatch, out_dtypes
from torchish._core.tensor.api import factory
from torchish._core.tensor.api.classes import class_name
from torchish._core.tensor.api.signatures import checked
from torchish._core.tensor.public import enter, namespace, public
from torchish._core.tensor.tensor import Tensor


def _checked_step(a, b, s):
    """The step of a range, as a finite number."""
    if s == 0 or s != s:
        raise RuntimeError("step must be nonzero")
    if any(isinstance(x, float) and not math.isfinite(x) for x in (a, b)):
        raise RuntimeError(f"unsupported range: {a} -> {b}")
    if (b - a) * s < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    if isinstance(s, float) and math.isinf(s):
        s = math.copysign(b - a + 1, s)  # the first number is the only one
    if abs((b - a) / s) >= 2**63:
        raise RuntimeError("invalid size, possible overflow?")
    return s


def _row(a, b, s, dtype: dt.dtype) -> np.ndarray:
    """The numbers from a up to, without, b."""
    if dtype is dt.int64:
        a, b, s = int(a), int(b), int(s)
    if dtype.category <= dt.INT and all(isinstance(x, int) for x in (a, b, s)):
        n = max(0, -(-(b - a) // s))
    else:
        n = math.ceil((b - a) / s)
    require_size((n,), dtype.itemsize)
    with allocating:
        if dtype.category >= dt.FLOAT:
            wide = np.float64 if dtype is dt.float64 else np.float32
            return (np.arange(n, dtype=np.float64) * s + a).astype(wide).astype(dtype.np)
        return (np.arange(n) * int(s) + int(a)).astype(dtype.np)


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
    s = _checked_step(a, b, s)
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
    t = factory.of_array(_row(a, b, s, dtype), device)
    if out is not None:
        return _into("arange", out, t)
    return factory.finish(t, requires_grad, pin_memory, layout)


def _into(name: str, out: Tensor, t: Tensor) -> Tensor:
    """Numbers in a row written into the `out=` of their maker, whose shape stays if it has as many
    elements."""
    dispatch.refuse_repeats(out)
    n, have = t.numel(), out.numel()
    if have == n:
        t = t.reshape(out.shape)
    elif name == "arange" and have:
        warnings.warn(
            f"The number of elements in the out tensor of shape {size_text(out.shape)} is {have} "
            f"which does not match the computed number of elements {n}. Note that this may occur "
            "as a result of rounding error. The out tensor will be resized to a tensor of shape "
            f"({n},).",
            UserWarning,
            stacklevel=user_level(),
        )
    if have != n:
        out.resize_(0)
    dispatch.write_out(out, t._value(), out_dtypes.MAKER)
    return out


@public("range", takes="sizes")
def range_(start, end=None, step=1, *, out=None, dtype=None, device=None, **options):
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
    start, end, step = (
        factory.number("range", n, i, x)
        for i, (n, x) in enumerate((("start", start), ("end", end), ("step", step)), 1)
    )
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if any(isinstance(x, float) and not math.isfinite(x) for x in (start, end)):
        raise RuntimeError(f"unsupported range: {start:g} -> {end:g}")
    if (end - start) * step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    n = math.floor((end - start) / step) + 1
    d = dtype or (out.dtype if out is not None else dt.get_default_dtype())
    t = factory.of_array((np.arange(n) * step + start).astype(d.np), device)
    return factory.finish(t, **options) if out is None else _into("range", out, t)


def _spaced(name: str):
    op = TABLE[name]

    def make(start, end, steps, *args, out=None, **options):
        bounds = [
            b.detach() if isinstance(b, Tensor) and b.requires_grad else b for b in (start, end)
        ]
        if out is None:
            return generated(*bounds, steps, *args, **options)
        d = options.pop("dtype", None)
        if d is not None and d is not out.dtype:
            names = (dt.SCALAR_NAMES[x] for x in (d, out.dtype))
            raise RuntimeError("dtype {} does not match dtype of out parameter ({})".format(*names))
        options["device"] = out.device
        return _into(name, out, generated(*bounds, steps, *args, dtype=out.dtype, **options))

    generated = namespace("")[name]
    make.__name__ = make.__qualname__ = name
    make.__doc__ = op.fn.__doc__
    make.__signature__ = inspect.signature(generated)
    return enter(name, make, takes="sizes", over=True)


linspace, logspace = _spaced("linspace"), _spaced("logspace")


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
    with allocating:
        t = factory.of_array(np.eye(n, m, dtype=d.np), device)
    if out is not None:
        dispatch.write_out(out, t._value(), out_dtypes.MAKER)
        return out
    return factory.finish(t, requires_grad, pin_memory, layout)


__all__ = ["arange", "eye", "range_"]
