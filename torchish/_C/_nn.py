"""`torch._C._nn`: where some functions of `torch.nn.functional` say that they come from, as in
pickled modules."""

from __future__ import annotations

from typing import Any

from torchish._core.base import devices as _devices
from torchish._core.base import dtypes as _dtypes
from torchish._core.base import layouts as _layouts
from torchish._core.tensor import Tensor as _Tensor
from torchish._core.tensor.api.attach import namespace as _namespace

_NAMES = (
    "avg_pool2d",
    "avg_pool3d",
    "gelu",
    "linear",
    "one_hot",
    "pad",
    "scaled_dot_product_attention",
    "silu",
    "softplus",
    "softshrink",
)
globals().update({n: f for n, f in _namespace("nn.functional").items() if n in _NAMES})


def _parse_to(*args: Any, **kwargs: Any) -> tuple:
    """What the arguments of `Tensor.to` and `Module.to` ask for: (device, dtype, non_blocking,
    memory_format), of which what is not asked for is None."""
    device, dtype = kwargs.get("device"), kwargs.get("dtype")
    rest = list(args)
    if rest and isinstance(rest[0], _Tensor):
        device, dtype = rest[0].device, rest[0].dtype
        rest.pop(0)
    else:
        if rest and not isinstance(rest[0], (_dtypes.dtype, bool)):
            device = rest.pop(0)
        if rest and (rest[0] is None or isinstance(rest[0], _dtypes.dtype)):
            dtype = rest.pop(0)
    blocking = rest.pop(0) if rest else kwargs.get("non_blocking", False)
    form = kwargs.get("memory_format")
    if isinstance(form, str) or (form is not None and not isinstance(form, _layouts.memory_format)):
        raise TypeError(
            f"to(): memory_format must be torch.memory_format, not {type(form).__name__}"
        )
    where = None if device is None else _devices.device(device)
    return where, dtype, bool(blocking), form
