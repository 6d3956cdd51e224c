"""One operator over lists of tensors: `torch._foreach_add_` and its kin, as optimizers use them.

What PyTorch fuses by hand here is fused by XLA anyway: each is the ordinary operator, tensor by
tensor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torchish._core.base import dtypes
from torchish._core.tensor.public import enter, namespace
from torchish._core.tensor.tensor import Tensor

Number = bool | int | float | complex


def _tensors(name: str, position: int, argument: str, value: Any) -> list[Tensor]:
    if not isinstance(value, (list, tuple)):
        raise TypeError(
            f"{name}(): argument '{argument}' (position {position}) must be tuple of Tensors, not "
            f"{type(value).__name__}"
        )
    for i, t in enumerate(value):
        if not isinstance(t, Tensor):
            raise TypeError(
                f"expected Tensor as element {i} in argument {position - 1}, but got "
                f"{type(t).__name__}"
            )
    return list(value)


def _self(name: str, value: Any) -> list[Tensor]:
    tensors = _tensors(name, 1, "self", value)
    if not tensors:
        raise RuntimeError("Tensor list must have at least one tensor.")
    return tensors


def _same_number(a: list, b: list) -> list:
    if len(a) != len(b):
        raise RuntimeError(
            f"Tensor lists must have the same number of tensors, got {len(a)} and {len(b)}"
        )
    return b


def _each(name: str, tensors: list[Tensor], other: Any) -> list:
    """A second operand for each tensor: of a number, numbers, tensors, or a 0-dim tensor."""
    if isinstance(other, Tensor):
        if other.dim() != 0 or other.numel() != 1:
            raise RuntimeError(
                f"scalar tensor expected to be 0 dim but it has {other.dim()} dimensions and "
                f"{other.numel()} elements."
            )
        return [other] * len(tensors)
    if isinstance(other, Number):
        return [other] * len(tensors)
    if not isinstance(other, (list, tuple)):
        raise TypeError(
            f"{name}(): argument 'other' (position 2) must be a number, a Tensor or a list of "
            f"either, not {type(other).__name__}"
        )
    if any(isinstance(x, Tensor) for x in other):
        return _same_number(tensors, _tensors(name, 2, "other", other))
    if len(other) != len(tensors):
        raise RuntimeError("Tensor list must have same number of elements as scalar list.")
    return list(other)


def _one_of(name: str, arguments: dict[str, Any]) -> Any:
    given = {k: v for k, v in arguments.items() if v is not None}
    if len(given) != 1:
        raise TypeError(
            f"{name}() takes exactly one of {', '.join(repr(k) for k in arguments)}, got "
            f"{len(given)}"
        )
    return next(iter(given.values()))


def _add(name: str, of: Callable[..., Any], in_place: Callable[..., Tensor]) -> None:
    """Register `_foreach_NAME` and `_foreach_NAME_`: `of` gives for the arguments a list of
    (function, its arguments) with the result as a new tensor."""

    def functional(*args: Any, **kwargs: Any) -> tuple[Tensor, ...]:
        return tuple(f(t, *rest) for f, t, rest in of(functional.__name__, *args, **kwargs))

    def modifying(*args: Any, **kwargs: Any) -> Sequence[Tensor]:
        for f, t, rest in of(modifying.__name__, *args, **kwargs):
            in_place(f, t, rest)
        return args[0] if args else kwargs["self"]

    for f, suffix in ((functional, ""), (modifying, "_")):
        f.__name__ = f.__qualname__ = f"_foreach_{name}{suffix}"
        enter(f.__name__, f, takes="other")


def _by_method(name: str) -> tuple[Callable[..., Tensor], Callable[..., Tensor]]:
    def function(t: Tensor, *rest: Any) -> Tensor:
        return getattr(t, name)(*rest)

    def in_place(f: Callable, t: Tensor, rest: tuple) -> Tensor:
        return getattr(t, name + "_")(*rest)

    return function, in_place


def _unary(name: str) -> None:
    function, in_place = _by_method(name)

    def of(label: str, self: Sequence[Tensor]) -> list:
        return [(function, t, ()) for t in _self(label, self)]

    _add(name, of, in_place)


_UNARY = (
    "abs acos asin atan ceil cos cosh erf erfc exp expm1 floor frac lgamma log log10 log1p log2 "
    "neg reciprocal round rsqrt sigmoid sign sin sinh sqrt tan tanh trunc"
)
for _name in _UNARY.split():
    _unary(_name)


def _scaled(name: str) -> None:
    """`add` and `sub`, whose second operand may have a factor `alpha`."""

    def function(t: Tensor, other: Any, alpha: Any) -> Tensor:
        return getattr(t, name)(other, alpha=alpha)

    def in_place(f: Callable, t: Tensor, rest: tuple) -> Tensor:
        return getattr(t, name + "_")(rest[0], alpha=rest[1])

    def of(label, self, other=None, *, scalar=None, scalars=None, alpha=1) -> list:
        tensors = _self(label, self)
        second = _one_of(label, {"other": other, "scalar": scalar, "scalars": scalars})
        number = isinstance(second, Number) or (
            isinstance(second, (list, tuple)) and all(isinstance(x, Number) for x in second)
        )
        if not isinstance(alpha, Number) or (alpha != 1 and number):
            raise TypeError(
                f"{label}() received an invalid combination of arguments: 'alpha' multiplies "
                "tensors"
            )
        rest = _each(label, tensors, second)
        return [(function, t, (o, alpha)) for t, o in zip(tensors, rest, strict=True)]

    _add(name, of, in_place)


def _binary(name: str, function: Callable[..., Tensor], in_place: Callable[..., Tensor]) -> None:
    def of(label, self, other=None, *, scalar=None, scalars=None, exponent=None) -> list:
        arguments = {"other": other, "scalar": scalar, "scalars": scalars, "exponent": exponent}
        second = _one_of(label, arguments)
        if isinstance(self, Number) and name == "pow":  # a number to the powers of tensors
            powers = _self(label, second)
            return [(lambda t, base: base**t, t, (self,)) for t in powers]
        tensors = _self(label, self)
        rest = _each(label, tensors, second)
        return [(function, t, (o,)) for t, o in zip(tensors, rest, strict=True)]

    _add(name, of, in_place)


def _greater(t: Tensor, other: Any) -> Tensor:
    return t.maximum(other) if isinstance(other, Tensor) else t.clamp_min(other)


def _smaller(t: Tensor, other: Any) -> Tensor:
    return t.minimum(other) if isinstance(other, Tensor) else t.clamp_max(other)


_scaled("add")
_scaled("sub")
for _name in ("mul", "div", "pow"):
    _binary(_name, *_by_method(_name))
for _name in ("maximum", "clamp_min"):
    _binary(_name, _greater, _by_method("clamp_min")[1])
for _name in ("minimum", "clamp_max"):
    _binary(_name, _smaller, _by_method("clamp_max")[1])


def _packed(scalars: Tensor, n: int) -> list:
    """The numbers in a tensor of one for each tensor."""
    if not scalars.is_contiguous():
        raise RuntimeError("Expected scalars to be contiguous.")
    if scalars.dim() != 1:
        raise RuntimeError(
            f"Expected packed scalar Tensor to be of dimension 1. Got {scalars.dim()} instead."
        )
    if scalars.numel() != n:
        raise RuntimeError(
            f"Expected length of scalars to match input of length {n} but got {scalars.numel()} "
            "instead."
        )
    return scalars.tolist()


def _fused(name: str) -> None:
    """`addcmul` and `addcdiv`."""

    def function(t: Tensor, a: Tensor, b: Tensor, value: Any) -> Tensor:
        return getattr(t, name)(a, b, value=value)

    def in_place(f: Callable, t: Tensor, rest: tuple) -> Tensor:
        a, b, value = rest
        return getattr(t, name + "_")(a, b, value=value)

    def of(label, self, tensor1, tensor2, value=None, *, scalars=None) -> list:
        tensors = _self(label, self)
        first = _same_number(tensors, _tensors(label, 2, "tensor1", tensor1))
        second = _same_number(tensors, _tensors(label, 3, "tensor2", tensor2))
        factor = value if scalars is None else scalars
        if isinstance(factor, Tensor):
            factor = _packed(factor, len(tensors))
        factors = _each(label, tensors, 1 if factor is None else factor)
        return [
            (function, t, rest) for t, *rest in zip(tensors, first, second, factors, strict=True)
        ]

    _add(name, of, in_place)


_fused("addcmul")
_fused("addcdiv")


def _lerp(label, self, tensors1, weight=None, *, weights=None) -> list:
    tensors = _self(label, self)
    ends = _same_number(tensors, _tensors(label, 2, "tensors1", tensors1))
    between = _each(label, tensors, _one_of(label, {"weight": weight, "weights": weights}))
    function, _ = _by_method("lerp")
    return [(function, t, rest) for t, *rest in zip(tensors, ends, between, strict=True)]


_add("lerp", _lerp, _by_method("lerp")[1])


def _foreach_zero_(self: Sequence[Tensor]) -> Sequence[Tensor]:
    """Fill all tensors with 0."""
    for t in _self("_foreach_zero_", self):
        t.zero_()
    return self


def _foreach_clone(self: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Copies of all tensors."""
    return tuple(t.clone() for t in _self("_foreach_clone", self))


def _foreach_copy_(
    self: Sequence[Tensor], src: Sequence[Tensor], non_blocking: bool = False
) -> Sequence[Tensor]:
    """Copy the elements of each tensor of `src` into that of `self`."""
    tensors = _self("_foreach_copy_", self)
    sources = _same_number(tensors, _tensors("_foreach_copy_", 2, "src", src))
    for t, s in zip(tensors, sources, strict=True):
        t.copy_(s, non_blocking)
    return self


def _foreach_norm(self: Sequence[Tensor], ord: float = 2, dtype: Any = None) -> tuple[Tensor, ...]:
    """The vector norm of each tensor, 0-dim."""
    tensors = _self("_foreach_norm", self)
    if ord == float("inf") and not all(t.numel() for t in tensors):
        raise RuntimeError(
            "_foreach_norm cannot compute the infinity norm on an empty tensor because the "
            "operation does not have an identity"
        )
    norm = namespace("linalg")["vector_norm"]
    return tuple(norm(t, ord, dtype=dtype) for t in tensors)


def _foreach_max(self: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """The largest element of each tensor, 0-dim."""
    tensors = _self("_foreach_max", self)
    if not all(t.numel() for t in tensors):
        raise RuntimeError(
            "_foreach_max cannot compute the maximum of an empty tensor; max over zero elements is "
            "undefined."
        )
    return tuple(t.max() for t in tensors)


def _foreach_powsum(
    self: Sequence[Tensor], ord: float = 2, dtype: Any = None
) -> tuple[Tensor, ...]:
    """The sum of |x|**ord over each tensor of floating or complex dtype, 0-dim."""
    tensors = _self("_foreach_powsum", self)
    for t in tensors:
        if not (t.is_floating_point() or t.is_complex()):
            raise NotImplementedError(
                f"\"powsum_cpu\" not implemented for '{dtypes.SCALAR_NAMES[t.dtype]}'"
            )
    return tuple(t.abs().pow(ord).sum(dtype=dtype) for t in tensors)


def _foreach_mm(self: Sequence[Tensor], mat2: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """The matrix product of each tensor with that of `mat2`."""
    left, right = _tensors("_foreach_mm", 1, "self", self), _tensors("_foreach_mm", 2, "mat2", mat2)
    if len(left) != len(right):
        raise RuntimeError("_foreach_mm: self and mat2 must have the same number of tensors")
    if not left:
        raise RuntimeError("_foreach_mm requires non-empty tensor lists")
    return tuple(a.mm(b) for a, b in zip(left, right, strict=True))


for _f in (
    _foreach_zero_,
    _foreach_clone,
    _foreach_copy_,
    _foreach_norm,
    _foreach_powsum,
    _foreach_max,
    _foreach_mm,
):
    enter(_f.__name__, _f, takes="other")
