"""`Bernoulli`.

https://docs.pytorch.org/docs/stable/distributions.html#bernoulli
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions._shared import Probability
from torchish.distributions.distribution import broadcast_all
from torchish.distributions.exp_family import ExponentialFamily
from torchish.nn import functional as F

__all__ = ["Bernoulli"]


class Bernoulli(Probability, ExponentialFamily):
    """1 with probability `probs`, else 0.

    >>> d = D.Bernoulli(probs=torch.tensor([0.0, 0.25, 1.0]))
    >>> d.mean, d.sample()[[0, 2]]
    (tensor([0.0000, 0.2500, 1.0000]), tensor([0., 1.]))
    >>> d.log_prob(torch.tensor([0.0, 1.0, 1.0])).exp()
    tensor([1.0000, 0.2500, 1.0000])
    """

    has_enumerate_support = True
    _mean_carrier_measure = 0
    support = constraints.boolean

    @property
    def mean(self) -> Tensor:
        return self.probs

    @property
    def mode(self) -> Tensor:
        mode = (self.probs >= 0.5).to(self.probs.dtype)
        return torch.where(self.probs == 0.5, torch.full_like(mode, math.nan), mode)

    @property
    def variance(self) -> Tensor:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with torch.no_grad():
            return torch.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        return -F.binary_cross_entropy_with_logits(logits, value, reduction="none")

    def entropy(self) -> Tensor:
        return F.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")

    def enumerate_support(self, expand: bool = True) -> Tensor:
        values = torch.arange(2, dtype=self._param.dtype, device=self._param.device)
        values = values.view(-1, *[1] * len(self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        return (torch.logit(self.probs),)

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        (x,) = natural_params
        return torch.log1p(torch.exp(x))


__getattr__ = _absent.attributes(__name__)
