"""Convolutions that learn their number of input channels (public in `torch.nn.modules.conv`)."""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Tensor
from torchish.nn.modules._convnd import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from torchish.nn.modules.lazy import LazyModuleMixin
from torchish.nn.parameter import UninitializedParameter


class _LazyConvXdMixin(LazyModuleMixin):
    """Convolutions that take `in_channels` from their first input."""

    def _start(
        self, out_channels: int, kernel_size, bias: bool, device, dtype, options: dict
    ) -> None:
        # No input channels and no bias yet: nothing is drawn.
        super().__init__(0, 0, kernel_size, bias=False, device=device, dtype=dtype, **options)
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        self.out_channels = out_channels
        if bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)

    def reset_parameters(self) -> None:
        """Draw new initial values, once the size is known."""
        if not self.has_uninitialized_params() and self.in_channels != 0:
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor, *args: Any, **kwargs: Any) -> None:
        """Take the number of channels from an input and draw initial values."""
        if not self.has_uninitialized_params():
            return
        self.in_channels = self._get_in_channels(input)
        if self.in_channels % self.groups != 0:
            raise ValueError("in_channels must be divisible by groups")
        a, b = self.in_channels, self.out_channels
        channels = (a, b // self.groups) if self.transposed else (b, a // self.groups)
        self.weight.materialize((*channels, *self.kernel_size))
        if self.bias is not None:
            self.bias.materialize((self.out_channels,))
        self.reset_parameters()

    def _get_in_channels(self, input: Tensor) -> int:
        n = self._get_num_spatial_dims()
        if input.dim() not in (n + 1, n + 2):
            raise RuntimeError(
                f"Expected {n + 1}D (unbatched) or {n + 2}D (batched) input to "
                f"{self.__class__.__name__}, but got input of size: {input.shape}"
            )
        return input.shape[1] if input.dim() == n + 2 else input.shape[0]

    def _get_num_spatial_dims(self) -> int:
        return len(self.kernel_size)


class _LazyConv(_LazyConvXdMixin):
    def __init__(
        self,
        out_channels: int,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device=None,
        dtype=None,
    ) -> None:
        self._start(
            out_channels,
            kernel_size,
            bias,
            device,
            dtype,
            dict(
                stride=stride,
                padding=padding,
                dilation=dilation,
                groups=groups,
                padding_mode=padding_mode,
            ),
        )


class _LazyConvTranspose(_LazyConvXdMixin):
    def __init__(
        self,
        out_channels: int,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups: int = 1,
        bias: bool = True,
        dilation=1,
        padding_mode: str = "zeros",
        device=None,
        dtype=None,
    ) -> None:
        self._start(
            out_channels,
            kernel_size,
            bias,
            device,
            dtype,
            dict(
                stride=stride,
                padding=padding,
                output_padding=output_padding,
                groups=groups,
                dilation=dilation,
                padding_mode=padding_mode,
            ),
        )


class LazyConv1d(_LazyConv, Conv1d):
    """Conv1d that takes `in_channels` from its first input.

    >>> nn.LazyConv1d(4, kernel_size=3)(torch.zeros(1, 2, 10)).shape
    torch.Size([1, 4, 8])
    """

    cls_to_become = Conv1d


class LazyConv2d(_LazyConv, Conv2d):
    """Conv2d that takes `in_channels` from its first input.

    >>> layer = nn.LazyConv2d(4, kernel_size=3)
    >>> layer(torch.zeros(1, 2, 8, 8)).shape, layer.weight.shape
    (torch.Size([1, 4, 6, 6]), torch.Size([4, 2, 3, 3]))
    """

    cls_to_become = Conv2d


class LazyConv3d(_LazyConv, Conv3d):
    """Conv3d that takes `in_channels` from its first input.

    >>> nn.LazyConv3d(2, kernel_size=1)(torch.zeros(1, 3, 2, 2, 2)).shape
    torch.Size([1, 2, 2, 2, 2])
    """

    cls_to_become = Conv3d


class LazyConvTranspose1d(_LazyConvTranspose, ConvTranspose1d):
    """ConvTranspose1d that takes `in_channels` from its first input.

    >>> nn.LazyConvTranspose1d(4, kernel_size=3)(torch.zeros(1, 2, 8)).shape
    torch.Size([1, 4, 10])
    """

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyConvTranspose, ConvTranspose2d):
    """ConvTranspose2d that takes `in_channels` from its first input.

    >>> nn.LazyConvTranspose2d(4, kernel_size=2, stride=2)(torch.zeros(1, 2, 3, 3)).shape
    torch.Size([1, 4, 6, 6])
    """

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyConvTranspose, ConvTranspose3d):
    """ConvTranspose3d that takes `in_channels` from its first input.

    >>> nn.LazyConvTranspose3d(2, kernel_size=1)(torch.zeros(1, 3, 2, 2, 2)).shape
    torch.Size([1, 2, 2, 2, 2])
    """

    cls_to_become = ConvTranspose3d
