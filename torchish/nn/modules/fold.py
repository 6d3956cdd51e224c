"""Fold and Unfold: sliding blocks as columns, and back.

https://docs.pytorch.org/docs/stable/generated/torch.nn.Fold.html
"""

from __future__ import annotations

from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.nn.modules.module import Module

__all__ = ["Fold", "Unfold"]


class Fold(Module):
    """Sums columns (N, C·∏kernel, L) as sliding blocks into (N, C, *output_size)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.Fold.html).

    >>> nn.Fold(output_size=(4, 4), kernel_size=2, stride=2)(torch.ones(1, 4, 4)).shape
    torch.Size([1, 1, 4, 4])
    """

    __constants__ = ["output_size", "kernel_size", "dilation", "padding", "stride"]

    def __init__(self, output_size, kernel_size, dilation=1, padding=0, stride=1) -> None:
        super().__init__()
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Tensor) -> Tensor:
        return F.fold(
            input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride
        )

    def extra_repr(self) -> str:
        return (
            f"output_size={self.output_size}, kernel_size={self.kernel_size}, "
            f"dilation={self.dilation}, padding={self.padding}, stride={self.stride}"
        )


class Unfold(Module):
    """Sliding blocks of (N, C, *) as columns (N, C·∏kernel, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.Unfold.html).

    >>> nn.Unfold(kernel_size=2)(torch.zeros(1, 3, 4, 4)).shape
    torch.Size([1, 12, 9])
    """

    __constants__ = ["kernel_size", "dilation", "padding", "stride"]

    def __init__(self, kernel_size, dilation=1, padding=0, stride=1) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Tensor) -> Tensor:
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, "
            f"stride={self.stride}"
        )
