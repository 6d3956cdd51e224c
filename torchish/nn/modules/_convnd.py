"""Convolutions and transposed convolutions (public in `torch.nn.modules.conv`).

https://docs.pytorch.org/docs/stable/nn.html#convolution-layers
"""

from __future__ import annotations

import math
from typing import Any

from torchish._core.tensor import Tensor, empty
from torchish.nn import functional as F
from torchish.nn import init
from torchish.nn.modules.module import Module
from torchish.nn.modules.utils import _pair, _reverse_repeat_tuple, _single, _triple
from torchish.nn.parameter import Parameter

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
]

_PADDING_MODES = {"zeros", "reflect", "replicate", "circular"}


class _ConvNd(Module):
    __constants__ = [
        "stride",
        "padding",
        "dilation",
        "groups",
        "padding_mode",
        "output_padding",
        "in_channels",
        "out_channels",
        "kernel_size",
    ]
    in_channels: int
    out_channels: int
    kernel_size: tuple[int, ...]
    weight: Tensor

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: tuple,
        stride: tuple,
        padding: Any,
        dilation: tuple,
        transposed: bool,
        output_padding: tuple,
        groups: int,
        bias: bool,
        padding_mode: str,
        device=None,
        dtype=None,
    ) -> None:
        super().__init__()
        if groups <= 0:
            raise ValueError("groups must be a positive integer")
        if in_channels % groups != 0:
            raise ValueError("in_channels must be divisible by groups")
        if out_channels % groups != 0:
            raise ValueError("out_channels must be divisible by groups")
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise ValueError(
                    f"Invalid padding string {padding!r}, should be one of { {'same', 'valid'} }"
                )
            if padding == "same" and any(s != 1 for s in stride):
                raise ValueError("padding='same' is not supported for strided convolutions")
        if padding_mode not in _PADDING_MODES:
            raise ValueError(
                f"padding_mode must be one of {_PADDING_MODES}, but got "
                f"padding_mode='{padding_mode}'"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.transposed = transposed
        self.output_padding = output_padding
        self.groups = groups
        self.padding_mode = padding_mode
        # What F.pad takes in the modes that pad before the convolution.
        self._reversed_padding_repeated_twice: Any
        if isinstance(padding, str):
            pads = [0, 0] * len(kernel_size)
            if padding == "same":
                for i, (d, k) in enumerate(zip(dilation, kernel_size, strict=True)):
                    total = d * (k - 1)
                    at = 2 * (len(kernel_size) - 1 - i)
                    pads[at], pads[at + 1] = total // 2, total - total // 2
            self._reversed_padding_repeated_twice = pads
        else:
            self._reversed_padding_repeated_twice = _reverse_repeat_tuple(padding, 2)
        channels = (
            (in_channels, out_channels // groups)
            if transposed
            else (out_channels, in_channels // groups)
        )
        self.weight = Parameter(empty((*channels, *kernel_size), device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_channels, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values, uniform on ±1/√fan_in."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in, _ = init._calculate_fan_in_and_fan_out(self.weight)
            if fan_in != 0:
                bound = 1 / math.sqrt(fan_in)
                init.uniform_(self.bias, -bound, bound)

    def extra_repr(self) -> str:
        s = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"
        s += f", stride={self.stride}"
        n = len(self.kernel_size)
        if self.padding != (0,) * n:
            s += f", padding={self.padding}"
        if self.dilation != (1,) * n:
            s += f", dilation={self.dilation}"
        if self.output_padding != (0,) * n:
            s += f", output_padding={self.output_padding}"
        if self.groups != 1:
            s += f", groups={self.groups}"
        if self.bias is None:
            s += ", bias=False"
        if self.padding_mode != "zeros":
            s += f", padding_mode={self.padding_mode}"
        return s

    def __setstate__(self, state: dict) -> None:
        super().__setstate__(state)
        self.__dict__.setdefault("padding_mode", "zeros")


def _sizes(parse, *values: Any) -> list:
    return [v if isinstance(v, str) else parse(v) for v in values]


class _Conv(_ConvNd):
    """A convolution by the function of its name in `nn.functional`."""

    _function: str

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        padding = self.padding
        if self.padding_mode != "zeros":
            input = F.pad(input, self._reversed_padding_repeated_twice, mode=self.padding_mode)
            padding = (0,) * len(self.kernel_size)
        function = getattr(F, self._function)
        return function(input, weight, bias, self.stride, padding, self.dilation, self.groups)

    def forward(self, input: Tensor) -> Tensor:
        return self._conv_forward(input, self.weight, self.bias)


class Conv1d(_Conv):
    """Cross-correlation over (N, C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv1d.html).

    >>> nn.Conv1d(2, 4, kernel_size=3, padding=1)(torch.zeros(8, 2, 10)).shape
    torch.Size([8, 4, 10])
    """

    _function = "conv1d"

    def __init__(
        self,
        in_channels: int,
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
        k, s, p, d = _sizes(_single, kernel_size, stride, padding, dilation)
        sizes, more = (k, s, p, d), (groups, bias, padding_mode, device, dtype)
        super().__init__(in_channels, out_channels, *sizes, False, _single(0), *more)


class Conv2d(_Conv):
    """Cross-correlation over (N, C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html).

    >>> layer = nn.Conv2d(3, 6, kernel_size=5, stride=2)
    >>> layer(torch.zeros(8, 3, 32, 32)).shape, layer.weight.shape
    (torch.Size([8, 6, 14, 14]), torch.Size([6, 3, 5, 5]))
    """

    _function = "conv2d"

    def __init__(
        self,
        in_channels: int,
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
        k, s, p, d = _sizes(_pair, kernel_size, stride, padding, dilation)
        sizes, more = (k, s, p, d), (groups, bias, padding_mode, device, dtype)
        super().__init__(in_channels, out_channels, *sizes, False, _pair(0), *more)


class Conv3d(_Conv):
    """Cross-correlation over (N, C, D, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv3d.html).

    >>> nn.Conv3d(1, 2, kernel_size=3)(torch.zeros(1, 1, 5, 5, 5)).shape
    torch.Size([1, 2, 3, 3, 3])
    """

    _function = "conv3d"

    def __init__(
        self,
        in_channels: int,
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
        k, s, p, d = _sizes(_triple, kernel_size, stride, padding, dilation)
        sizes, more = (k, s, p, d), (groups, bias, padding_mode, device, dtype)
        super().__init__(in_channels, out_channels, *sizes, False, _triple(0), *more)


class _ConvTransposeNd(_ConvNd):
    _function: str

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride,
        padding,
        dilation,
        transposed,
        output_padding,
        groups,
        bias,
        padding_mode,
        device=None,
        dtype=None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(
                f'Only "zeros" padding mode is supported for {self.__class__.__name__}'
            )
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            transposed,
            output_padding,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def _output_padding(
        self,
        input: Tensor,
        output_size,
        stride,
        padding,
        kernel_size,
        num_spatial_dims: int,
        dilation=None,
    ):
        """What `output_padding` gives the asked output size; ValueError when none does."""
        if output_size is None:
            return _single(self.output_padding)
        n = num_spatial_dims
        leading = 2 if input.dim() == n + 2 else 1
        size = output_size
        if len(size) == leading + n:
            size = size[leading:]
        if len(size) != n:
            raise ValueError(
                f"ConvTranspose{n}D: for {input.dim()}D input, output_size must have {n} or "
                f"{leading + n} elements (got {len(size)})"
            )
        smallest, largest = [], []
        for d in range(n):
            extent = (dilation[d] if dilation is not None else 1) * (kernel_size[d] - 1) + 1
            smallest.append((input.size(d + leading) - 1) * stride[d] - 2 * padding[d] + extent)
            largest.append(smallest[d] + stride[d] - 1)
        if any(not lo <= s <= hi for s, lo, hi in zip(size, smallest, largest, strict=True)):
            raise ValueError(
                f"requested an output size of {size}, but valid sizes range from {smallest} to "
                f"{largest} (for an input of {input.size()[2:]})"
            )
        return [s - lo for s, lo in zip(size, smallest, strict=True)]

    def forward(self, input: Tensor, output_size: list[int] | None = None) -> Tensor:
        n = len(self.kernel_size)
        if self.padding_mode != "zeros":
            raise ValueError(f"Only `zeros` padding mode is supported for ConvTranspose{n}d")
        more = self._output_padding(
            input, output_size, self.stride, self.padding, self.kernel_size, n, self.dilation
        )
        function, sizes = getattr(F, self._function), (self.stride, self.padding, more)
        return function(input, self.weight, self.bias, *sizes, self.groups, self.dilation)


class ConvTranspose1d(_ConvTransposeNd):
    """The gradient of Conv1d with respect to its input
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html).

    >>> nn.ConvTranspose1d(1, 2, kernel_size=2, stride=2)(torch.zeros(1, 1, 4)).shape
    torch.Size([1, 2, 8])
    """

    _function = "conv_transpose1d"

    def __init__(
        self,
        in_channels: int,
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
        k, s, p, d, o = _sizes(_single, kernel_size, stride, padding, dilation, output_padding)
        sizes, more = (k, s, p, d), (groups, bias, padding_mode, device, dtype)
        super().__init__(in_channels, out_channels, *sizes, True, o, *more)


class ConvTranspose2d(_ConvTransposeNd):
    """The gradient of Conv2d with respect to its input
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html).

    >>> nn.ConvTranspose2d(3, 6, kernel_size=2, stride=2)(torch.zeros(1, 3, 4, 4)).shape
    torch.Size([1, 6, 8, 8])
    """

    _function = "conv_transpose2d"

    def __init__(
        self,
        in_channels: int,
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
        k, s, p, d, o = _sizes(_pair, kernel_size, stride, padding, dilation, output_padding)
        sizes, more = (k, s, p, d), (groups, bias, padding_mode, device, dtype)
        super().__init__(in_channels, out_channels, *sizes, True, o, *more)


class ConvTranspose3d(_ConvTransposeNd):
    """The gradient of Conv3d with respect to its input
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose3d.html).

    >>> nn.ConvTranspose3d(1, 1, kernel_size=2)(torch.zeros(1, 1, 2, 2, 2)).shape
    torch.Size([1, 1, 3, 3, 3])
    """

    _function = "conv_transpose3d"

    def __init__(
        self,
        in_channels: int,
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
        k, s, p, d, o = _sizes(_triple, kernel_size, stride, padding, dilation, output_padding)
        sizes, more = (k, s, p, d), (groups, bias, padding_mode, device, dtype)
        super().__init__(in_channels, out_channels, *sizes, True, o, *more)
