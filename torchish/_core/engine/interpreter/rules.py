"""JAX's primitives in NumPy: a rule makes, from an equation's parameters, a function of its arrays.

A rule is here only where NumPy computes what XLA does, edge cases included; `Unsupported` says that
it does not, and the operator is compiled. What floats differ by is the last bits.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.base.jax_internals import UnknownForm


class Unsupported(Exception):
    """No NumPy function computes this."""


RULES: dict[str, Callable[..., Callable]] = {}


def rule(*names: str):
    """Enter a rule: `f(ins, outs, **params)`, of input and output avals, gives the function."""

    def enter(f):
        for name in names:
            RULES[name] = f
        return f

    return enter


def require(condition: bool) -> None:
    if not condition:
        raise Unsupported


# Parameters that change no value: what JAX noted for typing, for other devices, or as a promise
# that NumPy does not need.
_NO_INFLUENCE = {
    "indices_are_sorted",
    "input_dtype",
    "is_stable",
    "precision",
    "sharding",
    "unique_indices",
    "update_consts",
    "update_jaxpr",
    "weak_type",
}


@functools.cache
def _known(make: Callable) -> frozenset[str] | None:
    """The names of the parameters that a rule takes; None where it takes all."""
    parameters = inspect.signature(make).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return None
    return frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def made(make: Callable[..., Callable], ins, outs, params: dict[str, Any]) -> Callable:
    """The function that a rule makes of an equation.

    Versions of JAX differ in the parameters of a primitive. One that the rule does not know is
    passed over where it changes nothing or asks for nothing (None); any other, one that is missing,
    and one in another form than the rule reads are Unsupported.
    """
    known = _known(make)
    if known is not None:
        new = {k for k, v in params.items() if k not in known and v is not None}
        if new - _NO_INFLUENCE:
            raise Unsupported(f"parameters {sorted(new - _NO_INFLUENCE)}")
        params = {k: v for k, v in params.items() if k in known}
    try:
        return make(ins, outs, **params)
    except (TypeError, ValueError, LookupError, AttributeError, UnknownForm) as e:
        raise Unsupported(f"parameters {sorted(params)}: {e}") from e


def _is_float(aval) -> bool:
    return aval.dtype.kind in "fc"


# --- elementwise


def _complex(real, imag):
    out = np.empty(np.broadcast_shapes(real.shape, imag.shape), np.result_type(real, 1j))
    out.real, out.imag = real, imag
    return out


_ALWAYS: dict[str, Any] = {
    "neg": np.negative,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "exp": np.exp,
    "exp2": np.exp2,
    "log": np.log,
    "log2": np.log2,
    "log1p": np.log1p,
    "expm1": np.expm1,
    "sqrt": np.sqrt,
    "cbrt": np.cbrt,
    "abs": np.abs,
    "floor": np.floor,
    "ceil": np.ceil,
    "is_finite": np.isfinite,
    "not": np.invert,
    "square": np.square,
    "one_minus_square": lambda x: (1 + x) * (1 - x),
    "real": np.real,
    "imag": np.imag,
    "conj": np.conj,
    "add": np.add,
    "add_any": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "max": np.maximum,
    "min": np.minimum,
    "atan2": np.arctan2,
    "nextafter": np.nextafter,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "complex": _complex,
    "sign": lambda x: np.where(x == 0, x, np.sign(x)),  # of -0 it is -0
}
_FLOATS_ONLY: dict[str, Any] = {
    "pow": np.power,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "logistic": lambda x: 1 / (1 + np.exp(-x)),
}
# Of complex numbers these have no order, or infinities and NaN in other places than XLA's.
_NOT_COMPLEX = {"max", "min", "sign", "pow", "lt", "le", "gt", "ge", "logistic", "rsqrt"}
_NOT_COMPLEX |= {"exp2", "expm1", "asin", "acos", "atan", "asinh", "acosh", "atanh"}
# The same, but only where a number is infinite, NaN or very large or small.
_COMPLEX_INSIDE = {"abs", "sqrt"}
_SAME = {"stop_gradient", "copy", "optimization_barrier"}


def _inside(x, zero: bool = True):
    """Complex numbers whose squares have a place in their dtype; others are Unsupported."""
    size = np.maximum(np.abs(x.real), np.abs(x.imag))
    low, high = (1e-18, 1e18) if x.dtype == np.complex64 else (1e-150, 1e150)
    require(np.all((size < high) & ((size > low) | (zero & (size == 0)))))
    return x


def _plain(name: str, f):
    def make(ins, outs):
        if name in _FLOATS_ONLY:
            require(all(_is_float(a) for a in ins))
        if name in _NOT_COMPLEX:
            require(all(a.dtype.kind != "c" for a in ins))
        if name == "abs":
            require(ins[0].dtype.kind != "b")
        if name in _COMPLEX_INSIDE and ins[0].dtype.kind == "c":
            return lambda x: f(_inside(x))
        return f

    RULES[name] = make


for _name, _f in (_ALWAYS | _FLOATS_ONLY).items():
    _plain(_name, _f)


@rule(*_SAME)
def _identity(ins, outs):
    return (lambda *xs: xs) if len(outs) > 1 else (lambda x: x)


def _quotient(a, b):
    """Of integers, towards zero; -1 where the divisor is 0."""
    safe = np.where(b == 0, b.dtype.type(1), b)
    q = np.floor_divide(a, safe)
    q = q + ((np.remainder(a, safe) != 0) & ((a < 0) != (b < 0)))
    return np.where(b == 0, np.array(-1).astype(a.dtype), q)


def _remainder(a, b):
    """Of integers, with the sign of the dividend; the dividend where the divisor is 0."""
    return np.where(b == 0, a, np.fmod(a, np.where(b == 0, b.dtype.type(1), b)))


@rule("div")
def _div(ins, outs):
    if ins[0].dtype.kind == "c":  # infinities and NaN would be in other places than XLA's
        return lambda a, b: _inside(a) / _inside(b, zero=False)
    return np.divide if _is_float(ins[0]) else _quotient


@rule("rem")
def _rem(ins, outs):
    require(ins[0].dtype.kind != "c")
    return np.fmod if _is_float(ins[0]) else _remainder


@rule("integer_pow")
def _integer_pow(ins, outs, *, y):
    require(_is_float(ins[0]) or y >= 0)
    if y == 2:
        return np.square
    kind = ins[0].dtype.type
    return lambda x: np.power(x, kind(y)) if y >= 0 else 1 / np.power(x, kind(-y))


@rule("polynomial")
def _polynomial(ins, outs, *, unroll=None):
    def horner(x, *coefficients):  # the constant term first
        y = np.zeros(outs[0].shape, outs[0].dtype)
        for c in reversed(coefficients):
            y = y * x + c
        return y

    return horner


@rule("bitcast_convert_type")
def _bits(ins, outs, *, new_dtype):
    new = np.dtype(new_dtype)
    require(new.itemsize == ins[0].dtype.itemsize)
    return lambda x: np.ascontiguousarray(x).view(new).reshape(x.shape)


def _total(name: str, f):
    @rule(name)
    def make(ins, outs):
        require(ins[0].dtype.kind in "iu")  # of floats it orders NaN and the zeros too
        return f


_total("lt_to", np.less)
_total("le_to", np.less_equal)


@rule("round")
def _round(ins, outs, *, rounding_method):
    require(int(rounding_method) == 1)  # to even
    return np.round


@rule("clamp")
def _clamp(ins, outs):
    return lambda low, x, high: np.minimum(np.maximum(x, low), high)


@rule("select_n")
def _select(ins, outs):
    if ins[0].dtype.kind == "b":
        return lambda which, no, yes: np.where(which, yes, no)
    return lambda which, *cases: np.choose(np.clip(which, 0, len(cases) - 1), cases)


@rule("convert_element_type")
def _convert(ins, outs, *, new_dtype):
    old, new = ins[0].dtype, np.dtype(new_dtype)
    if old.kind == "c" and new.kind != "c":
        require(new.kind == "f")
        return lambda x: x.real.astype(new)
    if new.kind == "b":
        return lambda x: x != 0
    if old.kind == "f" and new.kind in "iu":  # XLA keeps to the range, and NaN is 0
        low, high = np.iinfo(new).min, np.iinfo(new).max
        edge = float(high)

        def convert(x):
            small = np.clip(np.nan_to_num(x, nan=0.0), low, edge)
            return np.where(small >= edge, new.type(high), np.trunc(small).astype(new))

        return convert
    return lambda x: x.astype(new)


def _special(name: str, scipy_name: str):
    @rule(name)
    def make(ins, outs):
        import scipy.special  # a tenth of a second

        require(all(a.dtype.kind == "f" for a in ins))
        f = getattr(scipy.special, scipy_name)
        if name == "lgamma":
            return lambda x: np.where(np.isinf(x), np.inf, f(x))  # of -inf, too
        return f


_special("erf", "erf")
_special("erfc", "erfc")
_special("erf_inv", "erfinv")
_special("lgamma", "gammaln")
_special("bessel_i0e", "i0e")
_special("bessel_i1e", "i1e")
_special("igamma", "gammainc")
_special("igammac", "gammaincc")


@rule("digamma")
def _digamma(ins, outs):
    import scipy.special  # a tenth of a second

    f = scipy.special.digamma
    return lambda x: np.where((x <= 0) & (x == np.floor(x)), np.nan, f(x))


def _shift(name: str, f):
    @rule(name)
    def make(ins, outs):
        bits = outs[0].dtype.itemsize * 8
        kind = outs[0].dtype
        if name == "shift_right_logical" and kind.kind == "i":
            word = np.dtype(f"u{kind.itemsize}")
            return lambda x, n: np.where(
                (n >= 0) & (n < bits), f(x.view(word), np.clip(n, 0, bits - 1).view(word)), 0
            ).view(kind)
        # Beyond the width, all bits have gone; a negative number is kept going to -1.
        rest = (lambda x: x >> (bits - 1)) if name == "shift_right_arithmetic" else np.zeros_like
        return lambda x, n: np.where((n >= 0) & (n < bits), f(x, np.clip(n, 0, bits - 1)), rest(x))


_shift("shift_left", np.left_shift)
_shift("shift_right_arithmetic", np.right_shift)
_shift("shift_right_logical", np.right_shift)


@rule("platform_index")
def _platform_index(ins, outs, *, platforms):
    """Which of some forms is taken here: the first that names the CPU, or None, which is any."""
    for i, names in enumerate(platforms):
        if names is None or "cpu" in names:
            return lambda: np.int32(i)
    raise Unsupported


@rule("reduce_window_sum")
def _reduce_window_sum(
    ins, outs, *, window_dimensions, window_strides, padding, base_dilation, window_dilation
):
    require(all(n == 1 for n in base_dilation))
    require(outs[0].dtype.kind in "iufc" and 0 not in (*ins[0].shape, *outs[0].shape))
    spans = [(n - 1) * d + 1 for n, d in zip(window_dimensions, window_dilation, strict=True)]

    def run(x):
        x = np.pad(x, padding)
        windows = np.lib.stride_tricks.sliding_window_view(x, spans)
        steps = [slice(None, None, s) for s in (*window_strides, *window_dilation)]
        axes = tuple(range(-x.ndim, 0))
        return windows[tuple(steps)].sum(axes, dtype=outs[0].dtype)

    return run


# --- shapes


@rule("reshape")
def _reshape(ins, outs, *, new_sizes, dimensions=None):
    require(dimensions is None)
    return lambda x: x.reshape(new_sizes)


@rule("squeeze")
def _squeeze(ins, outs, *, dimensions):
    shape = outs[0].shape
    return lambda x: x.reshape(shape)


@rule("broadcast_in_dim")
def _broadcast(ins, outs, *, shape, broadcast_dimensions):
    require(len(ins) == 1)
    between = [1] * len(shape)
    for d, size in zip(broadcast_dimensions, ins[0].shape, strict=True):
        between[d] = size
    middle = tuple(between)
    return lambda x: np.broadcast_to(x.reshape(middle), shape)


@rule("transpose")
def _transpose(ins, outs, *, permutation):
    return lambda x: x.transpose(permutation)


@rule("concatenate")
def _concatenate(ins, outs, *, dimension):
    return lambda *xs: np.concatenate(xs, dimension)


@rule("stack")
def _stack(ins, outs, *, axis=0):
    return lambda *xs: np.stack(xs, axis)


@rule("unstack")
def _unstack(ins, outs, *, axis=0):
    return lambda x: tuple(np.moveaxis(x, axis, 0))


@rule("split")
def _split(ins, outs, *, sizes, axis):
    ends = list(np.cumsum(sizes)[:-1])
    return lambda x: tuple(np.split(x, ends, axis))


@rule("tile")
def _tile(ins, outs, *, reps):
    return lambda x: np.tile(x, reps)


@rule("rev")
def _rev(ins, outs, *, dimensions):
    return lambda x: np.flip(x, dimensions)


@rule("slice")
def _slice(ins, outs, *, start_indices, limit_indices, strides):
    steps = strides or (1,) * len(start_indices)
    at = tuple(slice(a, b, s) for a, b, s in zip(start_indices, limit_indices, steps, strict=True))
    return lambda x: x[at]


def _window(starts, sizes, shape):
    begins = [min(max(int(s), 0), n - k) for s, k, n in zip(starts, sizes, shape, strict=True)]
    return tuple(slice(b, b + k) for b, k in zip(begins, sizes, strict=True))


@rule("dynamic_slice")
def _dynamic_slice(ins, outs, *, slice_sizes):
    return lambda x, *starts: x[_window(starts, slice_sizes, x.shape)]


@rule("dynamic_update_slice")
def _dynamic_update(ins, outs):
    def update(x, part, *starts):
        y = x.copy()
        y[_window(starts, part.shape, x.shape)] = part
        return y

    return update


@rule("pad")
def pad_rule(ins, outs, *, padding_config):
    shape = outs[0].shape

    def pad(x, value):
        y = np.full(shape, value, x.dtype)
        source, target = [], []
        for (low, _, inner), n, m in zip(padding_config, x.shape, shape, strict=True):
            step = inner + 1
            first = max(0, -(low // step)) if low < 0 else 0  # elements that fall off in front
            begin = low + first * step
            count = max(0, min(n - first, -((begin - m) // step)))
            source.append(slice(first, first + count))
            target.append(slice(begin, begin + (count - 1) * step + 1 if count else begin, step))
        y[tuple(target)] = x[tuple(source)]
        return y

    return pad


@rule("iota")
def _iota(ins, outs, *, dtype, shape, dimension):
    sizes = [1] * len(shape)
    sizes[dimension] = shape[dimension]
    line = np.arange(shape[dimension], dtype=dtype).reshape(sizes)
    return lambda: np.broadcast_to(line, shape)


@rule("empty")
def _empty(ins, outs, *, shape, dtype):
    aval = outs[0]
    return lambda: np.zeros(aval.shape, aval.dtype)


# --- reductions


def _reduction(name: str, f):
    @rule(name)
    def make(ins, outs, *, axes):
        kind = outs[0].dtype
        require(name not in ("reduce_max", "reduce_min") or kind.kind != "c")
        axes = tuple(axes)
        if name in ("reduce_sum", "reduce_prod"):
            return lambda x: f(x, axis=axes, dtype=kind)
        initial = least(kind, name == "reduce_max") if 0 in ins[0].shape else None
        if initial is not None and name in ("reduce_max", "reduce_min"):
            return lambda x: f(x, axis=axes, initial=initial)
        return lambda x: f(x, axis=axes)


def least(kind: np.dtype, largest: bool):
    if kind.kind == "f":
        return kind.type(-np.inf if largest else np.inf)
    if kind.kind == "b":
        return not largest
    return np.iinfo(kind).min if largest else np.iinfo(kind).max


_reduction("reduce_sum", np.sum)
_reduction("reduce_prod", np.prod)
_reduction("reduce_max", np.max)
_reduction("reduce_min", np.min)


def _bitwise(name: str, f, logical):
    @rule(name)
    def make(ins, outs, *, axes):
        axes = tuple(axes)
        if ins[0].dtype.kind == "b":
            return lambda x: logical.reduce(x, axis=axes)
        return lambda x: f.reduce(x, axis=axes)


_bitwise("reduce_and", np.bitwise_and, np.logical_and)
_bitwise("reduce_or", np.bitwise_or, np.logical_or)
_bitwise("reduce_xor", np.bitwise_xor, np.logical_xor)


def _place(name: str, f):
    @rule(name)
    def make(ins, outs, *, axes, index_dtype):
        require(len(axes) == 1 and ins[0].dtype.kind != "c")
        return lambda x: f(x, axis=axes[0]).astype(index_dtype)


_place("argmax", np.argmax)
_place("argmin", np.argmin)


def _running(name: str, f):
    @rule(name)
    def make(ins, outs, *, axis, reverse):
        require(ins[0].dtype.kind != "c" or name in ("cumsum", "cumprod"))
        kind = outs[0].dtype

        def run(x):
            x = np.flip(x, axis) if reverse else x
            y = f(x, axis=axis, dtype=kind)
            return np.flip(y, axis) if reverse else y

        return run


_running("cumsum", np.add.accumulate)
_running("cumprod", np.multiply.accumulate)
_running("cummax", np.maximum.accumulate)
_running("cummin", np.minimum.accumulate)


@rule("sort")
def _sort(ins, outs, *, dimension, num_keys):
    require(num_keys == 1 and ins[0].dtype.kind != "c")

    def sort(*xs):
        order = np.argsort(xs[0], axis=dimension, kind="stable")
        return tuple(np.take_along_axis(x, order, dimension) for x in xs)

    return sort if len(ins) > 1 else (lambda x: np.sort(x, axis=dimension, kind="stable"))


@rule("top_k")
def _top_k(ins, outs, *, k, axis=-1):
    require(axis in (-1, ins[0].ndim - 1))
    require(ins[0].dtype.kind in "fiu")

    def top(x):
        n = x.shape[-1]
        order = n - 1 - np.argsort(x[..., ::-1], axis=-1, kind="stable")[..., ::-1][..., :k]
        return np.take_along_axis(x, order, -1), order.astype(outs[1].dtype)

    return top
