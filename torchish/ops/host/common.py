"""What kernels of several families share: selections without branches, sums, small functions."""

from __future__ import annotations

import math

import numpy as np

from torchish.ops.host.registry import require

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


# Minimax fit of erf(x) / x on [-4, 4] by a quotient of polynomials in x squared; its relative error
# is 2.5e-8.
_ERF_TOP = (1.98652918e-06, 0.000284525633, 0.00388275018, 0.0530999206, 0.193535069, 1.12837914)
_ERF_BOTTOM = (3.74153897e-05, 0.00118537459, 0.0152061186, 0.115345406, 0.504848551, 1.0)


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
    x = np.clip(x, -4, 4)
    u = x * x
    bottom = u * _ERF_BOTTOM[0]
    np.multiply(u, _ERF_TOP[0], out=out)
    for a, b in zip(_ERF_TOP[1:-1], _ERF_BOTTOM[1:-1], strict=True):
        out += a
        out *= u
        bottom += b
        bottom *= u
    out += _ERF_TOP[-1]
    out *= x
    bottom += _ERF_BOTTOM[-1]
    out /= bottom


def powers(x, axis: int):
    """x less a shift, its exponentials, and their sums along the axis (kept).

    The shift is the maximum along the axis. NumPy is slow to find those of many short rows, so
    there the maximum of all is tried, which serves where no sum becomes small.
    """
    if x.size > 4096 and x.shape[axis] <= 256:
        y = x - np.maximum.reduce(x, None)
        e = np.exp(y)
        total = np.add.reduce(e, axis, keepdims=True)
        if total.min() > 1e-5:  # also False where one is NaN
            return y, e, total
    y = x - np.maximum.reduce(x, axis, keepdims=True)
    e = np.exp(y)
    return y, e, np.add.reduce(e, axis, keepdims=True)


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
