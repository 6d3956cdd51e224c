"""`ContinuousBernoulli`.

https://docs.pytorch.org/docs/stable/distributions.html#continuousbernoulli
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Size, Tensor
from torchish.distributions import constraints
from torchish.distributions._shared import Odds, one_of
from torchish.distributions.distribution import broadcast_all
from torchish.distributions.exp_family import ExponentialFamily
from torchish.distributions.utils import clamp_probs, lazy_property, logits_to_probs
from torchish.nn import functional as F

__all__ = ["ContinuousBernoulli"]


class ContinuousBernoulli(Odds, ExponentialFamily):
    """Densities C p ** x (1 - p) ** (1 - x) on [0, 1] (https://arxiv.org/abs/1907.06845).

    Within `lims`, around p = 1/2, where the closed forms cancel, series stand in for them.

    >>> D.ContinuousBernoulli(torch.tensor(0.5)).mean
    tensor(0.5000)
    """

    _mean_carrier_measure = 0
    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self,
        probs: Any = None,
        logits: Any = None,
        lims: tuple[float, float] = (0.499, 0.501),
        validate_args: bool | None = None,
    ) -> None:
        self._given = one_of(probs, logits)
        given = logits if probs is None else probs
        (tensor,) = broadcast_all(given)
        if probs is not None:
            if validate_args is not None and not bool(
                self.arg_constraints["probs"].check(tensor).all()
            ):
                raise ValueError("The parameter probs has invalid values")
            tensor = clamp_probs(tensor)
        setattr(self, self._given, tensor)
        self._lims = lims
        shape = Size() if isinstance(given, (int, float)) else tensor.shape
        super().__init__(shape, validate_args=validate_args)

    @lazy_property
    def probs(self) -> Tensor:
        return clamp_probs(logits_to_probs(self.logits, is_binary=True))

    def _cut(self) -> tuple[Tensor, Tensor]:
        """(where closed forms hold, the probabilities, those near 1/2 replaced by the limit)."""
        low, high = self._lims
        far = (self.probs <= low) | (self.probs > high)
        return far, torch.where(far, self.probs, torch.full_like(self.probs, low))

    def _log_norm(self) -> Tensor:
        """log C."""
        far, p = self._cut()
        slope = torch.log(torch.abs(torch.log1p(-p) - p.log()))
        below = torch.log1p(-2 * torch.where(p <= 0.5, p, torch.zeros_like(p)))
        above = torch.log(2 * torch.where(p >= 0.5, p, torch.ones_like(p)) - 1)
        x = (self.probs - 0.5).square()
        series = math.log(2) + (4 / 3 + 104 / 45 * x) * x
        return torch.where(far, slope - torch.where(p <= 0.5, below, above), series)

    @property
    def mean(self) -> Tensor:
        far, p = self._cut()
        x = self.probs - 0.5
        series = 0.5 + (1 / 3 + 16 / 45 * x.square()) * x
        return torch.where(far, p / (2 * p - 1) + 1 / (torch.log1p(-p) - p.log()), series)

    @property
    def variance(self) -> Tensor:
        far, p = self._cut()
        closed = p * (p - 1) / (1 - 2 * p).square() + 1 / (torch.log1p(-p) - p.log()).square()
        x = (self.probs - 0.5).square()
        return torch.where(far, closed, 1 / 12 - (1 / 15 - 128 / 945 * x) * x)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        return self.icdf(torch.rand(shape, dtype=self.probs.dtype, device=self.probs.device))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        cross = F.binary_cross_entropy_with_logits(logits, value, reduction="none")
        return self._log_norm() - cross

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        far, p = self._cut()
        closed = (p.pow(value) * (1 - p).pow(1 - value) + p - 1) / (2 * p - 1)
        inside = torch.where(far, closed, value)
        inside = torch.where(value >= 1, torch.ones_like(value), inside)
        return torch.where(value <= 0, torch.zeros_like(value), inside)

    def icdf(self, value: Tensor) -> Tensor:
        far, p = self._cut()
        other = torch.log1p(-p)
        closed = (torch.log1p(-p + value * (2 * p - 1)) - other) / (p.log() - other)
        return torch.where(far, closed, value)

    def entropy(self) -> Tensor:
        without, with_ = torch.log1p(-self.probs), self.probs.log()
        return self.mean * (without - with_) - self._log_norm() - without

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        return (self.logits,)

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        (x,) = natural_params
        low, high = self._lims[0] - 0.5, self._lims[1] - 0.5
        far = (x <= low) | (x > high)
        cut = torch.where(far, x, torch.full_like(x, low))
        closed = torch.expm1(cut).abs().log() - cut.abs().log()
        return torch.where(far, closed, x / 2 + x.pow(2) / 24 - x.pow(4) / 2880)


__getattr__ = _absent.attributes(__name__)
