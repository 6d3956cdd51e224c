"""MaskedTensor: data and a mask that says which elements are there.

Functions come by `__torch_function__` (Note [Overrides]) and are made of ordinary functions of the
data, and of those of `torch.masked`, so that gradients are theirs.

https://docs.pytorch.org/docs/stable/masked.html
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.base.frames import user_level
from torchish._core.tensor import FUNCTIONS, Tensor, overrides
from torchish._core.tensor.api.wrappers import hollow
from torchish._core.tensor.tape.cotangents import Cotangent, Whole, of_tensor
from torchish._ruled import SIZES, TELLING, HoldingTensor, Rules
from torchish.masked import _ops
from torchish.nn import functional as F

__all__ = ["MaskedTensor", "is_masked_tensor", "masked_of"]

RULES = Rules()


class _Gradient(Whole):
    """The gradient of a masked tensor: itself one. What takes dense ones only has zeros where it
    is not there."""

    __slots__ = ()

    @classmethod
    def of(cls, t: Tensor, build: bool) -> Cotangent:
        return cls(t if build else t.detach())

    def dense(self, build: bool) -> Cotangent:
        whole: Any = self.whole
        return of_tensor(whole.to_tensor(0), build)


def is_masked_tensor(obj: Any, /) -> bool:
    """Whether an object is a MaskedTensor."""
    return isinstance(obj, MaskedTensor)


def _warn() -> None:
    warnings.warn(
        "The PyTorch API of MaskedTensors is in prototype stage and will change in the near "
        "future. Please open a Github issue for features requests and see our documentation on "
        "the torch.masked module for further information about the project.",
        UserWarning,
        stacklevel=user_level(),
    )


class MaskedTensor(HoldingTensor, _waits=True):
    """A tensor some of whose elements are not there. TypeError and ValueError for data and masks
    that do not fit."""

    _rules = RULES
    _held = "_masked_data"
    _masked_data: Tensor
    _masked_mask: Tensor
    _cotangent = _Gradient

    def __new__(cls, data: Tensor, mask: Tensor, requires_grad: bool = False) -> Any:
        if is_masked_tensor(data) or not isinstance(data, Tensor):
            raise TypeError("data must be a Tensor")
        if is_masked_tensor(mask) or not isinstance(mask, Tensor):
            raise TypeError("mask must be a Tensor")
        _warn()
        given = data.detach().clone()
        return checked(given, mask).requires_grad_(requires_grad)

    @classmethod
    def _without_rule(cls, name: str, args: tuple) -> Exception:
        return overrides.NoHandler(
            f"Multiple dispatch failed for 'torch.{name}'; MaskedTensor has no rule for it"
        )

    def get_data(self) -> Tensor:
        """The data, those of elements that are not there among them."""
        return self._masked_data

    def get_mask(self) -> Tensor:
        """Which elements are there."""
        return self._masked_mask

    def to_tensor(self, value: Any) -> Tensor:
        """The data, with `value` where nothing is there."""
        data = self._masked_data
        fill = FUNCTIONS["full_like"](data, value)
        return FUNCTIONS["where"](self._masked_mask, data, fill)

    def _around(self, gradient: Tensor) -> Any:
        if is_masked_tensor(gradient):
            return gradient
        return masked_of(gradient, self._masked_mask)

    def _inside(self, gradient: Any) -> Any:
        return gradient  # which the data take with its mask

    def backward(self, gradient: Any = None, *args: Any, **kwargs: Any) -> None:
        g = gradient.to_tensor(0) if is_masked_tensor(gradient) else gradient
        self._masked_data.backward(g, *args, **kwargs)

    def item(self) -> Any:
        if not self._masked_mask.item():
            raise ValueError("__torch_dispatch__, aten._local_scalar_dense: expected a mask tensor")
        return self._masked_data.item()

    def numpy(self, *, force: bool = False) -> Any:
        raise RuntimeError(".numpy() is not supported for tensor subclasses.")

    def __reduce_ex__(self, protocol: Any) -> Any:
        return masked_of, (self._masked_data, self._masked_mask)

    def __deepcopy__(self, memo: dict) -> MaskedTensor:
        made = masked_of(self._masked_data.detach().clone(), self._masked_mask.clone())
        return made.requires_grad_(self.requires_grad)

    def __repr__(self, *, tensor_contents: Any = None) -> str:
        data, mask = self._masked_data.detach(), self._masked_mask
        if data.dim() == 0:
            return f"MaskedTensor({_shown(data.item(), True)}, {bool(mask.item())})"
        lines = _lines(data.tolist(), mask.tolist(), data.dim(), 2)
        return f"MaskedTensor(\n{lines}\n)"


MaskedTensor._telling = TELLING | SIZES | {"stride", "storage_offset", "is_contiguous"}


def _shown(x: Any, there: bool) -> str:
    if not there:
        return "--"
    return f"{x:8.4f}" if isinstance(x, float) else str(x)


def _lines(data: list, mask: list, dims: int, indent: int) -> str:
    pad = " " * indent
    if dims == 1:
        texts = list(map(_shown, data, mask))
        width = max([8, *map(len, texts)])
        return f"{pad}[{', '.join(t.rjust(width) if t == '--' else t for t in texts)}]"
    rows = [_lines(d, m, dims - 1, indent + 2) for d, m in zip(data, mask, strict=True)]
    return f"{pad}[\n" + ",\n".join(rows) + f"\n{pad}]"


def masked_of(data: Tensor, mask: Tensor) -> Any:
    """The masked tensor of these, which fit."""
    t = hollow(MaskedTensor, data.shape, data.dtype, data.device)
    t._cotangent = _Gradient
    t._masked_data, t._masked_mask = data, mask
    return t


def checked(data: Tensor, mask: Tensor) -> Any:
    """The same, after a look at them."""
    if data.layout is not mask.layout:
        raise TypeError("data and mask must have the same layout.")
    if data._sparse:
        raise NotImplementedError(f"MaskedTensor: data of layout {data.layout}")
    if mask.dtype is not dt.bool_:
        raise TypeError("mask must have dtype bool.")
    if not (data.is_floating_point() or data.dtype in (dt.bool_, dt.int32, dt.int64)):
        raise TypeError(f"{data.dtype} is not supported in MaskedTensor.")
    if data.dim() != mask.dim():
        raise ValueError("data.dim() must equal mask.dim()")
    if data.shape != mask.shape:
        raise ValueError("data.size() must equal mask.size()")
    return masked_of(data, mask)


# --- elementwise


def _pointwise(f: Callable) -> Callable:
    def call(*args: Any, **kwargs: Any) -> Any:
        given = [a for a in (*args, *kwargs.values()) if is_masked_tensor(a)]
        mask = given[0]._masked_mask
        for other in given[1:]:
            if other._masked_mask is mask:
                continue
            if other.shape == given[0].shape and not bool((other._masked_mask == mask).all()):
                raise ValueError(
                    "Input masks must match. If you need support for this, please open an issue "
                    "on Github."
                )
        out = f(*map(_data, args), **{k: _data(a) for k, a in kwargs.items()})
        if out.shape != mask.shape:
            mask = mask.expand(out.shape)
        return masked_of(out, mask)

    return call


def _data(x: Any) -> Any:
    return x._masked_data if is_masked_tensor(x) else x


UNARY = [
    "abs", "absolute", "acos", "acosh", "angle", "asin", "asinh", "atan", "atanh", "bitwise_not",
    "ceil", "clamp", "clip", "cos", "cosh", "deg2rad", "digamma", "erf", "erfc", "erfinv", "exp",
    "exp2", "expm1", "floor", "frac", "isnan", "lgamma", "log", "log10", "log1p", "log2", "logit",
    "i0", "nan_to_num", "neg", "negative", "positive", "pow", "rad2deg", "reciprocal", "round",
    "rsqrt", "sgn", "sigmoid", "sign", "signbit", "sin", "sinc", "sinh", "sqrt", "square", "tan",
    "tanh", "trunc", "ones_like", "detach", "clone",
]  # fmt: skip
BINARY = [
    "add", "atan2", "arctan2", "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_left_shift",
    "bitwise_right_shift", "div", "divide", "floor_divide", "fmod", "logaddexp", "logaddexp2",
    "mul", "multiply", "nextafter", "remainder", "sub", "subtract", "true_divide", "eq", "ne",
    "le", "ge", "greater", "greater_equal", "gt", "less_equal", "lt", "less", "maximum", "minimum",
    "fmax", "fmin", "not_equal", "rsub",
]  # fmt: skip
METHODS = [
    "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__truediv__",
    "__rtruediv__", "__pow__", "__rpow__", "__neg__", "__eq__", "__ne__", "__lt__", "__le__",
    "__gt__", "__ge__", "__and__", "__or__", "__xor__", "__invert__", "__abs__", "to", "float",
    "double", "half", "bfloat16", "int", "long", "bool", "cpu", "cuda", "type_as", "contiguous",
]  # fmt: skip
for _n in (*UNARY, *BINARY):
    RULES[_n] = _pointwise(FUNCTIONS.get(_n) or getattr(Tensor, _n))
for _n in METHODS:
    RULES[_n] = _pointwise(getattr(Tensor, _n))


def _inplace(f: Callable) -> Callable:
    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        f(x._masked_data, *map(_data, args), **kwargs)
        return x

    return call


for _n in (*UNARY, *BINARY):
    if hasattr(Tensor, _n + "_"):
        RULES[_n + "_"] = _inplace(getattr(Tensor, _n + "_"))


# --- shapes


def _both(f: Callable) -> Callable:
    """A function that moves elements: it moves those of the mask as well."""

    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(x, (list, tuple)):
            data = f([t._masked_data for t in x], *args, **kwargs)
            return masked_of(data, f([t._masked_mask for t in x], *args, **kwargs))
        data, mask = (f(t, *args, **kwargs) for t in (x._masked_data, x._masked_mask))
        if isinstance(data, (list, tuple)):
            return tuple(masked_of(d, m) for d, m in zip(data, mask, strict=True))
        return masked_of(data, mask)

    return call


for _n in (
    "__getitem__", "t", "transpose", "view", "reshape", "unsqueeze", "squeeze", "expand", "permute",
    "select", "narrow", "flatten", "chunk", "split", "unbind", "index_select", "expand_as",
    "view_as", "to_dense",
):  # fmt: skip
    RULES[_n] = _both(getattr(Tensor, _n))
for _n in ("cat", "stack"):
    RULES[_n] = _both(FUNCTIONS[_n])
RULES["T"] = _both(lambda t: t.t() if t.dim() == 2 else t)


# --- reductions and normalizations


def _reduced(name: str) -> Callable:
    f = getattr(_ops, name)

    def call(
        x: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None, **more: Any
    ) -> Any:
        data, mask = x._masked_data, x._masked_mask
        if name in ("std", "var"):
            more = {"unbiased": more.get("correction", 1) != 0 and more.get("unbiased", True)}
        elif more:
            raise TypeError(f"{name}() got an unexpected keyword argument '{next(iter(more))}'")
        options = {"mask": mask, "keepdim": keepdim, **more}
        if dtype is not None:
            options["dtype"] = dtype
        if dim is None:
            out = f(data, **options) if name in ("argmax", "argmin") else f(data, None, **options)
            return masked_of(out, mask.any())
        if name in ("std", "var"):
            out = f(data, dim, options.pop("unbiased"), **options)
        else:
            out = f(data, dim, **options)
        kept = mask
        dims = [dim] if isinstance(dim, int) else dim
        for d in sorted((d % data.dim() for d in dims), reverse=True):
            kept = kept.any(d, keepdim)
        return masked_of(out, kept)

    return call


for _n in ("sum", "mean", "amax", "amin", "prod", "argmax", "argmin", "std", "var"):
    RULES[_n] = _reduced(_n)


@RULES.enter("all")
def _all(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    data = x._masked_data | ~x._masked_mask
    if dim is None:
        return masked_of(data.all(), x._masked_mask.any())
    return masked_of(data.all(dim, keepdim), x._masked_mask.any(dim, keepdim))


@RULES.enter("softmax")
def _softmax(x: Any, dim: int, _stacklevel: Any = 3, dtype: Any = None) -> Any:
    data, mask = x._masked_data, x._masked_mask
    low = data.masked_fill(~mask, -float("inf"))
    empty = ~mask.any(dim, keepdim=True)
    out = F.softmax(low.masked_fill(empty, 0.0), dim, dtype=dtype)
    return masked_of(out, mask)
