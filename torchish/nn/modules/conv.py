"""Convolutions, transposed convolutions, and both with a number of input channels to be learned."""

from torchish.nn.modules._convnd import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from torchish.nn.modules._convnd import (
    _ConvNd as _ConvNd,
)
from torchish.nn.modules._convnd import (
    _ConvTransposeNd as _ConvTransposeNd,
)
from torchish.nn.modules._lazyconv import (
    LazyConv1d,
    LazyConv2d,
    LazyConv3d,
    LazyConvTranspose1d,
    LazyConvTranspose2d,
    LazyConvTranspose3d,
)

__all__ = [
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "LazyConv1d",
    "LazyConv2d",
    "LazyConv3d",
    "LazyConvTranspose1d",
    "LazyConvTranspose2d",
    "LazyConvTranspose3d",
]
