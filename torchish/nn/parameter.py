"""Parameters and buffers: the tensors that a Module owns.

https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from torchish._core.base import devices
from torchish._core.base import dtypes as dt
from torchish._core.base.layouts import preserve_format
from torchish._core.tensor import Tensor, empty, get_default_dtype
from torchish._core.tensor.inner import in_storage
from torchish._core.tensor.overrides import disabled
from torchish._core.tensor.storage import Storage
from torchish.multiprocessing.reductions import register

# Said here, as `UninitializedTensorMixin` has attributes with names such as `int`.
_Shape = Sequence[int]
_Device = devices.device | str | int | None

__all__ = ["Buffer", "Parameter", "UninitializedBuffer", "UninitializedParameter", "is_lazy"]


class _ParameterMeta(type(Tensor)):
    def __instancecheck__(cls, instance) -> bool:
        if super().__instancecheck__(instance):
            return True
        return (
            cls is Parameter
            and isinstance(instance, Tensor)
            and getattr(instance, "_is_param", False)
        )


class Parameter(Tensor, metaclass=_ParameterMeta):
    """A tensor that a Module lists among its parameters when it is assigned as an attribute.

    It shares the storage of `data` (an empty tensor when absent) and is a leaf. Of a class of its
    own, `data` keeps its class, and counts as a Parameter. RuntimeError where detaching it gives
    another class.

    >>> p = nn.Parameter(torch.zeros(2))
    >>> p.requires_grad, p.is_leaf
    (True, True)
    """

    _is_param = True
    _copied_as: type[Parameter]

    __torch_function__ = disabled

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True):
        if data is None:
            data = empty(0)
        if not isinstance(requires_grad, bool):
            raise TypeError(
                "_make_subclass(): argument 'require_grad' (position 3) must be bool, not "
                f"{type(requires_grad).__name__}"
            )
        kind = type(data)
        if kind is Tensor or cls is not Parameter or type.__instancecheck__(Parameter, data):
            return Tensor._make_subclass(cls, data.detach(), requires_grad)
        t = data.detach().requires_grad_(requires_grad)
        if type(t) is not kind:
            raise RuntimeError(
                f"Creating a Parameter from an instance of type {kind.__name__} requires that "
                f"detach() returns an instance of the same type, but return type "
                f"{type(t).__name__} was found instead. To use the type as a Parameter, please "
                "correct the detach() semantics defined by its __torch_dispatch__() "
                "implementation."
            )
        t._is_param = True
        return t

    def __deepcopy__(self, memo: dict) -> Parameter:
        """A parameter over a clone of the data; gradients, hooks and attributes are not copied."""
        if id(self) not in memo:
            data = self.data.clone(memory_format=preserve_format)
            memo[id(self)] = type(self)(data, self.requires_grad)
        return memo[id(self)]

    def __repr__(self, **kwargs) -> str:
        return "Parameter containing:\n" + Tensor.__repr__(self, **kwargs)


Parameter._copied_as = Parameter  # by `copy.copy` and pickles, also for classes derived from it


class _BufferMeta(type(Tensor)):
    def __instancecheck__(cls, instance) -> bool:
        if cls is Buffer:
            return isinstance(instance, Tensor) and bool(getattr(instance, "_is_buffer", False))
        return super().__instancecheck__(instance)


class Buffer(Tensor, metaclass=_BufferMeta):
    """A tensor that a Module registers as a buffer when it is assigned as an attribute; part of the
    state_dict unless `persistent` is False
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Buffer.html).

    >>> net = nn.Module()
    >>> net.mean = nn.Buffer(torch.zeros(2))
    >>> list(net.state_dict())
    ['mean']
    """

    __torch_function__ = disabled

    def __new__(cls, data: Tensor | None = None, *, persistent: bool = True):
        if data is None:
            data = empty(0)
        t = data.detach().requires_grad_(data.requires_grad)
        t.persistent = persistent
        t._is_buffer = True
        return t


class _Absent(Storage):
    """The storage of a tensor without a shape: whoever wants its value is refused."""

    __slots__ = ("owner",)

    @property
    def value(self):
        raise ValueError(
            "Attempted to use an uninitialized parameter in an operator. This error happens when "
            "you are using a `LazyModule` or explicitly manipulating "
            f"`torch.nn.parameter.{self.owner.__name__}` objects. When using LazyModules Call "
            "`forward` with a dummy batch to initialize the parameters before calling torch "
            "functions"
        )


def _uninitialized(cls: type, requires_grad: bool, device, dtype) -> Any:
    data = empty(0, device=device, dtype=dtype or get_default_dtype())
    return _emptied(Tensor._make_subclass(cls, data, requires_grad))


def _emptied(t: Tensor) -> Tensor:
    """Put the storage that refuses in place of an empty one."""
    in_storage(t, _Absent).owner = type(t)
    return t


def _allowed(name: str):
    def convert(self, *args, **kwargs):
        return getattr(self.data, name)(*args, **kwargs)

    convert.__name__ = name
    convert.__doc__ = f"`Tensor.{name}` of the empty placeholder."
    return convert


register(Parameter)


class UninitializedTensorMixin:
    """What parameters and buffers without a shape have in common: `materialize` gives them one."""

    cls_to_become: type = Tensor

    def materialize(
        self, shape: _Shape, device: _Device = None, dtype: dt.dtype | None = None
    ) -> None:
        """Become an ordinary parameter or buffer of this shape, with unspecified values."""
        data = empty(shape, device=device or self.data.device, dtype=dtype or self.data.dtype)
        self.__class__ = self.cls_to_become
        self.data = data

    half, bfloat16, float, double = (_allowed(n) for n in ("half", "bfloat16", "float", "double"))
    char, short, int, long = (_allowed(n) for n in ("char", "short", "int", "long"))
    cpu, cuda, to = (_allowed(n) for n in ("cpu", "cuda", "to"))

    def copy_(self, src: Tensor, non_blocking: bool = False):
        """Nothing, where the other one waits for its shape as well."""
        return self if is_lazy(src) else Tensor.copy_(self, src, non_blocking)

    @property
    def data(self) -> Tensor:
        """An empty tensor of the dtype and device that the parameter is going to have."""
        return empty(0, device=self.device, dtype=self.dtype)

    @data.setter
    def data(self, new: Tensor) -> None:
        Tensor.data.__set__(self, new)
        _emptied(self)

    @property
    def shape(self) -> NoReturn:
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually "
            "happens in `load_state_dict` when trying to load an uninitialized parameter into an "
            "initialized one. Call `forward` to initialize the parameters before accessing their "
            "attributes."
        )

    def __copy__(self):
        make, parts = self.__reduce_ex__(4)
        return make(*parts)

    def share_memory_(self) -> NoReturn:
        raise RuntimeError(
            "Can't share memory on an uninitialized parameter or buffer. Call `forward` to "
            "initialize the parameters before calling `module.share_memory()`."
        )

    def __repr__(self) -> str:
        return f"<{self.__class__.__name__}>"


def is_lazy(value: Any) -> bool:
    """Whether a parameter or buffer still waits for its shape."""
    return isinstance(value, UninitializedTensorMixin)


class UninitializedParameter(UninitializedTensorMixin, Parameter):
    """A parameter whose shape is not known yet
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.UninitializedParameter.html).

    >>> p = nn.UninitializedParameter()
    >>> p.materialize((2, 3))
    >>> p.shape
    torch.Size([2, 3])
    """

    cls_to_become = Parameter

    def __new__(cls, requires_grad: bool = True, device=None, dtype=None):
        return _uninitialized(cls, requires_grad, device, dtype)

    def __deepcopy__(self, memo: dict) -> UninitializedParameter:
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.requires_grad, self.data.device, self.data.dtype)
        return memo[id(self)]

    def __reduce_ex__(self, protocol: int):
        return type(self), (self.requires_grad, self.data.device, self.data.dtype)


class UninitializedBuffer(UninitializedTensorMixin, Tensor):
    """A buffer whose shape is not known yet
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.UninitializedBuffer.html)."""

    cls_to_become = Tensor
    __torch_function__ = disabled

    def __new__(cls, requires_grad: bool = False, device=None, dtype=None, persistent: bool = True):
        t = _uninitialized(cls, requires_grad, device, dtype)
        t.persistent = persistent
        t._is_buffer = True
        return t

    def __deepcopy__(self, memo: dict) -> UninitializedBuffer:
        if id(self) not in memo:
            data = self.data
            memo[id(self)] = type(self)(
                self.requires_grad, data.device, data.dtype, self.persistent
            )
        return memo[id(self)]

    def __reduce_ex__(self, protocol: int):
        return type(self), (self.requires_grad, self.data.device, self.data.dtype, self.persistent)
