"""Unary mathematics: exponentials, logarithms, trigonometry, rounding, signs."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base import dtypes as dt
from torchish._core.base.fitting import C_NAMES
from torchish._core.ops.operands import (
    default_float,
    is_complex,
    is_float,
    is_inexact,
    is_int,
    is_number,
    refuse,
    sign_of,
    unsupported,
    with_derivative,
)
from torchish._core.ops.table import Array, Operand, Promote, elementwise, rows


@with_derivative(lambda x, y: -0.5 * y * y * y)
def _rsqrt(x):
    return lax.rsqrt(x)


@with_derivative(lambda x, y: lax.rsqrt(x * x - 1))  # a number left of -1 too, as in PyTorch
def _acosh(x):
    return jnp.arccosh(x)


rows(
    {
        "exp": (jnp.exp, Promote.INT_TO_FLOAT),
        "expm1": (jnp.expm1, Promote.INT_TO_FLOAT, ("special.expm1",)),
        "exp2": (jnp.exp2, Promote.INT_TO_FLOAT, ("special.exp2",)),
        "log": (jnp.log, Promote.INT_TO_FLOAT),
        "log2": (jnp.log2, Promote.INT_TO_FLOAT),
        "log10": (jnp.log10, Promote.INT_TO_FLOAT),
        "log1p": (jnp.log1p, Promote.INT_TO_FLOAT, ("special.log1p",)),
        "sqrt": (jnp.sqrt, Promote.INT_TO_FLOAT),
        "rsqrt": (_rsqrt, Promote.INT_TO_FLOAT),
        "sin": (jnp.sin, Promote.INT_TO_FLOAT),
        "cos": (jnp.cos, Promote.INT_TO_FLOAT),
        "tan": (jnp.tan, Promote.INT_TO_FLOAT),
        "asin": (jnp.arcsin, Promote.INT_TO_FLOAT, ("arcsin",)),
        "acos": (jnp.arccos, Promote.INT_TO_FLOAT, ("arccos",)),
        "atan": (jnp.arctan, Promote.INT_TO_FLOAT, ("arctan",)),
        "sinh": (jnp.sinh, Promote.INT_TO_FLOAT),
        "cosh": (jnp.cosh, Promote.INT_TO_FLOAT),
        "tanh": (jnp.tanh, Promote.INT_TO_FLOAT, ("nn.functional.tanh", "special.tanh")),
        "asinh": (
            jnp.arcsinh,
            Promote.INT_TO_FLOAT,
            ("arcsinh",),
        ),
        "acosh": (
            _acosh,
            Promote.INT_TO_FLOAT,
            ("arccosh",),
        ),
        "atanh": (
            jnp.arctanh,
            Promote.INT_TO_FLOAT,
            ("arctanh",),
        ),
        "sigmoid": (
            jax.nn.sigmoid,
            Promote.INT_TO_FLOAT,
            ("special.expit", "nn.functional.sigmoid"),
        ),
    },
    saves=dict.fromkeys(
        ("exp", "expm1", "exp2", "sqrt", "rsqrt", "tan", "tanh", "sigmoid"), "result"
    )
    | dict.fromkeys(
        (
            *("log", "log2", "log10", "log1p", "sin", "cos", "sinh", "cosh"),
            *("asin", "acos", "atan", "asinh", "acosh", "atanh"),
        ),
        "input",
    ),
)


@elementwise("deg2rad", Promote.INT_TO_FLOAT)
def deg2rad(input: Array):
    """Degrees as radians (https://docs.pytorch.org/docs/stable/generated/torch.deg2rad.html)"""
    if is_complex(input):
        raise RuntimeError("deg2rad is not supported for complex tensors.")
    return input * (math.pi / 180)


@elementwise("rad2deg", Promote.INT_TO_FLOAT)
def rad2deg(input: Array):
    """Radians as degrees (https://docs.pytorch.org/docs/stable/generated/torch.rad2deg.html)"""
    if is_complex(input):
        raise RuntimeError("rad2deg is not supported for complex tensors.")
    return input * (180 / math.pi)


@elementwise("sinc", Promote.INT_TO_FLOAT, aliases=("special.sinc",), saves="input")
def sinc(input: Array):
    """sin(πx) / (πx), 1 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.special.sinc.html)"""
    return _sinc(input)


def _sinc_slope(x, y):
    # (cos πx - sinc x) / x, by its series where the difference would cancel.
    near = jnp.abs(x) < 1e-2
    far = (jnp.cos(x * math.pi) - y) / jnp.where(near, jnp.ones((), x.dtype), x)
    q = (x * math.pi) ** 2
    series = x * (-(math.pi**2) / 3) * (1 - q / 10 * (1 - q / 28 * (1 - q / 54)))
    return jnp.where(near, series, far)


@with_derivative(_sinc_slope)
def _sinc(x):
    zero = x == 0
    scaled = jnp.where(zero, jnp.ones((), x.dtype), x) * math.pi
    return jnp.where(zero, jnp.ones((), x.dtype), jnp.sin(scaled) / scaled)


# --- logarithms of sums
# -----------------------------------------------------------------------------------------


@jax.custom_jvp
def _log_add(a, b):
    if is_complex(a):
        big, small = jnp.where(a.real >= b.real, a, b), jnp.where(a.real >= b.real, b, a)
        return jnp.where(jnp.isinf(big.real) & (a == b), a, big + jnp.log1p(jnp.exp(small - big)))
    big = jnp.maximum(a, b)
    return jnp.where(jnp.isinf(a) & (a == b), a, big + jnp.log1p(jnp.exp(-jnp.abs(a - b))))


@_log_add.defjvp
def _log_add_jvp(primals, tangents):
    (a, b), (da, db) = primals, tangents
    r = _log_add(a, b)
    return r, da / (1 + jnp.exp(b - a)) + db / (1 + jnp.exp(a - b))


@elementwise("logaddexp", inplace=False, saves="input other")
def logaddexp(input: Array, other: Array):
    """log(exp(input) + exp(other)) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logaddexp.html)"""
    if not is_inexact(input):
        raise unsupported("logaddexp_cpu", input)
    return _log_add(*jnp.broadcast_arrays(input, other))


@elementwise("logaddexp2", inplace=False)
def logaddexp2(input: Array, other: Array):
    """log2(2**input + 2**other) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.logaddexp2.html)"""
    if not is_float(input):
        raise unsupported("logaddexp2_cpu", input)
    a, b = jnp.broadcast_arrays(input, other)
    return _log_add(a * math.log(2), b * math.log(2)) / math.log(2)


# --- rounding
# --------------------------------------------------------------------------------------------------
# -


def _integral(name, f):
    """Rounding that leaves integers alone."""

    def rounded(x):
        if is_int(x):
            return x
        refuse(f"{name}_vml_cpu" if name != "trunc" else "trunc_cpu", x, complex=True, bool=True)
        return f(x)

    rounded.__doc__ = f"{name} of every element"
    return rounded


rows(
    {
        "floor": (_integral("floor", jnp.floor), Promote.SAME),
        "ceil": (_integral("ceil", jnp.ceil), Promote.SAME),
        "trunc": (
            _integral("trunc", jnp.trunc),
            Promote.SAME,
            ("fix",),
        ),
    }
)


@elementwise("round", aliases=("special.round",))
def round_(input: Array, *, decimals: int = 0):
    """The nearest integer, ties to even; decimals moves the digit
    (https://docs.pytorch.org/docs/stable/generated/torch.round.html)"""
    if is_int(input):
        if decimals:
            raise unsupported("round_vml_cpu", input)
        return input
    refuse("round_vml_cpu", input, complex=True, bool=True)
    if decimals == 0:
        return jnp.round(input)
    scale = 10.0 ** abs(decimals)
    return jnp.round(input * scale) / scale if decimals > 0 else jnp.round(input / scale) * scale


@elementwise("frac")
def frac(input: Array):
    """The part after the point, with the sign of input
    (https://docs.pytorch.org/docs/stable/generated/torch.frac.html)"""
    if not is_float(input):
        raise unsupported("frac_cpu", input)
    return input - lax.stop_gradient(jnp.trunc(input))


# --- signs ----------------------------------------------------------------------------------------
# --------------


@elementwise("sign")
def sign(input: Array):
    """-1, 0 or 1 (https://docs.pytorch.org/docs/stable/generated/torch.sign.html)"""
    if is_complex(input):
        raise NotImplementedError(
            "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use "
            "torch.sgn instead."
        )
    return sign_of(input)


@elementwise("sgn", saves="input result")
def sgn(input: Array):
    """The sign; for complex input the unit number of its angle, 0 at 0
    (https://docs.pytorch.org/docs/stable/generated/torch.sgn.html)"""
    if not is_complex(input):
        return sign_of(input)
    magnitude = jnp.abs(jnp.where(input == 0, jnp.ones((), input.dtype), input))
    return jnp.where(input == 0, jnp.zeros((), input.dtype), input / magnitude)


@elementwise("copysign", Promote.INT_TO_FLOAT)
def copysign(input: Array, other: Operand):
    """The magnitude of input with the sign of other, -0. included
    (https://docs.pytorch.org/docs/stable/generated/torch.copysign.html)"""
    refuse("copysign_cpu", input, complex=True)
    return _copysign(*jnp.broadcast_arrays(input, other))


@jax.custom_jvp
def _copysign(x, y):
    return jnp.copysign(x, y)


@_copysign.defjvp
def _copysign_jvp(primals, tangents):
    (x, y), (dx, _) = primals, tangents
    r = _copysign(x, y)
    flip = jnp.where(jnp.signbit(x) == jnp.signbit(y), 1, -1).astype(x.dtype)
    return r, dx * jnp.where(x == 0, jnp.zeros((), x.dtype), flip)


@with_derivative(lambda x, y: jnp.where((x >= 0) & (x <= 1), 1 / (x * (1 - x)), jnp.nan))
def _logit(x):
    return jnp.log(x / (1 - x))


@elementwise("logit", Promote.INT_TO_FLOAT, aliases=("special.logit",), saves="input")
def logit(input: Array, eps: float | None = None):
    """log(x / (1 - x)); x is clamped to [eps, 1 - eps] when eps is given
    (https://docs.pytorch.org/docs/stable/generated/torch.special.logit.html)"""
    refuse("logit_cpu", input, complex=True)
    if eps is None:
        return _logit(input)
    low, high = jnp.asarray(eps, input.dtype), 1 - jnp.asarray(eps, input.dtype)
    z = jnp.where(input < low, low, jnp.where(input > high, high, input))
    return jnp.log(z / (1 - z))


@elementwise("angle", Promote.COMPLEX_TO_FLOAT, inplace=False)
def angle(input: Array):
    """The angle of a complex number in radians; π for negative numbers, 0 for others
    (https://docs.pytorch.org/docs/stable/generated/torch.angle.html)"""
    if not is_complex(input):
        x = default_float(input)
        value = jnp.where(x < 0, jnp.asarray(math.pi, x.dtype), jnp.zeros((), x.dtype))
        return jnp.where(jnp.isnan(x), lax.stop_gradient(x), value)
    zero = input == 0
    safe = jnp.where(zero, jnp.ones((), input.dtype), input)
    return jnp.where(zero, lax.stop_gradient(jnp.angle(input)), jnp.angle(safe))


# --- between two values


def _lerp(a, b, w):
    # From the nearer end, so that w = 1 gives exactly b.
    near = jnp.abs(w) < 0.5 if is_complex(w) else w < 0.5
    return jnp.where(near, a + w * (b - a), b - (b - a) * (1 - w))


def _lerp_saves(tensors: set[str], statics: dict):
    if "weight" not in tensors:
        return ""
    return {"input": "weight", "end": "weight", "weight": "input end weight"}


def _of_one_dtype(arguments) -> Promote:
    d = arguments["input"].dtype
    for name in ("end", "weight"):
        x = arguments[name]
        # A weight without dimensions may have been a number of Python.
        if not is_number(x) and x.dtype != d and (x.ndim or name == "end"):
            raise RuntimeError(
                f"expected dtype {C_NAMES[dt.from_np(d)]} for `{name}` but got dtype "
                f"{C_NAMES[dt.from_np(x.dtype)]}"
            )
    if not is_inexact(arguments["input"]):
        scalar = is_number(arguments["weight"])
        kernel = "lerp_kernel_scalar" if scalar else "lerp_kernel_tensor"
        raise unsupported(kernel, arguments["input"])
    return Promote.DEFAULT


@elementwise("lerp", _of_one_dtype, saves=_lerp_saves)
def lerp(input: Array, end: Array, weight: Operand):
    """input + weight * (end - input)
    (https://docs.pytorch.org/docs/stable/generated/torch.lerp.html)"""
    return _lerp(input, end, weight)
