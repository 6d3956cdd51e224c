"""Batch, layer, group, instance, RMS and local response normalization.

Statistics are computed in float32 for half types. Variances are biased for normalizing and unbiased
in the running statistics, as in PyTorch. https://docs.pytorch.org/docs/stable/nn.functional.html
"""

from __future__ import annotations

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base import native
from torchish._core.base.dtypes import get_default_dtype
from torchish._core.base.errors import size_text
from torchish._core.ops.arguments import is_float, not_implemented
from torchish._core.ops.elementwise.quotients import mean as average
from torchish._core.ops.table import Array, MaybeArray, MaybeRaw, Number, op

Shape = tuple[int, ...]


def _wide(x):
    return None if x is None else x.astype(jnp.promote_types(x.dtype, jnp.float32))


def _check_mixed(input, *parameters) -> None:
    """Parameters have the input's dtype, or are all float32 beside a half-precision input."""
    kinds = {p.dtype for p in parameters if p is not None}
    half = input.dtype in (jnp.float16, jnp.bfloat16)
    if kinds <= {input.dtype} or (half and kinds == {jnp.dtype(jnp.float32)}):
        return
    raise RuntimeError("mixed dtype (CPU): expect parameter to have scalar type of Float")


@functools.partial(jax.custom_jvp, nondiff_argnums=(1, 2))
def _normalize(x, axes, eps: float):
    """(x - mean) / sqrt(var + eps), mean and biased variance over `axes` (kept)."""
    mean = average(x, axis=axes, keepdims=True)
    centered = x - mean
    var = average(centered * centered, axis=axes, keepdims=True)
    return centered * lax.rsqrt(var + eps), mean, var


@_normalize.defjvp
def _(axes, eps, primals, tangents):
    """As the centered sum to 0, two sums do; derived by JAX it would be three."""
    (x,), (moved,) = primals, tangents
    y, mean, var = _normalize(x, axes, eps)
    shift = average(moved, axis=axes, keepdims=True)
    along = average(y * moved, axis=axes, keepdims=True)
    by_y = (moved - shift - y * along) * lax.rsqrt(var + eps)
    return (y, mean, var), (by_y, shift, 2 * along * lax.sqrt(var + eps))


def _scale(y, weight, bias):
    if weight is not None:
        y = y * weight
    return y if bias is None else y + bias


def _check_batch(input, running_mean, running_var, weight, bias, training: bool) -> int:
    """The number of channels."""
    if training and input.ndim < 2:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-max(input.ndim, 1)}, "
            f"{max(input.ndim, 1) - 1}], but got 1)"
        )
    channels = input.shape[1] if input.ndim > 1 else 0
    if training:
        values = math.prod(input.shape) // channels if channels else 0
        if values == 1:
            raise ValueError(
                "Expected more than 1 value per channel when training, got input size "
                f"torch.Size({size_text(input.shape)})"
            )
    for name, buffer in (("running_mean", running_mean), ("running_var", running_var)):
        if buffer is None and not training:
            raise RuntimeError(f"{name} must be defined in evaluation mode")
    for name, buffer in (
        ("running_mean", running_mean),
        ("running_var", running_var),
        ("weight", weight),
        ("bias", bias),
    ):
        if buffer is not None and buffer.size != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {buffer.size}")
    if not is_float(input):
        raise not_implemented("batch_norm", input)
    if input.size:
        _check_mixed(input, weight, bias, running_mean, running_var)
    return channels


@op("_batch_norm", method=False, function=False, out=False, saves="input weight")
def batch_norm(
    input: Array,
    running_mean: MaybeRaw,
    running_var: MaybeRaw,
    weight: MaybeArray = None,
    bias: MaybeArray = None,
    training: bool = False,
    momentum: Number = 0.1,
    eps: float = 1e-5,
):
    """Batch normalization of (N, C, ...) and the running statistics to store: (output, mean, var),
    the last two only when training with running statistics given
    (https://arxiv.org/abs/1502.03167)"""
    channels = _check_batch(input, running_mean, running_var, weight, bias, training)
    if not training and input.size == 0:
        return (input,)
    x, at = _wide(input), 1
    if native.channels_last() and input.ndim > 3:
        x, at = native.to_memory_order(x), input.ndim - 1
    shape = [1] * input.ndim
    shape[at] = channels
    weight, bias = (None if p is None else _wide(p).reshape(shape) for p in (weight, bias))
    if not training:
        scale = lax.rsqrt(_wide(running_var) + eps).reshape(shape)
        if weight is not None:
            scale = scale * weight
        out = _scale((x - _wide(running_mean).reshape(shape)) * scale, None, bias)
        return ((native.from_memory_order(out) if at > 1 else out).astype(input.dtype),)
    axes = tuple(d for d in range(input.ndim) if d != at)
    y, mean, var = _normalize(x, axes, eps)
    out = _scale(y, weight, bias).astype(input.dtype)
    if at > 1:
        out = native.from_memory_order(out)
    if running_mean is None:
        return (out,)
    count = x.size // channels if channels else 0
    mean, var = (
        lax.stop_gradient(mean).reshape(-1),
        lax.stop_gradient(var).reshape(-1) * (count / max(count - 1, 1)),
    )
    new = []
    for old, now in ((running_mean, mean), (running_var, var)):
        m = momentum.astype(now.dtype)
        new.append((m * now + (1 - m) * _wide(old)).astype(old.dtype))
    return out, *new


@op("_instance_norm", method=False, function=False, out=False, saves="input weight")
def instance_norm(
    input: Array,
    running_mean: MaybeRaw = None,
    running_var: MaybeRaw = None,
    weight: MaybeArray = None,
    bias: MaybeArray = None,
    use_input_stats: bool = True,
    momentum: Number = 0.1,
    eps: float = 1e-5,
):
    """Normalization of each channel of each sample of (N, C, ...), with the running statistics to
    store as in `_batch_norm` (https://arxiv.org/abs/1607.08022)"""
    if use_input_stats and math.prod(input.shape[2:]) == 1:
        raise ValueError(
            "Expected more than 1 spatial element when training, got input size "
            f"torch.Size({size_text(input.shape)})"
        )
    if not use_input_stats and (running_mean is None or running_var is None):
        raise RuntimeError(
            "Expected running_mean and running_var to be defined when use_input_stats is false"
        )
    if not is_float(input):
        raise not_implemented("batch_norm", input)
    channels = input.shape[1]
    for name, buffer in (
        ("running_mean", running_mean),
        ("running_var", running_var),
        ("weight", weight),
        ("bias", bias),
    ):
        if buffer is not None and buffer.size != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {buffer.size}")
    _check_mixed(input, weight, bias, running_mean, running_var)
    shape = [1] * input.ndim
    shape[1] = channels
    x = _wide(input)
    weight, bias = (None if p is None else _wide(p).reshape(shape) for p in (weight, bias))
    if not use_input_stats:
        y = (x - _wide(running_mean).reshape(shape)) * lax.rsqrt(
            _wide(running_var).reshape(shape) + eps
        )
        return (_scale(y, weight, bias).astype(input.dtype),)
    y, mean, var = _normalize(x, tuple(range(2, input.ndim)), eps)
    out = _scale(y, weight, bias).astype(input.dtype)
    if running_mean is None:
        return (out,)
    count = math.prod(input.shape[2:])
    mean = average(lax.stop_gradient(mean).reshape(-1, channels), axis=0)
    var = average(lax.stop_gradient(var).reshape(-1, channels), axis=0) * (
        count / max(count - 1, 1)
    )
    m = momentum.astype(mean.dtype)
    return (
        out,
        (m * mean + (1 - m) * _wide(running_mean)).astype(running_mean.dtype),
        (m * var + (1 - m) * _wide(running_var)).astype(running_var.dtype),
    )


def _check_normalized(input, normalized_shape, weight, bias, separator: str) -> None:
    n = len(normalized_shape)
    if n < 1:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., "
            "containing at least one element, but got normalized_shape = "
            f"{size_text(normalized_shape)}"
        )
    for name, p in (("weight", weight), ("bias", bias)):
        if p is not None and p.shape != normalized_shape:
            raise RuntimeError(
                f"Expected {name} to be of same shape as normalized_shape, but got "
                f"{name} of shape {size_text(p.shape)} and normalized_shape = "
                f"{size_text(normalized_shape)}"
            )
    if input.ndim < n or input.shape[input.ndim - n :] != normalized_shape:
        raise RuntimeError(
            f"Given normalized_shape={size_text(normalized_shape)}, expected input "
            f"with shape [*{separator}{size_text(normalized_shape)[1:]}, but got "
            f"input of size{size_text(input.shape)}"
        )


@op("nn.functional.layer_norm", method=False, out=False, saves="input weight bias")
def layer_norm(
    input: Array,
    normalized_shape: Shape,
    weight: MaybeArray = None,
    bias: MaybeArray = None,
    eps: float = 1e-5,
):
    """Normalization over the last dimensions, of sizes `normalized_shape`
    (https://arxiv.org/abs/1607.06450)"""
    normalized_shape = tuple(normalized_shape)
    _check_normalized(input, normalized_shape, weight, bias, ", ")
    if not is_float(input):
        raise not_implemented("LayerNormKernelImpl", input)
    _check_mixed(input, weight, bias)
    if input.size == 0:
        return input
    y, _, _ = _normalize(
        _wide(input), tuple(range(input.ndim - len(normalized_shape), input.ndim)), eps
    )
    return _scale(y, _wide(weight), _wide(bias)).astype(input.dtype)


@op("layer_norm", method=False, out=False, saves="input weight bias")
def torch_layer_norm(
    input: Array,
    normalized_shape: Shape,
    weight: MaybeArray = None,
    bias: MaybeArray = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
):
    """`nn.functional.layer_norm` with one more option, which concerns another library's kernels
    only."""
    return layer_norm.fn(input, normalized_shape, weight, bias, eps)


@op("nn.functional.group_norm", method=False, out=False, saves="input weight")
def group_norm(
    input: Array,
    num_groups: int,
    weight: MaybeArray = None,
    bias: MaybeArray = None,
    eps: float = 1e-5,
):
    """Normalization of each group of channels of each sample of (N, C, ...)
    (https://arxiv.org/abs/1803.08494)"""
    if input.ndim < 2:
        raise RuntimeError(
            f"Expected at least 2 dimensions for input tensor but received {input.ndim}"
        )
    if num_groups == 0:
        raise ZeroDivisionError("integer division or modulo by zero")
    if num_groups < 0:
        raise RuntimeError(f"Expected num groups to be greater than 0, got {num_groups}")
    n, channels, *rest = input.shape
    if channels % num_groups:
        raise RuntimeError(
            "Expected number of channels in input to be divisible by num_groups, but got input of "
            f"shape {size_text(input.shape)} and num_groups={num_groups}"
        )
    if (
        n * channels // num_groups * math.prod(rest) == 1
        and channels // num_groups * math.prod(rest) == 1
    ):
        raise ValueError(
            "Expected more than 1 value per channel when training, got input size "
            f"{size_text(input.shape)}"
        )
    for name, p in (("weight", weight), ("bias", bias)):
        if p is not None and p.shape != (channels,):
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of "
                f"channels in input, but got {name} of shape {size_text(p.shape)} "
                f"and input of shape {size_text(input.shape)}"
            )
    if not is_float(input):
        raise not_implemented("GroupNormKernelImpl", input)
    _check_mixed(input, weight, bias)
    if input.size == 0:
        return input
    y, _, _ = _normalize(_wide(input).reshape(n, num_groups, -1), (2,), eps)
    shape = (channels, *[1] * len(rest))
    weight, bias = (None if p is None else _wide(p).reshape(shape) for p in (weight, bias))
    return _scale(y.reshape(input.shape), weight, bias).astype(input.dtype)


@op("group_norm", method=False, out=False, saves="input weight")
def torch_group_norm(
    input: Array,
    num_groups: int,
    weight: MaybeArray = None,
    bias: MaybeArray = None,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
):
    """`nn.functional.group_norm` with one more option, which concerns another library's kernels
    only."""
    return group_norm.fn(input, num_groups, weight, bias, eps)


@op(
    "nn.functional.rms_norm",
    aliases=("rms_norm",),
    method=False,
    out=False,
    saves={"input": "input weight"},
)
def rms_norm(
    input: Array, normalized_shape: Shape, weight: MaybeArray = None, eps: float | None = None
):
    """x / sqrt(mean of x squared + eps) over the last dimensions; eps is the dtype's resolution
    when None (https://arxiv.org/abs/1910.07467)"""
    normalized_shape = tuple(normalized_shape)
    _check_normalized(input, normalized_shape, weight, None, ", ")
    if not jnp.issubdtype(input.dtype, jnp.inexact):
        raise not_implemented("rms_norm", input)
    x = input.astype(jnp.promote_types(input.dtype, jnp.float32))
    if eps is None:
        eps = float(jnp.finfo(x.dtype).eps)
    axes = tuple(range(input.ndim - len(normalized_shape), input.ndim))
    y = x * lax.rsqrt(average(x * x, axis=axes, keepdims=True) + eps)
    if weight is None:
        return y.astype(input.dtype)
    kind = jnp.promote_types(input.dtype, weight.dtype)
    return (y.astype(input.dtype) * weight).astype(kind)


@op("nn.functional.local_response_norm", method=False, out=False)
def local_response_norm(
    input: Array, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
):
    """x / (k + alpha * mean of x squared over `size` neighbouring channels) ** beta
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.local_response_norm.html)"""
    if input.ndim < 3:
        raise ValueError(
            "Expected 3D or higher dimensionality                          input (got "
            f"{input.ndim} dimensions)"
        )
    if input.size == 0:
        return input
    whole = (
        input.dtype == jnp.int64 and input.ndim == 3
    )  # the mean of integers is cut to an integer
    if not is_float(input) and not whole:
        raise not_implemented("avg_pool2d" if input.ndim == 3 else "avg_pool3d_out_frame", input)
    x = input if whole else _wide(input)
    pads = [(0, 0)] * input.ndim
    pads[1] = (size // 2, (size - 1) // 2)
    window = [1] * input.ndim
    window[1] = size
    total = lax.reduce_window(
        x * x, np.zeros((), x.dtype)[()], lax.add, window, [1] * input.ndim, pads
    )
    if whole:
        kind = get_default_dtype().np
        return x.astype(kind) / (k + alpha * (total // size).astype(kind)) ** beta
    return (x / (k + alpha * total / size) ** beta).astype(input.dtype)


for _entry, _name in (
    (batch_norm, "NativeBatchNorm"),
    (instance_norm, "NativeBatchNorm"),
    (layer_norm, "NativeLayerNorm"),
    (torch_layer_norm, "NativeLayerNorm"),
    (group_norm, "NativeGroupNorm"),
    (torch_group_norm, "NativeGroupNorm"),
):
    _entry.grad_name = _name + "Backward0"
