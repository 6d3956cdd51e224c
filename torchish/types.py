"""`torch.types`: names for annotations."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import IO, Any

from torchish._core.base.devices import device as _device
from torchish._core.base.dtypes import dtype
from torchish._core.base.layouts import layout
from torchish._core.tensor import Size, Tensor
from torchish._core.tensor.storages import UntypedStorage as Storage

__all__ = ["Device", "FileLike", "Number", "Storage"]

Number = int | float | bool
Device = _device | str | int | None
FileLike = str | os.PathLike[str] | IO[bytes]

_dtype, _layout = dtype, layout
_bool, _int, _float, _complex, _str, _bytes = bool, int, float, complex, str, bytes
_Number = (int, float, bool)
_size = Size | list[int] | tuple[int, ...]
_TensorOrTensors = Tensor | Sequence[Tensor]
_TensorOrOptionalTensors = Tensor | Sequence[Tensor | None]
_TensorOrTensorsOrGradEdge = Tensor | Sequence[Tensor] | Any

IntLikeType, FloatLikeType, BoolLikeType = int, float, bool
