"""`Cauchy`.

https://docs.pytorch.org/docs/stable/distributions.html#cauchy
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions._shared import LocScale

__all__ = ["Cauchy"]


class Cauchy(LocScale):
    """The ratio of two normals; it has neither mean nor variance.

    >>> D.Cauchy(torch.tensor(0.0), torch.tensor(1.0)).cdf(torch.tensor([0.0, 1.0]))
    tensor([0.5000, 0.7500])
    """

    @property
    def mean(self) -> Tensor:
        return torch.full_like(self.loc, math.nan)

    @property
    def variance(self) -> Tensor:
        return torch.full_like(self.loc, math.inf)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        drawn = torch.empty(shape, dtype=self.loc.dtype, device=self.loc.device).cauchy_()
        return self.loc + drawn * self.scale

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        ratio = ((value - self.loc) / self.scale) ** 2
        return -math.log(math.pi) - self.scale.log() - ratio.log1p()

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return torch.atan((value - self.loc) / self.scale) / math.pi + 0.5

    def icdf(self, value: Tensor) -> Tensor:
        return torch.tan(math.pi * (value - 0.5)) * self.scale + self.loc

    def entropy(self) -> Tensor:
        return math.log(4 * math.pi) + self.scale.log()


__getattr__ = _absent.attributes(__name__)
