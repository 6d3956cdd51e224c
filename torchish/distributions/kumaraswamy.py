"""`Kumaraswamy`.

https://docs.pytorch.org/docs/stable/distributions.html#kumaraswamy
"""

from __future__ import annotations

import math
from typing import Any

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions.distribution import broadcast_all
from torchish.distributions.transformed_distribution import TransformedDistribution
from torchish.distributions.transforms import AffineTransform, PowerTransform
from torchish.distributions.uniform import Uniform
from torchish.distributions.utils import euler_constant

__all__ = ["Kumaraswamy"]


class Kumaraswamy(TransformedDistribution):
    """(1 - y ** concentration1) ** concentration0 is the probability to be above y, in (0, 1).

    >>> D.Kumaraswamy(torch.tensor(1.0), torch.tensor(1.0)).mean
    tensor(0.5000)
    """

    has_rsample = True

    arg_constraints = {
        "concentration1": constraints.positive,
        "concentration0": constraints.positive,
    }
    support = constraints.unit_interval

    def __init__(
        self, concentration1: Any, concentration0: Any, validate_args: bool | None = None
    ) -> None:
        self.concentration1, self.concentration0 = broadcast_all(concentration1, concentration0)
        zeros = torch.zeros_like(self.concentration0)
        base = Uniform(zeros, torch.ones_like(zeros), validate_args=validate_args)
        steps = [
            PowerTransform(self.concentration0.reciprocal()),
            AffineTransform(1.0, -1.0),
            PowerTransform(self.concentration1.reciprocal()),
        ]
        super().__init__(base, steps, validate_args=validate_args)

    def _moment(self, n: int) -> Tensor:
        """The mean of y ** n: b B(1 + n / a, b)."""
        a, b = 1 + n / self.concentration1, self.concentration0
        return b * torch.exp(torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b))

    @property
    def mean(self) -> Tensor:
        return self._moment(1)

    @property
    def mode(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        at = (torch.log1p(-b) / b - torch.log1p(-a * b)).exp()
        return torch.where((a < 1) | (b < 1), math.nan, at)

    @property
    def variance(self) -> Tensor:
        return self._moment(2) - self._moment(1).pow(2)

    def entropy(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        harmonic = torch.digamma(b + 1) + euler_constant
        return (1 - 1 / b) + (1 - 1 / a) * harmonic - a.log() - b.log()


__getattr__ = _absent.attributes(__name__)
