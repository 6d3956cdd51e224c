"""Scaled dot-product attention.

Its form is chosen for a device (Note [Forms for a device]): cuDNN's kernel where it takes the
operands, blocks of keys for long sequences (Note [Attention by blocks]), else plain products.

https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base import devices, jax_internals, precision
from torchish._core.base.errors import broadcast_shapes
from torchish._core.ops.arguments import is_float, scalar_name
from torchish._core.ops.linalg.products import matmul
from torchish._core.ops.nn import attention_blocks, onednn_products
from torchish._core.ops.table import Array, MaybeArray, op

TWO_MASKS = (
    "_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True"
)


def _check(query, key, value, attn_mask, is_causal: bool) -> None:
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise RuntimeError(
            "Expected query, key, and value to all be  at least 2 dimensional, but got "
            f"query.dim: {query.ndim} key.dim: {key.ndim} and value.dim: {value.ndim} instead."
        )
    if not query.dtype == key.dtype == value.dtype:
        raise RuntimeError(
            "Expected query, key, and value to have the same dtype, but got "
            f"query.dtype: {_dtype_text(query)} key.dtype: {_dtype_text(key)} and "
            f"value.dtype: {_dtype_text(value)} instead."
        )
    if attn_mask is not None:
        if is_causal and query.ndim != 4:
            raise RuntimeError(TWO_MASKS)
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
        raise RuntimeError("Number of heads in key and value must divide the number of heads in ")
    return jnp.repeat(x, query.shape[-3] // x.shape[-3], axis=-3)


def _fit(a, b) -> None:
    """The errors of `matmul` for two operands that have no product."""
    if a.shape[-1] != b.shape[-2] or a.shape[:-2] != b.shape[:-2]:
        jax.eval_shape(matmul.fn, *(jax.ShapeDtypeStruct(x.shape, x.dtype) for x in (a, b)))


def _mask(scores, attn_mask, is_causal: bool):
    """The given mask and the causal one as one: of booleans, or of what is added."""
    if attn_mask is not None:
        broadcast_shapes(scores.shape, attn_mask.shape)
    if not is_causal:
        return attn_mask
    rows, columns = scores.shape[-2:]
    causal = jnp.arange(columns) <= jnp.arange(rows)[:, None]
    if attn_mask is None:
        return causal
    if attn_mask.dtype == bool:
        return attn_mask & causal
    return jnp.where(causal, attn_mask, -jnp.inf)


def _weights(query, key, attn_mask, is_causal: bool, scale: float | None, enable_gqa: bool):
    key = _heads(key, query, enable_gqa)
    wide = jnp.promote_types(query.dtype, jnp.float32)
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    _fit(query, key.swapaxes(-1, -2))
    if query.dtype == wide:
        scores = onednn_products.matmul(query, key, second=True) * factor
    else:
        scores = jnp.matmul(query, key.swapaxes(-1, -2), preferred_element_type=wide) * factor
    attn_mask = _mask(scores, attn_mask, is_causal)
    if not scores.shape[-1]:
        return scores.astype(query.dtype)  # no keys: what is weighed is 0
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


# From how many pairs of a query and a key on blocks are taken, and how many keys each has: on the
# CPU as measured (the scores of a block lie in the cache), elsewhere many, for few steps of a loop.
_LONG = {"cpu": (768 * 768, 128)}
_LONG_ELSEWHERE = (1024 * 1024, 512)


def _allowed() -> bool:
    """Whether a program allows more than plain products, on an accelerator."""
    return any(precision.kernels[name] for name in ("flash", "mem_efficient", "cudnn"))


def _in_groups(query, key, value, attn_mask, enable_gqa: bool) -> bool:
    """Whether there are blocks of these, and no heads that only `enable_gqa` allows."""
    same = enable_gqa or query.ndim < 3 or key.shape[-3:-2] == query.shape[-3:-2]
    return same and attention_blocks.takes(query, key, value, attn_mask)


def _fuses(query, key, value, attn_mask, enable_gqa: bool) -> bool:
    """Whether JAX's attention takes these, and a program allows it."""
    fits = query.ndim == 4 and query.dtype != jnp.float64 and value.shape == key.shape
    if attn_mask is not None:
        fits = fits and attn_mask.dtype in (bool, query.dtype)
    return fits and _allowed() and _in_groups(query, key, value, attn_mask, enable_gqa)


def _by_cudnn(query, key, attn_mask) -> bool:
    """Whether cuDNN's kernel, which never has all scores at once, takes what `_fuses` does."""
    half = query.dtype in (jnp.float16, jnp.bfloat16)
    asked = precision.kernels["cudnn"] or precision.kernels["flash"]
    size = query.shape[3]
    # Under a mask its gradient has no form for odd lengths.
    even = attn_mask is None or not (query.shape[2] % 2 or key.shape[2] % 2)
    takes = half and asked and even and size % 8 == 0 and size <= 128
    return takes and jax_internals.has_cudnn(devices.jax_devices("cuda"))


def _fused(query, key, value, attn_mask, is_causal: bool, scale: float | None, cudnn: bool):
    """JAX's attention. It wants the heads behind the positions, and gives a row that attends to
    nothing the mean of all values."""
    bias = mask = attends = None
    if attn_mask is not None:
        lead = (1,) * (4 - attn_mask.ndim)
        given = attn_mask.reshape(*lead, *attn_mask.shape)
        given = jnp.broadcast_to(given, (*given.shape[:2], query.shape[2], key.shape[2]))
        mask = given
        if given.dtype != bool:
            mask = given != -jnp.inf
            bias = jnp.where(mask, given, 0)
        attends = jnp.any(_mask(given, mask, is_causal), axis=-1, keepdims=True)
    heads = [x.swapaxes(1, 2) for x in (query, key, value)]
    implementation = "cudnn" if cudnn else "xla"
    y = jax.nn.dot_product_attention(
        *heads, bias, mask, scale=scale, is_causal=is_causal, implementation=implementation
    ).swapaxes(1, 2)
    return y if attends is None else jnp.where(attends, y, 0)


def _width(query, key, value, attn_mask, enable_gqa: bool) -> int | None:
    """How many keys a block of them has; None where all scores at once are the better form."""
    where = devices.traced_for()
    pairs, width = _LONG.get(where, _LONG_ELSEWHERE)
    if devices.sizes_are_open():  # there are as many blocks as the sizes say
        return None
    if where != "cpu" and not _allowed():
        return None
    if query.shape[-2] * key.shape[-2] < pairs or key.shape[-2] < 2 * width:
        return None
    return width if _in_groups(query, key, value, attn_mask, enable_gqa) else None


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
    width = _width(query, key, value, attn_mask, enable_gqa)
    if devices.traced_for() == "cuda" and _fuses(query, key, value, attn_mask, enable_gqa):
        cudnn = _by_cudnn(query, key, attn_mask)
        if cudnn or width is None:
            return _fused(query, key, value, attn_mask, is_causal, scale, cudnn)
    if width is not None:
        factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
        return attention_blocks.attend(query, key, value, attn_mask, is_causal, factor, width)
    weights = _weights(query, key, attn_mask, is_causal, scale, enable_gqa)
    value = _heads(value, query, enable_gqa)
    _fit(weights, value)
    return onednn_products.matmul(weights, value)


scaled_dot_product_attention.grad_name = "ScaledDotProductFlashAttentionForCpuBackward0"
