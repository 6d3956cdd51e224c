"""`torch.jit`: every program is compiled as it runs, so scripting and tracing give back the Python
they were given. TorchScript itself, its files and its graphs, is not there.

https://docs.pytorch.org/docs/stable/jit.html
"""

import contextlib
import typing
from collections.abc import Callable, Iterator
from typing import Any, Final

from torchish import _absent
from torchish.futures import Future
from torchish.jit import annotations

__all__ = [
    "Attribute",
    "Error",
    "Final",
    "Future",
    "TracerWarning",
    "annotate",
    "annotations",
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


def script(
    obj: Any,
    optimize: Any = None,
    _frames_up: int = 0,
    _rcb: Any = None,
    example_inputs: Any = None,
) -> Any:
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


class TracerWarning(Warning):
    """What tracing warns with; nothing is traced here, so nobody is warned."""

    @staticmethod
    def ignore_lib_warnings() -> None:
        """Nothing is warned of."""


class TracingCheckError(Exception):
    """A trace that differs from the function; nothing is traced here."""


class ScriptWarning(Warning):
    """What scripting warns with; nothing is scripted here."""


class Error(RuntimeError):
    """An error inside a scripted function: here a function's errors are its own."""


def Attribute(value: Any, type: Any) -> Any:
    """The value: types of attributes say something to TorchScript only."""
    return value


def export_opnames(m: Any) -> list[str]:
    """NotImplementedError: there is no graph of operators."""
    raise NotImplementedError("torch.jit.export_opnames: torchish has no TorchScript")


def set_fusion_strategy(strategy: Any) -> list[tuple[str, int]]:
    """XLA fuses by its own rules; gives PyTorch's default strategy back."""
    return [("STATIC", 2), ("DYNAMIC", 10)]


_set_fusion_strategy = set_fusion_strategy


def enable_onednn_fusion(enabled: bool) -> None:
    """XLA fuses by its own rules."""


def onednn_fusion_enabled() -> bool:
    """False."""
    return False


@contextlib.contextmanager
def optimized_execution(should_optimize: bool) -> Iterator[None]:
    """A context without effect: every program is compiled as it runs."""
    yield


@contextlib.contextmanager
def fuser(name: str) -> Iterator[None]:
    """A context without effect: XLA fuses by its own rules."""
    yield


class strict_fusion(contextlib.nullcontext):
    """A context without effect: XLA fuses by its own rules."""


def _overload(func: Callable) -> Callable:
    """The declaration of one overload, which the definition that follows it replaces."""
    return func


def _overload_method(func: Callable) -> Callable:
    """The declaration of one overload, which the definition that follows it replaces."""
    return func


def _drop(fn: Callable) -> Callable:
    """The function itself."""
    return fn


_script_if_tracing = script_if_tracing


def _unwrap_optional(x: Any) -> Any:
    """x, which must not be None."""
    if x is None:
        raise AssertionError("Unwrapping null optional")
    return x


__getattr__ = _absent.attributes(__name__)
