"""Scaled dot-product attention in NumPy; of long sequences a part of the queries at a time, whose
weights are computed again for the gradient (Note [Attention by blocks])."""

from __future__ import annotations

import functools
import math

import numpy as np

from torchish._core.engine.host.common import powers
from torchish._core.engine.host.registry import kernel, require

# Of one head, from how many pairs of a query and a key on weights are not kept: to compute them
# again takes longer than to read them. And of all heads, how many are computed at a time.
_LONG = 512 * 512
_PAIRS = 1 << 21


@functools.lru_cache(64)
def _past(rows: int, columns: int, first: int) -> np.ndarray:
    """Where keys come after the query, of which `first` is the first."""
    return ~np.tri(rows, columns, first, dtype=bool)


def _weights(query, key, value, attn_mask, is_causal, scale, enable_gqa, first=0):
    """softmax(query keyᵀ · scale + mask), and the scale."""
    require(query.ndim >= 2 and key.ndim >= 2 and value.ndim >= 2)
    require(query.dtype == key.dtype == value.dtype and query.dtype.kind == "f")
    require(query.shape[-1] == key.shape[-1] and key.shape[-2] == value.shape[-2])
    require(not enable_gqa or query.shape[-3:-2] == key.shape[-3:-2] == value.shape[-3:-2])
    require(query.size and key.size and value.size)
    if attn_mask is not None:
        require(attn_mask.ndim >= 2 and (not is_causal or query.ndim == 4))
        require(attn_mask.dtype == np.bool_ or attn_mask.dtype == query.dtype)
    factor = query.dtype.type(1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    scores = np.matmul(query, key.swapaxes(-1, -2))
    scores *= factor
    if is_causal:
        np.copyto(scores, -np.inf, where=_past(*scores.shape[-2:], first))
    if attn_mask is not None:
        if attn_mask.dtype != np.bool_:
            scores = scores + attn_mask
        elif np.broadcast_shapes(attn_mask.shape, scores.shape) == scores.shape:
            np.copyto(scores, -np.inf, where=~attn_mask)
        else:
            scores = np.where(attn_mask, scores, scores.dtype.type(-np.inf))
    masked = attn_mask is not None or is_causal
    if masked and not _attends(scores):
        highest = np.maximum.reduce(scores, -1, keepdims=True)
        highest[highest == -np.inf] = 0
        powered = np.exp(scores - highest)
        total = np.add.reduce(powered, -1, keepdims=True)
        total[total == 0] = 1
    else:
        _, powered, total = powers(scores, -1)
    powered /= total
    return powered, factor


def _attends(scores) -> bool:
    """Whether each row attends to something; which the first key tells most often."""
    return bool((scores[..., 0] > -np.inf).all())


def _weights_gradient(ct, weights, factor, wanted, query, key, attn_mask):
    """Gradients of query, key and a mask of floats, from that of the weights."""
    g = ct * weights
    g -= weights * np.add.reduce(g, -1, keepdims=True)
    out = {}
    if "attn_mask" in wanted:
        out["attn_mask"] = g.copy()
    g *= factor
    if "query" in wanted:
        out["query"] = np.matmul(g, key)
    if "key" in wanted:
        out["key"] = np.matmul(g.swapaxes(-1, -2), query)
    return out


def _cost(inputs, outputs) -> float:
    query, key, value = (a.shape for a in inputs[:3])
    if min(len(query), len(key), len(value)) < 2:
        return 0.0  # refused when it runs
    pairs = math.prod(query[:-1]) * key[-2]
    return pairs * (5e-11 * (query[-1] + value[-1]) + 5e-9)


@kernel("_attention_weights", dtypes="bf", saves="residual", cost=_cost, halves=True)
def attention_weights(
    query, key, value, attn_mask=None, is_causal=False, scale=None, enable_gqa=False
):
    weights, factor = _weights(query, key, value, attn_mask, is_causal, scale, enable_gqa)
    return weights, (weights, factor)


@attention_weights.gradient
def _(
    ct,
    saved,
    wanted,
    query,
    key,
    value,
    attn_mask=None,
    is_causal=False,
    scale=None,
    enable_gqa=False,
):
    out = _weights_gradient(ct, *saved, wanted, query, key, attn_mask)
    if "value" in wanted:
        out["value"] = np.zeros_like(value)
    return out


def _repeated(query, key, value, enable_gqa):
    """Keys and values with a head for each of the query's, and how many of those share one."""
    if not enable_gqa or query.shape[-3:-2] == key.shape[-3:-2] == value.shape[-3:-2]:
        return key, value, 1
    require(query.ndim == key.ndim == value.ndim >= 3 and key.shape[-3] == value.shape[-3] > 0)
    require(query.shape[:-3] == key.shape[:-3] == value.shape[:-3])
    group, odd = divmod(query.shape[-3], key.shape[-3])
    require(group and not odd)
    return np.repeat(key, group, -3), np.repeat(value, group, -3), group


def _parts(query, key, is_causal: bool):
    """(queries, keys) as slices, of which each have their weights at a time; one where these are
    few. Under a causal mask keys behind the queries are left out."""
    pairs = math.prod(query.shape[:-1]) * key.shape[-2]
    length, keys = query.shape[-2], key.shape[-2]
    if pairs <= _PAIRS or length * keys < _LONG or query.shape[:-2] != key.shape[:-2]:
        return [(slice(0, length), slice(0, keys))]
    step = max(16, _PAIRS * length // pairs)
    return [
        (slice(i, min(i + step, length)), slice(0, min(i + step, keys) if is_causal else keys))
        for i in range(0, length, step)
    ]


def _of(mask, rows: slice, columns: slice):
    if mask is None:
        return None
    mask = mask if mask.shape[-2] == 1 else mask[..., rows, :]
    return mask if mask.shape[-1] == 1 else mask[..., columns]


@kernel("_scaled_dot_product_attention", dtypes="bf", saves="residual", cost=_cost, halves=True)
def scaled_dot_product_attention(
    query, key, value, attn_mask=None, is_causal=False, scale=None, enable_gqa=False
):
    key, value, _ = _repeated(query, key, value, enable_gqa)
    parts = _parts(query, key, is_causal)
    if len(parts) == 1:
        weights, factor = _weights(query, key, value, attn_mask, is_causal, scale, False)
        return np.matmul(weights, value), (weights, factor)
    require(key.shape[:-1] == value.shape[:-1] and (attn_mask is None or attn_mask.ndim >= 2))
    out = np.empty((*query.shape[:-1], value.shape[-1]), query.dtype)
    for rows, columns in parts:
        seen = key[..., columns, :], value[..., columns, :], _of(attn_mask, rows, columns)
        of_rows = query[..., rows, :]
        weights, _ = _weights(of_rows, *seen, is_causal, scale, False, rows.start)
        np.matmul(weights, seen[1], out=out[..., rows, :])
    return out, ()


def _gradient(ct, weights, factor, wanted, query, key, value, attn_mask):
    out = {}
    if wanted != {"value"}:
        by_weights = np.matmul(ct, value.swapaxes(-1, -2))
        out = _weights_gradient(by_weights, weights, factor, wanted, query, key, attn_mask)
    if "value" in wanted:
        out["value"] = np.matmul(weights.swapaxes(-1, -2), ct)
    return out


def _gradient_in_parts(ct, wanted, query, key, value, attn_mask, is_causal, scale):
    """The same where the weights were not kept."""
    into = {"query": np.empty_like(query)} if "query" in wanted else {}
    into |= {n: np.zeros_like(x) for n, x in (("key", key), ("value", value)) if n in wanted}
    by_mask = []
    for rows, columns in _parts(query, key, is_causal and "attn_mask" not in wanted):
        seen = key[..., columns, :], value[..., columns, :], _of(attn_mask, rows, columns)
        of_rows = query[..., rows, :]
        weights, factor = _weights(of_rows, *seen, is_causal, scale, False, rows.start)
        part = _gradient(ct[..., rows, :], weights, factor, wanted, of_rows, *seen)
        for name in into:
            if name == "query":
                into[name][..., rows, :] = part[name]
            else:
                into[name][..., columns, :] += part[name]
        by_mask += [part["attn_mask"]] if "attn_mask" in wanted else []
    return into | ({"attn_mask": np.concatenate(by_mask, -2)} if by_mask else {})


@scaled_dot_product_attention.gradient
def _(
    ct,
    saved,
    wanted,
    query,
    key,
    value,
    attn_mask=None,
    is_causal=False,
    scale=None,
    enable_gqa=False,
):
    key, value, group = _repeated(query, key, value, enable_gqa)
    if saved:
        out = _gradient(ct, *saved, wanted, query, key, value, attn_mask)
    else:
        out = _gradient_in_parts(ct, wanted, query, key, value, attn_mask, is_causal, scale)
    if group > 1:
        for name in {"key", "value"} & out.keys():
            g = out[name]
            heads = (*g.shape[:-3], g.shape[-3] // group, group, *g.shape[-2:])
            out[name] = np.add.reduce(g.reshape(heads), -3)
    return out
