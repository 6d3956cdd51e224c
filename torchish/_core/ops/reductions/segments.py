"""Reductions over segments of a dimension, given by their lengths.

https://docs.pytorch.org/docs/stable/generated/torch.segment_reduce.html
"""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp

from torchish._core.ops.table import Array, Number, Raw, op

_INTO = {"sum": "add", "prod": "multiply", "max": "max", "min": "min"}


def _sums(x, ids, count: int):
    """(count, ...) sums of the rows of x, (n, ...), by the segment of each; `count` is in none."""
    return jnp.zeros((count, *x.shape[1:]), x.dtype).at[ids].add(x, mode="drop")


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _reduced(reduce: str, x, ids, lengths, initial, empty):
    count = lengths.shape[0]
    out = jnp.full((count, *x.shape[1:]), initial, x.dtype).at[ids]
    if reduce in _INTO:
        return getattr(out, _INTO[reduce])(x, mode="drop")
    total = out.add(x, mode="drop")
    n = lengths.reshape(-1, *(1,) * (x.ndim - 1))
    return jnp.where(n == 0, jnp.asarray(empty, x.dtype), total / jnp.maximum(n, 1).astype(x.dtype))


def _forward(reduce, x, ids, lengths, initial, empty):
    out = _reduced(reduce, x, ids, lengths, initial, empty)
    return out, (x, ids, lengths, initial, out)


def _backward(reduce, saved, g):
    x, ids, lengths, initial, out = saved
    inside = (ids < lengths.shape[0]).reshape(-1, *(1,) * (x.ndim - 1))
    at = jnp.minimum(ids, max(lengths.shape[0] - 1, 0))
    given = g[at]
    if reduce == "mean":
        n = lengths.reshape(-1, *(1,) * (x.ndim - 1))[at]
        given = given / jnp.maximum(n, 1).astype(x.dtype)
    elif reduce in ("max", "min"):  # shared by all that have the extreme value; NaN has any
        best = out[at]
        there = (x == best) | jnp.isnan(x)
        count = _sums((there & inside).astype(x.dtype), ids, lengths.shape[0])
        given = jnp.where(there, given / jnp.maximum(count, 1)[at], 0)
    elif reduce == "prod":  # the product of all others
        zero, lost = x == 0, jnp.isnan(x)
        plain = jnp.where(zero | lost, 1, x)
        rest = jnp.full(out.shape, initial, x.dtype).at[ids].multiply(plain, mode="drop")[at]

        def others(found):
            return _sums(found.astype(jnp.int32), ids, lengths.shape[0])[at] > found

        given = given * jnp.where(others(lost), jnp.nan, jnp.where(others(zero), 0, rest / plain))
    return jnp.where(inside, given, 0), None, None, None, None


_reduced.defvjp(_forward, _backward)


@op("_segment_reduce", method=False, function=False, out=False)
def segment_reduce(data: Array, lengths: Raw, initial: Number, empty: Number, reduce: str):
    """One value of each segment of data's dimension `lengths.ndim - 1`, whose leading dimensions
    are those of `lengths`; rows beyond the last segment are in none.

    initial   what a segment begins with
    empty     the mean of one without rows
    """
    batch, n = lengths.shape[:-1], data.shape[lengths.ndim - 1]
    rest = data.shape[lengths.ndim :]
    lengths = lengths.reshape(-1, lengths.shape[-1])
    x = data.reshape(len(lengths), n, *rest)
    at = jnp.arange(n, dtype=lengths.dtype)

    def one(x, lengths):
        ids = jnp.searchsorted(jnp.cumsum(lengths), at, side="right")
        return _reduced(reduce, x, ids, lengths, initial, empty)

    return jax.vmap(one)(x, lengths).reshape(*batch, lengths.shape[-1], *rest)
