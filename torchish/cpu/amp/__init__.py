"""`torch.cpu.amp`: the older names of `torch.amp`."""

from __future__ import annotations

import warnings

from torchish import _absent
from torchish._core.base.dtypes import bfloat16 as _bfloat16
from torchish._core.base.dtypes import dtype as _dtype
from torchish.amp import GradScaler as _GradScaler
from torchish.amp import autocast as _autocast

__all__ = ["GradScaler", "autocast"]


def _deprecated(name: str) -> None:
    warnings.warn(
        f"`torch.cpu.amp.{name}(args...)` is deprecated. Please use "
        f"`torch.amp.{name}('cpu', args...)` instead.",
        FutureWarning,
        stacklevel=3,
    )


class autocast(_autocast):
    """`torch.autocast("cpu", ...)`."""

    def __init__(self, enabled: bool = True, dtype: _dtype = _bfloat16, cache_enabled: bool = True):
        _deprecated("autocast")
        super().__init__("cpu", dtype=dtype, enabled=enabled, cache_enabled=cache_enabled)


class GradScaler(_GradScaler):
    """`torch.amp.GradScaler("cpu", ...)`."""

    def __init__(
        self,
        init_scale: float = 65536.0,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ):
        _deprecated("GradScaler")
        super().__init__("cpu", init_scale, growth_factor, backoff_factor, growth_interval, enabled)


__getattr__ = _absent.attributes(__name__)
