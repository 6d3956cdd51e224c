"""`HalfNormal`.

https://docs.pytorch.org/docs/stable/distributions.html#halfnormal
"""

from __future__ import annotations

import math
from typing import Any

from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions._folded import Folded
from torchish.distributions.normal import Normal

__all__ = ["HalfNormal"]


class HalfNormal(Folded):
    """The absolute value of a Normal around 0.

    >>> D.HalfNormal(torch.tensor(1.0)).mean
    tensor(0.7979)
    """

    has_rsample = True

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Normal(0, scale, validate_args=False), validate_args)

    @property
    def mean(self) -> Tensor:
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def variance(self) -> Tensor:
        return self.scale.pow(2) * (1 - 2 / math.pi)


__getattr__ = _absent.attributes(__name__)
