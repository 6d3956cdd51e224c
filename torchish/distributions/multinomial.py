"""`Multinomial`.

https://docs.pytorch.org/docs/stable/distributions.html#multinomial
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions.binomial import Binomial
from torchish.distributions.categorical import Categorical
from torchish.distributions.distribution import Distribution, broadcast_all
from torchish.distributions.one_hot_categorical import OneHotCategorical

__all__ = ["Multinomial"]


class Multinomial(Distribution):
    """Counts of classes among `total_count` draws.

    >>> d = D.Multinomial(10, probs=torch.tensor([0.2, 0.8]))
    >>> d.mean, d.sample().sum()
    (tensor([2., 8.]), tensor(10.))
    """

    _shows_parameters = False
    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def __init__(
        self,
        total_count: int = 1,
        probs: Tensor | None = None,
        logits: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported")
        self.total_count = total_count
        self._categorical = Categorical(probs, logits)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args=validate_args)

    probs, logits = OneHotCategorical.probs, OneHotCategorical.logits
    _param, param_shape = OneHotCategorical._param, OneHotCategorical.param_shape

    @constraints.dependent_property(is_discrete=True, event_dim=1)
    def support(self) -> constraints.Constraint:
        return constraints.multinomial(self.total_count)

    @property
    def mean(self) -> Tensor:
        return self.probs * self.total_count

    @property
    def variance(self) -> Tensor:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        drawn = self._categorical.sample((self.total_count, *sample_shape))
        drawn = drawn.permute(*range(1, drawn.dim()), 0)
        counts = torch.zeros(self._extended_shape(sample_shape), dtype=drawn.dtype)
        return counts.scatter_add(-1, drawn, torch.ones_like(drawn)).to(self.probs.dtype)

    def entropy(self) -> Tensor:
        n = torch.tensor(self.total_count)
        # E[log k!] of each class's count, which is binomial.
        counts = Binomial(self.total_count, probs=self.probs)
        values = counts.enumerate_support(expand=False)[1:]
        ways = (counts.log_prob(values).exp() * torch.lgamma(values + 1)).sum([0, -1])
        return n * self._categorical.entropy() - torch.lgamma(n + 1) + ways

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        ways = torch.lgamma(value.sum(-1) + 1) - torch.lgamma(value + 1).sum(-1)
        none = (value == 0) & (logits == -math.inf)
        logits = torch.where(none, torch.zeros_like(logits), logits)
        return ways + (logits * value).sum(-1)


__getattr__ = _absent.attributes(__name__)
