"""`GeneralizedPareto`.

https://docs.pytorch.org/docs/stable/distributions.html#generalizedpareto
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions._shared import batch_of
from torchish.distributions.distribution import Distribution, broadcast_all

__all__ = ["GeneralizedPareto"]


class GeneralizedPareto(Distribution):
    """(1 + c z) ** (-1 / c) is the probability to be above loc + scale z; exp(-z) where the
    concentration c is 0.

    >>> D.GeneralizedPareto(torch.tensor(0.0), torch.tensor(1.0), torch.tensor(0.5)).mean
    tensor(2.)
    """

    arg_constraints = {
        "loc": constraints.real,
        "scale": constraints.positive,
        "concentration": constraints.real,
    }
    has_rsample = True

    def __init__(
        self, loc: Any, scale: Any, concentration: Any, validate_args: bool | None = None
    ) -> None:
        self.loc, self.scale, self.concentration = broadcast_all(loc, scale, concentration)
        shape = batch_of((loc, scale, concentration), self.loc)
        super().__init__(shape, validate_args=validate_args)

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self) -> constraints.Constraint:
        end = self.loc - self.scale / self.concentration
        return constraints.interval(self.loc, torch.where(self.concentration < 0, end, math.inf))

    def _exponential(self) -> tuple[Tensor, Tensor]:
        """(where the concentration counts as 0, the concentration, 1 there)."""
        none = torch.isclose(self.concentration, torch.zeros_like(self.concentration))
        return none, torch.where(none, torch.ones_like(self.concentration), self.concentration)

    @property
    def mean(self) -> Tensor:
        c = self.concentration
        finite = self.loc + self.scale / (1 - torch.where(c < 1, c, 0.5))
        return torch.where(c < 1, finite, math.nan)

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        known = self.concentration < 0.5
        c = torch.where(known, self.concentration, 0.25)
        finite = self.scale.square() / ((1 - c).square() * (1 - 2 * c))
        return torch.where(known, finite, math.nan)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        return self.icdf(torch.rand(shape, dtype=self.loc.dtype, device=self.loc.device))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        z = (value - self.loc) / self.scale
        none, c = self._exponential()
        power = 1 / c + torch.ones_like(z)
        fall = torch.where(power == 0, power, power * torch.log1p(c * z))
        return -self.scale.log() - torch.where(none, z, fall)

    def log_survival_function(self, value: Tensor) -> Tensor:
        """The log of the probability to be above a value."""
        self._validate_sample(value)
        z = (value - self.loc) / self.scale
        none, c = self._exponential()
        return torch.where(none, -z, -torch.log1p(c * z) / c)

    def log_cdf(self, value: Tensor) -> Tensor:
        """The log of the probability to be at a value or below."""
        return torch.log1p(-torch.exp(self.log_survival_function(value)))

    def cdf(self, value: Tensor) -> Tensor:
        return torch.exp(self.log_cdf(value))

    def icdf(self, value: Tensor) -> Tensor:
        none, c = self._exponential()
        above = torch.log1p(-value)
        far = torch.where(none, -above, torch.expm1(-c * above) / c)
        return self.loc + self.scale * far

    def entropy(self) -> Tensor:
        return (self.scale.log() + self.concentration + 1).expand(self._batch_shape)


__getattr__ = _absent.attributes(__name__)
