"""`torch.autograd._functions`: Functions of older programs."""

from __future__ import annotations

import math

from torchish._core.tensor import Tensor
from torchish._core.tensor.tape.function import Function

__all__ = ["Resize"]


class Resize(Function):
    """`Resize.apply(tensor, sizes)`: a contiguous tensor with other sizes, the elements in order.

    RuntimeError for another number of elements; ValueError for a tensor that is not contiguous.
    """

    @staticmethod
    def forward(ctx, tensor: Tensor, sizes) -> Tensor:
        if math.prod(sizes) != tensor.numel():
            wanted = "x".join(map(str, sizes))
            given = "x".join(map(str, tensor.shape))
            raise RuntimeError(
                f"requested resize to {wanted} ({math.prod(sizes)} elements in total), but the "
                f"given tensor has a size of {given} ({tensor.numel()} elements). autograd's "
                "resize can only change the shape of a given tensor, while preserving the number "
                "of elements. "
            )
        ctx.sizes = tensor.shape
        if not tensor.is_contiguous():
            raise ValueError("input should be contiguous")
        return tensor.view(*sizes)

    @staticmethod
    def backward(ctx, gradient: Tensor):
        return gradient.contiguous().view(ctx.sizes), None
