"""Activation functions, softmax and dropout in NumPy."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.engine.host.common import axis_of, erf, logistic, masked, powers, select
from torchish._core.engine.host.registry import kernel, require

_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


@kernel("relu", saves="result", dtypes="if")
def relu(input, inplace=False):
    return np.maximum(input, 0)


@relu.gradient
def _(ct, saved, wanted, input, inplace=False):
    return {"input": masked(ct, saved != 0)}


def _clamped(x, low, high):
    return np.minimum(np.maximum(x, low), high)


def _clamped_gradient(ct, x, low, high):
    return {"input": masked(ct, ~((x <= low) | (x >= high)))}


@kernel("nn.functional.relu6", dtypes="f")
def relu6(input, inplace=False):
    return _clamped(input, 0, 6)


@relu6.gradient
def _(ct, saved, wanted, input, inplace=False):
    return _clamped_gradient(ct, input, 0, 6)


@kernel("nn.functional.hardtanh", dtypes="f")
def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    require(min_val <= max_val)
    return _clamped(input, min_val, max_val)


@hardtanh.gradient
def _(ct, saved, wanted, input, min_val=-1.0, max_val=1.0, inplace=False):
    return _clamped_gradient(ct, input, min_val, max_val)


def _leaky(x, slope):
    if 0 <= slope <= 1:
        return np.maximum(x, x * slope)
    return select(x > 0, x, x * slope)


@kernel("nn.functional.leaky_relu", dtypes="f")
def leaky_relu(input, negative_slope=0.01, inplace=False):
    return _leaky(input, negative_slope)


@leaky_relu.gradient
def _(ct, saved, wanted, input, negative_slope=0.01, inplace=False):
    return {"input": select(input > 0, ct, ct * negative_slope)}


@kernel("prelu", dtypes="f", halves=True)
def prelu(input, weight):
    require(input.dtype == weight.dtype and weight.ndim <= 1)
    return select(input > 0, input, input * _by_channel(input, weight))


def _by_channel(input, weight):
    require(weight.size == 1 or (input.ndim and input.shape[1:2] in ((), (weight.size,))))
    require(input.ndim > 1 or weight.size == 1)
    shape = [1] * input.ndim
    if input.ndim > 1:
        shape[1] = weight.size
    return weight.reshape(shape)


@prelu.gradient
def _(ct, saved, wanted, input, weight):
    positive = input > 0
    slopes = _by_channel(input, weight)
    out = {"input": select(positive, ct, ct * slopes)}
    if "weight" in wanted:
        g = masked(ct, ~positive) * input
        if slopes.size == 1:
            out["weight"] = g.sum(dtype=g.dtype).reshape(weight.shape)
        else:
            out["weight"] = g.sum((0, *range(2, input.ndim)), dtype=g.dtype)
    return out


def _elu(x, alpha, scale, input_scale):
    negative = np.expm1(np.minimum(x, 0) * input_scale)
    return select(x <= 0, negative * (alpha * scale), x * scale)


def _elu_gradient(ct, x, alpha, scale, input_scale):
    slope = np.exp(np.minimum(x, 0) * input_scale) * (alpha * scale * input_scale)
    return {"input": ct * select(x <= 0, slope, scale)}


@kernel("nn.functional.elu", dtypes="f")
def elu(input, alpha=1.0, inplace=False):
    return _elu(input, alpha, 1.0, 1.0)


@elu.gradient
def _(ct, saved, wanted, input, alpha=1.0, inplace=False):
    return _elu_gradient(ct, input, alpha, 1.0, 1.0)


@kernel("nn.functional.selu", dtypes="f")
def selu(input, inplace=False):
    return _elu(input, _SELU_ALPHA, _SELU_SCALE, 1.0)


@selu.gradient
def _(ct, saved, wanted, input, inplace=False):
    return _elu_gradient(ct, input, _SELU_ALPHA, _SELU_SCALE, 1.0)


@kernel("nn.functional.celu", dtypes="f")
def celu(input, alpha=1.0, inplace=False):
    require(alpha != 0)
    return _elu(input, alpha, 1.0, 1.0 / alpha)


@celu.gradient
def _(ct, saved, wanted, input, alpha=1.0, inplace=False):
    return _elu_gradient(ct, input, alpha, 1.0, 1.0 / alpha)


_TANH_SCALE = math.sqrt(2 / math.pi)


def _gelu_tanh(x):
    return np.tanh((x + x * x * x * 0.044715) * _TANH_SCALE)


def _gelu_cost(inputs, outputs) -> float:
    """A polynomial and a tangent beside what `elements` counts."""
    return 1.2e-8 * math.prod(inputs[0].shape)


@kernel("nn.functional.gelu", dtypes="f", saves="residual", cost=_gelu_cost)
def gelu(input, *, approximate="none"):
    require(approximate in ("none", "tanh"))
    inner = _gelu_tanh(input) if approximate == "tanh" else erf(input * math.sqrt(0.5))
    out = inner + 1
    out *= input
    out *= 0.5
    if approximate == "none" and input.dtype == np.float32 and not np.max(out, initial=0) < np.inf:
        out = np.where(np.isinf(input), np.float32(np.nan), out)  # as the operator's function
    return out, inner


@gelu.gradient
def _(ct, saved, wanted, input, *, approximate="none"):
    x, half = input, 0.5 * (1 + saved)
    if approximate == "tanh":
        slope = (1 - saved * saved) * (_TANH_SCALE * (1 + 3 * 0.044715 * x * x))
        return {"input": ct * (half + 0.5 * x * slope)}
    return {"input": ct * (half + x * (np.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi))))}


@kernel("nn.functional.silu", dtypes="f", saves="residual")
def silu(input, inplace=False):
    s = logistic(input)
    return input * s, s


@silu.gradient
def _(ct, saved, wanted, input, inplace=False):
    return {"input": ct * (saved + input * (saved * (1 - saved)))}


def softplus_of(x):
    """log(1 + exp(x))."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@kernel("nn.functional.mish", dtypes="f", saves="residual")
def mish(input, inplace=False):
    t = np.tanh(softplus_of(input))
    return input * t, t


@mish.gradient
def _(ct, saved, wanted, input, inplace=False):
    return {"input": ct * (saved + input * ((1 - saved * saved) * logistic(input)))}


@kernel("nn.functional.softplus", dtypes="f")
def softplus(input, beta=1.0, threshold=20.0):
    scaled = input * beta
    large = scaled > threshold
    return select(large, input, np.log1p(np.exp(masked(scaled, ~large))) / beta)


@softplus.gradient
def _(ct, saved, wanted, input, beta=1.0, threshold=20.0):
    scaled = input * beta
    return {"input": ct * select(scaled > threshold, np.asarray(1, input.dtype), logistic(scaled))}


@kernel("nn.functional.logsigmoid", dtypes="f")
def logsigmoid(input):
    return -softplus_of(-input)


@logsigmoid.gradient
def _(ct, saved, wanted, input):
    return {"input": ct * logistic(-input)}


@kernel("nn.functional.hardswish", dtypes="f")
def hardswish(input, inplace=False):
    return input * _clamped(input + 3, 0, 6) / 6


@hardswish.gradient
def _(ct, saved, wanted, input, inplace=False):
    x = input
    slope = select(x < 3, x / 3 + 0.5, np.asarray(1, x.dtype))
    return {"input": masked(ct * slope, ~(x <= -3))}


@kernel("nn.functional.hardsigmoid", dtypes="f")
def hardsigmoid(input, inplace=False):
    return _clamped(input / 6 + 0.5, 0, 1)


@hardsigmoid.gradient
def _(ct, saved, wanted, input, inplace=False):
    return {"input": masked(ct, ~((input <= -3) | (input >= 3))) / 6}


@kernel("hardshrink", dtypes="f")
def hardshrink(input, lambd=0.5):
    return masked(input, ~((input >= -lambd) & (input <= lambd)))


@hardshrink.gradient
def _(ct, saved, wanted, input, lambd=0.5):
    return {"input": masked(ct, ~((input >= -lambd) & (input <= lambd)))}


@kernel("nn.functional.softshrink", dtypes="f")
def softshrink(input, lambd=0.5):
    require(0 <= lambd <= np.finfo(input.dtype).max)
    return np.maximum(input - lambd, 0) + np.minimum(input + lambd, 0)


@softshrink.gradient
def _(ct, saved, wanted, input, lambd=0.5):
    return {"input": masked(ct, ~(np.abs(input) <= lambd))}


@kernel("nn.functional.tanhshrink", dtypes="fh")
def tanhshrink(input):
    return input - np.tanh(input)


@tanhshrink.gradient
def _(ct, saved, wanted, input):
    t = np.tanh(input)
    return {"input": ct - ct * (1 - t * t)}


@kernel("nn.functional.softsign", dtypes="f")
def softsign(input):
    return input / (1 + np.abs(input))


@softsign.gradient
def _(ct, saved, wanted, input):
    size = 1 + np.abs(input)
    by_size = ct * (input / (size * size)) * np.sign(input)
    return {"input": ct / size - by_size}


@kernel("nn.functional.threshold", dtypes="f")
def threshold(input, threshold, value, inplace=False):
    return select(~(input <= threshold), input, value)


@threshold.gradient
def _(ct, saved, wanted, input, threshold, value, inplace=False):
    return {"input": masked(ct, ~(input <= threshold))}


@kernel("_rrelu", dtypes="f")
def rrelu(input, slopes):
    return select(input > 0, input, input * slopes)


@rrelu.gradient
def _(ct, saved, wanted, input, slopes):
    positive = input > 0
    out = {"input": select(positive, ct, ct * slopes)}
    if "slopes" in wanted:
        out["slopes"] = masked(ct, ~positive) * input
    return out


def _halves(x, dim):
    require(x.ndim)
    axis = axis_of(dim, x.ndim)
    half, odd = divmod(x.shape[axis], 2)
    require(not odd)
    lead = (slice(None),) * axis
    return x[(*lead, slice(half))], x[(*lead, slice(half, None))], axis


@kernel("nn.functional.glu", dtypes="f", saves="residual")
def glu(input, dim=-1):
    a, b, _ = _halves(input, dim)
    s = logistic(b)
    return a * s, s


@glu.gradient
def _(ct, saved, wanted, input, dim=-1):
    a, _, axis = _halves(input, dim)
    left = ct * saved
    return {"input": np.concatenate((left, left * a * (1 - saved)), axis)}


# Softmax and its relatives


def _softmax(x, dim):
    axis = axis_of(dim, x.ndim)
    if x.size == 0:
        return x
    if x.ndim == 0:
        return _softmax(x[None], 0).reshape(())
    _, y, total = powers(x, axis)
    y /= total
    return y


def _log_softmax(x, dim):
    axis = axis_of(dim, x.ndim)
    if x.size == 0:
        return x
    if x.ndim == 0:
        return _log_softmax(x[None], 0).reshape(())
    y, _, total = powers(x, axis)
    y -= np.log(total)
    return y


def _softmax_gradient(ct, y, dim):
    if y.ndim == 0:
        return _softmax_gradient(ct[None], y[None], 0).reshape(())
    g = ct * y
    return g - y * np.add.reduce(g, dim, keepdims=True)


def _log_softmax_gradient(ct, y, dim):
    if y.ndim == 0:
        return _log_softmax_gradient(ct[None], y[None], 0).reshape(())
    return ct - np.exp(y) * np.add.reduce(ct, dim, keepdims=True)


def _implicit(dim, x) -> int:
    return dim if dim is not None else 0 if x.ndim in (0, 1, 3) else 1


def _same(x, dtype) -> None:
    # A cast in front is rare enough to leave to the operator.
    require(dtype is None or dtype.np == x.dtype)


@kernel("softmax", dtypes="f", saves="result", halves=True)
def softmax(input, dim, dtype=None):
    _same(input, dtype)
    return _softmax(input, dim)


@softmax.gradient
def _(ct, saved, wanted, input, dim, dtype=None):
    return {"input": _softmax_gradient(ct, saved, dim)}


@kernel("log_softmax", dtypes="f", saves="result", halves=True)
def log_softmax(input, dim, dtype=None):
    _same(input, dtype)
    return _log_softmax(input, dim)


@log_softmax.gradient
def _(ct, saved, wanted, input, dim, dtype=None):
    return {"input": _log_softmax_gradient(ct, saved, dim)}


@kernel("nn.functional.softmax", dtypes="f", saves="result", halves=True)
def nn_softmax(input, dim=None, _stacklevel=3, dtype=None):
    _same(input, dtype)
    return _softmax(input, _implicit(dim, input))


@nn_softmax.gradient
def _(ct, saved, wanted, input, dim=None, _stacklevel=3, dtype=None):
    return {"input": _softmax_gradient(ct, saved, _implicit(dim, input))}


@kernel("nn.functional.log_softmax", dtypes="f", saves="result", halves=True)
def nn_log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    _same(input, dtype)
    return _log_softmax(input, _implicit(dim, input))


@nn_log_softmax.gradient
def _(ct, saved, wanted, input, dim=None, _stacklevel=3, dtype=None):
    return {"input": _log_softmax_gradient(ct, saved, _implicit(dim, input))}


@kernel("nn.functional.softmin", dtypes="f", saves="result", halves=True)
def softmin(input, dim=None, _stacklevel=3, dtype=None):
    _same(input, dtype)
    return _softmax(-input, _implicit(dim, input))


@softmin.gradient
def _(ct, saved, wanted, input, dim=None, _stacklevel=3, dtype=None):
    return {"input": -_softmax_gradient(ct, saved, _implicit(dim, input))}


# Dropout. See Note [Dropout arithmetic] in torchish/_core/ops/nn/dropout.py.

_ALPHA = 1.7580993408473766


@kernel("_dropout", dtypes="bf", saves="residual", halves=True)
def dropout(input, mask, p):
    require(input.dtype.kind == "f" and mask.dtype == np.bool_)
    keep = input.dtype.type(1 - p)
    noise = mask * (input.dtype.type(1) / keep if keep else input.dtype.type(1))
    return input * noise, noise


@dropout.gradient
def _(ct, saved, wanted, input, mask, p):
    return {"input": ct * saved}


@kernel("_alpha_dropout", dtypes="bf", saves="residual", halves=True)
def alpha_dropout(input, mask, p):
    require(input.dtype.kind == "f" and mask.dtype == np.bool_)
    kind = input.dtype.type
    if p == 1:
        return np.zeros_like(input), kind(0)
    a = 1 / math.sqrt((_ALPHA**2 * p + 1) * (1 - p))
    noise = mask.astype(kind)
    shift = (noise - 1) * kind(_ALPHA * a) + kind(_ALPHA * a * p)
    noise = noise * kind(a)
    return input * noise + shift, noise


@alpha_dropout.gradient
def _(ct, saved, wanted, input, mask, p):
    return {"input": ct * saved}
