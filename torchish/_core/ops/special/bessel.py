"""Bessel functions and their relatives.

Each is put together from smooth parts whose Chebyshev coefficients are in special_tables.py: a
power-like part near 0, and the modulus and phase of the asymptotic form beyond.
"""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax import lax

from torchish._core.ops.operands import is_complex, unsupported, with_derivative
from torchish._core.ops.special import tables as tables
from torchish._core.ops.special.chebyshev import chebyshev
from torchish._core.ops.table import Array, Promote, elementwise


def _near(x):
    """x in [0, 8] as the variable of the tables of x²."""
    x = jnp.minimum(x, 8)
    return x * x / 32 - 1


def _far(x, order):
    """(amplitude, phase cosine and sine, P, Q) of Hankel's form for x >= 8."""
    p, q = (tables.P0, tables.Q0) if order == 0 else (tables.P1, tables.Q1)
    x = jnp.maximum(x, 8)
    z = 8 / x
    t = 2 * z * z - 1
    angle = x - (2 * order + 1) * math.pi / 4
    amplitude = jnp.sqrt(2 / (math.pi * x))
    return amplitude, jnp.cos(angle), jnp.sin(angle), chebyshev(p, t), z * chebyshev(q, t)


def _first_kind(x, order):
    a = jnp.abs(x)
    near = chebyshev(tables.J0_NEAR if order == 0 else tables.J1_NEAR, _near(a))
    amplitude, c, s, p, q = _far(a, order)
    r = jnp.where(a < 8, near if order == 0 else near * a, amplitude * (p * c - q * s))
    r = jnp.where(jnp.isinf(a), jnp.asarray(jnp.nan, x.dtype), r)  # as PyTorch's, not the limit
    return jnp.where(x < 0, -r, r) if order else r


def _second_kind(x, order):
    amplitude, c, s, p, q = _far(x, order)
    far = amplitude * (p * s + q * c)
    n = jnp.clip(x, jnp.finfo(x.dtype).tiny, 8)
    log = jnp.log(n) * _first_kind(n, order)
    if order == 0:
        near = 2 / math.pi * log + chebyshev(tables.Y0_NEAR, _near(n))
    else:
        near = 2 / math.pi * (log - 1 / n) + n * chebyshev(tables.Y1_NEAR, _near(n))
    r = jnp.where(x < 8, near, far)
    r = jnp.where(jnp.isinf(x), jnp.asarray(jnp.nan, x.dtype), r)
    r = jnp.where(x == 0, jnp.asarray(-jnp.inf, x.dtype), r)
    return jnp.where((x < 0) | jnp.isnan(x), jnp.asarray(jnp.nan, x.dtype), r)


@with_derivative(lambda x, y: -_j1(x))
def _j0(x):
    return _first_kind(x, 0)


@with_derivative(lambda x, y: _j0(x) - jnp.where(x == 0, 0.5, y / jnp.where(x == 0, 1, x)))
def _j1(x):
    return _first_kind(x, 1)


@with_derivative(lambda x, y: -_y1(x))
def _y0(x):
    return _second_kind(x, 0)


@with_derivative(lambda x, y: _y0(x) - y / x)
def _y1(x):
    return _second_kind(x, 1)


# --- modified
# --------------------------------------------------------------------------------------------------
# -


@with_derivative(lambda x, y: _i1(x))
def _i0(x):
    return lax.bessel_i0e(x) * jnp.exp(jnp.abs(x))


@with_derivative(lambda x, y: _i0(x) - jnp.where(x == 0, 0.5, y / jnp.where(x == 0, 1, x)))
def _i1(x):
    return lax.bessel_i1e(x) * jnp.exp(jnp.abs(x))


@with_derivative(lambda x, y: _i1e(x) - jnp.sign(x) * y)
def _i0e(x):
    return lax.bessel_i0e(x)


@with_derivative(
    lambda x, y: (
        _i0e(x)
        - y * (jnp.sign(x) + jnp.where(x == 0, 0, 1 / jnp.where(x == 0, 1, x)))
        - jnp.where(x == 0, 0.5, 0)
    )
)
def _i1e(x):
    return lax.bessel_i1e(x)


def _third_kind(x, order, scaled):
    """K, times e^x when scaled."""
    n = jnp.clip(x, jnp.finfo(x.dtype).tiny, 2)
    t = n * n / 2 - 1
    half_log = jnp.log(n / 2)
    if order == 0:
        near = chebyshev(tables.K0_NEAR, t) - half_log * _i0(n)
    else:
        near = chebyshev(tables.K1_NEAR, t) / n + half_log * _i1(n)
    f = jnp.maximum(x, 2)
    far = chebyshev(tables.K0_FAR if order == 0 else tables.K1_FAR, 4 / f - 1) / jnp.sqrt(f)
    r = (
        jnp.where(x <= 2, near * jnp.exp(n), far)
        if scaled
        else jnp.where(x <= 2, near, far * jnp.exp(-f))
    )
    r = jnp.where(x == 0, jnp.asarray(jnp.inf, x.dtype), r)
    return jnp.where((x < 0) | jnp.isnan(x), jnp.asarray(jnp.nan, x.dtype), r)


@with_derivative(lambda x, y: -_k1(x))
def _k0(x):
    return _third_kind(x, 0, False)


@with_derivative(lambda x, y: -_k0(x) - y / x)
def _k1(x):
    return _third_kind(x, 1, False)


@with_derivative(lambda x, y: y - _k1e(x))
def _k0e(x):
    return _third_kind(x, 0, True)


@with_derivative(lambda x, y: y - _k0e(x) - y / x)
def _k1e(x):
    return _third_kind(x, 1, True)


# --- Airy, spherical
# --------------------------------------------------------------------------------------------


def _airy(x):
    middle = chebyshev(tables.AIRY_MIDDLE, (jnp.clip(x, -4, 2) + 1) / 3)
    r = jnp.maximum(x, 2)
    zeta = 2 / 3 * r * jnp.sqrt(r)
    start = 2 / 3 * 2**1.5
    right = (
        chebyshev(tables.AIRY_RIGHT, 2 * start / zeta - 1) * jnp.exp(-zeta) / jnp.sqrt(jnp.sqrt(r))
    )
    n = jnp.maximum(-x, 4)
    zeta = 2 / 3 * n * jnp.sqrt(n)
    z = 2 / 3 * 8 / zeta
    t = 2 * z * z - 1
    angle = zeta - math.pi / 4
    wave = chebyshev(tables.AIRY_LEFT_P, t) * jnp.cos(angle) + z * chebyshev(
        tables.AIRY_LEFT_Q, t
    ) * jnp.sin(angle)
    left = wave / (math.sqrt(math.pi) * jnp.sqrt(jnp.sqrt(n)))
    y = jnp.where(x > 2, right, jnp.where(x < -4, left, middle))
    return jnp.where(jnp.isfinite(x), y, jnp.asarray(jnp.nan, x.dtype))


def _spherical(x):
    small = jnp.abs(x) < 0.5
    s = jnp.where(small, x, jnp.zeros((), x.dtype))
    q = s * s
    series = jnp.ones_like(q)
    for k in range(7, 0, -1):
        series = 1 - series * q / (2 * k * (2 * k + 1))
    safe = jnp.where(small, jnp.ones((), x.dtype), x)
    return jnp.where(
        jnp.isinf(x), jnp.zeros((), x.dtype), jnp.where(small, series, jnp.sin(safe) / safe)
    )


def _enter(name: str, f, text: str, **options):
    short = name.rsplit(".", 1)[-1]

    def g(input: Array):
        if is_complex(input):
            raise unsupported(f"{short}_cpu", input)
        return f(input)

    g.__doc__ = f"{text} (https://docs.pytorch.org/docs/stable/special.html#torch.special.{short})"
    elementwise(name, Promote.INT_TO_FLOAT, **options)(g)


_PLAIN = dict(method=False, inplace=False)
_enter(
    "i0", _i0, "The modified Bessel function of the first kind, order 0", aliases=("special.i0",)
)
for _name, _f, _text in (
    ("i0e", _i0e, "exp(-|x|) times the modified Bessel function of the first kind, order 0"),
    ("i1", _i1, "The modified Bessel function of the first kind, order 1"),
    ("i1e", _i1e, "exp(-|x|) times the modified Bessel function of the first kind, order 1"),
    ("bessel_j0", _j0, "The Bessel function of the first kind, order 0"),
    ("bessel_j1", _j1, "The Bessel function of the first kind, order 1"),
    ("bessel_y0", _y0, "The Bessel function of the second kind, order 0"),
    ("bessel_y1", _y1, "The Bessel function of the second kind, order 1"),
    ("modified_bessel_i0", _i0, "The modified Bessel function of the first kind, order 0"),
    ("modified_bessel_i1", _i1, "The modified Bessel function of the first kind, order 1"),
    ("modified_bessel_k0", _k0, "The modified Bessel function of the second kind, order 0"),
    ("modified_bessel_k1", _k1, "The modified Bessel function of the second kind, order 1"),
    (
        "scaled_modified_bessel_k0",
        _k0e,
        "exp(x) times the modified Bessel function of the second kind, order 0",
    ),
    (
        "scaled_modified_bessel_k1",
        _k1e,
        "exp(x) times the modified Bessel function of the second kind, order 1",
    ),
    ("airy_ai", _airy, "The Airy function Ai"),
    ("spherical_bessel_j0", _spherical, "The spherical Bessel function of the first kind, order 0"),
):
    _enter(f"special.{_name}", _f, _text, **_PLAIN)
