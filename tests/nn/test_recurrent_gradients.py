"""The gradients of recurrent layers, written for speed, are those that JAX derives
(torchish/_core/ops/nn/recurrent.py)."""

import functools
import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from torchish._core.ops.nn import recurrent

GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "GRU": 3, "LSTM": 4}
T, B, H, P = 5, 3, 4, 2
FORMS = [
    (mode, reverse, inside, projected)
    for mode, reverse, inside, projected in itertools.product(GATES, *[(False, True)] * 3)
    if mode == "LSTM" or not projected
]


def operands(mode, inside, projected):
    rng = np.random.default_rng(0)
    width, wide = P if projected else H, GATES[mode] * H
    floats = {
        "given": rng.standard_normal((T, B, wide)),
        "h": rng.standard_normal((B, width)),
        "c": rng.standard_normal((B, H)) if mode == "LSTM" else None,
        "w_hh": rng.standard_normal((wide, width)),
        "b_ih": rng.standard_normal(wide),
        "b_hh": rng.standard_normal(wide),
        "w_hr": rng.standard_normal((P, H)) if projected else None,
    }
    lengths = np.array([5, 2, 3])
    return floats, (np.arange(T)[:, None] < lengths)[:, :, None] if inside else None


@pytest.mark.parametrize("mode, reverse, inside, projected", FORMS)
def test_derivatives(mode, reverse, inside, projected):
    floats, inside = operands(mode, inside, projected)

    def by_jax(mode, reverse, *rest):
        return recurrent._run(mode, reverse, *rest)[0]

    def total(states, p):
        rest = [p[k] for k in ("h", "c", "w_hh", "b_ih", "b_hh", "w_hr")]
        hs, cs = states(mode, reverse, p["given"], inside, *rest)
        return (jnp.sin(hs) * hs).sum() + (0 if cs is None else (cs**2).sum())

    def derivatives(states):
        f = functools.partial(total, states)
        gradient = jax.grad(f)(floats)
        ones = jax.tree.map(np.ones_like, floats)
        slope = jax.jvp(f, (floats,), (ones,))[1]
        curved = jax.grad(lambda p: sum((g**2).sum() for g in jax.tree.leaves(jax.grad(f)(p))))
        return gradient, slope, curved(floats)

    ours = jax.tree.leaves(jax.jit(lambda: derivatives(recurrent._states))())
    theirs = jax.tree.leaves(jax.jit(lambda: derivatives(by_jax))())
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, 1e-9, 1e-9)
