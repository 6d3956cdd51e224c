"""Normalizations and norms along a dimension in NumPy."""

from __future__ import annotations

import math

import numpy as np

from torchish._core.engine.host.registry import kernel, require


def _one_dtype(input, *parameters) -> None:
    require(input.dtype.kind == "f")
    require(all(p is None or p.dtype == input.dtype for p in parameters))


def _mean(x, axes):
    total = np.add.reduce(x, axes, keepdims=True)
    total /= x.dtype.type(x.size // max(total.size, 1))
    return total


def _normalized(x, axes, eps):
    """(x - mean) / sqrt(var + eps), 1 / sqrt(var + eps), mean, var."""
    mean = _mean(x, axes)
    y = x - mean
    var = _mean(y * y, axes)
    r = 1 / np.sqrt(var + x.dtype.type(eps))
    y *= r
    return y, r, mean, var


def _normalized_gradient(g, y, r, axes):
    """The gradient of `_normalized` in x."""
    by_scale = g * y
    by_scale = y * _mean(by_scale, axes)
    by_scale += _mean(g, axes)
    out = g - by_scale
    out *= r
    return out


def _scaled(y, weight, bias):
    if weight is not None:
        y = y * weight
    return y if bias is None else y + bias


def _norm_cost(inputs, outputs) -> float:
    return 6e-9 * math.prod(inputs[0].shape)


def _channels(input, *parameters) -> list:
    """Shape along which channels lie; parameters that do not fit are refused."""
    channels = input.shape[1]
    require(all(p is None or p.shape == (channels,) for p in parameters))
    return [1, channels, *[1] * (input.ndim - 2)]


def _by_channel(parameters, shape):
    return [None if p is None else p.reshape(shape) for p in parameters]


@kernel(
    "_batch_norm",
    several=3,
    dtypes="f",
    saves="residual",
    cost=_norm_cost,
    halves=("input", "running_mean", "running_var"),
)
def batch_norm(
    input,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    require(input.ndim >= 2 and input.size)
    _one_dtype(input, weight, bias, running_mean, running_var)
    shape = _channels(input, weight, bias, running_mean, running_var)
    scale, shift = _by_channel((weight, bias), shape)
    if not training:
        require(running_mean is not None and running_var is not None)
        r = (1 / np.sqrt(running_var + input.dtype.type(eps))).reshape(shape)
        centered = input - running_mean.reshape(shape)
        return (_scaled(centered, r if scale is None else r * scale, shift),), (centered, r)
    count = input.size // input.shape[1]
    require(count > 1)
    axes = (0, *range(2, input.ndim))
    y, r, mean, var = _normalized(input, axes, eps)
    out = _scaled(y, scale, shift)
    if running_mean is None:
        return (out,), (y, r)
    require(running_var is not None)
    var = var * input.dtype.type(count / (count - 1))
    return (out, *_running(mean, var, running_mean, running_var, momentum)), (y, r)


def _running(mean, var, running_mean, running_var, momentum):
    m = running_mean.dtype.type(momentum)
    return [
        m * now.reshape(-1) + (1 - m) * old
        for now, old in ((mean, running_mean), (var, running_var))
    ]


@batch_norm.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    g, (y, r) = ct[0], saved
    require(g is not None)
    axes = (0, *range(2, input.ndim))
    out = {}
    if "bias" in wanted:
        out["bias"] = np.add.reduce(g, axes)
    if "weight" in wanted:
        by_weight = np.add.reduce(g * y, axes)
        out["weight"] = by_weight if training else by_weight * r.reshape(-1)
    if "input" in wanted:
        if weight is not None:
            g = g * weight.reshape(r.shape)
        out["input"] = _normalized_gradient(g, y, r, axes) if training else g * r
    return out


def _grouped(input, groups, weight, bias, eps):
    """Normalization of each group of channels of each sample, then scaled by channel."""
    y, r, mean, var = _normalized(input.reshape(input.shape[0], groups, -1), 2, eps)
    shape = _channels(input, weight, bias)
    out = _scaled(y.reshape(input.shape), *_by_channel((weight, bias), shape))
    return out, (y, r), mean, var


def _grouped_gradient(g, saved, wanted, input, weight):
    y, r = saved
    axes = (0, *range(2, input.ndim))
    out = {}
    if "bias" in wanted:
        out["bias"] = np.add.reduce(g, axes)
    if "weight" in wanted:
        out["weight"] = np.add.reduce(g * y.reshape(input.shape), axes)
    if "input" in wanted:
        if weight is not None:
            g = g * weight.reshape(-1, *[1] * (input.ndim - 2))
        out["input"] = _normalized_gradient(g.reshape(y.shape), y, r, 2).reshape(input.shape)
    return out


@kernel(
    "_instance_norm",
    several=3,
    dtypes="f",
    saves="residual",
    cost=_norm_cost,
    halves=("input", "running_mean", "running_var"),
)
def instance_norm(
    input,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-5,
):
    require(use_input_stats and input.ndim > 2 and input.size)
    count = math.prod(input.shape[2:])
    require(count > 1 and (running_mean is None) == (running_var is None))
    _one_dtype(input, weight, bias, running_mean, running_var)
    _channels(input, running_mean, running_var)
    out, saved, mean, var = _grouped(input, input.shape[1], weight, bias, eps)
    if running_mean is None:
        return (out,), saved
    mean, var = _mean(mean[..., 0], 0), _mean(var[..., 0], 0)
    var = var * input.dtype.type(count / (count - 1))
    return (out, *_running(mean, var, running_mean, running_var, momentum)), saved


@instance_norm.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-5,
):
    require(ct[0] is not None)
    return _grouped_gradient(ct[0], saved, wanted, input, weight)


def _group_norm(input, num_groups, weight, bias, eps):
    require(input.ndim >= 2 and num_groups > 0 and input.size)
    require(input.shape[1] % num_groups == 0)
    require(input.size // (input.shape[0] * num_groups) > 1)
    _one_dtype(input, weight, bias)
    out, saved, _, _ = _grouped(input, num_groups, weight, bias, eps)
    return out, saved


@kernel(
    "nn.functional.group_norm", dtypes="f", saves="residual", cost=_norm_cost, halves=("input",)
)
def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    return _group_norm(input, num_groups, weight, bias, eps)


@group_norm.gradient
def _(ct, saved, wanted, input, num_groups, weight=None, bias=None, eps=1e-5):
    return _grouped_gradient(ct, saved, wanted, input, weight)


@kernel("group_norm", dtypes="f", saves="residual", cost=_norm_cost, halves=("input",))
def torch_group_norm(input, num_groups, weight=None, bias=None, eps=1e-5, cudnn_enabled=True):
    return _group_norm(input, num_groups, weight, bias, eps)


@torch_group_norm.gradient
def _(ct, saved, wanted, input, num_groups, weight=None, bias=None, eps=1e-5, cudnn_enabled=True):
    return _grouped_gradient(ct, saved, wanted, input, weight)


def _rows(input, normalized_shape, *parameters):
    shape = tuple(normalized_shape)
    require(shape and input.size and input.shape[input.ndim - len(shape) :] == shape)
    require(input.ndim >= len(shape))
    require(all(p is None or p.shape == shape for p in parameters))
    _one_dtype(input, *parameters)
    return input.reshape(-1, math.prod(shape))


def _flat(p):
    return None if p is None else p.reshape(-1)


def _layer_norm(input, normalized_shape, weight, bias, eps):
    y, r, _, _ = _normalized(_rows(input, normalized_shape, weight, bias), 1, eps)
    return _scaled(y, _flat(weight), _flat(bias)).reshape(input.shape), (y, r)


def _layer_norm_gradient(ct, saved, wanted, input, weight, shape):
    y, r = saved
    g = ct.reshape(y.shape)
    out = {}
    if "bias" in wanted:
        out["bias"] = np.add.reduce(g, 0).reshape(shape)
    if "weight" in wanted:
        out["weight"] = np.add.reduce(g * y, 0).reshape(shape)
    if "input" in wanted:
        g = g if weight is None else g * weight.reshape(-1)
        out["input"] = _normalized_gradient(g, y, r, 1).reshape(input.shape)
    return out


@kernel(
    "nn.functional.layer_norm", dtypes="f", saves="residual", cost=_norm_cost, halves=("input",)
)
def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    return _layer_norm(input, normalized_shape, weight, bias, eps)


@layer_norm.gradient
def _(ct, saved, wanted, input, normalized_shape, weight=None, bias=None, eps=1e-5):
    return _layer_norm_gradient(ct, saved, wanted, input, weight, tuple(normalized_shape))


@kernel("layer_norm", dtypes="f", saves="residual", cost=_norm_cost, halves=("input",))
def torch_layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5, cudnn_enable=True):
    return _layer_norm(input, normalized_shape, weight, bias, eps)


@torch_layer_norm.gradient
def _(
    ct,
    saved,
    wanted,
    input,
    normalized_shape,
    weight=None,
    bias=None,
    eps=1e-5,
    cudnn_enable=True,
):
    return _layer_norm_gradient(ct, saved, wanted, input, weight, tuple(normalized_shape))


@kernel("nn.functional.rms_norm", dtypes="f", saves="residual", cost=_norm_cost, halves=True)
def rms_norm(input, normalized_shape, weight=None, eps=None):
    x = _rows(input, normalized_shape, weight)
    eps = np.finfo(x.dtype).eps if eps is None else eps
    r = 1 / np.sqrt(_mean(x * x, 1) + x.dtype.type(eps))
    y = x * r
    return _scaled(y, _flat(weight), None).reshape(input.shape), (y, r)


@rms_norm.gradient
def _(ct, saved, wanted, input, normalized_shape, weight=None, eps=None):
    y, r = saved
    g = ct.reshape(y.shape)
    out = {}
    if "weight" in wanted:
        out["weight"] = np.add.reduce(g * y, 0).reshape(weight.shape)
    if "input" in wanted:
        g = g if weight is None else g * weight.reshape(-1)
        back = g - y * _mean(g * y, 1)
        back *= r
        out["input"] = back.reshape(input.shape)
    return out


# Norms along a dimension


# --- responses of neighbouring channels -----------------------------------------------------------


def _neighbours(x, before: int, after: int):
    """Sums over each channel and its neighbours."""
    padded = np.pad(x, [(0, 0), (before + 1, after), *[(0, 0)] * (x.ndim - 2)])
    total = np.add.accumulate(padded.astype(np.float64), 1)
    return (total[:, before + after + 1 :] - total[:, : x.shape[1]]).astype(x.dtype)


@kernel("nn.functional.local_response_norm", dtypes="f", saves="residual", halves=True)
def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    require(input.ndim >= 3 and input.size and size >= 1 and np.isfinite(input).all())
    base = k + alpha / size * _neighbours(input * input, size // 2, (size - 1) // 2)
    scale = base**-beta
    return input * scale, (base, scale)


@local_response_norm.gradient
def _(ct, saved, wanted, input, size, alpha=1e-4, beta=0.75, k=1.0):
    base, scale = saved
    by_base = ct * input * scale / base
    around = _neighbours(by_base, (size - 1) // 2, size // 2)
    return {"input": ct * scale - 2 * beta * alpha / size * input * around}
