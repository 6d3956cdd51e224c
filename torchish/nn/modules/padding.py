"""Padding layers.

https://docs.pytorch.org/docs/stable/nn.html#padding-layers
"""

from __future__ import annotations

from typing import Any

from torchish._core.tensor import Tensor
from torchish.nn import functional as F
from torchish.nn.modules.module import Module
from torchish.nn.modules.utils import _ntuple, _pair, _quadruple

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]

_sextuple = _ntuple(6, "_sextuple")


class _PadNd(Module):
    __constants__ = ["padding"]
    padding: Any
    _parse: Any
    _mode: str

    def __init__(self, padding) -> None:
        super().__init__()
        self.padding = self._parse(padding)

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, self._mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _OneD:
    _parse = staticmethod(_pair)


class _TwoD:
    _parse = staticmethod(_quadruple)


class _ThreeD:
    _parse = staticmethod(_sextuple)


class _CircularPadNd(_PadNd):
    _mode = "circular"
    _dims: tuple[int, int]

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() not in self._dims:
            raise ValueError(
                f"expected {self._dims[0]}D or {self._dims[1]}D input (got {input.dim()}D input)"
            )

    def forward(self, input: Tensor) -> Tensor:
        self._check_input_dim(input)
        return F.pad(input, self.padding, "circular")


class CircularPad1d(_OneD, _CircularPadNd):
    """Continue periodically
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad1d.html).

    >>> nn.CircularPad1d(2)(torch.tensor([[1.0, 2.0, 3.0]]))
    tensor([[2., 3., 1., 2., 3., 1., 2.]])
    """

    _dims = (2, 3)


class CircularPad2d(_TwoD, _CircularPadNd):
    """Continue periodically
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html).

    >>> nn.CircularPad2d((1, 0, 0, 0))(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[2., 1., 2.],
             [4., 3., 4.]]])
    """

    _dims = (3, 4)


class CircularPad3d(_ThreeD, _CircularPadNd):
    """Continue periodically
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad3d.html).

    >>> nn.CircularPad3d(1)(torch.zeros(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """

    _dims = (4, 5)


class _ConstantPadNd(_PadNd):
    __constants__ = ["padding", "value"]
    _mode = "constant"

    def __init__(self, padding, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_OneD, _ConstantPadNd):
    """Pad with a value
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad1d.html).

    >>> nn.ConstantPad1d((1, 2), 9.0)(torch.tensor([[1.0, 2.0]]))
    tensor([[9., 1., 2., 9., 9.]])
    """


class ConstantPad2d(_TwoD, _ConstantPadNd):
    """Pad with a value
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html).

    >>> nn.ConstantPad2d(1, 9.0)(torch.zeros(1, 1, 1))
    tensor([[[9., 9., 9.],
             [9., 0., 9.],
             [9., 9., 9.]]])
    """


class ConstantPad3d(_ThreeD, _ConstantPadNd):
    """Pad with a value
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad3d.html).

    >>> nn.ConstantPad3d(1, 0.0)(torch.zeros(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """


class _ReflectionPadNd(_PadNd):
    _mode = "reflect"


class ReflectionPad1d(_OneD, _ReflectionPadNd):
    """Mirror at the edge, which is not repeated
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad1d.html).

    >>> nn.ReflectionPad1d(2)(torch.tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 2., 1., 2., 3., 2., 1.]])
    """


class ReflectionPad2d(_TwoD, _ReflectionPadNd):
    """Mirror at the edge, which is not repeated
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html).

    >>> nn.ReflectionPad2d((0, 0, 1, 0))(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[3., 4.],
             [1., 2.],
             [3., 4.]]])
    """


class ReflectionPad3d(_ThreeD, _ReflectionPadNd):
    """Mirror at the edge, which is not repeated
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad3d.html).

    >>> nn.ReflectionPad3d(1)(torch.zeros(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """


class _ReplicationPadNd(_PadNd):
    _mode = "replicate"


class ReplicationPad1d(_OneD, _ReplicationPadNd):
    """Repeat the edge
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad1d.html).

    >>> nn.ReplicationPad1d(2)(torch.tensor([[1.0, 2.0, 3.0]]))
    tensor([[1., 1., 1., 2., 3., 3., 3.]])
    """


class ReplicationPad2d(_TwoD, _ReplicationPadNd):
    """Repeat the edge
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html).

    >>> nn.ReplicationPad2d((0, 0, 1, 0))(torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[1., 2.],
             [1., 2.],
             [3., 4.]]])
    """


class ReplicationPad3d(_ThreeD, _ReplicationPadNd):
    """Repeat the edge
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad3d.html).

    >>> nn.ReplicationPad3d(1)(torch.zeros(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """


class _ZeroPad:
    def __init__(self, padding) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ZeroPad1d(_ZeroPad, ConstantPad1d):
    """Pad with zeros (https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad1d.html).

    >>> nn.ZeroPad1d((1, 0))(torch.tensor([[1.0, 2.0]]))
    tensor([[0., 1., 2.]])
    """


class ZeroPad2d(_ZeroPad, ConstantPad2d):
    """Pad with zeros (https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html).

    >>> nn.ZeroPad2d(1)(torch.ones(1, 1, 1))
    tensor([[[0., 0., 0.],
             [0., 1., 0.],
             [0., 0., 0.]]])
    """


class ZeroPad3d(_ZeroPad, ConstantPad3d):
    """Pad with zeros (https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad3d.html).

    >>> nn.ZeroPad3d(1)(torch.ones(1, 1, 1, 1)).shape
    torch.Size([1, 3, 3, 3])
    """
