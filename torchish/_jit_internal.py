"""`torch._jit_internal`: the marks that PyTorch's own modules put on methods for TorchScript, which
libraries copied. Nothing is scripted, so a marked method is as it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from torchish import _absent
from torchish.jit import (
    _overload,
    _overload_method,
    _script_if_tracing,
    annotations,
    export,
    ignore,
    is_scripting,
    unused,
)
from torchish.jit.annotations import BroadcastingList2, BroadcastingList3

__all__ = [
    "BroadcastingList2",
    "BroadcastingList3",
    "Final",
    "_overload",
    "_overload_method",
    "_script_if_tracing",
    "annotations",
    "export",
    "ignore",
    "is_scripting",
    "unused",
]


def _copy_to_script_wrapper(fn: Callable) -> Callable:
    """The method: there is no scripted module that it would be copied to."""
    return fn


def boolean_dispatch(
    arg_name: str,
    arg_index: int,
    default: bool,
    if_true: Callable,
    if_false: Callable,
    module_name: str,
    func_name: str,
) -> Callable:
    """One function of two, chosen at the call by an argument that is True or False."""

    def choose(*args: Any, **kwargs: Any) -> Any:
        chosen = args[arg_index] if arg_index < len(args) else kwargs.get(arg_name, default)
        return (if_true if chosen else if_false)(*args, **kwargs)

    choose.__name__ = func_name or choose.__name__
    choose.__module__ = module_name or choose.__module__
    choose.__doc__ = if_true.__doc__ or if_false.__doc__
    return choose


__getattr__ = _absent.attributes(__name__)
