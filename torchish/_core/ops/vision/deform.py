"""Deformable convolution.

https://docs.pytorch.org/vision/stable/generated/torchvision.ops.deform_conv2d.html
"""

from __future__ import annotations

import jax.numpy as jnp

from torchish._core.ops.table import Array, MaybeArray, op


def _bilinear(maps, group, y, x):
    """Values (N, P, Q, G, K, C) of maps (N, H, W, G, C) at (N, P, Q, G, K); 0 outside."""
    n, height, width = maps.shape[:3]
    number = jnp.arange(n).reshape(-1, 1, 1, 1, 1)
    y0, x0 = jnp.floor(y), jnp.floor(x)
    total = 0
    for dy in (0, 1):
        for dx in (0, 1):
            row, column = y0 + dy, x0 + dx
            inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
            weight = (y - y0 if dy else 1 - (y - y0)) * (x - x0 if dx else 1 - (x - x0))
            r = jnp.clip(row, 0, height - 1).astype(jnp.int32)
            c = jnp.clip(column, 0, width - 1).astype(jnp.int32)
            total = total + maps[number, r, c, group] * jnp.where(inside, weight, 0)[..., None]
    return total


@op("torchvision._deform_conv2d", method=False, out=False)
def deform_conv2d(
    input: Array,
    weight: Array,
    offset: Array,
    mask: MaybeArray,
    bias: MaybeArray,
    stride: tuple,
    padding: tuple,
    dilation: tuple,
    groups: int,
    offset_groups: int,
):
    """A convolution whose every sample is moved by an offset, and weighed by a mask.

    J. Dai et al., Deformable Convolutional Networks, 2017; X. Zhu et al., Deformable ConvNets v2,
    2018. `offset` (N, 2 G KH KW, OH, OW) has y before x, `mask` (N, G KH KW, OH, OW).
    """
    n, _, height, width = input.shape
    outputs, _, kh, kw = weight.shape
    oh, ow = offset.shape[2:]
    steps = offset.reshape(n, offset_groups, kh * kw, 2, oh, ow).transpose(0, 4, 5, 1, 2, 3)
    where = []
    for axis, size in enumerate((oh, ow)):
        start = jnp.arange(size) * stride[axis] - padding[axis]
        tap = (jnp.arange(kh)[:, None] if axis == 0 else jnp.arange(kw)[None]) * dilation[axis]
        tap = jnp.broadcast_to(tap, (kh, kw)).reshape(-1)
        grid = start[:, None, None, None] if axis == 0 else start[None, :, None, None]
        where.append(steps[..., axis] + (grid + tap).astype(input.dtype))
    maps = input.reshape(n, offset_groups, -1, height, width).transpose(0, 3, 4, 1, 2)
    group = jnp.arange(offset_groups)[:, None]
    columns = _bilinear(maps, group, *where)
    if mask is not None:
        shape = (n, offset_groups, kh * kw, oh, ow)
        columns = columns * mask.reshape(shape).transpose(0, 3, 4, 1, 2)[..., None]
    # (N, OH, OW, channels, taps), then the groups of the convolution
    columns = columns.transpose(0, 1, 2, 3, 5, 4).reshape(n, oh, ow, groups, -1)
    kernel = weight.reshape(groups, outputs // groups, -1)
    out = jnp.einsum("nhwgk,gok->ngohw", columns, kernel).reshape(n, outputs, oh, ow)
    return out if bias is None else out + bias[:, None, None]
