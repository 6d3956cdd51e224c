"""`HalfCauchy`.

https://docs.pytorch.org/docs/stable/distributions.html#halfcauchy
"""

from __future__ import annotations

import math
from typing import Any

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions._folded import Folded
from torchish.distributions.cauchy import Cauchy

__all__ = ["HalfCauchy"]


class HalfCauchy(Folded):
    """The absolute value of a Cauchy around 0.

    >>> D.HalfCauchy(torch.tensor(1.0)).cdf(torch.tensor(1.0))
    tensor(0.5000)
    """

    has_rsample = True

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Cauchy(0, scale, validate_args=False), validate_args)

    @property
    def mean(self) -> Tensor:
        return torch.full(self._extended_shape(), math.inf, dtype=self.scale.dtype)

    @property
    def variance(self) -> Tensor:
        return self.base_dist.variance


__getattr__ = _absent.attributes(__name__)
