"""Divergences between distributions of numbers of different families.

Note [Cross entropies]
KL(p ‖ q) is -H(p) - E[log q(x)], x drawn from p. The log-density of each family here is a sum of
functions of x out of a short list: x, x², log x, log(1 - x), |x - m| and exp(-x / s). So one
formula of each family's log-density and one list of each family's means of these functions give the
divergence of every pair; it is infinite where p has mass that q has not.

https://docs.pytorch.org/docs/stable/distributions.html#module-torch.distributions.kl
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torchish as torch
from torchish._core.tensor import Tensor
from torchish.distributions.beta import Beta
from torchish.distributions.continuous_bernoulli import ContinuousBernoulli
from torchish.distributions.exponential import Exponential
from torchish.distributions.gamma import Gamma
from torchish.distributions.gumbel import Gumbel
from torchish.distributions.laplace import Laplace
from torchish.distributions.normal import Normal
from torchish.distributions.pareto import Pareto
from torchish.distributions.uniform import Uniform
from torchish.distributions.utils import euler_constant

__all__ = ["PAIRS", "divergence"]

PAIRS = [
    *[(Beta, q) for q in (ContinuousBernoulli, Exponential, Gamma, Normal, Pareto, Uniform)],
    *[
        (ContinuousBernoulli, q)
        for q in (ContinuousBernoulli, Exponential, Normal, Pareto, Uniform)
    ],
    *[
        (p, q)
        for p in (Exponential, Gamma, Gumbel, Laplace, Normal, Pareto, Uniform)
        for q in (
            *(Beta, ContinuousBernoulli, Exponential, Gamma, Gumbel, Laplace, Normal, Pareto),
            Uniform,
        )
        if p is not q
        and (q is not Laplace or p is Normal)
        and (q is not Gumbel or p in (Exponential, Gamma, Normal, Uniform))
        and (p, q) != (Laplace, Gumbel)
    ],
    (Gumbel, Gumbel),
    (Pareto, Pareto),
]


# --- means ----------------------------------------------------------------------------------------


def _mean(p: Any) -> Tensor:
    return p.mean


def _mean_square(p: Any) -> Tensor:
    return p.variance + p.mean.square()


def _x_log_x(x: Tensor) -> Tensor:
    return torch.special.xlogy(x, x)


def _mean_log(p: Any) -> Tensor:
    if isinstance(p, Beta):
        return torch.digamma(p.concentration1) - torch.digamma(p.concentration1 + p.concentration0)
    if isinstance(p, Gamma):
        return torch.digamma(p.concentration) - p.rate.log()
    if isinstance(p, Exponential):
        return -euler_constant - p.rate.log()
    if isinstance(p, Pareto):
        return p.scale.log() + p.alpha.reciprocal()
    return (_x_log_x(p.high) - _x_log_x(p.low)) / (p.high - p.low) - 1


def _mean_log_rest(p: Uniform) -> Tensor:
    """Of log(1 - x)."""
    return (_x_log_x(1 - p.low) - _x_log_x(1 - p.high)) / (p.high - p.low) - 1


def _mean_away(p: Normal, m: Tensor) -> Tensor:
    """Of |x - m|."""
    away = p.loc - m
    ratio = away / p.scale
    density = p.scale * math.sqrt(2 / math.pi) * torch.exp(-0.5 * ratio.square())
    return density + away * torch.erf(ratio * math.sqrt(0.5))


def _mean_fall(p: Any, m: Tensor, s: Tensor) -> Tensor:
    """Of exp(-(x - m) / s)."""
    t = s.reciprocal()
    if isinstance(p, Exponential):
        return torch.exp(m * t) * p.rate / (p.rate + t)
    if isinstance(p, Gamma):
        return torch.exp(m * t) * (1 + t / p.rate).pow(-p.concentration)
    if isinstance(p, Gumbel):
        return torch.exp((m - p.loc) * t) * torch.exp(torch.lgamma(1 + p.scale * t))
    if isinstance(p, Normal):
        return torch.exp((m - p.loc) * t + 0.5 * (p.scale * t).square())
    return (torch.exp((m - p.low) * t) - torch.exp((m - p.high) * t)) / ((p.high - p.low) * t)


# --- log-densities --------------------------------------------------------------------------------


def _beta(p: Any, q: Beta) -> Tensor:
    a, b = q.concentration1, q.concentration0
    normalizer = torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)
    return (a - 1) * _mean_log(p) + (b - 1) * _mean_log_rest(p) - normalizer


def _continuous_bernoulli(p: Any, q: ContinuousBernoulli) -> Tensor:
    return _mean(p) * q.logits + torch.log1p(-q.probs) + q._log_norm()


def _exponential(p: Any, q: Exponential) -> Tensor:
    return q.rate.log() - q.rate * _mean(p)


def _gamma(p: Any, q: Gamma) -> Tensor:
    a = q.concentration
    powers = torch.xlogy(a, q.rate) + (a - 1) * _mean_log(p)
    return powers - q.rate * _mean(p) - torch.lgamma(a)


def _gumbel(p: Any, q: Gumbel) -> Tensor:
    return (q.loc - _mean(p)) / q.scale - _mean_fall(p, q.loc, q.scale) - q.scale.log()


def _laplace(p: Any, q: Laplace) -> Tensor:
    return -_mean_away(p, q.loc) / q.scale - (2 * q.scale).log()


def _normal(p: Any, q: Normal) -> Tensor:
    # Around the mean of p, so that nothing cancels.
    spread = p.variance + (_mean(p) - q.loc).square()
    return -0.5 * spread / q.scale.square() - q.scale.log() - 0.5 * math.log(2 * math.pi)


def _pareto(p: Any, q: Pareto) -> Tensor:
    return q.alpha.log() + q.alpha * q.scale.log() - (q.alpha + 1) * _mean_log(p)


def _uniform(p: Any, q: Uniform) -> Tensor:
    return -(q.high - q.low).log()


_LOG_DENSITIES: dict[type, Callable[[Any, Any], Tensor]] = {
    Beta: _beta,
    ContinuousBernoulli: _continuous_bernoulli,
    Exponential: _exponential,
    Gamma: _gamma,
    Gumbel: _gumbel,
    Laplace: _laplace,
    Normal: _normal,
    Pareto: _pareto,
    Uniform: _uniform,
}


# --- where the densities are ----------------------------------------------------------------------


def _ends(p: Any) -> tuple[Any, Any]:
    """The lowest and the highest value."""
    if isinstance(p, Uniform):
        return p.low, p.high
    if isinstance(p, Pareto):
        return p.scale, math.inf
    if isinstance(p, (Beta, ContinuousBernoulli)):
        return 0.0, 1.0
    return (0.0 if isinstance(p, (Exponential, Gamma)) else -math.inf), math.inf


def _missing(p: Any, q: Any) -> Any:
    """Where p has mass that q has not."""
    (low, high), (q_low, q_high) = _ends(p), _ends(q)
    kinds = {type(p), type(q)}
    if kinds == {ContinuousBernoulli, Uniform}:
        # PyTorch's rule for these two, which takes equal ends for missing.
        return (
            (q_low >= low) | (q_high <= high)
            if isinstance(q, Uniform)
            else ((high >= q_high) | (low <= q_low))
        )
    below, above = q_low > low, q_high < high
    return True if below is True or above is True else below | above


def divergence(p: Any, q: Any) -> Tensor:
    """KL(p ‖ q). See Note [Cross entropies]."""
    missing = _missing(p, q)
    like = p.entropy()
    unbounded = not isinstance(p, (Pareto, Uniform))  # below
    if missing is True or (unbounded and isinstance(q, Pareto)):
        return torch.full_like(like, math.inf)
    kind = next(c for c in type(q).__mro__ if c in _LOG_DENSITIES)
    value = -like - _LOG_DENSITIES[kind](p, q)
    if isinstance(p, Pareto):  # moments that are infinite
        if kind is Normal:
            missing = missing | (p.alpha <= 2)
        elif kind in (Exponential, Gamma):
            missing = missing | (p.alpha <= 1)
    return value if missing is False else torch.where(missing, math.inf, value)
