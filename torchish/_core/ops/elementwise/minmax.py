"""Selection between elements: bounds, maxima and minima, where.

Of two equal operands each gets half of a gradient (`maximum`, `minimum`); a clamped element's
gradient goes to the bound, and an element that equals its bound keeps it. These are PyTorch's
rules; JAX's own differ at ties and NaN.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base import dtypes as dt
from torchish._core.base.fitting import C_NAMES, fits
from torchish._core.ops.operands import is_complex, is_float, is_inexact, is_number, name_of
from torchish._core.ops.table import Array, Check, Operand, Promote, Raw, elementwise

__all__ = ["fmax_of", "fmin_of", "maximum_of", "minimum_of"]


def _pairwise(name: str, pick, wins):
    """An elementwise choice whose gradient goes to the operand that wins, halved where they are
    equal."""

    @jax.custom_jvp
    def choice(x, y):
        return pick(x, y)

    @choice.defjvp
    def rule(primals, tangents):
        (x, y), (dx, dy) = primals, tangents
        half = jnp.where(x == y, jnp.asarray(0.5, x.dtype), jnp.ones((), x.dtype))
        zero = jnp.zeros((), x.dtype)
        # Of an incomparable pair (NaN) both operands keep their gradient.
        return choice(x, y), jnp.where(wins(y, x), zero, half) * dx + jnp.where(
            wins(x, y), zero, half
        ) * dy

    def apply(x, y):
        if is_complex(x):
            raise RuntimeError(f"{name} not implemented for complex tensors.")
        return choice(*jnp.broadcast_arrays(x, y))

    return apply


maximum_of = _pairwise("maximum", jnp.maximum, lambda a, b: a > b)
minimum_of = _pairwise("minimum", jnp.minimum, lambda a, b: a < b)


def _ignoring_nan(name: str, pick, keeps):
    """The same where a NaN loses against a number; the first operand of equal ones takes the
    gradient."""

    @jax.custom_jvp
    def choice(x, y):
        return pick(x, y)

    @choice.defjvp
    def rule(primals, tangents):
        (x, y), (dx, dy) = primals, tangents
        first = keeps(x, y) | jnp.isnan(y)
        zero = jnp.zeros((), x.dtype)
        return choice(x, y), jnp.where(first, dx, zero) + jnp.where(first, zero, dy)

    def apply(x, y):
        if is_complex(x):
            raise RuntimeError(f"{name} not implemented for complex tensors.")
        x, y = jnp.broadcast_arrays(x, y)
        return choice(x, y) if is_float(x) else pick(x, y)

    return apply


fmax_of = _ignoring_nan("fmax", jnp.fmax, lambda a, b: a >= b)
fmin_of = _ignoring_nan("fmin", jnp.fmin, lambda a, b: a <= b)


@elementwise("maximum", inplace=False, saves="input other")
def maximum(input: Array, other: Array):
    """The larger of each pair, NaN if either is
    (https://docs.pytorch.org/docs/stable/generated/torch.maximum.html)"""
    return maximum_of(input, other)


@elementwise("minimum", inplace=False, saves="input other")
def minimum(input: Array, other: Array):
    """The smaller of each pair, NaN if either is
    (https://docs.pytorch.org/docs/stable/generated/torch.minimum.html)"""
    return minimum_of(input, other)


@elementwise("fmax", inplace=False)
def fmax(input: Array, other: Array):
    """The larger of each pair, the number where one is NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.fmax.html)"""
    return fmax_of(input, other)


@elementwise("fmin", inplace=False)
def fmin(input: Array, other: Array):
    """The smaller of each pair, the number where one is NaN
    (https://docs.pytorch.org/docs/stable/generated/torch.fmin.html)"""
    return fmin_of(input, other)


def _clamp(x, low, high, name):
    if is_complex(x):
        raise RuntimeError(f"{name} is not supported for complex types")
    inside, bound = True, None
    if low is not None:
        inside, bound = x >= low, low
    if high is not None:
        inside &= x <= high
        bound = high if low is None else jnp.where((x > high) | (low > high), high, low)
    r = jnp.where(inside, x, bound)
    if is_float(x):  # NaN stays NaN, and a NaN bound gives NaN
        nan = jnp.isnan(x)
        for b in (low, high):
            if b is not None:
                nan |= jnp.isnan(b)
        r = jnp.where(nan, jnp.asarray(jnp.nan, x.dtype), r)
    return r


@elementwise(
    "clamp",
    aliases=("clip",),
    saves="input min max",
    fits="min max",
)
def clamp(input: Array, min: Operand = None, max: Operand = None):
    """Elements moved to the nearer bound of [min, max]
    (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    return _clamp(input, min, max, "clamp")


@elementwise("clamp_min", fits="min")
def clamp_min(input: Array, min: Operand):
    """Elements at least min (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
    return _clamp(input, min, None, "clamp")


@elementwise("clamp_max", fits="max")
def clamp_max(input: Array, max: Operand):
    """Elements at most max (https://docs.pytorch.org/docs/stable/generated/torch.clamp.html)"""
    return _clamp(input, None, max, "clamp")


def _where_fits(condition, input, other):
    """An integer beside an integer tensor must fit its dtype; floats are rounded to infinity."""
    for n, x in ((input, other), (other, input)):
        if type(n) is int and not is_number(x):
            d = dt.from_np(x.dtype)
            if d.category == dt.INT and not fits(n, d):
                return False, 0
    return True, 0


def _where_error(payload, condition, input, other):
    d = dt.from_np((other if is_number(input) else input).dtype)
    return RuntimeError(f"value cannot be converted to type {C_NAMES[d]} without overflow")


def _where_when(call, avals, numbers) -> str:
    return "now" if numbers else "never"


_WHERE = Check(_where_fits, _where_error, _where_when)
_TENSOR_WHERE = Check(
    lambda self, condition, other: _where_fits(condition, self, other),
    lambda payload, self, condition, other: _where_error(payload, condition, self, other),
    _where_when,
)


def _where(condition, x, y):
    if condition.dtype not in (jnp.bool_, jnp.uint8):
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{name_of(condition)}"
        )
    return jnp.where(condition != 0, x, y)


@elementwise("where", Promote.SAME, inplace=False, method=False, check=_WHERE, fits="input other")
def where(condition: Raw, input: Operand, other: Operand):
    """input where condition holds, other elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.where.html)"""
    return _where(condition, input, other)


where.fits_as_float = True


@elementwise("Tensor.where", Promote.SAME, inplace=False, function=False, check=_TENSOR_WHERE)
def tensor_where(self: Array, condition: Raw, other: Operand):
    """The tensor where condition holds, other elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.where.html)"""
    return _where(condition, self, other)


@elementwise("heaviside", Promote.NONE, differentiable=False)
def heaviside(input: Array, values: Array):
    """0 below zero, 1 above, values at zero
    (https://docs.pytorch.org/docs/stable/generated/torch.heaviside.html)"""
    if is_complex(input) or is_complex(values):
        raise RuntimeError("heaviside is not yet implemented for complex tensors.")
    if input.dtype != values.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    positive = (input if input.dtype == jnp.bool_ else input > 0).astype(input.dtype)
    return jnp.where(input == 0, values, positive)


@elementwise("nan_to_num", Promote.SAME)
def nan_to_num(
    input: Array, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
):
    """NaN and infinities replaced: by 0 and the largest and smallest finite numbers when not given
    (https://docs.pytorch.org/docs/stable/generated/torch.nan_to_num.html)"""
    if not is_inexact(input):
        return input
    if is_complex(input):
        real, imag = (_finite(p, nan, posinf, neginf) for p in (jnp.real(input), jnp.imag(input)))
        return lax.complex(real, imag)
    return _finite(input, nan, posinf, neginf)


def _finite(x, nan, posinf, neginf):
    limits = jnp.finfo(x.dtype)

    def constant(v, default):
        return jnp.asarray(default if v is None else v, x.dtype)

    x = jnp.where(jnp.isnan(x), constant(nan, 0), x)
    x = jnp.where(x == jnp.inf, constant(posinf, limits.max), x)
    return jnp.where(x == -jnp.inf, constant(neginf, limits.min), x)


# --- complex numbers
# --------------------------------------------------------------------------------------------


def _parts(name, first, second, a, b):
    for x in (a, b):
        if not is_float(x) or x.dtype == jnp.bfloat16:
            raise RuntimeError(
                f"Expected both inputs to be Half, Float or Double tensors but got {name_of(a)} "
                f"and {name_of(b)}"
            )
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"Expected object of scalar type {name_of(a)} but got scalar type {name_of(b)} for "
            "second argument"
        )
    if a.dtype == jnp.float16:
        raise NotImplementedError(f"{name}: complex numbers of half precision do not exist in JAX")
    return jnp.broadcast_arrays(a, b)


@elementwise("complex", Promote.NONE, inplace=False, method=False)
def complex_(real: Array, imag: Array):
    """real + i imag (https://docs.pytorch.org/docs/stable/generated/torch.complex.html)"""
    return lax.complex(*_parts("complex", "real", "imag", real, imag))


@elementwise("polar", Promote.NONE, inplace=False, method=False)
def polar(abs: Array, angle: Array):
    """abs * exp(i angle) (https://docs.pytorch.org/docs/stable/generated/torch.polar.html)"""
    r, a = _parts("polar", "abs", "angle", abs, angle)
    return lax.complex(r * jnp.cos(a), r * jnp.sin(a))


@elementwise("conj_physical", Promote.SAME)
def conj_physical(input: Array):
    """The complex conjugate
    (https://docs.pytorch.org/docs/stable/generated/torch.conj_physical.html)"""
    return jnp.conj(input) if is_complex(input) else input


@elementwise("conj", Promote.SAME, inplace=False, out=False, method=False)
def conj(input: Array):
    """The complex conjugate, computed at once
    (https://docs.pytorch.org/docs/stable/generated/torch.conj.html)"""
    return jnp.conj(input) if is_complex(input) else input


@elementwise("resolve_conj", Promote.SAME, inplace=False, out=False, method=False)
def resolve_conj(input: Array):
    """input: conjugates are never pending
    (https://docs.pytorch.org/docs/stable/generated/torch.resolve_conj.html)"""
    return input


@elementwise("resolve_neg", Promote.SAME, inplace=False, out=False, method=False)
def resolve_neg(input: Array):
    """input: negations are never pending
    (https://docs.pytorch.org/docs/stable/generated/torch.resolve_neg.html)"""
    return input
