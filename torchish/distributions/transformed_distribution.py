"""`TransformedDistribution`.

https://docs.pytorch.org/docs/stable/distributions.html#transformeddistribution
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Size, Tensor
from torchish.distributions import constraints
from torchish.distributions._shared import sum_rightmost
from torchish.distributions.distribution import Distribution
from torchish.distributions.independent import Independent
from torchish.distributions.transforms import ComposeTransform, Transform

__all__ = ["TransformedDistribution"]


class TransformedDistribution(Distribution):
    """What comes of `base_distribution` through transforms, the first one first.

    log p(y) = log p(x) - log |dy/dx|.

    >>> d = D.TransformedDistribution(D.Uniform(0.0, 1.0), [D.AffineTransform(10.0, 2.0)])
    >>> d.log_prob(torch.tensor(11.0)).exp()
    tensor(0.5000)
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

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Self:
        whole = ComposeTransform(self.transforms)
        shape = whole.inverse_shape(Size((*batch_shape, *self.event_shape)))
        new = type(self).__new__(type(self)) if _instance is None else _instance
        base = self.base_dist
        new.base_dist = base.expand(shape[: len(shape) - len(base.event_shape)])
        new.transforms = self.transforms
        return super().expand(batch_shape, _instance=new)

    @property
    def has_rsample(self) -> bool:
        return self.base_dist.has_rsample

    @constraints.dependent_property
    def support(self) -> constraints.Constraint:
        if not self.transforms:
            return self.base_dist.support
        support = self.transforms[-1].codomain
        extra = len(self.event_shape) - support.event_dim
        return constraints.independent(support, extra) if extra > 0 else support

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with torch.no_grad():
            x = self.base_dist.sample(sample_shape)
            for t in self.transforms:
                x = t(x)
            return x

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
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


__getattr__ = _absent.attributes(__name__)
