"""`torch.overrides`: classes that say what functions do with them.

https://docs.pytorch.org/docs/stable/torch.overrides.html
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, Self

from torchish import _absent
from torchish._core.tensor import overrides as _o
from torchish._core.tensor.tensor import Tensor

__all__ = [
    "TorchFunctionMode",
    "enable_reentrant_dispatch",
    "get_ignored_functions",
    "get_overridable_functions",
    "get_testing_overrides",
    "handle_torch_function",
    "has_torch_function",
    "is_tensor_like",
    "is_tensor_method_or_property",
    "redispatch_function",
    "resolve_name",
    "wrap_torch_function",
]


class TorchFunctionMode:
    """A context in which every call of a function of torch is one of `__torch_function__`.

    A subclass's method gets the function, the overriding classes and the arguments, and usually
    returns `func(*args, **kwargs)`; the mode is off while it runs.

    >>> class Told(torch.overrides.TorchFunctionMode):
    ...     def __torch_function__(self, func, types, args=(), kwargs=None):
    ...         print(func.__name__)
    ...         return func(*args, **(kwargs or {}))
    >>> with Told():
    ...     _ = torch.ones(2).exp()
    ones
    exp
    """

    def __torch_function__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        raise NotImplementedError

    def __enter__(self):
        _o.arm()
        _o.state.modes.append(self)
        return self

    def __exit__(self, *exc: object) -> None:
        _o.state.modes.pop()

    @classmethod
    def push(cls, *args: Any, **kwargs: Any) -> Self:
        """The older spelling of `with Mode(...)`."""
        return cls(*args, **kwargs)


class BaseTorchFunctionMode(TorchFunctionMode):
    """A mode that changes nothing."""

    def __torch_function__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        return func(*args, **(kwargs or {}))


def has_torch_function(relevant_args: Iterable[Any]) -> bool:
    """Whether an argument's class overrides functions, or a mode is on.

    >>> torch.overrides.has_torch_function((torch.ones(1), 3))
    False
    """
    return bool(_o.state.modes or _o.overriding(list(relevant_args)))


def has_torch_function_unary(relevant_arg: Any) -> bool:
    """The same of one argument."""
    return has_torch_function((relevant_arg,))


def has_torch_function_variadic(*relevant_args: Any) -> bool:
    """The same of several."""
    return has_torch_function(relevant_args)


def handle_torch_function(
    public_api: Callable, relevant_args: Iterable[Any], *args: Any, **kwargs: Any
) -> Any:
    """Call what the arguments' classes have for a function; TypeError when none has anything."""
    return _o.handle(public_api, _o.overriding(list(relevant_args)), args, kwargs)


def wrap_torch_function(dispatcher: Callable) -> Callable:
    """A decorator: the function may be overridden by those arguments that `dispatcher` returns."""

    def decorate(func: Callable) -> Callable:
        @functools.wraps(func)
        def call(*args: Any, **kwargs: Any) -> Any:
            relevant = dispatcher(*args, **kwargs)
            if has_torch_function(relevant):
                return handle_torch_function(call, relevant, *args, **kwargs)
            return func(*args, **kwargs)

        return call

    return decorate


def is_tensor_like(inp: Any) -> bool:
    """Whether an object is a tensor or overrides functions of them.

    >>> torch.overrides.is_tensor_like(torch.ones(1)), torch.overrides.is_tensor_like([1.0])
    (True, False)
    """
    return type(inp) is Tensor or hasattr(inp, "__torch_function__")


def is_tensor_method_or_property(func: Callable) -> bool:
    """Whether a function is a method of Tensor, or reads or writes a property of it."""
    return func in _methods() or getattr(func, "__name__", "") in ("__get__", "__set__")


def _methods() -> list[Callable]:
    return [m for n, m in vars(Tensor).items() if callable(m) and not isinstance(m, type)]


def resolve_name(f: Callable) -> str | None:
    """A function's public name, `torch.Tensor.add`; None for what can not be overridden.

    >>> torch.overrides.resolve_name(torch.Tensor.add)
    'torch.Tensor.add'
    """
    return _o.name_of(f)


def get_overridable_functions() -> dict[Any, list[Callable]]:
    """What can be overridden, by the module's name; methods and getters under Tensor."""
    getters = [m.__get__ for m in vars(Tensor).values() if isinstance(m, property)]
    return {**_o.functions(), Tensor: [*_methods(), *getters]}


def get_ignored_functions() -> set[Callable]:
    """Not there."""
    raise NotImplementedError("torch.overrides.get_ignored_functions")


def get_testing_overrides() -> dict[Callable, Callable]:
    """Not there."""
    raise NotImplementedError("torch.overrides.get_testing_overrides")


def get_default_nowrap_functions() -> set[Callable]:
    """The getters whose results `Tensor.__torch_function__` leaves of the class that they have."""
    return {getattr(Tensor, name).__get__ for name in ("_base", "grad", "_grad")}


def enable_reentrant_dispatch() -> Any:
    """Not there: there is no dispatcher below `__torch_function__`."""
    raise NotImplementedError("torch.overrides.enable_reentrant_dispatch")


def redispatch_function(*args: Any, **kwargs: Any) -> Any:
    """Not there."""
    raise NotImplementedError("torch.overrides.redispatch_function")


__getattr__ = _absent.attributes(__name__)
