"""`torch.jit`: every program is compiled as it runs, so scripting and tracing give back the Python
they were given; `save` and `load` write and read exported programs (`torch.export`).
TorchScript itself, its files and its graphs, is not there.

https://docs.pytorch.org/docs/stable/jit.html
"""

import builtins
import contextlib
import importlib
import typing
import weakref
from collections.abc import Callable, Iterator
from typing import Any, Final

from torchish import _absent
from torchish._core.tensor import Tensor
from torchish.futures import Future
from torchish.jit import annotations
from torchish.jit._script_module import ScriptModule, scripted
from torchish.nn.modules.module import Module
from torchish.nn.parameter import is_lazy
from torchish.utils import _pytree as pytree

__all__ = [
    "Attribute",
    "Error",
    "Final",
    "Future",
    "ScriptModule",
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
# The example inputs of modules that were traced.
_examples: weakref.WeakKeyDictionary[Module, tuple] = weakref.WeakKeyDictionary()


def _exporter() -> Any:
    """`torch.export`, which is imported when a program is first written or read."""
    return importlib.import_module("torchish.export")


def script(
    obj: Any,
    optimize: Any = None,
    _frames_up: int = 0,
    _rcb: Any = None,
    example_inputs: Any = None,
) -> Any:
    """The function or class itself, and a module as a `ScriptModule` over the same state: it runs
    as Python, compiled as all else. RuntimeError for a module with parameters whose shape is not
    known yet."""
    if builtins.isinstance(obj, Module):
        lazy = [n for n, p in (*obj._parameters.items(), *obj._buffers.items()) if is_lazy(p)]
        if lazy:
            raise RuntimeError(
                f"'{type(obj).__name__}' has uninitialized parameters {lazy}. Did you forget to "
                "run a forward pass?"
            )
        return scripted(obj)
    return obj


def trace(func: Any, example_inputs: Any = None, **options: Any) -> Any:
    """The function itself, and a module as a `ScriptModule` over the same state. Unlike a trace it
    still follows Python's branches; the example inputs are kept for `save`."""
    if not builtins.isinstance(func, Module):
        return func
    made, given = scripted(func), example_inputs
    if given is not None:
        _examples[made] = tuple(given) if builtins.isinstance(given, (list, tuple)) else (given,)
    return made


def trace_module(mod: Any, inputs: Any, **options: Any) -> Any:
    """`trace` of a module, with the inputs of its `forward`; its other methods are as they are."""
    return trace(mod, inputs.get("forward") if builtins.isinstance(inputs, dict) else None)


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


def save(m: Any, f: Any, _extra_files: dict[str, Any] | None = None) -> None:
    """Write a module to a path or a file, as an exported program (`torch.export.save`): of the
    arguments that it was traced with, whose sizes may be others where the program allows it.

    RuntimeError for a module without any, such as `script` gives; what `export` raises for a module
    with branches on the elements of tensors.
    """
    if not builtins.isinstance(m, Module):
        raise RuntimeError("torch.jit.save: a module is written, a function is not")
    program = vars(m).get("_exported")
    if program is None:
        example = _examples.get(m)
        if example is None:
            raise RuntimeError(
                "torch.jit.save: nothing is known of the arguments of this module. Give it to "
                "torch.jit.trace with example inputs, or export it by torch.export.export"
            )
        shapes = pytree.tree_map(_dynamic, example)
        program = _exporter().export(m, example, dynamic_shapes=shapes)
    _exporter().save(program, f, extra_files=_extra_files)


def _dynamic(x: Any) -> Any:
    return (
        dict.fromkeys(range(x.dim()), _exporter().Dim.AUTO)
        if builtins.isinstance(x, Tensor)
        else None
    )


def load(
    f: Any,
    map_location: Any = None,
    _extra_files: dict[str, Any] | None = None,
    _restore_shapes: bool = False,
) -> Any:
    """The module of a file that `save` or `torch.export.save` wrote: its parameters, buffers and
    state dict, and a forward that runs the program. RuntimeError for PyTorch's own files."""
    if _restore_shapes:
        raise NotImplementedError("torch.jit.load: _restore_shapes")
    program = _exporter().load(f, extra_files=_extra_files)
    made = scripted(program.module())
    vars(made)["_exported"] = program
    return made if map_location is None else made.to(map_location)


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
