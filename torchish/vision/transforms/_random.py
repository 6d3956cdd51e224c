"""Random parameters: single numbers of the default generator, as Python numbers.

A transform draws a few numbers for each sample. Taking them straight off the generator's words
costs a tenth of making arrays; inside a JAX transformation the generator's own functions are asked,
which know what to do there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.jax_internals import outside_jax
from torchish._core.tensor.generator import default_generator, draws

__all__ = [
    "above",
    "affine",
    "below",
    "integer",
    "log_pair",
    "log_uniform",
    "number",
    "order",
    "uniform",
    "whole",
]


def _word() -> int | None:
    """The next 32 bits; None inside a JAX transformation."""
    if draws.substitutes or not outside_jax():
        return None
    draws.count += 1
    return int(default_generator._words(1)[0])


def number() -> float:
    """`torch.rand(1).item()`."""
    word = _word()
    if word is None:
        return float(default_generator.rand((1,), dt.float32)[0])
    return (word & 0xFFFFFF) * 2.0**-24


def below(p: float) -> bool:
    """`torch.rand(1) < p`: PyTorch compares in single precision."""
    return number() < float(np.float32(p))


def above(p: float) -> bool:
    """`p < torch.rand(1)`."""
    return float(np.float32(p)) < number()


def integer(low: int, high: int) -> int:
    """`torch.randint(low, high, size=(1,)).item()`."""
    word = _word() if 0 < high - low < 2**28 else None  # wider ranges take two words
    if word is None:
        return int(default_generator.randint((1,), low, high, dt.int64)[0])
    return low + word % (high - low)


def uniform(low: float, high: float) -> float:
    """`torch.empty(1).uniform_(low, high).item()`."""
    low, high = float(low), float(high)
    word = _word() if low <= high and max(abs(low), abs(high)) < 1e30 else None
    if word is None:
        return float(default_generator.uniform((1,), dt.float32, low, high)[0])
    drawn = (word & 0xFFFFFF) * 2.0**-24
    if (low, high) == (0.0, 1.0):
        return drawn
    bottom, top = np.float32(low), np.float32(high)
    value = np.float32(drawn * float(top - bottom) + float(bottom))  # rounded once
    return float(bottom if value == top else value)


def order(n: int) -> list[int]:
    """`torch.randperm(n).tolist()`."""
    return default_generator.randperm(n, dt.int64).tolist()


def log_pair(ratio: Sequence[float]) -> tuple[float, float]:
    """The logarithms of a pair, in single precision."""
    low, high = (float(np.float32(math.log(np.float32(r)))) for r in ratio)
    return low, high


def log_uniform(low: float, high: float) -> float:
    """The exponential of `uniform(low, high)`, in single precision."""
    return float(np.float32(math.exp(uniform(low, high))))


def affine(low: float, span: float) -> float:
    """`low + span * torch.rand(1)`, in single precision."""
    return float(np.float32(low) + np.float32(span) * np.float32(number()))


def whole(n: int, share: float) -> int:
    """`int(n * share)` of a tensor `share`: in single precision."""
    return int(np.float32(n) * np.float32(share))
