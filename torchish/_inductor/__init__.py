"""`torch._inductor`: the names that programs use of PyTorch's compiler, which is not there."""

from __future__ import annotations

from typing import Any

from torchish import _absent
from torchish._inductor import config
from torchish.compiler import cudagraph_mark_step_begin

__all__ = ["config", "cudagraph_mark_step_begin", "list_mode_options", "list_options"]


def list_mode_options(mode: str | None = None, dynamic: bool | None = None) -> dict[str, Any]:
    """What each mode of `torch.compile` sets: nothing."""
    modes: dict[str, dict[str, Any]] = {
        "default": {},
        "reduce-overhead": {},
        "max-autotune-no-cudagraphs": {},
        "max-autotune": {},
    }
    return modes[mode] if mode else modes


def list_options() -> list[str]:
    """None: `torch.compile` takes no options."""
    return []


__getattr__ = _absent.attributes(__name__)
