"""Promotion inside kernels, for operators whose operands arrive as they are."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.promotion import Promote, computation_dtypes, result_type, scalar_dtype
from torchish._core.engine.host.registry import require

__all__ = ["host_cast", "host_promoted", "is_number"]

_NUMBER_TYPES = (bool, int, float, complex)


def is_number(x: Any) -> bool:
    """Whether `x` is a plain Python number."""
    return type(x) in _NUMBER_TYPES


def host_cast(a: np.ndarray, d: dt.dtype) -> np.ndarray:
    """`promotion.cast` for NumPy arrays."""
    if a.dtype == d.np:
        return a
    if a.dtype.kind == "c":
        if d is dt.bool_:
            return a != 0
        if not d.is_complex:
            a = a.real
    if d is dt.bool_:
        return a != 0
    if d.category == dt.INT and a.dtype.kind in "fV":
        return _to_integers(a, d)
    if d is dt.float8_e4m3fn:
        a = np.clip(a, -448, 448)
    return a.astype(d.np)


def _to_integers(a: np.ndarray, d: dt.dtype) -> np.ndarray:
    """Floats towards zero; beyond int64 and NaN as C on x86-64 has it."""
    if a.dtype.kind == "V" or a.dtype.itemsize < 4:
        a = a.astype(np.float32)
    if d.itemsize < 8:
        whole = a.astype(np.int64)
        if d is not dt.uint8:
            whole = np.where((whole < -(2**31)) | (whole >= 2**31), -(2**31), whole)
        return whole.astype(d.np)
    return a.astype(d.np)


@functools.lru_cache(maxsize=1024)
def _dtypes(kind: Promote, operands: tuple, default: dt.dtype) -> tuple[dt.dtype, dt.dtype]:
    ranked = [
        (scalar_dtype(d), 0) if isinstance(d, type) else (dt.from_np(d), rank)
        for d, rank in operands
    ]
    return computation_dtypes(result_type(ranked), kind)


def host_promoted(kind: Promote, *operands: Any) -> tuple[list[np.ndarray], dt.dtype]:
    """(arrays in the computation dtype, result dtype), of arrays and Python numbers."""
    key = tuple([(type(x), 0) if is_number(x) else (x.dtype, 2 if x.ndim else 1) for x in operands])
    compute, result = _dtypes(kind, key, dt.get_default_dtype())
    out = []
    for x in operands:
        if not is_number(x):
            out.append(x if x.dtype == compute.np else host_cast(x, compute))
        else:
            require(compute.is_complex or type(x) is not complex)
            out.append(host_cast(np.asarray(x), compute))
    return out, result
