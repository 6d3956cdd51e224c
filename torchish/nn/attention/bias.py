"""Causal masks for attention that are named, not stored.

https://docs.pytorch.org/docs/stable/generated/torch.nn.attention.bias.CausalBias.html
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, full
from torchish._core.tensor.api.factory import empty

__all__ = ["CausalBias", "CausalVariant", "causal_lower_right", "causal_upper_left"]


class CausalVariant(enum.IntEnum):
    """Where queries and keys are counted from: their beginnings, or their ends."""

    UPPER_LEFT = 1
    LOWER_RIGHT = 2


class CausalBias(Tensor, _waits=True):
    """(L, S): a mask for `scaled_dot_product_attention` and nothing else, made when it is used.

    A key may not be behind its query; `variant` says how they are counted.
    """

    variant: CausalVariant
    seq_len_q: int
    seq_len_kv: int

    def __new__(cls, variant: CausalVariant, seq_len_q: int, seq_len_kv: int) -> CausalBias:
        if not isinstance(variant, CausalVariant):
            raise AssertionError(f"variant must be a CausalVariant, got {type(variant)}")
        # As in PyTorch, whose constructor takes the three numbers for sizes.
        return empty((int(variant), seq_len_q, seq_len_kv)).as_subclass(cls)

    def __init__(self, variant: CausalVariant, seq_len_q: int, seq_len_kv: int) -> None:
        self.variant, self.seq_len_q, self.seq_len_kv = variant, seq_len_q, seq_len_kv

    def _materialize(self, device: Any = None) -> Tensor:
        """The mask itself: True where a query may look."""
        size = (self.seq_len_q, self.seq_len_kv)
        lower = self.variant is CausalVariant.LOWER_RIGHT
        behind = self.seq_len_kv - self.seq_len_q if lower else 0
        return full(size, True, dtype=dt.bool_, device=device).tril(diagonal=behind)

    def __repr__(self) -> str:
        return repr(self._materialize())

    @classmethod
    def __torch_function__(
        cls, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__name__", "") != "scaled_dot_product_attention":
            return super().__torch_function__(func, types, args, kwargs)
        names = ("query", "key", "value", "attn_mask", "dropout_p", "is_causal")
        given = dict(zip(names, args, strict=False)) | kwargs
        mask = given["attn_mask"]
        if given.get("is_causal"):
            raise ValueError("CausalBias should not be used with causal=True")
        query = given["query"]
        return func(**given | {"attn_mask": mask._materialize(query.device)})


def causal_upper_left(*size: int) -> CausalBias:
    """The mask (L, S) whose queries and keys are counted from their beginnings."""
    rows, columns = _two(size)
    return CausalBias(CausalVariant.UPPER_LEFT, rows, columns)


def causal_lower_right(*size: int) -> CausalBias:
    """The mask (L, S) whose queries and keys are counted from their ends."""
    rows, columns = _two(size)
    return CausalBias(CausalVariant.LOWER_RIGHT, rows, columns)


def _two(size: tuple[int, ...]) -> tuple[int, int]:
    if len(size) != 2:
        raise AssertionError(f"expected two sizes, got {len(size)}")
    return size[0], size[1]
