"""`HalfCauchy`.

https://docs.pytorch.org/docs/stable/distributions.html#halfcauchy
"""

from __future__ import annotations

import math
from typing import Any

import torchish as torch
from torchish import _absent
from torchish.distributions import constraints
from torchish.distributions.cauchy import Cauchy
from torchish.distributions.transformed_distribution import TransformedDistribution
from torchish.distributions.transforms import AbsTransform
from torchish.tensor import Tensor

__all__ = ["HalfCauchy"]


class HalfCauchy(TransformedDistribution):
    """The absolute value of a Cauchy around 0."""

    arg_constraints = {"scale": constraints.positive}
    support = constraints.nonnegative

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        base = Cauchy(0, scale, validate_args=False)
        super().__init__(base, AbsTransform(), validate_args=validate_args)

    @property
    def scale(self) -> Tensor:
        return self.base_dist.scale

    @property
    def mean(self) -> Tensor:
        return torch.full(self._extended_shape(), math.inf, dtype=self.scale.dtype)

    @property
    def mode(self) -> Tensor:
        return torch.zeros_like(self.scale)

    @property
    def variance(self) -> Tensor:
        return self.base_dist.variance

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        value = torch.as_tensor(value, dtype=self.scale.dtype)
        result = self.base_dist.log_prob(value) + math.log(2)
        return torch.where(value >= 0, result, -math.inf)

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: Tensor) -> Tensor:
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Tensor:
        return self.base_dist.entropy() - math.log(2)


__getattr__ = _absent.attributes(__name__)
