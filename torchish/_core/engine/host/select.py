"""Choices between large arrays without branches: NumPy's own `where` takes a jump for each element,
which costs ten times as much where the condition changes often."""

from __future__ import annotations

import numpy as np

__all__ = ["keep", "select"]

_FEW = 2048  # elements below which `where` is as fast
_INTS = {1: np.int8, 2: np.int16, 4: np.int32, 8: np.int64}


def _bits(mask, itemsize: int):
    """All bits set where the mask holds."""
    m = np.negative(mask.view(np.int8))
    return m if itemsize == 1 else m.astype(_INTS[itemsize])


def _plain(mask, *arrays) -> bool:
    """Whether arrays are large, real and contiguous, of the mask's shape or single elements."""
    if mask.size < _FEW or mask.dtype != np.bool_ or not mask.flags.c_contiguous:
        return False
    return all(
        isinstance(a, (np.ndarray, np.generic))  # two Python numbers are not cast
        and a.itemsize <= 8
        and a.dtype.kind != "c"
        and (not a.ndim or (a.shape == mask.shape and a.flags.c_contiguous))
        for a in arrays
    )


def keep(mask, a):
    """`a` where the mask holds, 0 elsewhere."""
    if not a.ndim or not _plain(mask, a):
        return np.where(mask, a, a.dtype.type(0))
    ints = _INTS[a.itemsize]
    m = _bits(mask, a.itemsize)
    np.bitwise_and(m, a.view(ints), out=m)
    return m.view(a.dtype)


def select(mask, a, b):
    """`a` where the mask holds, `b` elsewhere; of one dtype."""
    if not _plain(mask, a, b):
        return np.where(mask, a, b)
    ints = _INTS[a.itemsize]
    x, y = [np.asarray(v).view(ints) for v in (a, b)]
    m = _bits(mask, a.itemsize)
    np.bitwise_and(m, x ^ y, out=m)
    np.bitwise_xor(m, y, out=m)
    return m.view(a.dtype)
