"""Error, gamma and entropy functions in NumPy."""

from __future__ import annotations

import functools
import math

import numpy as np

from torchish._core.engine.host.registry import kernel, require

_ROOT_PI = math.sqrt(math.pi)
# erf(x) / x for |x| <= 4 as a quotient of polynomials in x², found by least squares; the relative
# error is 2.5e-8.
_ERF_OVER = (
    1.128379139,
    0.1935452499,
    0.05310177405,
    0.003883353322,
    2.845663383e-4,
    1.986783736e-6,
)
_ERF_UNDER = (1.0, 0.5048575673, 0.1153500809, 0.01520726914, 0.001185573856, 3.742021248e-5)
_BLOCK = 1 << 15
_VERY_FEW = 1 << 8
_FEW = 1 << 14  # elements for which Python's own functions are not slow


def _polynomial(coefficients, t):
    out = np.full_like(t, coefficients[-1])
    for c in coefficients[-2::-1]:
        out *= t
        out += t.dtype.type(c)
    return out


def _each(f, x):
    """A function of Python's `math` of every element."""
    require(x.size <= _FEW)
    return np.array([f(v) for v in x.reshape(-1).tolist()]).reshape(x.shape).astype(x.dtype)


def erf_of(x):
    """The error function of float32 arrays of any size, and of short float64 ones."""
    if x.dtype != np.float32 or x.size < 16:
        return _each(math.erf, x)
    flat = x.reshape(-1)
    out = np.empty_like(flat)
    for i in range(0, flat.size, _BLOCK):  # what fits the cache
        _erf_block(flat[i : i + _BLOCK], out[i : i + _BLOCK])
    return out.reshape(x.shape)


def _erf_block(x, out) -> None:
    x = np.minimum(np.maximum(x, np.float32(-4)), np.float32(4))
    t = x * x
    r = _polynomial(_ERF_OVER, t)
    r *= x
    r /= _polynomial(_ERF_UNDER, t)
    np.minimum(np.maximum(r, np.float32(-1), out=r), np.float32(1), out=out)


def _erf_slope(x):
    return (2 / _ROOT_PI) * np.exp(-x * x)


@kernel("erf", dtypes="f")
def erf(input):
    return erf_of(input)


@erf.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * _erf_slope(input)}


@kernel("erfc", dtypes="f")
def erfc(input):
    return _each(math.erfc, input)


@erfc.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * -_erf_slope(input)}


@kernel("special.ndtr", dtypes="f")
def ndtr(input):
    return _each(lambda v: math.erfc(v * -math.sqrt(0.5)) / 2, input)


@ndtr.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * (np.exp(-input * input / 2) / math.sqrt(2 * math.pi))}


@kernel("special.entr", dtypes="f")
def entr(input):
    inside = -input * np.log(np.where(input > 0, input, 1))
    edge = np.where(input == 0, 0, np.where(np.isnan(input), input, -np.inf))
    return np.where(input > 0, inside, edge).astype(input.dtype, copy=False)


@entr.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * (-np.log(input) - 1)}


def _x_log(x, y, log):
    r = np.where((x == 0) & ~np.isnan(y), 0, x * log(y))
    return r.astype(x.dtype, copy=False)


@kernel("xlogy", dtypes="f")
def xlogy(input, other):
    return _x_log(input, other, np.log)


@xlogy.gradient
def _(ct, saved, wanted, input, other):
    outside = (input == 0) & ~((other > 0) | np.isnan(other))
    return {
        "input": ct * np.where(outside, 0, np.log(other)).astype(ct.dtype, copy=False),
        "other": ct * (input * (1 / other)),
    }


@kernel("special.xlog1py", dtypes="f")
def xlog1py(input, other):
    return _x_log(input, other, np.log1p)


@xlog1py.gradient
def _(ct, saved, wanted, input, other):
    outside = (input == 0) & ~((other > -1) | np.isnan(other))
    return {
        "input": ct * np.where(outside, 0, np.log1p(other)).astype(ct.dtype, copy=False),
        "other": ct * (input * (1 / (1 + other))),
    }


# --- the gamma function and its logarithmic derivatives -------------------------------------------

_SHIFT = 10  # from here on the asymptotic series are good to float64
# B(2k) / (2k (2k - 1)), of Stirling's series.
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
# B(2k) / 2k, of the series of digamma, and B(2k), of trigamma's.
_DIGAMMA = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760)
_TRIGAMMA = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730)


def _series(coefficients, x):
    """The sum of c[k] / x**(2 k)."""
    t = 1 / (x * x)
    out = np.zeros_like(x)
    for c in coefficients[::-1]:
        out = out * t + c
    return out


def _whole(x):
    return (x <= 0) & (x == np.floor(x))


def _log_gamma(x):
    """log Γ(x) for x >= 0.5 in float64: of x + 10, less the factors between."""
    near = np.minimum(x, 1e10)  # the product does not overflow, and counts for nothing beyond
    product = near.copy()
    for k in range(1, _SHIFT):
        product *= near + k
    w = x + _SHIFT
    value = (w - 0.5) * np.log(w) - w + 0.5 * math.log(2 * math.pi) + _series(_STIRLING, w) / w
    far = (x - 0.5) * np.log(x) - x
    value = np.where(x < 1e10, value - np.log(product), far)
    return np.where(np.isposinf(x), np.inf, value)


def _one_lgamma(v: float) -> float:
    return math.inf if v <= 0 and v == math.floor(v) else math.lgamma(v)


def lgamma_of(x):
    """log |Γ(x)|; +inf at the poles."""
    if x.size <= _VERY_FEW:
        return _each(_one_lgamma, x)
    wide = x.astype(np.float64)
    low = wide < 0.5
    right = _log_gamma(np.where(low, 1 - wide, wide))
    mirrored = np.log(math.pi / np.abs(np.sin(math.pi * (wide - np.floor(wide))))) - right
    value = np.where(low, mirrored, right)
    value = np.where(_whole(wide), np.inf, np.where((wide == 1) | (wide == 2), 0, value))
    return value.astype(x.dtype)


def _digamma(x):
    total = 1 / x
    for k in range(1, _SHIFT):
        total += 1 / (x + k)
    w = x + _SHIFT
    value = np.log(w) - 0.5 / w - _series(_DIGAMMA, w) / (w * w) - total
    return np.where(np.isposinf(x), np.inf, value)


def digamma_of(x):
    """The derivative of log Γ; an infinity at 0, NaN at the other poles."""
    wide = x.astype(np.float64)
    low = wide < 0.5
    right = _digamma(np.where(low, 1 - wide, wide))
    value = np.where(low, right - math.pi / np.tan(math.pi * (wide - np.rint(wide))), right)
    pole = np.where(wide == 0, np.copysign(np.inf, -wide), np.nan)
    return np.where(_whole(wide), pole, value).astype(x.dtype)


def trigamma_of(x):
    """The second derivative of log Γ."""
    wide = x.astype(np.float64)
    low = wide < 0.5
    y = np.where(low, 1 - wide, wide)
    total = 1 / (y * y)
    for k in range(1, _SHIFT):
        total += 1 / ((y + k) * (y + k))
    w = y + _SHIFT
    right = total + 1 / w + 0.5 / (w * w) + _series(_TRIGAMMA, w) / (w * w * w)
    right = np.where(np.isposinf(y), 0, right)
    mirrored = (math.pi / np.sin(math.pi * wide)) ** 2 - right
    return np.where(low, mirrored, right).astype(x.dtype)


@kernel("lgamma", dtypes="f")
def lgamma(input):
    return lgamma_of(input)


@lgamma.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * digamma_of(input)}


@kernel("digamma", dtypes="f")
def digamma(input):
    return digamma_of(input)


@digamma.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * trigamma_of(input)}


# --- functions of SciPy's -------------------------------------------------------------------------


@functools.cache
def _of_scipy(name: str):
    import scipy.special  # slow to import, and needed here only

    return getattr(scipy.special, name)


@kernel("erfinv", saves="result", dtypes="f")
def erfinv(input):
    return _of_scipy("erfinv")(input)


@erfinv.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * (_ROOT_PI / 2 * np.exp(saved * saved))}


@kernel("i0", dtypes="f")
def i0(input):
    return _of_scipy("i0")(input)


@i0.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * _of_scipy("i1")(input)}


@kernel("special.log_ndtr", dtypes="f")
def log_ndtr(input):
    return _of_scipy("log_ndtr")(input)


@log_ndtr.gradient
def _(ct, saved, wanted, input):
    tail = _of_scipy("erfcx")(input * -math.sqrt(0.5))
    return {"input": ct * (math.sqrt(2 / math.pi) / tail)}


@kernel("special.ndtri", saves="result", dtypes="f")
def ndtri(input):
    return _of_scipy("ndtri")(input)


@ndtri.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * (math.sqrt(2 * math.pi) * np.exp(saved * saved / 2))}


@kernel("special.erfcx", saves="result", dtypes="f")
def erfcx(input):
    return _of_scipy("erfcx")(input)


@erfcx.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * (2 * input * saved - 2 / _ROOT_PI)}


def _at_edges(r, a, x, at_zero, at_infinity):
    """The values that one argument decides, in PyTorch's order."""
    kind = r.dtype.type
    nan, low, high = kind(np.nan), kind(at_zero), kind(at_infinity)
    r = np.where(np.isnan(a) | np.isnan(x), nan, r)
    r = np.where(np.isinf(x), high, r)
    r = np.where(np.isinf(a), np.where(np.isinf(x), nan, low), r)
    r = np.where(x == 0, low, r)
    r = np.where(a == 0, np.where(x > 0, high, nan), r)
    return np.where((a < 0) | (x < 0), nan, r)


def _gamma_density(a, x):
    wide_a, wide_x = a.astype(np.float64), x.astype(np.float64)
    large = wide_a > 20
    safe = np.where(large, wide_a, 50)
    away = (wide_x - safe) / safe
    series = 1 / (12 * safe) - 1 / (360 * safe**3) + 1 / (1260 * safe**5)
    log = -safe * (away - np.log1p(away)) + 0.5 * np.log(safe / (2 * math.pi)) - series
    plain = (wide_a - 1) * np.log(wide_x) - wide_x - lgamma_of(wide_a)
    return np.exp(np.where(large, log - np.log(wide_x), plain)).astype(x.dtype)


@kernel("igamma", dtypes="f")
def igamma(input, other):
    return _at_edges(_of_scipy("gammainc")(input, other), input, other, 0, 1)


@igamma.gradient
def _(ct, saved, wanted, input, other):
    return {"input": np.zeros_like(ct), "other": ct * _gamma_density(input, other)}


@kernel("igammac", dtypes="f")
def igammac(input, other):
    return _at_edges(_of_scipy("gammaincc")(input, other), input, other, 1, 0)


@igammac.gradient
def _(ct, saved, wanted, input, other):
    return {"input": np.zeros_like(ct), "other": ct * -_gamma_density(input, other)}


def polygamma_of(n, x):
    """The n-th derivative of digamma, NaN beyond where SciPy's zeta function ends."""
    require(type(n) is int and n >= 0 and x.dtype.kind == "f")
    if n == 0:
        return digamma_of(x)
    if n == 1:
        return trigamma_of(x)
    require(bool((x > 0).all()))  # left of 0 by the operator's own function
    factor = math.factorial(n) if n % 2 else -math.factorial(n)
    return (factor * _of_scipy("zeta")(n + 1, x.astype(np.float64))).astype(x.dtype)


@kernel("polygamma", dtypes="f")
def polygamma(n, input):
    return polygamma_of(n, input)


@polygamma.gradient
def _(ct, saved, wanted, n, input):
    return {"input": ct * polygamma_of(n + 1, input)}


@kernel("Tensor.polygamma", dtypes="f")
def tensor_polygamma(self, n):
    return polygamma_of(n, self)


@tensor_polygamma.gradient
def _(ct, saved, wanted, self, n):
    return {"self": ct * polygamma_of(n + 1, self)}
