"""Tables whose gradient is sparse: the rows that were used, as a COO tensor.

https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
"""

from __future__ import annotations

from typing import Any

from torchish._core.base import layouts
from torchish._core.base.dtypes import int64
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Function, Tensor
from torchish._core.tensor.dispatch import apply
from torchish._core.tensor.sparse import make


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
