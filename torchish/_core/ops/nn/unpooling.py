"""Unpooling, power-average pooling and fractional max pooling.

https://docs.pytorch.org/docs/stable/nn.functional.html#pooling-functions
"""

from __future__ import annotations

import math

import jax.numpy as jnp

from torchish._core.base.errors import size_text
from torchish._core.ops.arguments import is_float, not_implemented, ntuple
from torchish._core.ops.nn.embedding import first_bad
from torchish._core.ops.nn.pooling import _pool_average
from torchish._core.ops.table import Array, Check, Raw, op

Ints = tuple[int, ...]


def unpooled(n: int, input, kernel_size, stride, padding, output_size) -> Ints:
    """The spatial output size: that of the largest input without a rest, or the one given if it
    fits."""
    kernel = ntuple(kernel_size, n, f"max_unpool{n}d: kernel_size must be {n} ints")
    step = (
        kernel
        if stride is None or stride == ()
        else ntuple(stride, n, f"max_unpool{n}d: stride must be {n} ints")
    )
    pad = ntuple(padding, n, f"max_unpool{n}d: padding must be {n} ints")
    default = tuple(
        (s - 1) * t + k - 2 * p
        for s, t, k, p in zip(input.shape[-n:], step, kernel, pad, strict=True)
    )
    if output_size is None:
        return default
    out = tuple(output_size)
    if len(out) == n + 2:
        out = out[2:]
    if len(out) != n:
        raise ValueError(
            f"output_size should be a sequence containing {n} or {n + 2} elements, "
            f"but it has a length of '{len(out)}'"
        )
    for d in range(n):
        low, high = default[d] - step[d], default[d] + step[d]
        if not low < out[d] < high:
            raise ValueError(
                f'invalid output_size "{out}" (dim {d} must be between {low} and {high})'
            )
    return out


def _sizes_in_errors(n: int, out: Ints) -> str:
    return "x".join(str(s) for s in (out if n > 1 else (*out, 1)))


def _unpool_check(n: int) -> Check:
    def ok(input, indices, kernel_size, stride, padding, output_size):
        if input.shape != indices.shape or input.ndim not in (n + 1, n + 2):
            return True, 0  # the operator itself says what is wrong
        cells = math.prod(unpooled(n, input, kernel_size, stride, padding, output_size))
        return first_bad((indices >= 0) & (indices < cells), indices)

    def error(payload, input, kernel_size, stride, padding, output_size, **_):
        out = unpooled(n, input, kernel_size, stride, padding, output_size)
        return RuntimeError(
            f"Found an invalid max index: {payload} (output volumes are of size "
            f"{_sizes_in_errors(n, out)})"
        )

    return Check(ok, error)


def _unpool(n: int, input, indices, kernel_size, stride, padding, output_size):
    m = max(n, 2)
    if input.ndim not in (n + 1, n + 2):
        raise RuntimeError(
            f"Input to max_unpooling{m}d should be a {m + 1}d or {m + 2}d Tensor, "
            f"but got a tensor with {input.ndim + (n == 1)} dimensions."
        )
    if indices.dtype != jnp.int64:
        raise RuntimeError(f"elements in indices should be type int64 but got: {indices.dtype}")
    if input.shape != indices.shape:
        raise RuntimeError(
            "Expected shape of indices to be same as that of the input tensor "
            f"({size_text(input.shape)}) but got indices tensor with shape: "
            f"{size_text(indices.shape)}"
        )
    out = unpooled(n, input, kernel_size, stride, padding, output_size)
    if not is_float(input) and not jnp.issubdtype(input.dtype, jnp.integer):
        raise not_implemented(f"max_unpool{m}d", input)
    lead = input.shape[:-n]
    if not input.size:
        return jnp.zeros((*lead, *out), input.dtype)
    rows = math.prod(lead)
    flat = jnp.zeros((rows, math.prod(out)), input.dtype)
    index = indices.reshape(rows, -1)
    # Declared unique, so that the gradient is a plain gather: where an index repeats, every copy
    # gets it, as in PyTorch.
    flat = flat.at[jnp.arange(rows)[:, None], index].set(
        input.reshape(rows, -1), mode="promise_in_bounds", unique_indices=True
    )
    return flat.reshape(*lead, *out)


@op("nn.functional.max_unpool1d", method=False, out=False, check=_unpool_check(1))
def max_unpool1d(
    input: Array,
    indices: Raw,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    padding: int | Ints = 0,
    output_size: Ints | None = None,
):
    """Maxima put back at the positions that `max_pool1d` returned, 0 elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool1d.html)"""
    return _unpool(1, input, indices, kernel_size, stride, padding, output_size)


@op("nn.functional.max_unpool2d", method=False, out=False, check=_unpool_check(2))
def max_unpool2d(
    input: Array,
    indices: Raw,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    padding: int | Ints = 0,
    output_size: Ints | None = None,
):
    """Maxima put back at the positions that `max_pool2d` returned, 0 elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool2d.html)"""
    return _unpool(2, input, indices, kernel_size, stride, padding, output_size)


@op("nn.functional.max_unpool3d", method=False, out=False, check=_unpool_check(3))
def max_unpool3d(
    input: Array,
    indices: Raw,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    padding: int | Ints = 0,
    output_size: Ints | None = None,
):
    """Maxima put back at the positions that `max_pool3d` returned, 0 elsewhere
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_unpool3d.html)"""
    return _unpool(3, input, indices, kernel_size, stride, padding, output_size)


def _lp_pool(n: int, input, norm_type, kernel_size, stride, ceil_mode: bool):
    kernel = ntuple(kernel_size, n, f"lp_pool{n}d: kernel_size must be {n} ints")
    mean = _pool_average(f"avg_pool{n}d", n, input**norm_type, kernel, stride, 0, ceil_mode, True)
    size = jnp.abs(mean)
    size = jnp.where(size <= 0, jnp.zeros((), size.dtype), size)  # no gradient where the mean is 0
    return (jnp.sign(mean) * size * math.prod(kernel)) ** (1 / norm_type)


@op("nn.functional.lp_pool1d", method=False, out=False)
def lp_pool1d(
    input: Array,
    norm_type: int | float,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    ceil_mode: bool = False,
):
    """p-th root of the sum of p-th powers over each window of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool1d.html)"""
    return _lp_pool(1, input, norm_type, kernel_size, stride, ceil_mode)


@op("nn.functional.lp_pool2d", method=False, out=False)
def lp_pool2d(
    input: Array,
    norm_type: int | float,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    ceil_mode: bool = False,
):
    """p-th root of the sum of p-th powers over each window of (N, C, H, W) or (C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool2d.html)"""
    return _lp_pool(2, input, norm_type, kernel_size, stride, ceil_mode)


@op("nn.functional.lp_pool3d", method=False, out=False)
def lp_pool3d(
    input: Array,
    norm_type: int | float,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    ceil_mode: bool = False,
):
    """p-th root of the sum of p-th powers over each window of (N, C, D, H, W) or (C, D, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.lp_pool3d.html)"""
    return _lp_pool(3, input, norm_type, kernel_size, stride, ceil_mode)


def _starts(sample, size: int, out: int, kernel: int):
    """Where the windows of a dimension begin, (N, C, out): spread at random, the last one at the
    end."""
    if out == 1:
        return jnp.full((*sample.shape, 1), size - kernel, jnp.int64)
    alpha = jnp.asarray((size - kernel) / (out - 1), sample.dtype)
    i = jnp.arange(out - 1).astype(sample.dtype)
    sample = sample[..., None]
    first = jnp.trunc((i + sample) * alpha).astype(jnp.int64) - jnp.trunc(sample * alpha).astype(
        jnp.int64
    )
    return jnp.concatenate(
        [first, jnp.full((*first.shape[:-1], 1), size - kernel, jnp.int64)], axis=-1
    )


def _check_fractional(input: Array, samples, kernel_size: Ints, output_size: Ints) -> None:
    """RuntimeError for windows or samples that do not fit the input."""
    n = len(kernel_size)
    name = f"fractional_max_pool{n}d"
    if input.ndim not in (n + 1, n + 2):
        raise RuntimeError(
            f"{name}(): Expected {n + 1}D or {n + 2}D tensor, but got: {size_text(input.shape)}"
        )
    if 0 in input.shape[-n - 1 :]:
        raise RuntimeError(
            f"{name}{'_out' if n == 3 else ''}(): Expected input to have non-zero size for "
            f"non-batch dimensions, but got{size_text(input.shape)} with dimension "
            f"{input.ndim - n - 1 + input.shape[-n - 1 :].index(0)} being empty."
        )
    sizes = input.shape[-n:]
    words = ("time", "height", "width")[-n:]
    for size, out, kernel, word in zip(sizes, output_size, kernel_size, words, strict=True):
        if out + kernel - 1 > size:
            raise RuntimeError(
                f"{name}(): pool {word} {kernel} too large relative to input {word} {size}"
            )
    if samples.ndim != 3:
        raise RuntimeError(f"Expect _random_samples to have 3 dimensions, got {samples.ndim}")
    for d, wanted in enumerate((*((1,) if input.ndim == n + 1 else ()), *input.shape[:-n], n)):
        if samples.shape[d] < wanted or (d > 0 and samples.shape[d] != wanted):
            relation = (
                "no less then input batch size."
                if d == 0
                else "equals to input channel size."
                if d == 1
                else f"equals to {n}; got {samples.shape[2]}."
            )
            raise RuntimeError(f"Expect _random_samples.size({d}) {relation}")
    if not is_float(input):
        raise not_implemented(name, input)
    if min(output_size) < 0:
        whole = [*input.shape[:-n], *output_size]
        raise RuntimeError(
            f"Trying to create tensor with negative dimension {min(output_size)}: {whole}"
        )


@op("_fractional_max_pool", method=False, function=False, out=False)
def fractional_max_pool(
    input: Array, samples: Raw, kernel_size: Ints, output_size: Ints, return_indices: bool
):
    """Maxima over windows at pseudo-random places: input (N, C, spatial...) or (C, spatial...),
    samples (N, C, 2 or 3) uniform in [0, 1); values, and the flat int64 positions when asked
    (https://arxiv.org/abs/1412.6071)"""
    n = len(kernel_size)
    sizes = input.shape[-n:]
    _check_fractional(input, samples, kernel_size, output_size)
    x = input if input.ndim == n + 2 else input[None]
    if not x.size or not math.prod(output_size):
        empty = jnp.zeros((*input.shape[:-n], *output_size), input.dtype)
        return (empty, empty.astype(jnp.int64)) if return_indices else empty
    order = (1, 0) if n == 2 else (0, 1, 2)  # in two dimensions the first sample is the width's
    samples = samples[: x.shape[0], : x.shape[1]]
    index = jnp.zeros((*x.shape[:2], *[1] * (2 * n)), jnp.int64)
    for d in range(n):
        start = _starts(samples[..., order[d]], sizes[d], output_size[d], kernel_size[d])
        cells = start[..., None] + jnp.arange(kernel_size[d])
        shape = [*x.shape[:2], *[1] * (2 * n)]
        shape[2 + d], shape[2 + n + d] = output_size[d], kernel_size[d]
        index = index * sizes[d] + cells.reshape(shape)
    flat_index = index.reshape(*x.shape[:2], math.prod(output_size), math.prod(kernel_size))
    flat = x.reshape(*x.shape[:2], 1, -1)
    windows = jnp.take_along_axis(
        flat, flat_index.reshape(*x.shape[:2], 1, -1), axis=3, mode="clip"
    )
    best = jnp.argmax(windows.reshape(flat_index.shape), axis=3, keepdims=True)
    position = jnp.take_along_axis(flat_index, best, axis=3, mode="clip")[..., 0]
    values = jnp.take_along_axis(flat[:, :, 0], position, axis=2, mode="clip")
    shape = (*input.shape[:-n], *output_size)
    values, position = values.reshape(shape), position.reshape(shape)
    return (values, position) if return_indices else values
