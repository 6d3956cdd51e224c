"""Who is asked about operators: modes and classes with `__torch_dispatch__`.

See Note [Dispatch].
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from torchish._core.tensor import Tensor
from torchish._core.tensor import overrides as _overrides
from torchish._core.tensor.api.wrappers import _Plainly, leaves, unasked
from torchish._core.tensor.tape.modes import state as grads

__all__ = [
    "asks",
    "below_autograd",
    "dispatching",
    "invoke",
    "state",
    "without_classes",
    "without_modes",
]


class _State(threading.local):
    def __init__(self):
        self.modes: list[Any] = []
        self.plain = 0  # classes are not asked
        self.below = 0  # autograd is above: what is recorded has no history


state = _State()


def asks(t: type) -> bool:
    """Whether a class says what operators do with its tensors."""
    own = getattr(t, "__torch_dispatch__", None)
    return own is not None and own is not unasked


def asking(args: tuple, kwargs: dict) -> list[Any]:
    """Of the arguments, one of each class that asks: subclasses before their bases."""
    found: list[Any] = []
    if state.plain:
        return found
    for x in leaves((args, tuple(kwargs.values()))):
        t = type(x)
        if t is Tensor or not isinstance(x, Tensor) or not asks(t):
            continue
        if any(t is type(f) for f in found):
            continue
        at = next((i for i, f in enumerate(found) if issubclass(t, type(f))), len(found))
        found.insert(at, x)
    return found


def dispatching(args: tuple, kwargs: dict) -> bool:
    """Whether a mode or a class is to be asked about a call."""
    return bool(state.modes) or bool(asking(args, kwargs))


@contextlib.contextmanager
def without_modes() -> Iterator[list[Any]]:
    """Within it no mode is asked; those that were on."""
    before, state.modes = state.modes, []
    try:
        yield before
    finally:
        state.modes = before


@contextlib.contextmanager
def without_classes() -> Iterator[None]:
    """Within it no class is asked."""
    state.plain += 1
    try:
        yield
    finally:
        state.plain -= 1


@contextlib.contextmanager
def below_autograd() -> Iterator[None]:
    """Within it nothing gets a history."""
    before = grads.grad
    grads.grad = False
    state.below += 1
    try:
        yield
    finally:
        state.below -= 1
        grads.grad = before


def invoke(op: Any, args: tuple, kwargs: dict, plainly: Callable) -> Any:
    """What the innermost mode, or a class of the arguments, makes of an operator; `plainly` where
    there is neither. TypeError when all give NotImplemented."""
    found = asking(args, kwargs)
    types = tuple(type(x) for x in found)
    tried = []
    if state.modes:
        before = state.modes
        state.modes = before[:-1]
        mode = before[-1]
        try:
            own = getattr(op, "by_class", {}).get(type(mode))
            if own is not None:
                out = own(mode, op, types, args, kwargs)
            else:
                out = mode.__torch_dispatch__(op, types, args, kwargs)
        finally:
            state.modes = before
        if out is not NotImplemented:
            return out
        tried.append(f"  - mode object {mode!r}\n")
    for x in found:
        with _overrides.DisableTorchFunctionSubclass():
            own = getattr(op, "by_class", {}).get(type(x))
            out = (own or type(x).__torch_dispatch__)(op, types, args, kwargs)
        if out is not NotImplemented:
            return out
        tried.append(f"  - tensor subclass {type(x)}\n")
    if tried:
        raise _overrides.NoHandler(
            f"Multiple dispatch failed for 'torch.ops.{op}'; all __torch_dispatch__ handlers "
            f"returned NotImplemented:\n\n{''.join(tried)}\nFor more information, try re-running "
            "with TORCH_LOGS=not_implemented"
        )
    return plainly(*args, **kwargs)


def _without_asking(func: Callable, args: tuple, kwargs: dict) -> Any:
    with without_classes():
        return func(*args, **kwargs)


_Plainly.call = staticmethod(_without_asking)
