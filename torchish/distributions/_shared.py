"""What several distributions share.

https://docs.pytorch.org/docs/stable/distributions.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import torchish as torch
from torchish._core.tensor import Size, Tensor
from torchish.distributions import constraints
from torchish.distributions.distribution import Distribution, broadcast_all
from torchish.distributions.utils import (
    _standard_normal,
    lazy_property,
    logits_to_probs,
    probs_to_logits,
)
from torchish.distributions.utils import _sum_rightmost as sum_rightmost

__all__ = [
    "Counts",
    "Covariance",
    "LocScale",
    "Odds",
    "Probability",
    "batch_of",
    "one_of",
    "standard_normal",
    "sum_rightmost",
]


def batch_of(args: tuple, tensor: Tensor) -> Size:
    """The batch shape of parameters given as `args` that were broadcast to `tensor`."""
    return Size() if all(isinstance(a, (int, float)) for a in args) else tensor.shape


class LocScale(Distribution):
    """A shape moved by `loc` and stretched by `scale`."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    has_rsample = True
    support = constraints.real

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(batch_of((loc, scale), self.loc), validate_args=validate_args)

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def mean(self) -> Tensor:
        return self.loc


def standard_normal(shape: Size, like: Tensor) -> Tensor:
    """Standard normal numbers in a tensor's dtype and place."""
    return _standard_normal(shape, like.dtype, like.device)


def one_of(probs: Any, logits: Any) -> str:
    """The name of the one that is given; ValueError for both or none."""
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")
    return "logits" if probs is None else "probs"


class Odds(Distribution):
    """`probs` or `logits`, whichever was given, as an attribute; the other is worked out."""

    _binary = True  # of one event each, or of classes in the last dim

    @lazy_property
    def logits(self) -> Tensor:
        return probs_to_logits(self.probs, is_binary=self._binary)

    @lazy_property
    def probs(self) -> Tensor:
        return logits_to_probs(self.logits, is_binary=self._binary)

    @property
    def _param(self) -> Tensor:
        return self.__dict__["probs" if self._given == "probs" else "logits"]

    @property
    def param_shape(self) -> Size:
        return self._param.size()


class Probability(Odds):
    """The probability of one event."""

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._given = one_of(probs, logits)
        given = logits if probs is None else probs
        (tensor,) = broadcast_all(given)
        setattr(self, self._given, tensor)
        shape = Size() if isinstance(given, (int, float)) else tensor.shape
        super().__init__(shape, validate_args=validate_args)


class Counts(Odds):
    """The same beside `total_count`, a number of trials or of failures."""

    def __init__(
        self, total_count: Any, probs: Any, logits: Any, validate_args: bool | None
    ) -> None:
        self._given = one_of(probs, logits)
        self.total_count, given = broadcast_all(total_count, logits if probs is None else probs)
        self.total_count = self.total_count.type_as(given)
        setattr(self, self._given, given)
        Distribution.__init__(self, given.shape, validate_args=validate_args)


class Covariance(Distribution):
    """A covariance matrix, its inverse or its Cholesky factor, whichever was given, as an
    attribute; the others are worked out of the factor `_unbroadcasted_scale_tril`."""

    @staticmethod
    def _one_of(covariance_matrix, precision_matrix, scale_tril, error: type) -> tuple[str, Tensor]:
        """(name, matrix) of the one that is given."""
        forms = {
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
            "scale_tril": scale_tril,
        }
        given = [(name, m) for name, m in forms.items() if m is not None]
        if len(given) != 1:
            raise error(
                "Exactly one of covariance_matrix or precision_matrix or scale_tril may be "
                "specified."
            )
        return given[0]

    def _factor(self, name: str, matrix: Tensor) -> None:
        """Find the factor of the form that was given."""
        if name == "covariance_matrix":
            matrix = torch.linalg.cholesky(matrix)
        elif name == "precision_matrix":
            flipped = torch.linalg.cholesky(torch.flip(matrix, (-2, -1)))
            upper = torch.flip(flipped, (-2, -1)).mT
            eye = torch.eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
            matrix = torch.linalg.solve_triangular(upper, eye, upper=False)
        self._unbroadcasted_scale_tril = matrix

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> Self:
        new = type(self).__new__(type(self)) if _instance is None else _instance
        new._unbroadcasted_scale_tril = self._unbroadcasted_scale_tril
        return super().expand(batch_shape, _instance=new)

    def _wide(self, matrix: Tensor) -> Tensor:
        return matrix.expand((*self._batch_shape, *matrix.shape[-2:]))

    @lazy_property
    def scale_tril(self) -> Tensor:
        return self._wide(self._unbroadcasted_scale_tril)

    @lazy_property
    def covariance_matrix(self) -> Tensor:
        tril = self._unbroadcasted_scale_tril
        return self._wide(tril @ tril.mT)

    @lazy_property
    def precision_matrix(self) -> Tensor:
        return self._wide(torch.cholesky_inverse(self._unbroadcasted_scale_tril))

    def _half_log_det(self) -> Tensor:
        return self._unbroadcasted_scale_tril.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def _distance(self, away: Tensor) -> Tensor:
        """The squared length of vectors, measured by the covariance."""
        tril = self._unbroadcasted_scale_tril
        shape = torch.broadcast_shapes(away.shape[:-1], tril.shape[:-2])
        tril = tril.expand((*shape, *tril.shape[-2:]))
        away = away.expand((*shape, away.shape[-1])).unsqueeze(-1)
        return torch.linalg.solve_triangular(tril, away, upper=False).pow(2).sum((-2, -1))
