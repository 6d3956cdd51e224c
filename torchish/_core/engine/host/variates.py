"""Gradients of random numbers by the parameters of what they were drawn from, in NumPy.

See Note [Implicit reparameterisation].
"""

from __future__ import annotations

import numpy as np

from torchish._core.engine.host.registry import kernel, require
from torchish._core.engine.host.special import digamma_of
from torchish._core.ops.variates import beta_slope, gamma_slope

_BLOCK = 1 << 12  # elements at a time: each takes the nodes of the rule


def _slowly(inputs, outputs) -> float:
    return 4e-6 * max([1, *[int(np.prod(a.shape)) for a in outputs]])


def _by_blocks(f, *arrays):
    """A function of float64 vectors on arrays of any one shape and dtype."""
    arrays = np.broadcast_arrays(*arrays)
    shape, dtype = arrays[0].shape, arrays[0].dtype
    flat = [np.ascontiguousarray(a, np.float64).reshape(-1) for a in arrays]
    out = np.empty(flat[0].size, dtype)
    for i in range(0, out.size, _BLOCK):
        out[i : i + _BLOCK] = f(*[v[i : i + _BLOCK] for v in flat])
    return out.reshape(shape)


def _gamma(alpha, x):
    return _by_blocks(lambda a, v: gamma_slope(np, digamma_of, v, a), alpha, x)


def _beta(x, alpha, total):
    slope = _by_blocks(lambda v, a, b: beta_slope(np, digamma_of, v, a, b), x, alpha, total - alpha)
    return slope / (1 - x)


@kernel("_standard_gamma_grad", dtypes="f", cost=_slowly)
def standard_gamma_grad(self, output):
    require(self.dtype == output.dtype)
    return _gamma(self, output)


@kernel("_dirichlet_grad", dtypes="f", cost=_slowly)
def dirichlet_grad(x, alpha, total):
    require(x.dtype == alpha.dtype == total.dtype)
    return _beta(x, alpha, total)


@kernel("_drawn_StandardGamma", dtypes="f", cost=_slowly)
def drawn_standard_gamma(numbers, alpha):
    return numbers


@drawn_standard_gamma.gradient
def _(ct, saved, wanted, numbers, alpha):
    return {"numbers": np.zeros_like(ct), "alpha": ct * _gamma(alpha, numbers)}


@kernel("_drawn_Dirichlet", dtypes="f", cost=_slowly)
def drawn_dirichlet(numbers, alpha):
    return numbers


@drawn_dirichlet.gradient
def _(ct, saved, wanted, numbers, alpha):
    slope = _beta(numbers, alpha, alpha.sum(-1, keepdims=True))
    along = (numbers * ct).sum(-1, keepdims=True)
    return {"numbers": np.zeros_like(ct), "alpha": slope * (ct - along)}
