"""What the random draws share: dtype groups, sizes, casts, and the checks of their arguments."""

from __future__ import annotations

import operator
from collections.abc import Sequence

import numpy as np

from torchish._core.base import dtypes
from torchish._core.base.errors import size_text

# A length, or the sizes of all dims.
Shape = int | Sequence[int]

HALVES = (dtypes.float16, dtypes.bfloat16)
SINGLES = (dtypes.float32, dtypes.float64)
FLOATS = HALVES + SINGLES
INTEGERS = (dtypes.uint8, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64)
# Digits of the fraction: integers up to 2 ** digits are exact.
DIGITS = {dtypes.float16: 11, dtypes.bfloat16: 8, dtypes.float32: 24, dtypes.float64: 53}
# Some messages name a dtype as C++ does.
C_NAMES = {
    dtypes.uint8: "unsigned char",
    dtypes.int8: "signed char",
    dtypes.int16: "short int",
    dtypes.int32: "int",
    dtypes.int64: "long int",
    dtypes.uint16: "short unsigned int",
    dtypes.uint32: "unsigned int",
    dtypes.uint64: "long unsigned int",
    dtypes.bool_: "bool",
    dtypes.float16: "c10::Half",
    dtypes.bfloat16: "c10::BFloat16",
    dtypes.float32: "float",
    dtypes.float64: "double",
    **{d: f"c10::{d.name.capitalize()}" for d in dtypes.FLOAT8},
    dtypes.complex32: "c10::complex<c10::Half>",
    dtypes.complex64: "c10::complex<float>",
    dtypes.complex128: "c10::complex<double>",
}
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


def kind_of(dtype) -> dtypes.dtype:
    """A dtype object from itself or from NumPy's."""
    return dtype if isinstance(dtype, dtypes.dtype) else dtypes.from_np(dtype)


def require(kind: dtypes.dtype, allowed: tuple[dtypes.dtype, ...], kernel: str) -> None:
    """NotImplementedError, worded as PyTorch's, for a dtype its kernel does not have."""
    if kind not in allowed:
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{dtypes.SCALAR_NAMES[kind]}'")


def sizes_of(shape: Shape) -> tuple[int, ...]:
    """The sizes as ints; RuntimeError for a negative one."""
    sizes = (shape,) if isinstance(shape, int | np.integer) else shape
    sizes = tuple(map(operator.index, sizes))
    for n in sizes:
        if n < 0:
            raise RuntimeError(
                f"Trying to create tensor with negative dimension {n}: {size_text(sizes)}"
            )
    return sizes


def int64(value) -> int:
    """An int that an int64 holds; ValueError otherwise."""
    value = operator.index(value)
    if not INT64_MIN <= value <= INT64_MAX:
        raise ValueError("Overflow when unpacking long long")
    return value


def cast(values: np.ndarray, kind: dtypes.dtype) -> np.ndarray:
    """As C++ casts: to halves by way of float32, to integers by way of int64, without warnings."""
    with np.errstate(all="ignore"):
        if kind in HALVES:
            values = values.astype(np.float32, copy=False)
        elif kind.category == dtypes.INT and values.dtype.kind == "f":
            values = values.astype(np.int64)
        return values.astype(kind.np, copy=False)


def expand(values: np.ndarray, sizes: tuple[int, ...]) -> np.ndarray:
    """A read-only view of this shape, or the error of `Tensor.expand`."""
    extra = len(sizes) - values.ndim
    if extra < 0:
        raise RuntimeError(
            f"expand: the number of sizes provided ({len(sizes)}) must be greater or equal to the "
            f"number of dimensions in the tensor ({values.ndim})"
        )
    for dim in reversed(range(extra, len(sizes))):
        if values.shape[dim - extra] not in (1, sizes[dim]):
            raise RuntimeError(
                f"The expanded size of the tensor ({sizes[dim]}) must match the existing size "
                f"({values.shape[dim - extra]}) at non-singleton dimension {dim}.  Target sizes: "
                f"{size_text(sizes)}.  Tensor sizes: {size_text(values.shape)}"
            )
    return np.broadcast_to(values, sizes)
