"""Embeddings and one-hot codes.

https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
"""

from __future__ import annotations

from torchish.base import dtypes as dt
from torchish.ops.table import TABLE
from torchish.sparse.embedding import embedding_rows
from torchish.tensor import Tensor
from torchish.tensor.dispatch import apply

__all__ = ["embedding", "one_hot"]


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
    used are first scaled down to it in place. IndexError for an index outside the table. With
    `sparse` the gradient of the table is a COO tensor with a row for each look-up."""
    if max_norm is not None:
        _renormalize(weight, input, max_norm, norm_type)
    if sparse and weight.requires_grad:
        return embedding_rows(input, weight, padding_idx, scale_grad_by_freq)
    return apply(
        TABLE["nn.functional.embedding"],
        (input, weight, padding_idx, None, norm_type, scale_grad_by_freq, sparse),
    )


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Codes (*, num_classes) of int64 class numbers (*). Without a number of classes the largest is
    looked at. RuntimeError for negative numbers and ones that are too large."""
    if num_classes == -1:
        if tensor.dtype is not dt.int64:
            raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
        if tensor.numel() == 0:
            raise RuntimeError("Can not infer total number of classes from empty tensor.")
        num_classes = int(tensor.max()) + 1
        if int(tensor.min()) < 0:
            raise RuntimeError("Class values must be non-negative.")
    return apply(TABLE["_one_hot"], (tensor, num_classes))
