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

from torchish._core.base import precision
from torchish._core.ops.nn.linear import times_transposed
from torchish._core.ops.table import Array, MaybeArray, MaybeRaw, op


def _product(a, b):
    return jnp.matmul(a, b, precision=precision.recurrent())


def _affine(x, weight, bias, tangent: bool = False):
    y = times_transposed(x, weight, precision.recurrent(), tangent)
    return y if bias is None else y + bias


def _cell(mode: str, given, inner, h, c):
    """One step: its output before a projection, its cell state, and what `_moved` needs of it
    beside the states; from `given`, the input's part of the gates, `inner`, the last output's part,
    and the last states."""
    if mode == "RNN_TANH":
        return jnp.tanh(given + inner), None, ()
    if mode == "RNN_RELU":
        z = given + inner
        return jnp.where(z <= 0, jnp.zeros((), z.dtype), z), None, ()
    if mode == "LSTM":
        z = given + inner
        width = z.shape[-1] // 4
        # One kernel for all gates, one of them in vain, is faster than kernels for parts of rows.
        i, f, _, o = jnp.split(lax.logistic(z), 4, axis=-1)
        g = jnp.tanh(z[..., 2 * width : 3 * width])
        new_c = f * c + i * g
        return o * jnp.tanh(new_c), new_c, (i, f, g, o)
    if mode == "GRU":
        r_x, z_x, n_x = jnp.split(given, 3, axis=-1)
        r_h, z_h, n_h = jnp.split(inner, 3, axis=-1)
        r, z = lax.logistic(r_x + r_h), lax.logistic(z_x + z_h)
        n = jnp.tanh(n_x + r * n_h)
        return n + z * (h - n), None, (r, z, n, n_h)
    raise ValueError(f"Unrecognized RNN mode: {mode}")


def _moved(mode: str, kept, before, after, given, inner, h, c):
    """What `_cell` gives for small changes of its arguments, to first order; from what it left,
    and the states before and after it."""
    if mode == "LSTM":
        i, f, g, o = kept
        t = jnp.tanh(after[1])
        by_i, by_f, by_g, by_o = jnp.split(given + inner, 4, axis=-1)
        c = f * c + g * i * (1 - i) * by_i + before[1] * f * (1 - f) * by_f + i * (1 - g * g) * by_g
        return o * (1 - t * t) * c + t * o * (1 - o) * by_o, c
    if mode == "GRU":
        r, z, n, n_h = kept
        r_x, z_x, n_x = jnp.split(given, 3, axis=-1)
        r_h, z_h, by_n_h = jnp.split(inner, 3, axis=-1)
        by_n = (1 - n * n) * (n_x + r * by_n_h + n_h * r * (1 - r) * (r_x + r_h))
        return (1 - z) * by_n + (before[0] - n) * z * (1 - z) * (z_x + z_h) + z * h, None
    m = after[0]
    slope = 1 - m * m if mode == "RNN_TANH" else jnp.where(m <= 0, jnp.zeros_like(m), 1)
    return slope * (given + inner), None


def _project(m, w_hr):
    return m if w_hr is None else _product(m, w_hr.T)


def _kept(inside, new, old):
    return new if inside is None or new is None else jnp.where(inside, new, old)


def _is_zero(tangent) -> bool:
    return tangent is None or isinstance(tangent, SymbolicZero)


def _run(mode: str, reverse: bool, given, inside, h, c, w_hh, b_ih, b_hh, w_hr):
    """The states after each step and what the derivative needs of it."""

    def step(state, x):
        given, inside = x
        h, c = state
        given = given if b_ih is None else given + b_ih
        m, new_c, kept = _cell(mode, given, _affine(h, w_hh, b_hh), h, c)
        after = _kept(inside, _project(m, w_hr), h), _kept(inside, new_c, c)
        return after, (after, kept)

    return lax.scan(step, (h, c), (given, inside), reverse=reverse)[1]


def _before(first, after, reverse: bool):
    """The state before each step, from those after it."""
    if first is None:
        return None
    parts = (after[1:], first[None]) if reverse else (first[None], after[:-1])
    return jnp.concatenate(parts)


@functools.partial(jax.custom_jvp, nondiff_argnums=(0, 1))
def _states(mode: str, reverse: bool, *operands):
    """The states after each step, (T, B, ...), from the first states and the input's part of the
    gates without its bias; a step that is not `inside` leaves them as they are."""
    return _run(mode, reverse, *operands)[0]


@functools.partial(_states.defjvp, symbolic_zeros=True)
def _states_jvp(mode, reverse, primals, tangents):
    """Derived by JAX, the gradient of a weight is a matrix product in each step, added up in the
    loop. Here what a change of the weights does to each step is one product ahead of the loop, so
    that the gradient is one product behind it (Note [Gradients of weights]). Within the loop a
    step's derivative is a product with the weight and slopes; these are computed there
    (`checkpoint`) from what the step has left, which is less than they are.
    """
    given, inside, h, c, w_hh, _, _, w_hr = primals
    given_, _, h_, c_, w_hh_, b_ih_, b_hh_, w_hr_ = tangents
    states, kept = _run(mode, reverse, *primals)
    hs, cs = states
    before = _before(h, hs, reverse), _before(c, cs, reverse)
    given_, h_, c_ = [
        jnp.zeros_like(x) if x is not None and _is_zero(t) else t
        for x, t in zip((given, h, c), (given_, h_, c_), strict=True)
    ]
    given_ = given_ if _is_zero(b_ih_) else given_ + b_ih_
    inner_ = None
    if not _is_zero(w_hh_):
        inner_ = _affine(before[0], w_hh_, None if _is_zero(b_hh_) else b_hh_, tangent=True)
    elif not _is_zero(b_hh_):
        inner_ = jnp.broadcast_to(b_hh_, given.shape)
    if mode != "GRU" and inner_ is not None:  # its gates are sums of both
        given_, inner_ = given_ + inner_, None
    after_ = None
    if not _is_zero(w_hr_):
        after_ = _affine(kept[3] * jnp.tanh(cs), w_hr_, None, tangent=True)

    @functools.partial(jax.checkpoint, prevent_cse=False)
    def step(state, x):
        kept, before, after, inside, given_, inner_, after_ = x
        h_, c_ = state
        by_h = _product(h_, w_hh.T)
        by_h = by_h if inner_ is None else by_h + inner_
        m_, new_c_ = _moved(mode, kept, before, after, given_, by_h, h_, c_)
        new_h_ = _project(m_, w_hr)
        new_h_ = new_h_ if after_ is None else new_h_ + after_
        state = _kept(inside, new_h_, h_), _kept(inside, new_c_, c_)
        return state, state

    xs = kept, before, states, inside, given_, inner_, after_
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
    given = _affine(input, w_ih, None)  # one product for all steps
    inside = None
    if lengths is not None:
        inside = (jnp.arange(input.shape[0])[:, None] < lengths.astype(jnp.int64))[:, :, None]

    hs, cs = _states(mode, reverse, given, inside, h, c, w_hh, b_ih, b_hh, w_hr)
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


# What PyTorch prints as the grad_fn of the outputs.
_LAYERS = {"LSTM": "MkldnnRnnLayerBackward0"}
_CELLS = {
    "LSTM": "MulBackward0",
    "GRU": "AddBackward0",
    "RNN_TANH": "TanhBackward0",
    "RNN_RELU": "ReluBackward0",
}
recurrent.grad_name_of = lambda statics: _LAYERS.get(statics["mode"], "StackBackward0")
recurrent_cell.grad_name_of = lambda statics: _CELLS[statics["mode"]]
