"""Attention by blocks of keys, which never has the scores of all queries and keys at once.

Note [Attention by blocks]
The softmax over the keys is taken block by block (https://arxiv.org/abs/2112.05682): a loop holds
for each query the largest score so far, the sum of exponentials and the weighted values, and scales
them down where a larger score comes. What is kept for the derivative is the result and the
logarithm of each query's sum (`lse`); the derivative computes the weights of a block again from
these (https://arxiv.org/abs/2205.14135), in forward mode as it stands, in reverse by its transpose,
whose loop holds one block for the same reason (`checkpoint`). So memory grows with the number of
queries times a block's keys.

Where keys come after the queries they are not looked at: under a causal mask the queries go in a
few parts, each with the keys up to its end, which spares up to half the work.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_derivatives import SymbolicZero

__all__ = ["attend", "takes"]

PARTS = 4  # into which queries are cut under a causal mask
SHORTEST = 256  # queries of a part


class _Spec(NamedTuple):
    """What a program is made for: `first` is the row of the first query, None without causality."""

    scale: float
    width: int
    first: int | None


def takes(query, key, value, attn_mask) -> bool:
    """Whether there are such blocks of these, (..., H, L, E), (..., K, S, E), (..., K, S, Ev), of
    which K divides H; a mask must stretch to (..., H, L, S)."""
    q, k, v = query.shape, key.shape, value.shape
    if not len(q) == len(k) == len(v) or k[:-1] != v[:-1] or q[:-3] != k[:-3] or 0 in (*q, *k, *v):
        return False
    if q[-1] != k[-1] or (len(q) > 2 and q[-3] % k[-3]):
        return False
    if attn_mask is None:
        return True
    scores = (*q[:-1], k[-2])
    given = attn_mask.shape
    if len(given) > len(scores):
        return False
    return all(n in (1, m) for n, m in zip(given[::-1], scores[::-1], strict=False))


def _grouped(x, heads: int, group: int):
    """(..., H, L, n) as (..., K, G, L, n), for each head of the keys those that look at it."""
    if x.ndim < 3:
        return x[None]
    inner = (1, 1) if x.shape[-3] == 1 else (heads, group)
    return x.reshape(*x.shape[:-3], *inner, *x.shape[-2:])


def attend(query, key, value, attn_mask, is_causal: bool, scale: float, width: int):
    """softmax(query keyᵀ · scale + mask) value for what `takes` says, by blocks of `width` keys.
    A row that attends to nothing is 0."""
    shape = (*query.shape[:-1], value.shape[-1])
    heads = key.shape[-3] if key.ndim > 2 else 1
    group = query.shape[-3] // heads if query.ndim > 2 else 1
    query = _grouped(query, heads, group)
    if attn_mask is not None:
        attn_mask = _grouped(attn_mask, heads, group)
    if not is_causal:
        spec = _Spec(scale, width, None)
        return _online(spec, query, key, value, attn_mask)[0].astype(query.dtype).reshape(shape)
    length, keys = query.shape[-2], key.shape[-2]
    parts = max(1, min(PARTS, length // SHORTEST))
    step = -(-length // parts)
    made = []
    for i in range(0, length, step):
        upto = min(i + step, keys, length)
        mask = attn_mask
        if mask is not None and mask.shape[-2] > 1:
            mask = mask[..., i : i + step, :]
        if mask is not None and mask.shape[-1] > 1:
            mask = mask[..., :upto]
        seen = key[..., :upto, :], value[..., :upto, :]
        out = _online(_Spec(scale, width, i), query[..., i : i + step, :], *seen, mask)[0]
        made.append(out.astype(query.dtype))
    return jnp.concatenate(made, axis=-2).reshape(shape)


def _wide(x):
    return jnp.promote_types(x.dtype, jnp.float32)


def _by_keys(query, key):
    return jnp.einsum("...gle,...se->...gls", query, key, preferred_element_type=_wide(query))


def _by_weights(weights, value):
    made = weights.astype(value.dtype)
    return jnp.einsum("...gls,...se->...gle", made, value, preferred_element_type=_wide(value))


def _over_blocks(step, carry, width: int, *rows):
    """The last of `carry = step(carry, at, *block)`, over blocks of `width` rows of each of `rows`
    (None stays None); `at` is the first row. What is left at the end is a shorter block."""
    length = next(x for x in rows if x is not None).shape[-2]
    n, rest = divmod(length, width)

    def cut(x):
        if x is None:
            return None
        whole = x[..., : n * width, :]
        return jnp.moveaxis(whole.reshape(*x.shape[:-2], n, width, x.shape[-1]), -3, 0)

    if n:
        xs = jnp.arange(n) * width, *map(cut, rows)
        carry, _ = lax.scan(lambda c, x: (step(c, *x), None), carry, xs)
    if rest:
        last = [x if x is None else x[..., n * width :, :] for x in rows]
        carry = step(carry, n * width, *last)
    return carry


def _scores(spec: _Spec, query, key, attn_mask, at):
    """Those of a block of keys that begins at `at`."""
    scores = _by_keys(query, key) * spec.scale
    width = key.shape[-2]
    if attn_mask is not None:
        if attn_mask.shape[-1] > 1:
            attn_mask = lax.dynamic_slice_in_dim(attn_mask, at, width, axis=-1)
        if attn_mask.dtype == bool:
            scores = jnp.where(attn_mask, scores, -jnp.inf)
        else:
            scores = scores + attn_mask.astype(scores.dtype)
    if spec.first is not None:
        rows = spec.first + jnp.arange(query.shape[-2])
        scores = jnp.where(at + jnp.arange(width) <= rows[:, None], scores, -jnp.inf)
    return scores


def _finite(highest):
    """What is taken off scores: those of a row that attends to nothing stay -inf."""
    return jnp.where(highest == -jnp.inf, 0, highest)


def _start(query, value):
    """Nothing, for each query, and for each of its results."""
    none = jnp.zeros((*query.shape[:-1], 1), _wide(query))
    return none, jnp.zeros((*query.shape[:-1], value.shape[-1]), none.dtype)


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def _online(spec: _Spec, query, key, value, attn_mask):
    """(result, lse) in at least float32."""

    def step(carry, at, key, value):
        highest, total, out = carry
        scores = _scores(spec, query, key, attn_mask, at)
        now = jnp.maximum(highest, jnp.max(scores, axis=-1, keepdims=True))
        powers = jnp.exp(scores - _finite(now))
        kept = jnp.exp(highest - _finite(now))
        total = total * kept + jnp.sum(powers, axis=-1, keepdims=True)
        return now, total, out * kept + _by_weights(powers, value)

    none, nothing = _start(query, value)
    start = none - jnp.inf, none, nothing
    highest, total, out = _over_blocks(step, start, spec.width, key, value)
    return out / jnp.where(total == 0, 1, total), _finite(highest) + jnp.log(total)


def _is_zero(tangent) -> bool:
    return tangent is None or isinstance(tangent, SymbolicZero)


def _plus(a, b):
    return b if a is None else a + b


@functools.partial(_online.defjvp, symbolic_zeros=True)
def _online_jvp(spec, primals, tangents):
    query, key, value, attn_mask = primals
    query_, key_, value_, mask_ = [None if _is_zero(t) else t for t in tangents]
    out, lse = _online(spec, query, key, value, attn_mask)
    rows_ = None
    if mask_ is not None and mask_.shape[-1] > 1:
        mask_, rows_ = None, mask_.swapaxes(-1, -2)

    @functools.partial(jax.checkpoint, prevent_cse=False)
    def step(carry, at, key, value, key_, value_, rows_):
        shift, out_ = carry
        weights = jnp.exp(_scores(spec, query, key, attn_mask, at) - _finite(lse))
        moved = None
        if query_ is not None:
            moved = _by_keys(query_, key) * spec.scale
        if key_ is not None:
            moved = _plus(moved, _by_keys(query, key_) * spec.scale)
        for by_mask in (mask_, None if rows_ is None else rows_.swapaxes(-1, -2)):
            if by_mask is not None:
                moved = _plus(moved, by_mask.astype(weights.dtype))
        if moved is not None:
            moved = weights * moved
            shift = shift + jnp.sum(moved, axis=-1, keepdims=True)
            out_ = out_ + _by_weights(moved, value)
        return shift, out_ if value_ is None else out_ + _by_weights(weights, value_)

    start = _start(query, value)
    shift, out_ = _over_blocks(step, start, spec.width, key, value, key_, value_, rows_)
    return (out, lse), (out_ - shift * out, shift)
