"""`Normal`.

https://docs.pytorch.org/docs/stable/distributions.html#normal
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions._shared import LocScale, standard_normal
from torchish.distributions.exp_family import ExponentialFamily

__all__ = ["Normal"]


class Normal(LocScale, ExponentialFamily):
    """Mean `loc`, standard deviation `scale`.

    >>> d = D.Normal(torch.tensor([0.0, 10.0]), torch.tensor([1.0, 0.1]))
    >>> d.log_prob(torch.tensor([0.0, 10.0]))
    tensor([-0.9189,  1.3836])
    >>> _ = torch.manual_seed(0)
    >>> d.rsample()  # gradients go through to the parameters
    tensor([1.5410, 9.9707])
    """

    _mean_carrier_measure = 0

    @property
    def stddev(self) -> Tensor:
        return self.scale

    @property
    def variance(self) -> Tensor:
        return self.scale.pow(2)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with torch.no_grad():
            return torch.normal(self.loc.expand(shape), self.scale.expand(shape))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self.loc + standard_normal(self._extended_shape(sample_shape), self.loc) * self.scale

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        log_scale = self.scale.log()
        square = (value - self.loc) ** 2 / (2 * self.scale**2)
        return -square - log_scale - math.log(math.sqrt(2 * math.pi))

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return 0.5 * (1 + torch.erf((value - self.loc) * self.scale.reciprocal() / math.sqrt(2)))

    def icdf(self, value: Tensor) -> Tensor:
        return self.loc + self.scale * torch.erfinv(2 * value - 1) * math.sqrt(2)

    def entropy(self) -> Tensor:
        return 0.5 + 0.5 * math.log(2 * math.pi) + torch.log(self.scale)

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        return self.loc / self.scale.pow(2), -0.5 * self.scale.pow(2).reciprocal()

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        x, y = natural_params
        return -0.25 * x.pow(2) / y + 0.5 * torch.log(-math.pi / y)


__getattr__ = _absent.attributes(__name__)
