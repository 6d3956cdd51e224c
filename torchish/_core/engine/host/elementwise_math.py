"""Unary mathematics in NumPy: exponentials, trigonometry, rounding, signs, special functions."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.engine.host.elementwise import sign_of, unit
from torchish._core.engine.host.registry import kernel, require

_LN2, _LN10 = math.log(2), math.log(10)


def _rsqrt(x):
    return 1 / np.sqrt(x)


def sigmoid_of(x):
    """1 / (1 + exp(-x))."""
    return 1 / (1 + np.exp(-x))


def _by_input(name: str, f, slope, dtypes: str = "fc") -> None:
    """Enter a function of one array, with its derivative by the input."""

    def forward(input):
        return f(input)

    def gradient(ct, saved, wanted, input):
        s = slope(input)
        return {"input": ct * (s.conj() if s.dtype.kind == "c" else s)}

    kernel(name, dtypes=dtypes)(forward).gradient(gradient)


def _by_result(name: str, f, slope, dtypes: str = "fc") -> None:
    """The same with the derivative by the result."""

    def forward(input):
        return f(input)

    def gradient(ct, saved, wanted, input):
        s = slope(saved)
        return {"input": ct * (s.conj() if s.dtype.kind == "c" else s)}

    kernel(name, saves="result", dtypes=dtypes)(forward).gradient(gradient)


for _name, (_f, _slope) in {
    "exp": (np.exp, lambda y: y),
    "expm1": (np.expm1, lambda y: y + 1),
    "exp2": (np.exp2, lambda y: y * _LN2),
    "sqrt": (np.sqrt, lambda y: 0.5 / y),
    "rsqrt": (_rsqrt, lambda y: -0.5 * y * y * y),
    "tan": (np.tan, lambda y: 1 + y * y),
    "tanh": (np.tanh, lambda y: 1 - y * y),
    "sigmoid": (sigmoid_of, lambda y: y * (1 - y)),
}.items():
    _by_result(_name, _f, _slope)

for _name, (_f, _slope) in {
    "log": (np.log, lambda x: 1 / x),
    "log2": (np.log2, lambda x: 1 / (x * _LN2)),
    "log10": (np.log10, lambda x: 1 / (x * _LN10)),
    "log1p": (np.log1p, lambda x: 1 / (1 + x)),
    "sin": (np.sin, np.cos),
    "cos": (np.cos, lambda x: -np.sin(x)),
    "asin": (np.arcsin, lambda x: 1 / np.sqrt(1 - x * x)),
    "acos": (np.arccos, lambda x: -1 / np.sqrt(1 - x * x)),
    "atan": (np.arctan, lambda x: 1 / (1 + x * x)),
    "sinh": (np.sinh, np.cosh),
    "cosh": (np.cosh, np.sinh),
    "asinh": (np.arcsinh, lambda x: 1 / np.sqrt(x * x + 1)),
    "acosh": (np.arccosh, lambda x: 1 / np.sqrt(x * x - 1)),
    "atanh": (np.arctanh, lambda x: 1 / (1 - x * x)),
    "deg2rad": (lambda x: x * (math.pi / 180), lambda x: np.full_like(x, math.pi / 180)),
    "rad2deg": (lambda x: x * (180 / math.pi), lambda x: np.full_like(x, 180 / math.pi)),
}.items():
    _by_input(_name, _f, _slope, "f" if "2" in _name and "log" not in _name else "fc")


def _sinc(x):
    zero = x == 0
    scaled = np.where(zero, 1, x) * x.dtype.type(math.pi)
    return np.where(zero, 1, np.sin(scaled) / scaled).astype(x.dtype, copy=False)


def _sinc_slope(x):
    near = np.abs(x) < 1e-2
    far = (np.cos(x * math.pi) - _sinc(x)) / np.where(near, 1, x)
    q = (x * math.pi) ** 2
    series = x * (-(math.pi**2) / 3) * (1 - q / 10 * (1 - q / 28 * (1 - q / 54)))
    return np.where(near, series, far)


_by_input("sinc", _sinc, _sinc_slope, "f")


# --- rounding and signs ---------------------------------------------------------------------------


def _rounding(name: str, f) -> None:
    def forward(input):
        return input if input.dtype.kind in "iu" else f(input)

    def gradient(ct, saved, wanted, input):
        return {"input": np.zeros_like(ct)}

    kernel(name, dtypes="if")(forward).gradient(gradient)


for _name, _f in {"floor": np.floor, "ceil": np.ceil, "trunc": np.trunc}.items():
    _rounding(_name, _f)


@kernel("round", dtypes="if")
def round_(input, *, decimals=0):
    if input.dtype.kind in "iu":
        require(not decimals)
        return input
    if not decimals:
        return np.rint(input)
    scale = 10.0 ** abs(decimals)
    return np.rint(input * scale) / scale if decimals > 0 else np.rint(input / scale) * scale


@round_.gradient
def _(ct, saved, wanted, input, *, decimals=0):
    return {"input": np.zeros_like(ct)}


@kernel("frac", dtypes="f")
def frac(input):
    return input - np.trunc(input)


@frac.gradient
def _(ct, saved, wanted, input):
    return {"input": ct}


@kernel("sign", dtypes="bif")
def sign(input):
    return sign_of(input)


@sign.gradient
def _(ct, saved, wanted, input):
    return {"input": np.zeros_like(ct)}


@kernel("sgn", saves="result", dtypes="bifc")
def sgn(input):
    return unit(input) if input.dtype.kind == "c" else sign_of(input)


@sgn.gradient
def _(ct, saved, wanted, input):
    if input.dtype.kind != "c":
        return {"input": np.zeros_like(ct)}
    zero = input == 0
    across = (ct - saved * (saved.conj() * ct).real) / np.where(zero, 1, np.abs(input))
    return {"input": np.where(zero, 0, across)}


@kernel("copysign", dtypes="f")
def copysign(input, other):
    return np.copysign(input, other)


@copysign.gradient
def _(ct, saved, wanted, input, other):
    flip = np.where(np.signbit(input) == np.signbit(other), 1, -1)
    return {
        "input": ct * np.where(input == 0, 0, flip).astype(ct.dtype),
        "other": np.zeros_like(ct),
    }


@kernel("logit", dtypes="f")
def logit(input, eps=None):
    z = input
    if eps is not None:
        low = z.dtype.type(eps)
        z = np.where(z < low, low, np.where(z > 1 - low, 1 - low, z))
    return np.log(z / (1 - z))


@logit.gradient
def _(ct, saved, wanted, input, eps=None):
    slope = 1 / (input * (1 - input))
    if eps is None:
        slope = np.where((input >= 0) & (input <= 1), slope, np.nan)
    else:
        low = input.dtype.type(eps)
        slope = np.where((input < low) | (input > 1 - low), 0, slope)
    return {"input": ct * slope}


@kernel("angle", dtypes="ifc")
def angle(input):
    if input.dtype.kind == "c":
        return np.angle(input)
    require(input.dtype.kind == "f")
    value = np.where(input < 0, input.dtype.type(math.pi), input.dtype.type(0))
    return np.where(np.isnan(input), input, value)


@angle.gradient
def _(ct, saved, wanted, input):
    if input.dtype.kind != "c":
        return {"input": np.zeros_like(ct)}
    squares = (input * input.conj()).real
    return {
        "input": np.where(input == 0, 0, ct * (1j * input) / np.where(squares == 0, 1, squares))
    }
