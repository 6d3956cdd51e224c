"""Gradients of random numbers by the parameters of what they were drawn from.

Note [Implicit reparameterisation]
A variate x of a distribution with the cumulative function F(x; a) keeps its quantile when a moves:
dx/da = -(∂F/∂a) / f(x), f the density (Figurnov et al., 2018, https://arxiv.org/abs/1805.08498).
For a beta variate ∂F/∂a is an integral of f times the score, from 0 to x or, with the other sign,
from x to 1; it is taken on the side where less of the mass is. With t = x exp(-s / a) the integrand
falls like exp(-s), and an exp-sinh rule, whose nodes cover all scales of s, integrates it in double
precision. `beta_slope` and `gamma_slope` are written for NumPy and JAX alike.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.scipy import special as jss

from torchish._core.ops.operands import unsupported
from torchish._core.ops.table import Array, op

__all__ = ["beta_slope", "gamma_slope", "quadrature"]

# The exp-sinh rule for integrals of g(s) over s > 0: s = exp(c (tau - exp(-tau))), tau equidistant.
_TAU = np.linspace(-4.5, 5.5, 161)
_NODES = np.exp(_TAU - np.exp(-_TAU))
_WEIGHTS = _NODES * (1 + np.exp(-_TAU)) * (_TAU[1] - _TAU[0])


def quadrature(scale, xp: Any):
    """Nodes and weights for an integral over s > 0 of what has fallen off after a few `scale`."""
    return scale * xp.asarray(_NODES), scale * xp.asarray(_WEIGHTS)


def _lower(xp: Any, x, rest, a, b, shift, scale):
    """∫ (log t + shift) f(t) / f(x) dt from 0 to x, of the beta density f; `rest` is 1 - x."""
    s, weights = quadrature(scale, xp)
    step = -xp.expm1(-s / a)  # 1 - t / x
    growth = (b - 1) * xp.log1p(x * step / rest)
    terms = (xp.log(x) - s / a + shift) * xp.exp(xp.minimum(growth - s, 0))
    return x / a * (terms * weights).sum(-1, keepdims=True)


def _upper(xp: Any, x, rest, a, b, shift, scale):
    """∫ (log t + shift) f(t) / f(x) dt from x to 1."""
    s, weights = quadrature(scale, xp)
    step = -xp.expm1(-s / b)  # 1 - (1 - t) / (1 - x)
    growth = (a - 1) * xp.log1p(rest * step / x)
    terms = (xp.log1p(-rest * (1 - step)) + shift) * xp.exp(xp.minimum(growth - s, 0))
    return rest / b * (terms * weights).sum(-1, keepdims=True)


def beta_slope(xp: Any, digamma: Any, x, a, b):
    """dx/da of a beta variate x, in float64 arrays of one shape."""
    x, a, b = x[..., None], a[..., None], b[..., None]
    shift = digamma(a + b) - digamma(a)
    scale = 1 + xp.sqrt(a * b / (a + b + 1))
    left = x < a / (a + b)
    # Either side is right where the exponent falls; beyond, it is given numbers that do no harm.
    near, far = xp.where(left, x, 0.5), xp.where(left, 0.5, x)
    lower = _lower(xp, near, 1 - near, a, b, shift, scale)
    upper = _upper(xp, far, 1 - far, a, b, shift, scale)
    return xp.where(left, -lower, upper)[..., 0]


def gamma_slope(xp: Any, digamma: Any, x, a):
    """dx/da of a gamma variate x of scale 1, in float64 arrays of one shape."""
    x, a = x[..., None], a[..., None]
    s, weights = quadrature(1 + xp.sqrt(a), xp)
    left = x < a
    near, far = xp.where(left, x, a), xp.where(left, a, x)
    step = -xp.expm1(-s / a)
    score = xp.log(near) - s / a - digamma(a)
    terms = score * xp.exp(xp.minimum(near * step - s, 0))
    lower = near / a * (terms * weights).sum(-1, keepdims=True)
    score = xp.log(far + s) - digamma(a)
    terms = score * xp.exp(xp.minimum((a - 1) * xp.log1p(s / far) - s, 0))
    upper = (terms * weights).sum(-1, keepdims=True)
    return xp.where(left, -lower, upper)[..., 0]


def _wide(*arrays):
    return [x.astype(jnp.float64) for x in jnp.broadcast_arrays(*arrays)]


def _once(name: str, f):
    """Differentiating this is refused, as PyTorch does."""
    g = jax.custom_jvp(f)

    @g.defjvp
    def rule(primals, tangents):
        raise NotImplementedError(f"the derivative for '{name}' is not implemented.")

    return g


_gamma_slope = _once(
    "self: not implemented: _standard_gamma_grad", lambda a, x: lax.random_gamma_grad(a, x)
)
_beta_slope = _once(
    "_dirichlet_grad", lambda x, a, b: beta_slope(jnp, jss.digamma, *_wide(x, a, b)).astype(x.dtype)
)


def _floats(name: str, *arrays) -> None:
    for x in arrays:
        if x.dtype not in (jnp.float32, jnp.float64):
            raise unsupported(name, x)


@op("_standard_gamma_grad", method=False, out=False)
def standard_gamma_grad(self: Array, output: Array):
    """The derivative of gamma variates `output` of scale 1 by their shape `self`."""
    _floats("_standard_gamma_grad_cpu", self)
    return _gamma_slope(*jnp.broadcast_arrays(self, output))


@op("_dirichlet_grad", method=False, out=False)
def dirichlet_grad(x: Array, alpha: Array, total: Array):
    """The derivative of beta variates x, of the shapes alpha and total - alpha, by alpha, over
    1 - x: what the coordinates of Dirichlet points move by."""
    _floats("_dirichlet_grad_cpu", x)
    x, alpha, total = jnp.broadcast_arrays(x, alpha, total)
    return _beta_slope(x, alpha, total - alpha) / (1 - x)


@jax.custom_jvp
def _drawn_gamma(numbers, alpha):
    return numbers


@_drawn_gamma.defjvp
def _drawn_gamma_jvp(primals, tangents):
    numbers, alpha = primals
    return numbers, _gamma_slope(alpha, numbers) * tangents[1]


@op("_drawn_StandardGamma", method=False, out=False)
def drawn_standard_gamma(numbers: Array, alpha: Array):
    """Gamma variates drawn with the shapes `alpha`, by which they are differentiable."""
    return _drawn_gamma(numbers, alpha)


drawn_standard_gamma.grad_name = "StandardGammaBackward0"


@jax.custom_jvp
def _drawn_dirichlet(numbers, alpha):
    return numbers


@_drawn_dirichlet.defjvp
def _drawn_dirichlet_jvp(primals, tangents):
    x, alpha = primals
    total = alpha.sum(-1, keepdims=True)
    moved = _beta_slope(x, alpha, total - alpha) / (1 - x) * tangents[1]
    return x, moved - x * moved.sum(-1, keepdims=True)


@op("_drawn_Dirichlet", method=False, out=False)
def drawn_dirichlet(numbers: Array, alpha: Array):
    """Dirichlet points drawn with the concentrations `alpha`, by which they are differentiable."""
    return _drawn_dirichlet(numbers, alpha)


drawn_dirichlet.grad_name = "_DirichletBackward"
