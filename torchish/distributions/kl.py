"""Kullback-Leibler divergences in closed form.

https://docs.pytorch.org/docs/stable/distributions.html#module-torch.distributions.kl
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import _kl_cross
from torchish.distributions._shared import sum_rightmost
from torchish.distributions.bernoulli import Bernoulli
from torchish.distributions.beta import Beta
from torchish.distributions.binomial import Binomial
from torchish.distributions.categorical import Categorical
from torchish.distributions.cauchy import Cauchy
from torchish.distributions.dirichlet import Dirichlet
from torchish.distributions.distribution import Distribution
from torchish.distributions.exp_family import ExponentialFamily
from torchish.distributions.exponential import Exponential
from torchish.distributions.gamma import Gamma
from torchish.distributions.geometric import Geometric
from torchish.distributions.half_normal import HalfNormal
from torchish.distributions.independent import Independent
from torchish.distributions.laplace import Laplace
from torchish.distributions.lowrank_multivariate_normal import LowRankMultivariateNormal
from torchish.distributions.multivariate_normal import MultivariateNormal
from torchish.distributions.normal import Normal
from torchish.distributions.one_hot_categorical import OneHotCategorical
from torchish.distributions.poisson import Poisson
from torchish.distributions.transformed_distribution import TransformedDistribution
from torchish.distributions.uniform import Uniform
from torchish.nn import functional as F

__all__ = ["kl_divergence", "register_kl"]

_RULES: dict[tuple[type, type], Callable] = {}


def register_kl(type_p: type, type_q: type) -> Callable:
    """A decorator: the function gives the divergence of these two kinds of distributions."""
    for kind in (type_p, type_q):
        if not isinstance(kind, type):  # a mixin is none of ours, and its subclasses are
            raise TypeError(f"Expected a Distribution subclass but got {kind}")

    def decorator(rule: Callable) -> Callable:
        _RULES[type_p, type_q] = rule
        return rule

    return decorator


def _rule(kind_p: type, kind_q: type) -> Callable | None:
    """The rule of the nearest pair of classes: no other pair that fits is nearer in both."""
    fitting = [(a, b) for a, b in _RULES if issubclass(kind_p, a) and issubclass(kind_q, b)]
    if not fitting:
        return None
    steps_p, steps_q = kind_p.__mro__.index, kind_q.__mro__.index
    return _RULES[min(fitting, key=lambda pair: (steps_p(pair[0]), steps_q(pair[1])))]


def kl_divergence(p: Distribution, q: Distribution) -> Tensor:
    """KL(p ‖ q), by the rule of the nearest classes; NotImplementedError where there is none.

    >>> D.kl_divergence(D.Normal(0.0, 1.0), D.Normal(1.0, 1.0))
    tensor(0.5000)
    """
    rule = _rule(type(p), type(q))
    if rule is None:
        raise NotImplementedError(
            f"No KL(p || q) is implemented for p type {type(p).__name__} and q type "
            f"{type(q).__name__}"
        )
    return rule(p, q)


@register_kl(Normal, Normal)
def _normal(p: Normal, q: Normal) -> Tensor:
    ratio = (p.scale / q.scale).pow(2)
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale).pow(2) - 1 - ratio.log())


@register_kl(Bernoulli, Bernoulli)
def _bernoulli(p: Bernoulli, q: Bernoulli) -> Tensor:
    inf, zero = torch.full_like(q.probs, math.inf), torch.zeros_like(q.probs)
    a = p.probs * (F.softplus(-q.logits) - F.softplus(-p.logits))
    a = torch.where(q.probs == 0, inf, a)
    a = torch.where(p.probs == 0, zero, a)
    b = (1 - p.probs) * (F.softplus(q.logits) - F.softplus(p.logits))
    b = torch.where(q.probs == 1, inf, b)
    return a + torch.where(p.probs == 1, zero, b)


@register_kl(Categorical, Categorical)
def _categorical(p: Categorical, q: Categorical) -> Tensor:
    t = p.probs * (p.logits - q.logits)
    t = torch.where((q.probs == 0).expand_as(t), torch.full_like(t, math.inf), t)
    t = torch.where((p.probs == 0).expand_as(t), torch.zeros_like(t), t)
    return t.sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot(p: OneHotCategorical, q: OneHotCategorical) -> Tensor:
    return _categorical(p._categorical, q._categorical)


@register_kl(Independent, Independent)
def _independent(p: Independent, q: Independent) -> Tensor:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError("KL of Independent with unequal reinterpreted_batch_ndims")
    return sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


@register_kl(Uniform, Uniform)
def _uniform(p: Uniform, q: Uniform) -> Tensor:
    result = ((q.high - q.low) / (p.high - p.low)).log()
    outside = (q.low > p.low) | (q.high < p.high)
    return torch.where(outside, torch.full_like(result, math.inf), result)


@register_kl(Exponential, Exponential)
def _exponential(p: Exponential, q: Exponential) -> Tensor:
    ratio = q.rate / p.rate
    return -ratio.log() + ratio - 1


@register_kl(Geometric, Geometric)
def _geometric(p: Geometric, q: Geometric) -> Tensor:
    return -p.entropy() - torch.log1p(-q.probs) / p.probs - q.logits


@register_kl(Poisson, Poisson)
def _poisson(p: Poisson, q: Poisson) -> Tensor:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Laplace, Laplace)
def _laplace(p: Laplace, q: Laplace) -> Tensor:
    ratio, away = p.scale / q.scale, (p.loc - q.loc).abs()
    return -ratio.log() + ratio * torch.exp(-away / p.scale) + away / q.scale - 1


@register_kl(Gamma, Gamma)
def _gamma(p: Gamma, q: Gamma) -> Tensor:
    return (
        q.concentration * (p.rate / q.rate).log()
        + torch.lgamma(q.concentration)
        - torch.lgamma(p.concentration)
        + (p.concentration - q.concentration) * torch.digamma(p.concentration)
        + (q.rate - p.rate) * (p.concentration / p.rate)
    )


@register_kl(Dirichlet, Dirichlet)
def _dirichlet(p: Dirichlet, q: Dirichlet) -> Tensor:
    a, b = p.concentration, q.concentration
    total = a.sum(-1)
    spread = (torch.lgamma(b) - torch.lgamma(a)).sum(-1)
    slope = torch.digamma(a) - torch.digamma(total).unsqueeze(-1)
    return torch.lgamma(total) - torch.lgamma(b.sum(-1)) + spread + ((a - b) * slope).sum(-1)


@register_kl(Beta, Beta)
def _beta(p: Beta, q: Beta) -> Tensor:
    return _dirichlet(p._dirichlet, q._dirichlet)


@register_kl(HalfNormal, HalfNormal)
def _half_normal(p: HalfNormal, q: HalfNormal) -> Tensor:
    return _normal(p.base_dist, q.base_dist)


@register_kl(Cauchy, Cauchy)
def _cauchy(p: Cauchy, q: Cauchy) -> Tensor:
    """https://arxiv.org/abs/1905.10965"""
    apart = (p.scale + q.scale).square() + (p.loc - q.loc).square()
    return apart.log() - (4 * p.scale * q.scale).log()


@register_kl(Binomial, Binomial)
def _binomial(p: Binomial, q: Binomial) -> Tensor:
    if bool((p.total_count < q.total_count).any()):
        raise NotImplementedError(
            "KL between Binomials where q.total_count > p.total_count is not implemented"
        )
    one = p.probs * (p.logits - q.logits) + torch.log1p(-p.probs) - torch.log1p(-q.probs)
    return torch.where(p.total_count > q.total_count, math.inf, p.total_count * one)


@register_kl(Bernoulli, Poisson)
def _bernoulli_poisson(p: Bernoulli, q: Poisson) -> Tensor:
    return -p.entropy() - (p.probs * q.rate.log() - q.rate)


@register_kl(Poisson, Bernoulli)
@register_kl(Poisson, Binomial)
def _poisson_bounded(p: Poisson, q: Distribution) -> Tensor:
    return torch.full_like(p.rate, math.inf)


@register_kl(ExponentialFamily, ExponentialFamily)
def _family(p: ExponentialFamily, q: ExponentialFamily) -> Tensor:
    """The Bregman divergence of the normalizer."""
    if type(p) is not type(q):
        raise NotImplementedError(
            "The cross KL-divergence between different exponential families cannot be computed "
            "using Bregman divergences"
        )
    theta, value, means = p._normalizer_and_means()
    others = q._natural_params
    result = q._log_normalizer(*others) - value
    for a, b, mean in zip(theta, others, means, strict=True):
        result = result - sum_rightmost((b - a) * mean, len(q.event_shape))
    return result


@register_kl(TransformedDistribution, TransformedDistribution)
def _transformed(p: TransformedDistribution, q: TransformedDistribution) -> Tensor:
    if p.transforms != q.transforms or p.event_shape != q.event_shape:
        raise NotImplementedError("KL of TransformedDistributions with unequal transforms")
    return kl_divergence(p.base_dist, q.base_dist)


for _pair in _kl_cross.PAIRS:
    register_kl(*_pair)(_kl_cross.divergence)


# --- normal vectors -------------------------------------------------------------------------------


def _factors(p: Distribution) -> list[Tensor]:
    """Matrices A, B, … with the covariance A Aᵀ + B Bᵀ + …"""
    if isinstance(p, LowRankMultivariateNormal):
        return [p._w, p._d.sqrt().diag_embed()]
    return [p._unbroadcasted_scale_tril]


def _squares_under(q: Distribution, columns: Tensor) -> Tensor:
    """The sum over columns c of cᵀ C⁻¹ c, with the covariance C of q."""
    return q._distance(columns.mT.expand((*q.batch_shape, *columns.mT.shape[-2:]))).sum(-1)


def _log_det(p: Distribution) -> Tensor:
    return p._log_det() if isinstance(p, LowRankMultivariateNormal) else 2 * p._half_log_det()


@register_kl(MultivariateNormal, MultivariateNormal)
@register_kl(LowRankMultivariateNormal, LowRankMultivariateNormal)
@register_kl(MultivariateNormal, LowRankMultivariateNormal)
@register_kl(LowRankMultivariateNormal, MultivariateNormal)
def _normal_vectors(p: Distribution, q: Distribution) -> Tensor:
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two Multivariate Normals with\n"
            "                          different event shapes cannot be computed"
        )
    spread = sum(_squares_under(q, columns) for columns in _factors(p))
    distance = q._distance(q.loc - p.loc)
    return 0.5 * (_log_det(q) - _log_det(p) + spread + distance - p.event_shape[0])


__getattr__ = _absent.attributes(__name__)
