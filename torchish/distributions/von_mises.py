"""`VonMises`.

https://docs.pytorch.org/docs/stable/distributions.html#vonmises
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torchish as torch
from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.distributions import constraints
from torchish.distributions.distribution import Distribution, broadcast_all
from torchish.distributions.utils import lazy_property

__all__ = ["VonMises"]


class VonMises(Distribution):
    """Angles around `loc`, like a normal on the circle of precision `concentration`.

    Mean and variance are the circular ones.

    >>> D.VonMises(torch.tensor(0.5), torch.tensor(4.0)).mean
    tensor(0.5000)
    """

    arg_constraints = {"loc": constraints.real, "concentration": constraints.positive}
    support = constraints.real

    def __init__(self, loc: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.loc, self.concentration = broadcast_all(loc, concentration)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def mode(self) -> Tensor:
        return self.loc

    @lazy_property
    def variance(self) -> Tensor:
        # The factors exp(-concentration) of the scaled functions cancel.
        k = self.concentration
        return 1 - torch.special.i1e(k) / torch.special.i0e(k)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        k = self.concentration
        normalizer = math.log(2 * math.pi) + torch.special.i0e(k).log() + k
        return k * torch.cos(value - self.loc) - normalizer

    @torch.no_grad()
    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """By rejection from a wrapped Cauchy (Best and Fisher, 1979), in float64."""
        shape = self._extended_shape(sample_shape)
        loc, k = self.loc.double(), self.concentration.double()
        tau = 1 + (1 + 4 * k.square()).sqrt()
        rho = (tau - (2 * tau).sqrt()) / (2 * k)
        r = torch.where(k < 1e-5, 1 / k + k, (1 + rho.square()) / (2 * rho))
        angle = torch.zeros(shape, dtype=torch.float64, device=loc.device)
        done = torch.zeros(shape, dtype=torch.bool, device=loc.device)
        while not bool(done.all()):
            u = torch.rand((3, *shape), dtype=torch.float64, device=loc.device)
            z = torch.cos(math.pi * u[0])
            f = (1 + r * z) / (r + z)
            c = k * (r - f)
            accepted = (c * (2 - c) - u[1] > 0) | ((c / u[1]).log() + 1 - c >= 0)
            angle = torch.where(accepted, (u[2] - 0.5).sign() * f.acos(), angle)
            done = done | accepted
        return ((angle + math.pi + loc) % (2 * math.pi) - math.pi).to(self.loc.dtype)


__getattr__ = _absent.attributes(__name__)
