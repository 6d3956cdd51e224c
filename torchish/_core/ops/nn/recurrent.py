"""Recurrent layers: one layer in one direction is a scan over the steps; and the single steps.

Weights are PyTorch's: w_ih (gates * hidden, inputs), w_hh (gates * hidden, hidden or projected);
gates in the order input, forget, cell, output (LSTM) and reset, update, new (GRU).
https://docs.pytorch.org/docs/stable/nn.html#recurrent-layers
"""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_derivatives import SymbolicZero

from torchish._core.ops.table import Array, MaybeArray, MaybeRaw, op


def _affine(x, weight, bias):
    y = jnp.matmul(x, weight.T)
    return y if bias is None else y + bias


def _cell(mode: str, given, inner, h, c):
    """One step: its output before a projection, its cell state, and the slopes of `_moved`; from
    `given`, the input's part of the gates, `inner`, the last output's part, and the last states."""
    if mode == "RNN_TANH":
        m = jnp.tanh(given + inner)
        return m, None, 1 - m * m
    if mode == "RNN_RELU":
        z = given + inner
        zero = jnp.zeros((), z.dtype)
        return jnp.where(z <= 0, zero, z), None, jnp.where(z <= 0, zero, zero + 1)
    if mode == "LSTM":
        i, f, g, o = jnp.split(given + inner, 4, axis=-1)
        i, f, g, o = lax.logistic(i), lax.logistic(f), jnp.tanh(g), lax.logistic(o)
        new_c = f * c + i * g
        t = jnp.tanh(new_c)
        slopes = g * i * (1 - i), c * f * (1 - f), i * (1 - g * g), t * o * (1 - o)
        return o * t, new_c, (jnp.concatenate(slopes, -1), f, o * (1 - t * t))
    if mode == "GRU":
        r_x, z_x, n_x = jnp.split(given, 3, axis=-1)
        r_h, z_h, n_h = jnp.split(inner, 3, axis=-1)
        r, z = lax.logistic(r_x + r_h), lax.logistic(z_x + z_h)
        n = jnp.tanh(n_x + r * n_h)
        by_n = (1 - z) * (1 - n * n)
        both = by_n * n_h * r * (1 - r), (h - n) * z * (1 - z)
        return n + z * (h - n), None, (jnp.concatenate((*both, by_n), -1), by_n * r, z)
    raise ValueError(f"Unrecognized RNN mode: {mode}")


def _moved(mode: str, slopes, given, inner, h, c):
    """What `_cell` gives for small changes of its arguments, to first order."""
    if mode == "LSTM":
        gates, f, by_c = slopes
        i_f_g, o = jnp.split(gates * (given + inner), [3 * f.shape[-1]], axis=-1)
        c = f * c + sum(jnp.split(i_f_g, 3, axis=-1))
        return by_c * c + o, c
    if mode == "GRU":
        gates, by_n_h, z = slopes
        both = 2 * z.shape[-1]
        r_z_h, n_h = jnp.split(inner, [both], axis=-1)
        inner = jnp.concatenate((r_z_h, jnp.zeros_like(n_h)), -1)
        return sum(jnp.split(gates * (given + inner), 3, axis=-1)) + by_n_h * n_h + z * h, None
    return slopes * (given + inner), None


def _project(m, w_hr):
    return m if w_hr is None else jnp.matmul(m, w_hr.T)


def _kept(inside, new, old):
    return new if inside is None or new is None else jnp.where(inside, new, old)


def _is_zero(tangent) -> bool:
    return tangent is None or isinstance(tangent, SymbolicZero)


def _run(mode: str, reverse: bool, given, inside, h, c, w_hh, b_hh, w_hr):
    """The states after each step and what the derivative needs of it."""

    def step(state, x):
        given, inside = x
        h, c = state
        m, new_c, slopes = _cell(mode, given, _affine(h, w_hh, b_hh), h, c)
        after = _kept(inside, _project(m, w_hr), h), _kept(inside, new_c, c)
        return after, (after, (slopes, h, m))

    return lax.scan(step, (h, c), (given, inside), reverse=reverse)[1]


@functools.partial(jax.custom_jvp, nondiff_argnums=(0, 1))
def _states(mode: str, reverse: bool, *operands):
    """The states after each step, (T, B, ...), from the first states and the input's part of the
    gates; a step that is not `inside` leaves them as they are."""
    return _run(mode, reverse, *operands)[0]


@functools.partial(_states.defjvp, symbolic_zeros=True)
def _states_jvp(mode, reverse, primals, tangents):
    """Derived by JAX, the gradient of a weight is a matrix product in each step, added up in the
    loop. Here what a change of the weights does to each step is one product ahead of the loop, so
    that the gradient is one product behind it. Within the loop a step's derivative is a few
    products with slopes that the step itself has left.
    """
    given, inside, h, c, w_hh, _, w_hr = primals
    given_, _, h_, c_, w_hh_, b_hh_, w_hr_ = tangents
    states, (slopes, before, m) = _run(mode, reverse, *primals)
    inner_ = jnp.zeros_like(given)
    if not _is_zero(w_hh_):
        inner_ += jnp.matmul(before, w_hh_.T)
    if not _is_zero(b_hh_):
        inner_ += b_hh_
    after_ = None if _is_zero(w_hr_) else jnp.matmul(m, w_hr_.T)

    def step(state, x):
        slopes, inside, given_, inner_, after_ = x
        h_, c_ = state
        m_, new_c_ = _moved(mode, slopes, given_, jnp.matmul(h_, w_hh.T) + inner_, h_, c_)
        new_h_ = _project(m_, w_hr)
        new_h_ = new_h_ if after_ is None else new_h_ + after_
        state = _kept(inside, new_h_, h_), _kept(inside, new_c_, c_)
        return state, state

    given_, h_, c_ = [
        jnp.zeros_like(x) if x is not None and _is_zero(t) else t
        for x, t in zip((given, h, c), (given_, h_, c_), strict=True)
    ]
    xs = slopes, inside, given_, inner_, after_
    return states, lax.scan(step, (h_, c_), xs, reverse=reverse)[1]


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

    hs, cs = _states(mode, reverse, given, inside, h, c, w_hh, b_hh, w_hr)
    outputs = hs if inside is None else jnp.where(inside, hs, jnp.zeros((), hs.dtype))
    last = 0 if reverse else -1
    return (outputs, hs[last]) if cs is None else (outputs, hs[last], cs[last])


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
    h, c, _ = _cell(mode, _affine(input, w_ih, b_ih), _affine(h, w_hh, b_hh), h, c)
    return h if c is None else (h, c)
