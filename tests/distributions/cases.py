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
        "InverseGamma": d.InverseGamma(b + 2, a),
        "InverseGamma without moments": d.InverseGamma(a, b),
        "FisherSnedecor": d.FisherSnedecor(a * 3, b * 4),
        "GeneralizedPareto": d.GeneralizedPareto(a, b, torch.tensor([0.3, 0.0, -0.7])),
        "GeneralizedPareto of numbers": d.GeneralizedPareto(0.5, 2.0, 1.5),
        "Kumaraswamy": d.Kumaraswamy(a, b),
        "VonMises": d.VonMises(a, b * torch.tensor([1e-3, 1.0, 2.0])),
        "ContinuousBernoulli": d.ContinuousBernoulli(torch.tensor([0.2, 0.4995, 0.9])),
        "ContinuousBernoulli of logits": d.ContinuousBernoulli(logits=a - 1),
        "NegativeBinomial": d.NegativeBinomial(torch.tensor([3.0, 0.0, 7.5]), p),
        "NegativeBinomial of logits": d.NegativeBinomial(4, logits=a - 1),
        "LKJCholesky": d.LKJCholesky(3, a),
        "LKJCholesky of a number": d.LKJCholesky(4, 1.5),
        "LowRankMultivariateNormal": d.LowRankMultivariateNormal(a, rows.T, b),
        "LowRankMultivariateNormal of a batch": d.LowRankMultivariateNormal(
            rows, rows.T @ matrix, b
        ),
        "Wishart": d.Wishart(torch.tensor([4.0, 5.5]), matrix),
        "Wishart by factor": d.Wishart(5, scale_tril=matrix.tril()),
        "Wishart by precision": d.Wishart(6.0, precision_matrix=matrix),
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
    try:
        out["entropy"] = plain(dist.entropy())
    except NotImplementedError:
        pass
    try:
        out["cdf"] = plain(dist.cdf(x))
    except (NotImplementedError, AttributeError):
        pass
    try:
        shape = [5, *[1] * len(dist.batch_shape)]
        out["icdf"] = plain(dist.icdf(torch.tensor([0.01, 0.3, 0.5, 0.8, 0.999]).view(shape)))
    except (NotImplementedError, AttributeError):
        pass
    if dist.has_enumerate_support:
        out["values"] = plain(dist.enumerate_support())
    wide = dist.expand((2, *dist.batch_shape))
    out["expanded"] = plain(wide.log_prob(x[:2]))
    torch.manual_seed(6)
    out["sample of expanded"] = plain(wide.sample())
    out["constraints"] = {
        name: repr(c) for name, c in dist.arg_constraints.items() if name in dist.__dict__
    }
    return out


def pairs(torch) -> dict:
    """Name → KL divergence of two of a kind."""
    d = torch.distributions
    a, b = torch.tensor([0.5, 1.0, 2.5]), torch.tensor([1.5, 0.7, 3.0])
    p, q = torch.tensor([0.2, 0.5, 0.9]), torch.tensor([0.3, 0.4, 0.5])
    m = torch.tensor([[2.0, 0.5], [0.5, 1.0]])
    w, v = torch.tensor([[0.5], [0.2]]), torch.tensor([[0.1, 0.7], [1.0, -0.4]])
    full = d.MultivariateNormal(a[:2], m)
    thin = d.LowRankMultivariateNormal(b[:2], w, a[1:])
    of_numbers = {
        "Beta": (d.Beta(a, b), d.Beta(b, a)),
        "ContinuousBernoulli": (d.ContinuousBernoulli(p), d.ContinuousBernoulli(q)),
        "Exponential": (d.Exponential(a), d.Exponential(b)),
        "Gamma": (d.Gamma(a, b), d.Gamma(b, a)),
        "Gumbel": (d.Gumbel(a, b), d.Gumbel(b, a)),
        "Laplace": (d.Laplace(a, b), d.Laplace(b, a)),
        "Normal": (d.Normal(a, b), d.Normal(b, a)),
        "Pareto": (d.Pareto(a, b), d.Pareto(a / 2, a)),
        "Uniform": (d.Uniform(p / 3, p), d.Uniform(a - 0.5, a + b)),
    }
    kinds = {
        f"{one} and {other}": (of_numbers[one][0], of_numbers[other][1])
        for one in of_numbers
        for other in of_numbers
    }
    kinds |= {
        "Normal": (d.Normal(a, b), d.Normal(b, a)),
        "Bernoulli": (d.Bernoulli(p), d.Bernoulli(q)),
        "Bernoulli and Poisson": (d.Bernoulli(p), d.Poisson(a)),
        "Poisson and Bernoulli": (d.Poisson(a), d.Bernoulli(p)),
        "Poisson and Binomial": (d.Poisson(a), d.Binomial(3, p)),
        "Binomial": (d.Binomial(5, p), d.Binomial(torch.tensor([5.0, 5.0, 3.0]), q)),
        "Categorical": (d.Categorical(p), d.Categorical(q)),
        "Cauchy": (d.Cauchy(a, b), d.Cauchy(b, a)),
        "OneHotCategorical": (d.OneHotCategorical(p), d.OneHotCategorical(q)),
        "Geometric": (d.Geometric(p), d.Geometric(q)),
        "HalfNormal": (d.HalfNormal(a), d.HalfNormal(b)),
        "HalfCauchy": (d.HalfCauchy(a), d.HalfCauchy(b)),
        "LogNormal": (d.LogNormal(a, b), d.LogNormal(b, a)),
        "Poisson": (d.Poisson(a), d.Poisson(b)),
        "Dirichlet": (d.Dirichlet(a), d.Dirichlet(b)),
        "Wishart": (d.Wishart(4.0, m), d.Wishart(5.0, m + torch.eye(2))),
        "MultivariateNormal": (full, d.MultivariateNormal(b[:2], m + torch.eye(2))),
        "MultivariateNormal and LowRank": (full, thin),
        "LowRank and MultivariateNormal": (thin, full),
        "LowRank": (thin, d.LowRankMultivariateNormal(a[:2], v, b[:2])),
        "LowRank of a batch": (
            thin,
            d.LowRankMultivariateNormal(torch.zeros(3, 2), v, b[:2]),
        ),
        "Independent": (
            d.Independent(d.Normal(a, b), 1),
            d.Independent(d.Normal(b, a), 1),
        ),
    }
    out = {}
    for name, (one, other) in kinds.items():
        try:
            value = d.kl_divergence(one, other)
        except NotImplementedError:
            out[name] = None
            continue
        out[name] = value.detach().numpy().tolist()
    return out
