"""Convolutions by oneDNN, which stands inside jaxlib on x86-64 Linux.

Note [Convolutions by oneDNN]
XLA's CPU client runs `__onednn$convolution` where a program asks for it, faster than its own
convolution by 1.2 to 7 times forward; PyTorch's numbers come from the same library. Its images have
the channels last. XLA turns the transposes around it into layouts, so between two convolutions
nothing is moved, if what stands there does not ask for another layout: sums over all but the
channels do, so they are written over the transposed image (`native.channels_last`).

The call is internal to XLA. A configuration that it does not know ends the process, so only those
of one form are written (`_configuration`), with sizes that `_takes` lets through; a jaxlib that is
not known is tried in a process of its own first (onednn_proof.py). TORCHISH_ONEDNN=off goes
without.

A program with such a call can not be stored: it is compiled in each process. So only large
convolutions take it, which gain more than that within a hundred steps, and only in programs that
the engine compiles for this process (base/native.py).

A convolution, its derivative by the input and that by the weight are three bilinear functions; the
derivatives of each are the other two. They are three primitives of JAX here, so that derivatives
of any order have these forms. Under `vmap` they are XLA's.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base import native
from torchish._core.base.jax_internals import define_bilinear, primitive, shape_of
from torchish._core.ops.nn import correlation
from torchish._core.ops.nn.correlation import Geometry, Ints
from torchish._core.ops.nn.onednn_products import LARGE, product
from torchish._core.ops.nn.onednn_proof import usable

FEW = 1024  # positions under which the weight's own rearrangement takes what is gained


def _work(x, w, geometry: Geometry) -> float:
    """Operations of a correlation; groups count more, as XLA is slow at them."""
    out = geometry.output(x.shape[2:], w.shape[2:])
    return 2 * x.shape[0] * math.prod(w.shape) * math.prod(out) * (4 if geometry.groups > 1 else 1)


def holds(image: Sequence[int], kernel: Sequence[int], geometry: Geometry) -> bool:
    """Whether oneDNN is right for an image and a kernel of these sizes. It was wrong where a stride
    steps over elements between two places of the kernel (jaxlib 0.10.2, one channel)."""
    for s, k, d, t, pads in zip(
        image, kernel, geometry.dilation, geometry.stride, geometry.pads, strict=True
    ):
        span = d * (k - 1) + 1
        if span > s or max(pads) >= span or (t > span > 1):
            return False
    return True


def _takes(x, w, geometry: Geometry) -> bool:
    """Whether a correlation of x and w is one for oneDNN."""
    if not (native.may_call() and x.dtype == w.dtype == np.float32 and len(geometry.stride) > 1):
        return False
    if not holds(x.shape[2:], w.shape[2:], geometry) or _work(x, w, geometry) < LARGE:
        return False
    positions = x.shape[0] * math.prod(geometry.output(x.shape[2:], w.shape[2:]))
    thin = x.shape[1] < 8 and w.shape[0] < 32  # XLA's forms gain as much, without other layouts
    if positions < FEW or thin or not usable():
        return False
    native.called(convolution=True)
    return True


def _configuration(geometry: Geometry, swapped: bool) -> str:
    n = len(geometry.stride)
    inner, last = list(range(2, n + 2)), list(range(1, n + 1))
    image = {"dims": n + 2, "data": {"batch_dim": 0, "feature_dim": 1, "spatial_dims": inner}}
    result = {"dims": n + 2, "data": {"batch_dim": 0, "feature_dim": n + 1, "spatial_dims": last}}
    o, i = (1, 0) if swapped else (0, 1)
    filters = {"output_feature_dim": o, "input_feature_dim": i, "spatial_dims": inner}
    return json.dumps(
        {
            "onednn_conv_config": {
                "dims": n + 2,
                "input": image,
                "output": result,
                "kernel": {"dims": n + 2, "filter": filters},
                "window": {
                    "pad_left": [a for a, _ in geometry.pads],
                    "pad_right": [b for _, b in geometry.pads],
                    "strides": list(geometry.stride),
                    "window_dilations": list(geometry.dilation),
                },
                "feature_groups": geometry.groups,
                "fusions": {"ops": []},
            }
        }
    )


def _value_shape(x, w, geometry: Geometry) -> Ints:
    return (x.shape[0], w.shape[0], *geometry.output(x.shape[2:], w.shape[2:]))


def convolution(x, w, geometry: Geometry, swapped: bool = False):
    """The call itself: x (N, C, spatial...) and w (O, C / groups, kernel...) in float32; `swapped`
    the first two dimensions of w are the other way round, without groups."""
    n, o, *out = _value_shape(x, w, geometry)
    order = tuple(range(x.ndim))
    call = jax.ffi.ffi_call(
        "__onednn$convolution",
        jax.ShapeDtypeStruct((n, *out, w.shape[1] if swapped else o), x.dtype),
        custom_call_api_version=1,
        legacy_backend_config=_configuration(geometry, swapped),
        input_layouts=((0, *order[2:], 1), order),
        output_layouts=order,
    )
    return jnp.moveaxis(call(x, w), -1, 1)


def _cropped(x, pads):
    """x without what negative pads take away, and the pads that are left."""
    if all(a >= 0 and b >= 0 for a, b in pads):
        return x, tuple(pads)
    start = [max(-a, 0) for a, _ in pads]
    stop = [s - max(-b, 0) for s, (_, b) in zip(x.shape[2:], pads, strict=True)]
    x = lax.slice(x, (0, 0, *start), (*x.shape[:2], *stop))
    return x, tuple((max(a, 0), max(b, 0)) for a, b in pads)


def _mirrored(w, groups: int):
    """The weight mirrored, with the ins and outs of each group swapped where there are several."""
    if groups > 1:
        kernel = w.shape[2:]
        w = w.reshape(groups, -1, *w.shape[1:]).swapaxes(1, 2)
        w = w.reshape(-1, w.shape[2], *kernel)
    return jnp.flip(w, axis=tuple(range(2, w.ndim)))


def by_input(dy, w, geometry: Geometry, sizes: Ints):
    """The derivative by the input, of `sizes`: a convolution of dy with the mirrored weight. Where
    it was strided, one for each phase of the stride, whose results interleave."""
    n = len(sizes)
    if max(geometry.stride) > 1 and max(geometry.dilation) > 1:
        gaps = [(0, 0, 0)] * 2 + [(0, 0, t - 1) for t in geometry.stride]
        dy = lax.pad(dy, jnp.zeros((), dy.dtype), gaps)
        geometry = geometry._replace(stride=(1,) * n)
    mirrored = _mirrored(w, geometry.groups)
    if max(geometry.stride) == 1:
        return _by_phase(dy, mirrored, geometry, sizes, [a for a, _ in geometry.pads])
    low = [a for a, _ in geometry.pads]
    rows = [-(-(s + a) // t) for s, a, t in zip(sizes, low, geometry.stride, strict=True)]
    whole = Geometry((1,) * n, geometry.pads, geometry.dilation, geometry.groups)
    shape = (dy.shape[0], w.shape[1] * geometry.groups, *rows)
    parts = []
    for phase in itertools.product(*map(range, geometry.stride)):
        # Tap k of the weight is at K - 1 - k of the mirrored one.
        taps = [
            slice((k - 1 - r) % t, k - r, t)
            for k, r, t in zip(w.shape[2:], phase, geometry.stride, strict=True)
        ]
        part = mirrored[(slice(None), slice(None), *taps)]
        if part.size:
            part = _by_phase(dy, part, whole, rows, [0] * n)
        else:
            part = jnp.zeros(shape, dy.dtype)
        parts.append(jnp.moveaxis(part, 1, -1))
    # (phases, N, rows, C) to (N, row, phase, row, phase ..., C)
    x = jnp.stack(parts).reshape(*geometry.stride, shape[0], *rows, shape[1])
    order = [n, *[a for d in range(n) for a in (n + 1 + d, d)], 2 * n + 1]
    whole_rows = [r * t for r, t in zip(rows, geometry.stride, strict=True)]
    x = x.transpose(order).reshape(shape[0], *whole_rows, shape[1])
    x = lax.slice(
        x,
        (0, *low, 0),
        (shape[0], *[a + s for a, s in zip(low, sizes, strict=True)], shape[1]),
    )
    return jnp.moveaxis(x, -1, 1)


def _by_phase(dy, mirrored, geometry: Geometry, sizes: Sequence[int], before: Sequence[int]):
    """A convolution of dy with a mirrored weight, whose result is of `sizes` and begins `before`
    the first place that dy reaches."""
    pads = []
    for m, s, k, d, a in zip(
        dy.shape[2:], sizes, mirrored.shape[2:], geometry.dilation, before, strict=True
    ):
        low = d * (k - 1) - a
        pads.append((low, s - m - low + d * (k - 1)))
    dy, pads = _cropped(dy, pads)
    g = Geometry(geometry.stride, pads, geometry.dilation, geometry.groups)
    return convolution(dy, mirrored, g, swapped=g.groups == 1)


WIDE = 48  # columns of a product for the weight, whole taps of the kernel
MANY = 4096  # positions from which on such products are fastest


def by_weight(x, dy, geometry: Geometry, kernel: Ints):
    """The derivative by the weight: products of dy with what each tap of the kernel saw, a few taps
    at a time where there are few channels; or XLA's form, which is better at few positions
    and at few channels of dy."""
    c, o, n = x.shape[1], dy.shape[1], len(kernel)
    few = dy.size // o < MANY or (o < 8 and math.prod(kernel) > 1)
    if geometry.groups > 1 or few:
        return _weight_by_xla(x, dy, geometry, kernel)
    last = (0, *range(2, n + 2), 1)
    x = correlation.padded(x, geometry)
    out = dy.shape[2:]
    rows = dy.transpose(last).reshape(-1, o)
    taps = [
        correlation.tap(x, at, geometry, out).transpose(last)
        for at in itertools.product(*map(range, kernel))
    ]
    some = -(-WIDE // c)
    parts = [jnp.concatenate(taps[i : i + some], -1) for i in range(0, len(taps), some)]
    made = [product(rows, part.reshape(-1, part.shape[-1]), first=True) for part in parts]
    return jnp.concatenate(made, -1).reshape(o, *kernel, c).transpose(0, n + 1, *range(1, n + 1))


# --- XLA's forms of the three


def _input_by_xla(dy, w, geometry: Geometry, sizes: Ints):
    x = jax.ShapeDtypeStruct((dy.shape[0], w.shape[1] * geometry.groups, *sizes), dy.dtype)
    form = correlation.plan(x, w, geometry).by_input
    return jax.linear_transpose(lambda x: form(x, w, geometry), x)(dy)[0]


def _weight_by_xla(x, dy, geometry: Geometry, kernel: Ints):
    w = jax.ShapeDtypeStruct((dy.shape[1], x.shape[1] // geometry.groups, *kernel), x.dtype)
    form = correlation.plan(x, w, geometry).by_weight
    return jax.linear_transpose(lambda w: form(x, w, geometry), w)(dy)[0]


# --- as primitives


_value = primitive(
    "onednn_convolution",
    convolution,
    _value_shape,
    lambda x, w, geometry: correlation.correlate(x, w, geometry),
)
_input = primitive(
    "onednn_convolution_input",
    by_input,
    lambda dy, w, geometry, sizes: (dy.shape[0], w.shape[1] * geometry.groups, *sizes),
    _input_by_xla,
)
_weight = primitive(
    "onednn_convolution_weight",
    by_weight,
    lambda x, dy, geometry, kernel: (dy.shape[1], x.shape[1] // geometry.groups, *kernel),
    _weight_by_xla,
)


def _spatial(a) -> Ints:
    return shape_of(a)[2:]


define_bilinear(
    _value,
    lambda ct, x, w, geometry: _input.bind(ct, w, geometry=geometry, sizes=_spatial(x)),
    lambda ct, x, w, geometry: _weight.bind(x, ct, geometry=geometry, kernel=_spatial(w)),
)
define_bilinear(
    _input,
    lambda ct, dy, w, geometry, sizes: _value.bind(ct, w, geometry=geometry),
    lambda ct, dy, w, geometry, sizes: _weight.bind(ct, dy, geometry=geometry, kernel=_spatial(w)),
)
define_bilinear(
    _weight,
    lambda ct, x, dy, geometry, kernel: _input.bind(dy, ct, geometry=geometry, sizes=_spatial(x)),
    lambda ct, x, dy, geometry, kernel: _value.bind(x, ct, geometry=geometry),
)


def correlate(x, w, geometry: Geometry):
    """Cross-correlation of x (N, C, spatial...) with w (O, C / groups, kernel...)."""
    if len(geometry.stride) == 1 and native.may_call():
        return correlate(x[:, :, None], w[:, :, None], geometry.in_plane())[:, :, 0]
    return (
        _value.bind(x, w, geometry=geometry)
        if _takes(x, w, geometry)
        else correlation.correlate(x, w, geometry)
    )


def correlate_transposed(x, w, geometry: Geometry, sizes: Ints):
    """The transpose of `correlate` in its input: x (N, C, ...), w (C, O / groups, kernel...) to
    (N, O, *sizes)."""
    if len(geometry.stride) == 1 and native.may_call():
        x, w = x[:, :, None], w[:, :, None]
        return correlate_transposed(x, w, geometry.in_plane(), (1, *sizes))[:, :, 0]
    image = jax.ShapeDtypeStruct((x.shape[0], w.shape[1] * geometry.groups, *sizes), x.dtype)
    if _takes(image, w, geometry):
        return _input.bind(x, w, geometry=geometry, sizes=sizes)
    return correlation.correlate_transposed(x, w, geometry, sizes)
