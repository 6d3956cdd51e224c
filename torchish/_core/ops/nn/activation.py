"""Activation functions of torch.nn.functional, softmax and its relatives.

Slopes, limits and thresholds are static: they are a module's hyperparameters, and XLA folds them
into the program. Each function is written as a selection whose derivative is PyTorch's at the kinks
and at NaN, so no gradient rule is needed; the unselected branch is kept finite, since an infinity
there would make a NaN of its zero gradient.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp

from torchish._core.base.dtypes import dtype
from torchish._core.base.errors import wrap_dim
from torchish._core.base.promotion import cast
from torchish._core.ops.arguments import not_implemented, require_float, scalar_name
from torchish._core.ops.operands import default_float, is_inexact, with_derivative
from torchish._core.ops.table import Array, Promote, elementwise, op

_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


def _zero(x):
    return jnp.zeros((), x.dtype)


@elementwise("relu", aliases=("nn.functional.relu", "nn.functional.relu_"), saves="result")
def relu(input: Array, inplace: bool = False):
    """max(x, 0) (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu.html)"""
    if input.dtype == bool:
        raise RuntimeError("Boolean inputs not supported for relu")
    if jnp.issubdtype(input.dtype, jnp.complexfloating):
        raise NotImplementedError("clamp is not supported for complex types")
    return jnp.where(input <= 0, _zero(input), input)


def _hardtanh(x, low, high):
    if x.dtype == bool:
        raise RuntimeError("Bool inputs not supported for hardtanh")
    if jnp.issubdtype(x.dtype, jnp.complexfloating):
        raise not_implemented("hardtanh_cpu", x)
    low, high = jnp.asarray(low, x.dtype), jnp.asarray(high, x.dtype)
    return jnp.where(x <= low, low, jnp.where(x >= high, high, x))


@elementwise("nn.functional.relu6", method=False, inplace=False, saves="input")
def relu6(input: Array, inplace: bool = False):
    """min(max(x, 0), 6)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.relu6.html)"""
    return _hardtanh(input, 0, 6)


@elementwise(
    "nn.functional.hardtanh",
    method=False,
    aliases=("nn.functional.hardtanh_",),
    saves="input",
    fits="min_val max_val",
)
def hardtanh(input: Array, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False):
    """x clamped to [min_val, max_val]
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardtanh.html)"""
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    if input.dtype == jnp.bool_:
        raise RuntimeError("Bool inputs not supported for hardtanh")
    if jnp.issubdtype(input.dtype, jnp.unsignedinteger) and min_val < 0:
        raise RuntimeError("cannot do hardtanh on an unsigned type with negative limits")
    return _hardtanh(input, min_val, max_val)


@elementwise(
    "nn.functional.leaky_relu", method=False, aliases=("nn.functional.leaky_relu_",), saves="input"
)
def leaky_relu(input: Array, negative_slope: float = 0.01, inplace: bool = False):
    """x where positive, negative_slope * x elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.leaky_relu.html)"""
    require_float(input, "leaky_relu_cpu")
    return jnp.where(input > 0, input, input * negative_slope)


def _elu(x, alpha, scale, input_scale):
    require_float(x, "elu_cpu")
    negative = x <= 0
    # NaN takes the branch of the positives, where it stays NaN.
    tail = jnp.expm1(jnp.where(negative, x, _zero(x)) * input_scale)
    return jnp.where(negative, tail * (alpha * scale), x * scale)


@elementwise("nn.functional.elu", method=False, aliases=("nn.functional.elu_",), saves="input")
def elu(input: Array, alpha: float = 1.0, inplace: bool = False):
    """x where positive, alpha * (exp(x) - 1) elsewhere (https://arxiv.org/abs/1511.07289)"""
    return _elu(input, alpha, 1.0, 1.0)


@elementwise(
    "nn.functional.selu", method=False, aliases=("selu", "nn.functional.selu_"), saves="input"
)
def selu(input: Array, inplace: bool = False):
    """Self-normalizing ELU (https://arxiv.org/abs/1706.02515)"""
    return _elu(input, _SELU_ALPHA, _SELU_SCALE, 1.0)


@elementwise(
    "nn.functional.celu", method=False, aliases=("celu", "nn.functional.celu_"), saves="input"
)
def celu(input: Array, alpha: float = 1.0, inplace: bool = False):
    """Continuously differentiable ELU (https://arxiv.org/abs/1704.07483)"""
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return _elu(input, alpha, 1.0, 1.0 / alpha)


@elementwise("nn.functional.gelu", method=False, inplace=False, saves="input")
def gelu(input: Array, *, approximate: str = "none"):
    """x times the standard normal distribution function, exact or by tanh
    (https://arxiv.org/abs/1606.08415)"""
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    require_float(input, "GeluKernelImpl")
    x = input
    if approximate == "tanh":
        return 0.5 * x * (1 + jnp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    y = 0.5 * x * (1 + jax.lax.erf(x * math.sqrt(0.5)))
    # PyTorch's erf of float32 arrays is NaN at an infinity here.
    return (
        y if x.dtype == jnp.float64 else jnp.where(jnp.isinf(x), jnp.asarray(jnp.nan, x.dtype), y)
    )


@elementwise("nn.functional.silu", method=False, inplace=False, saves="input")
def silu(input: Array, inplace: bool = False):
    """x * sigmoid(x)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.silu.html)"""
    require_float(input, "silu_cpu", complex_too=True)
    if not jnp.issubdtype(input.dtype, jnp.floating):
        return input / (1 + jnp.exp(-input))
    return input * jax.lax.logistic(input)


@elementwise("nn.functional.mish", method=False, inplace=False, saves="input")
def mish(input: Array, inplace: bool = False):
    """x * tanh(softplus(x)) (https://arxiv.org/abs/1908.08681)"""
    require_float(input, "mish_cpu")
    return input * jnp.tanh(jnp.logaddexp(input, _zero(input)))


@elementwise("nn.functional.softplus", method=False, inplace=False, saves="input")
def softplus(input: Array, beta: float = 1.0, threshold: float = 20.0):
    """log(1 + exp(beta * x)) / beta, and x itself where beta * x exceeds the threshold
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softplus.html)"""
    require_float(input, "softplus_cpu")
    scaled = input * beta
    large = scaled > threshold
    return jnp.where(
        large, input, jnp.log1p(jnp.exp(jnp.where(large, _zero(input), scaled))) / beta
    )


@elementwise("nn.functional.logsigmoid", method=False, inplace=False, saves="input")
def logsigmoid(input: Array):
    """log(sigmoid(x))
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.logsigmoid.html)"""
    require_float(input, "log_sigmoid_cpu")
    return -jnp.logaddexp(-input, _zero(input))


def _hardswish_slope(x, y):
    return jnp.where(x <= -3, _zero(x), jnp.where(x < 3, x / 3 + 0.5, jnp.ones((), x.dtype)))


@with_derivative(_hardswish_slope)
def _hardswish(x):
    return x * jnp.clip(x + 3, 0, 6) / 6


@elementwise("nn.functional.hardswish", method=False, inplace=False, saves="input")
def hardswish(input: Array, inplace: bool = False):
    """x * relu6(x + 3) / 6 (https://arxiv.org/abs/1905.02244)"""
    require_float(input, "hardswish_cpu")
    return _hardswish(input)


@elementwise("nn.functional.hardsigmoid", method=False, inplace=False, saves="input")
def hardsigmoid(input: Array, inplace: bool = False):
    """relu6(x + 3) / 6
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardsigmoid.html)"""
    require_float(input, "hardsigmoid_cpu")
    x = input
    return jnp.where(x <= -3, _zero(x), jnp.where(x >= 3, jnp.ones((), x.dtype), x / 6 + 0.5))


@elementwise("hardshrink", inplace=False, aliases=("nn.functional.hardshrink",), saves="input")
def hardshrink(input: Array, lambd: float = 0.5):
    """x where |x| > lambd, else 0
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.hardshrink.html)"""
    require_float(input, "hardshrink_cpu")
    return jnp.where((input >= -lambd) & (input <= lambd), _zero(input), input)


@elementwise("nn.functional.softshrink", method=False, inplace=False, saves="input")
def softshrink(input: Array, lambd: float = 0.5):
    """x moved toward 0 by lambd
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softshrink.html)"""
    require_float(input, "softshrink_check")
    if not 0 <= lambd <= jnp.finfo(input.dtype).max:
        raise RuntimeError(
            f"lambda must be in range [0, {float(jnp.finfo(input.dtype).max):g}] "
            f"for input dtype {scalar_name(input)}, but found {lambd:g}"
        )
    x = input
    return jnp.where(
        x > lambd, x - lambd, jnp.where(x < -lambd, x + lambd, jnp.where(jnp.isnan(x), x, _zero(x)))
    )


def _step_by_step(arguments) -> Promote:
    """In a half type the tangent is rounded before it is subtracted, as two operators would."""
    half = arguments["input"].dtype in (jnp.float16, jnp.bfloat16)
    return Promote.SAME if half else Promote.INT_TO_FLOAT


@elementwise("nn.functional.tanhshrink", _step_by_step, method=False, inplace=False)
def tanhshrink(input: Array):
    """x - tanh(x)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.tanhshrink.html)"""
    return input - jnp.tanh(input)


def _integers_stay(arguments) -> Promote:
    """Integers are added as integers, which may overflow, and divided as floats."""
    return Promote.INT_TO_FLOAT if is_inexact(arguments["input"]) else Promote.NONE


@elementwise("nn.functional.softsign", _integers_stay, method=False, inplace=False, saves="input")
def softsign(input: Array):
    """x / (1 + |x|)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softsign.html)"""
    if input.dtype == bool:
        raise not_implemented("abs_cpu", input)
    return default_float(input) / default_float(1 + jnp.abs(input))


@elementwise(
    "nn.functional.threshold",
    method=False,
    aliases=("threshold", "nn.functional.threshold_"),
    saves="input",
    fits="threshold value",
)
def threshold(input: Array, threshold: float, value: float, inplace: bool = False):
    """x where above the threshold, `value` elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.threshold.html)"""
    if input.dtype == bool or jnp.issubdtype(input.dtype, jnp.complexfloating):
        raise not_implemented("threshold_cpu", input)
    return jnp.where(input <= threshold, jnp.asarray(value).astype(input.dtype), input)


@elementwise("_rrelu", method=False, inplace=False)
def rrelu_with_slopes(input: Array, slopes: Array):
    """Leaky ReLU with a slope drawn for each element (https://arxiv.org/abs/1505.00853)"""
    require_float(input, "rrelu_with_noise_out_cpu")
    return jnp.where(input > 0, input, input * slopes)


@op("prelu", Promote.NONE, aliases=("nn.functional.prelu",), saves="input weight")
def prelu(input: Array, weight: Array):
    """Leaky ReLU with a learned slope, one or one per channel (dim 1)
    (https://arxiv.org/abs/1502.01852)"""
    if input.dtype != weight.dtype:
        names = [scalar_name(a) for a in (input, weight)]
        raise RuntimeError(f"prelu: Type promoting not supported. Got {names[0]} and {names[1]}")
    if weight.size != 1:
        if input.ndim == 0:
            raise RuntimeError("Not allow zero-dim input tensor.")
        channels = input.shape[1] if input.ndim > 1 else 1
        if channels != weight.size:
            raise RuntimeError(
                "Mismatch of parameter numbers and input channel size. Found "
                f"parameter numbers = {weight.size} and channel size = {channels}."
            )
    if weight.ndim > 1:
        raise RuntimeError(
            f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}"
        )
    require_float(input, "prelu_cpu")
    shape = [1] * input.ndim
    if input.ndim > 1:
        shape[1] = weight.size
    return jnp.where(input > 0, input, input * weight.reshape(shape))


@op("nn.functional.glu", Promote.DEFAULT, method=False, saves="input")
def glu(input: Array, dim: int = -1):
    """First half of `dim` times the sigmoid of the second half
    (https://arxiv.org/abs/1612.08083)"""
    if input.ndim == 0:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    dim = wrap_dim(dim, input.ndim)
    if input.shape[dim] % 2:
        raise RuntimeError(
            f"Halving dimension must be even, but dimension {dim} is size {input.shape[dim]}"
        )
    require_float(input, "glu_cpu")
    a, b = jnp.split(input, 2, axis=dim)
    return a * jax.lax.logistic(b)


def _softmax(name: str, input, dim, target: dtype | None, negate: bool = False):
    if target is not None:
        input = cast(input, target)
    dim = wrap_dim(dim, input.ndim)
    if not jnp.issubdtype(input.dtype, jnp.inexact):
        raise not_implemented(
            f"{name}_lastdim_kernel_impl"
            if dim == max(input.ndim - 1, 0)
            else f"{name}_kernel_impl",
            input,
        )
    if input.size == 0:
        return input
    if input.ndim == 0:
        return _softmax(name, input[None], 0, None).reshape(())
    half = input.dtype in (jnp.float16, jnp.bfloat16)
    x = input.astype(jnp.float32) if half else input
    f = jax.nn.softmax if name == "softmax" else jax.nn.log_softmax
    return f(-x if negate else x, axis=dim).astype(input.dtype)


def _implicit_dim(ndim: int) -> int:
    return 0 if ndim in (0, 1, 3) else 1


@op("softmax", Promote.NONE, aliases=("special.softmax",), saves="result")
def softmax(input: Array, dim: int, dtype: dtype | None = None):
    """exp(x) normalized to sum 1 along `dim`, in `dtype` when given
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)"""
    return _softmax("softmax", input, dim, dtype)


@op("log_softmax", Promote.NONE, aliases=("special.log_softmax",), saves="result")
def log_softmax(input: Array, dim: int, dtype: dtype | None = None):
    """Logarithm of softmax along `dim`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)"""
    return _softmax("log_softmax", input, dim, dtype)


@op("nn.functional.softmax", Promote.NONE, method=False, out=False, saves="result")
def nn_softmax(
    input: Array, dim: int | None = None, _stacklevel: int = 3, dtype: dtype | None = None
):
    """exp(x) normalized to sum 1 along `dim`; without one, dim 1 (0 for 0, 1 and 3 dimensions)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)"""
    return _softmax("softmax", input, _implicit_dim(input.ndim) if dim is None else dim, dtype)


@op("nn.functional.log_softmax", Promote.NONE, method=False, out=False, saves="result")
def nn_log_softmax(
    input: Array, dim: int | None = None, _stacklevel: int = 3, dtype: dtype | None = None
):
    """Logarithm of softmax along `dim`; without one, dim 1 (0 for 0, 1 and 3 dimensions)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html)"""
    return _softmax("log_softmax", input, _implicit_dim(input.ndim) if dim is None else dim, dtype)


@op("nn.functional.softmin", Promote.NONE, method=False, out=False)
def softmin(input: Array, dim: int | None = None, _stacklevel: int = 3, dtype: dtype | None = None):
    """Softmax of -x
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmin.html)"""
    if input.dtype == bool:
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you "
            "are trying to invert a mask, use the `~` or `logical_not()` operator "
            "instead."
        )
    return _softmax("softmax", -input, _implicit_dim(input.ndim) if dim is None else dim, dtype)


# What PyTorch prints as the grad_fn of the result.
relu6.grad_name = "HardtanhBackward0"
selu.grad_name = "EluBackward0"
logsigmoid.grad_name = "LogSigmoidBackward0"
prelu.grad_name = "PreluKernelBackward0"
softmin.grad_name = "SoftmaxBackward0"
tanhshrink.grad_name = "SubBackward0"
softsign.grad_name = "DivBackward0"
