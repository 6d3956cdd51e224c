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
    "reduced",
    "select",
    "spread_loss",
    "widest",
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


def erf(x):
    """The error function."""
    if x.dtype != np.float32:
        flat = np.fromiter(map(math.erf, x.reshape(-1).tolist()), np.float64, x.size)
        return flat.astype(x.dtype).reshape(x.shape)
    x = np.minimum(np.maximum(x, -4), 4)
    u = x * x
    top, bottom = u * _ERF_TOP[0], u * _ERF_BOTTOM[0]
    for a, b in zip(_ERF_TOP[1:-1], _ERF_BOTTOM[1:-1], strict=True):
        top += a
        top *= u
        bottom += b
        bottom *= u
    top += _ERF_TOP[-1]
    top *= x
    bottom += _ERF_BOTTOM[-1]
    top /= bottom
    return top


def widest(*arrays) -> np.dtype:
    """The common dtype of arrays, float32 at least."""
    return np.result_type(np.float32, *[a for a in arrays if a is not None])


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
