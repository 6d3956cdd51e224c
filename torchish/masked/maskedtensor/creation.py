"""`masked_tensor` and `as_masked_tensor`."""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Function, Tensor
from torchish.masked.maskedtensor.core import (
    MaskedTensor,
    _warn,
    checked,
    is_masked_tensor,
    masked_of,
)

__all__ = ["as_masked_tensor", "masked_tensor"]


class _Under(Function):
    """Data as they are; their gradient is there where the mask is."""

    @staticmethod
    def forward(ctx: Any, data: Tensor, mask: Tensor) -> Tensor:
        ctx.mask = mask
        return data.view_as(data)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        return masked_of(grads[0], ctx.mask), None


def masked_tensor(data: Tensor, mask: Tensor, requires_grad: bool = False) -> Any:
    """A masked tensor, a leaf, of copies of data, whose elements are there where the mask is
    True.

    >>> import warnings
    >>> warnings.simplefilter("ignore")  # a prototype, in PyTorch too
    >>> x = torch.masked.masked_tensor(torch.tensor([1.0, 2.0]), torch.tensor([True, False]))
    >>> x.sum().get_data()
    tensor(1.)
    """
    return MaskedTensor(data, mask, requires_grad)


def as_masked_tensor(data: Tensor, mask: Tensor) -> Any:
    """The same of data themselves, through which gradients flow to them."""
    if is_masked_tensor(data) or not isinstance(data, Tensor):
        raise TypeError("data must be a Tensor")
    if is_masked_tensor(mask) or not isinstance(mask, Tensor):
        raise TypeError("mask must be a Tensor")
    _warn()
    made = checked(data, mask)
    return masked_of(_Under.apply(data, mask), mask) if data.requires_grad else made
