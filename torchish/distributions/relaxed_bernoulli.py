"""`LogitRelaxedBernoulli`.

https://docs.pytorch.org/docs/stable/distributions.html#logitrelaxedbernoulli
"""

from __future__ import annotations

from collections.abc import Sequence

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions._relaxed import Choice, Relaxed
from torchish.distributions.distribution import broadcast_all
from torchish.distributions.transforms import SigmoidTransform
from torchish.distributions.utils import clamp_probs

__all__ = ["LogitRelaxedBernoulli", "RelaxedBernoulli"]


class LogitRelaxedBernoulli(Choice):
    """The logit of a RelaxedBernoulli."""

    support = constraints.real

    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        super().__init__(temperature, probs, logits, 0, validate_args)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        p = clamp_probs(self.probs.expand(shape))
        u = clamp_probs(torch.rand(shape, dtype=p.dtype, device=p.device))
        logit = u.log() - (-u).log1p() + p.log() - (-p).log1p()
        return logit / self.temperature

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        diff = logits - value * self.temperature
        return torch.as_tensor(self.temperature).log() + diff - 2 * diff.exp().log1p()


class RelaxedBernoulli(Relaxed):
    """A number in (0, 1) that is near 0 or 1, the nearer the lower the temperature.

    >>> x = D.RelaxedBernoulli(torch.tensor(0.1), probs=torch.tensor([0.5])).rsample()
    >>> (0 <= x) & (x <= 1)
    tensor([True])
    """

    has_rsample = True

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval

    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        base = LogitRelaxedBernoulli(temperature, probs, logits)
        super().__init__(base, SigmoidTransform(), validate_args=validate_args)


__getattr__ = _absent.attributes(__name__)
