"""`ExpRelaxedCategorical`.

https://docs.pytorch.org/docs/stable/distributions.html#exprelaxedcategorical
"""

from __future__ import annotations

from collections.abc import Sequence

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions._relaxed import Choice, Relaxed
from torchish.distributions.distribution import broadcast_all
from torchish.distributions.transforms import ExpTransform
from torchish.distributions.utils import clamp_probs

__all__ = ["ExpRelaxedCategorical", "RelaxedOneHotCategorical"]


class ExpRelaxedCategorical(Choice):
    """The logarithm of a RelaxedOneHotCategorical."""

    support = constraints.real_vector

    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        super().__init__(temperature, probs, logits, 1, validate_args)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        logits = self.logits
        u = clamp_probs(torch.rand(shape, dtype=logits.dtype, device=logits.device))
        scores = (logits - (-u.log()).log()) / self.temperature
        return scores - scores.logsumexp(-1, keepdim=True)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        k = self.event_shape[0]
        logits, value = broadcast_all(self.logits, value)
        temperature = torch.as_tensor(self.temperature, dtype=logits.dtype)
        log_scale = torch.full_like(temperature, float(k)).lgamma() - temperature.log() * -(k - 1)
        score = logits - value * temperature
        return (score - score.logsumexp(-1, keepdim=True)).sum(-1) + log_scale


class RelaxedOneHotCategorical(Relaxed):
    """Numbers that add up to 1, of which one is near 1, the nearer the lower the temperature.

    >>> x = D.RelaxedOneHotCategorical(torch.tensor(0.5), probs=torch.tensor([0.3, 0.7])).rsample()
    >>> x.sum().round(decimals=4)
    tensor(1.)
    """

    has_rsample = True

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    support = constraints.simplex

    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        base = ExpRelaxedCategorical(temperature, probs, logits)
        super().__init__(base, ExpTransform(), validate_args=validate_args)


__getattr__ = _absent.attributes(__name__)
