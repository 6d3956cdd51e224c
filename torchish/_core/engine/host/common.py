"""What kernels of several families share: selections without branches, sums, small functions."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.engine.host.registry import require

__all__ = [
    "axis_of",
    "erf",
    "legacy",
    "logistic",
    "masked",
    "powers",
    "reduced",
    "select",
    "spread_loss",
]

_SIGNED = {2: np.int16, 4: np.int32, 8: np.int64}
_FEW = 256  # elements up to which np.where is the faster selection


def axis_of(dim: int, ndim: int) -> int:
    """A dimension counted from the front."""
    limit = max(ndim, 1)
    require(-limit <= dim < limit)
    return dim % limit


def masked(x, keep):
    """x where `keep`, else 0, whatever x is there; `keep` may broadcast. Random masks make a branch
    for each element slow, so the bits are masked."""
    if x.size < _FEW:
        return np.where(keep, x, x.dtype.type(0))
    bits = _SIGNED[x.dtype.itemsize]
    mask = np.negative(keep.view(np.int8)).astype(bits)
    return (x.view(bits) & mask).view(x.dtype)


def select(where, x, y):
    """x where `where`, else y: arrays of one dtype that broadcast, or `y` a number."""
    if not isinstance(y, np.ndarray):
        y = np.asarray(y, x.dtype)
    if where.size < _FEW:
        return np.where(where, x, y)
    bits = _SIGNED[x.dtype.itemsize]
    a, b = x.view(bits), y.view(bits)
    mask = np.negative(where.view(np.int8)).astype(bits)
    mask &= a ^ b
    mask ^= b
    return mask.view(x.dtype)


def logistic(x):
    """1 / (1 + exp(-x))."""
    e = np.exp(-x)
    e += 1
    return np.divide(1, e, dtype=x.dtype)


# Minimax fit of atanh(erf(x)) / x on [-4, 4] by a polynomial in x squared; the relative error of
# erf is 1e-7.
_ERF = (
    1.41931386e-07,
    -5.66967704e-06,
    8.76435531e-05,
    -0.00061979753,
    -0.000191822049,
    0.102769056,
    1.12837927,
)


_BLOCK = 1 << 14  # elements whose intermediate results stay in the processor's cache


def erf(x):
    """The error function."""
    if x.dtype != np.float32:
        flat = np.fromiter(map(math.erf, x.reshape(-1).tolist()), np.float64, x.size)
        return flat.astype(x.dtype).reshape(x.shape)
    flat = x.reshape(-1)
    out = np.empty(flat.shape, np.float32)
    for at in range(0, flat.size, _BLOCK):
        _erf_block(flat[at : at + _BLOCK], out[at : at + _BLOCK])
    return out.reshape(x.shape)


def _erf_block(x, out) -> None:
    x = np.clip(x, -4.3, 4.3)  # where the tangent is 1 exactly
    u = x * x
    np.multiply(u, _ERF[0], out=out)
    for c in _ERF[1:-1]:
        out += c
        out *= u
    out += _ERF[-1]
    out *= x
    np.tanh(out, out=out)


def powers(x, axis: int):
    """x less a shift, its exponentials, and their sums along the axis (kept).

    The shift is the maximum along the axis. NumPy is slow to find those of many short rows, so
    there the maximum of all is tried, which serves where no sum becomes small.
    """
    short = x.size > 4096 and x.shape[axis] <= 256
    if short:
        y = x - np.maximum.reduce(x, None)
        e = np.exp(y)
        total = np.add.reduce(e, axis, keepdims=True)
        if total.min() > 1e-8:  # also False where one is NaN
            return y, e, total
    y = x - _highest(x, axis, short)
    e = np.exp(y)
    return y, e, np.add.reduce(e, axis, keepdims=True)


def _highest(x, axis: int, short: bool):
    if short and axis in (-1, x.ndim - 1) and x.flags.c_contiguous:
        columns = x.reshape(-1, x.shape[-1]).T
        return np.maximum.reduce(columns, 0).reshape(*x.shape[:-1], 1)
    return np.maximum.reduce(x, axis, keepdims=True)


def legacy(size_average, reduce, reduction) -> None:
    """Leave the two legacy flags, which warn, and unknown reductions to the operator itself."""
    require(size_average is None and reduce is None and reduction in ("none", "mean", "sum"))


def reduced(loss, reduction: str):
    """The losses themselves, their mean or their sum."""
    if reduction == "none":
        return loss
    total = np.add.reduce(loss, None, loss.dtype)
    if reduction == "sum":
        return total
    return total / loss.dtype.type(loss.size)


def spread_loss(ct, reduction: str, size: int):
    """The cotangent of each loss, of one element where all are the same."""
    return ct / ct.dtype.type(size) if reduction == "mean" else ct
