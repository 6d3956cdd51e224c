"""Operators that take tensors apart into single elements: Note [Translations]."""

from __future__ import annotations

import math
from typing import Any

from torchish._core.base import dtypes as dt
from torchish.onnx._graph import Graph, Value
from torchish.onnx._operators.table import TABLE, translation

__all__: list[str] = []

_SAME = {"abs": "Abs", "neg": "Neg", "negative": "Neg", "sign": "Sign", "absolute": "Abs"}
_ROUNDING = {"floor": "Floor", "ceil": "Ceil", "round": "Round"}
_FLOAT = {
    "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "sigmoid": "Sigmoid", "tanh": "Tanh", "erf": "Erf",
    "special_erf": "Erf", "special_expit": "Sigmoid", "sin": "Sin", "cos": "Cos", "tan": "Tan",
    "asin": "Asin", "acos": "Acos", "atan": "Atan", "sinh": "Sinh", "cosh": "Cosh",
    "asinh": "Asinh", "acosh": "Acosh", "atanh": "Atanh", "arcsin": "Asin", "arccos": "Acos",
    "arctan": "Atan", "arcsinh": "Asinh", "arccosh": "Acosh", "arctanh": "Atanh",
    "reciprocal": "Reciprocal",
}  # fmt: skip


def _same(kind: str) -> Any:
    return lambda g, x: g.op(kind, x, shape=x.shape)


def _rounding(kind: str) -> Any:
    # Integers are whole already.
    return lambda g, x: x if x.dtype.category < dt.FLOAT else g.op(kind, x, shape=x.shape)


def _float(kind: str) -> Any:
    return lambda g, x: g.op(kind, g.floating(x), shape=x.shape)


for _name, _kind in _SAME.items():
    TABLE[_name] = _same(_kind)
for _name, _kind in _ROUNDING.items():
    TABLE[f"{_name}.default"] = _rounding(_kind)
for _name, _kind in _FLOAT.items():
    TABLE[_name] = _float(_kind)


def number(g: Graph, x: float, like: Value) -> Value:
    """A number of a tensor's dtype."""
    return g.const(x, like.dtype)


@translation("positive", "alias", "detach", "lift", "lift_fresh", "lift_fresh_copy")
def _itself(g: Graph, x: Value) -> Value:
    return x


@translation("clone", "contiguous")
def _clone(g: Graph, x: Value, *, memory_format: Any = None) -> Value:
    return x


@translation("square")
def _square(g: Graph, x: Value) -> Value:
    return g.op("Mul", x, x, shape=x.shape)


@translation("rsqrt")
def _rsqrt(g: Graph, x: Value) -> Value:
    return g.op("Reciprocal", g.op("Sqrt", g.floating(x)))


@translation("log2")
def _log2(g: Graph, x: Value) -> Value:
    x = g.op("Log", g.floating(x))
    return g.op("Div", x, number(g, math.log(2), x))


@translation("log10")
def _log10(g: Graph, x: Value) -> Value:
    x = g.op("Log", g.floating(x))
    return g.op("Div", x, number(g, math.log(10), x))


@translation("log1p", "special_log1p")
def _log1p(g: Graph, x: Value) -> Value:
    """log(u)·x / (u - 1) with u = 1 + x, which keeps what u loses; x itself where u is 1."""
    x = g.floating(x)
    one = number(g, 1, x)
    u = g.op("Add", x, one)
    less = g.op("Sub", u, one)
    small = g.op("Equal", u, one, dtype=dt.bool_)
    big = g.op("IsInf", x, dtype=dt.bool_)
    divisor = g.where(small, one, less)
    made = g.op("Div", g.op("Mul", g.op("Log", u), x), divisor)
    made = g.where(small, x, made)
    return g.where(big, g.op("Log", x), made)


@translation("expm1", "special_expm1")
def _expm1(g: Graph, x: Value) -> Value:
    """2·exp(x/2)·sinh(x/2), exact near 0; exp(x) - 1 far from it, where that would overflow."""
    x = g.floating(x)
    half = g.op("Mul", x, number(g, 0.5, x))
    near = g.op("Mul", g.op("Exp", half), g.op("Sinh", half))
    near = g.op("Mul", near, number(g, 2, x))
    far = g.op("Sub", g.op("Exp", x), number(g, 1, x))
    small = g.op("Less", g.op("Abs", x), number(g, 1, x), dtype=dt.bool_)
    return g.where(small, near, far)


@translation("exp2", "special_exp2")
def _exp2(g: Graph, x: Value) -> Value:
    x = g.floating(x)
    return g.op("Pow", number(g, 2, x), x)


@translation("erfc", "special_erfc")
def _erfc(g: Graph, x: Value) -> Value:
    x = g.floating(x)
    return g.op("Sub", number(g, 1, x), g.op("Erf", x))


@translation("trunc", "fix")
def _trunc(g: Graph, x: Value) -> Value:
    if x.dtype.category < dt.FLOAT:
        return x
    return g.op("Mul", g.op("Sign", x), g.op("Floor", g.op("Abs", x)))


@translation("frac")
def _frac(g: Graph, x: Value) -> Value:
    return g.op("Sub", x, _trunc(g, x))


@translation("round.decimals")
def _round_decimals(g: Graph, x: Value, *, decimals: int) -> Value:
    scale = number(g, 10.0**decimals, x)
    return g.op("Div", g.op("Round", g.op("Mul", x, scale)), scale)


@translation("isnan")
def _isnan(g: Graph, x: Value) -> Value:
    return g.op("IsNaN", g.floating(x), dtype=dt.bool_, shape=x.shape)


@translation("isinf")
def _isinf(g: Graph, x: Value) -> Value:
    return g.op("IsInf", g.floating(x), dtype=dt.bool_, shape=x.shape)


@translation("isfinite")
def _isfinite(g: Graph, x: Value) -> Value:
    return g.op("Not", g.op("Or", _isnan(g, x), _isinf(g, x)))


@translation("nan_to_num")
def _nan_to_num(g: Graph, x: Value, nan: Any, posinf: Any, neginf: Any) -> Value:
    if x.dtype.category < dt.FLOAT:
        return x
    top = float(dt.finfo(x.dtype).max)
    made = g.where(_isnan(g, x), number(g, 0.0 if nan is None else nan, x), x)
    for sign, bound, usual in ((1, posinf, top), (0, neginf, -top)):
        found = g.op("IsInf", x, dtype=dt.bool_, detect_positive=sign, detect_negative=1 - sign)
        made = g.where(found, number(g, usual if bound is None else bound, x), made)
    return made


# --- conversions


@translation("to.dtype")
def _to_dtype(g: Graph, x: Value, dtype: dt.dtype, *rest: Any) -> Value:
    return g.cast(x, dtype)


@translation("to.device")
def _to_device(g: Graph, x: Value, device: Any, dtype: dt.dtype, *rest: Any) -> Value:
    return g.cast(x, dtype)


@translation("to.other", "type_as")
def _to_other(g: Graph, x: Value, other: Value, *rest: Any) -> Value:
    return g.cast(x, other.dtype)


@translation("_to_copy", "to.dtype_layout")
def _to_copy(g: Graph, x: Value, *, dtype: Any = None, **options: Any) -> Value:
    return x if dtype is None else g.cast(x, dtype)


# --- arithmetic


def _scaled(g: Graph, x: Value, alpha: Any) -> Value:
    return x if alpha == 1 else g.op("Mul", x, number(g, alpha, x))


@translation("add")
def _add(g: Graph, a: Any, b: Any, alpha: Any = 1) -> Value:
    if g.out.dtype is dt.bool_:
        return g.op("Or", *g.met(a, b))
    a, b = g.met(a, b)
    return g.op("Add", a, _scaled(g, b, alpha))


@translation("sub", "subtract")
def _sub(g: Graph, a: Any, b: Any, alpha: Any = 1) -> Value:
    a, b = g.met(a, b)
    return g.op("Sub", a, _scaled(g, b, alpha))


@translation("rsub")
def _rsub(g: Graph, a: Any, b: Any, alpha: Any = 1) -> Value:
    return _sub(g, b, a, alpha)


@translation("mul", "multiply")
def _mul(g: Graph, a: Any, b: Any) -> Value:
    a, b = g.met(a, b)
    return g.op("And" if a.dtype is dt.bool_ else "Mul", a, b)


def _divided(g: Graph, a: Any, b: Any, mode: str | None) -> Value:
    if mode is None:
        a, b = g.met(a, b, least=dt.get_default_dtype())
        return g.op("Div", a, b)
    a, b = g.met(a, b)
    whole = a.dtype.category < dt.FLOAT
    if mode == "trunc":
        made = g.op("Div", a, b)
        return made if whole else _trunc(g, made)
    if whole:
        # ONNX cuts towards 0; what is left over has the divisor's sign.
        return g.op("Div", g.op("Sub", a, g.op("Mod", a, b)), b)
    return g.op("Floor", g.op("Div", a, b))


@translation("div", "divide", "true_divide")
def _div(g: Graph, a: Any, b: Any, *, rounding_mode: str | None = None) -> Value:
    return _divided(g, a, b, rounding_mode)


@translation("floor_divide")
def _floor_divide(g: Graph, a: Any, b: Any) -> Value:
    return _divided(g, a, b, "floor")


@translation("remainder")
def _remainder(g: Graph, a: Any, b: Any) -> Value:
    a, b = g.met(a, b)
    if a.dtype.category < dt.FLOAT:
        return g.op("Mod", a, b)
    return g.op("Sub", a, g.op("Mul", g.op("Floor", g.op("Div", a, b)), b))


@translation("fmod")
def _fmod(g: Graph, a: Any, b: Any) -> Value:
    return g.op("Mod", *g.met(a, b), fmod=1)


@translation("pow", "float_power")
def _pow(g: Graph, a: Any, b: Any) -> Value:
    dtype = g.out.dtype
    if isinstance(b, (int, float)) and isinstance(a, Value):
        x = g.cast(a, dtype)
        if b == 2:
            return g.op("Mul", x, x)
        if b == 0.5:
            return g.op("Sqrt", x)
        if b == 1:
            return x
    return g.op("Pow", g.tensor(a, dtype), g.tensor(b, dtype))


@translation("maximum", "max.other", "fmax")
def _maximum(g: Graph, a: Value, b: Value) -> Value:
    return g.op("Max", *g.met(a, b))


@translation("minimum", "min.other", "fmin")
def _minimum(g: Graph, a: Value, b: Value) -> Value:
    return g.op("Min", *g.met(a, b))


@translation("atan2", "arctan2")
def _atan2(g: Graph, y: Value, x: Value) -> Value:
    """The angle of (x, y): atan(y / x), moved by half a turn where x is negative."""
    y, x = g.met(y, x, least=dt.get_default_dtype())
    zero = number(g, 0, x)
    flat = g.op("Equal", x, zero, dtype=dt.bool_)
    base = g.op("Atan", g.op("Div", y, g.where(flat, number(g, 1, x), x)))
    up = g.op("Less", y, zero, dtype=dt.bool_)
    half = g.where(up, number(g, -math.pi, x), number(g, math.pi, x))
    moved = g.where(g.op("Less", x, zero, dtype=dt.bool_), g.op("Add", base, half), base)
    upright = g.op("Mul", g.op("Sign", y), number(g, math.pi / 2, x))
    return g.where(flat, upright, moved)


@translation("lerp")
def _lerp(g: Graph, a: Value, b: Value, weight: Any) -> Value:
    w = g.tensor(weight, a.dtype)
    return g.op("Add", a, g.op("Mul", w, g.op("Sub", b, a)))


@translation("addcmul")
def _addcmul(g: Graph, x: Value, a: Value, b: Value, *, value: Any) -> Value:
    x, a, b = g.met(x, a, b)
    return g.op("Add", x, _scaled(g, g.op("Mul", a, b), value))


@translation("addcdiv")
def _addcdiv(g: Graph, x: Value, a: Value, b: Value, *, value: Any) -> Value:
    x, a, b = g.met(x, a, b)
    return g.op("Add", x, _scaled(g, g.op("Div", a, b), value))


# --- comparisons and logic

_COMPARED = {
    "eq": "Equal", "lt": "Less", "gt": "Greater", "le": "LessOrEqual", "ge": "GreaterOrEqual",
    "less": "Less", "greater": "Greater", "less_equal": "LessOrEqual",
    "greater_equal": "GreaterOrEqual",
}  # fmt: skip


def _compared(kind: str) -> Any:
    def compare(g: Graph, a: Any, b: Any) -> Value:
        a, b = g.met(a, b)
        if a.dtype is dt.bool_ and kind != "Equal":
            a, b = g.cast(a, dt.int32), g.cast(b, dt.int32)
        return g.op(kind, a, b, dtype=dt.bool_)

    return compare


for _name, _kind in _COMPARED.items():
    TABLE[_name] = _compared(_kind)


@translation("ne", "not_equal")
def _ne(g: Graph, a: Any, b: Any) -> Value:
    return g.op("Not", g.op("Equal", *g.met(a, b), dtype=dt.bool_))


def _logical(kind: str) -> Any:
    def combine(g: Graph, a: Value, b: Value) -> Value:
        return g.op(kind, g.cast(a, dt.bool_), g.cast(b, dt.bool_))

    return combine


for _name, _kind in {"logical_and": "And", "logical_or": "Or", "logical_xor": "Xor"}.items():
    TABLE[_name] = _logical(_kind)


@translation("logical_not")
def _logical_not(g: Graph, x: Value) -> Value:
    return g.op("Not", g.cast(x, dt.bool_))


@translation("bitwise_not")
def _bitwise_not(g: Graph, x: Value) -> Value:
    return g.op("Not" if x.dtype is dt.bool_ else "BitwiseNot", x)


def _bitwise(kind: str) -> Any:
    def combine(g: Graph, a: Any, b: Any) -> Value:
        a, b = g.met(a, b)
        return g.op(kind if a.dtype is dt.bool_ else f"Bitwise{kind}", a, b)

    return combine


for _name, _kind in {"and": "And", "or": "Or", "xor": "Xor"}.items():
    TABLE[f"bitwise_{_name}"] = TABLE[f"__{_name}__"] = _bitwise(_kind)


@translation("where.self", "where.ScalarOther", "where.ScalarSelf", "where.Scalar")
def _where(g: Graph, test: Value, a: Any, b: Any) -> Value:
    a, b = (g.tensor(x, g.out.dtype) for x in (a, b))
    return g.where(g.cast(test, dt.bool_), a, b)


@translation("masked_fill")
def _masked_fill(g: Graph, x: Value, mask: Value, value: Any) -> Value:
    return g.where(g.cast(mask, dt.bool_), g.tensor(value, x.dtype), x)


@translation("clamp", "clip")
def _clamp(g: Graph, x: Value, low: Any, high: Any) -> Value:
    x = g.cast(x, g.out.dtype)
    if low is not None:
        x = g.op("Max", x, g.tensor(low, x.dtype))
    return x if high is None else g.op("Min", x, g.tensor(high, x.dtype))


@translation("clamp_min")
def _clamp_min(g: Graph, x: Value, low: Any) -> Value:
    return _clamp(g, x, low, None)


@translation("clamp_max")
def _clamp_max(g: Graph, x: Value, high: Any) -> Value:
    return _clamp(g, x, None, high)


@translation("copysign")
def _copysign(g: Graph, a: Value, b: Any) -> Value:
    a, b = g.met(a, b, least=dt.get_default_dtype())
    negative = g.op("Less", b, number(g, 0, b), dtype=dt.bool_)
    size = g.op("Abs", a)
    return g.where(negative, g.op("Neg", size), size)


@translation("xlogy", "special_xlogy")
def _xlogy(g: Graph, a: Any, b: Any) -> Value:
    a, b = g.met(a, b, least=dt.get_default_dtype())
    none = g.op("Equal", a, number(g, 0, a), dtype=dt.bool_)
    return g.where(none, number(g, 0, a), g.op("Mul", a, g.op("Log", b)))


@translation("hypot")
def _hypot(g: Graph, a: Value, b: Value) -> Value:
    a, b = g.met(a, b)
    return g.op("Sqrt", g.op("Add", g.op("Mul", a, a), g.op("Mul", b, b)))


@translation("deg2rad")
def _deg2rad(g: Graph, x: Value) -> Value:
    x = g.floating(x)
    return g.op("Mul", x, number(g, math.pi / 180, x))


@translation("rad2deg")
def _rad2deg(g: Graph, x: Value) -> Value:
    x = g.floating(x)
    return g.op("Mul", x, number(g, 180 / math.pi, x))
