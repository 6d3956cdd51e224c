"""The normal distribution of vectors.

https://docs.pytorch.org/docs/stable/distributions.html#multivariatenormal
"""

from __future__ import annotations

import math

import torchish as torch
from torchish.distributions import constraints
from torchish.distributions.continuous import standard_normal
from torchish.distributions.distribution import Distribution
from torchish.tensor import Tensor

__all__ = ["MultivariateNormal"]


class MultivariateNormal(Distribution):
    """Vectors with mean `loc` and a covariance, its inverse or its Cholesky factor."""

    arg_constraints = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    has_rsample = True
    support = constraints.real_vector

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        forms = {
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
            "scale_tril": scale_tril,
        }
        given = {name: m for name, m in forms.items() if m is not None}
        if len(given) != 1:
            raise ValueError(
                "Exactly one of covariance_matrix or precision_matrix or scale_tril may be "
                "specified."
            )
        ((name, matrix),) = given.items()
        if matrix.dim() < 2:
            raise ValueError(
                f"{name} must be at least two-dimensional, with optional leading batch dimensions"
            )
        batch = torch.broadcast_shapes(matrix.shape[:-2], loc.shape[:-1])
        matrix = matrix.expand((*batch, *matrix.shape[-2:]))
        setattr(self, name, matrix)
        self.loc = loc.expand((*batch, loc.shape[-1]))
        super().__init__(batch, self.loc.shape[-1:], validate_args=validate_args)
        if name == "scale_tril":
            self._tril = matrix
        elif name == "covariance_matrix":
            self._tril = torch.linalg.cholesky(matrix)
        else:
            flipped = torch.linalg.cholesky(torch.flip(matrix, (-2, -1)))
            upper = torch.flip(flipped, (-2, -1)).mT
            eye = torch.eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
            self._tril = torch.linalg.solve_triangular(upper, eye, upper=False)

    def __getattr__(self, name: str) -> Tensor:
        # The forms of the covariance that were not given.
        if name in ("scale_tril", "covariance_matrix", "precision_matrix"):
            tril = self.__dict__.get("_tril")
            if tril is not None:
                if name == "scale_tril":
                    return tril
                product = tril @ tril.mT
                return product if name == "covariance_matrix" else torch.cholesky_inverse(tril)
        raise AttributeError(f"'MultivariateNormal' object has no attribute '{name}'")

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        return self._tril.pow(2).sum(-1).expand(self._batch_shape + self._event_shape)

    def rsample(self, sample_shape=()) -> Tensor:
        eps = standard_normal(self._extended_shape(sample_shape), self.loc)
        return self.loc + (self._tril @ eps.unsqueeze(-1)).squeeze(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        away = value - self.loc
        tril = self._tril.expand((*away.shape[:-1], *self._tril.shape[-2:]))
        solved = torch.linalg.solve_triangular(tril, away.unsqueeze(-1), upper=False)
        distance = solved.squeeze(-1).pow(2).sum(-1)
        return -0.5 * (self.loc.shape[-1] * math.log(2 * math.pi) + distance) - self._half_log_det()

    def _half_log_det(self) -> Tensor:
        return self._tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def entropy(self) -> Tensor:
        d = self.loc.shape[-1]
        return 0.5 * d * (1.0 + math.log(2 * math.pi)) + self._half_log_det()
