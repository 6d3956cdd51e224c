"""Evaluation of Chebyshev series. No operator is entered here."""

from __future__ import annotations

from collections.abc import Sequence

import jax.numpy as jnp

__all__ = ["chebyshev"]


def chebyshev(coefficients: Sequence[float], t):
    """The series at t in [-1, 1], by Clenshaw's recurrence, with the terms that matter in t's
    precision."""
    eps = float(jnp.finfo(t.dtype).eps) / 16 * max(abs(c) for c in coefficients)
    used = list(coefficients)
    while abs(used[-1]) < eps:
        used.pop()
    b, after = jnp.zeros_like(t), jnp.zeros_like(t)
    for c in reversed(used[1:]):
        b, after = 2 * t * b - after + c, b
    return t * b - after + used[0]
