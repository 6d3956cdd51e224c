"""Steps of optimizers in NumPy, for what runs once: the frame around a rule, and what rules share.

A host rule has the arguments of a rule (see `FusedOptimizer._rule`) as NumPy arrays and makes fresh
arrays; the arithmetic is that of the rule, so that both give the same numbers but for rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Layout", "counted", "decayed", "moved", "on_host", "prepared_on_host"]


class Layout(NamedTuple):
    """What the arrays of a step are: `params` parameters, their gradients, `states` of each, the
    `scalars` once if they are `together`, and the `numbers`, tensors where `kinds` says so."""

    params: int
    states: tuple[str, ...]
    scalars: tuple[str, ...]
    numbers: tuple[str, ...]
    together: bool
    kinds: tuple[bool, ...]


def on_host(rule: Callable, layout: Layout) -> Callable:
    """A rule as a function of NumPy arrays and numbers, laid out flat."""
    n, names, scalar_names, number_names, together, kinds = layout
    columns = 1 if together else n

    def step(*flat):
        at = 2 * n
        params, grads = flat[:n], flat[n:at]
        states, scalars = {}, {}
        for name in names:
            states[name] = flat[at : at + n]
            at += n
        for name in scalar_names:
            scalars[name] = flat[at : at + columns]
            at += columns
        tensors, given = iter(flat[at : at + sum(kinds)]), iter(flat[at + sum(kinds) :])
        exact = {}
        for name, is_tensor in zip(number_names, kinds, strict=True):
            v = np.asarray(next(tensors)).reshape(()) if is_tensor else next(given)
            exact[name] = np.float64(v)
        first = [
            {k: np.float64(v[i]) for k, v in scalars.items()} for i in range(columns if n else 0)
        ]
        wide = first * n if together else first
        stored = float
        if any(v[0].dtype == np.float32 for v in scalars.values()):
            stored = _as_float32
        new_params, new_states, new_wide = _by_dtype(
            rule, params, grads, states, wide, exact, stored
        )
        out = [*new_params]
        for name in names:
            out += new_states[name]
        for name in scalar_names:
            out += [np.asarray(new_wide[i][name], scalars[name][i].dtype) for i in range(columns)]
        return tuple(out)

    return step


def _as_float32(x) -> np.float64:
    return np.float64(np.float32(x))


def _by_dtype(
    rule: Callable, params, grads, states: dict, scalars: list, exact: dict, stored: Callable
):
    """Apply a rule to the parameters of each dtype; half types are widened, complex numbers are
    pairs."""
    new_params: list = [None] * len(params)
    new_states: dict[str, list] = {k: [None] * len(params) for k in states}
    new_scalars: list = list(scalars)
    for kind in dict.fromkeys([p.dtype for p in params]):
        at = [i for i, p in enumerate(params) if p.dtype == kind]
        compute = np.float64 if kind in (np.float64, np.complex128) else np.float32
        n = SimpleNamespace(
            **{k: compute(v) for k, v in exact.items()},
            exact=SimpleNamespace(**exact),
            stored=stored,
            xp=np,
        )
        p, s, c = rule(
            [_widen(params[i], compute) for i in at],
            [_widen(grads[i], compute) for i in at],
            {k: [_widen(v[i], compute) for i in at] for k, v in states.items()},
            [scalars[i] for i in at],
            n,
        )
        for j, i in enumerate(at):
            new_params[i] = _narrow(p[j], params[i])
            new_scalars[i] = c[j]
            for k in states:
                new_states[k][i] = _narrow(s[k][j], states[k][i])
    return new_params, new_states, new_scalars


def _widen(x, compute):
    if x.dtype == compute:
        return x
    if x.dtype.kind == "c":
        return np.stack([x.real, x.imag], -1).astype(compute)
    return x.astype(compute) if x.dtype.kind in "fV" else x


def _narrow(x, like):
    if like.dtype.kind == "c":
        x = x[..., 0] + 1j * x[..., 1]
    return np.asarray(x, like.dtype)


# What rules share


def prepared_on_host(grads: list, params: list, maximize: bool, weight_decay: Any) -> list:
    """The gradients with the sign of a maximization, and L2 weight decay unless it is None."""
    if maximize:
        grads = [-g for g in grads]
    if weight_decay is not None:
        grads = [g + weight_decay * p for g, p in zip(grads, params, strict=True)]
    return grads


def moved(params: list, directions: list, rates: Any) -> list:
    """Each parameter minus its rate (one for all, or a list) times its direction."""
    out = []
    if not isinstance(rates, list):
        rates = [rates] * len(params)
    for p, d, r in zip(params, directions, rates, strict=True):
        step = d * -r
        step += p
        out.append(step)
    return out


def decayed(means: list, grads: list, decay: Any, order: int = 1) -> list:
    """decay times each mean plus (1 - decay) times its gradient, or the square of it."""
    out = []
    rest = 1 - decay
    for m, g in zip(means, grads, strict=True):
        new = g * rest
        if order == 2:
            new *= g
        new += m * decay
        out.append(new)
    return out


def counted(scalars: list) -> list:
    """The scalars after one more step."""
    return [dict(s, step=s["step"] + 1) for s in scalars]
