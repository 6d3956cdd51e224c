"""Pooling layers.

https://docs.pytorch.org/docs/stable/nn.html#pooling-layers
"""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.nn.modules.module import Module
from torchish.nn.modules.utils import _pair, _single, _triple

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "FractionalMaxPool2d",
    "FractionalMaxPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool1d",
    "MaxUnpool2d",
    "MaxUnpool3d",
]


class _MaxPoolNd(Module):
    _function: str  # in `nn.functional`
    __constants__ = ["kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"]
    return_indices: bool
    ceil_mode: bool

    def __init__(
        self,
        kernel_size,
        stride=None,
        padding=0,
        dilation=1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )

    # No result's type: `fx` would write it into a traced program, where PyTorch's has none.
    def forward(self, input: Tensor):
        return getattr(F, self._function)(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            ceil_mode=self.ceil_mode,
            return_indices=self.return_indices,
        )


class MaxPool1d(_MaxPoolNd):
    """Maximum over windows of (N, C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool1d.html).

    >>> nn.MaxPool1d(2)(torch.tensor([[[1.0, 3.0, 2.0, 5.0]]]))
    tensor([[[3., 5.]]])
    """

    _function = "max_pool1d"


class MaxPool2d(_MaxPoolNd):
    """Maximum over windows of (N, C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html).

    >>> nn.MaxPool2d(2)(torch.arange(16.0).reshape(1, 1, 4, 4))
    tensor([[[[ 5.,  7.],
              [13., 15.]]]])
    """

    _function = "max_pool2d"


class MaxPool3d(_MaxPoolNd):
    """Maximum over windows of (N, C, D, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool3d.html).

    >>> nn.MaxPool3d(2)(torch.zeros(1, 1, 4, 4, 4)).shape
    torch.Size([1, 1, 2, 2, 2])
    """

    _function = "max_pool3d"


class _MaxUnpoolNd(Module):
    _parse: Any = staticmethod(_single)
    _function: str

    def __init__(self, kernel_size, stride=None, padding=0) -> None:
        super().__init__()
        self.kernel_size = self._parse(kernel_size)
        self.stride = self._parse(stride if stride is not None else kernel_size)
        self.padding = self._parse(padding)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"

    def forward(
        self, input: Tensor, indices: Tensor, output_size: list[int] | None = None
    ) -> Tensor:
        unpool = getattr(F, self._function)
        return unpool(input, indices, self.kernel_size, self.stride, self.padding, output_size)


class MaxUnpool1d(_MaxUnpoolNd):
    """Puts the results of MaxPool1d back to where its indices say
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxUnpool1d.html).

    >>> y, indices = nn.MaxPool1d(2, return_indices=True)(torch.tensor([[[1.0, 3.0, 2.0, 5.0]]]))
    >>> nn.MaxUnpool1d(2)(y, indices)
    tensor([[[0., 3., 0., 5.]]])
    """

    _function = "max_unpool1d"


class MaxUnpool2d(_MaxUnpoolNd):
    """Puts the results of MaxPool2d back to where its indices say
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxUnpool2d.html).

    >>> y, indices = nn.MaxPool2d(2, return_indices=True)(torch.arange(4.0).reshape(1, 1, 2, 2))
    >>> nn.MaxUnpool2d(2)(y, indices)
    tensor([[[[0., 0.],
              [0., 3.]]]])
    """

    _parse = staticmethod(_pair)
    _function = "max_unpool2d"


class MaxUnpool3d(_MaxUnpoolNd):
    """Puts the results of MaxPool3d back to where its indices say
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxUnpool3d.html).

    >>> y, indices = nn.MaxPool3d(2, return_indices=True)(torch.zeros(1, 1, 2, 2, 2))
    >>> nn.MaxUnpool3d(2)(y, indices).shape
    torch.Size([1, 1, 2, 2, 2])
    """

    _parse = staticmethod(_triple)
    _function = "max_unpool3d"


class _AvgPoolNd(Module):
    __constants__ = ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"]

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_AvgPoolNd):
    """Mean over windows of (N, C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html).

    >>> nn.AvgPool1d(2)(torch.tensor([[[1.0, 3.0, 5.0, 7.0]]]))
    tensor([[[2., 6.]]])
    """

    def __init__(
        self,
        kernel_size,
        stride=None,
        padding=0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = _single(kernel_size)
        self.stride = _single(stride if stride is not None else kernel_size)
        self.padding = _single(padding)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        return F.avg_pool1d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
        )


class _AvgPool(_AvgPoolNd):
    __constants__ = [
        "kernel_size",
        "stride",
        "padding",
        "ceil_mode",
        "count_include_pad",
        "divisor_override",
    ]

    def __init__(
        self,
        kernel_size,
        stride=None,
        padding=0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride if stride is not None else kernel_size
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override


class AvgPool2d(_AvgPool):
    """Mean over windows of (N, C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html).

    >>> nn.AvgPool2d(2)(torch.arange(16.0).reshape(1, 1, 4, 4))
    tensor([[[[ 2.5000,  4.5000],
              [10.5000, 12.5000]]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.avg_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )


class AvgPool3d(_AvgPool):
    """Mean over windows of (N, C, D, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool3d.html).

    >>> nn.AvgPool3d(2)(torch.ones(1, 1, 2, 2, 2)).flatten()
    tensor([1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.avg_pool3d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )


class _FractionalMaxPoolNd(Module):
    __constants__ = ["kernel_size", "return_indices", "output_size", "output_ratio"]
    _parse: Any
    _function: str

    def __init__(
        self,
        kernel_size,
        output_size=None,
        output_ratio=None,
        return_indices: bool = False,
        _random_samples=None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        self.kernel_size = self._parse(kernel_size)
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = self._parse(output_size) if output_size is not None else None
        self.output_ratio = self._parse(output_ratio) if output_ratio is not None else None
        if output_size is None and output_ratio is None:
            raise ValueError(
                f"{name} requires specifying either an output size, or a pooling ratio"
            )
        if output_size is not None and output_ratio is not None:
            raise ValueError("only one of output_size and output_ratio may be specified")
        if self.output_ratio is not None and not all(0 < r < 1 for r in self.output_ratio):
            raise ValueError(f"output_ratio must be between 0 and 1 (got {output_ratio})")

    def forward(self, input: Tensor):
        pool = getattr(F, self._function)
        return pool(
            input,
            self.kernel_size,
            self.output_size,
            self.output_ratio,
            self.return_indices,
            _random_samples=self._random_samples,
        )


class FractionalMaxPool2d(_FractionalMaxPoolNd):
    """Maximum over windows at pseudo-random steps (https://arxiv.org/abs/1412.6071).

    >>> nn.FractionalMaxPool2d(2, output_size=(3, 3))(torch.rand(1, 1, 7, 7)).shape
    torch.Size([1, 1, 3, 3])
    """

    _parse = staticmethod(_pair)
    _function = "fractional_max_pool2d"


class FractionalMaxPool3d(_FractionalMaxPoolNd):
    """Maximum over windows at pseudo-random steps (https://arxiv.org/abs/1412.6071).

    >>> nn.FractionalMaxPool3d(2, output_ratio=0.5)(torch.rand(1, 1, 6, 6, 6)).shape
    torch.Size([1, 1, 3, 3, 3])
    """

    _parse = staticmethod(_triple)
    _function = "fractional_max_pool3d"

    def __init__(self, kernel_size, *args: Any, **kwargs: Any) -> None:
        if any(k <= 0 for k in _triple(kernel_size)):
            raise ValueError(f"kernel_size must be greater than zero, but got {kernel_size}")
        super().__init__(kernel_size, *args, **kwargs)


class _LPPoolNd(Module):
    _function: str  # in `nn.functional`
    __constants__ = ["norm_type", "kernel_size", "stride", "ceil_mode"]

    def __init__(self, norm_type: float, kernel_size, stride=None, ceil_mode: bool = False) -> None:
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )

    def forward(self, input: Tensor) -> Tensor:
        return getattr(F, self._function)(
            input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode
        )


class LPPool1d(_LPPoolNd):
    """The p-norm over windows of (N, C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool1d.html).

    >>> nn.LPPool1d(norm_type=2, kernel_size=2)(torch.tensor([[[3.0, 4.0]]]))
    tensor([[[5.]]])
    """

    _function = "lp_pool1d"


class LPPool2d(_LPPoolNd):
    """The p-norm over windows of (N, C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool2d.html).

    >>> nn.LPPool2d(norm_type=2, kernel_size=2)(torch.ones(1, 1, 2, 2))
    tensor([[[[2.]]]])
    """

    _function = "lp_pool2d"


class LPPool3d(_LPPoolNd):
    """The p-norm over windows of (N, C, D, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool3d.html).

    >>> nn.LPPool3d(norm_type=1, kernel_size=2)(torch.ones(1, 1, 2, 2, 2)).flatten()
    tensor([8.])
    """

    _function = "lp_pool3d"


class _AdaptivePoolNd(Module):
    _function: str  # in `nn.functional`

    def __init__(self, output_size) -> None:
        super().__init__()
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class _AdaptiveMaxPoolNd(_AdaptivePoolNd):
    __constants__ = ["output_size", "return_indices"]

    def __init__(self, output_size, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    # No result's type: `fx` would write it into a traced program, where PyTorch's has none.
    def forward(self, input: Tensor):
        return getattr(F, self._function)(input, self.output_size, self.return_indices)


class _AdaptiveAvgPoolNd(_AdaptivePoolNd):
    __constants__ = ["output_size"]

    def forward(self, input: Tensor) -> Tensor:
        return getattr(F, self._function)(input, self.output_size)


class AdaptiveMaxPool1d(_AdaptiveMaxPoolNd):
    """Maximum over as many windows as the output asks for
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool1d.html).

    >>> nn.AdaptiveMaxPool1d(2)(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]))
    tensor([[[2., 4.]]])
    """

    _function = "adaptive_max_pool1d"


class AdaptiveMaxPool2d(_AdaptiveMaxPoolNd):
    """Maximum over as many windows as the output asks for
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html).

    >>> nn.AdaptiveMaxPool2d(1)(torch.arange(16.0).reshape(1, 1, 4, 4))
    tensor([[[[15.]]]])
    """

    _function = "adaptive_max_pool2d"


class AdaptiveMaxPool3d(_AdaptiveMaxPoolNd):
    """Maximum over as many windows as the output asks for
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool3d.html).

    >>> nn.AdaptiveMaxPool3d(2)(torch.rand(1, 1, 5, 6, 7)).shape
    torch.Size([1, 1, 2, 2, 2])
    """

    _function = "adaptive_max_pool3d"


class AdaptiveAvgPool1d(_AdaptiveAvgPoolNd):
    """Mean over as many windows as the output asks for
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html).

    >>> nn.AdaptiveAvgPool1d(2)(torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]))
    tensor([[[1.5000, 3.5000]]])
    """

    _function = "adaptive_avg_pool1d"


class AdaptiveAvgPool2d(_AdaptiveAvgPoolNd):
    """Mean over as many windows as the output asks for
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html).

    >>> nn.AdaptiveAvgPool2d((1, 1))(torch.rand(8, 3, 7, 5)).shape  # whatever the input's size
    torch.Size([8, 3, 1, 1])
    """

    _function = "adaptive_avg_pool2d"


class AdaptiveAvgPool3d(_AdaptiveAvgPoolNd):
    """Mean over as many windows as the output asks for
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool3d.html).

    >>> nn.AdaptiveAvgPool3d(2)(torch.rand(1, 1, 5, 6, 7)).shape
    torch.Size([1, 1, 2, 2, 2])
    """

    _function = "adaptive_avg_pool3d"
