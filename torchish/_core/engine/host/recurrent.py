"""Recurrent layers in NumPy: one product with the input for all steps, then a loop over time.

Backward in time the gates' gradients are collected, so that the gradient of each weight is one
product behind the loop. See torchish/_core/ops/nn/recurrent.py for the layout of the weights.
"""

from __future__ import annotations

import math

import numpy as np

from torchish._core.engine.host.common import logistic
from torchish._core.engine.host.registry import kernel, require

_GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}


def _check(input, h, c, w_ih, w_hh, b_ih, b_hh, mode) -> None:
    require(mode in _GATES and (c is not None) == (mode == "LSTM"))
    batch, hidden = h.shape
    rows = _GATES[mode] * hidden
    require(w_ih.shape == (rows, input.shape[-1]) and w_hh.shape == (rows, hidden))
    require(input.shape[-2] == batch and (c is None or c.shape == h.shape))
    for x in (input, h, c, w_ih, w_hh, b_ih, b_hh):
        require(x is None or (x.dtype == input.dtype and x.dtype.kind == "f"))
    for b in (b_ih, b_hh):
        require(b is None or b.shape == (rows,))


def _step(mode, given, inner, h, c):
    """The next states and what the gradient of the step needs of them."""
    if mode == "LSTM":
        n = h.shape[1]
        z = given + inner
        gates = logistic(z)
        g = gates[:, 2 * n : 3 * n]
        np.tanh(z[:, 2 * n : 3 * n], out=g)
        new_c = gates[:, n : 2 * n] * c
        new_c += gates[:, :n] * g
        t = np.tanh(new_c)
        return gates[:, 3 * n :] * t, new_c, (gates, t, c)
    if mode == "GRU":
        n = h.shape[1]
        gates = logistic(given[:, : 2 * n] + inner[:, : 2 * n])
        new = np.tanh(given[:, 2 * n :] + gates[:, :n] * inner[:, 2 * n :])
        return new + gates[:, n:] * (h - new), None, (gates, new, inner[:, 2 * n :], h)
    z = given + inner
    out = np.tanh(z) if mode == "RNN_TANH" else np.maximum(z, 0)
    return out, None, (out,)


def _step_back(mode, dh, dc, kept):
    """Gradients of the gates' two parts, and what goes straight to the last h and c."""
    if mode == "LSTM":
        gates, t, c = kept
        n = c.shape[1]
        i, f, g, o = (gates[:, k * n : (k + 1) * n] for k in range(4))
        dc = dc + dh * o * (1 - t * t)
        slopes = gates * (1 - gates)
        slopes[:, 2 * n : 3 * n] = 1 - g * g
        out = np.concatenate((dc * g, dc * c, dc * i, dh * t), 1)
        out *= slopes
        return out, out, None, dc * f
    if mode == "GRU":
        gates, new, n_h, h = kept
        n = h.shape[1]
        r, z = gates[:, :n], gates[:, n:]
        by_new = dh * (1 - z) * (1 - new * new)
        by_r = by_new * n_h * r * (1 - r)
        by_z = dh * (h - new) * z * (1 - z)
        given = np.concatenate((by_r, by_z, by_new), 1)
        inner = np.concatenate((by_r, by_z, by_new * r), 1)
        return given, inner, dh * z, None
    (out,) = kept
    g = dh * (1 - out * out) if mode == "RNN_TANH" else dh * (out != 0)
    return g, g, None, None


def _order(steps: int, reverse: bool):
    return range(steps - 1, -1, -1) if reverse else range(steps)


def _run(input, h, c, w_ih, w_hh, b_ih, b_hh, lengths, mode, reverse):
    _check(input, h, c, w_ih, w_hh, b_ih, b_hh, mode)
    steps, batch, width = input.shape
    given = input.reshape(-1, width) @ w_ih.T
    if b_ih is not None:
        given += b_ih
    given = given.reshape(steps, batch, -1)
    outputs = np.empty((steps, *h.shape), h.dtype)
    before, kept = np.empty((steps, *h.shape), h.dtype), [()] * steps
    inside = None if lengths is None else np.arange(steps)[:, None, None] < lengths[:, None]
    transposed = w_hh.T
    for t in _order(steps, reverse):
        before[t] = h
        inner = h @ transposed
        if b_hh is not None:
            inner += b_hh
        new_h, new_c, kept[t] = _step(mode, given[t], inner, h, c)
        if inside is not None:
            new_h = np.where(inside[t], new_h, h)
            new_c = None if c is None else np.where(inside[t], new_c, c)
        h, c = new_h, new_c
        outputs[t] = h
    if inside is not None:
        outputs = np.where(inside, outputs, h.dtype.type(0))
    results = (outputs, h) if c is None else (outputs, h, c)
    return results, (before, kept, inside)


def _run_back(cts, saved, wanted, input, h, c, w_ih, w_hh, mode, reverse):
    before, kept, inside = saved
    outputs, dh, dc = cts
    steps, batch, width = input.shape
    zeros = np.zeros_like(h)
    dh = zeros if dh is None else dh
    dc = zeros if dc is None and c is not None else dc
    by_given = np.empty((steps, batch, w_ih.shape[0]), h.dtype)
    by_inner = by_given if mode != "GRU" else np.empty_like(by_given)
    for t in reversed(_order(steps, reverse)):
        now = dh
        if outputs is not None:
            now = dh + (outputs[t] if inside is None else outputs[t] * inside[t])
        given, inner, through, new_dc = _step_back(mode, now, dc, kept[t])
        if inside is not None:
            given, inner = given * inside[t], inner * inside[t]
        new_dh = inner @ w_hh
        if through is not None:
            new_dh += through if inside is None else through * inside[t]
        if inside is not None:
            new_dh += dh * ~inside[t]
            new_dc = None if dc is None else np.where(inside[t], new_dc, dc)
        by_given[t] = given
        if by_inner is not by_given:
            by_inner[t] = inner
        dh, dc = new_dh, new_dc
    flat, inner = by_given.reshape(-1, w_ih.shape[0]), by_inner.reshape(-1, w_ih.shape[0])
    out = {"h": dh, "c": dc}
    if "input" in wanted:
        out["input"] = (flat @ w_ih).reshape(input.shape)
    if "w_ih" in wanted:
        out["w_ih"] = flat.T @ input.reshape(-1, width)
    if "w_hh" in wanted:
        out["w_hh"] = inner.T @ before.reshape(-1, h.shape[1])
    if "b_ih" in wanted:
        out["b_ih"] = np.add.reduce(flat, 0)
    if "b_hh" in wanted:
        out["b_hh"] = np.add.reduce(inner, 0)
    return out


def _cost(inputs, outputs) -> float:
    steps = math.prod(inputs[0].shape[:-1])
    weights = sum(math.prod(a.shape) for a in inputs[1:] if len(a.shape) == 2)
    return 5e-11 * steps * weights + 2e-5 * (inputs[0].shape[0] if len(inputs[0].shape) > 2 else 1)


@kernel("_recurrent", several=3, dtypes="if", saves="residual", cost=_cost, halves=True)
def recurrent(input, h, c, w_ih, w_hh, b_ih, b_hh, w_hr, lengths, mode, reverse):
    require(w_hr is None and input.ndim == 3 and h.ndim == 2 and input.size)
    require(lengths is None or lengths.shape == (h.shape[0],))
    return _run(input, h, c, w_ih, w_hh, b_ih, b_hh, lengths, mode, reverse)


@recurrent.gradient
def _(ct, saved, wanted, input, h, c, w_ih, w_hh, b_ih, b_hh, w_hr, lengths, mode, reverse):
    return _run_back(ct, saved, wanted, input, h, c, w_ih, w_hh, mode, reverse)


@kernel("_recurrent_cell", several=2, dtypes="f", saves="residual", cost=_cost)
def recurrent_cell(input, h, c, w_ih, w_hh, b_ih, b_hh, mode):
    require(input.ndim == 2 and h.ndim == 2)
    results, saved = _run(input[None], h, c, w_ih, w_hh, b_ih, b_hh, None, mode, False)
    return results[1:], saved


@recurrent_cell.gradient
def _(ct, saved, wanted, input, h, c, w_ih, w_hh, b_ih, b_hh, mode):
    out = _run_back((None, *ct), saved, wanted, input[None], h, c, w_ih, w_hh, mode, False)
    if "input" in wanted:
        out["input"] = out["input"][0]
    return out
