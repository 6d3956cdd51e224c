"""Adaptive pooling: window i of n covers the input from floor(i * size / n) to ceil((i + 1) * size
/ n)."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from torchish._core.base.errors import require_size, size_text
from torchish._core.ops.arguments import is_float, not_implemented
from torchish._core.ops.elementwise.quotients import divide
from torchish._core.ops.nn.pooling import _lowest
from torchish._core.ops.table import Array, op

Sizes = int | tuple[int | None, ...] | None


def _bounds(size: int, n: int):
    i = np.arange(n)
    return i * size // n, -(-(i + 1) * size // n)


def _gathered(x, axis: int, n: int, fill):
    """Windows of one dimension as a new dimension after it, padded with `fill` to the widest; and
    their start."""
    size = x.shape[axis]
    start, end = _bounds(size, n)
    if size % n == 0:
        return x.reshape(*x.shape[:axis], n, size // n, *x.shape[axis + 1 :]), start, end - start
    width = int((end - start).max())
    index = start[:, None] + np.arange(width)
    inside = index < end[:, None]
    taken = jnp.take(x, np.minimum(index, size - 1), axis=axis)
    shape = [1] * taken.ndim
    shape[axis : axis + 2] = inside.shape
    return jnp.where(inside.reshape(shape), taken, jnp.asarray(fill, x.dtype)), start, end - start


def _target(name: str, input, output_size: Sizes, n: int) -> tuple[int, ...]:
    if n > 1 and isinstance(output_size, tuple) and input.ndim <= len(output_size):
        raise ValueError(f"Input dimension should be at least {len(output_size) + 1}")
    sizes = output_size if isinstance(output_size, tuple) else (output_size,) * n
    if len(sizes) == 1:
        sizes = sizes * n
    if len(sizes) != n:
        raise RuntimeError(f"{name}: output_size must be {n}")
    out = tuple(input.shape[i - n] if s is None else int(s) for i, s in enumerate(sizes))
    require_size((*input.shape[:-n], *out), input.dtype.itemsize)
    return out


def _check_average(name: str, input, sizes, n: int) -> None:
    if n == 1 and input.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2 to 3 dimensions, but got {input.ndim}-dimensional tensor for argument #1 "
            "'self' (while checking arguments for adaptive_avg_pool1d)"
        )
    if input.ndim not in (n + 1, n + 2):
        raise RuntimeError(
            f"{name}(): Expected {n + 1}D or {n + 2}D tensor, but got {size_text(input.shape)}"
        )
    if min(sizes) < 0:
        raise RuntimeError(
            f"{name}: elements of output_size must be greater than or equal to 0 "
            "but received {" + ", ".join(str(s) for s in sizes) + "}"
        )
    if 0 in input.shape[-n:]:
        raise RuntimeError(
            f"{name}(): Expected input to have non-zero size for non-batch "
            f"dimensions, but input has sizes {size_text(input.shape)} with "
            f"dimension {input.ndim - n + input.shape[-n:].index(0)} being empty"
        )


def _average(name: str, input, output_size: Sizes, n: int):
    sizes = _target(name, input, output_size, n)
    _check_average(name, input, sizes, n)
    if not is_float(input):
        raise not_implemented(name if n > 1 else "adaptive_avg_pool2d", input)
    x = input.astype(jnp.promote_types(input.dtype, jnp.float32))
    if 0 in sizes or x.size == 0:
        return jnp.zeros((*input.shape[:-n], *sizes), input.dtype)
    for i, size in enumerate(sizes):
        axis = input.ndim - n + i
        windows, _, counts = _gathered(x, axis, size, 0)
        shape = [1] * input.ndim
        shape[axis] = size
        x = divide(windows.sum(axis=axis + 1), counts.reshape(shape))
    return x.astype(input.dtype)


@op("nn.functional.adaptive_avg_pool1d", aliases=("adaptive_avg_pool1d",), method=False)
def adaptive_avg_pool1d(input: Array, output_size: Sizes):
    """Means of `output_size` windows of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool1d.html)"""
    return _average("adaptive_avg_pool1d", input, output_size, 1)


@op("nn.functional.adaptive_avg_pool2d", method=False, out=False)
def adaptive_avg_pool2d(input: Array, output_size: Sizes):
    """Means of windows of (N, C, H, W) or (C, H, W), `output_size` of them in each dimension; None
    keeps a size
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool2d.html)"""
    return _average("adaptive_avg_pool2d", input, output_size, 2)


@op("nn.functional.adaptive_avg_pool3d", method=False, out=False)
def adaptive_avg_pool3d(input: Array, output_size: Sizes):
    """Means of windows of (N, C, D, H, W) or (C, D, H, W), `output_size` of them in each dimension
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_avg_pool3d.html)"""
    return _average("adaptive_avg_pool3d", input, output_size, 3)


def _maximum(name: str, input, output_size: Sizes, n: int, return_indices: bool):
    sizes = _target(name, input, output_size, n)
    if n == 1 and input.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2 to 3 dimensions, but got {input.ndim}-dimensional tensor for argument #1 "
            "'self' (while checking arguments for adaptive_max_pool1d)"
        )
    if input.ndim not in (n + 1, n + 2):
        raise RuntimeError(
            f"{name}(): Expected {n + 1}D or {n + 2}D tensor, but got: {size_text(input.shape)}"
        )
    for i in range(1 if input.ndim == n + 2 else 0, input.ndim):
        if input.shape[i] == 0:
            raise RuntimeError(
                f"{name}(): Expected input to have non-zero size for non-batch "
                f"dimensions, but input has sizes {size_text(input.shape)} with "
                f"dimension {i} being empty"
            )
    if min(sizes) < 0:
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {min(sizes)}: {size_text(sizes)}"
        )
    if not is_float(input):
        raise not_implemented(name if n > 1 else "adaptive_max_pool2d", input)
    x, position = input, None
    lead = input.ndim - n
    if 0 in sizes or x.size == 0:
        shape = (*input.shape[:-n], *sizes)
        return (
            (jnp.zeros(shape, x.dtype), jnp.zeros(shape, jnp.int64))
            if return_indices
            else jnp.zeros(shape, x.dtype)
        )
    for i in reversed(range(n)):
        axis = lead + i
        windows, start, _ = _gathered(x, axis, sizes[i], _lowest(x.dtype))
        # argmax gives the first of equal maxima, as PyTorch; the gather sends it the whole
        # gradient.
        tap = jnp.argmax(windows, axis=axis + 1)
        pick = jnp.expand_dims(tap, axis + 1)
        x = jnp.take_along_axis(windows, pick, axis=axis + 1, mode="clip").squeeze(axis + 1)
        shape = [1] * input.ndim
        shape[axis] = sizes[i]
        here = (start.reshape(shape) + tap) * int(np.prod(input.shape[axis + 1 :], dtype=np.int64))
        if position is not None:
            earlier = _gathered(position, axis, sizes[i], 0)[0]
            here += jnp.take_along_axis(earlier, pick, axis=axis + 1, mode="clip").squeeze(axis + 1)
        position = here
    return (x, position) if return_indices else x


@op("nn.functional.adaptive_max_pool1d", method=False, out=False)
def adaptive_max_pool1d(input: Array, output_size: Sizes, return_indices: bool = False):
    """Maxima of `output_size` windows of (N, C, L) or (C, L), optionally with their int64 positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool1d.html)"""
    return _maximum("adaptive_max_pool1d", input, output_size, 1, return_indices)


@op("nn.functional.adaptive_max_pool2d", method=False, out=False)
def adaptive_max_pool2d(input: Array, output_size: Sizes, return_indices: bool = False):
    """Maxima of windows of (N, C, H, W) or (C, H, W), optionally with their int64 flat positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool2d.html)"""
    return _maximum("adaptive_max_pool2d", input, output_size, 2, return_indices)


@op("nn.functional.adaptive_max_pool3d", method=False, out=False)
def adaptive_max_pool3d(input: Array, output_size: Sizes, return_indices: bool = False):
    """Maxima of windows of (N, C, D, H, W) or (C, D, H, W), optionally with their int64 flat
    positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.adaptive_max_pool3d.html)"""
    return _maximum("adaptive_max_pool3d", input, output_size, 3, return_indices)


@op("adaptive_max_pool1d", method=False, out=False)
def torch_adaptive_max_pool1d(input: Array, output_size: Sizes):
    """Maxima of `output_size` windows of (N, C, L) or (C, L) and their int64 positions."""
    return _maximum("adaptive_max_pool1d", input, output_size, 1, True)


# What PyTorch prints as the grad_fn of the result.
adaptive_avg_pool2d.grad_name = "AdaptiveAvgPool2DBackward0"
adaptive_avg_pool3d.grad_name = "AdaptiveAvgPool3DBackward0"
adaptive_max_pool2d.grad_name = "AdaptiveMaxPool2DBackward0"
adaptive_max_pool3d.grad_name = "AdaptiveMaxPool3DBackward0"
