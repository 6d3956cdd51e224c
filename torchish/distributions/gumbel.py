"""`Gumbel`.

https://docs.pytorch.org/docs/stable/distributions.html#gumbel
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
from torchish.distributions.transforms import AffineTransform, ExpTransform
from torchish.distributions.uniform import Uniform
from torchish.distributions.utils import euler_constant

__all__ = ["Gumbel"]


class Gumbel(TransformedDistribution):
    """The largest of many: exp(-exp(-(y - loc) / scale)) is the probability to stay below y.

    >>> D.Gumbel(torch.tensor(0.0), torch.tensor(1.0)).mean
    tensor(0.5772)
    """

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        info = torch.finfo(self.loc.dtype)
        zeros = torch.zeros_like(self.loc)
        base = Uniform(zeros + info.tiny, zeros + 1 - info.eps, validate_args=validate_args)
        falling = ExpTransform().inv
        steps = [
            falling,
            AffineTransform(0, -torch.ones_like(self.scale)),
            falling,
            AffineTransform(self.loc, -self.scale),
        ]
        super().__init__(base, steps, validate_args=validate_args)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        y = (self.loc - value) / self.scale
        return (y - y.exp()) - self.scale.log()

    @property
    def mean(self) -> Tensor:
        return self.loc + self.scale * euler_constant

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def stddev(self) -> Tensor:
        return (math.pi / math.sqrt(6)) * self.scale

    @property
    def variance(self) -> Tensor:
        return self.stddev.pow(2)

    def entropy(self) -> Tensor:
        return self.scale.log() + (1 + euler_constant)


__getattr__ = _absent.attributes(__name__)
