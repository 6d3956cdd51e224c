"""Max, average, adaptive and power-average pooling.

Note [Max pooling]
The maximum is taken over shifted strided slices, one spatial dimension after the other, keeping the
position of the first maximum (the last NaN, if there is one), which is PyTorch's choice among ties.
Its derivative is the same selection applied to the tangent, so the gradient goes to exactly that
position, to any order and in either mode, and XLA fuses the selections, where the derivative of
`reduce_window` is a slow select-and-scatter. Windows that tile the input are read through a reshape
instead of slices.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base.errors import size_text
from torchish._core.ops.arguments import is_float, not_implemented, ntuple
from torchish._core.ops.elementwise.quotients import divide
from torchish._core.ops.table import Array, op

Ints = tuple[int, ...]


class Window(NamedTuple):
    """A pooling window along one dimension: `low`/`high` padding, `count` positions."""

    kernel: int
    stride: int
    dilation: int
    low: int
    high: int
    count: int


def output_size(
    size: int, kernel: int, stride: int, pad: int, dilation: int, ceil_mode: bool
) -> int:
    """Number of window positions; in ceil mode a window must still start inside the input or its
    left padding."""
    span = size + 2 * pad - dilation * (kernel - 1) - 1
    n = -(-span // stride) + 1 if ceil_mode else span // stride + 1
    if ceil_mode and (n - 1) * stride >= size + pad:
        n -= 1
    return n


def _window(
    size: int, kernel: int, stride: int, pad: int, dilation: int, ceil_mode: bool
) -> Window:
    n = output_size(size, kernel, stride, pad, dilation, ceil_mode)
    reach = (
        (n - 1) * stride + dilation * (kernel - 1) + 1
    )  # cells that the windows cover, from the left padding on
    return Window(kernel, stride, dilation, pad, reach - size - pad, n)


def _lowest(d):
    return -jnp.inf if jnp.issubdtype(d, jnp.floating) else jnp.iinfo(d).min


def _along(ndim: int, axis: int, values: Sequence[int], rest: int = 0) -> list[int]:
    out = [rest] * ndim
    out[axis] = values[0]
    return out


def _taps(x, axis: int, w: Window, fill):
    """The `kernel` slices of `x`, each with one element per window position; outside the input they
    are `fill`."""
    if w.low or w.high:
        config = [(0, 0, 0)] * x.ndim
        config[axis] = (w.low, w.high, 0)
        x = lax.pad(x, jnp.asarray(fill, x.dtype), config)
    if w.kernel == w.stride and w.dilation == 1:
        shape = (*x.shape[:axis], w.count, w.kernel, *x.shape[axis + 1 :])
        pieces = lax.split(x.reshape(shape), (1,) * w.kernel, axis + 1)
        return [piece.reshape(*x.shape[:axis], w.count, *x.shape[axis + 1 :]) for piece in pieces]
    return [
        lax.slice_in_dim(
            x, k * w.dilation, k * w.dilation + (w.count - 1) * w.stride + 1, w.stride, axis
        )
        for k in range(w.kernel)
    ]


def _first_max(taps):
    """(maximum, index of its tap); the first of equal ones, the last NaN."""
    best, index = taps[0], jnp.zeros(taps[0].shape, jnp.int32)
    for k, tap in enumerate(taps[1:], start=1):
        take = tap > best
        if is_float(tap):
            take |= jnp.isnan(tap)
        best, index = jnp.where(take, tap, best), jnp.where(take, jnp.int32(k), index)
    return best, index


def _select(taps, index):
    out = taps[0]
    for k, tap in enumerate(taps[1:], start=1):
        out = jnp.where(index == k, tap, out)
    return out


@functools.partial(jax.custom_jvp, nondiff_argnums=(1, 2))
def _max_along(x, axis: int, w: Window):
    return _first_max(_taps(x, axis, w, _lowest(x.dtype)))


@_max_along.defjvp
def _max_along_jvp(axis, w, primals, tangents):
    (x,), (t,) = primals, tangents
    best, index = _max_along(x, axis, w)
    # A sum of masked taps transposes to masked cotangents put back in place; a chain of
    # selections would make one more pass over the data for each tap.
    taps = _taps(t, axis, w, 0)
    zero = jnp.zeros((), t.dtype)
    moved = functools.reduce(
        jnp.add, [jnp.where(index == k, tap, zero) for k, tap in enumerate(taps)]
    )
    return (best, index), (moved, np.zeros(index.shape, jax.dtypes.float0))


def _split_windows(x, windows: Sequence[Window]) -> list:
    """For windows side by side, an array for each place in the window, row by row.

    Split off, not sliced out: the transpose of splits is one concatenation, that of slices a sum of
    padded arrays.
    """
    lead = x.ndim - len(windows)
    shape, axes = list(x.shape[:lead]), []
    for w in windows:
        axes.append(len(shape) + 1)
        shape += [w.count, w.kernel]
    x = x[(..., *[slice(0, w.count * w.kernel) for w in windows])].reshape(shape)
    cells = [x]
    for axis, w in zip(axes, windows, strict=True):
        cells = [piece for c in cells for piece in lax.split(c, (1,) * w.kernel, axis)]
    out = (*x.shape[:lead], *[w.count for w in windows])
    return [c.reshape(out) for c in cells]


@functools.partial(jax.custom_jvp, nondiff_argnums=(1,))
def _max_tiles(x, windows: tuple[Window, ...]):
    return _first_max(_split_windows(x, windows))[0]


@_max_tiles.defjvp
def _max_tiles_jvp(windows, primals, tangents):
    (x,), (t,) = primals, tangents
    best, index = _first_max(_split_windows(x, windows))
    zero = jnp.zeros((), t.dtype)
    moved = [jnp.where(index == k, c, zero) for k, c in enumerate(_split_windows(t, windows))]
    return best, functools.reduce(jnp.add, moved)


def _max_pool(x, windows: Sequence[Window], want_indices: bool):
    """Maximum over windows of the last dimensions, and the flat position of each in the unpadded
    input."""
    tiled = all(w.kernel == w.stride and w.dilation == 1 and w.low == 0 >= w.high for w in windows)
    if tiled and not want_indices:
        return _max_tiles(x, tuple(windows)), None
    n = len(windows)
    first = x.ndim - n
    sizes = x.shape[first:]
    position = None  # flat offset within the dimensions already pooled
    for i in reversed(range(n)):
        axis, w = first + i, windows[i]
        x, tap = _max_along(x, axis, w)
        if not want_indices:
            continue
        shape = [1] * x.ndim
        shape[axis] = w.count
        start = (np.arange(w.count) * w.stride - w.low).reshape(shape)
        here = (start + tap.astype(jnp.int64) * w.dilation) * int(
            np.prod(sizes[i + 1 :], dtype=np.int64)
        )
        position = here if position is None else here + _select(_taps(position, axis, w, 0), tap)
    return x, position


def _sizes(name: str, kernel_size, stride, padding, dilation, n: int):
    word = ("a single int", "a tuple of two ints", "a tuple of three ints")[n - 1]
    either = f"{name}: {{}} must either be a single int, or {word}"
    kernel = ntuple(kernel_size, n, either.format("kernel_size"))
    if stride is None or (isinstance(stride, tuple) and not stride):
        step = kernel
    else:
        step = ntuple(stride, n, f"{name}: stride must either be omitted, a single int, or {word}")
    return (
        kernel,
        step,
        ntuple(padding, n, either.format("padding")),
        ntuple(dilation, n, either.format("dilation")),
    )


def _check_pads(kernel, stride, pad, dilation) -> None:
    """PyTorch's errors of what the size of the result is computed from."""
    if 0 in stride:
        raise RuntimeError("stride should not be zero")
    for k, p, d in zip(kernel, pad, dilation, strict=True):
        if p < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {p}")
        if p > ((k - 1) * d + 1) // 2:
            raise RuntimeError(
                "pad should be at most half of effective kernel size, but got "
                f"pad={p}, kernel_size={k} and dilation={d}"
            )


def _check_windows(
    name: str, kernel, stride, pad, dilation, input, n: int, ceil_mode: bool
) -> None:
    """PyTorch's errors of 2-D and 3-D pooling, and of average pooling."""
    _check_pads(kernel, stride, pad, dilation)
    names = ("T", "H", "W")[-n:]
    if min(kernel) <= 0:
        raise RuntimeError(
            "kernel size should be greater than zero, but got "
            + " ".join(f"k{a}: {k}" for a, k in zip(names, kernel, strict=True))
        )
    if min(dilation) <= 0:
        raise RuntimeError(
            "dilation should be greater than zero, but got "
            + " ".join(f"dilation{a}: {d}" for a, d in zip(names, dilation, strict=True))
        )
    if 0 in input.shape[-n - 1 :]:
        if n == 3:
            raise RuntimeError(
                f"{name}(): Expected input's non-batch dimensions to have positive length, but "
                f"input has a shape of {size_text(input.shape)} and non-batch dimension "
                f"{input.shape[input.ndim - 3]} has length zero!"
            )
        raise RuntimeError(
            f"Expected {n + 1}D or {n + 2}D (batch mode) tensor with optional 0 dim batch size "
            f"for input, but got:{size_text(input.shape)}"
        )
    outs = [
        output_size(s, *r, ceil_mode)
        for s, *r in zip(input.shape[-n:], kernel, stride, pad, dilation, strict=True)
    ]
    if min(outs) < 1:
        channels = input.shape[-n - 1]
        text = ["x".join(str(v) for v in (channels, *sizes)) for sizes in (input.shape[-n:], outs)]
        raise RuntimeError(
            f"Given input size: ({text[0]}). Calculated output size: ({text[1]}). "
            "Output size is too small"
        )


def _windows(sizes, kernel, stride, pad, dilation, ceil_mode: bool) -> list[Window]:
    return [_window(*a, ceil_mode) for a in zip(sizes, kernel, stride, pad, dilation, strict=True)]


def _max_pool_1d_check(input, kernel, stride, pad, dilation, ceil_mode: bool) -> None:
    if input.ndim not in (2, 3) or 0 in input.shape[-2:]:
        raise RuntimeError(
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim "
            f"batch size for input, but got:{size_text(input.shape)}"
        )
    for name, value in (("kernel_size", kernel[0]), ("stride", stride[0])):
        if value <= 0:
            raise RuntimeError(f"max_pool1d() {name} must be greater than zero, but got {value}")
    if pad[0] < 0:
        raise RuntimeError(f"max_pool1d() padding must be non-negative, but got {pad[0]}")
    if dilation[0] <= 0:
        raise RuntimeError(
            f"max_pool1d() dilation must be greater than zero, but got {dilation[0]}"
        )
    if pad[0] > ((kernel[0] - 1) * dilation[0] + 1) // 2:
        raise RuntimeError(
            "max_pool1d() padding should be at most half of kernel size, but got "
            f"padding={pad[0]} and kernel_size={kernel[0]}"
        )
    n = output_size(input.shape[-1], kernel[0], stride[0], pad[0], dilation[0], ceil_mode)
    if n <= 0:
        raise RuntimeError(f"max_pool1d() Invalid computed output size: {n}")


def _pool_max(
    name: str, n: int, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
):
    kernel, step, pad, dil = _sizes(name, kernel_size, stride, padding, dilation, n)
    if n == 1:
        if return_indices and input.ndim in (2, 3):  # PyTorch's 2-D form computes these
            _check_pads(kernel, step, pad, dil)
        _max_pool_1d_check(input, kernel, step, pad, dil, ceil_mode)
    else:
        if n == 3 and input.ndim not in (4, 5):
            raise RuntimeError("non-empty 4D or 5D (batch mode) tensor expected for input")
        if n == 2 and input.ndim not in (3, 4):
            raise RuntimeError("non-empty 3D or 4D (batch mode) tensor expected for input")
        place = "max_pool3d_with_indices_out_cpu_template"
        _check_windows(place, kernel, step, pad, dil, input, n, ceil_mode)
    if not is_float(input) and (
        n == 1 or input.dtype == bool or not jnp.issubdtype(input.dtype, jnp.integer)
    ):
        raise not_implemented("max_pool1d_impl" if n == 1 else f"max_pool{n}d", input)
    values, indices = _max_pool(
        input, _windows(input.shape[-n:], kernel, step, pad, dil, ceil_mode), return_indices
    )
    return (values, indices) if return_indices else values


@op("nn.functional.max_pool1d", aliases=("max_pool1d",), method=False, out=False, saves="input")
def max_pool1d(
    input: Array,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    padding: int | Ints = 0,
    dilation: int | Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
):
    """Largest of each window of (N, C, L) or (C, L), optionally with its int64 positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool1d.html)"""
    return _pool_max(
        "max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@op("nn.functional.max_pool2d", aliases=("max_pool2d",), method=False, out=False, saves="input")
def max_pool2d(
    input: Array,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    padding: int | Ints = 0,
    dilation: int | Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
):
    """Largest of each window of (N, C, H, W) or (C, H, W), optionally with its int64 flat positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool2d.html)"""
    return _pool_max(
        "max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@op("nn.functional.max_pool3d", aliases=("max_pool3d",), method=False, out=False, saves="input")
def max_pool3d(
    input: Array,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    padding: int | Ints = 0,
    dilation: int | Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
):
    """Largest of each window of (N, C, D, H, W) or (C, D, H, W), optionally with its int64 flat
    positions
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.max_pool3d.html)"""
    return _pool_max(
        "max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices
    )


@op("max_pool1d_with_indices", method=False, out=False)
def max_pool1d_with_indices(
    input: Array,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    padding: int | Ints = 0,
    dilation: int | Ints = 1,
    ceil_mode: bool = False,
):
    """`max_pool1d` with its int64 positions."""
    return _pool_max(
        "max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, True
    )


def _sum_windows(x, windows: Sequence[Window]):
    lead = x.ndim - len(windows)
    if all(w.kernel == w.stride and w.low == 0 and w.high <= 0 for w in windows):
        shape, axes = list(x.shape[:lead]), []
        for w in windows:
            axes.append(len(shape) + 1)
            shape += [w.count, w.kernel]
        crop = tuple(slice(0, w.count * w.kernel) for w in windows)
        return x[(..., *crop)].reshape(shape).sum(axis=tuple(axes))
    low_high = [(0, 0)] * lead + [(w.low, max(w.high, 0)) for w in windows]
    x = x[(..., *[slice(0, x.shape[lead + i] + min(w.high, 0)) for i, w in enumerate(windows)])]
    ones = (1,) * lead
    return lax.reduce_window(
        x,
        np.zeros((), x.dtype)[()],
        lax.add,
        ones + tuple(w.kernel for w in windows),
        ones + tuple(w.stride for w in windows),
        low_high,
    )


def _cells(size: int, w: Window, pad: int, count_include_pad: bool):
    """How many cells each window divides by: those inside the input, or inside the symmetrically
    padded input."""
    start = np.arange(w.count) * w.stride - pad
    end = np.minimum(start + w.kernel, size + pad)
    if count_include_pad:
        return end - start
    return np.minimum(end, size) - np.maximum(start, 0)


def _pool_average(
    name: str,
    n: int,
    input,
    kernel_size,
    stride,
    padding,
    ceil_mode,
    count_include_pad,
    divisor_override=None,
):
    kernel, step, pad, dil = _sizes(name, kernel_size, stride, padding, 1, n)
    if n == 1 and input.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2 to 3 dimensions, but got {input.ndim}-dimensional tensor "
            "for argument #1 'self' (while checking arguments for avg_pool1d)"
        )
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    if input.ndim not in (n + 1, n + 2):
        if n == 2 and input.ndim <= n:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [{-input.ndim}, "
                f"{input.ndim - 1}], but got {-n - 1})"
            )
        raise RuntimeError(f"non-empty {n + 1}D or {n + 2}D (batch mode) tensor expected for input")
    _check_windows("avg_pool3d", kernel, step, pad, dil, input, n, ceil_mode)
    if not is_float(input) and input.dtype != jnp.int64:
        raise not_implemented("avg_pool3d_out_frame" if n == 3 else "avg_pool2d", input)
    windows = _windows(input.shape[-n:], kernel, step, pad, dil, ceil_mode)
    half = input.dtype in (jnp.float16, jnp.bfloat16)
    total = _sum_windows(input.astype(jnp.float32) if half else input, windows)
    if divisor_override is not None:
        cells = np.asarray(divisor_override)
    else:
        counts = [
            _cells(s, w, p, count_include_pad)
            for s, w, p in zip(input.shape[-n:], windows, pad, strict=True)
        ]
        cells = functools.reduce(np.multiply.outer, counts)
        cells = (
            cells.reshape(-1)[0] if cells.size and (cells == cells.reshape(-1)[0]).all() else cells
        )
    if not is_float(input):
        return lax.div(total, jnp.broadcast_to(jnp.asarray(cells, total.dtype), total.shape))
    return divide(total, np.asarray(cells)).astype(input.dtype)


@op("nn.functional.avg_pool1d", aliases=("avg_pool1d",), method=False, saves="input")
def avg_pool1d(
    input: Array,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    padding: int | Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
):
    """Mean of each window of (N, C, L) or (C, L)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool1d.html)"""
    return _pool_average(
        "avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad
    )


@op("nn.functional.avg_pool2d", method=False, saves="input")
def avg_pool2d(
    input: Array,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    padding: int | Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
):
    """Mean of each window of (N, C, H, W) or (C, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool2d.html)"""
    return _pool_average(
        "avg_pool2d",
        2,
        input,
        kernel_size,
        stride,
        padding,
        ceil_mode,
        count_include_pad,
        divisor_override,
    )


@op("nn.functional.avg_pool3d", method=False, saves="input")
def avg_pool3d(
    input: Array,
    kernel_size: int | Ints,
    stride: int | Ints | None = None,
    padding: int | Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
):
    """Mean of each window of (N, C, D, H, W) or (C, D, H, W)
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.avg_pool3d.html)"""
    return _pool_average(
        "avg_pool3d",
        3,
        input,
        kernel_size,
        stride,
        padding,
        ceil_mode,
        count_include_pad,
        divisor_override,
    )


# What PyTorch prints as the grad_fn of the result.
max_pool2d.grad_name = "MaxPool2DWithIndicesBackward0"
max_pool3d.grad_name = "MaxPool3DWithIndicesBackward0"
avg_pool2d.grad_name = "AvgPool2DBackward0"
avg_pool3d.grad_name = "AvgPool3DBackward0"
