"""`LKJCholesky`.

https://docs.pytorch.org/docs/stable/distributions.html#lkjcholesky
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions.beta import Beta
from torchish.distributions.distribution import Distribution, broadcast_all

__all__ = ["LKJCholesky"]


class LKJCholesky(Distribution):
    """Cholesky factors of correlation matrices of size `dim`, whose density falls like a power of
    the determinant (Lewandowski, Kurowicka and Joe, 2009).

    A sample is grown row by row, as in their onion method: a direction and a length.

    >>> L = D.LKJCholesky(3, concentration=1.0).sample()
    >>> (L @ L.T).diagonal().round(decimals=4)
    tensor([1., 1., 1.])
    """

    arg_constraints = {"concentration": constraints.positive}
    support = constraints.corr_cholesky

    def __init__(
        self, dim: int, concentration: Any = 1.0, validate_args: bool | None = None
    ) -> None:
        if dim < 2:
            raise ValueError(
                f"Expected dim to be an integer greater than or equal to 2. Found dim={dim}."
            )
        self.dim = dim
        (self.concentration,) = broadcast_all(concentration)
        eta = self.concentration
        before = torch.arange(-1, dim - 1, dtype=eta.dtype, device=eta.device).clamp(min=0)
        rest = eta.unsqueeze(-1) + 0.5 * (dim - 2) - 0.5 * before
        self._beta = Beta(before + 0.5, rest)  # the squared length of each row but its last number
        super().__init__(eta.shape, (dim, dim), validate_args=validate_args)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        length = self._beta.sample(sample_shape).unsqueeze(-1)
        shape = self._extended_shape(sample_shape)
        direction = torch.randn(shape, dtype=length.dtype, device=length.device).tril(-1)
        size = direction.norm(dim=-1, keepdim=True)
        direction = torch.where(size == 0, torch.zeros_like(direction), direction / size)
        rows = length.sqrt() * direction
        rest = 1 - rows.square().sum(-1)
        return rows + rest.clamp(min=torch.finfo(rows.dtype).tiny).sqrt().diag_embed()

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        n = self.dim - 1
        eta = self.concentration.unsqueeze(-1)
        order = torch.arange(2, self.dim + 1, device=eta.device)
        powers = 2 * (eta - 1) + self.dim - order
        density = (powers * value.diagonal(dim1=-2, dim2=-1)[..., 1:].log()).sum(-1)
        alpha = self.concentration + 0.5 * n
        volume = torch.mvlgamma(alpha - 0.5, n) - n * torch.lgamma(alpha)
        return density - (0.5 * n * math.log(math.pi) + volume)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Self:
        new = type(self).__new__(type(self)) if _instance is None else _instance
        new._beta = self._beta.expand((*batch_shape, self.dim))
        return super().expand(batch_shape, _instance=new)


__getattr__ = _absent.attributes(__name__)
