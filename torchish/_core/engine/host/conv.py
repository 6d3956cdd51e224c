"""Convolutions in NumPy: windows as columns and one matrix product.

A convolution of (N, C, spatial...) is a product of the weight as a matrix (out, C * kernel...) and
columns (N, C * kernel..., positions...), which are copied from a strided view. The weight's
gradient is the product of the cotangent with the columns, the input's gradient the transposed
weight times the cotangent, added back at the places of the windows. A transposed convolution is the
same three products in other roles. The columns are a residual while they are not much larger than
the input.
"""

from __future__ import annotations

import functools
import itertools
import math
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from torchish._core.engine.host.registry import kernel, require

_KEPT = 1 << 26  # bytes of columns that a forward pass keeps for the gradient


class Plan(NamedTuple):
    """A convolution in detail: sizes of the padded image and of the positions."""

    groups: int
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    low: tuple[int, ...]
    sizes: tuple[int, ...]
    padded: tuple[int, ...]
    counts: tuple[int, ...]


def ints(value, n: int) -> tuple[int, ...]:
    """An option with a number for each of n dimensions."""
    if not isinstance(value, (tuple, list)):
        require(isinstance(value, int))
        return (value,) * n
    if len(value) == 1:
        return tuple(value) * n
    require(len(value) == n)
    return tuple(value)


def _pad(x, plan: Plan):
    if plan.padded == plan.sizes:
        return x
    out = np.zeros((*x.shape[:2], *plan.padded), x.dtype)
    out[_inner(plan)] = x
    return out


def _inner(plan: Plan):
    return (..., *[slice(p, p + s) for p, s in zip(plan.low, plan.sizes, strict=True)])


def columns(x, plan: Plan):
    """(N, groups, C / groups * kernel..., positions) of an image (N, C, spatial...)."""
    n = len(plan.kernel)
    batch, channels = x.shape[:2]
    depth = channels // plan.groups
    shape = (batch, plan.groups, depth * math.prod(plan.kernel), math.prod(plan.counts))
    if plan.padded == plan.counts and math.prod(plan.kernel) == 1:
        return np.ascontiguousarray(_pad(x, plan)).reshape(shape)
    x = _pad(x, plan)
    inner = x.strides[2:]
    view = as_strided(
        x,
        (batch, channels, *plan.kernel, *plan.counts),
        (
            *x.strides[:2],
            *[s * d for s, d in zip(inner, plan.dilation, strict=True)],
            *[s * t for s, t in zip(inner, plan.stride, strict=True)],
        ),
        writeable=False,
    )
    if n == 1 or plan.counts[-1] >= 8 or not view.size:
        return view.reshape(shape)
    out = np.empty(view.shape, x.dtype)
    for at in itertools.product(*map(range, plan.kernel)):
        out[(slice(None), slice(None), *at)] = view[(slice(None), slice(None), *at)]
    return out.reshape(shape)


def _places(plan: Plan, at):
    return (
        ...,
        *[
            slice(k * d, k * d + (c - 1) * t + 1, t)
            for k, d, c, t in zip(at, plan.dilation, plan.counts, plan.stride, strict=True)
        ],
    )


def image(cols, plan: Plan):
    """The transpose of `columns`: each window added to the image at its place."""
    batch = cols.shape[0]
    channels = cols.size // max(batch * math.prod(plan.kernel) * math.prod(plan.counts), 1)
    if plan.padded == plan.counts and math.prod(plan.kernel) == 1:
        out = cols.reshape(batch, channels, *plan.padded)
        return out if plan.padded == plan.sizes else out[_inner(plan)]
    cols = cols.reshape(batch, channels, *plan.kernel, *plan.counts)
    out = np.zeros((batch, channels, *plan.padded), cols.dtype)
    for at in itertools.product(*map(range, plan.kernel)):
        out[_places(plan, at)] += cols[(slice(None), slice(None), *at)]
    return out if plan.padded == plan.sizes else out[_inner(plan)]


def _matrix(weight, groups: int):
    return weight.reshape(groups, weight.shape[0] // groups, -1)


def _times(weight, cols):
    """Matrices (groups, out, in) times columns (N, groups, in, positions)."""
    batch, groups, depth, positions = cols.shape
    if groups == 1 and batch > 1 and positions < 64:
        # One product for the batch: many small ones would not fill the processor.
        flat = cols.transpose(2, 0, 1, 3).reshape(depth, -1)
        out = (weight[0] @ flat).reshape(-1, batch, positions)
        return np.ascontiguousarray(out.transpose(1, 0, 2))[:, None]
    return np.matmul(weight, cols)


def _outer(ct, cols):
    """The sum over the batch and positions of (N, groups, out, positions) with columns."""
    if ct.shape[1] == 1:
        a = ct.transpose(2, 0, 1, 3).reshape(ct.shape[2], -1)
        b = cols.transpose(2, 0, 1, 3).reshape(cols.shape[2], -1)
        return (a @ b.T)[None]
    return np.add.reduce(np.matmul(ct, cols.swapaxes(-1, -2)), 0)


def _depthwise(plan: Plan, weight) -> bool:
    """Whether each channel has one filter of its own: then columns are too thin for products."""
    return plan.groups == weight.shape[0] > 1 and weight.shape[1] == 1


def _tap_by_tap(x, weight, plan: Plan):
    """A depthwise convolution: each place of the filter times the image, sample by sample."""
    x, channels = _pad(x, plan), weight.shape[0]
    out = np.zeros((len(x), channels, *plan.counts), x.dtype)
    taps = weight.reshape(channels, -1, *(1,) * len(plan.kernel))
    for sample, y in zip(x, out, strict=True):
        for k, at in enumerate(itertools.product(*map(range, plan.kernel))):
            y += sample[_places(plan, at)] * taps[:, k]
    return out


def _tap_by_tap_back(ct, wanted, x, weight, plan: Plan) -> dict:
    """The gradients of image and weight of `_tap_by_tap`."""
    x, channels, n = _pad(x, plan), weight.shape[0], len(plan.kernel)
    back = np.zeros(x.shape, x.dtype)
    taps = weight.reshape(channels, -1, *(1,) * n)
    by_tap = np.zeros(taps.shape[:2], x.dtype)
    letters = "cxyz"[: n + 1]
    for sample, b, g in zip(x, back, ct, strict=True):
        for k, at in enumerate(itertools.product(*map(range, plan.kernel))):
            place = _places(plan, at)
            if "input" in wanted:
                b[place] += g * taps[:, k]
            if "weight" in wanted:
                by_tap[:, k] += np.einsum(f"{letters},{letters}->c", g, sample[place])
    inner = back if plan.padded == plan.sizes else back[_inner(plan)]
    return {"input": inner, "weight": by_tap.reshape(weight.shape)}


def _add_bias(y, bias, n: int):
    if bias is not None:
        y += bias.reshape(-1, *(1,) * n)
    return y


def _plan(n, input, weight, bias, stride, padding, dilation, groups) -> Plan:
    require(input.dtype == weight.dtype and (bias is None or bias.dtype == input.dtype))
    require(bias is None or bias.shape == weight.shape[:1])
    return _plan_of(n, input.shape, weight.shape, stride, padding, dilation, groups)


@functools.lru_cache(1024)
def _plan_of(n, image, weight, stride, padding, dilation, groups) -> Plan:
    require(len(image) in (n + 1, n + 2) and len(weight) == n + 2)
    stride, dilation = ints(stride, n), ints(dilation, n)
    kernel_size, sizes = weight[2:], image[-n:]
    if isinstance(padding, str):
        require(padding == "valid" or (padding == "same" and set(stride) == {1}))
        total = [
            d * (k - 1) if padding == "same" else 0
            for k, d in zip(kernel_size, dilation, strict=True)
        ]
        low = tuple(t // 2 for t in total)
    else:
        low = ints(padding, n)
        total = [2 * p for p in low]
    require(min(stride) > 0 and min(dilation) > 0 and min(low) >= 0 and groups > 0)
    require(weight[0] >= groups and weight[0] % groups == 0)
    require(image[-n - 1] == weight[1] * groups)
    padded = tuple(s + t for s, t in zip(sizes, total, strict=True))
    counts = tuple(
        (s - d * (k - 1) - 1) // t + 1
        for s, d, k, t in zip(padded, dilation, kernel_size, stride, strict=True)
    )
    require(min(counts) > 0 and 0 not in image and 0 not in weight)
    return Plan(groups, kernel_size, stride, dilation, low, sizes, padded, counts)


def _forward(n, input, weight, bias, stride, padding, dilation, groups):
    plan = _plan(n, input, weight, bias, stride, padding, dilation, groups)
    x = input if input.ndim == n + 2 else input[None]
    if _depthwise(plan, weight):
        y = _add_bias(_tap_by_tap(x, weight, plan), bias, n)
        return y if input.ndim == n + 2 else y[0], (plan, None)
    cols = columns(x, plan)
    y = _times(_matrix(weight, groups), cols)
    y = _add_bias(y.reshape(len(x), weight.shape[0], *plan.counts), bias, n)
    kept = cols if cols.nbytes <= _KEPT else None
    return y if input.ndim == n + 2 else y[0], (plan, kept)


def _backward(ct, saved, wanted, n, input, weight):
    plan, cols = saved
    batched = input.ndim == n + 2
    x = input if batched else input[None]
    g = ct.reshape(len(x), plan.groups, weight.shape[0] // plan.groups, -1)
    out = {}
    if "bias" in wanted:
        out["bias"] = np.add.reduce(g.reshape(len(x), weight.shape[0], -1), (0, 2))
    if _depthwise(plan, weight):
        out.update(_tap_by_tap_back(ct if batched else ct[None], wanted, x, weight, plan))
        out["input"] = out["input"] if batched else out["input"][0]
        return out
    if "weight" in wanted:
        cols = columns(x, plan) if cols is None else cols
        out["weight"] = _outer(g, cols).reshape(weight.shape)
    if "input" in wanted:
        back = image(_times(_matrix(weight, plan.groups).swapaxes(1, 2), g), plan)
        out["input"] = back if batched else back[0]
    return out


def _cost(inputs, outputs) -> float:
    weight = inputs[1].shape
    products = math.prod(outputs[0].shape) * math.prod(weight[1:])
    shape = inputs[0].shape
    fits = 1 < len(weight) <= len(shape) + 1  # else the kernel refuses it
    return _seconds(products, weight, shape[1 - len(weight)] if fits else 1)


def _seconds(products: int, weight: tuple[int, ...], others: int) -> float:
    """Of so many products, and of columns, which all channels of a group share: `others` is how
    many channels there are on the side that `weight` has divided by the groups."""
    groups = max(others // max(weight[1], 1), 1)
    column = 2e-9 if groups == weight[0] > 1 == weight[1] else 1e-9  # depthwise: tap by tap
    return 5e-11 * products + column * products / max(weight[0] // groups, 1)


def _enter(n: int) -> None:
    @kernel(f"nn.functional.conv{n}d", dtypes="f", saves="residual", cost=_cost, halves=True)
    def conv(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        return _forward(n, input, weight, bias, stride, padding, dilation, groups)

    @conv.gradient
    def _(ct, saved, wanted, input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        return _backward(ct, saved, wanted, n, input, weight)


def _transposed_plan(n, input, weight, bias, stride, padding, extra, groups, dilation) -> Plan:
    """The plan of the convolution whose input gradient the transposed convolution is."""
    require(input.ndim in (n + 1, n + 2) and weight.ndim == n + 2)
    require(input.dtype == weight.dtype and (bias is None or bias.dtype == input.dtype))
    stride, dilation = ints(stride, n), ints(dilation, n)
    low, extra = ints(padding, n), ints(extra, n)
    require(min(stride) > 0 and min(dilation) > 0 and min(low) >= 0 and min(extra) >= 0)
    require(groups > 0 and weight.shape[0] >= groups and weight.shape[0] % groups == 0)
    require(input.shape[-n - 1] == weight.shape[0])
    require(bias is None or bias.shape == (weight.shape[1] * groups,))
    require(all(e < s or e < d for e, s, d in zip(extra, stride, dilation, strict=True)))
    kernel_size, counts = weight.shape[2:], input.shape[-n:]
    sizes = tuple(
        (c - 1) * t - 2 * p + d * (k - 1) + e + 1
        for c, t, p, d, k, e in zip(counts, stride, low, dilation, kernel_size, extra, strict=True)
    )
    require(min(sizes) > 0 and input.size and weight.size)
    padded = tuple(s + 2 * p for s, p in zip(sizes, low, strict=True))
    return Plan(groups, kernel_size, stride, dilation, low, sizes, padded, counts)


def _enter_transposed(n: int) -> None:
    @kernel(
        f"nn.functional.conv_transpose{n}d",
        dtypes="f",
        saves="residual",
        cost=_cost_back,
        halves=True,
    )
    def conv(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        plan = _transposed_plan(
            n, input, weight, bias, stride, padding, output_padding, groups, dilation
        )
        x = input.reshape(-1, groups, weight.shape[0] // groups, math.prod(plan.counts))
        y = image(_times(_matrix(weight, groups).swapaxes(1, 2), x), plan)
        if bias is not None:
            y = y + bias.reshape(-1, *(1,) * n)
        return y if input.ndim == n + 2 else y[0], plan

    @conv.gradient
    def _(
        ct,
        saved,
        wanted,
        input,
        weight,
        bias=None,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        dilation=1,
    ):
        ct = ct if input.ndim == n + 2 else ct[None]
        out = {}
        if "bias" in wanted:
            out["bias"] = np.add.reduce(ct.reshape(*ct.shape[:2], -1), (0, 2))
        if "input" in wanted or "weight" in wanted:
            cols = columns(ct, saved)
            if "input" in wanted:
                out["input"] = _times(_matrix(weight, groups), cols).reshape(input.shape)
            if "weight" in wanted:
                x = input.reshape(len(ct), groups, weight.shape[0] // groups, -1)
                out["weight"] = _outer(x, cols).reshape(weight.shape)
        return out


def _cost_back(inputs, outputs) -> float:
    weight = inputs[1].shape
    products = math.prod(inputs[0].shape) * math.prod(weight[1:])
    return _seconds(products, weight, outputs[0].shape[1 - len(weight)])


for _n in (1, 2, 3):
    _enter(_n)
    _enter_transposed(_n)


# Sliding blocks


def _block_plan(sizes, kernel_size, dilation, padding, stride) -> Plan:
    kernel_size, dilation = ints(kernel_size, 2), ints(dilation, 2)
    low, stride = ints(padding, 2), ints(stride, 2)
    require(min(kernel_size) > 0 and min(dilation) > 0 and min(low) >= 0 and min(stride) > 0)
    padded = tuple(s + 2 * p for s, p in zip(sizes, low, strict=True))
    counts = tuple(
        (s - d * (k - 1) - 1) // t + 1
        for s, d, k, t in zip(padded, dilation, kernel_size, stride, strict=True)
    )
    require(min(counts) > 0)
    return Plan(1, kernel_size, stride, dilation, low, tuple(sizes), padded, counts)


@kernel("nn.functional.unfold", dtypes="f", saves="residual", halves=True)
def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    require(input.ndim in (3, 4) and input.size)
    plan = _block_plan(input.shape[-2:], kernel_size, dilation, padding, stride)
    cols = columns(input if input.ndim == 4 else input[None], plan)[:, 0]
    return cols if input.ndim == 4 else cols[0], plan


@unfold.gradient
def _(ct, saved, wanted, input, kernel_size, dilation=1, padding=0, stride=1):
    return {"input": image(ct if input.ndim == 4 else ct[None], saved).reshape(input.shape)}


@kernel("nn.functional.fold", dtypes="f", saves="residual", halves=True)
def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    require(input.ndim in (2, 3) and input.size)
    plan = _block_plan(ints(output_size, 2), kernel_size, dilation, padding, stride)
    x = input if input.ndim == 3 else input[None]
    require(x.shape[1] % math.prod(plan.kernel) == 0 and x.shape[2] == math.prod(plan.counts))
    y = image(x, plan)
    return y if input.ndim == 3 else y[0], plan


@fold.gradient
def _(ct, saved, wanted, input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    return {"input": columns(ct if input.ndim == 3 else ct[None], saved).reshape(input.shape)}
