"""`StudentT`.

https://docs.pytorch.org/docs/stable/distributions.html#studentt
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions._shared import LocScale, batch_of, standard_normal
from torchish.distributions.chi2 import Chi2
from torchish.distributions.distribution import broadcast_all

__all__ = ["StudentT"]


class StudentT(LocScale):
    """A normal with a variance estimated from `df` degrees of freedom.

    >>> D.StudentT(torch.tensor(4.0)).variance
    tensor(2.)
    """

    arg_constraints = {"df": constraints.positive, **LocScale.arg_constraints}

    def __init__(
        self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: bool | None = None
    ) -> None:
        self.df, loc_, scale_ = broadcast_all(df, loc, scale)
        super().__init__(loc_, scale_, validate_args=validate_args)
        self._batch_shape = batch_of((df, loc, scale), self.df)

    @property
    def mean(self) -> Tensor:
        return torch.where(self.df > 1, self.loc, torch.full_like(self.loc, math.nan))

    @property
    def variance(self) -> Tensor:
        finite = self.scale.pow(2) * self.df / (self.df - 2)
        nan, inf = torch.full_like(self.df, math.nan), torch.full_like(self.df, math.inf)
        return torch.where(self.df > 2, finite, torch.where(self.df > 1, inf, nan))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        x = standard_normal(self._extended_shape(sample_shape), self.df)
        z = Chi2(self.df, validate_args=False).rsample(sample_shape)
        return self.loc + self.scale * x * torch.rsqrt(z / self.df)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        y = (value - self.loc) / self.scale
        z = (
            self.scale.log()
            + 0.5 * self.df.log()
            + 0.5 * math.log(math.pi)
            + torch.lgamma(0.5 * self.df)
            - torch.lgamma(0.5 * (self.df + 1.0))
        )
        return -0.5 * (self.df + 1.0) * torch.log1p(y**2.0 / self.df) - z

    def entropy(self) -> Tensor:
        half, more = 0.5 * self.df, 0.5 * (self.df + 1.0)
        log_beta = torch.lgamma(half) + math.lgamma(0.5) - torch.lgamma(more)
        slope = torch.digamma(more) - torch.digamma(half)
        return self.scale.log() + more * slope + 0.5 * self.df.log() + log_beta


__getattr__ = _absent.attributes(__name__)
