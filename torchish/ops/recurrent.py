"""Recurrent layers: one layer in one direction is a scan over the steps; and the single steps.

Weights are PyTorch's: w_ih (gates * hidden, inputs), w_hh (gates * hidden, hidden or projected);
gates in the order input, forget, cell, output (LSTM) and reset, update, new (GRU).
https://docs.pytorch.org/docs/stable/nn.html#recurrent-layers
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import lax

from torchish.ops.table import Array, MaybeArray, MaybeRaw, op


def _affine(x, weight, bias):
    y = jnp.matmul(x, weight.T)
    return y if bias is None else y + bias


def _step(mode: str, given, h, c, w_hh, b_hh, w_hr):
    """The next states from `given`, the input's part of the gates."""
    if mode == "RNN_TANH":
        return jnp.tanh(given + _affine(h, w_hh, b_hh)), None
    if mode == "RNN_RELU":
        z = given + _affine(h, w_hh, b_hh)
        return jnp.where(z <= 0, jnp.zeros((), z.dtype), z), None
    if mode == "LSTM":
        i, f, g, o = jnp.split(given + _affine(h, w_hh, b_hh), 4, axis=-1)
        c = jax.lax.logistic(f) * c + jax.lax.logistic(i) * jnp.tanh(g)
        h = jax.lax.logistic(o) * jnp.tanh(c)
        return (h if w_hr is None else jnp.matmul(h, w_hr.T)), c
    if mode == "GRU":
        r_x, z_x, n_x = jnp.split(given, 3, axis=-1)
        r_h, z_h, n_h = jnp.split(_affine(h, w_hh, b_hh), 3, axis=-1)
        n = jnp.tanh(n_x + jax.lax.logistic(r_x + r_h) * n_h)
        z = jax.lax.logistic(z_x + z_h)
        return n + z * (h - n), None
    raise ValueError(f"Unrecognized RNN mode: {mode}")


@op("_recurrent", method=False, function=False, out=False)
def recurrent(
    input: Array,
    h: Array,
    c: MaybeArray,
    w_ih: Array,
    w_hh: Array,
    b_ih: MaybeArray,
    b_hh: MaybeArray,
    w_hr: MaybeArray,
    lengths: MaybeRaw,
    mode: str,
    reverse: bool,
):
    """One layer over (T, B, I) in one direction: outputs (T, B, H) and the last states. With
    `lengths` (B,), a sequence's state stands still beyond its end and its outputs there are 0, so
    running backward begins at its own last step."""
    given = _affine(input, w_ih, b_ih)  # one product for all steps
    inside = None
    if lengths is not None:
        inside = (jnp.arange(input.shape[0])[:, None] < lengths.astype(jnp.int64))[:, :, None]

    def step(state, x):
        given, keep = x
        old_h, old_c = state
        h, c = _step(mode, given, old_h, old_c, w_hh, b_hh, w_hr)
        out = h
        if keep is not None:
            out = jnp.where(keep, h, jnp.zeros((), h.dtype))
            h = jnp.where(keep, h, old_h)
            c = None if c is None else jnp.where(keep, c, old_c)
        return (h, c), out

    (h, c), outputs = lax.scan(step, (h, c), (given, inside), reverse=reverse)
    return (outputs, h) if c is None else (outputs, h, c)


@op("_recurrent_cell", method=False, function=False, out=False)
def recurrent_cell(
    input: Array,
    h: Array,
    c: MaybeArray,
    w_ih: Array,
    w_hh: Array,
    b_ih: MaybeArray,
    b_hh: MaybeArray,
    mode: str,
):
    """One step of a recurrent layer: the next h, and c for an LSTM; input (B, I), states (B, H)."""
    h, c = _step(mode, _affine(input, w_ih, b_ih), h, c, w_hh, b_hh, None)
    return h if c is None else (h, c)
