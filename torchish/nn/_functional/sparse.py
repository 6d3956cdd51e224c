"""Embeddings.

https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
"""

from __future__ import annotations

from torchish.ops.table import TABLE
from torchish.tensor import Tensor
from torchish.tensor.dispatch import apply

__all__ = ["embedding"]


def _renormalize(weight: Tensor, input: Tensor, max_norm: float, norm_type: float) -> None:
    """Scale the used rows down in place, without history."""
    new = apply(
        TABLE["_embedding_renorm"], (weight.detach(), input, float(max_norm), float(norm_type))
    )
    weight._set_value(new._storage.value)


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Rows `input` (int64 or int32) of `weight` (rows, width). With `max_norm` the rows that are
    used are first scaled down to it in place. IndexError for an index outside the table; gradients
    are dense also when `sparse`."""
    if max_norm is not None:
        _renormalize(weight, input, max_norm, norm_type)
    return apply(
        TABLE["nn.functional.embedding"],
        (input, weight, padding_idx, None, norm_type, scale_grad_by_freq, sparse),
    )
