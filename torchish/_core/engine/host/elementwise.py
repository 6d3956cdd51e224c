"""Sums, products, quotients, remainders, powers and their relatives in NumPy."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.fitting import fits
from torchish._core.base.promotion import Promote
from torchish._core.engine.host.promoting import host_cast, host_promoted, is_number
from torchish._core.engine.host.registry import kernel, require

_BOOL = np.dtype(bool)


def conj(x):
    """The conjugate of complex arrays and numbers; real ones as they are."""
    return x.conj() if x.dtype.kind == "c" else x


@kernel("add", dtypes="bifc")
def add(input, other, *, alpha=None):
    if type(input) is bool:
        input = np.asarray(input)
    if input.dtype == _BOOL:
        return input | (other if alpha is None else other & alpha)
    return input + other if alpha is None else input + other * alpha


@add.gradient
def _(ct, saved, wanted, input, other, *, alpha=None):
    return {"input": ct, "other": ct if alpha is None else ct * conj(alpha)}


@kernel("sub", dtypes="ifc")
def sub(input, other, *, alpha=None):
    return input - other if alpha is None else input - other * alpha


@sub.gradient
def _(ct, saved, wanted, input, other, *, alpha=None):
    out = {"input": ct}
    if "other" in wanted:
        out["other"] = -ct if alpha is None else ct * -conj(alpha)
    return out


@kernel("rsub", dtypes="ifc")
def rsub(input, other, *, alpha=None):
    return other - input if alpha is None else other - input * alpha


@rsub.gradient
def _(ct, saved, wanted, input, other, *, alpha=None):
    out = {"other": ct}
    if "input" in wanted:
        out["input"] = -ct if alpha is None else ct * -conj(alpha)
    return out


@kernel("mul", dtypes="bifc")
def mul(input, other):
    return input * other


@mul.gradient
def _(ct, saved, wanted, input, other):
    out = {}
    if "input" in wanted:
        out["input"] = ct * conj(other)
    if "other" in wanted:
        out["other"] = ct * conj(input)
    return out


def _quotient_gradient(ct, wanted, input, other):
    out = {}
    if "input" in wanted:
        out["input"] = ct / conj(other)
    if "other" in wanted:
        out["other"] = -ct * conj(input / other / other)  # a square may overflow or vanish
    return out


def _is_half(x) -> bool:
    return x.dtype.itemsize == 2 and x.dtype.kind in "fV"


@kernel("div", dtypes="ifch")
def div(input, other, *, rounding_mode=None):
    if rounding_mode is None:
        return input / other
    require(not _is_half(input) and input.dtype.kind != "c")
    if rounding_mode == "floor":
        return input // other
    require(rounding_mode == "trunc")
    if input.dtype.kind == "f":
        return np.trunc(input / other)
    quotient = input // other
    return quotient + ((quotient < 0) & (quotient * other != input))


@div.gradient
def _(ct, saved, wanted, input, other, *, rounding_mode=None):
    if rounding_mode is None:
        return _quotient_gradient(ct, wanted, input, other)
    return {"input": np.zeros_like(ct), "other": np.zeros_like(ct)}


@kernel("true_divide", dtypes="fch")
def true_divide(input, other):
    return input / other


@true_divide.gradient
def _(ct, saved, wanted, input, other):
    return _quotient_gradient(ct, wanted, input, other)


@kernel("floor_divide", dtypes="if")
def floor_divide(input, other):
    return input // other


@kernel("fmod", dtypes="if")
def fmod(input, other):
    return np.fmod(input, other)


@fmod.gradient
def _(ct, saved, wanted, input, other):
    out = {"input": ct}
    if "other" in wanted:
        out["other"] = ct * -np.trunc(input / other)
    return out


def _turned(mod, other):
    """Where a remainder that has the sign of its input needs the divisor added."""
    return (mod != 0) & ((other < 0) != (mod < 0))


@kernel("remainder", dtypes="if")
def remainder(input, other):
    mod = np.fmod(input, other)
    if mod.dtype.kind != "f":
        return np.remainder(input, other)
    return np.where(_turned(mod, other), mod + other, mod)  # a zero has the sign of the input


@remainder.gradient
def _(ct, saved, wanted, input, other):
    out = {"input": ct}
    if "other" in wanted:
        turned = _turned(np.fmod(input, other), other)
        out["other"] = ct * (turned - np.trunc(input / other))
    return out


@kernel("neg", dtypes="ifc")
def neg(input):
    return -input


@neg.gradient
def _(ct, saved, wanted, input):
    return {"input": -ct}


def sign_of(x):
    """The sign of real numbers, 0 of NaN."""
    if x.dtype.kind == "f":
        return (x > 0).astype(x.dtype) - (x < 0).astype(x.dtype)
    return x if x.dtype == _BOOL else np.sign(x)


def unit(x):
    """x / |x| of complex numbers, 0 at 0."""
    zero = x == 0
    return np.where(zero, x, x / np.where(zero, 1, np.abs(x)))


@kernel("abs", dtypes="ifc")
def abs_(input):
    return np.abs(input)


@abs_.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * (unit(input) if input.dtype.kind == "c" else sign_of(input))}


@kernel("reciprocal", saves="result", dtypes="fc")
def reciprocal(input):
    return 1 / input


@reciprocal.gradient
def _(ct, saved, wanted, input):
    return {"input": -ct * conj(saved * saved)}


@kernel("square", dtypes="ifc")
def square(input):
    return input * input


@square.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * conj(2 * input)}


# --- powers ---------------------------------------------------------------------------------------


def _static_power(x, n):
    """x to a Python number, with the exponents that need no logarithm."""
    if n == 0:
        return np.ones_like(x)
    if n == 1:
        return x
    if x.dtype.kind not in "fc":
        require(x.dtype != _BOOL and n >= 0 and fits(n, dt.from_np(x.dtype)))
        return np.power(x, x.dtype.type(n))
    if type(n) is not complex:
        if n == 2:
            return x * x
        if n == 3:
            return x * x * x
        if n in (-1, -2):
            return 1 / x if n == -1 else 1 / (x * x)
        if n == 0.5:
            return np.sqrt(x)
        if n == -0.5:
            return 1 / np.sqrt(x)
    return _real_power(x, x.dtype.type(n))


def _real_power(x, y):
    if x.dtype.kind != "c":
        return np.power(x, y)
    # C's `cpow`, as PyTorch's; but NumPy multiplies for whole exponents, and has no power of 0.
    apart = (x == 0) | ((y.imag == 0) & (y.real == np.trunc(y.real)))
    r = np.power(x, y)
    return np.where(apart, np.exp(y * np.log(x)), r) if apart.any() else r


def _int_power(x, y):
    require(x.dtype != _BOOL)
    if x.dtype.kind == "u":
        return np.power(x, y)
    unit = np.where(x == 1, 1, np.where(x == -1, 1 - 2 * (y % 2), 0))
    return np.where(y < 0, unit, np.power(x, np.maximum(y, 0)))


def _powered(input, exponent):
    (a, b), result = host_promoted(Promote.DEFAULT, input, exponent)
    if is_number(exponent):
        r = _static_power(a, exponent)
    else:
        r = _real_power(a, b) if a.dtype.kind in "fc" else _int_power(a, b)
    r = np.asarray(r, a.dtype)
    return r if r.dtype == result.np else host_cast(r, result)


def _static_slope(x, n):
    """The derivative of x to a Python number, as each form of the power has it."""
    if n == 0:
        return np.zeros_like(x)
    if n == 1:
        return np.ones_like(x)
    if n == 2:
        return 2 * x
    if n == 3:
        return 3 * (x * x)
    if n == -1:
        return -1 / (x * x)
    if n == 0.5:
        return 0.5 / np.sqrt(x)
    if n == -0.5:
        return -0.5 / np.sqrt(x) / x
    return x.dtype.type(n) * np.power(x, x.dtype.type(n - 1))


def _power_gradient(ct, wanted, input, exponent, compute):
    if is_number(exponent):
        x = host_cast(input, compute)
        slope = _static_slope(x, exponent)
        return {"input": host_cast(ct, compute) * conj(slope)}
    x, y = [
        host_cast(np.asarray(v), compute) if is_number(v) else host_cast(v, compute)
        for v in (input, exponent)
    ]
    require(x.dtype.kind == "f")
    ct = host_cast(ct, compute)
    out = {}
    if "input" in wanted:
        out["input"] = ct * np.where(y == 0, 0, y * np.power(x, y - 1)).astype(x.dtype)
    if "exponent" in wanted:
        at_zero = (x == 0) & (y >= 0)
        logs = np.power(x, y) * np.log(np.where(at_zero, 1, x))
        out["exponent"] = ct * np.where(at_zero, 0, logs).astype(x.dtype)
    return out


@kernel("pow", dtypes="bifch")
def pow_(input, exponent):
    require(not (is_number(input) and is_number(exponent)))
    return _powered(input, exponent)


@pow_.gradient
def _(ct, saved, wanted, input, exponent):
    (a, _), _result = host_promoted(Promote.DEFAULT, input, exponent)
    return _power_gradient(ct, wanted, input, exponent, dt.from_np(a.dtype))


@kernel("float_power", dtypes="bifh")
def float_power(input, exponent):
    require(not (is_number(input) and is_number(exponent)))
    require(type(input) is not complex and type(exponent) is not complex)
    a, b = [x if is_number(x) else host_cast(x, dt.float64) for x in (input, exponent)]
    return _powered(a, b).astype(np.float64, copy=False)


@float_power.gradient
def _(ct, saved, wanted, input, exponent):
    return _power_gradient(ct, wanted, input, exponent, dt.float64)


# --- fused ----------------------------------------------------------------------------------------


@kernel("addcmul", dtypes="ifc")
def addcmul(input, tensor1, tensor2, *, value=None):
    return input + (tensor1 * tensor2 if value is None else tensor1 * value * tensor2)


@addcmul.gradient
def _(ct, saved, wanted, input, tensor1, tensor2, *, value=None):
    out = {"input": ct}
    scaled = ct if value is None else ct * conj(value)
    if "tensor1" in wanted:
        out["tensor1"] = scaled * conj(tensor2)
    if "tensor2" in wanted:
        out["tensor2"] = scaled * conj(tensor1)
    return out


@kernel("addcdiv", dtypes="fc")
def addcdiv(input, tensor1, tensor2, *, value=None):
    return input + (tensor1 if value is None else tensor1 * value) / tensor2


@addcdiv.gradient
def _(ct, saved, wanted, input, tensor1, tensor2, *, value=None):
    out = {"input": ct}
    scaled = ct if value is None else ct * conj(value)
    if "tensor1" in wanted:
        out["tensor1"] = scaled / conj(tensor2)
    if "tensor2" in wanted:
        out["tensor2"] = scaled * conj(-tensor1) / conj(tensor2 * tensor2)
    return out


@kernel("lerp", dtypes="f")
def lerp(input, end, weight):
    step = end - input
    if not weight.ndim:
        return input + weight * step if weight < 0.5 else end - step * (1 - weight)
    return np.where(weight < 0.5, input + weight * step, end - step * (1 - weight))


@lerp.gradient
def _(ct, saved, wanted, input, end, weight):
    out = {}
    if "input" in wanted:
        out["input"] = ct * (1 - weight)
    if "end" in wanted:
        out["end"] = ct * weight
    if "weight" in wanted:
        out["weight"] = ct * (end - input)
    return out


# --- of floats alone ------------------------------------------------------------------------------


@kernel("hypot", saves="result", dtypes="f")
def hypot(input, other):
    return np.hypot(input, other)


@hypot.gradient
def _(ct, saved, wanted, input, other):
    return {"input": ct * (input / saved), "other": ct * (other / saved)}


@kernel("atan2", dtypes="f")
def atan2(input, other):
    return np.arctan2(input, other)


@atan2.gradient
def _(ct, saved, wanted, input, other):
    squares = input * input + other * other
    return {"input": ct * (other / squares), "other": ct * (-input / squares)}


@kernel("gcd", dtypes="i")
def gcd(input, other):
    return np.gcd(input, other)


@kernel("lcm", dtypes="i")
def lcm(input, other):
    return np.lcm(input, other)


def _log_add(a, b):
    big = np.maximum(a, b)
    total = big + np.log1p(np.exp(-np.abs(a - b)))
    return np.where(np.isinf(a) & (a == b), a, total)


@kernel("logaddexp", dtypes="f")
def logaddexp(input, other):
    return _log_add(input, other)


@logaddexp.gradient
def _(ct, saved, wanted, input, other):
    return {
        "input": ct / (1 + np.exp(other - input)),
        "other": ct / (1 + np.exp(input - other)),
    }


@kernel("logaddexp2", dtypes="f")
def logaddexp2(input, other):
    log2 = math.log(2)
    return _log_add(input * log2, other * log2) / log2


@logaddexp2.gradient
def _(ct, saved, wanted, input, other):
    return {
        "input": ct / (1 + np.exp2(other - input)),
        "other": ct / (1 + np.exp2(input - other)),
    }
