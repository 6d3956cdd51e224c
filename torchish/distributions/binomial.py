"""`Binomial`.

https://docs.pytorch.org/docs/stable/distributions.html#binomial
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions._shared import Counts

__all__ = ["Binomial"]


class Binomial(Counts):
    """Successes among `total_count` trials.

    >>> d = D.Binomial(total_count=4, probs=torch.tensor(0.5))
    >>> d.log_prob(torch.tensor([0.0, 2.0])).exp()
    tensor([0.0625, 0.3750])
    """

    arg_constraints = {
        "total_count": constraints.nonnegative_integer,
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }

    has_enumerate_support = True

    def __init__(
        self,
        total_count: Any = 1,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        super().__init__(total_count, probs, logits, validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> constraints.Constraint:
        return constraints.integer_interval(0, self.total_count)

    @property
    def mode(self) -> Tensor:
        return ((self.total_count + 1) * self.probs).floor().clamp(max=self.total_count)

    @property
    def mean(self) -> Tensor:
        return self.total_count * self.probs

    @property
    def variance(self) -> Tensor:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with torch.no_grad():
            return torch.binomial(self.total_count.expand(shape), self.probs.expand(shape))

    def entropy(self) -> Tensor:
        each = self.log_prob(self._counts("entropy", False))
        return -(each.exp() * each).sum(0)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        return self._counts("enumerate_support", expand)

    def _counts(self, asked: str, expand: bool) -> Tensor:
        """0 … total_count along a first dim, which all of the batch must share."""
        top = int(self.total_count.max())
        if not bool(self.total_count.min() == top):
            raise NotImplementedError(f"Inhomogeneous total count not supported by `{asked}`.")
        values = torch.arange(1 + top, dtype=self._param.dtype, device=self._param.device)
        values = values.view(-1, *[1] * len(self._batch_shape))
        return values.expand(-1, *self._batch_shape) if expand else values

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        n, logits = self.total_count, self.logits
        chosen = torch.lgamma(n + 1) - torch.lgamma(value + 1) - torch.lgamma(n - value + 1)
        # The part above 0, by a form whose gradient at 0 is one half.
        above = (logits.clamp(min=0) + logits - logits.clamp(max=0)) / 2
        softplus = above + torch.log1p(torch.exp(-torch.abs(logits)))
        return value * logits - n * softplus + chosen


__getattr__ = _absent.attributes(__name__)
