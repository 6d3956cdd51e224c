"""`torch.utils.dlpack`: arrays of other libraries, without a copy where both allow it.

https://docs.pytorch.org/docs/stable/dlpack.html
"""

from __future__ import annotations

from typing import Any

from torchish._core.base.dlpack import DLDeviceType
from torchish._core.tensor import Tensor, from_dlpack

__all__ = ["DLDeviceType", "from_dlpack", "to_dlpack"]


def to_dlpack(tensor: Tensor) -> Any:
    """A DLPack capsule of the present values; another library reads it once."""
    return tensor.__dlpack__()
