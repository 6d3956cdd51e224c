"""`torch.quasirandom`: Sobol sequences, with PyTorch's numbers.

https://docs.pytorch.org/docs/stable/generated/torch.quasirandom.SobolEngine.html
"""

from __future__ import annotations

from typing import Any

import numpy as np

from torchish._core.tensor import Tensor, cat, from_numpy, get_default_dtype, no_grad, randint
from torchish._core.tensor.generator import Generator

__all__ = ["SobolEngine"]

BITS = 30  # of a coordinate
MOST_DIMENSIONS = 21201


def _directions(dimension: int) -> np.ndarray:
    """The direction numbers of Joe and Kuo (2008), (dimension, BITS); SciPy has the table."""
    from scipy.stats import qmc  # late: SciPy's statistics take long to import

    found = qmc.Sobol(dimension, scramble=False, bits=BITS)._sv
    return np.array(found, dtype=np.int64)


def _scrambled(directions: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Direction numbers multiplied, bit by bit and modulo 2, by lower triangular matrices with ones
    on the diagonal (dimension, BITS, BITS): linear matrix scrambling."""
    places = np.arange(BITS - 1, -1, -1)  # the highest bit is the first
    bits = (directions[:, :, None] >> places) & 1
    ones = np.maximum(matrices, np.eye(BITS, dtype=np.int64))
    mixed = np.einsum("dpk,djk->djp", ones, bits) & 1
    return (mixed << places).sum(-1)


class SobolEngine:
    """Points of a Sobol sequence in [0, 1)^dimension, scrambled on request.

    ValueError for a dimension outside [1, 21201].

    >>> torch.quasirandom.SobolEngine(dimension=2).draw(4)
    tensor([[0.0000, 0.0000],
            [0.5000, 0.5000],
            [0.7500, 0.2500],
            [0.2500, 0.7500]])
    """

    MAXBIT = BITS
    MAXDIM = MOST_DIMENSIONS

    def __init__(self, dimension: int, scramble: bool = False, seed: int | None = None):
        if dimension > self.MAXDIM or dimension < 1:
            raise ValueError(
                f"Supported range of dimensionality for SobolEngine is [1, {self.MAXDIM}]"
            )
        self.seed = seed
        self.scramble = scramble
        self.dimension = dimension
        directions = _directions(dimension)
        self.shift = from_numpy(np.zeros(dimension, np.int64))
        if scramble:
            directions = self._scramble(directions)
        self.sobolstate = from_numpy(directions)
        self.quasi = self.shift.clone()
        self._first_point = (self.quasi / 2**BITS).reshape(1, -1)
        self.num_generated = 0

    def _scramble(self, directions: np.ndarray) -> np.ndarray:
        # Without a seed of its own it draws from the generator that `torch.manual_seed` seeds.
        generator = None if self.seed is None else Generator().manual_seed(self.seed)
        shifts = randint(2, (self.dimension, BITS), generator=generator).numpy()
        self.shift = from_numpy((shifts << np.arange(BITS)).sum(-1))
        matrices = randint(2, (self.dimension, BITS, BITS), generator=generator)
        return _scrambled(directions, matrices.tril().numpy())

    def _advance(self, n: int, drawn: int) -> np.ndarray:
        """The next n points as integers, (n, dimension), of which `drawn` have been passed."""
        # From a point to the next, the direction number of the index's lowest zero bit is added.
        index = np.arange(drawn, drawn + n)
        lowest = ((~index) & (index + 1)).astype(np.float64)
        steps = self.sobolstate.numpy()[:, np.log2(lowest).astype(np.int64)].T
        start = self.quasi.numpy()[None]
        points = np.bitwise_xor.accumulate(np.concatenate([start, steps]), axis=0)[1:]
        if n:
            self.quasi = from_numpy(points[-1].copy())
        return points

    def draw(self, n: int = 1, out: Tensor | None = None, dtype: Any = None) -> Tensor:
        """The next n points, (n, dimension), in a dtype (default: the default dtype)."""
        dtype = get_default_dtype() if dtype is None else dtype
        first = self.num_generated == 0
        points = self._advance(n - 1 if first else n, 0 if first else self.num_generated - 1)
        result = from_numpy(points).to(dtype) / 2**BITS
        if first:
            result = cat([self._first_point.to(dtype), result])
        self.num_generated += n
        if out is not None:
            with no_grad():
                out.resize_(result.shape).copy_(result)
            return out
        return result

    def draw_base2(self, m: int, out: Tensor | None = None, dtype: Any = None) -> Tensor:
        """The next 2**m points; ValueError unless the total is then a power of 2."""
        n = 2**m
        total = self.num_generated + n
        if total & (total - 1):
            raise ValueError(
                "The balance properties of Sobol' points require n to be a power of 2. "
                f"{self.num_generated} points have been previously generated, then: "
                f"n={self.num_generated}+2**{m}={total}. If you still want to do this, please use "
                "'SobolEngine.draw()' instead."
            )
        return self.draw(n=n, out=out, dtype=dtype)

    def reset(self) -> SobolEngine:
        """Begin again."""
        self.quasi = self.shift.clone()
        self.num_generated = 0
        return self

    def fast_forward(self, n: int) -> SobolEngine:
        """Pass over n points."""
        first = self.num_generated == 0
        self._advance(n - 1 if first else n, 0 if first else self.num_generated - 1)
        self.num_generated += n
        return self

    def __repr__(self) -> str:
        parts = [f"dimension={self.dimension}"]
        if self.scramble:
            parts.append("scramble=True")
        if self.seed is not None:
            parts.append(f"seed={self.seed}")
        return f"{type(self).__name__}({', '.join(parts)})"
