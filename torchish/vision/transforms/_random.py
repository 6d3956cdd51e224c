"""Random parameters: the default generator's numbers as Python numbers, without making tensors."""

from __future__ import annotations

import math

import numpy as np

from torchish.base import dtypes as dt
from torchish.tensor import default_generator

__all__ = ["below", "integer", "log_pair", "log_uniform", "number", "order", "uniform"]


def number() -> float:
    """`torch.rand(1).item()`."""
    return float(default_generator.rand((1,), dt.float32)[0])


def below(p: float) -> bool:
    """`torch.rand(1) < p`: PyTorch compares in single precision."""
    return bool(default_generator.rand((1,), dt.float32)[0] < np.float32(p))


def above(p: float) -> bool:
    """`p < torch.rand(1)`."""
    return bool(np.float32(p) < default_generator.rand((1,), dt.float32)[0])


def integer(low: int, high: int) -> int:
    """`torch.randint(low, high, size=(1,)).item()`."""
    return int(default_generator.randint((1,), low, high, dt.int64)[0])


def uniform(low: float, high: float) -> float:
    """`torch.empty(1).uniform_(low, high).item()`."""
    return float(default_generator.uniform((1,), dt.float32, float(low), float(high))[0])


def order(n: int) -> list[int]:
    """`torch.randperm(n).tolist()`."""
    return default_generator.randperm(n, dt.int64).tolist()


def log_pair(ratio) -> tuple[float, float]:
    """The logarithms of a pair, in single precision."""
    low, high = (float(np.float32(math.log(np.float32(r)))) for r in ratio)
    return low, high


def log_uniform(low: float, high: float) -> float:
    """The exponential of `uniform(low, high)`, in single precision."""
    return float(np.float32(math.exp(uniform(low, high))))
