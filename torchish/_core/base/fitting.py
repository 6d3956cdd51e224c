"""Whether a number fits a dtype: PyTorch refuses to fill a tensor with one that does not.

https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch-dtype
"""

from __future__ import annotations

import math

import numpy as np
from ml_dtypes import finfo

from torchish._core.base import dtypes as dt
from torchish._core.base.dtypes import dtype

# What PyTorch's messages call the element types.
C_NAMES = {
    dt.uint8: "uint8_t",
    dt.int8: "int8_t",
    dt.int16: "int16_t",
    dt.int32: "int",
    dt.int64: "int64_t",
    dt.float16: "c10::Half",
    dt.bfloat16: "c10::BFloat16",
    dt.float32: "float",
    dt.float64: "double",
    dt.complex64: "c10::complex<float>",
    dt.complex128: "c10::complex<double>",
}
_PLAIN = {0, 1}


def _bounds(d: dtype, kind: type) -> tuple[float, float]:
    if d.category == dt.INT:
        high = int(np.iinfo(d.np).max)
        if d.is_signed:
            return -high - 1, high
        return -high if kind is int else 0, high  # negative integers wrap
    high = float(finfo(d.to_real().np if d.is_complex else d.np).max)
    return -high, high


def fits(value, d: dtype) -> bool:
    """Whether PyTorch converts a Python number to `d`; fractions are cut off, infinities of floats
    are kept, unsigned types take negative integers down to -max."""
    if d.category == dt.BOOL or value in _PLAIN:
        return True
    if isinstance(value, complex):
        if d.category == dt.COMPLEX:
            return fits(value.real, d) and fits(value.imag, d)
        if value.imag:
            return False
        value = value.real
    if isinstance(value, float) and not math.isfinite(value):
        return d.category > dt.INT
    if d in dt.FLOAT8:
        return True
    low, high = _bounds(d, type(value))
    return low <= value <= high


def require_fit(value, d: dtype) -> None:
    """RuntimeError, in PyTorch's words, for a number that does not fit."""
    if not fits(value, d):
        raise RuntimeError(
            f"value cannot be converted to type {C_NAMES.get(d, d.name)} without overflow"
        )
