"""Comparisons and tests of numbers: results are bool (or one Python-like bool for a whole
tensor)."""

from __future__ import annotations

import jax.numpy as jnp

from torchish._core.ops.operands import (
    is_bool,
    is_complex,
    is_float,
    is_inexact,
    name_of,
    unsupported,
)
from torchish._core.ops.table import Array, Operand, Promote, elementwise, op


def _ordered(name, x):
    if is_complex(x):
        raise unsupported(f"{name}_cpu", x)


@elementwise("eq", Promote.BOOL_RESULT, differentiable=False)
def eq(input: Array, other: Operand):
    """input == other (https://docs.pytorch.org/docs/stable/generated/torch.eq.html)"""
    return input == other


@elementwise(
    "ne",
    Promote.BOOL_RESULT,
    differentiable=False,
    aliases=("not_equal",),
)
def ne(input: Array, other: Operand):
    """input != other (https://docs.pytorch.org/docs/stable/generated/torch.ne.html)"""
    return input != other


@elementwise("lt", Promote.BOOL_RESULT, differentiable=False, aliases=("less",))
def lt(input: Array, other: Operand):
    """input < other (https://docs.pytorch.org/docs/stable/generated/torch.lt.html)"""
    _ordered("lt", input)
    return input < other


@elementwise(
    "le",
    Promote.BOOL_RESULT,
    differentiable=False,
    aliases=("less_equal",),
)
def le(input: Array, other: Operand):
    """input <= other (https://docs.pytorch.org/docs/stable/generated/torch.le.html)"""
    _ordered("le", input)
    return input <= other


@elementwise(
    "gt",
    Promote.BOOL_RESULT,
    differentiable=False,
    aliases=("greater",),
)
def gt(input: Array, other: Operand):
    """input > other (https://docs.pytorch.org/docs/stable/generated/torch.gt.html)"""
    _ordered("gt", input)
    return input > other


@elementwise(
    "ge",
    Promote.BOOL_RESULT,
    differentiable=False,
    aliases=("greater_equal",),
)
def ge(input: Array, other: Operand):
    """input >= other (https://docs.pytorch.org/docs/stable/generated/torch.ge.html)"""
    _ordered("ge", input)
    return input >= other


def _test(name, f, *, out=False):
    def test(input: Array):
        return f(input)

    test.__doc__ = f"{f.__doc__} (https://docs.pytorch.org/docs/stable/generated/torch.{name}.html)"
    elementwise(name, Promote.NONE, inplace=False, out=out, differentiable=False)(test)


def _isnan(x):
    """Whether an element is NaN; a complex one when either part is"""
    return jnp.isnan(x) if is_inexact(x) else jnp.zeros(x.shape, bool)


def _isinf(x):
    """Whether an element is infinite; a complex one when either part is"""
    return jnp.isinf(x) if is_inexact(x) else jnp.zeros(x.shape, bool)


def _isfinite(x):
    """Whether an element is neither infinite nor NaN"""
    return jnp.isfinite(x) if is_inexact(x) else jnp.ones(x.shape, bool)


def _isposinf(x):
    """Whether an element is +inf"""
    if is_complex(x):
        raise RuntimeError("isposinf does not support complex inputs.")
    return jnp.isposinf(x) if is_float(x) else jnp.zeros(x.shape, bool)


def _isneginf(x):
    """Whether an element is -inf"""
    if is_complex(x):
        raise RuntimeError("isneginf does not support complex inputs.")
    return jnp.isneginf(x) if is_float(x) else jnp.zeros(x.shape, bool)


def _isreal(x):
    """Whether an element's imaginary part is 0"""
    return jnp.imag(x) == 0 if is_complex(x) else jnp.ones(x.shape, bool)


def _signbit(x):
    """Whether the sign bit is set; for floats also that of -0. and NaN"""
    if is_complex(x):
        raise NotImplementedError("signbit is not implemented for complex tensors.")
    if is_bool(x):
        return jnp.zeros(x.shape, bool)
    return jnp.signbit(x) if is_float(x) else x < 0


for _name, _f in {
    "isnan": _isnan,
    "isinf": _isinf,
    "isfinite": _isfinite,
    "isreal": _isreal,
}.items():
    _test(_name, _f)
for _name, _f in {"isposinf": _isposinf, "isneginf": _isneginf, "signbit": _signbit}.items():
    _test(_name, _f, out=True)


def _close(a, b, rtol, atol, equal_nan, name):
    if a.dtype != b.dtype:
        raise RuntimeError(f"{name(a)} did not match {name(b)}")
    if rtol < 0:
        raise RuntimeError(f"rtol must be greater than or equal to zero, but got {rtol:.6g}")
    if atol < 0:
        raise RuntimeError(f"atol must be greater than or equal to zero, but got {atol:.6g}")
    close = a == b
    if equal_nan and is_inexact(a):
        close |= jnp.isnan(a) & jnp.isnan(b)
    if rtol == 0 and atol == 0:
        return close
    if is_bool(a):
        a, b = a.astype(jnp.int8), b.astype(jnp.int8)
    if not is_inexact(a):
        difference = jnp.abs(a - b)
        return close | (difference <= atol + jnp.abs(rtol * b.astype(jnp.float64)))
    difference = jnp.abs(a - b)
    return close | (jnp.isfinite(difference) & (difference <= atol + jnp.abs(rtol * b)))


@elementwise("isclose", Promote.NONE, inplace=False, out=False, differentiable=False)
def isclose(
    input: Array, other: Array, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
):
    """|input - other| <= atol + rtol * |other|
    (https://docs.pytorch.org/docs/stable/generated/torch.isclose.html)"""
    return _close(input, other, rtol, atol, equal_nan, name_of)


@op("allclose", out=False, differentiable=False)
def allclose(
    input: Array, other: Array, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
):
    """Whether `isclose` holds everywhere; the public function gives a Python bool
    (https://docs.pytorch.org/docs/stable/generated/torch.allclose.html)"""
    return jnp.all(_close(input, other, rtol, atol, equal_nan, name_of))


@op("equal", out=False, differentiable=False)
def equal(input: Array, other: Array):
    """Whether size and elements are the same; the public function gives a Python bool
    (https://docs.pytorch.org/docs/stable/generated/torch.equal.html)"""
    if input.shape != other.shape:
        return jnp.zeros((), bool)
    return jnp.all(input == other)
