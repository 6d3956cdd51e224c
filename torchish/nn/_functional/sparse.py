"""Embeddings and one-hot codes.

https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
"""

from __future__ import annotations

from torchish._core.base import dtypes as dt
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor, arange, cat, is_grad_enabled, no_grad, zeros
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.inner import assign
from torchish.sparse.embedding import embedding_rows

__all__ = ["embedding", "embedding_bag", "one_hot"]


def _renormalize(weight: Tensor, input: Tensor, max_norm: float, norm_type: float) -> None:
    """Scale the used rows down in place, without history."""
    new = apply(
        TABLE["_embedding_renorm"], (weight.detach(), input, float(max_norm), float(norm_type))
    )
    assign(weight, new)


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


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """Sums, means or maxima of bags of rows of `weight` (rows, width): input (B, n), or (n,) cut at
    `offsets` (B,). With `max_norm` the rows that are used are first scaled down to it in place.
    With `sparse` the gradient of the table is a COO tensor with a row for each look-up.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding_bag.html
    """
    op = TABLE["nn.functional.embedding_bag"]
    if max_norm is not None:
        _renormalize(weight, input, max_norm, norm_type)
    rest = (max_norm, norm_type, scale_grad_by_freq, mode)
    last = (per_sample_weights, include_last_offset)
    if not (sparse and weight.requires_grad and is_grad_enabled()) or mode == "max":
        return apply(op, (input, weight, offsets, *rest, sparse, *last, padding_idx))
    # The operator on detached tensors checks the arguments; then each look-up has a row of its own.
    with no_grad():
        apply(op, (input, weight, offsets, *rest, sparse, *last, padding_idx))
    flat, n = input.reshape(-1), input.numel()
    rows = embedding_rows(flat, weight, None, scale_grad_by_freq)
    places = arange(n, device=input.device)
    if padding_idx is not None:
        rows = cat([rows, zeros(1, weight.shape[1], dtype=rows.dtype, device=rows.device)])
        places = places.masked_fill(flat == padding_idx % weight.shape[0], n)
    rest = (None, 2, False, mode)
    ends = None if padding_idx is None else n
    return apply(op, (places.reshape(input.shape), rows, offsets, *rest, False, *last, ends))


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
