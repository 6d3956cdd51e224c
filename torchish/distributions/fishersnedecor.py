"""`FisherSnedecor`.

https://docs.pytorch.org/docs/stable/distributions.html#fishersnedecor
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
from torchish.distributions.gamma import Gamma

__all__ = ["FisherSnedecor"]


class FisherSnedecor(Distribution):
    """The ratio of two Chi2, of `df1` and `df2` degrees of freedom, each over its mean.

    >>> D.FisherSnedecor(torch.tensor(2.0), torch.tensor(4.0)).mean
    tensor(2.)
    """

    arg_constraints = {"df1": constraints.positive, "df2": constraints.positive}
    has_rsample = True
    support = constraints.positive

    def __init__(self, df1: Any, df2: Any, validate_args: bool | None = None) -> None:
        self.df1, self.df2 = broadcast_all(df1, df2)
        self._gamma1 = Gamma(0.5 * self.df1, self.df1)
        self._gamma2 = Gamma(0.5 * self.df2, self.df2)
        super().__init__(batch_of((df1, df2), self.df1), validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return torch.where(self.df2 > 2, self.df2 / (self.df2 - 2), math.nan)

    @property
    def mode(self) -> Tensor:
        at = (self.df1 - 2) / self.df1 * self.df2 / (self.df2 + 2)
        return torch.where(self.df1 > 2, at, math.nan)

    @property
    def variance(self) -> Tensor:
        n, m = self.df1, self.df2
        finite = 2 * m.pow(2) * (n + m - 2) / (n * (m - 2).pow(2) * (m - 4))
        return torch.where(m > 4, finite, math.nan)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        above, below = self._gamma1.rsample(sample_shape), self._gamma2.rsample(sample_shape)
        tiny = torch.finfo(below.dtype).tiny
        return (above / below.clamp(min=tiny)).clamp(min=tiny)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        a, b, ratio = 0.5 * self.df1, 0.5 * self.df2, self.df1 / self.df2
        normalizer = torch.lgamma(a + b) - torch.lgamma(a) - torch.lgamma(b)
        rising = a * ratio.log() + (a - 1) * value.log()
        return normalizer + rising - (a + b) * torch.log1p(ratio * value)


__getattr__ = _absent.attributes(__name__)
