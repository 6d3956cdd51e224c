"""Evenly spaced values and Vandermonde matrices.

Filled tensors, `arange` and `eye` are made in the tensor layer, where their sizes and dtypes are
worked out.
https://docs.pytorch.org/docs/stable/torch.html#creation-ops
"""

from __future__ import annotations

import jax.numpy as jnp

from torchish._core.base import dtypes as dt
from torchish._core.base.promotion import cast
from torchish._core.ops.operands import is_bool, is_complex, is_int
from torchish._core.ops.table import Array, Bound, Number, Promote, op

__all__ = ["even"]

_C_NAMES = {dt.complex64: "c10::complex<float>", dt.complex128: "c10::complex<double>"}


def even(start, end, steps: int, dtype):
    """`steps` values from `start` to `end` in a floating dtype, each from the nearer end."""
    start, end = start.astype(dtype), end.astype(dtype)
    if steps < 2:
        return jnp.broadcast_to(start, (steps,))
    k = jnp.arange(steps)
    step = (end - start) / (steps - 1)
    return jnp.where(
        k < steps // 2,
        start + step * k.astype(step.dtype),
        end - step * (steps - 1 - k).astype(step.dtype),
    )


def _spaced_dtype(name: str, start, end, steps: int, dtype):
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    inferred = dt.get_default_dtype()
    if is_complex(start) or is_complex(end):
        inferred = inferred.to_complex()
        if dtype is not None and not dtype.is_complex:
            raise RuntimeError(
                f"torch.{name}(): inferred dtype {_C_NAMES[inferred]} can't be safely cast to "
                f"passed dtype {dt.SCALAR_NAMES[dtype]}"
            )
    dtype = dtype or inferred
    if dtype is dt.bool_:
        raise NotImplementedError(f"\"{name}_cpu\" not implemented for 'Bool'")
    return dtype


def _evenly(start, end, steps: int, dtype):
    """Values that end up as `dtype`, in the dtype in which they are worked out."""
    if dtype.category == dt.INT:
        start, end = (x.astype(jnp.int64) for x in (start, end))
        return even(start, end, steps, jnp.float64)
    return even(start, end, steps, jnp.float32 if dtype in (dt.float16, dt.bfloat16) else dtype.np)


@op("linspace", method=False)
def linspace(start: Bound, end: Bound, steps: int, *, dtype: dt.dtype | None = None):
    """`steps` evenly spaced values, both ends included, shape (steps,).

    RuntimeError for a negative number of steps.
    (https://docs.pytorch.org/docs/stable/generated/torch.linspace.html)
    """
    dtype = _spaced_dtype("linspace", start, end, steps, dtype)
    return cast(_evenly(start, end, steps, dtype), dtype)


@op("logspace", method=False)
def logspace(
    start: Bound, end: Bound, steps: int, base: Number = 10.0, *, dtype: dt.dtype | None = None
):
    """`steps` values from base**start to base**end, evenly spaced in the exponent, shape (steps,).

    RuntimeError for a negative number of steps.
    (https://docs.pytorch.org/docs/stable/generated/torch.logspace.html)
    """
    dtype = _spaced_dtype("logspace", start, end, steps, dtype)
    wide = jnp.complex128 if dtype.is_complex else jnp.float64
    exponents = _evenly(start, end, steps, dtype).astype(wide)
    return cast(jnp.power(base.astype(wide), exponents), dtype)


def _powers(x, n: int):
    """x**0 ... x**(n - 1) along a new last dimension, as running products."""
    if n == 0:
        return jnp.zeros((*x.shape, 0), x.dtype)
    if is_int(x):  # running products of integers are int64
        x = x.astype(jnp.int64)
    factors = jnp.broadcast_to(x[..., None], (*x.shape, n - 1))
    return jnp.cumprod(jnp.concatenate([jnp.ones((*x.shape, 1), x.dtype), factors], -1), -1)


@op("vander", Promote.BOOL_TO_INT, method=False, out=False)
def vander(x: Array, N: int | None = None, increasing: bool = False):
    """The Vandermonde matrix of a vector: powers N - 1 ... 0, or 0 ... N - 1.

    (https://docs.pytorch.org/docs/stable/generated/torch.vander.html)
    """
    if x.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    n = x.shape[0] if N is None else N
    if n < 0:
        raise RuntimeError("N must be non-negative.")
    powers = _powers(x, n)
    return powers if increasing else powers[:, ::-1]


@op("linalg.vander", method=False, out=False)
def linalg_vander(x: Array, *, N: int | None = None):
    """Vandermonde matrices of batches of vectors: powers 0 ... N - 1 along a new last dimension.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.vander.html)
    """
    if is_bool(x):
        raise RuntimeError(
            "linalg.vander supports floating point, complex, and integer tensors, but got Bool"
        )
    x = x if x.ndim else x[None]
    n = x.shape[-1] if N is None else N
    if n <= 1:
        raise RuntimeError("N must be greater than 1.")
    return _powers(x, n)
