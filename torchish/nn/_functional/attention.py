"""Multi-head attention over projected queries, keys and values.

https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
"""

from __future__ import annotations

import math
import warnings

from torchish._core.base import dtypes as dt
from torchish._core.base.frames import user_level
from torchish._core.ops.nn.attention import TWO_MASKS
from torchish._core.ops.table import TABLE
from torchish._core.tensor import Tensor, cat, zeros
from torchish._core.tensor.api.attach import namespace
from torchish._core.tensor.dispatch import apply
from torchish.nn._functional.dropout import dropout as _dropout
from torchish.nn._functional.kernels import ALLOWED, choice, require

__all__ = [
    "_canonical_mask",
    "_in_projection",
    "_in_projection_packed",
    "_mha_shape_check",
    "_none_or_dtype",
    "multi_head_attention_forward",
    "scaled_dot_product_attention",
]

_F = namespace("nn.functional")


def _none_or_dtype(input: Tensor | None):
    if input is None:
        return None
    if isinstance(input, Tensor):
        return input.dtype
    raise RuntimeError("input to _none_or_dtype() must be None or torch.Tensor")


def _canonical_mask(
    mask: Tensor | None,
    mask_name: str,
    other_type,
    other_name: str,
    target_type,
    check_other: bool = True,
) -> Tensor | None:
    """A mask to be added: -inf where a bool mask is True; a floating mask as it is."""
    if mask is None:
        return None
    if mask.dtype is not dt.bool_ and not mask.is_floating_point():
        raise AssertionError(f"only bool and floating types of {mask_name} are supported")
    if check_other and other_type is not None and mask.dtype is not other_type:
        warnings.warn(
            f"Support for mismatched {mask_name} and {other_name} is deprecated. Use same type for "
            "both instead.",
            stacklevel=user_level(),
        )
    if mask.is_floating_point():
        return mask
    return zeros(mask.shape, dtype=target_type, device=mask.device).masked_fill_(
        mask, float("-inf")
    )


def _mha_shape_check(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    key_padding_mask: Tensor | None,
    attn_mask: Tensor | None,
    num_heads: int,
) -> bool:
    """Whether the input is batched; AssertionError for dimensions that do not go together."""
    n = query.dim()
    if n not in (2, 3):
        raise AssertionError(
            f"query should be unbatched 2D or batched 3D tensor but received {n}-D query tensor"
        )
    kind = "batched (3-D)" if n == 3 else "unbatched (2-D)"
    if key.dim() != n or value.dim() != n:
        raise AssertionError(
            f"For {kind} `query`, expected `key` and `value` to be {n}-D but found "
            f"{key.dim()}-D and {value.dim()}-D tensors respectively"
        )
    if key_padding_mask is not None and key_padding_mask.dim() != n - 1:
        raise AssertionError(
            f"For {kind} `query`, expected `key_padding_mask` to be `None` or {n - 1}-D but found "
            f"{key_padding_mask.dim()}-D tensor instead"
        )
    if attn_mask is not None:
        if attn_mask.dim() not in (2, 3):
            raise AssertionError(
                f"For {kind} `query`, expected `attn_mask` to be `None`, 2-D or 3-D but found "
                f"{attn_mask.dim()}-D tensor instead"
            )
        if n == 2 and attn_mask.dim() == 3:
            expected = (num_heads, query.shape[0], key.shape[0])
            if attn_mask.shape != expected:
                raise AssertionError(
                    f"Expected `attn_mask` shape to be {expected} but got {attn_mask.shape}"
                )
    return n == 3


def _in_projection_packed(
    q: Tensor, k: Tensor, v: Tensor, w: Tensor, b: Tensor | None = None
) -> list[Tensor]:
    """Queries, keys and values from one weight (3E, E)."""
    linear = _F["linear"]
    width = q.size(-1)
    if k is v:
        if q is k:
            x = linear(q, w, b)
            return [x[..., i * width : (i + 1) * width] for i in range(3)]
        w_q, w_kv = w.split([width, 2 * width])
        b_q, b_kv = (None, None) if b is None else b.split([width, 2 * width])
        kv = linear(k, w_kv, b_kv)
        return [linear(q, w_q, b_q), kv[..., :width], kv[..., width:]]
    weights = w.chunk(3)
    biases = (None, None, None) if b is None else b.chunk(3)
    return [linear(x, wi, bi) for x, wi, bi in zip((q, k, v), weights, biases, strict=True)]


def _in_projection(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    w_q: Tensor,
    w_k: Tensor,
    w_v: Tensor,
    b_q: Tensor | None = None,
    b_k: Tensor | None = None,
    b_v: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Queries, keys and values from a weight each."""
    width = q.size(-1)
    for name, x, w in (("query", q, w_q), ("key", k, w_k), ("value", v, w_v)):
        if w.shape != (width, x.size(-1)):
            raise AssertionError(
                f"expecting {name} weights shape of {(width, x.size(-1))}, but got {w.shape}"
            )
    for name, b in (("query", b_q), ("key", b_k), ("value", b_v)):
        if b is not None and b.shape != (width,):
            raise AssertionError(f"expecting {name} bias shape of {(width,)}, but got {b.shape}")
    linear = _F["linear"]
    return linear(q, w_q, b_q), linear(k, w_k, b_k), linear(v, w_v, b_v)


def _check_attn_mask(mask: Tensor, target: int, source: int, heads: int) -> Tensor:
    if mask.dim() == 2:
        right = (target, source)
        if mask.shape != right:
            raise RuntimeError(
                f"The shape of the 2D attn_mask is {mask.shape}, but should be {right}."
            )
        return mask.unsqueeze(0)
    if mask.dim() == 3:
        right = (heads, target, source)
        if mask.shape != right:
            raise RuntimeError(
                f"The shape of the 3D attn_mask is {mask.shape}, but should be {right}."
            )
        return mask
    raise RuntimeError(f"attn_mask's dimension {mask.dim()} is not supported")


def _pad_one(mask: Tensor | None) -> Tensor | None:
    """A mask for one more key, which is attended to."""
    return None if mask is None else _F["pad"](mask, (0, 1))


def _static(name: str, given: Tensor, batch: int, width: int) -> Tensor:
    for d, n in ((0, batch), (2, width)):
        if given.size(d) != n:
            raise AssertionError(f"expecting {name}.size({d}) of {n}, but got {given.size(d)}")
    return given


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """(output, weights): query (L, N, E) or (L, E), key and value (S, N, *); weights (N, L, S), by
    head when not averaged, None unless `need_weights`. AssertionError, RuntimeError for shapes that
    do not go together."""
    batched = _mha_shape_check(query, key, value, key_padding_mask, attn_mask, num_heads)
    if not batched:
        same_k, same_v = key is query, value is key
        query = query.unsqueeze(1)
        key_ = query if same_k else key.unsqueeze(1)
        value, key = (key_ if same_v else value.unsqueeze(1)), key_
        if key_padding_mask is not None:
            key_padding_mask = key_padding_mask.unsqueeze(0)
    length, batch, width = query.shape
    source = key.shape[0]
    key_padding_mask = _canonical_mask(
        key_padding_mask, "key_padding_mask", _none_or_dtype(attn_mask), "attn_mask", query.dtype
    )
    if is_causal and attn_mask is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint. You may use the Transformer module "
            "method `generate_square_subsequent_mask` to create this mask."
        )
    if is_causal and key_padding_mask is None and not need_weights:
        attn_mask = None  # the hint says all that the mask says
    else:
        attn_mask = _canonical_mask(attn_mask, "attn_mask", None, "", query.dtype, False)
        if key_padding_mask is not None:
            is_causal = False
    if width != embed_dim_to_check:
        raise AssertionError(
            f"was expecting embedding dimension of {embed_dim_to_check}, but got {width}"
        )
    head = width // num_heads
    if head * num_heads != width:
        raise AssertionError(f"embed_dim {width} not divisible by num_heads {num_heads}")
    if use_separate_proj_weight:
        if key.shape[:2] != value.shape[:2]:
            raise AssertionError(
                f"key's sequence and batch dims {key.shape[:2]} do not match value's "
                f"{value.shape[:2]}"
            )
        for name, w in (("q", q_proj_weight), ("k", k_proj_weight), ("v", v_proj_weight)):
            if w is None:
                raise AssertionError(
                    f"use_separate_proj_weight is True but {name}_proj_weight is None"
                )
        biases = (None, None, None) if in_proj_bias is None else in_proj_bias.chunk(3)
        q, k, v = _in_projection(
            query, key, value, q_proj_weight, k_proj_weight, v_proj_weight, *biases
        )
    else:
        if key.shape != value.shape:
            raise AssertionError(f"key shape {key.shape} does not match value shape {value.shape}")
        if in_proj_weight is None:
            raise AssertionError("use_separate_proj_weight is False but in_proj_weight is None")
        q, k, v = _in_projection_packed(query, key, value, in_proj_weight, in_proj_bias)
    if attn_mask is not None:
        attn_mask = _check_attn_mask(attn_mask, length, source, batch * num_heads)
    if bias_k is not None and bias_v is not None:
        if static_k is not None:
            raise AssertionError("bias cannot be added to static key.")
        if static_v is not None:
            raise AssertionError("bias cannot be added to static value.")
        k = cat([k, bias_k.repeat(1, batch, 1)])
        v = cat([v, bias_v.repeat(1, batch, 1)])
        attn_mask, key_padding_mask = _pad_one(attn_mask), _pad_one(key_padding_mask)
    elif bias_k is not None:
        raise AssertionError("bias_k is set but bias_v is None")
    elif bias_v is not None:
        raise AssertionError("bias_v is set but bias_k is None")
    n = batch * num_heads
    q = q.contiguous().view(length, n, head).transpose(0, 1)
    if static_k is None:
        k = k.contiguous().view(k.shape[0], n, head).transpose(0, 1)
    else:
        k = _static("static_k", static_k, n, head)
    if static_v is None:
        v = v.contiguous().view(v.shape[0], n, head).transpose(0, 1)
    else:
        v = _static("static_v", static_v, n, head)
    if add_zero_attn:
        zero = zeros((n, 1, head), dtype=k.dtype, device=k.device)
        k, v = cat([k, zero], dim=1), cat([v, zero], dim=1)
        attn_mask, key_padding_mask = _pad_one(attn_mask), _pad_one(key_padding_mask)
    source = k.size(1)
    if key_padding_mask is not None:
        for d, n_ in enumerate((batch, source)):
            if key_padding_mask.shape[d] != n_:
                raise AssertionError(
                    f"Expected key_padded_mask.shape[{d}] to be {n_}, but got "
                    f"{key_padding_mask.shape[d]}"
                )
        padding = (
            key_padding_mask.view(batch, 1, 1, source)
            .expand(-1, num_heads, -1, -1)
            .reshape(n, 1, source)
        )
        attn_mask = padding if attn_mask is None else attn_mask + padding
    if not training:
        dropout_p = 0.0
    if need_weights:
        if is_causal and attn_mask is None:
            # PyTorch's words, by which programs know the error.
            raise AssertionError("FIXME: is_causal not implemented for need_weights")
        scores = (q * math.sqrt(1.0 / head)).bmm(k.transpose(-2, -1))
        if attn_mask is not None:
            scores = scores + attn_mask
        weights = scores.softmax(dim=-1)
        if dropout_p > 0.0:
            weights = _dropout(weights, dropout_p)
        output = weights.bmm(v).transpose(0, 1).contiguous().view(length * batch, width)
        output = _F["linear"](output, out_proj_weight, out_proj_bias).view(length, batch, width)
        weights = weights.view(batch, num_heads, length, source)
        if average_attn_weights:
            weights = weights.mean(dim=1)
        if not batched:
            return output.squeeze(1), weights.squeeze(0)
        return output, weights
    if attn_mask is not None:
        if attn_mask.size(0) == 1 and attn_mask.dim() == 3:
            attn_mask = attn_mask.unsqueeze(0)
        else:
            attn_mask = attn_mask.view(batch, num_heads, -1, source)
    q = q.view(batch, num_heads, length, head)
    k, v = k.view(batch, num_heads, source, head), v.view(batch, num_heads, source, head)
    output = scaled_dot_product_attention(q, k, v, attn_mask, dropout_p, is_causal)
    output = output.permute(2, 0, 1, 3).contiguous().view(batch * length, width)
    output = _F["linear"](output, out_proj_weight, out_proj_bias).view(length, batch, width)
    return (output if batched else output.squeeze(1)), None


def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """softmax(query keyᵀ · scale + mask) value, over (..., L, E), (..., S, E), (..., S, Ev); a bool
    mask is True where a key is attended to; dropout on the weights whenever `dropout_p` is not 0
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html)."""
    args = (query, key, value, attn_mask, is_causal, scale, enable_gqa)
    if is_causal and attn_mask is not None and (dropout_p != 0.0 or attn_mask.requires_grad):
        raise RuntimeError(TWO_MASKS)  # PyTorch's kernel for both knows neither of these
    if query.is_cuda:
        require(query, key, value, attn_mask)
    if not (ALLOWED["flash"] and ALLOWED["math"]) and query.is_cpu:
        kernel = choice(
            query, key, value, attn_mask, dropout_p, is_causal, scale=scale, enable_gqa=enable_gqa
        )
        if kernel < 0:
            raise RuntimeError("No available kernel.  Aborting execution.")
        if kernel == 0 and is_causal and attn_mask is not None:
            raise RuntimeError(TWO_MASKS)
    if dropout_p == 0.0:
        return apply(TABLE["_scaled_dot_product_attention"], args)
    weights = apply(TABLE["_attention_weights"], args)
    if enable_gqa and value.size(-3) != query.size(-3):
        value = value.repeat_interleave(query.size(-3) // value.size(-3), -3)
    return _dropout(weights, dropout_p).matmul(value)
