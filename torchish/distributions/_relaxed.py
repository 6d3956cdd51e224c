"""What several distributions share.

https://docs.pytorch.org/docs/stable/distributions.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from torchish._core.tensor import Tensor
from torchish.distributions._shared import Odds, one_of
from torchish.distributions.distribution import broadcast_all
from torchish.distributions.transformed_distribution import TransformedDistribution

__all__ = ["Choice", "Relaxed"]


class Choice(Odds):
    """`probs` or `logits`, each found from the other."""

    has_rsample = True

    def __init__(self, temperature, probs, logits, events: int, validate_args):
        self.temperature = temperature
        self._given = one_of(probs, logits)
        given = logits if probs is None else probs
        (given,) = broadcast_all(given)
        self._binary = not events
        if events:
            if given.dim() < 1:
                raise ValueError("parameter must be at least one-dimensional.")
            if probs is None:
                given = given - given.logsumexp(-1, keepdim=True)
            else:
                given = given / given.sum(-1, keepdim=True)
        setattr(self, self._given, given)
        cut = given.dim() - events
        super().__init__(given.shape[:cut], given.shape[cut:], validate_args=validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Self:
        new = type(self).__new__(type(self)) if _instance is None else _instance
        new.temperature = self.temperature  # of all, whatever their batch
        return super().expand(batch_shape, _instance=new)


class Relaxed(TransformedDistribution):
    @property
    def temperature(self) -> Tensor:
        return self.base_dist.temperature

    @property
    def logits(self) -> Tensor:
        return self.base_dist.logits

    @property
    def probs(self) -> Tensor:
        return self.base_dist.probs
