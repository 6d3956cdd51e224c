"""Distributions of transformed random numbers.

https://docs.pytorch.org/docs/stable/distributions.html#transformeddistribution
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torchish as torch
from torchish.distributions import constraints
from torchish.distributions.composite import Independent, sum_rightmost
from torchish.distributions.continuous import Cauchy, Exponential, Normal, Uniform
from torchish.distributions.distribution import Distribution, broadcast_all
from torchish.distributions.transforms import (
    AbsTransform,
    AffineTransform,
    ComposeTransform,
    ExpTransform,
    PowerTransform,
    SigmoidTransform,
    StickBreakingTransform,
    Transform,
)
from torchish.distributions.utils import clamp_probs
from torchish.tensor import Size, Tensor

__all__ = [
    "Gumbel",
    "HalfCauchy",
    "LogisticNormal",
    "Pareto",
    "RelaxedBernoulli",
    "RelaxedOneHotCategorical",
    "TransformedDistribution",
    "Weibull",
]
EULER = 0.57721566490153286060


class TransformedDistribution(Distribution):
    """What comes of `base_distribution` through transforms, the first one first.

    log p(y) = log p(x) - log |dy/dx|.
    """

    arg_constraints: dict[str, constraints.Constraint] = {}

    def __init__(
        self,
        base_distribution: Distribution,
        transforms: Transform | Sequence[Transform],
        validate_args: bool | None = None,
    ) -> None:
        if isinstance(transforms, Transform):
            transforms = [transforms]
        elif not (
            isinstance(transforms, list) and all(isinstance(t, Transform) for t in transforms)
        ):
            raise ValueError(f"transforms must be a Transform or list, but was {transforms}")
        self.transforms = list(transforms)
        base = base_distribution
        shape = base.batch_shape + base.event_shape
        whole = ComposeTransform(self.transforms)
        if len(shape) < whole.domain.event_dim:
            raise ValueError(
                "base_distribution needs to have shape with size at least "
                f"{whole.domain.event_dim}, but got {shape}."
            )
        forward = whole.forward_shape(shape)
        wide = base.expand(whole.inverse_shape(forward)[: len(forward) - len(base.event_shape)])
        extra = whole.domain.event_dim - len(wide.event_shape)
        self.base_dist = Independent(wide, extra) if extra > 0 else wide
        change = whole.codomain.event_dim - whole.domain.event_dim
        dims = max(len(self.base_dist.event_shape) + change, whole.codomain.event_dim)
        cut = len(forward) - dims
        forward = Size(forward)
        super().__init__(forward[:cut], forward[cut:], validate_args=validate_args)

    def expand(self, batch_shape, _instance=None):
        if type(self).__init__ is not TransformedDistribution.__init__:
            return super().expand(batch_shape)._transformed_anew()
        whole = ComposeTransform(self.transforms)
        shape = whole.inverse_shape(Size((*batch_shape, *self.event_shape)))
        base = self.base_dist.expand(shape[: len(shape) - len(self.base_dist.event_shape)])
        return TransformedDistribution(base, self.transforms, validate_args=False)

    def _transformed_anew(self):
        """For subclasses: made again from the parameters, after those were expanded."""
        parameters = {n: getattr(self, n) for n in self.arg_constraints if n in self.__dict__}
        new = type(self)(**parameters, validate_args=False)
        new._validate_args = self._validate_args
        return new

    @property
    def has_rsample(self) -> bool:
        return self.base_dist.has_rsample

    @property
    def support(self) -> constraints.Constraint:
        if not self.transforms:
            return self.base_dist.support
        support = self.transforms[-1].codomain
        extra = len(self.event_shape) - support.event_dim
        return constraints.independent(support, extra) if extra > 0 else support

    def sample(self, sample_shape=()) -> Tensor:
        with torch.no_grad():
            x = self.base_dist.sample(sample_shape)
            for t in self.transforms:
                x = t(x)
            return x

    def rsample(self, sample_shape=()) -> Tensor:
        x = self.base_dist.rsample(sample_shape)
        for t in self.transforms:
            x = t(x)
        return x

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        dims, result, y = len(self.event_shape), 0.0, value
        for t in reversed(self.transforms):
            x = t.inv(y)
            dims += t.domain.event_dim - t.codomain.event_dim
            result = result - sum_rightmost(t.log_abs_det_jacobian(x, y), dims - t.domain.event_dim)
            y = x
        base = self.base_dist.log_prob(y)
        return result + sum_rightmost(base, dims - len(self.base_dist.event_shape))

    def _falling(self) -> Any:
        return math.prod([t.sign for t in self.transforms])

    def cdf(self, value: Tensor) -> Tensor:
        sign = self._falling()
        for t in reversed(self.transforms):
            value = t.inv(value)
        self._validate_base(value)
        p = self.base_dist.cdf(value)
        return p if isinstance(sign, int) and sign == 1 else sign * (p - 0.5) + 0.5

    def icdf(self, value: Tensor) -> Tensor:
        sign = self._falling()
        if not (isinstance(sign, int) and sign == 1):
            value = sign * (value - 0.5) + 0.5
        value = self.base_dist.icdf(value)
        for t in self.transforms:
            value = t(value)
        return value

    def _validate_base(self, value: Tensor) -> None:
        if self._validate_args:
            self.base_dist._validate_sample(value)


class Gumbel(TransformedDistribution):
    """The largest of many: exp(-exp(-(y - loc) / scale)) is the probability to stay below y."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        info = torch.finfo(self.loc.dtype)
        zeros = torch.zeros_like(self.loc)
        base = Uniform(zeros + info.tiny, zeros + 1 - info.eps, validate_args=validate_args)
        falling = ExpTransform().inv
        steps = [
            falling,
            AffineTransform(0, -torch.ones_like(self.scale)),
            falling,
            AffineTransform(self.loc, -self.scale),
        ]
        super().__init__(base, steps, validate_args=validate_args)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        y = (self.loc - value) / self.scale
        return (y - y.exp()) - self.scale.log()

    @property
    def mean(self) -> Tensor:
        return self.loc + self.scale * EULER

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def stddev(self) -> Tensor:
        return (math.pi / math.sqrt(6)) * self.scale

    @property
    def variance(self) -> Tensor:
        return self.stddev.pow(2)

    def entropy(self) -> Tensor:
        return self.scale.log() + (1 + EULER)


class Weibull(TransformedDistribution):
    """exp(-(y / scale) ** concentration) is the probability to stay above y."""

    arg_constraints = {"scale": constraints.positive, "concentration": constraints.positive}
    support = constraints.positive

    def __init__(self, scale: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.scale, self.concentration = broadcast_all(scale, concentration)
        self.concentration_reciprocal = self.concentration.reciprocal()
        base = Exponential(torch.ones_like(self.scale), validate_args=validate_args)
        steps = [
            PowerTransform(self.concentration_reciprocal),
            AffineTransform(0, self.scale),
        ]
        super().__init__(base, steps, validate_args=validate_args)

    def _moment(self, n: int) -> Tensor:
        return self.scale**n * torch.exp(torch.lgamma(1 + n * self.concentration_reciprocal))

    @property
    def mean(self) -> Tensor:
        return self._moment(1)

    @property
    def mode(self) -> Tensor:
        c = self.concentration
        return self.scale * ((c - 1) / c) ** c.reciprocal()

    @property
    def variance(self) -> Tensor:
        return self._moment(2) - self._moment(1).pow(2)

    def entropy(self) -> Tensor:
        r = self.concentration_reciprocal
        return EULER * (1 - r) + torch.log(self.scale * r) + 1


class Pareto(TransformedDistribution):
    """(scale / y) ** alpha is the probability to be above y, from `scale` on."""

    arg_constraints = {"alpha": constraints.positive, "scale": constraints.positive}

    def __init__(self, scale: Any, alpha: Any, validate_args: bool | None = None) -> None:
        self.scale, self.alpha = broadcast_all(scale, alpha)
        base = Exponential(self.alpha, validate_args=validate_args)
        steps = [ExpTransform(), AffineTransform(0, self.scale)]
        super().__init__(base, steps, validate_args=validate_args)

    @property
    def support(self) -> constraints.Constraint:
        return constraints.greater_than_eq(self.scale)

    @property
    def mean(self) -> Tensor:
        a = self.alpha.clamp(min=1)  # infinite below
        return a * self.scale / (a - 1)

    @property
    def mode(self) -> Tensor:
        return self.scale

    @property
    def variance(self) -> Tensor:
        a = self.alpha.clamp(min=2)
        return self.scale.pow(2) * a / ((a - 1).pow(2) * (a - 2))

    def entropy(self) -> Tensor:
        return (self.scale / self.alpha).log() + (1 + self.alpha.reciprocal())


class HalfCauchy(TransformedDistribution):
    """The absolute value of a Cauchy around 0."""

    arg_constraints = {"scale": constraints.positive}
    support = constraints.nonnegative

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        base = Cauchy(0, scale, validate_args=False)
        super().__init__(base, AbsTransform(), validate_args=validate_args)

    def expand(self, batch_shape, _instance=None):
        return HalfCauchy(self.scale.expand(Size(batch_shape)), validate_args=False)

    @property
    def scale(self) -> Tensor:
        return self.base_dist.scale

    @property
    def mean(self) -> Tensor:
        return torch.full(self._extended_shape(), math.inf, dtype=self.scale.dtype)

    @property
    def mode(self) -> Tensor:
        return torch.zeros_like(self.scale)

    @property
    def variance(self) -> Tensor:
        return self.base_dist.variance

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        value = torch.as_tensor(value, dtype=self.scale.dtype)
        result = self.base_dist.log_prob(value) + math.log(2)
        return torch.where(value >= 0, result, -math.inf)

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: Tensor) -> Tensor:
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Tensor:
        return self.base_dist.entropy() - math.log(2)


class LogisticNormal(TransformedDistribution):
    """Numbers that add up to 1, from a Normal by breaking a stick."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.simplex

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args=validate_args)
        if not base.batch_shape:
            base = base.expand([1])
        super().__init__(base, StickBreakingTransform(), validate_args=validate_args)

    def expand(self, batch_shape, _instance=None):
        shape = (*batch_shape, self.loc.shape[-1])
        return LogisticNormal(self.loc.expand(shape), self.scale.expand(shape))

    @property
    def loc(self) -> Tensor:
        return self.base_dist.base_dist.loc

    @property
    def scale(self) -> Tensor:
        return self.base_dist.base_dist.scale


# --- https://arxiv.org/abs/1611.00712: discrete choices, relaxed


class _Choice(Distribution):
    """`probs` or `logits`, each found from the other."""

    has_rsample = True

    def __init__(self, temperature, probs, logits, events: int, validate_args):
        self.temperature = temperature
        if (probs is None) == (logits is None):
            raise ValueError("Either `probs` or `logits` must be specified, but not both.")
        given = logits if probs is None else probs
        (given,) = broadcast_all(given)
        self._events = events
        if events:
            if given.dim() < 1:
                raise ValueError("parameter must be at least one-dimensional.")
            if probs is None:
                given = given - given.logsumexp(-1, keepdim=True)
            else:
                given = given / given.sum(-1, keepdim=True)
        setattr(self, "_probs" if logits is None else "_logits", given)
        cut = given.dim() - events
        super().__init__(given.shape[:cut], given.shape[cut:], validate_args=validate_args)

    def expand(self, batch_shape, _instance=None):
        new = super().expand(batch_shape)
        new.temperature = self.temperature
        return new

    @property
    def logits(self) -> Tensor:
        if "_logits" in self.__dict__:
            return self._logits
        p = clamp_probs(self._probs)
        return p.log() if self._events else p.log() - (-p).log1p()

    @property
    def probs(self) -> Tensor:
        if "_probs" in self.__dict__:
            return self._probs
        return self._logits.softmax(-1) if self._events else self._logits.sigmoid()


class LogitRelaxedBernoulli(_Choice):
    """The logit of a RelaxedBernoulli."""

    support = constraints.real

    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        super().__init__(temperature, probs, logits, 0, validate_args)

    def rsample(self, sample_shape=()) -> Tensor:
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


class ExpRelaxedCategorical(_Choice):
    """The logarithm of a RelaxedOneHotCategorical."""

    support = constraints.real_vector

    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        super().__init__(temperature, probs, logits, 1, validate_args)

    def rsample(self, sample_shape=()) -> Tensor:
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


class _Relaxed(TransformedDistribution):
    @property
    def temperature(self):
        return self.base_dist.temperature

    @property
    def logits(self) -> Tensor:
        return self.base_dist.logits

    @property
    def probs(self) -> Tensor:
        return self.base_dist.probs

    def expand(self, batch_shape, _instance=None):
        base = self.base_dist.expand(batch_shape)
        return type(self)(self.temperature, logits=base.logits, validate_args=False)


class RelaxedBernoulli(_Relaxed):
    """A number in (0, 1) that is near 0 or 1, the nearer the lower the temperature."""

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval

    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        base = LogitRelaxedBernoulli(temperature, probs, logits)
        super().__init__(base, SigmoidTransform(), validate_args=validate_args)


class RelaxedOneHotCategorical(_Relaxed):
    """Numbers that add up to 1, of which one is near 1, the nearer the lower the temperature."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    support = constraints.simplex

    def __init__(self, temperature, probs=None, logits=None, validate_args=None):
        base = ExpRelaxedCategorical(temperature, probs, logits)
        super().__init__(base, ExpTransform(), validate_args=validate_args)
