"""Process-wide settings and small functions of the `torch` namespace.

https://docs.pytorch.org/docs/stable/torch.html#utilities
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import Any, TypeVar, overload

import jax

from torchish._core.base import devices
from torchish._core.base.errors import repeating
from torchish._core.tensor import binding
from torchish._core.tensor.api import filling

__all__ = [
    "are_deterministic_algorithms_enabled",
    "compile",
    "get_default_device",
    "get_deterministic_debug_mode",
    "get_float32_matmul_precision",
    "get_num_interop_threads",
    "get_num_threads",
    "is_deterministic_algorithms_warn_only_enabled",
    "is_warn_always_enabled",
    "set_default_device",
    "set_deterministic_debug_mode",
    "set_float32_matmul_precision",
    "set_num_interop_threads",
    "set_num_threads",
    "set_warn_always",
    "typename",
    "use_deterministic_algorithms",
]

F = TypeVar("F", bound=Callable[..., Any])
_PRECISIONS = {"highest": "highest", "high": "high", "medium": "default"}
_state = {
    "precision": "highest",
    "warn_only": False,
    "debug": 0,
}
# PyTorch's default is full float32 precision, XLA's is not on accelerators.
jax.config.update("jax_default_matmul_precision", "highest")


def set_float32_matmul_precision(precision: str) -> None:
    """How precise float32 matrix products are on accelerators: "highest", "high" or "medium"."""
    if precision not in _PRECISIONS:
        raise RuntimeError(f"{precision} is not one of 'highest', 'high', 'medium'")
    if precision != _state["precision"]:
        _state["precision"] = precision
        jax.config.update("jax_default_matmul_precision", _PRECISIONS[precision])
        binding.reset_calls()


def get_float32_matmul_precision() -> str:
    """The present float32 matrix product precision."""
    return _state["precision"]


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Recorded and reported; XLA's CPU programs are deterministic, and on GPU XLA_FLAGS decides."""
    filling.state.deterministic, _state["warn_only"] = bool(mode), bool(warn_only)


def are_deterministic_algorithms_enabled() -> bool:
    return filling.state.deterministic


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    return _state["warn_only"]


def set_deterministic_debug_mode(debug_mode: int | str) -> None:
    """0 "default", 1 "warn", 2 "error"."""
    _state["debug"] = {"default": 0, "warn": 1, "error": 2}.get(debug_mode, debug_mode)
    use_deterministic_algorithms(_state["debug"] > 0, warn_only=_state["debug"] == 1)


def get_deterministic_debug_mode() -> int:
    return _state["debug"]


def set_warn_always(b: bool) -> None:
    """Whether warnings that PyTorch gives once are given each time."""
    if not isinstance(b, bool):
        raise RuntimeError(f"setWarnOnlyOnce expects a bool, but got {type(b).__name__}")
    repeating.always = b


def is_warn_always_enabled() -> bool:
    return repeating.always


def set_num_threads(n: int) -> None:
    """XLA sizes its thread pool when it starts, so a later wish is only warned about."""
    if not isinstance(n, int) or n <= 0:
        raise RuntimeError("set_num_threads expects a positive integer")
    if n != get_num_threads():
        warnings.warn(
            "torchish: XLA's thread pool is sized at start; set_num_threads has no effect now",
            UserWarning,
            stacklevel=2,
        )


def get_num_threads() -> int:
    """The number of CPUs that XLA may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def set_num_interop_threads(n: int) -> None:
    if not isinstance(n, int) or n <= 0:
        raise RuntimeError("set_num_interop_threads expects a positive integer")


def get_num_interop_threads() -> int:
    return get_num_threads()


def set_default_device(device: devices.device | str | int | None) -> None:
    """Make new tensors on `device`; None means the CPU."""
    devices.set_default(device)


def get_default_device() -> devices.device:
    """The device on which new tensors are made."""
    return devices.get_default()


@overload
def compile(
    model: F,
    *,
    fullgraph: bool = False,
    dynamic: bool | None = None,
    backend: str | Callable[..., Any] = "inductor",
    mode: str | None = None,
    options: dict[str, Any] | None = None,
    disable: bool = False,
) -> F: ...
@overload
def compile(
    model: None = None,
    *,
    fullgraph: bool = False,
    dynamic: bool | None = None,
    backend: str | Callable[..., Any] = "inductor",
    mode: str | None = None,
    options: dict[str, Any] | None = None,
    disable: bool = False,
) -> Callable[[F], F]: ...
def compile(
    model: Any = None,
    *,
    fullgraph: bool = False,
    dynamic: bool | None = None,
    backend: str | Callable[..., Any] = "inductor",
    mode: str | None = None,
    options: dict[str, Any] | None = None,
    disable: bool = False,
) -> Any:
    """The model itself: everything is compiled anyway, as it runs. Usable as a decorator with or
    without arguments."""
    if model is None:
        return lambda f: f
    return model


def typename(obj: object) -> str:
    """The legacy type name of a tensor, or the qualified class name."""
    if hasattr(obj, "_aval"):
        return obj.type()
    cls = obj if isinstance(obj, type) else type(obj)
    module = cls.__module__ or ""
    return (
        cls.__qualname__
        if module in ("", "builtins", "__builtin__")
        else f"{module}.{cls.__qualname__}"
    )
