"""Special functions of the error, gamma and entropy families.

https://docs.pytorch.org/docs/stable/special.html
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax
from jax.scipy import special as jss

from torchish._core.base import dtypes as dt
from torchish._core.ops.operands import is_complex, unsupported, with_derivative
from torchish._core.ops.special.chebyshev import chebyshev
from torchish._core.ops.special.tables import ERFCX
from torchish._core.ops.table import Array, Operand, Promote, elementwise

_FLOAT = Promote.INT_TO_FLOAT


def _real(kernel, x):
    if is_complex(x):
        raise unsupported(kernel, x)


# --- error functions
# --------------------------------------------------------------------------------------------


@elementwise("erf", _FLOAT, aliases=("special.erf",), saves="input")
def erf(input: Array):
    """The error function (https://docs.pytorch.org/docs/stable/special.html#torch.special.erf)"""
    _real("erf_vml_cpu", input)
    return lax.erf(input)


@elementwise("erfc", _FLOAT, aliases=("special.erfc",), saves="input")
def erfc(input: Array):
    """1 - erf (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc)"""
    _real("erfc_vml_cpu", input)
    return lax.erfc(input)


@elementwise("erfinv", _FLOAT, aliases=("special.erfinv",), saves="input")
def erfinv(input: Array):
    """The inverse of erf
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfinv)"""
    _real("erfinv_vml_cpu", input)
    return lax.erf_inv(input)


@with_derivative(lambda x, y: 2 * x * y - 2 / math.sqrt(math.pi))
def _erfcx(x):
    a = jnp.abs(x)
    t = jnp.where(jnp.isinf(a), jnp.ones((), x.dtype), (a - 3) / (a + 3))
    right = chebyshev(ERFCX, t) / (1 + 2 * a)
    return jnp.where(x < 0, 2 * jnp.exp(x * x) - right, right)


@elementwise("special.erfcx", _FLOAT, method=False, inplace=False)
def erfcx(input: Array):
    """exp(x²) erfc(x) (https://docs.pytorch.org/docs/stable/special.html#torch.special.erfcx)"""
    _real("erfcx_cpu", input)
    return _erfcx(input)


@elementwise("special.ndtr", _FLOAT, method=False, inplace=False)
def ndtr(input: Array):
    """The area under the normal density to the left
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.ndtr)"""
    _real("ndtr", input)
    return lax.erfc(input * -math.sqrt(0.5)) / 2


@with_derivative(lambda x, y: math.sqrt(2 / math.pi) / _erfcx(x * -math.sqrt(0.5)))
def _log_ndtr(x):
    t = x * math.sqrt(0.5)
    left = jnp.minimum(t, 0)
    return jnp.where(x < -1, jnp.log(_erfcx(-left) / 2) - left * left, jnp.log1p(-lax.erfc(t) / 2))


@elementwise("special.log_ndtr", _FLOAT, method=False, inplace=False)
def log_ndtr(input: Array):
    """log(ndtr(x)), exact in the left tail
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.log_ndtr)"""
    _real("log_ndtr_cpu", input)
    return _log_ndtr(input)


@with_derivative(lambda x, y: math.sqrt(2 * math.pi) * jnp.exp(y * y / 2))
def _ndtri(x):
    return jss.ndtri(x)


@elementwise("special.ndtri", _FLOAT, method=False, inplace=False)
def ndtri(input: Array):
    """The inverse of ndtr
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.ndtri)"""
    _real("ndtri_cpu", input)
    return _ndtri(input)


# --- entropies
# --------------------------------------------------------------------------------------------------


def _entropy_slope(x, y):
    return -jnp.log(x) - 1


@with_derivative(_entropy_slope)
def _entr(x):
    inside = -x * jnp.log(jnp.where(x > 0, x, jnp.ones((), x.dtype)))
    edge = jnp.where(
        x == 0, jnp.zeros((), x.dtype), jnp.where(jnp.isnan(x), x, -jnp.inf).astype(x.dtype)
    )
    return jnp.where(x > 0, inside, edge)


@elementwise("special.entr", _FLOAT, method=False, inplace=False)
def entr(input: Array):
    """-x log(x), 0 at 0 and -inf below
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.entr)"""
    _real("entr", input)
    return _entr(input)


def _x_log(log, slope, in_domain):
    """x * log(y), 0 where x is 0 and y is not NaN; with no NaN from 0 * inf in the gradient."""

    @jax.custom_jvp
    def f(x, y):
        zero = jnp.zeros((), x.dtype)
        return jnp.where((x == 0) & ~jnp.isnan(y), zero, x * log(y))

    @f.defjvp
    def rule(primals, tangents):
        (x, y), (dx, dy) = primals, tangents
        zero = jnp.zeros((), x.dtype)
        by_x = jnp.where((x == 0) & ~in_domain(y), zero, log(y))
        return f(x, y), dx * by_x + dy * (x * slope(y))

    return f


_xlogy = _x_log(jnp.log, lambda y: 1 / y, lambda y: (y > 0) | jnp.isnan(y))
_xlog1py = _x_log(jnp.log1p, lambda y: 1 / (1 + y), lambda y: (y > -1) | jnp.isnan(y))


@elementwise("xlogy", _FLOAT, aliases=("special.xlogy",))
def xlogy(input: Operand, other: Operand):
    """input * log(other), 0 where input is 0
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlogy)"""
    _real("xlogy_cpu", input)
    return _xlogy(*jnp.broadcast_arrays(input, other))


@elementwise("special.xlog1py", _FLOAT, method=False, inplace=False)
def xlog1py(input: Operand, other: Operand):
    """input * log1p(other), 0 where input is 0
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.xlog1py)"""
    _real("xlog1py_cpu", input)
    return _xlog1py(*jnp.broadcast_arrays(input, other))


# --- gamma and zeta functions
# -----------------------------------------------------------------------------------


@with_derivative(lambda x, y: _digamma(x))
def _lgamma(x):
    return jnp.where((x == 1) | (x == 2), jnp.zeros((), x.dtype), lax.lgamma(x))


@elementwise("lgamma", _FLOAT, aliases=("special.gammaln",), saves="input")
def lgamma(input: Array):
    """log |Γ(x)| (https://docs.pytorch.org/docs/stable/special.html#torch.special.gammaln)"""
    _real("lgamma_vml_cpu", input)
    return _lgamma(input)


@with_derivative(lambda x, y: _polygamma(1, x))
def _digamma(x):
    pole = jnp.where(x == 0, jnp.copysign(jnp.asarray(jnp.inf, x.dtype), -x), jnp.nan)
    return jnp.where((x <= 0) & (x == jnp.floor(x)), pole, lax.digamma(x)).astype(x.dtype)


@elementwise("digamma", _FLOAT, aliases=("special.digamma", "special.psi"), saves="input")
def digamma(input: Array):
    """The derivative of lgamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.digamma)"""
    _real("digamma", input)
    return _digamma(input)


# B(2k) / (2k)!, the weights of the Euler-Maclaurin tail.
_TAIL = (
    1 / 12,
    -1 / 720,
    1 / 30240,
    -1 / 1209600,
    1 / 47900160,
    -691 / 1307674368000,
    1 / 74724249600,
    -3617 / 10670622842880000,
    43867 / 5109094217170944000,
)
_HEAD = 10


@jax.custom_jvp
def _zeta(x, q):
    """Hurwitz' zeta. Left of 0 the terms with a negative base are those of another zeta function,
    less its tail: no number of terms grows with q."""
    low = q < 0
    whole = jnp.floor(-q)
    rest = jnp.where(low, -q - whole, jnp.ones((), x.dtype) / 2)  # the last base left of 0
    right = _zeta_right(x, jnp.where(low, 1 - rest, q))
    left = _zeta_right(x, rest) - _zeta_right(x, jnp.where(low, 1 - q, jnp.ones((), x.dtype)))
    total = jnp.where(low, right + jnp.where(x % 2 != 0, -left, left), right)
    infinite = (x == 1) | ((q <= 0) & (q == jnp.floor(q)))
    undefined = (x < 1) | ((q < 0) & (q != jnp.floor(q)) & (x != jnp.floor(x)))
    r = jnp.where(infinite, jnp.asarray(jnp.inf, x.dtype), total)
    return jnp.where((x < 1) | (undefined & ~infinite), jnp.asarray(jnp.nan, x.dtype), r)


def _zeta_right(x, q):
    """The first terms of the sum, then the Euler-Maclaurin expansion of the rest; for q > 0."""
    total = jnp.zeros(x.shape, x.dtype)
    for k in range(_HEAD):
        total = total + (q + k) ** -x
    w = q + _HEAD
    b = w**-x
    total = total + b * w / (x - 1) + b / 2
    factor, power = x, b / w
    for k, c in enumerate(_TAIL):
        total = total + c * factor * power
        factor = factor * (x + (2 * k + 1)) * (x + (2 * k + 2))
        power = power / (w * w)
    return total


@_zeta.defjvp
def _zeta_jvp(primals, tangents):
    (x, q), (_, dq) = primals, tangents  # by the first argument there is no derivative
    return _zeta(x, q), -x * _zeta(x + 1, q) * dq


@elementwise("special.zeta", _FLOAT, method=False, inplace=False)
def zeta(input: Operand, other: Operand):
    """Hurwitz' zeta function, the sum of (k + other)**-input; differentiable in other alone
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.zeta)"""
    _real("zeta_cpu", input)
    x, q = jnp.broadcast_arrays(input, other)
    return _zeta(lax.stop_gradient(x), q)


def _polygamma(n, x):
    if n == 0:
        return _digamma(x)
    if n == 1:
        return _trigamma(x)
    sign = 1 if n % 2 else -1
    return sign * math.exp(math.lgamma(n + 1)) * _zeta(jnp.full(x.shape, n + 1, x.dtype), x)


@with_derivative(lambda x, y: _polygamma(2, x))
def _trigamma(x):
    low = x < 0.5
    s = jnp.sin(math.pi * jnp.where(low, x, jnp.asarray(0.5, x.dtype)))
    right = _zeta_right(jnp.full(x.shape, 2, x.dtype), jnp.where(low, 1 - x, x))
    value = jnp.where(low, (math.pi / s) ** 2 - right, right)
    return jnp.where(x == jnp.inf, jnp.zeros((), x.dtype), value)


@elementwise("polygamma", Promote.NONE, method=False, inplace=False, aliases=("special.polygamma",))
def polygamma(n: int, input: Array):
    """The n-th derivative of digamma
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.polygamma)"""
    return _polygamma_of(input, n)


@elementwise("Tensor.polygamma", Promote.NONE, function=False, aliases=("Tensor.polygamma_",))
def tensor_polygamma(self: Array, n: int):
    """The n-th derivative of digamma
    (https://docs.pytorch.org/docs/stable/generated/torch.Tensor.polygamma.html)"""
    return _polygamma_of(self, n)


def _polygamma_of(x, n):
    _real("polygamma", x)
    if n < 0:
        raise RuntimeError("polygamma(n, x) does not support negative n.")
    half = x.dtype in (jnp.float16, jnp.bfloat16)
    y = (
        x.astype(jnp.float32)
        if half
        else x
        if jnp.issubdtype(x.dtype, jnp.floating)
        else x.astype(dt.get_default_dtype().np)
    )
    r = _polygamma(n, y)
    return r.astype(x.dtype) if half else r


@elementwise("mvlgamma", _FLOAT, aliases=("special.multigammaln",))
def mvlgamma(input: Array, p: int):
    """log of the p-dimensional gamma function
    (https://docs.pytorch.org/docs/stable/special.html#torch.special.multigammaln)"""
    _real("mvlgamma", input)
    if p < 1:
        raise RuntimeError("p has to be greater than or equal to 1")
    terms = _lgamma(input[..., None] - jnp.arange(p, dtype=input.dtype) / 2).sum(-1)
    return terms + p * (p - 1) / 4 * math.log(math.pi)
