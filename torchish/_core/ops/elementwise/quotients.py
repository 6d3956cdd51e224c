"""Quotients that are rounded once.

XLA makes a division by a constant, or by what is broadcast, a product with the reciprocal, which is
rounded twice: 41 times 1 / 41 is 0.99999994 in float32. PyTorch divides.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.ops.operands import is_int


def spread(x, shape: tuple[int, ...]):
    """x broadcast to a shape, in a way that a division by it stays one.

    XLA drops the barrier after it has simplified, so the copies take no memory.
    """
    x = jnp.asarray(x)
    return x if x.shape == shape else lax.optimization_barrier(jnp.broadcast_to(x, shape))


def divide(a, b):
    """a / b, of one dtype, broadcast to one shape; each quotient is the nearest number."""
    a = jnp.asarray(a)
    if isinstance(b, (int, float, np.ndarray, np.generic)):
        b = lax.optimization_barrier(jnp.asarray(b, a.dtype))
    return a / spread(b, jnp.broadcast_shapes(a.shape, b.shape))


def mean(x, axis=None, keepdims: bool = False):
    """The mean of floats over axes, of all elements by default; NaN of none."""
    total = jnp.sum(x, axis=axis, keepdims=keepdims)
    count = x.size // total.size if total.size else 0
    if axis is not None and not total.size:
        return total
    return divide(total, count) if count else total * jnp.nan


# --- remainders


def _with_slope(rest, quotient):
    """A remainder of floats with its derivative: 1 for the dividend, whatever its value, and the
    whole quotient, negative, for the divisor."""

    @jax.custom_jvp
    def rested(a, b):
        return rest(a, b)

    @rested.defjvp
    def _(primals, tangents):
        (a, b), (da, db) = primals, tangents
        return rested(a, b), da - quotient(a, b) * db

    return lambda a, b: (rest if is_int(a) else rested)(*jnp.broadcast_arrays(a, b))


def _python_rest(a, b):
    mod = lax.rem(a, b)
    return jnp.where((mod != 0) & ((b < 0) != (mod < 0)), mod + b, mod)


fmod = _with_slope(lax.rem, lambda a, b: jnp.trunc(a / b))
remainder = _with_slope(_python_rest, lambda a, b: jnp.floor(a / b))
