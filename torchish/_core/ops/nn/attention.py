"""Scaled dot-product attention.

https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
"""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax import lax

from torchish._core.base.errors import size_text
from torchish._core.ops.arguments import is_float, scalar_name
from torchish._core.ops.table import Array, MaybeArray, op


def _check(query, key, value, attn_mask, is_causal: bool) -> None:
    for name, x in (("query", query), ("key", key), ("value", value)):
        if x.ndim < 2:
            raise RuntimeError(
                "scaled_dot_product_attention: Expected query, key, and value to "
                f"all be at least 2 dimensional, but got {name}.dim: {x.ndim} "
                "instead."
            )
    if not query.dtype == key.dtype == value.dtype:
        kinds = ["Query dtype: {}", "key dtype: {}", "and value dtype: {}"]
        texts = [k.format(_dtype_text(x)) for k, x in zip(kinds, (query, key, value), strict=True)]
        raise RuntimeError(
            "Expected query, key, and value to have the same dtype, but got "
            + ", ".join(texts[:2])
            + ", "
            + texts[2]
            + " instead."
        )
    if attn_mask is not None:
        if is_causal:
            raise RuntimeError(
                "scaled_dot_product_attention: Explicit attn_mask should not be "
                "set when is_causal=True"
            )
        if attn_mask.dtype not in (jnp.bool_, query.dtype) and attn_mask.dtype != jnp.float32:
            raise RuntimeError(
                "Expected attn_mask dtype to be bool or float or to match query "
                f"dtype, but got attn_mask.dtype: {_dtype_text(attn_mask)} and  "
                f"query.dtype: {_dtype_text(query)} instead."
            )
        if attn_mask.ndim < 2:
            raise RuntimeError(
                "Expected attn_mask to be at least 2 dimensional, but got "
                f"attn_mask.dim: {attn_mask.ndim}"
            )
    if not is_float(query):
        raise NotImplementedError(f"\"baddbmm\" not implemented for '{scalar_name(query)}'")
    if query.shape[-1] != key.shape[-1]:
        raise RuntimeError(
            f"scaled_dot_product_attention: query {size_text(query.shape)} and key "
            f"{size_text(key.shape)} must have the same last dimension"
        )


def _dtype_text(x) -> str:
    names = {
        "Float": "float",
        "Double": "double",
        "Half": "c10::Half",
        "BFloat16": "c10::BFloat16",
        "Long": "long int",
    }
    return names.get(scalar_name(x), scalar_name(x).lower())


def _heads(x, query, enable_gqa: bool):
    """Keys or values repeated so that each group of query heads has its own."""
    if not enable_gqa or x.ndim < 3 or x.shape[-3] == query.shape[-3]:
        return x
    if x.shape[-3] == 0 or query.shape[-3] % x.shape[-3]:
        raise RuntimeError(
            "Number of heads in key and value must divide the number of heads in query"
        )
    return jnp.repeat(x, query.shape[-3] // x.shape[-3], axis=-3)


def _weights(query, key, attn_mask, is_causal: bool, scale: float | None, enable_gqa: bool):
    key = _heads(key, query, enable_gqa)
    wide = jnp.promote_types(query.dtype, jnp.float32)
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = jnp.matmul(query, key.swapaxes(-1, -2), preferred_element_type=wide) * factor
    rows, columns = scores.shape[-2:]
    if is_causal:
        attn_mask = jnp.arange(columns) <= jnp.arange(rows)[:, None]
    if attn_mask is None:
        highest = jnp.max(scores, axis=-1, keepdims=True)
    else:
        scores = (
            jnp.where(attn_mask, scores, -jnp.inf)
            if attn_mask.dtype == bool
            else scores + attn_mask
        )
        highest = jnp.max(scores, axis=-1, keepdims=True)
        highest = jnp.where(
            highest == -jnp.inf, 0, highest
        )  # a row that attends to nothing has weights 0, not NaN
    powers = jnp.exp(scores - lax.stop_gradient(highest))
    total = jnp.sum(powers, axis=-1, keepdims=True)
    return (powers / jnp.where(total == 0, 1, total)).astype(query.dtype)


@op("_attention_weights", method=False, function=False, out=False)
def attention_weights(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: MaybeArray = None,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
):
    """softmax(query keyᵀ · scale + mask) over (..., L, E), (..., S, E); a bool mask is True where a
    key is attended to"""
    _check(query, key, value, attn_mask, is_causal)
    return _weights(query, key, attn_mask, is_causal, scale, enable_gqa)


@op(
    "_scaled_dot_product_attention",
    method=False,
    function=False,
    out=False,
    saves="query key value result",
)
def scaled_dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: MaybeArray = None,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
):
    """softmax(query keyᵀ · scale + mask) value, over (..., L, E), (..., S, E), (..., S, Ev)
    (https://arxiv.org/abs/1706.03762)"""
    _check(query, key, value, attn_mask, is_causal)
    weights = _weights(query, key, attn_mask, is_causal, scale, enable_gqa)
    return jnp.matmul(weights, _heads(value, query, enable_gqa))


scaled_dot_product_attention.grad_name = "ScaledDotProductFlashAttentionForCpuBackward0"
