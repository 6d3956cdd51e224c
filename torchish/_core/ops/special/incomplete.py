"""The incomplete gamma functions.

https://docs.pytorch.org/docs/stable/special.html
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.ops.operands import is_float, unsupported
from torchish._core.ops.table import Array, elementwise
from torchish._core.ops.variates import quadrature

_LARGE = 20  # from here on the density is found by Stirling's series, the integral by quadrature


@elementwise("igamma", aliases=("special.gammainc", "Tensor.igamma"), method=False)
def igamma(input: Array, other: Array):
    """The regularized lower incomplete gamma function P(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammainc)"""
    return _incomplete(input, other, True)


@elementwise("igammac", aliases=("special.gammaincc", "Tensor.igammac"), method=False)
def igammac(input: Array, other: Array):
    """The regularized upper incomplete gamma function Q(input, other); differentiable in other
    alone (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaincc)"""
    return _incomplete(input, other, False)


def _incomplete(a, x, lower):
    if not is_float(a):
        raise unsupported("igamma" if lower else "igammac", a)
    a, x = jnp.broadcast_arrays(a, x)
    return _gamma_part(lax.stop_gradient(a), x) if lower else _gamma_rest(lax.stop_gradient(a), x)


def _log_density(a, x):
    """log of x times the density of a gamma variate x, for large a: a log x - x - log Γ(a)."""
    away = (x - a) / a
    series = 1 / (12 * a) - 1 / (360 * a**3) + 1 / (1260 * a**5)
    return -a * (away - jnp.log1p(away)) + 0.5 * jnp.log(a / (2 * math.pi)) - series


def _by_quadrature(a, x):
    """(P, Q) for large a, in float64: the integral on the side of x where less of the mass is."""
    nodes, weights = quadrature(1 + jnp.sqrt(a[..., None]), jnp)
    left = x < a
    near, far = jnp.where(left, x, a), jnp.where(left, a, x)

    def add(k, total):
        s, w = nodes[..., k], weights[..., k]
        lower = -near * jnp.expm1(-s / a) - s
        upper = (a - 1) * jnp.log1p(s / far) - s
        return total + w * jnp.exp(jnp.minimum(jnp.where(left, lower, upper), 0))

    total = lax.fori_loop(0, nodes.shape[-1], add, jnp.zeros_like(x))
    part = total * jnp.exp(_log_density(a, x)) / jnp.where(left, a, x)
    return jnp.where(left, part, 1 - part), jnp.where(left, 1 - part, part)


def _both(a, x):
    """(P, Q) inside the domain, worked out in float64."""
    wide_a, wide_x = a.astype(jnp.float64), x.astype(jnp.float64)
    large = (wide_a > _LARGE) & (wide_x > 0) & jnp.isfinite(wide_a) & jnp.isfinite(wide_x)
    fifty = jnp.asarray(50.0)
    many, few = jnp.where(large, wide_a, fifty), jnp.where(large, fifty, wide_a)
    by_quadrature = _by_quadrature(many, jnp.where(large, wide_x, fifty))
    x_few = jnp.where(large, fifty, wide_x)
    by_series = lax.igamma(few, x_few), lax.igammac(few, x_few)
    both = zip(by_quadrature, by_series, strict=True)
    return [jnp.where(large, q, s).astype(x.dtype) for q, s in both]


def _at_edges(r, a, x, at_zero, at_infinity):
    """The limits at 0 and infinity, and NaN outside the domain, where the series gives anything.

    What one argument decides holds whatever the other is, NaN too, in PyTorch's order."""
    value = jnp.asarray
    r = jnp.where(jnp.isnan(a) | jnp.isnan(x), value(jnp.nan, x.dtype), r)
    r = jnp.where(jnp.isinf(x), value(at_infinity, x.dtype), r)
    both = jnp.where(jnp.isinf(x), value(jnp.nan, x.dtype), value(at_zero, x.dtype))
    r = jnp.where(jnp.isinf(a), both, r)
    r = jnp.where(x == 0, value(at_zero, x.dtype), r)
    none = jnp.where(x > 0, value(at_infinity, x.dtype), value(jnp.nan, x.dtype))
    r = jnp.where(a == 0, none, r)
    return jnp.where((a < 0) | (x < 0), value(jnp.nan, x.dtype), r)


def _gamma_density(a, x):
    large = a > _LARGE
    log = jnp.where(large, _log_density(jnp.where(large, a, 50), x) - jnp.log(x), 0)
    return jnp.exp(jnp.where(large, log, (a - 1) * jnp.log(x) - x - lax.lgamma(a)))


@jax.custom_jvp
def _gamma_part(a, x):
    return _at_edges(_both(a, x)[0], a, x, 0, 1)


@_gamma_part.defjvp
def _gamma_part_jvp(primals, tangents):
    return _gamma_part(*primals), _gamma_density(*primals) * tangents[1]


@jax.custom_jvp
def _gamma_rest(a, x):
    return _at_edges(_both(a, x)[1], a, x, 1, 0)


@_gamma_rest.defjvp
def _gamma_rest_jvp(primals, tangents):
    return _gamma_rest(*primals), -_gamma_density(*primals) * tangents[1]
