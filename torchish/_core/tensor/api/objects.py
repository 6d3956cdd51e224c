"""Tensors as Python objects: storage, copies, pickles, text, subclasses and legacy constructors."""

from __future__ import annotations

import copy as _copy
from typing import Any

import numpy as np

from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.base.errors import size_text
from torchish._core.engine import trace
from torchish._core.tensor import overrides
from torchish._core.tensor import repr as _repr
from torchish._core.tensor.api import factory, methods
from torchish._core.tensor.files import subclass_state
from torchish._core.tensor.public import enter
from torchish._core.tensor.size import Size
from torchish._core.tensor.tape import forward
from torchish._core.tensor.tape.duals import now
from torchish._core.tensor.tensor import (
    Tensor,
    alias_of,
    blank,
    contiguous_strides,
    current_node,
    tracked,
)
from torchish._core.tensor.views.shapes import alias


def _contains(self: Tensor, x) -> bool:
    if isinstance(x, (Tensor, int, float, complex, bool)):
        return bool((self == x).any().item())
    raise RuntimeError(
        f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {x.__class__}."
    )


def _format(self: Tensor, spec: str) -> str:
    if self.dim() == 0 and not self.is_meta:
        return format(self.item(), spec)
    return object.__format__(self, spec)


def _node_name(t: Tensor) -> str | None:
    """The name of a tensor's node; "Invalid" for a view that no history can follow any more."""
    try:
        node = None if t._inference else current_node(t)
    except RuntimeError:
        return "Invalid"
    return None if node is None else node.name()


def _show(self: Tensor) -> str:
    from_meta = self.is_meta
    name = type(self).__name__ if overrides.overrides(type(self)) else "tensor"
    options = dict(
        cls_name=name,
        dtype_name=self.dtype.name,
        default_dtype_name=dt.get_default_dtype().name,
        device=str(self.device),
        requires_grad=self.requires_grad,
        grad_fn_name=_node_name(self),
    )
    if now.level is not None and (tangent := forward.tangent_of(self)) is not None:
        options["tangent"] = _show(tangent)
    if from_meta:
        return _repr.format_tensor(None, shape=tuple(self.shape), **options)
    if trace.force(self._value()) is not None and self._value().traced:
        return f"{name}(<traced {self.dtype} {size_text(self.shape)}>)"
    return _repr.format_tensor(np.asarray(self._array()), **options)


# Whose class a method must keep for `copy.deepcopy`: the method, and PyTorch's words of it.
_MEMORY = (
    lambda t: t.new_empty([]), "non-wrapper", "new_empty()", "that function returns"
)  # fmt: skip
_WRAPPER = lambda t: t.clone(), "wrapper", "clone()", "cloning returns"


def _require_copied(t: Tensor, make, kind: str, method: str, gives: str) -> None:
    with overrides.DisableTorchFunctionSubclass():
        if type(make(t)) is type(t):
            return
    raise RuntimeError(
        f"The default implementation of __deepcopy__() for {kind} subclasses only works for "
        f"subclass types that implement {method} and for which {gives} another instance of the "
        f"same subclass. You should either properly implement {method} for your subclass or "
        f"override __deepcopy__() if it is intended behavior for {method} to return an instance of "
        "a different type."
    )


def _deepcopy(self: Tensor, memo) -> Tensor:
    if id(self) in memo:
        return memo[id(self)]
    if not self.is_leaf:
        raise RuntimeError(
            "Only Tensors created explicitly by the user (graph leaves) support the deepcopy "
            "protocol at the moment.  If you were attempting to deepcopy a module, this may be "
            "because of a torch.nn.utils.weight_norm usage, see "
            "https://github.com/pytorch/pytorch/pull/103001"
        )
    cls = self.__class__
    if cls is not Tensor:
        _require_copied(self, *(_WRAPPER if self.is_meta else _MEMORY))
    t = alias_of(self, cls)
    t._storage = self._storage.copied(memo)
    t._requires_grad = self._requires_grad
    memo[id(self)] = t
    if self._grad is not None:
        t._grad = _copy.deepcopy(self._grad, memo)
    for k, v in self.__dict__.items():
        t.__dict__[k] = _copy.deepcopy(v, memo)
    for name in subclass_state.slots_of(type(self)):
        if hasattr(self, name):
            setattr(t, name, _copy.deepcopy(getattr(self, name), memo))
    return t


def _shallow_copy(self: Tensor) -> Tensor:
    """Another tensor over the same memory, a leaf, as `copy.copy` gives it in PyTorch."""
    if self._sparse:
        function, arguments = self.__reduce_ex__(2)
        t = function(*arguments)
        t.__dict__.update(self.__dict__)
        return t
    if overrides.overriding((self,)):
        self.__reduce_ex__(4)  # which `copy.copy` asks in PyTorch, and a subclass may refuse
    t = alias_of(self, Tensor)
    t._requires_grad = tracked(self)
    return _made_again(t, self.__class__, subclass_state.of(self))


def _made_again(leaf: Tensor, cls: type, attributes: Any) -> Tensor:
    """What a copy or a pickle gives back: as in PyTorch, a class of its own is given to the leaf
    that it has made by `as_subclass`, so that with gradient it is no leaf itself; the classes of
    parameters all come back as theirs."""
    kind = getattr(cls, "_copied_as", None)
    if kind is not None:
        t = alias_of(leaf, kind)
        t._requires_grad = leaf._requires_grad
    else:
        t = leaf if cls is Tensor else _as_subclass(leaf, cls)
    return subclass_state.give(t, attributes)


def rebuild(
    cls, a: np.ndarray, dtype: dt.dtype, device: str, requires_grad: bool, strides, attributes: Any
) -> Tensor:
    """A tensor from its pickled parts."""
    where = devices.device(device)
    if where.type not in ("cpu", "meta") and not devices.jax_devices(where.type):
        where = devices.cpu
    t = blank(Tensor)
    t._storage = factory.of_array(a.view(dtype.np) if a.dtype != dtype.np else a, where)._storage
    t._aval = t._storage.aval
    if strides is not None:
        t._strides = t._storage.strides = strides
    t._requires_grad = requires_grad
    return _made_again(t, cls, attributes)


def rebuild_meta(
    cls, shape: tuple[int, ...], dtype: dt.dtype, requires_grad: bool, attributes: Any = None
) -> Tensor:
    """A tensor without values from its pickled parts."""
    t = factory.empty(*shape, dtype=dtype, device="meta")
    t._requires_grad = requires_grad
    return _made_again(t, cls, attributes or {})


# What a pickle names is where programs find it, wherever it is written.
rebuild.__module__ = rebuild_meta.__module__ = "torchish._utils"


def _reduce(self: Tensor, protocol):
    """The parts of a tensor's value; history stays behind, so that what comes back is a leaf."""
    if self.is_meta:
        shape, state = tuple(self.shape), subclass_state.of(self)
        return rebuild_meta, (self.__class__, shape, self.dtype, self.requires_grad, state)
    a = np.array(self.detach()._host())
    order = sorted(range(self.dim()), key=lambda d: -self.stride()[d])
    inner = contiguous_strides([self._aval.shape[d] for d in order])
    dense = self._strides is not None and all(
        self._strides[d] == s for d, s in zip(order, inner, strict=True)
    )
    attributes = subclass_state.of(self)
    if a.dtype.kind == "V" or self.dtype is dt.bfloat16:
        a = a.view(np.uint16)
    return rebuild, (
        self.__class__,
        a,
        self.dtype,
        str(self.device),
        self.requires_grad,
        self._strides if dense else None,
        attributes,
    )


def _array_wrap(
    self: Tensor, array: np.ndarray, context=None, return_scalar: bool = False
) -> Tensor:
    """What NumPy calls to make a ufunc's result a tensor again."""
    return factory.from_numpy(array.astype(np.uint8) if array.dtype == bool else array)


enter("Tensor.__array_wrap__", _array_wrap)
enter("Tensor.__contains__", _contains)
enter("Tensor.__format__", _format)
enter("Tensor.__repr__", _show)
enter("Tensor.__copy__", _shallow_copy)
enter("Tensor.__deepcopy__", _deepcopy)
enter("Tensor.__reduce_ex__", _reduce)


def _make_subclass(cls, data: Tensor, require_grad: bool = False) -> Tensor:
    t = alias_of(data, cls)
    if require_grad:
        if not (data.is_floating_point() or data.is_complex()):
            raise RuntimeError(
                "Only Tensors of floating point and complex dtype can require gradients"
            )
        t._requires_grad = True
    return t


def _as_subclass(self: Tensor, cls) -> Tensor:
    if not (isinstance(cls, type) and issubclass(cls, Tensor)):
        raise TypeError(
            "Creating a Tensor subclass from a class that does not inherit from Tensor is not "
            "possible. Make sure your class inherits from Tensor."
        )
    overrides.made(cls)
    if not self._sparse:
        with overrides.DisableTorchFunctionSubclass():
            self = alias(self)  # so that gradients reach the leaf
    t = alias_of(self, cls)
    t._node, t._out, t._base = self._node, self._out, self._base
    t._view_version = self._view_version
    t._several, t._no_grad_view = self._several, self._no_grad_view
    return t


enter("Tensor._make_subclass", staticmethod(_make_subclass))
enter("Tensor.as_subclass", _as_subclass)


def _construct(cls, *args, dtype=None, device=None, **kwargs) -> Tensor:
    """The legacy constructor `Tensor(2, 3)`, `Tensor([1, 2])`, of the default dtype."""
    if device is not None:
        methods.require_legacy_device(
            args,
            device,
            getattr(cls, "_legacy_device", "cpu"),
            "constructor of the form torch.Tensor",
        )
    d = dtype or getattr(cls, "_legacy_dtype", None) or dt.get_default_dtype()
    if device is None and getattr(cls, "_legacy_device", "cpu") != "cpu":
        device = cls._legacy_device
        if not devices.jax_devices(device):
            raise TypeError(
                f"type torch.{device}.{cls.__name__} not available. Torch not compiled with "
                f"{device.upper()} enabled."
            )
    if not args:
        t = factory.empty(0, dtype=d, device=device)
    elif len(args) == 1 and isinstance(args[0], Tensor):
        t = alias_of(args[0])
    elif len(args) == 1 and hasattr(args[0], "nbytes") and hasattr(args[0], "data_ptr"):
        t = factory.empty(0, dtype=d, device=device).set_(args[0])  # a storage
    elif (
        len(args) == 1
        and isinstance(args[0], (list, tuple, np.ndarray))
        and not isinstance(args[0], Size)
    ):
        t = factory.made(args[0], dtype=d, device=device)
    else:
        t = factory.empty(*args, dtype=d, device=device)
    return t if cls is Tensor or hasattr(cls, "_legacy_dtype") else alias_of(t, cls)


enter("Tensor.__new__", staticmethod(_construct))
enter("Tensor.__init__", lambda self, *args, **kwargs: None)


class _LegacyMeta(type(Tensor)):
    def __new__(mcs, name, bases, space):
        for base in bases:
            if isinstance(base, _LegacyMeta):
                raise TypeError(
                    f"type '{base.__module__}.{base.__name__}' is not an acceptable base type"
                )
        return super().__new__(mcs, name, bases, space)

    def __instancecheck__(cls, t) -> bool:
        there = isinstance(t, Tensor) and t.dtype is cls._legacy_dtype
        return there and t.device.type == cls._legacy_device


def legacy_class(name: str, d: dt.dtype, device: str = "cpu"):
    """`torch.FloatTensor`, `torch.cuda.FloatTensor` and their kin: constructors, and classes for
    isinstance."""
    return _LegacyMeta(
        name + "Tensor",
        (Tensor,),
        {
            "_legacy_dtype": d,
            "_legacy_device": device,
            "dtype": d,
            "layout": layouts.strided,
            "is_cuda": device == "cuda",
            "is_sparse": False,
            "is_xpu": False,
            "__torch_function__": overrides.disabled,
            "__doc__": f"Legacy constructor of {d} tensors.",
            "__module__": "torch" if device == "cpu" else f"torch.{device}",
        },
    )


LEGACY = {
    n + "Tensor": legacy_class(n, d)
    for n, d in dt.LEGACY_NAMES.items()
    if not n.startswith("Complex")
}
for _n, _c in LEGACY.items():
    enter(_n, _c, takes="other")
CUDA_LEGACY = {
    n: legacy_class(n.removesuffix("Tensor"), c._legacy_dtype, "cuda") for n, c in LEGACY.items()
}
enter("_tensor_classes", {*LEGACY.values(), *CUDA_LEGACY.values()}, takes="other")
