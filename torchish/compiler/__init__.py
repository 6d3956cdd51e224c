"""`torch.compiler`: every program is compiled as it runs, so there is nothing to switch on or off.

https://docs.pytorch.org/docs/stable/torch.compiler_api.html
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from torchish import _absent, engine
from torchish._core.tensor import Tensor
from torchish._core.tensor.api.factory import from_numpy
from torchish.settings import compile
from torchish.utils import _pytree as pytree

__all__ = [
    "allow_in_graph",
    "assume_constant_result",
    "compile",
    "cudagraph_mark_step_begin",
    "disable",
    "is_compiling",
    "is_dynamo_compiling",
    "is_exporting",
    "list_backends",
    "reset",
    "set_stance",
    "substitute_in_graph",
    "wrap_numpy",
]


def disable(fn: Any = None, recursive: bool = True, *, reason: str | None = None) -> Any:
    """The function itself; usable as a decorator with or without arguments."""
    return fn if fn is not None else lambda f: f


def allow_in_graph(fn: Any) -> Any:
    """The function, or functions, as they are."""
    return fn


def assume_constant_result(fn: Any) -> Any:
    """The function itself."""
    return fn


def is_compiling() -> bool:
    """False: Python always runs.

    >>> torch.compiler.is_compiling()
    False
    """
    return False


def is_dynamo_compiling() -> bool:
    """False: Python always runs."""
    return False


def is_exporting() -> bool:
    """False: there is no export."""
    return False


def cudagraph_mark_step_begin() -> None:
    """The end of a step: what is pending runs."""
    engine.barrier()


def list_backends(exclude_tags: Any = ("debug", "experimental")) -> list[str]:
    """None: what runs is XLA's."""
    return []


def reset() -> None:
    """Without effect: programs are kept, by what they compute."""


class set_stance:
    """Without effect: at once, as a context, or as a decorator."""

    def __init__(
        self,
        stance: str = "default",
        *,
        skip_guard_eval_unsafe: bool = False,
        force_backend: Any = None,
    ) -> None:
        known = ("default", "force_eager", "eager_on_recompile", "fail_on_recompile")
        if stance not in (*known, "eager_then_compile", "aot_eager_then_compile"):
            raise RuntimeError(f"Unknown stance {stance!r}")

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        return None

    def __call__(self, fn: Any) -> Any:
        return fn


def substitute_in_graph(original_fn: Any, **options: Any) -> Any:
    """A decorator that gives the function itself: the original one runs."""
    return lambda fn: fn


def wrap_numpy(fn: Any) -> Any:
    """The function on tensors in the place of arrays."""

    @functools.wraps(fn)
    def call(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = pytree.tree_map_only(Tensor, lambda t: t.numpy(), (args, kwargs))
        return pytree.tree_map_only(np.ndarray, from_numpy, fn(*args, **kwargs))

    return call


__getattr__ = _absent.attributes(__name__)
