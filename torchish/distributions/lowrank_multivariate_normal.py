"""`LowRankMultivariateNormal`.

https://docs.pytorch.org/docs/stable/distributions.html#lowrankmultivariatenormal
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Self

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions._shared import standard_normal
from torchish.distributions.distribution import Distribution
from torchish.distributions.utils import lazy_property

__all__ = ["LowRankMultivariateNormal"]


class LowRankMultivariateNormal(Distribution):
    """Vectors with mean `loc` and the covariance W Wᵀ + D: W is `cov_factor` (..., n, rank), D has
    the diagonal `cov_diag` (..., n).

    Inverse and determinant are found by way of the matrix I + Wᵀ D⁻¹ W of size rank (Woodbury).

    >>> d = D.LowRankMultivariateNormal(torch.zeros(2), torch.tensor([[1.0], [0.0]]), torch.ones(2))
    >>> d.covariance_matrix
    tensor([[2., 0.],
            [0., 1.]])
    """

    arg_constraints = {
        "loc": constraints.real_vector,
        "cov_factor": constraints.independent(constraints.real, 2),
        "cov_diag": constraints.independent(constraints.positive, 1),
    }
    has_rsample = True
    support = constraints.real_vector

    def __init__(
        self,
        loc: Tensor,
        cov_factor: Tensor,
        cov_diag: Tensor,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        event = loc.shape[-1:]
        if cov_factor.dim() < 2:
            raise ValueError(
                "cov_factor must be at least two-dimensional, with optional leading batch "
                "dimensions"
            )
        if cov_factor.shape[-2:-1] != event:
            raise ValueError(f"cov_factor must be a batch of matrices with shape {event[0]} x m")
        if cov_diag.shape[-1:] != event:
            raise ValueError(f"cov_diag must be a batch of vectors with shape {event}")
        try:
            batch = torch.broadcast_shapes(
                loc.shape[:-1], cov_factor.shape[:-2], cov_diag.shape[:-1]
            )
        except RuntimeError as e:
            raise ValueError(
                f"Incompatible batch shapes: loc {loc.shape}, cov_factor {cov_factor.shape}, "
                f"cov_diag {cov_diag.shape}"
            ) from e
        self.loc = loc.expand((*batch, *event))
        self.cov_diag = cov_diag.expand((*batch, *event))
        self.cov_factor = cov_factor.expand((*batch, *cov_factor.shape[-2:]))
        self._w, self._d = cov_factor, cov_diag
        self._whitened = cov_factor.mT / cov_diag.unsqueeze(-2)  # Wᵀ D⁻¹
        capacitance = self._whitened @ cov_factor
        eye = torch.eye(cov_factor.shape[-1], dtype=loc.dtype, device=loc.device)
        self._capacitance_tril = torch.linalg.cholesky(capacitance + eye)
        super().__init__(batch, event, validate_args=validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Self:
        new = type(self).__new__(type(self)) if _instance is None else _instance
        for name in ("_w", "_d", "_whitened", "_capacitance_tril"):
            setattr(new, name, getattr(self, name))
        return super().expand(batch_shape, _instance=new)

    def _square(self, matrix: Tensor) -> Tensor:
        return matrix.expand(self._batch_shape + self._event_shape + self._event_shape)

    def _reduced(self) -> Tensor:
        """A, with which the inverse of the covariance is D⁻¹ - Aᵀ A."""
        return torch.linalg.solve_triangular(self._capacitance_tril, self._whitened, upper=False)

    def _log_det(self) -> Tensor:
        inner = self._capacitance_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)
        return 2 * inner + self._d.log().sum(-1)

    def _distance(self, away: Tensor) -> Tensor:
        """The squared length of vectors, measured by the covariance."""
        taken = (self._reduced() @ away.unsqueeze(-1)).squeeze(-1)
        return (away.pow(2) / self._d).sum(-1) - taken.pow(2).sum(-1)

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def mode(self) -> Tensor:
        return self.loc

    @lazy_property
    def variance(self) -> Tensor:
        return (self._w.pow(2).sum(-1) + self._d).expand(self._batch_shape + self._event_shape)

    @lazy_property
    def scale_tril(self) -> Tensor:
        root = self._d.sqrt().unsqueeze(-1)
        scaled = self._w / root
        inner = scaled @ scaled.mT  # with I added it is well conditioned, whatever D is
        eye = torch.eye(inner.shape[-1], dtype=inner.dtype, device=inner.device)
        return self._square(root * torch.linalg.cholesky(inner + eye))

    @lazy_property
    def covariance_matrix(self) -> Tensor:
        return self._square(self._w @ self._w.mT + self._d.diag_embed())

    @lazy_property
    def precision_matrix(self) -> Tensor:
        reduced = self._reduced()
        return self._square(self._d.reciprocal().diag_embed() - reduced.mT @ reduced)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        inner = standard_normal((*shape[:-1], self._w.shape[-1]), self.loc)
        outer = standard_normal(shape, self.loc)
        spread = (self._w @ inner.unsqueeze(-1)).squeeze(-1)
        return self.loc + spread + self._d.sqrt() * outer

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        constant = self._event_shape[0] * math.log(2 * math.pi)
        return -0.5 * (constant + self._log_det() + self._distance(value - self.loc))

    def entropy(self) -> Tensor:
        n = self._event_shape[0]
        entropy = 0.5 * (n * (1.0 + math.log(2 * math.pi)) + self._log_det())
        return entropy.expand(self._batch_shape)


__getattr__ = _absent.attributes(__name__)
