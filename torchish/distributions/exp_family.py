"""`ExponentialFamily`: densities that are exponentials of a sum of statistics.

https://docs.pytorch.org/docs/stable/distributions.html#exponentialfamily
"""

from __future__ import annotations

from typing import Any

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions.distribution import Distribution

__all__ = ["ExponentialFamily"]


class ExponentialFamily(Distribution):
    """log p(x) = <t(x), theta> - F(theta) + k(x).

    A subclass gives theta as `_natural_params`, F as `_log_normalizer(*theta)` and, for the
    entropy, the mean of k as `_mean_carrier_measure`; NotImplementedError without them. Entropy and
    divergence then follow from the gradient of F, which is the mean of t (Nielsen and Nock, 2010).
    """

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        raise NotImplementedError

    def _log_normalizer(self, *natural_params: Any) -> Tensor:
        raise NotImplementedError

    @property
    def _mean_carrier_measure(self) -> float:
        raise NotImplementedError

    def _normalizer_and_means(self) -> tuple[list[Tensor], Tensor, tuple[Tensor, ...]]:
        """The natural parameters, F there and its gradient."""
        with torch.enable_grad():
            theta = [p.detach().requires_grad_() for p in self._natural_params]
            value = self._log_normalizer(*theta)
            return theta, value, torch.autograd.grad(value.sum(), theta, create_graph=True)

    def entropy(self) -> Tensor:
        carried = self._mean_carrier_measure
        theta, value, means = self._normalizer_and_means()
        for p, m in zip(theta, means, strict=True):
            value = value - (p * m).reshape((*self._batch_shape, -1)).sum(-1)
        return value - carried


__getattr__ = _absent.attributes(__name__)
