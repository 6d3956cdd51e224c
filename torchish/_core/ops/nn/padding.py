"""Padding: constant, reflected, replicated and circular; negative amounts crop."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base.errors import size_text
from torchish._core.ops.arguments import not_implemented
from torchish._core.ops.table import Array, op


def _pairs(pad: tuple[int, ...], ndim: int) -> list[tuple[int, int]]:
    """PyTorch's list, last dimension first, as (before, after) for every dimension in order."""
    pairs = [(0, 0)] * ndim
    for i in range(len(pad) // 2):
        pairs[ndim - 1 - i] = (pad[2 * i], pad[2 * i + 1])
    return pairs


def _constant(x, pad: tuple[int, ...], value: float):
    if len(pad) // 2 > x.ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input "
            f"dimension but got padding length {len(pad)} and input of dimension "
            f"{x.ndim}"
        )
    pairs = _pairs(pad, x.ndim)
    for d, (a, b) in enumerate(pairs):
        if x.shape[d] + min(a, 0) + min(b, 0) < 0:
            raise RuntimeError(
                f"narrow(): length must be non-negative: size {x.shape[d]} of "
                f"dimension {d} with padding {a} and {b}"
            )
    fill = np.asarray(value).astype(x.dtype)
    return lax.pad(x, fill, [(a, b, 0) for a, b in pairs])


_MODES = {"reflect": "reflection", "replicate": "replication", "circular": "circular"}


def _index(size: int, a: int, b: int, mode: str):
    """Where each element of a padded dimension comes from."""
    if mode == "circular":  # negative amounts crop first; what is left wraps around
        start, left = max(-a, 0), max(size - max(-a, 0) - max(-b, 0), 0)
        return (
            start + np.arange(-max(a, 0), left + max(b, 0)) % max(left, 1) if left else np.arange(0)
        )
    i = np.arange(-a, size + b)
    if mode == "replicate":
        return np.clip(i, 0, size - 1)
    i = np.abs(i)
    return np.where(i >= size, 2 * (size - 1) - i, i)


def _by_index(x, pad: tuple[int, ...], mode: str):
    n = len(pad) // 2
    if len(pad) % 2 or not 1 <= n <= 3 or x.ndim not in (n + 1, n + 2):
        raise NotImplementedError(
            f"Padding size {len(pad)} is not supported for {x.ndim}D input tensor.\n"
            "Supported combinations for non-constant padding:\n"
            "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
            "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
            "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"
        )
    name = f"{_MODES[mode]}_pad{n}d"
    if mode != "circular" and 0 in x.shape[1 if x.ndim == n + 2 else 0 :]:
        raise RuntimeError(
            f"Expected {n + 1}D or {n + 2}D (batch mode) tensor with possibly 0 "
            "batch size and other non-zero dimensions for input, but got: "
            f"{size_text(x.shape)}"
        )
    if x.dtype == bool and mode != "circular":
        raise not_implemented(name, x)
    if mode == "circular" and 0 in x.shape[-n:]:
        raise RuntimeError("Padding value causes wrapping around more than once.")
    pairs = _pairs(pad, x.ndim)
    for i, d in enumerate(range(x.ndim - 1, x.ndim - 1 - n, -1)):
        (a, b), size = pairs[d], x.shape[d]
        if mode == "reflect" and (a >= size or b >= size):
            raise RuntimeError(
                f"Argument #{4 + 2 * i}: Padding size should be less than the "
                f"corresponding input dimension, but got: padding ({a}, {b}) at "
                f"dimension {d} of input {size_text(x.shape)}"
            )
        if mode == "circular" and (a > size or b > size):
            raise RuntimeError("Padding value causes wrapping around more than once.")
        if size + a + b < (0 if mode == "circular" else 1):
            if mode == "circular":
                raise RuntimeError("Negative padding value is resulting in an empty dimension")
            axis = "WHD"[i]
            raise RuntimeError(
                f"input ({axis}: {size}) is too small. Calculated output {axis}: {size + a + b}"
            )
    for d, (a, b) in enumerate(pairs):
        if a or b:
            x = _pick(x, d, _index(x.shape[d], a, b, mode))
    return x


def _pick(x, axis: int, index):
    """`x` at static positions along an axis, put together from slices: their gradient adds, and
    does not scatter."""
    pieces, start = [], 0
    while start < len(index):
        stop, step = start + 1, 1
        if stop < len(index) and abs(int(index[stop]) - int(index[start])) <= 1:
            step = int(index[stop]) - int(index[start])
            while stop < len(index) and int(index[stop]) - int(index[stop - 1]) == step:
                stop += 1
        low, high = sorted((int(index[start]), int(index[stop - 1])))
        piece = lax.slice_in_dim(x, low, high + 1, axis=axis)
        if step == 0 and stop - start > 1:
            shape = list(piece.shape)
            shape[axis] = stop - start
            piece = jnp.broadcast_to(piece, shape)
        pieces.append(lax.rev(piece, (axis,)) if step < 0 else piece)
        start = stop
    return lax.concatenate(pieces, axis) if pieces else lax.slice_in_dim(x, 0, 0, axis=axis)


@op("nn.functional.pad", method=False, out=False, fits="value")
def pad(input: Array, pad: tuple[int, ...], mode: str = "constant", value: float | None = None):
    """Padding by pairs (before, after) from the last dimension on; modes constant, reflect,
    replicate, circular
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html)"""
    pad = tuple(int(p) for p in pad)
    if len(pad) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if mode == "constant":
        return _constant(input, pad, 0 if value is None else value)
    if value is not None and value != 0:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if mode not in _MODES:
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    return _by_index(input, pad, mode)


@op("constant_pad_nd", method=False, out=False, fits="value")
def constant_pad_nd(input: Array, pad: tuple[int, ...], value: float = 0):
    """Constant padding by pairs (before, after) from the last dimension on."""
    return _constant(input, tuple(pad), value)


# What PyTorch prints as the grad_fn of the result.
pad.grad_name = "ConstantPadNdBackward0"
