"""Look-ups whose gradient is sparse: what was looked up, as a COO tensor.

https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
"""

from __future__ import annotations

from typing import Any

import numpy as np

from torchish._core.base import layouts
from torchish._core.base.dtypes import int64
from torchish._core.base.errors import wrap_dim
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Function, Tensor
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.sparse import index_tensor, make
from torchish._core.tensor.sparse_rules import refusal, rule


class EmbeddingRows(Function):
    """Rows of a table. The gradient has one row for each look-up, not coalesced; those of the
    padding row are there too, as zeros, so that its size does not depend on the values of the
    indices and a training step stays one program."""

    label = "EmbeddingBackward0"

    @staticmethod
    def forward(
        ctx: Any, weight: Tensor, input: Tensor, padding_idx: int | None, by_frequency: bool
    ) -> Tensor:
        ctx.save_for_backward(input)
        ctx.table = (tuple(weight.shape), padding_idx, by_frequency)
        return apply(
            TABLE["nn.functional.embedding"], (input, weight, padding_idx, None, 2.0, False, True)
        )

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor, None, None, None]:
        (input,) = ctx.saved_tensors
        shape, padding_idx, by_frequency = ctx.table
        if by_frequency:
            raise RuntimeError(
                "embedding_backward: scale_grad_by_freq not supported with sparse gradients"
            )
        index = input.reshape(1, -1)
        rows = g.reshape(-1, shape[1])
        if padding_idx is not None:
            padded = index[0] == padding_idx % shape[0]
            rows = rows.masked_fill(padded.unsqueeze(1), 0)
        index = index.to(int64)
        return make(layouts.sparse_coo, (index,), rows, shape), None, None, None


def embedding_rows(
    input: Tensor, weight: Tensor, padding_idx: int | None, by_frequency: bool
) -> Tensor:
    """`embedding` with a sparse gradient."""
    return EmbeddingRows.apply(weight, input, padding_idx, by_frequency)


class GatheredElements(Function):
    """Elements along a dimension. The gradient has one element for each look-up, not coalesced."""

    label = "GatherBackward0"

    @staticmethod
    def forward(ctx: Any, input: Tensor, dim: int, index: Tensor) -> Tensor:
        ctx.save_for_backward(index)
        ctx.place = (tuple(input.shape), wrap_dim(dim, input.dim()))
        return apply(TABLE["gather"], (input, dim, index, False))

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor, None, None]:
        (index,) = ctx.saved_tensors
        shape, dim = ctx.place
        own = tuple(index.shape)
        if shape:
            places = index_tensor(np.indices(own).reshape(len(own), -1), index.device)
            row = index.to(int64).reshape(1, -1)
            places = apply(TABLE["cat"], ([places[:dim], row, places[dim + 1 :]], 0))
        else:
            places = index_tensor(np.zeros((0, 1)), index.device)
        return make(layouts.sparse_coo, (places,), g.reshape(-1), shape), None, None


@rule("gather")
def gather(input: Tensor, dim: int, index: Tensor, sparse_grad: bool = False) -> Tensor:
    """`gather` with a sparse gradient; nothing is gathered out of a sparse tensor."""
    if not sparse_grad or input._sparse or index._sparse:
        raise refusal("gather", input.layout)
    return GatheredElements.apply(input, dim, index)
