"""`torch.sym_*` for plain numbers, and `torch._check*`: nothing is traced symbolically here."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.tensor import Tensor
from torchish._core.tensor.public import enter

Number = int | float


class SymInt:
    """A symbolic int of PyTorch's tracer. Nothing is traced symbolically here: no object is one."""

    def __init__(self, node):
        raise NotImplementedError("SymInt")


class SymFloat:
    """A symbolic float of PyTorch's tracer; no object is one."""

    def __init__(self, node):
        raise NotImplementedError("SymFloat")


class SymBool:
    """A symbolic bool of PyTorch's tracer; no object is one."""

    def __init__(self, node):
        raise NotImplementedError("SymBool")


def sym_int(a: Any) -> int:
    """The integer part of a number."""
    return math.floor(a) if a >= 0 else math.ceil(a)


def sym_float(a: Any) -> float:
    """A number as float."""
    return float(a)


def sym_not(a: Any) -> Any:
    """Not a; bitwise for what has an operator of its own."""
    return not a if isinstance(a, bool) else ~a


def sym_ite(b: bool, t: Any, f: Any) -> Any:
    """`t` if `b` else `f`, which must be of one type."""
    if not isinstance(b, bool) or type(t) is not type(f):
        raise AssertionError(
            f"sym_ite: expected a bool and two of one type, got {b!r}, {t!r}, {f!r}"
        )
    return t if b else f


def _extreme(a: Any, b: Any, choose: Callable) -> Any:
    # Of the wider of both types, as a tensor of both would be.
    value = choose(a, b)
    return float(value) if isinstance(a, float) or isinstance(b, float) else value


def sym_max(a: Any, b: Any) -> Any:
    """The larger number; a float when one of them is."""
    return _extreme(a, b, builtins.max)


def sym_min(a: Any, b: Any) -> Any:
    """The smaller number; a float when one of them is."""
    return _extreme(a, b, builtins.min)


def sym_sum(args: Sequence[Any]) -> Any:
    """The sum of numbers."""
    return builtins.sum(args)


def sym_fresh_size(expr: Any) -> Any:
    """NotImplementedError: no size is symbolic."""
    raise NotImplementedError("torch.sym_fresh_size: no size is symbolic")


def _rounded(name: str) -> Callable[[Any], float]:
    def f(a: Any) -> float:
        return getattr(math, name)(a)

    f.__name__ = f.__qualname__ = f"sym_{name}"
    f.__doc__ = f"`math.{name}` of a number."
    return f


_NO_WORDS = (
    "Expected cond to be True, but got False. (Could this error message be improved? If so, please "
    "report an enhancement request to PyTorch.)"
)


def _check_with(error: type[Exception], cond: Any, message: Callable[[], Any] | None) -> None:
    """Raise an error with the text of `message()` unless `cond`, which must be a bool."""
    if not isinstance(cond, bool):
        raise TypeError(f"cond must be a bool, but got {type(cond)}")
    if cond:
        return
    if message is None:
        raise error(_NO_WORDS)
    if not callable(message):
        raise TypeError("message must be a callable")
    raise error(str(message()))


def _check(cond: Any, message: Callable[[], Any] | None = None) -> None:
    """RuntimeError with the text of `message()` unless `cond`."""
    _check_with(RuntimeError, cond, message)


def _check_is_size(i: int, message: Callable[[], Any] | None = None, *, max: Any = None) -> None:
    """RuntimeError unless a number can be a size."""
    _check(i >= 0, message)
    if max is not None:
        _check(i <= max, message)


def _check_index(cond: Any, message: Callable[[], Any] | None = None) -> None:
    """IndexError with the text of `message()` unless `cond`."""
    _check_with(IndexError, cond, message)


def _check_value(cond: Any, message: Callable[[], Any] | None = None) -> None:
    """ValueError with the text of `message()` unless `cond`."""
    _check_with(ValueError, cond, message)


def _check_type(cond: Any, message: Callable[[], Any] | None = None) -> None:
    """TypeError with the text of `message()` unless `cond`."""
    _check_with(TypeError, cond, message)


def _check_not_implemented(cond: Any, message: Callable[[], Any] | None = None) -> None:
    """NotImplementedError with the text of `message()` unless `cond`."""
    _check_with(NotImplementedError, cond, message)


def _check_tensor_all_with(
    error: type[Exception], cond: Any, message: Callable[[], Any] | None = None
) -> None:
    """Raise an error unless all elements of a bool tensor are true."""
    if not isinstance(cond, Tensor):
        raise TypeError(f"cond must be a tensor, but got {type(cond)}")
    if str(cond.dtype) != "torch.bool":
        raise TypeError(f"cond tensor must have dtype torch.bool, but got {cond.dtype}")
    _check_with(error, bool(cond.all().item()), message)


def _check_tensor_all(cond: Any, message: Callable[[], Any] | None = None) -> None:
    """RuntimeError unless all elements of a bool tensor are true."""
    _check_tensor_all_with(RuntimeError, cond, message)


def _assert_async(input: Tensor, assert_msg: str | None = None) -> None:
    """RuntimeError unless a tensor of one element is not zero. The tensor is looked at here and
    now, so that the line that asks is the line that fails."""
    n = input.numel()
    if n != 1:
        kind = "no" if n == 0 else "more than one"
        raise RuntimeError(
            f"Boolean value of Tensor with {kind} value{'s' * (n == 0)} is ambiguous"
        )
    if not input.item():
        raise RuntimeError(assert_msg or "Expected Tensor with single nonzero value, but got zero")


_MATH = ("acos", "asin", "atan", "ceil", "cos", "cosh", "floor", "log2", "sin", "sinh", "sqrt",
         "tan", "tanh")  # fmt: skip
_OWN = (SymBool, SymFloat, SymInt, sym_float, sym_fresh_size, sym_int, sym_ite, sym_max, sym_min,
        sym_not, sym_sum, _assert_async, _check, _check_index, _check_is_size,
        _check_not_implemented, _check_tensor_all, _check_tensor_all_with, _check_type,
        _check_value, _check_with)  # fmt: skip
for _f in _OWN:
    enter(_f.__name__, _f, takes="other")
for _n in _MATH:
    enter(f"_sym_{_n}", _rounded(_n), takes="other")
enter("sym_sqrt", _rounded("sqrt"), takes="other")
