"""`torch.jit`: every program is compiled as it runs, so scripting and tracing give back the Python
they were given. TorchScript itself, its files and its graphs, is not there.

https://docs.pytorch.org/docs/stable/jit.html
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any, Final

__all__ = [
    "Final",
    "annotate",
    "export",
    "fork",
    "freeze",
    "ignore",
    "interface",
    "is_scripting",
    "is_tracing",
    "isinstance",
    "load",
    "optimize_for_inference",
    "save",
    "script",
    "script_if_tracing",
    "script_method",
    "trace",
    "trace_module",
    "unused",
    "wait",
]

_isinstance = isinstance


def _no(what: str) -> Callable:
    def missing(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"torch.jit.{what}: torchish has no TorchScript")

    missing.__name__ = what
    return missing


def script(obj: Any, optimize: Any = None, _frames_up: int = 0, _rcb: Any = None,
           example_inputs: Any = None) -> Any:  # fmt: skip
    """The function, class or module itself: it runs as Python, compiled as all else."""
    return obj


def trace(func: Any, example_inputs: Any = None, **options: Any) -> Any:
    """The function or module itself. Unlike a trace it still follows Python's branches."""
    return func


def trace_module(mod: Any, inputs: Any, **options: Any) -> Any:
    """The module itself."""
    return mod


def freeze(mod: Any, preserved_attrs: Any = None, optimize_numerics: bool = True) -> Any:
    """The module itself. RuntimeError for one in training mode, as in PyTorch."""
    if mod.training:
        raise RuntimeError(
            "Freezing is currently only implemented for modules in eval mode. Please call "
            ".eval() on your module before freezing."
        )
    return mod


def optimize_for_inference(mod: Any, other_methods: Any = None) -> Any:
    """The module itself."""
    return mod


def _decorator(fn: Any = None, **options: Any) -> Any:
    """The function itself; usable with or without arguments."""
    return fn if callable(fn) else lambda f: f


ignore = unused = export = interface = script_if_tracing = script_method = _decorator


def is_scripting() -> bool:
    """False: nothing is ever scripted."""
    return False


def is_tracing() -> bool:
    """False: nothing is ever traced."""
    return False


def annotate(the_type: Any, the_value: Any) -> Any:
    """The value."""
    return the_value


def isinstance(obj: Any, target_type: Any) -> bool:
    """Python's isinstance, with containers taken by their own type only."""
    kinds = target_type if _isinstance(target_type, tuple) else (target_type,)
    return any(_isinstance(obj, typing.get_origin(k) or k) for k in kinds)


def fork(func: Callable, *args: Any, **kwargs: Any) -> Any:
    """The function's result: recording is asynchronous already."""
    return func(*args, **kwargs)


def wait(future: Any) -> Any:
    """What `fork` gave."""
    return future


load, save = _no("load"), _no("save")


class ScriptModule:
    """Stands for the type only: `isinstance(m, ScriptModule)` is False for every module."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError("torch.jit.ScriptModule: torchish has no TorchScript")


class ScriptFunction(ScriptModule):
    """Stands for the type only."""
