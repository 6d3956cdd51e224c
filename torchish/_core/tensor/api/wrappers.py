"""Tensors without elements of their own: `Tensor._make_wrapper_subclass`.

https://docs.pytorch.org/docs/stable/notes/extending.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.engine.values import Failure, Value, aval_of
from torchish._core.tensor import overrides
from torchish._core.tensor.api import factory
from torchish._core.tensor.public import enter
from torchish._core.tensor.tape.cotangents import Cotangent, Whole
from torchish._core.tensor.tensor import Tensor, wrap


class _Hollow(Whole):
    """The gradient of such a tensor: itself one."""

    __slots__ = ()

    @classmethod
    def of(cls, t: Tensor, build: bool) -> Cotangent:
        return cls(t if build else t.detach())


def hollow(
    cls: type,
    shape: Sequence[int],
    dtype: dt.dtype,
    device: Any = None,
    strides: Sequence[int] | None = None,
) -> Any:
    """A tensor of a class that tells a shape, dtype and device, and holds nothing."""
    overrides.made(cls)
    aval = aval_of(tuple(int(n) for n in shape), dtype.np, factory.place(device))
    missing = NotImplementedError(
        f"a tensor of {cls.__name__} has no elements of its own, and this operator works on "
        "elements without asking the tensor's class"
    )
    t: Any = wrap(Value(aval, None, Failure(missing)), cls)
    t._hollow, t._cotangent = True, _Hollow
    if strides is not None and tuple(strides) != aval.strides:
        t._strides = tuple(int(s) for s in strides)
    return t


def _make_wrapper_subclass(
    cls: type,
    size: Sequence[int],
    strides: Sequence[int] | None = None,
    storage_offset: int | None = None,
    memory_format: Any = None,
    dtype: dt.dtype | None = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: bool = False,
    requires_grad: bool = False,
    dispatch_sizes_strides_policy: str | None = None,
    dispatch_device: bool = False,
    dispatch_layout: bool = False,
    _extra_dispatch_keys: Any = None,
    storage_size: int | None = None,
) -> Tensor:
    """A tensor that tells a shape, dtype and device and has no elements: its class's
    `__torch_dispatch__` says what operators do with it. RuntimeError for a class without one."""
    own = getattr(cls, "__torch_dispatch__", None)
    if own is None or own is unasked:
        raise RuntimeError(
            f"cls must define __torch_dispatch__ to be used with _make_wrapper_subclass: {cls}"
        )
    t = hollow(cls, size, dtype or dt.get_default_dtype(), device, strides)
    t._offset = int(storage_offset or 0)
    if layout is not None:
        t.layout = layout
    t._requires_grad = bool(requires_grad)
    return t


class _Plainly:
    """How an operator is called whose arguments' classes are not asked: replaced by those who
    ask."""

    call: Any = staticmethod(lambda func, args, kwargs: func(*args, **kwargs))


def unasked(func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
    """As a class's `__torch_dispatch__`: its tensors are plain ones below `__torch_function__`."""
    return _Plainly.call(func, args, kwargs or {})


def leaves(args: Any) -> Iterator[Any]:
    """Arguments, and what lists and tuples among them hold."""
    for a in args:
        if isinstance(a, (list, tuple)):
            yield from leaves(a)
        else:
            yield a


enter("Tensor._make_wrapper_subclass", staticmethod(_make_wrapper_subclass))
enter("Tensor.__torch_dispatch__", staticmethod(unasked))
