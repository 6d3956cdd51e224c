"""Steps on the rows that a sparse gradient names.

How many different rows a batch uses depends on its values, and a program's shapes must not. So the
rows are gathered as many as there are look-ups, sorted and each once, filled up with a row that is
outside of the table: gathering it gives zeros, and what would be written there is dropped. A step
then takes the time of the look-ups, whatever the size of the table.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import jax
import jax.numpy as jnp


def merged(places: jax.Array, values: jax.Array, count: int) -> tuple[jax.Array, jax.Array]:
    """Each of the places once, filled up with `count`, and the sums of their values."""
    n = places.shape[0]
    rows, groups = jnp.unique(places, size=n, fill_value=count, return_inverse=True)
    return rows, jax.ops.segment_sum(values, groups.reshape(-1), n)


def on_rows(step: Callable, n_states: int, coalesced: bool, all_rows: bool) -> Callable:
    """`step(param, grad, *states, *rest)`, a function of arrays that works element by element, as
    one of (indices, values, param, *states, *rest) that changes the rows named by the indices; with
    `all_rows` the gradient is made dense and all rows are changed."""

    def fn(index, values, param, *rest):
        states, rest = rest[:n_states], rest[n_states:]
        if all_rows:
            grad = jnp.zeros(param.shape, values.dtype).at[tuple(index)].add(values)
            return step(param, grad, *states, *rest)
        sparse = index.shape[0]
        sizes, shape = param.shape[:sparse], param.shape[sparse:]
        count = math.prod(sizes)
        places = jnp.zeros(index.shape[1], jnp.int64)
        for row, n in zip(index, sizes, strict=True):
            places = places * n + row
        if not coalesced and index.shape[1]:
            places, values = merged(places, values, count)
        tables = [x.reshape(count, *shape) for x in (param, *states)]
        picked = [x.at[places].get(mode="fill", fill_value=0) for x in tables]
        outs = step(picked[0], values, *picked[1:], *rest)
        new = [
            x.at[places].set(o, mode="drop").reshape(param.shape)
            for x, o in zip(tables, outs, strict=False)
        ]
        return (*new, *outs[len(new) :])

    return fn
