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
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad1d.html)."""

    _dims = (2, 3)


class CircularPad2d(_TwoD, _CircularPadNd):
    """Continue periodically
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html)."""

    _dims = (3, 4)


class CircularPad3d(_ThreeD, _CircularPadNd):
    """Continue periodically
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad3d.html)."""

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
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad1d.html)."""


class ConstantPad2d(_TwoD, _ConstantPadNd):
    """Pad with a value
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html)."""


class ConstantPad3d(_ThreeD, _ConstantPadNd):
    """Pad with a value
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad3d.html)."""


class _ReflectionPadNd(_PadNd):
    _mode = "reflect"


class ReflectionPad1d(_OneD, _ReflectionPadNd):
    """Mirror at the edge, which is not repeated
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad1d.html)."""


class ReflectionPad2d(_TwoD, _ReflectionPadNd):
    """Mirror at the edge, which is not repeated
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html)."""


class ReflectionPad3d(_ThreeD, _ReflectionPadNd):
    """Mirror at the edge, which is not repeated
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad3d.html)."""


class _ReplicationPadNd(_PadNd):
    _mode = "replicate"


class ReplicationPad1d(_OneD, _ReplicationPadNd):
    """Repeat the edge
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad1d.html)."""


class ReplicationPad2d(_TwoD, _ReplicationPadNd):
    """Repeat the edge
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html)."""


class ReplicationPad3d(_ThreeD, _ReplicationPadNd):
    """Repeat the edge
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad3d.html)."""


class _ZeroPad:
    def __init__(self, padding) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ZeroPad1d(_ZeroPad, ConstantPad1d):
    """Pad with zeros (https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad1d.html)."""


class ZeroPad2d(_ZeroPad, ConstantPad2d):
    """Pad with zeros (https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html)."""


class ZeroPad3d(_ZeroPad, ConstantPad3d):
    """Pad with zeros (https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad3d.html)."""
