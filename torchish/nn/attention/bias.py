"""Causal masks for attention.

https://docs.pytorch.org/docs/stable/generated/torch.nn.attention.bias.CausalBias.html
"""

from __future__ import annotations

from torchish.base import dtypes as dt
from torchish.tensor import Tensor, full

__all__ = ["causal_lower_right", "causal_upper_left"]


def causal_upper_left(*size: int) -> Tensor:
    """(L, S): True where the key is not behind the query, both counted from their beginnings."""
    rows, columns = size
    return full((rows, columns), True, dtype=dt.bool_).tril()


def causal_lower_right(*size: int) -> Tensor:
    """(L, S): True where the key is not behind the query, both counted from their ends."""
    rows, columns = size
    return full((rows, columns), True, dtype=dt.bool_).tril(diagonal=columns - rows)
