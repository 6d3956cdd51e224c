"""`torch.utils._python_dispatch`: modes that are told of operators. See Note [Dispatch].

https://docs.pytorch.org/docs/stable/notes/extending.html
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

from torchish import _absent
from torchish._core.tensor import Tensor, overrides
from torchish._ops import asking

__all__ = [
    "BaseTorchDispatchMode",
    "TorchDispatchMode",
    "is_in_any_mode_without_ignore_compile_internals",
    "is_in_torch_dispatch_mode",
    "is_traceable_wrapper_subclass",
    "is_traceable_wrapper_subclass_type",
    "return_and_correct_aliasing",
    "transform_subclass",
]


class TorchDispatchMode:
    """A context in which every operator of `torch.ops.aten` that calls come to is one of
    `__torch_dispatch__`, those of backward too.

    A subclass's method gets the operator, the classes of tensors that would be asked and the
    arguments, and usually returns `func(*args, **kwargs)`; the mode is off while it runs.
    """

    supports_higher_order_operators = False

    def __init__(self, _dispatch_key: Any = None) -> None:
        if _dispatch_key is not None:
            raise NotImplementedError("TorchDispatchMode: _dispatch_key")

    def __torch_dispatch__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        raise NotImplementedError

    def __enter__(self) -> Self:
        overrides.watch()
        asking.state.modes = [*asking.state.modes, self]
        return self

    def __exit__(self, *exc: object) -> None:
        asking.state.modes = asking.state.modes[:-1]

    @classmethod
    def push(cls, *args: Any, **kwargs: Any) -> Self:
        """The older spelling of `with Mode(...)`."""
        return cls(*args, **kwargs)

    @classmethod
    def is_infra_mode(cls) -> bool:
        """False: it is a program's."""
        return False

    @classmethod
    def ignore_compile_internals(cls) -> bool:
        """False: it sees what is compiled, too."""
        return False


class BaseTorchDispatchMode(TorchDispatchMode):
    """A mode that changes nothing."""

    def __torch_dispatch__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        return func(*args, **(kwargs or {}))


def is_traceable_wrapper_subclass_type(t: type) -> bool:
    """Whether a class of tensors says how its tensors are taken apart and put together."""
    own = issubclass(t, Tensor) and t is not Tensor
    return own and hasattr(t, "__tensor_flatten__") and hasattr(t, "__tensor_unflatten__")


def is_traceable_wrapper_subclass(t: object) -> bool:
    """Whether an object is a tensor of such a class."""
    return is_traceable_wrapper_subclass_type(type(t))


def transform_subclass(
    t: Any, callback: Callable, outer_size: Any = None, outer_stride: Any = None
) -> Any:
    """A tensor of such a class whose inner tensors are `callback(name, tensor)`. RuntimeError where
    the class gives another size or stride than asked for."""
    outer_size = t.size() if outer_size is None else outer_size
    outer_stride = t.stride() if outer_stride is None else outer_stride
    names, context = t.__tensor_flatten__()
    inner = {name: callback(name, getattr(t, name)) for name in names}
    made = type(t).__tensor_unflatten__(inner, context, outer_size, outer_stride)
    if tuple(made.shape) != tuple(outer_size):
        raise RuntimeError(
            f"Expected return value from {type(t)}__tensor_unflatten__() to have shape equal to "
            f"{outer_size}, but got: {made.shape}"
        )
    if tuple(made.stride()) != tuple(outer_stride):
        raise RuntimeError(
            f"Expected return value from {type(t)}__tensor_unflatten__() to have strides equal to "
            f"{outer_stride}, but got: {made.stride()}"
        )
    return made


def return_and_correct_aliasing(func: Any, args: Sequence, kwargs: dict, out: Any) -> Any:
    """What a class's `__torch_dispatch__` returns: for an operator that writes in place the
    argument that it wrote to, for all others what was computed."""
    schema = getattr(func, "_schema", None)
    if schema is None:
        return out
    given = dict(zip((a.name for a in schema.arguments), args, strict=False)) | dict(kwargs)
    written = [given[a.name] for a in schema.arguments if a.is_write and a.name in given]
    aliased = [r for r in schema.returns if r.alias_info is not None and r.alias_info.is_write]
    if not written or not aliased:
        return out
    return written[0] if len(aliased) == 1 else tuple(written[: len(aliased)])


def is_in_torch_dispatch_mode(include_infra_modes: bool = True) -> bool:
    """Whether a mode is on."""
    return bool(asking.state.modes)


def is_in_any_mode_without_ignore_compile_internals() -> bool:
    """Whether a mode is on that sees what is compiled."""
    return any(not m.ignore_compile_internals() for m in asking.state.modes)


def _get_current_dispatch_mode() -> Any:
    """The innermost mode; None outside of one."""
    return asking.state.modes[-1] if asking.state.modes else None


def _get_current_dispatch_mode_stack() -> list[Any]:
    """The modes that are on, the innermost last."""
    return list(asking.state.modes)


@contextlib.contextmanager
def _disable_current_modes() -> Iterator[list[Any]]:
    """Within it no mode is on; those that were."""
    with asking.without_modes() as before:
        yield before


@contextlib.contextmanager
def _pop_mode_temporarily(k: Any = None) -> Iterator[Any]:
    """Within it the innermost mode is off."""
    before = asking.state.modes
    asking.state.modes = before[:-1]
    try:
        yield before[-1]
    finally:
        asking.state.modes = before


__getattr__ = _absent.attributes(__name__)
