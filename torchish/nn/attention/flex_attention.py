"""Attention whose scores are changed, and whose pairs are chosen, by functions of the program.

A `score_mod` and a `mask_mod` run under `vmap` over batch, head, query and key, and XLA fuses what
they compute with the softmax. The function of a `BlockMask` is what counts; where its blocks, made
of that function by `create_block_mask`, leave much empty, the queries go in a few parts, each
with the keys between its first and its last block.

https://docs.pytorch.org/docs/stable/nn.attention.flex_attention.html
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from torchish._core.base import dtypes as dt
from torchish._core.tensor import FUNCTIONS, Tensor
from torchish._core.tensor.api.ranges import arange
from torchish.func import vmap
from torchish.nn.attention import _block_mask
from torchish.nn.attention._block_mask import (
    BlockMask,
    and_masks,
    create_block_mask,
    create_mask,
    create_nested_block_mask,
    noop_mask,
    or_masks,
)

__all__ = [
    "AuxOutput",
    "AuxRequest",
    "BlockMask",
    "and_masks",
    "create_block_mask",
    "create_mask",
    "create_nested_block_mask",
    "flex_attention",
    "noop_mask",
    "or_masks",
]

FlexKernelOptions = dict
_create_empty_block_mask = _block_mask._create_empty_block_mask
_round_up_to_multiple = _block_mask._round_up_to_multiple
_DEFAULT_SPARSE_BLOCK_SIZE = _block_mask._DEFAULT_SPARSE_BLOCK_SIZE
_LARGE_SPARSE_BLOCK_SIZE = _block_mask._LARGE_SPARSE_BLOCK_SIZE
_score_mod_signature = _mask_mod_signature = Callable


class AuxRequest(NamedTuple):
    """What `flex_attention` is to give beside its result."""

    lse: bool = False
    max_scores: bool = False


class AuxOutput(NamedTuple):
    """The logarithm of the sum of exponentials and the largest score of each query, where they were
    asked for."""

    lse: Tensor | None = None
    max_scores: Tensor | None = None


def _identity(score: Tensor, batch: Tensor, head: Tensor, token_q: Tensor, token_kv: Tensor):
    return score


def _vmap_for_bhqkv(
    fn: Callable,
    prefix: tuple[int | None, ...],
    suffix: tuple[int | None, ...] = (),
    out_dims: Any = 0,
    group_dim: bool = False,
) -> Callable:
    """A function of (…, batch, head, query, key) on all of them."""
    axes: list[tuple[int | None, int | None, int | None, int | None]] = [
        (None, None, None, 0),
        (None, None, 0, None),
        (None, 0, None, None),
        (0, None, None, None),
    ]
    if group_dim:
        axes.insert(2, (None, 0, None, None))
    for dims in axes:
        fn = vmap(fn, in_dims=(*prefix, *dims, *suffix), out_dims=out_dims)
    return fn


def _check(query: Tensor, key: Tensor, value: Tensor) -> None:
    if query.dim() != 4 or key.dim() != 4 or value.dim() != 4:
        raise NotImplementedError("NYI: query, key, and value must be 4D tensors")
    if query.device != key.device or query.device != value.device:
        raise ValueError(
            "Expected query, key, and value to have the same device type, but got query.device: "
            f"{query.device}, key.device: {key.device}, and value.device: {value.device} instead."
        )
    if query.size(-1) != key.size(-1):
        raise ValueError(
            "Expect query and key/value to have the same embedding dimension but got "
            f"E={query.size(-1)} and E={key.size(-1)}."
        )


def _fits(block_mask: BlockMask, q_len: int, kv_len: int) -> None:
    q, kv = block_mask.seq_lengths
    if q_len > q or kv_len > kv or (q_len, kv_len) != (q, kv):
        smaller = q_len <= q and kv_len <= kv
        size = "larger" if smaller else "smaller"
        text = (
            f"block_mask was created for block_mask.shape={block_mask.shape} but got q_len={q_len} "
            f"and kv_len={kv_len}. "
        )
        if not smaller:
            raise ValueError(text + "Please create a new block mask with the correct length.")
        raise ValueError(
            f"{text}As the block mask was created for a {size} length than you're using it for, you"
            " can either 1. create a new block mask with the correct length, or 2. 'adjust' the "
            "existing block mask to the correct length by calling block_mask._adjust(q_len, "
            "kv_len). This essentially 'crops' the block mask to the upper left corner, which does "
            "not work for all mask_mods!"
        )


def _attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    score_mod: Callable | None,
    mask_mod: Callable | None,
    factor: float,
    first: tuple[int, int],
) -> tuple[Tensor, Tensor]:
    """(scores, result) of queries and keys, the first of which have these numbers."""
    batch, heads = max(query.size(0), key.size(0)), query.size(-3)
    device = query.device
    precise = dt.float64 if query.dtype is dt.float64 else dt.float32
    scores = (query @ key.transpose(-2, -1)).to(precise) * factor
    at = [arange(n, device=device) for n in (batch, heads)]
    for begin, n in zip(first, scores.shape[-2:], strict=True):
        at.append(arange(begin, begin + n, device=device))
    if score_mod is not None:
        scores = _vmap_for_bhqkv(score_mod, (0,))(scores, *at).to(precise)
    if mask_mod is not None and mask_mod is not noop_mask:
        kept = _vmap_for_bhqkv(mask_mod, ())(*at)
        scores = FUNCTIONS["where"](kept, scores, -math.inf)
    weights = FUNCTIONS["softmax"](scores, -1)
    if score_mod is not None or mask_mod is not None:
        # A query without any key has no weights, and PyTorch's rule gives it zeros.
        empty = (scores == -math.inf).all(-1, keepdim=True)
        weights = FUNCTIONS["where"](empty, 0.0, weights)
    return scores, weights.to(query.dtype) @ value


def flex_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    score_mod: Callable | None = None,
    block_mask: BlockMask | None = None,
    scale: float | None = None,
    enable_gqa: bool = False,
    return_lse: bool = False,
    kernel_options: dict[str, Any] | None = None,
    *,
    return_aux: AuxRequest | None = None,
) -> Any:
    """softmax(score_mod(query @ keyᵀ · scale)) @ value.

    Shapes: query (B, Hq, L, E), key (B, Hkv, S, E), value (B, Hkv, S, Ev); the result is
    (B, Hq, L, Ev). `score_mod(score, b, h, q_idx, kv_idx)` gives a new score; pairs that the block
    mask's function refuses count for nothing, and a query without any gets zeros. With `enable_gqa`
    Hq may be a multiple of Hkv. `return_lse`, `return_aux` give (result, …) as well. ValueError for
    shapes that do not go together; `kernel_options` are of PyTorch's kernels and have no effect.
    """
    _check(query, key, value)
    heads, kv_heads = query.size(-3), key.size(-3)
    if heads != kv_heads:
        if not enable_gqa:
            raise ValueError(
                "Expect query and key/value to have the same number of heads but got "
                f"Hq={heads} and Hkv={kv_heads}. Try setting enable_gqa=True for GQA."
            )
        if heads % kv_heads:
            raise ValueError(
                "Expect number of query heads to be a multiple of kv heads for GQA but got "
                f"Hq={heads} and Hkv={kv_heads}."
            )
        repeat = heads // kv_heads
        key, value = key.repeat_interleave(repeat, 1), value.repeat_interleave(repeat, 1)
    mask_mod, parts = None, None
    if block_mask is not None:
        _fits(block_mask, query.size(-2), key.size(-2))
        mask_mod, parts = block_mask.mask_mod, _block_mask.spans(block_mask)
    factor = 1.0 / math.sqrt(query.size(-1)) if scale is None else scale
    if parts is None:
        parts = ((0, query.size(-2), 0, key.size(-2)),)
    made = [
        _attend(query[..., a:b, :], key[..., c:d, :], value[..., c:d, :],
                score_mod, mask_mod, factor, (a, c))
        for a, b, c, d in parts
    ]  # fmt: skip

    def whole(f: Callable[[Tensor], Tensor]) -> Tensor:
        """What `f` gives of the scores of each query."""
        found = [f(scores) for scores, _ in made]
        return found[0] if len(found) == 1 else FUNCTIONS["cat"](found, -1)

    outs = [out for _, out in made]
    out = outs[0] if len(outs) == 1 else FUNCTIONS["cat"](outs, -2)
    if return_aux is None and not return_lse:
        return out
    if return_aux is not None and return_lse:
        raise ValueError("Cannot specify both return_lse and return_aux: use return_aux=AuxRequest")
    if return_aux is None:
        return out, whole(lambda scores: scores.logsumexp(-1))
    lse = whole(lambda scores: scores.logsumexp(-1)) if return_aux.lse else None
    largest = whole(lambda scores: scores.amax(-1)) if return_aux.max_scores else None
    return out, AuxOutput(lse, largest)
