"""Orthogonal polynomials of integer degree, by their three-term recurrences.

The degree is data: the recurrence runs to the largest degree at hand, and each element keeps the
value of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import lax

from torchish._core.ops.operands import is_complex, unsupported
from torchish._core.ops.table import Operand, Promote, elementwise


def _recurrence(x, n, first, step: Callable):
    """p(n) for p(0) = 1, p(1) = first, p(k + 1) = step(k, p(k), p(k - 1)); 0 for negative n."""
    degree = jnp.where(jnp.isfinite(n), jnp.trunc(n), -1).astype(jnp.int64)
    one = jnp.ones_like(x)

    def body(state):
        k, p, before, r = state
        p, before = step(k.astype(x.dtype), p, before), p
        k = k + 1
        return k, p, before, jnp.where(degree == k, p, r)

    start = jnp.where(degree == 0, one, jnp.where(degree == 1, first, jnp.zeros((), x.dtype)))
    top = jnp.max(degree, initial=0)
    state = (jnp.ones((), jnp.int64), first, one, start)
    return lax.while_loop(lambda s: s[0] < top, body, state)[3]


def _chebyshev(first: Callable, shifted: bool):
    def f(x, n):
        z = 2 * x - 1 if shifted else x
        return _recurrence(z, n, first(z), lambda k, p, before: 2 * z * p - before)

    return f


def _limited(f: Callable):
    """PyTorch gives NaN for degrees whose values leave the dtype's range."""

    def g(x, n):
        limit = 128 if x.dtype == jnp.float32 else 512
        return jnp.where(n > limit, jnp.asarray(jnp.nan, x.dtype), f(x, jnp.minimum(n, limit)))

    return g


def _hermite(scale: int):
    def f(x, n):
        return _recurrence(x, n, scale * x, lambda k, p, before: scale * (x * p - k * before))

    return f


def _laguerre(x, n):
    return _recurrence(
        x, n, 1 - x, lambda k, p, before: ((2 * k + 1 - x) * p - k * before) / (k + 1)
    )


def _legendre(x, n):
    return _recurrence(x, n, x, lambda k, p, before: ((2 * k + 1) * x * p - k * before) / (k + 1))


_FAMILIES = {
    "chebyshev_polynomial_t": (
        _chebyshev(lambda x: x, False),
        "Chebyshev polynomial of the first kind",
    ),
    "chebyshev_polynomial_u": (
        _chebyshev(lambda x: 2 * x, False),
        "Chebyshev polynomial of the second kind",
    ),
    "chebyshev_polynomial_v": (
        _chebyshev(lambda x: 2 * x - 1, False),
        "Chebyshev polynomial of the third kind",
    ),
    "chebyshev_polynomial_w": (
        _chebyshev(lambda x: 2 * x + 1, False),
        "Chebyshev polynomial of the fourth kind",
    ),
    "shifted_chebyshev_polynomial_t": (
        _chebyshev(lambda z: z, True),
        "Shifted Chebyshev polynomial T(2x - 1)",
    ),
    "shifted_chebyshev_polynomial_u": (
        _chebyshev(lambda z: 2 * z, True),
        "Shifted Chebyshev polynomial U(2x - 1)",
    ),
    "shifted_chebyshev_polynomial_v": (
        _chebyshev(lambda z: 2 * z - 1, True),
        "Shifted Chebyshev polynomial V(2x - 1)",
    ),
    "shifted_chebyshev_polynomial_w": (
        _chebyshev(lambda z: 2 * z + 1, True),
        "Shifted Chebyshev polynomial W(2x - 1)",
    ),
    "hermite_polynomial_h": (_limited(_hermite(2)), "Physicists' Hermite polynomial"),
    "hermite_polynomial_he": (_limited(_hermite(1)), "Probabilists' Hermite polynomial"),
    "laguerre_polynomial_l": (_laguerre, "Laguerre polynomial"),
    "legendre_polynomial_p": (_legendre, "Legendre polynomial"),
}


def _enter(name: str, f: Callable, text: str):
    def g(input: Operand, n: Operand):
        if is_complex(input):
            raise unsupported(f"{name}_cpu", input)
        return f(*jnp.broadcast_arrays(input, n))

    g.__doc__ = (
        f"{text} of degree n at input; no derivative, as in PyTorch "
        f"(https://docs.pytorch.org/docs/stable/special.html#torch.special.{name})"
    )
    elementwise(
        f"special.{name}", Promote.INT_TO_FLOAT, method=False, inplace=False, differentiable=False
    )(g)


for _name, (_f, _text) in _FAMILIES.items():
    _enter(_name, _f, _text)
