"""Distributions as a PyTorch user makes them; `torch` is PyTorch or torchish."""

from __future__ import annotations

import numpy as np


def make(torch) -> dict:
    """A dict of name → distribution with batch shapes () and (3,)."""
    d = torch.distributions
    a, b = torch.tensor([0.5, 1.0, 2.5]), torch.tensor([1.5, 0.7, 3.0])
    p = torch.tensor([0.2, 0.5, 0.9])
    rows = torch.tensor([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]])
    matrix = torch.tensor([[2.0, 0.5], [0.5, 1.0]])
    where = torch.tensor([0.3, -1.0])
    return {
        "Normal": d.Normal(a, b),
        "Normal of numbers": d.Normal(0.5, 2.0),
        "LogNormal": d.LogNormal(a, b),
        "HalfNormal": d.HalfNormal(b),
        "Laplace": d.Laplace(a, b),
        "Cauchy": d.Cauchy(a, b),
        "Uniform": d.Uniform(a - 1, a + b),
        "Exponential": d.Exponential(b),
        "Gamma": d.Gamma(a, b),
        "Beta": d.Beta(a, b),
        "Chi2": d.Chi2(b),
        "StudentT": d.StudentT(b + 2, a, b),
        "Dirichlet": d.Dirichlet(rows * 5),
        "MultivariateNormal": d.MultivariateNormal(where, matrix),
        "MultivariateNormal by precision": d.MultivariateNormal(where, precision_matrix=matrix),
        "MultivariateNormal by factor": d.MultivariateNormal(where, scale_tril=matrix.tril()),
        "Bernoulli": d.Bernoulli(p),
        "Bernoulli of logits": d.Bernoulli(logits=a - 1),
        "Geometric": d.Geometric(p),
        "Binomial": d.Binomial(7, p),
        "Poisson": d.Poisson(b),
        "Categorical": d.Categorical(rows),
        "Categorical of logits": d.Categorical(logits=rows * 3),
        "OneHotCategorical": d.OneHotCategorical(rows),
        "Multinomial": d.Multinomial(5, rows),
        "Independent": d.Independent(d.Normal(rows, rows + 1), 1),
        "Gumbel": d.Gumbel(a, b),
        "Weibull": d.Weibull(b, a),
        "Pareto": d.Pareto(a, b + 2),
        "HalfCauchy": d.HalfCauchy(b),
        "LogisticNormal": d.LogisticNormal(a, b),
        "RelaxedBernoulli": d.RelaxedBernoulli(torch.tensor(0.7), p),
        "RelaxedOneHotCategorical": d.RelaxedOneHotCategorical(torch.tensor(0.7), rows),
        "TransformedDistribution": d.TransformedDistribution(
            d.Normal(a, b), [d.AffineTransform(1.0, -b), d.SigmoidTransform()]
        ),
        "TransformedDistribution of vectors": d.TransformedDistribution(
            d.Independent(d.Normal(rows, rows + 1), 1), [d.StickBreakingTransform()]
        ),
        "MixtureSameFamily": d.MixtureSameFamily(d.Categorical(p), d.Normal(a, b)),
    }


def numbers(torch, dist) -> dict[str, list]:
    """What is known of a distribution: shapes, moments, samples under a seed, densities there."""

    def plain(t):
        return [list(t.shape), np.asarray(t.detach().numpy(), np.float64).ravel().tolist()]

    out = {"shapes": [list(dist.batch_shape), list(dist.event_shape)], "repr": repr(dist)}
    torch.manual_seed(5)
    x = dist.sample((4,))
    out["sample"] = plain(x)
    out["log_prob"] = plain(dist.log_prob(x))
    for name in ("mean", "variance", "stddev", "mode"):
        try:
            out[name] = plain(getattr(dist, name))
        except (NotImplementedError, AttributeError):
            continue
    for name in ("entropy",):
        try:
            out[name] = plain(getattr(dist, name)())
        except NotImplementedError:
            continue
    try:
        out["cdf"] = plain(dist.cdf(x))
    except (NotImplementedError, AttributeError):
        return out
    return out


def pairs(torch) -> dict:
    """Name → KL divergence of two of a kind."""
    d = torch.distributions
    a, b = torch.tensor([0.5, 1.0, 2.5]), torch.tensor([1.5, 0.7, 3.0])
    p, q = torch.tensor([0.2, 0.5, 0.9]), torch.tensor([0.3, 0.4, 0.5])
    m = torch.tensor([[2.0, 0.5], [0.5, 1.0]])
    kinds = {
        "Normal": (d.Normal(a, b), d.Normal(b, a)),
        "Bernoulli": (d.Bernoulli(p), d.Bernoulli(q)),
        "Categorical": (d.Categorical(p), d.Categorical(q)),
        "OneHotCategorical": (d.OneHotCategorical(p), d.OneHotCategorical(q)),
        "Uniform": (d.Uniform(a, a + 1), d.Uniform(a - 1, a + b)),
        "Exponential": (d.Exponential(a), d.Exponential(b)),
        "Geometric": (d.Geometric(p), d.Geometric(q)),
        "Poisson": (d.Poisson(a), d.Poisson(b)),
        "Laplace": (d.Laplace(a, b), d.Laplace(b, a)),
        "Gamma": (d.Gamma(a, b), d.Gamma(b, a)),
        "Beta": (d.Beta(a, b), d.Beta(b, a)),
        "Dirichlet": (d.Dirichlet(a), d.Dirichlet(b)),
        "MultivariateNormal": (
            d.MultivariateNormal(a[:2], m),
            d.MultivariateNormal(b[:2], m + torch.eye(2)),
        ),
        "Independent": (
            d.Independent(d.Normal(a, b), 1),
            d.Independent(d.Normal(b, a), 1),
        ),
    }
    return {name: d.kl_divergence(p, q).detach().numpy().tolist() for name, (p, q) in kinds.items()}
