"""How a convolution is computed: XLA's own, or a form that XLA runs faster on CPU.

Note [Convolutions on CPU]
XLA's CPU convolution is good at many input and output channels, and slow elsewhere: with few
channels on the side that it produces (the first layer forward, any early layer's input gradient),
with channel groups (by an order of magnitude and more), in the weight gradients of 1x1 kernels and
of transposed convolutions, and by hundreds of times where the kernel is larger than the image (XLA
then swaps the two, and has no fast kernel for what comes out; the input's gradient takes the output
for its image). A convolution is linear in its input and in its weight, so each of the two
derivatives may be written in another form than the value; JAX transposes that form into the
gradient. The forms, all of the same function:

  columns   the kernel's taps stacked, then one matrix product. As the products are faster than
            XLA's convolution, also for many channels, while the stack is small
  banded    the kernel spread along the width into a banded matrix, then one matrix product: more
            arithmetic, no small dimension. Only for gradients: in the value an infinity times the
            band's zeros would be NaN
  whole     a matrix product, for kernels that meet the image at one place only
  taps      a sum of shifted inputs times single weights, for depthwise kernels, and for the value
            of a first layer
  pointwise a matrix product, for 1x1 kernels

Which one is fastest was measured on two-core x86-64 (benchmarks of LeNet, CIFAR and MobileNet
shapes); the thresholds are where they cross.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.custom_derivatives import SymbolicZero

from torchish._core.base import devices, precision

Ints = tuple[int, ...]


class Geometry(NamedTuple):
    """The options of a 1-, 2- or 3-D correlation; `pads` has (before, after) for each dimension."""

    stride: Ints
    pads: tuple[tuple[int, int], ...]
    dilation: Ints
    groups: int

    def output(self, sizes: Sequence[int], kernel: Sequence[int]) -> Ints:
        return tuple(
            (s + a + b - d * (k - 1) - 1) // t + 1
            for s, (a, b), d, k, t in zip(
                sizes, self.pads, self.dilation, kernel, self.stride, strict=True
            )
        )

    def in_plane(self) -> Geometry:
        """Of a 1-D correlation the 2-D one over a single row."""
        return Geometry((1, *self.stride), ((0, 0), *self.pads), (1, *self.dilation), self.groups)


SMALL_STACK = 1 << 22  # elements that columns may take beside a step's other values
Form = Callable[[jax.Array, jax.Array, Geometry], jax.Array]


def by_xla(x, w, g: Geometry):
    """XLA's convolution, inputs (N, C, ...) and (O, C / groups, ...)."""
    return _convolved(x, w, g.stride, g.pads, None, g)


def _convolved(x, w, stride, pads, spread: Ints | None, g: Geometry):
    """XLA's convolution, channels last on a GPU: there its fast kernels want them so, and between
    two convolutions the transposes cancel. See Note [Precision of products]."""
    spatial = "DHW"[-len(stride) :]
    last = devices.traced_for() == "cuda"
    images = f"N{spatial}C" if last else f"NC{spatial}"
    layout = (images, f"O{spatial}I" if last else f"OI{spatial}", images)
    if last:
        x, w = jnp.moveaxis(x, 1, -1), jnp.moveaxis(w, 1, -1)
    y = lax.conv_general_dilated(
        x, w, stride, pads, spread, g.dilation, layout,
        feature_group_count=g.groups, precision=precision.convolution(),
    )  # fmt: skip
    return jnp.moveaxis(y, -1, 1) if last else y


def tap(x, at: Ints, g: Geometry, out: Ints):
    """The padded input under one tap of the kernel, one element per output position."""
    start = tuple(i * d for i, d in zip(at, g.dilation, strict=True))
    stop = tuple(a + (n - 1) * t + 1 for a, n, t in zip(start, out, g.stride, strict=True))
    lead = x.shape[: x.ndim - len(at)]
    return lax.slice(x, (0,) * len(lead) + start, lead + stop, (1,) * len(lead) + g.stride)


def _places(kernel: Sequence[int]):
    return itertools.product(*[range(k) for k in kernel])


def padded(x, g: Geometry):
    if not any(a or b for a, b in g.pads):
        return x
    pads = [(0, 0, 0)] * (x.ndim - len(g.pads)) + [(a, b, 0) for a, b in g.pads]
    return lax.pad(x, jnp.zeros((), x.dtype), pads)


def by_columns(x, w, g: Geometry):
    n, c = x.shape[:2]
    o, kernel = w.shape[0], w.shape[2:]
    out = g.output(x.shape[2:], kernel)
    x = padded(x, g).swapaxes(0, 1)
    taps = jnp.stack([tap(x, at, g, out) for at in _places(kernel)], axis=1)
    rows = c // g.groups * math.prod(kernel)
    y = jnp.matmul(w.reshape(g.groups, o // g.groups, rows), taps.reshape(g.groups, rows, -1))
    return y.reshape(o, n, *out).swapaxes(0, 1)


def by_banded_matrix(x, w, g: Geometry):
    kh, kw = w.shape[2:]
    rows, columns = g.output(x.shape[2:], (kh, kw))
    x = padded(x, g)
    width = x.shape[3]
    # band[..., p, q] is the weight of input column p for output column q, 0 outside the kernel.
    zero = jnp.zeros((), w.dtype)
    diagonals = [
        jnp.where(np.eye(width, columns, -j, dtype=bool), w[:, :, :, j, None, None], zero)
        for j in range(kw)
    ]
    band = functools.reduce(jnp.add, diagonals)
    x = x.swapaxes(1, 2)
    bands = jnp.stack([lax.slice_in_dim(x, i, i + rows, axis=1) for i in range(kh)], axis=2)
    return jnp.einsum("nhicp,ocipq->nhoq", bands, band).swapaxes(1, 2)


def by_taps(x, w, g: Geometry):
    """Depthwise: each input channel has its own w.shape[0] // groups kernels."""
    kernel = w.shape[2:]
    out = g.output(x.shape[2:], kernel)
    kind, wide = x.dtype, jnp.promote_types(x.dtype, jnp.float32)
    x, w = padded(x, g).astype(wide), w.astype(wide)
    if w.shape[0] != g.groups:
        x = jnp.repeat(x, w.shape[0] // g.groups, axis=1)
    per_channel = (-1, *[1] * len(kernel))
    terms = [
        w[(slice(None), 0, *at)].reshape(per_channel) * tap(x, at, g, out) for at in _places(kernel)
    ]
    return functools.reduce(jnp.add, terms).astype(kind)


def by_few_taps(x, w, g: Geometry):
    """For few input channels: one fused loop, each tap of each channel times its weights.

    In two turns of a loop, so that XLA does not fuse the sum into each of its users, which would
    compute it again.
    """
    n, o = x.shape[0], w.shape[0]
    out = g.output(x.shape[2:], w.shape[2:])
    kind, wide = x.dtype, jnp.promote_types(x.dtype, jnp.float32)
    x, w = padded(x, g).astype(wide), w.astype(wide)
    per_channel = (-1, *[1] * len(out))
    part = (n + 1) // 2

    def turn(i, y):
        start = jnp.minimum(i * part, n - part)
        rows = lax.dynamic_slice_in_dim(x, start, part)
        terms = [
            w[(slice(None), c, *at)].reshape(per_channel) * tap(rows[:, c : c + 1], at, g, out)
            for c in range(x.shape[1])
            for at in _places(w.shape[2:])
        ]
        rows = functools.reduce(jnp.add, terms).astype(kind)
        return lax.dynamic_update_slice_in_dim(y, rows, start, 0)

    return lax.fori_loop(0, 2, turn, jnp.empty((n, o, *out), kind))


def by_pointwise_product(x, w, g: Geometry):
    ones = w.shape[2:]
    x = tap(padded(x, g), (0,) * len(ones), g, g.output(x.shape[2:], ones))
    n, c, *sizes = x.shape
    y = jnp.matmul(x.reshape(n, c, -1).swapaxes(1, 2), w.reshape(w.shape[:2]).T)
    return y.swapaxes(1, 2).reshape(n, -1, *sizes)


def by_whole_product(x, w, g: Geometry):
    n, o, kernel = x.shape[0], w.shape[0], w.shape[2:]
    x = lax.slice(x, (0,) * x.ndim, (*x.shape[:2], *kernel))
    return jnp.matmul(x.reshape(n, -1), w.reshape(o, -1).T).reshape(n, o, *[1] * len(kernel))


class Plan(NamedTuple):
    """The forms of the value, of the derivative by the input, and of the derivative by the
    weight."""

    value: Form
    by_input: Form
    by_weight: Form


def _exceeds(kernel: Sequence[int], image: Sequence[int]) -> bool:
    return math.prod(kernel) > math.prod(image)


def plan(x, w, g: Geometry) -> Plan:
    """The fastest forms on CPU."""
    o, c, *kernel = w.shape
    if g.groups > 1:
        form = by_taps if c == 1 else by_columns
        return Plan(form, form, form)
    if all(k == 1 for k in kernel):
        return Plan(*[by_pointwise_product] * 3)
    image, area = x.shape[2:], math.prod(kernel)
    out = g.output(image, kernel)
    one_place = math.prod(out) == 1 == max(g.dilation) and not any(a or b for a, b in g.pads)
    if one_place:
        return Plan(*[by_whole_product] * 3)
    value = by_columns if _exceeds(kernel, image) else by_xla
    by_input = by_columns if _exceeds(kernel, out) else by_xla
    by_weight = by_xla
    if len(kernel) == 3:
        return Plan(value, by_input, by_weight)
    if c <= 10:
        by_input = by_columns
    elif area <= 9 and x.shape[0] * c * area * math.prod(out) <= SMALL_STACK:
        coarse = c >= 64 and max(g.stride) > 1
        value = by_columns if coarse or c >= 512 else value
        by_input = by_columns if c >= 512 else by_input
        by_weight = by_columns if coarse or c >= 256 else by_weight
    if o <= 48 and (c <= 4 or c * area <= 32):
        value = by_few_taps if c * area <= 32 else by_columns
    width = x.shape[3] + sum(g.pads[1])
    if g.stride == (1, 1) == g.dilation and kernel[1] >= 5 and width <= 36:
        by_input = by_banded_matrix if c <= 10 else by_input
        by_weight = by_banded_matrix if c <= 4 and o <= 10 else by_weight
    return Plan(value, by_input, by_weight)


@functools.partial(jax.custom_jvp, nondiff_argnums=(2, 3))
def _planned(x, w, g: Geometry, plan: Plan):
    return plan.value(x, w, g)


@functools.partial(_planned.defjvp, symbolic_zeros=True)
def _planned_jvp(g, plan, primals, tangents):
    (x, w), (tx, tw) = primals, tangents
    y = _planned(x, w, g, plan)
    moved = []
    if not isinstance(tx, SymbolicZero):
        moved.append(plan.by_input(tx, w, g))
    if not isinstance(tw, SymbolicZero):
        moved.append(plan.by_weight(x, tw, g))
    return y, functools.reduce(jnp.add, moved)


def correlate(x, w, g: Geometry):
    """Cross-correlation of x (N, C, spatial...) with w (O, C / groups, kernel...)."""
    n = len(g.stride)
    if devices.traced_for() != "cpu" or not jnp.issubdtype(x.dtype, jnp.floating):
        return by_xla(x, w, g)
    if n == 1:
        return correlate(x[:, :, None], w[:, :, None], g.in_plane())[:, :, 0]
    forms = plan(x, w, g)
    if forms.value is forms.by_input is forms.by_weight:
        return forms.value(x, w, g)
    return _planned(x, w, g, forms)


def _spread(columns, sizes: Ints, g: Geometry, kernel: Ints):
    """Columns (O, *kernel, N, *inputs) added into (O, N, *sizes), each tap at its place."""
    total = None
    zero = jnp.zeros((), columns.dtype)
    o, inputs = columns.shape[0], columns.shape[len(kernel) + 2 :]
    lead = (o, *columns.shape[len(kernel) + 1 :])
    taps = math.prod(kernel)
    # `split` is transposed into one concatenation, indexing into a sum of padded arrays.
    pieces = lax.split(columns.reshape(o, taps, *lead[1:]), (1,) * taps, axis=1)
    for at, piece in zip(_places(kernel), pieces, strict=True):
        pads = [(0, 0, 0), (0, 0, 0)]
        for i, d, t, (before, _), m, size in zip(
            at, g.dilation, g.stride, g.pads, inputs, sizes, strict=True
        ):
            low = i * d - before
            pads.append((low, size - low - (m - 1) * t - 1, t - 1))
        term = lax.pad(piece.reshape(lead), zero, pads)
        total = term if total is None else total + term
    return total


def _transposed_by_columns(x, w, g: Geometry, sizes: Ints):
    n, c = x.shape[:2]
    o, kernel, kind = w.shape[1] * g.groups, w.shape[2:], x.dtype
    if max(g.dilation) == 1:  # with holes, PyTorch's kernel adds half types up in themselves
        wide = jnp.promote_types(kind, jnp.float32)
        x, w = x.astype(wide), w.astype(wide)
    columns = jnp.matmul(
        w.reshape(g.groups, c // g.groups, -1).swapaxes(1, 2),
        x.swapaxes(0, 1).reshape(g.groups, c // g.groups, -1),
    )
    columns = columns.reshape(o, *kernel, n, *x.shape[2:])
    return _spread(columns, sizes, g, kernel).swapaxes(0, 1).astype(kind)


def _transposed_by_xla(x, w, g: Geometry, sizes: Ints):
    """The spread-out input correlated with the flipped kernel, whose ins and outs are swapped."""
    kernel = w.shape[2:]
    n = len(kernel)
    w = (
        w.reshape(g.groups, -1, *w.shape[1:])
        .swapaxes(1, 2)
        .reshape(w.shape[1] * g.groups, -1, *kernel)
    )
    w = jnp.flip(w, axis=tuple(range(2, n + 2)))
    pads = []
    for d in range(n):
        reach = g.dilation[d] * (kernel[d] - 1)
        span = (x.shape[2 + d] - 1) * g.stride[d] + 1
        low = reach - g.pads[d][0]
        pads.append((low, sizes[d] + reach - span - low))
    return _convolved(x, w, (1,) * n, pads, g.stride, g)


@functools.partial(jax.custom_jvp, nondiff_argnums=(2, 3))
def _transposed_planned(x, w, g: Geometry, sizes: Ints):
    large = _exceeds(w.shape[2:], x.shape[2:])
    return (_transposed_by_columns if large else _transposed_by_xla)(x, w, g, sizes)


@functools.partial(_transposed_planned.defjvp, symbolic_zeros=True)
def _transposed_planned_jvp(g, sizes, primals, tangents):
    (x, w), (tx, tw) = primals, tangents
    y = _transposed_planned(x, w, g, sizes)
    moved = []
    if not isinstance(tx, SymbolicZero):
        columns = w.shape[1] <= 10 or _exceeds(w.shape[2:], sizes)
        form = _transposed_by_columns if columns else _transposed_by_xla
        moved.append(form(tx, w, g, sizes))
    if not isinstance(tw, SymbolicZero):
        moved.append(_transposed_by_columns(x, tw, g, sizes))
    return y, functools.reduce(jnp.add, moved)


def correlate_transposed(x, w, g: Geometry, sizes: Ints):
    """The transpose of `correlate` in its input: x (N, C, ...), w (C, O / groups, kernel...) to
    (N, O, *sizes)."""
    if devices.traced_for() != "cpu" or not jnp.issubdtype(x.dtype, jnp.floating):
        return _transposed_by_xla(x, w, g, sizes)
    if len(g.stride) == 1:
        x, w = x[:, :, None], w[:, :, None]
        return correlate_transposed(x, w, g.in_plane(), (1, *sizes))[:, :, 0]
    if g.groups > 1:
        return _transposed_by_columns(x, w, g, sizes)
    return _transposed_planned(x, w, g, sizes)
