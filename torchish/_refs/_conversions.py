"""`torch._refs._conversions`: tensors in other dtypes, by functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import FUNCTIONS, Tensor

__all__ = ["complex", "polar"]

complex, polar = FUNCTIONS["complex"], FUNCTIONS["polar"]
_KINDS = {
    "bfloat16": dt.bfloat16,
    "bool": dt.bool_,
    "byte": dt.uint8,
    "char": dt.int8,
    **{name: d for name, d in dt.ALIASES.items()},
}


def _conversion(name: str, dtype: dt.dtype) -> Callable:
    def convert(self: Tensor | bool | float, memory_format: Any = None) -> Any:
        if isinstance(self, Tensor):
            return self.to(dtype, memory_format=memory_format)
        return dtype.np.type(self).item()

    convert.__name__ = convert.__qualname__ = name
    convert.__doc__ = f"The tensor as {dtype}."
    return convert


globals().update({name: _conversion(name, d) for name, d in _KINDS.items()})
