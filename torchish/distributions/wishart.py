"""`Wishart`.

https://docs.pytorch.org/docs/stable/distributions.html#wishart
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Size, Tensor
from torchish.distributions import constraints
from torchish.distributions._shared import Covariance
from torchish.distributions.chi2 import Chi2
from torchish.distributions.exp_family import ExponentialFamily

__all__ = ["Wishart"]


class Wishart(Covariance, ExponentialFamily):
    """Sums of x xᵀ over `df` normal vectors x of a covariance, its inverse or its factor.

    >>> D.Wishart(torch.tensor(3.0), torch.eye(2)).mean
    tensor([[3., 0.],
            [0., 3.]])
    """

    _mean_carrier_measure = 0
    has_rsample = True
    support = constraints.positive_definite

    def __init__(
        self,
        df: Any,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        name, matrix = self._one_of(covariance_matrix, precision_matrix, scale_tril, AssertionError)
        if matrix.dim() < 2:
            raise ValueError(
                "scale_tril must be at least two-dimensional, with optional leading batch "
                "dimensions"
            )
        if isinstance(df, Tensor):
            batch = torch.broadcast_shapes(matrix.shape[:-2], df.shape)
            self.df = df.expand(batch)
        else:
            batch = matrix.shape[:-2]
            self.df = torch.tensor(df, dtype=matrix.dtype, device=matrix.device)
        event = matrix.shape[-2:]
        if bool((self.df <= event[-1] - 1).any()):
            raise ValueError(
                f"Value of df={df} expected to be greater than ndim - 1 = {event[-1] - 1}."
            )
        if bool((self.df < event[-1]).any()):
            warnings.warn(
                "Low df values detected. Singular samples are highly likely to occur for ndim - 1 "
                "< df < ndim.",
                stacklevel=2,
            )
        setattr(self, name, matrix.expand((*batch, *event)))
        super().__init__(batch, event, validate_args=validate_args)
        self._factor(name, matrix)

    @property
    def arg_constraints(self) -> dict[str, constraints.Constraint]:
        return {
            "covariance_matrix": constraints.positive_definite,
            "precision_matrix": constraints.positive_definite,
            "scale_tril": constraints.lower_cholesky,
            "df": constraints.greater_than(self.event_shape[-1] - 1),
        }

    def _degrees(self) -> Tensor:
        """The degrees of freedom as a factor of matrices."""
        return self.df.expand(self._batch_shape)[..., None, None]

    @property
    def mean(self) -> Tensor:
        return self._degrees() * self.covariance_matrix

    @property
    def mode(self) -> Tensor:
        factor = self._degrees() - self._event_shape[-1] - 1
        return torch.where(factor <= 0, math.nan, factor) * self.covariance_matrix

    @property
    def variance(self) -> Tensor:
        c = self.covariance_matrix
        diagonal = c.diagonal(dim1=-2, dim2=-1)
        outer = diagonal.unsqueeze(-1) * diagonal.unsqueeze(-2)
        return self._degrees() * (c.square() + outer)

    def _bartlett(self, sample_shape: Size) -> Tensor:
        """L A Aᵀ Lᵀ: A has normal numbers below its diagonal, roots of Chi2 numbers on it."""
        p, like = self._event_shape[-1], self._unbroadcasted_scale_tril
        places = torch.arange(p, dtype=like.dtype, device=like.device)
        degrees = (self.df.unsqueeze(-1) - places).expand((*self._batch_shape, p))
        roots = Chi2(degrees).rsample(sample_shape).sqrt()
        inner = roots.clamp(min=torch.finfo(roots.dtype).eps).diag_embed()
        rows, columns = torch.tril_indices(p, p, -1)
        shape = (*sample_shape, *self._batch_shape, len(rows))
        below = torch.zeros_like(inner)
        below[..., rows, columns] = torch.randn(shape, dtype=like.dtype, device=like.device)
        factor = self._unbroadcasted_scale_tril @ (inner + below)
        return factor @ factor.mT

    def _some(self, checked: Tensor) -> Tensor:
        """Whether it holds for any of the batch."""
        return checked.flatten(-len(self._batch_shape)).any(-1) if self._batch_shape else checked

    def rsample(
        self, sample_shape: Sequence[int] = (), max_try_correction: int | None = None
    ) -> Tensor:
        """Samples; singular ones are drawn again, up to `max_try_correction` (10) times."""
        sample = self._bartlett(Size(sample_shape))
        # PyTorch draws anew what is well here, not what is singular. The numbers are right either
        # way, and a seed gives PyTorch's only if this does too.
        again = self._some(self.support.check(sample))
        if not bool(again.any()):
            return sample
        warnings.warn("Singular sample detected.", stacklevel=2)
        for _ in range(10 if max_try_correction is None else max_try_correction):
            drawn = self._bartlett(again[again].shape)
            sample = sample.clone()
            sample[again] = drawn
            still = self._some(~self.support.check(drawn))
            again = again.clone()
            again[again.clone()] = still
            if not bool(again.any()):
                break
        return sample

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        nu, p = self.df, self._event_shape[-1]
        tril = self._unbroadcasted_scale_tril
        trace = torch.cholesky_solve(value, tril).diagonal(dim1=-2, dim2=-1).sum(-1)
        return (
            (nu - p - 1) / 2 * torch.linalg.slogdet(value).logabsdet
            - trace / 2
            - nu * (p * math.log(2) / 2 + self._half_log_det())
            - torch.mvlgamma(nu / 2, p)
        )

    def entropy(self) -> Tensor:
        nu, p = self.df, self._event_shape[-1]
        halves = torch.arange(p, dtype=nu.dtype, device=nu.device) / 2
        slope = torch.digamma((nu / 2).unsqueeze(-1) - halves).sum(-1)
        return (
            (p + 1) * (p * math.log(2) / 2 + self._half_log_det())
            + torch.mvlgamma(nu / 2, p)
            - (nu - p - 1) / 2 * slope
            + nu * p / 2
        )

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        return -self.precision_matrix / 2, (self.df - self._event_shape[-1] - 1) / 2

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        x, y = natural_params
        p = self._event_shape[-1]
        half = y + (p + 1) / 2
        log_det = torch.linalg.slogdet(-2 * x).logabsdet
        return half * (p * math.log(2) - log_det) + torch.mvlgamma(half, p)


__getattr__ = _absent.attributes(__name__)
