"""`LogisticNormal`.

https://docs.pytorch.org/docs/stable/distributions.html#logisticnormal
"""

from __future__ import annotations

from typing import Any

from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions.normal import Normal
from torchish.distributions.transformed_distribution import TransformedDistribution
from torchish.distributions.transforms import StickBreakingTransform

__all__ = ["LogisticNormal"]


class LogisticNormal(TransformedDistribution):
    """Numbers that add up to 1, from a Normal by breaking a stick.

    >>> D.LogisticNormal(torch.zeros(2), torch.ones(2)).sample().shape  # one more, adding up to 1
    torch.Size([3])
    """

    has_rsample = True

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.simplex

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args=validate_args)
        if not base.batch_shape:
            base = base.expand([1])
        super().__init__(base, StickBreakingTransform(), validate_args=validate_args)

    @property
    def loc(self) -> Tensor:
        return self.base_dist.base_dist.loc

    @property
    def scale(self) -> Tensor:
        return self.base_dist.base_dist.scale


__getattr__ = _absent.attributes(__name__)
