"""Rearrangements of channels and pixels.

https://docs.pytorch.org/docs/stable/nn.functional.html#vision-functions
"""

from __future__ import annotations

import math

from torchish._core.base.errors import size_text
from torchish._core.ops.table import Array, op


@op("pixel_shuffle", aliases=("nn.functional.pixel_shuffle",), method=False, out=False)
def pixel_shuffle(input: Array, upscale_factor: int):
    """(..., C * r * r, H, W) → (..., C, H * r, W * r) (https://arxiv.org/abs/1609.05158)"""
    r = upscale_factor
    if input.ndim < 3:
        raise RuntimeError(
            "pixel_shuffle expects input to have at least 3 dimensions, but got "
            f"input with {input.ndim} dimension(s)"
        )
    if r <= 0:
        raise RuntimeError(f"pixel_shuffle expects a positive upscale_factor, but got {r}")
    *lead, c, h, w = input.shape
    if c % (r * r):
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible "
            f"by the square of upscale_factor, but input.size(-3)={c} is not "
            f"divisible by {r * r}"
        )
    n = len(lead)
    x = input.reshape(*lead, c // (r * r), r, r, h, w)
    x = x.transpose(*range(n), n, n + 3, n + 1, n + 4, n + 2)
    return x.reshape(*lead, c // (r * r), h * r, w * r)


@op("pixel_unshuffle", aliases=("nn.functional.pixel_unshuffle",), method=False, out=False)
def pixel_unshuffle(input: Array, downscale_factor: int):
    """(..., C, H * r, W * r) → (..., C * r * r, H, W), the inverse of `pixel_shuffle`"""
    r = downscale_factor
    if input.ndim < 3:
        raise RuntimeError(
            "pixel_unshuffle expects input to have at least 3 dimensions, but got "
            f"input with {input.ndim} dimension(s)"
        )
    if r <= 0:
        raise RuntimeError(f"pixel_unshuffle expects a positive downscale_factor, but got {r}")
    *lead, c, h, w = input.shape
    for name, d, size in (("height", -2, h), ("width", -1, w)):
        if size % r:
            raise RuntimeError(
                f"pixel_unshuffle expects {name} to be divisible by downscale_factor, but "
                f"input.size({d})={size} is not divisible by {r}"
            )
    n = len(lead)
    x = input.reshape(*lead, c, h // r, r, w // r, r)
    x = x.transpose(*range(n), n, n + 2, n + 4, n + 1, n + 3)
    return x.reshape(*lead, c * r * r, h // r, w // r)


def _channel_shuffle(input, groups: int):
    if input.ndim < 3:
        raise RuntimeError(
            "channel_shuffle expects input with > 2 dims, but got input with sizes "
            + size_text(input.shape)
        )
    if groups <= 0:
        raise RuntimeError(
            f"Number of groups to divide channels in must be positive. Value of groups:{groups}"
        )
    n, c, *rest = input.shape
    if c % groups:
        raise RuntimeError(
            f"Number of channels must be divisible by groups. Got {c} channels and {groups} groups."
        )
    return (
        input.reshape(n, groups, c // groups, math.prod(rest)).swapaxes(1, 2).reshape(input.shape)
    )


@op("channel_shuffle", aliases=("nn.functional.channel_shuffle",), method=False, out=False)
def channel_shuffle(input: Array, groups: int):
    """Channels (dim 1) dealt out round robin from `groups` blocks
    (https://arxiv.org/abs/1707.01083)"""
    return _channel_shuffle(input, groups)


@op(
    "native_channel_shuffle",
    aliases=("nn.functional.native_channel_shuffle",),
    method=False,
    out=False,
)
def native_channel_shuffle(input: Array, groups: int):
    """`channel_shuffle` under another name."""
    return _channel_shuffle(input, groups)
