"""Distributions made of distributions.

https://docs.pytorch.org/docs/stable/distributions.html
"""

from __future__ import annotations

import torchish as torch
from torchish.distributions import constraints
from torchish.distributions.discrete import Categorical
from torchish.distributions.distribution import Distribution
from torchish.tensor import Size, Tensor

__all__ = ["Independent", "MixtureSameFamily"]


def sum_rightmost(value: Tensor, dim: int) -> Tensor:
    """Summed over the last `dim` dims."""
    return value if dim == 0 else value.reshape((*value.shape[: value.dim() - dim], -1)).sum(-1)


class Independent(Distribution):
    """The last dims of a batch as one event."""

    arg_constraints = {}

    def __init__(
        self,
        base_distribution: Distribution,
        reinterpreted_batch_ndims: int,
        validate_args: bool | None = None,
    ) -> None:
        n, base = reinterpreted_batch_ndims, base_distribution
        if n > len(base.batch_shape):
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), "
                f"actual {n} vs {len(base.batch_shape)}"
            )
        shape = base.batch_shape + base.event_shape
        at = len(base.batch_shape) - n
        self.base_dist, self.reinterpreted_batch_ndims = base, n
        super().__init__(shape[:at], shape[at:], validate_args=validate_args)

    def expand(self, batch_shape, _instance=None) -> Independent:
        n = self.reinterpreted_batch_ndims
        extra = self.event_shape[:n]
        return Independent(self.base_dist.expand((*batch_shape, *extra)), n, validate_args=False)

    @property
    def has_rsample(self) -> bool:
        return self.base_dist.has_rsample

    @property
    def support(self) -> constraints.Constraint:
        n = self.reinterpreted_batch_ndims
        return constraints.independent(self.base_dist.support, n) if n else self.base_dist.support

    @property
    def mean(self) -> Tensor:
        return self.base_dist.mean

    @property
    def mode(self) -> Tensor:
        return self.base_dist.mode

    @property
    def variance(self) -> Tensor:
        return self.base_dist.variance

    def sample(self, sample_shape=()) -> Tensor:
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape=()) -> Tensor:
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Tensor) -> Tensor:
        return sum_rightmost(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Tensor:
        return sum_rightmost(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def __repr__(self) -> str:
        return f"Independent({self.base_dist}, {self.reinterpreted_batch_ndims})"


class MixtureSameFamily(Distribution):
    """A mixture: `component_distribution` has the components in its last batch dim."""

    arg_constraints = {}

    def __init__(
        self,
        mixture_distribution: Categorical,
        component_distribution: Distribution,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(
                " The Mixture distribution needs to be an  instance of "
                "torch.distributions.Categorical"
            )
        if not isinstance(component_distribution, Distribution):
            raise ValueError(
                "The Component distribution need to be an instance of "
                "torch.distributions.Distribution"
            )
        weights, parts = mixture_distribution, component_distribution
        if weights.logits.shape[-1] != parts.batch_shape[-1]:
            raise ValueError(
                f"`mixture_distribution component` ({weights.logits.shape[-1]}) does not equal "
                f"`component_distribution.batch_shape[-1]` ({parts.batch_shape[-1]})"
            )
        self.mixture_distribution, self.component_distribution = weights, parts
        shape = parts.batch_shape[:-1]
        super().__init__(shape, parts.event_shape, validate_args=validate_args)

    @property
    def support(self) -> constraints.Constraint:
        return self.component_distribution.support

    def _weights(self) -> Tensor:
        probs = self.mixture_distribution.probs
        return probs.reshape((*probs.shape, *[1] * len(self._event_shape)))

    @property
    def mean(self) -> Tensor:
        dim = -1 - len(self._event_shape)
        return (self._weights() * self.component_distribution.mean).sum(dim)

    @property
    def variance(self) -> Tensor:
        dim, parts = -1 - len(self._event_shape), self.component_distribution
        within = (self._weights() * parts.variance).sum(dim)
        between = (self._weights() * (parts.mean - self.mean.unsqueeze(dim)).pow(2)).sum(dim)
        return within + between

    def sample(self, sample_shape=()) -> Tensor:
        with torch.no_grad():
            n, event = len(sample_shape) + len(self._batch_shape), len(self._event_shape)
            chosen = self.mixture_distribution.sample(sample_shape)
            parts = self.component_distribution.sample(sample_shape)
            index = chosen.reshape((*chosen.shape, *[1] * (event + 1)))
            index = index.expand((*chosen.shape, 1, *self._event_shape))
            return parts.gather(n, index).squeeze(n)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        value = value.unsqueeze(-1 - len(self._event_shape))
        parts = self.component_distribution.log_prob(value)
        weights = torch.log_softmax(self.mixture_distribution.logits, dim=-1)
        return torch.logsumexp(parts + weights, dim=-1)

    def cdf(self, value: Tensor) -> Tensor:
        value = value.unsqueeze(-1 - len(self._event_shape))
        parts = self.component_distribution.cdf(value)
        return (parts * self.mixture_distribution.probs).sum(-1)

    def expand(self, batch_shape, _instance=None) -> MixtureSameFamily:
        shape = Size(batch_shape)
        parts = self.component_distribution
        return MixtureSameFamily(
            self.mixture_distribution.expand(shape),
            parts.expand((*shape, parts.batch_shape[-1])),
            validate_args=False,
        )

    def __repr__(self) -> str:
        return (
            f"MixtureSameFamily(\n  {self.mixture_distribution},\n  {self.component_distribution})"
        )
