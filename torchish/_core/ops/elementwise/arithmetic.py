"""Arithmetic: sums, products, quotients, remainders, powers, and their fused relatives."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base import dtypes as dt
from torchish._core.base.fitting import require_fit
from torchish._core.base.promotion import cast
from torchish._core.ops.elementwise import quotients
from torchish._core.ops.elementwise.quotients import divide, spread
from torchish._core.ops.operands import (
    default_float,
    is_bool,
    is_complex,
    is_float,
    is_inexact,
    is_int,
    is_number,
    name_of,
    promoted,
    refuse,
    sign_of,
    unsupported,
)
from torchish._core.ops.table import (
    Array,
    ArrayOrNumber,
    Check,
    Number,
    Operand,
    Promote,
    elementwise,
    op,
)


def _scaled(x, alpha):
    """x * alpha; an absent alpha costs nothing."""
    if alpha is None:
        return x
    if is_complex(alpha) and not is_complex(x):
        raise RuntimeError(
            "For non-complex input tensors, argument alpha must not be a complex number."
        )
    return x * alpha


def _with_alpha(arguments) -> Promote:
    """RuntimeError for a multiplier of a kind that the operands are not of."""
    alpha, operands = arguments["alpha"], (arguments["input"], arguments["other"])
    if alpha is not None:
        operands = [jnp.asarray(x) if is_number(x) else x for x in operands]
        if is_bool(alpha) and not all(is_bool(x) for x in operands):
            raise RuntimeError("Boolean alpha only supported for Boolean results.")
        if is_inexact(alpha) and not is_complex(alpha) and not any(is_inexact(x) for x in operands):
            raise RuntimeError(
                "For integral input tensors, argument alpha must not be a floating point number."
            )
    return Promote.DEFAULT


@elementwise("add", _with_alpha, fits="alpha")
def add(input: Operand, other: Operand, *, alpha: Number = None):
    """input + alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.add.html)"""
    return input + _scaled(other, alpha)


def _subtraction(arguments) -> Promote:
    if is_bool(arguments["input"]) != is_bool(arguments["other"]):
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying "
            "to invert a mask, use the `~` or `logical_not()` operator instead."
        )
    return _with_alpha(arguments)


def _subtract(a, b):
    if is_bool(a):
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` "
            "or `logical_xor()` operator instead."
        )
    return a - b


@elementwise("sub", _subtraction, aliases=("subtract",), fits="alpha")
def sub(input: Operand, other: Operand, *, alpha: Number = None):
    """input - alpha * other, alpha 1 when absent
    (https://docs.pytorch.org/docs/stable/generated/torch.sub.html)"""
    return _subtract(input, _scaled(other, alpha))


@elementwise("rsub", _subtraction, inplace=False, method=False, out=False)
def rsub(input: Array, other: Operand, *, alpha: Number = None):
    """other - alpha * input (https://docs.pytorch.org/docs/stable/torch.html)"""
    return _subtract(other, _scaled(input, alpha))


@elementwise(
    "mul",
    aliases=("multiply",),
    saves={"input": "other", "other": "input"},
)
def mul(input: Operand, other: Operand):
    """input * other (https://docs.pytorch.org/docs/stable/generated/torch.mul.html)"""
    return input * other


def _divisor_when(call, avals, numbers) -> str:
    if any(a.torch_dtype.category > dt.INT for a in avals) or any(
        type(n) in (float, complex) for n in numbers
    ):
        return "never"
    return "now" if call.template["other"][0] == "n" else "later"


def _divisor_check(input, other, rounding_mode: str | None = "floor"):
    """Integers are not divided by zero; a number counts as the tensor's dtype holds it."""
    if rounding_mode is None:
        return True, 0
    if is_number(other):
        return np.asarray(other).astype(input.dtype) != 0, 0
    return (other != 0).all(), 0


_DIVISOR = Check(
    _divisor_check, lambda payload, **_: RuntimeError("ZeroDivisionError"), _divisor_when
)


def _floor_quotient(a, b):
    """Quotient rounded down as C's fmod implies it: exact where a / b would round up to the next
    integer."""
    mod = lax.rem(a, b)
    quotient = (a - mod) / b
    quotient = jnp.where((mod != 0) & ((b < 0) != (mod < 0)), quotient - 1, quotient)
    floor = jnp.floor(quotient)
    floor = jnp.where(quotient - floor > 0.5, floor + 1, floor)
    floor = jnp.where(quotient == 0, jnp.copysign(jnp.zeros((), a.dtype), a / b), floor)
    return jnp.where(b == 0, a / b, floor)


def _floor_divide(a, b, kernel):
    refuse(kernel, a, complex=True, bool=True)
    if is_int(a):
        return jnp.floor_divide(a, b)
    d = a.dtype
    a, b = (lax.stop_gradient(x.astype(jnp.promote_types(d, jnp.float32))) for x in (a, b))
    return _floor_quotient(a, b).astype(d)


def _trunc_divide(a, b, kernel):
    refuse(kernel, a, complex=True, bool=True)
    if is_int(a):
        return lax.div(a, b)
    a, b = lax.stop_gradient(a), lax.stop_gradient(b)
    if a.dtype in (jnp.float16, jnp.bfloat16):
        # PyTorch rounds the quotient to the half type before it truncates.
        info = jnp.finfo(a.dtype)
        quotient = a.astype(jnp.float32) / b.astype(jnp.float32)
        return jnp.trunc(lax.reduce_precision(quotient, info.nexp, info.nmant)).astype(a.dtype)
    return jnp.trunc(divide(a, b))


def _quotient(arguments) -> Promote:
    """A true quotient of integers is one of floats."""
    operands = [arguments["input"], arguments["other"]]
    whole = not any(is_inexact(x) for x in operands if not is_number(x))
    rounds = arguments.get("rounding_mode") is not None
    if whole and not rounds:
        return Promote.INT_TO_FLOAT
    # The quotient of halves is made in float32, of a number as it is.
    return Promote.SAME if whole or arguments.get("rounding_mode") == "trunc" else Promote.DEFAULT


def _div_saves(tensors: set[str], statics: dict):
    # A number divided by a tensor is the number times its reciprocal, in PyTorch.
    return {"input": "other", "other": "input other"} if "input" in tensors else ""


@jax.custom_jvp
def _ratio(a, b):
    return divide(a, b)


@_ratio.defjvp
def _ratio_jvp(primals, tangents):
    # Divided twice, also by XLA: the square of a divisor may overflow or vanish.
    (a, b), (da, db) = primals, tangents
    r = _ratio(a, b)
    return r, _ratio(da, b) - _ratio(lax.optimization_barrier(r), b) * db


def _divide(a, b, rounding_mode):
    if rounding_mode is None:
        a, b = default_float(a), default_float(b)
        return divide(a, b) if is_number(b) else _ratio(a, b)
    shape = jnp.broadcast_shapes(jnp.shape(a), jnp.shape(b))
    a, b = spread(a, shape), spread(b, shape)
    if rounding_mode == "floor":
        return _floor_divide(a, b, "div_floor_cpu")
    if rounding_mode == "trunc":
        return _trunc_divide(a, b, "div_trunc_cpu")
    raise RuntimeError(
        "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found "
        f"'{rounding_mode}'"
    )


@elementwise(
    "div",
    _quotient,
    aliases=("divide",),
    saves=_div_saves,
    check=_DIVISOR,
)
def div(input: Operand, other: Operand, *, rounding_mode: str | None = None):
    """input / other, then rounded as asked: None, "trunc" or "floor"
    (https://docs.pytorch.org/docs/stable/generated/torch.div.html)"""
    return _divide(input, other, rounding_mode)


@elementwise("true_divide", _quotient, saves=_div_saves)
def true_divide(input: Operand, other: Operand):
    """input / other, always a float
    (https://docs.pytorch.org/docs/stable/generated/torch.true_divide.html)"""
    return _divide(input, other, None)


@jax.custom_vjp
def _whole_quotient(a, b):
    return _floor_divide(a, b, "div_floor_cpu")


def _underivable(saved, cotangent):
    raise RuntimeError("derivative for aten::floor_divide is not implemented")


_whole_quotient.defvjp(lambda a, b: (_whole_quotient(a, b), None), _underivable)


@elementwise("floor_divide", check=_DIVISOR)
def floor_divide(input: Operand, other: Operand):
    """The quotient rounded down; there is no derivative, and backward says so
    (https://docs.pytorch.org/docs/stable/generated/torch.floor_divide.html)"""
    shape = jnp.broadcast_shapes(jnp.shape(input), jnp.shape(other))
    return _whole_quotient(spread(input, shape), spread(other, shape))


floor_divide.grad_name = "NotImplemented"


@elementwise("fmod", check=_DIVISOR)
def fmod(input: Array, other: Operand):
    """The remainder that has the sign of input, as C's fmod
    (https://docs.pytorch.org/docs/stable/generated/torch.fmod.html)"""
    refuse("fmod_cpu", input, complex=True, bool=True)
    return quotients.fmod(input, other)


@elementwise("remainder", check=_DIVISOR)
def remainder(input: Operand, other: Operand):
    """The remainder that has the sign of other, as Python's %
    (https://docs.pytorch.org/docs/stable/generated/torch.remainder.html)"""
    refuse("remainder_cpu", input, complex=True, bool=True)
    return quotients.remainder(input, other)


@elementwise("neg", aliases=("negative",))
def neg(input: Array):
    """-input (https://docs.pytorch.org/docs/stable/generated/torch.neg.html)"""
    if is_bool(input):
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to "
            "invert a mask, use the `~` or `logical_not()` operator instead."
        )
    return -input


@jax.custom_jvp
def _abs(x):
    return jnp.abs(x)


@_abs.defjvp
def _abs_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    y = _abs(x)
    if is_complex(x):
        unit = x / jnp.where(y == 0, jnp.ones((), y.dtype), y)
        return y, jnp.real(jnp.conj(unit) * t)
    return y, t * sign_of(x)


@elementwise(
    "abs",
    Promote.COMPLEX_TO_FLOAT,
    aliases=("absolute",),
    saves="input",
)
def abs_(input: Array):
    """|input|; real for complex input, whose gradient at 0 is 0
    (https://docs.pytorch.org/docs/stable/generated/torch.abs.html)"""
    refuse("abs_cpu", input, bool=True)
    return _abs(input) if is_inexact(input) else jnp.abs(input)


@elementwise("reciprocal", Promote.INT_TO_FLOAT, saves="result")
def reciprocal(input: Array):
    """1 / input (https://docs.pytorch.org/docs/stable/generated/torch.reciprocal.html)"""
    return 1 / input


@elementwise("square", Promote.BOOL_TO_INT, saves="input")
def square(input: Array):
    """input * input (https://docs.pytorch.org/docs/stable/generated/torch.square.html)"""
    return input * input


# --- powers ---------------------------------------------------------------------------------------
# --------------


@jax.custom_jvp
def _power(x, y):
    if not is_complex(x):
        return lax.pow(x, y)
    # By logarithms, as in C: of an endless exponent whose angle is unknown only the size is left.
    log = jnp.log(x)
    real = y.real * log.real - y.imag * log.imag
    imag = y.real * log.imag + y.imag * log.real
    size = jnp.exp(real)
    known = jnp.isfinite(imag)
    angle = jnp.where(known, imag, 0)
    r = lax.complex(size * jnp.cos(angle), size * jnp.sin(angle))
    none = jnp.full_like(r, complex(jnp.nan, jnp.nan))
    endless = jnp.where(real == jnp.inf, lax.complex(size, jnp.full_like(size, jnp.nan)), none)
    return jnp.where(known | (real == -jnp.inf), r, endless)


@_power.defjvp
def _power_jvp(primals, tangents):
    # d/dx is 0 where the exponent is 0, d/dy is 0 where the base is 0 and the exponent not
    # negative: no 0 * inf.
    (x, y), (dx, dy) = primals, tangents
    r = _power(x, y)
    one = jnp.ones((), x.dtype)
    by_base = jnp.where(y == 0, jnp.zeros((), x.dtype), y * _power(x, y - one))
    at_zero = (x == 0) & (y.real >= 0)
    by_exponent = jnp.where(
        at_zero, jnp.zeros((), x.dtype), r * jnp.log(jnp.where(at_zero, one, x))
    )
    return r, by_base * dx + by_exponent * dy


def _int_power(x, y):
    if is_bool(x):
        raise unsupported("pow", x)
    if not jnp.issubdtype(y.dtype, jnp.signedinteger):
        return jnp.power(x, y)
    one = jnp.ones((), x.dtype)
    negative = jnp.where(
        x == 1, one, jnp.where(x == -1, jnp.where(y % 2 == 0, one, -one), jnp.zeros((), x.dtype))
    )
    return jnp.where(y < 0, negative, jnp.power(x, jnp.where(y < 0, jnp.zeros((), y.dtype), y)))


def _static_power(x, n):
    """x to a Python number, with the exponents that need no logarithm."""
    if n == 0:
        return jnp.ones_like(x)
    if n == 1:
        return x
    if not is_inexact(x):
        if is_bool(x):
            raise unsupported("pow", x)
        if n < 0:
            raise RuntimeError("Integers to negative integer powers are not allowed.")
        require_fit(n, dt.from_np(x.dtype))
        return lax.integer_pow(x, int(n))
    if not isinstance(n, complex):
        if n in (2, 3, -1, -2):
            return lax.integer_pow(x, int(n))
        if n == 0.5:
            return jnp.sqrt(x)
        if n == -0.5:
            return lax.rsqrt(x)
    return _power(x, jnp.broadcast_to(jnp.asarray(n, x.dtype), x.shape))


def _require_tensor(name, x, y):
    if is_number(x) and is_number(y):
        raise TypeError(
            f"{name}() received an invalid combination of arguments - got ({type(x).__name__}, "
            f"{type(y).__name__})"
        )


def _raise(x, y):
    """x ** y in PyTorch's common dtype, for arrays and static numbers."""
    (a, b), result = promoted(Promote.DEFAULT, x, y)
    if is_number(y):
        r = _static_power(a, y)
    elif not is_inexact(a):
        r = _int_power(*jnp.broadcast_arrays(a, b))
    else:
        r = _power(*jnp.broadcast_arrays(a, b))
    return cast(r, result)


def _pow_saves(tensors: set[str], statics: dict):
    if "exponent" not in tensors:
        return "input"
    return "input exponent result" if "input" in tensors else "exponent result"


@elementwise("pow", Promote.NONE, saves=_pow_saves)
def pow_(input: ArrayOrNumber, exponent: ArrayOrNumber):
    """input to the power of exponent; either may be a number
    (https://docs.pytorch.org/docs/stable/generated/torch.pow.html)"""
    _require_tensor("pow", input, exponent)
    return _raise(input, exponent)


@elementwise("float_power", Promote.NONE)
def float_power(input: ArrayOrNumber, exponent: ArrayOrNumber):
    """The power computed in double precision
    (https://docs.pytorch.org/docs/stable/generated/torch.float_power.html)"""
    _require_tensor("float_power", input, exponent)
    complex_ = any(
        isinstance(x, complex) or (not is_number(x) and is_complex(x)) for x in (input, exponent)
    )
    d = dt.complex128 if complex_ else dt.float64
    a, b = (x if is_number(x) else cast(x, d) for x in (input, exponent))
    return _raise(a, b).astype(d.np)


# --- fused ----------------------------------------------------------------------------------------
# --------------


@elementwise("addcmul", saves={"tensor1": "tensor2", "tensor2": "tensor1"}, fits="value")
def addcmul(input: Array, tensor1: Operand, tensor2: Operand, *, value: Number = None):
    """input + value * tensor1 * tensor2
    (https://docs.pytorch.org/docs/stable/generated/torch.addcmul.html)"""
    refuse("addcmul_cpu_out", input, bool=True)
    return input + _scaled(tensor1, value) * tensor2


@elementwise(
    "addcdiv", saves={"input": "tensor2", "tensor1": "tensor2", "tensor2": "tensor1 tensor2"}
)
def addcdiv(input: Array, tensor1: Array, tensor2: Array, *, value: Number = None):
    """input + value * tensor1 / tensor2
    (https://docs.pytorch.org/docs/stable/generated/torch.addcdiv.html)"""
    if not is_inexact(input):
        raise RuntimeError(
            "Integer division with addcdiv is no longer supported, and in a future  release "
            "addcdiv will perform a true division of tensor1 and tensor2. The historic addcdiv "
            "behavior can be implemented as (input + value * torch.trunc(tensor1 / "
            "tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / "
            "tensor2) for float inputs. The future addcdiv behavior is just the latter "
            "implementation: (input + value * tensor1 / tensor2), for all dtypes."
        )
    return input + divide(_scaled(tensor1, value), tensor2)


# --- of floats and integers alone
# -------------------------------------------------------------------------------


@elementwise("hypot", saves={"input": "input result", "other": "other result"})
def hypot(input: Array, other: Array):
    """sqrt(input² + other²) without overflow
    (https://docs.pytorch.org/docs/stable/generated/torch.hypot.html)"""
    if not is_float(input):
        raise unsupported("hypot_cpu", input)
    return _hypot(*jnp.broadcast_arrays(input, other))


@jax.custom_jvp
def _hypot(x, y):
    return jnp.hypot(x, y)


@_hypot.defjvp
def _hypot_jvp(primals, tangents):
    (x, y), (dx, dy) = primals, tangents
    r = _hypot(x, y)
    return r, dx * (x / r) + dy * (y / r)


@elementwise(
    "atan2",
    Promote.INT_TO_FLOAT,
    aliases=("arctan2",),
    saves="input other",
)
def atan2(input: Array, other: Array):
    """The angle of the point (other, input) in radians
    (https://docs.pytorch.org/docs/stable/generated/torch.atan2.html)"""
    refuse("atan2_cpu", input, complex=True)
    return lax.atan2(*jnp.broadcast_arrays(input, other))


@elementwise("nextafter", Promote.SAME)
def nextafter(input: Array, other: Array):
    """The next number that the dtype has after input, towards other
    (https://docs.pytorch.org/docs/stable/generated/torch.nextafter.html)"""
    if not is_float(input):
        raise unsupported("nextafter_cpu", input)
    return _nextafter(*jnp.broadcast_arrays(input, other))


@jax.custom_jvp
def _nextafter(x, y):
    return lax.nextafter(x, y)


@_nextafter.defjvp
def _nextafter_jvp(primals, tangents):
    (x, y), (dx, dy) = primals, tangents
    return _nextafter(x, y), jnp.where(x == y, dy, dx)


@elementwise("gcd")
def gcd(input: Array, other: Array):
    """The greatest common divisor of integers
    (https://docs.pytorch.org/docs/stable/generated/torch.gcd.html)"""
    if not is_int(input):
        raise unsupported("gcd_cpu", input)
    return jnp.gcd(input, other)


@elementwise("lcm")
def lcm(input: Array, other: Array):
    """The least common multiple of integers
    (https://docs.pytorch.org/docs/stable/generated/torch.lcm.html)"""
    if not is_int(input):
        raise unsupported("lcm_cpu", input)
    return jnp.lcm(input, other)


@elementwise("ldexp", Promote.NONE)
def ldexp(input: Array, other: Array):
    """input * 2**other (https://docs.pytorch.org/docs/stable/generated/torch.ldexp.html)"""
    (two, exponent), result = promoted(Promote.INT_TO_FLOAT, 2.0, other)
    factor = cast(_power(*jnp.broadcast_arrays(two, exponent)), result)
    (a, b), result = promoted(Promote.DEFAULT, input, factor)
    return cast(a * b, result)


@op("frexp", returns=("mantissa", "exponent"))
def frexp(input: Array):
    """Mantissa in [0.5, 1) and int32 exponent with input = mantissa * 2**exponent
    (https://docs.pytorch.org/docs/stable/generated/torch.frexp.html)"""
    if not is_float(input):
        raise NotImplementedError(
            f"torch.frexp() only supports floating-point dtypes, got {name_of(input)}"
        )
    half = input.dtype in (jnp.float16, jnp.bfloat16)
    mantissa, exponent = jnp.frexp(lax.stop_gradient(input.astype(jnp.float32) if half else input))
    return _mantissa(input, mantissa.astype(input.dtype), exponent), exponent.astype(jnp.int32)


@jax.custom_jvp
def _mantissa(x, mantissa, exponent):
    return mantissa


@_mantissa.defjvp
def _mantissa_jvp(primals, tangents):
    # The mantissa is the input times a constant, 2**-exponent.
    x, mantissa, exponent = primals
    return mantissa, tangents[0] * jnp.exp2(-exponent.astype(x.dtype))


# Beside halves a number, or a 0-dim tensor, is rounded to the half first; the other operators
# take it into their float32 arithmetic as it is.
for _op in (add, sub, rsub, fmod, remainder, hypot, atan2):
    _op.rounds = True
