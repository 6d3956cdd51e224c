"""The absolute values of distributions that are symmetric about 0."""

from __future__ import annotations

import math
from typing import Any

import torchish as torch
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions.distribution import Distribution
from torchish.distributions.transformed_distribution import TransformedDistribution
from torchish.distributions.transforms import AbsTransform

__all__ = ["Folded"]


class Folded(TransformedDistribution):
    """The absolute value of `base`, which is symmetric about 0 and has a `scale`."""

    arg_constraints = {"scale": constraints.positive}
    _derived = ("scale",)
    support = constraints.nonnegative

    def __init__(self, base: Distribution, validate_args: bool | None) -> None:
        super().__init__(base, AbsTransform(), validate_args=validate_args)

    @property
    def scale(self) -> Tensor:
        return self.base_dist.scale

    @property
    def mode(self) -> Tensor:
        return torch.zeros_like(self.scale)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        value = torch.as_tensor(value, dtype=self.scale.dtype)
        result = self.base_dist.log_prob(value) + math.log(2)
        return torch.where(value >= 0, result, -math.inf)

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: Tensor) -> Any:
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Tensor:
        return self.base_dist.entropy() - math.log(2)
