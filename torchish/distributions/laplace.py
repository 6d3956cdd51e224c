"""`Laplace`.

https://docs.pytorch.org/docs/stable/distributions.html#laplace
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions._shared import LocScale

__all__ = ["Laplace"]


class Laplace(LocScale):
    """The difference of two exponentials: density falls by e over `scale`.

    >>> d = D.Laplace(torch.tensor(1.0), torch.tensor(2.0))
    >>> d.variance, d.cdf(torch.tensor(1.0))
    (tensor(8.), tensor(0.5000))
    """

    @property
    def variance(self) -> Tensor:
        return 2 * self.scale.pow(2)

    @property
    def stddev(self) -> Tensor:
        return math.sqrt(2) * self.scale

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        like = self.loc
        u = torch.empty(self._extended_shape(sample_shape), dtype=like.dtype, device=like.device)
        u.uniform_(torch.finfo(like.dtype).eps - 1, 1)
        return self.loc - self.scale * u.sign() * torch.log1p(-u.abs())

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return -torch.log(2 * self.scale) - torch.abs(value - self.loc) / self.scale

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        away = value - self.loc
        return 0.5 - 0.5 * away.sign() * torch.expm1(-away.abs() / self.scale)

    def icdf(self, value: Tensor) -> Tensor:
        term = value - 0.5
        return self.loc - self.scale * term.sign() * torch.log1p(-2 * term.abs())

    def entropy(self) -> Tensor:
        return 1 + torch.log(2 * self.scale)


__getattr__ = _absent.attributes(__name__)
