"""`MixtureSameFamily`.

https://docs.pytorch.org/docs/stable/distributions.html#mixturesamefamily
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Size, Tensor
from torchish.distributions import constraints
from torchish.distributions.categorical import Categorical
from torchish.distributions.distribution import Distribution

__all__ = ["MixtureSameFamily"]


class MixtureSameFamily(Distribution):
    """A mixture: `component_distribution` has the components in its last batch dim.

    >>> mix = D.Categorical(torch.tensor([0.5, 0.5]))
    >>> d = D.MixtureSameFamily(mix, D.Normal(torch.tensor([-1.0, 3.0]), torch.ones(2)))
    >>> d.mean
    tensor(1.)
    """

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

    @constraints.dependent_property
    def support(self) -> constraints.Constraint:
        return constraints.MixtureSameFamilyConstraint(self.component_distribution.support)

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

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
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

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> MixtureSameFamily:
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


__getattr__ = _absent.attributes(__name__)
