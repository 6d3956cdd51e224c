"""Process-wide settings and small functions of the `torch` namespace.

https://docs.pytorch.org/docs/stable/torch.html#utilities
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from typing import Any, TypeVar, overload

from torchish._core.base import devices
from torchish._core.base import precision as precisions
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


def set_float32_matmul_precision(precision: str) -> None:
    """How precise float32 matrix products are on accelerators: "highest", "high" or "medium"."""
    if precision not in precisions.LEGACY:
        raise RuntimeError(f"{precision} is not one of 'highest', 'high', 'medium'")
    if precision != get_float32_matmul_precision():
        exact = precision == "highest"
        precisions.state.matmul = "ieee" if exact else "tf32"
        precisions.state.medium = precision == "medium"
        precisions.use()
        binding.reset_calls()


def get_float32_matmul_precision() -> str:
    """The present float32 matrix product precision."""
    if precisions.state.effective("matmul") == "ieee":
        return "highest"
    return "medium" if precisions.state.medium else "high"


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Whether operators that are not deterministic in PyTorch raise, or warn with `warn_only`.

    XLA's CPU programs are deterministic anyway; those for a GPU are compiled to be.
    """
    for where, value in (("'mode' (position 1)", mode), ("'warn_only'", warn_only)):
        if not isinstance(value, bool):
            raise TypeError(
                f"_set_deterministic_algorithms(): argument {where} must be bool, not "
                f"{type(value).__name__}"
            )
    filling.state.deterministic, filling.state.warn_only = mode, warn_only
    if precisions.state.algorithms != (mode and not warn_only):
        precisions.state.algorithms = mode and not warn_only
        binding.reset_calls()


def are_deterministic_algorithms_enabled() -> bool:
    return filling.state.deterministic


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    return filling.state.warn_only


def set_deterministic_debug_mode(debug_mode: int | str) -> None:
    """0 "default", 1 "warn", 2 "error"."""
    if not isinstance(debug_mode, (int, str)):
        raise TypeError(f"debug_mode must be str or int, but got {type(debug_mode)}")
    names = {"default": 0, "warn": 1, "error": 2}
    mode = names.get(debug_mode, -1) if isinstance(debug_mode, str) else debug_mode
    if mode not in names.values():
        known = "expected 0, 1, or 2, but"
        if isinstance(debug_mode, str):
            known = "expected one of `default`, `warn`, `error`, but"
        raise RuntimeError(f"invalid value of debug_mode, {known} got {debug_mode}")
    use_deterministic_algorithms(mode > 0, warn_only=mode == 1)


def get_deterministic_debug_mode() -> int:
    return (1 if filling.state.warn_only else 2) if filling.state.deterministic else 0


def set_warn_always(b: bool) -> None:
    """Whether warnings that PyTorch gives once are given each time."""
    if not isinstance(b, bool):
        raise RuntimeError(f"setWarnOnlyOnce expects a bool, but got {type(b).__name__}")
    repeating.always = b


def is_warn_always_enabled() -> bool:
    return repeating.always


def _require_threads(name: str, n: int) -> None:
    if not isinstance(n, int):
        raise RuntimeError(f"{name} expects an int, but got {type(n).__name__}")
    if n >= 2**63:
        raise ValueError("Overflow when unpacking long long")
    if n <= 0:
        raise RuntimeError(f"{name} expects a positive integer")


def set_num_threads(n: int) -> None:
    """XLA sizes its thread pool when it starts, so a later wish is only warned about."""
    _require_threads("set_num_threads", n)
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
    _require_threads("set_num_interop_threads", n)


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
