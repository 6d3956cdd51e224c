"""Flexible attention against the same computed by hand; blocks as PyTorch 2.13 lists them."""

from __future__ import annotations

import math

import pytest

import torchish as torch
import torchish.nn.functional as F
from torchish.nn.attention import _block_mask
from torchish.nn.attention.bias import causal_lower_right, causal_upper_left
from torchish.nn.attention.flex_attention import (
    AuxRequest,
    BlockMask,
    and_masks,
    create_block_mask,
    create_mask,
    flex_attention,
    or_masks,
)


def causal(b, h, q, k):
    return q >= k


def window(b, h, q, k):
    return q - k <= 5


@pytest.fixture
def qkv():
    torch.manual_seed(0)
    return [torch.randn(2, 4, 16, 8, requires_grad=True) for _ in range(3)]


def test_without_functions_it_is_plain_attention(qkv):
    torch.testing.assert_close(flex_attention(*qkv), F.scaled_dot_product_attention(*qkv))
    torch.testing.assert_close(
        flex_attention(*qkv, scale=0.3), F.scaled_dot_product_attention(*qkv, scale=0.3)
    )


def test_scores_and_masks_by_functions(qkv):
    q, k, v = qkv
    bias = torch.randn(4, 31, requires_grad=True)
    mask = create_block_mask(and_masks(causal, window), None, None, 16, 16, "cpu", BLOCK_SIZE=4)

    def relative(score, b, h, i, j):
        return score + bias[h, i - j + 15]

    out, lse = flex_attention(q, k, v, relative, mask, return_lse=True)
    got = torch.autograd.grad(out.square().sum() + lse.sum(), [q, k, v, bias])

    at = torch.arange(16)
    apart = at[:, None] - at
    scores = q @ k.transpose(-2, -1) / math.sqrt(8) + bias[:, apart + 15]
    scores = scores.masked_fill(~((apart >= 0) & (apart <= 5)), -math.inf)
    expected = scores.softmax(-1) @ v
    torch.testing.assert_close(out, expected)
    torch.testing.assert_close(lse, scores.logsumexp(-1))
    want = torch.autograd.grad(
        expected.square().sum() + scores.logsumexp(-1).sum(), [q, k, v, bias]
    )
    torch.testing.assert_close(got, want, rtol=1e-4, atol=1e-5)


def test_queries_without_keys_give_zeros(qkv):
    nothing = create_block_mask(lambda b, h, q, k: q < 0, None, None, 16, 16, "cpu")
    out, aux = flex_attention(*qkv, block_mask=nothing, return_aux=AuxRequest(lse=True))
    assert not out.any() and bool((aux.lse == -math.inf).all())


def test_grouped_queries(qkv):
    q, k, v = qkv
    few = k[:, :2], v[:, :2]
    with pytest.raises(ValueError, match="Try setting enable_gqa=True"):
        flex_attention(q, *few)
    expected = F.scaled_dot_product_attention(q, *few, enable_gqa=True)
    torch.testing.assert_close(flex_attention(q, *few, enable_gqa=True), expected)


def test_blocks():
    mask = create_block_mask(and_masks(causal, window), None, None, 16, 16, "cpu", BLOCK_SIZE=4)
    assert mask.shape == (1, 1, 16, 16) and mask.sparsity() == 43.75
    assert mask.kv_num_blocks.tolist() == [[[1, 2, 3, 3]]]
    assert mask.kv_indices.tolist()[0][0][3] == [1, 2, 3, 0]
    assert mask.q_num_blocks.tolist() == [[[3, 3, 2, 1]]]
    assert mask.full_kv_num_blocks.tolist() == [[[0, 0, 0, 0]]]
    rows = [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [0, 1, 1, 1]]
    assert mask.to_dense().tolist() == [[rows]]
    assert "██  ██" not in str(mask) and "  ██████" in str(mask)
    again = BlockMask.from_kv_blocks(
        mask.kv_num_blocks, mask.kv_indices, BLOCK_SIZE=4, mask_mod=mask.mask_mod
    )
    assert again.to_dense().tolist() == [[rows]]
    wide = create_block_mask(or_masks(causal, lambda b, h, q, k: b == 1), 2, 4, 300, 200, "cpu")
    assert wide[1, 2].shape == (1, 1, 300, 200)
    assert wide._adjust(128, 128).kv_indices.shape == (2, 4, 1, 1)


@pytest.mark.parametrize(
    "rule, most",
    [(and_masks(causal, lambda b, h, q, k: q - k <= 64), 0.4), (causal, 0.65),
     (lambda b, h, q, k: (q < 300) & (k < 128), 0.3)],
)  # fmt: skip
def test_empty_blocks_are_left_out(rule, most):
    torch.manual_seed(0)
    q, k, v = (torch.randn(1, 2, n, 4, requires_grad=True) for n in (600, 520, 520))
    mask = create_block_mask(rule, None, None, 600, 520, "cpu", BLOCK_SIZE=32)
    torch.engine.barrier()
    parts = _block_mask.spans(mask)
    assert parts is not None and [p[:2] for p in parts][-1][1] == 600
    assert sum((b - a) * (d - c) for a, b, c, d in parts) < most * 600 * 520
    dense = BlockMask.from_kv_blocks(
        mask.kv_num_blocks, mask.kv_indices, mask.full_kv_num_blocks, mask.full_kv_indices,
        (32, 32), rule, (600, 520),
    )  # fmt: skip
    assert _block_mask.spans(dense) is None  # whose blocks need not be those of its function

    def relative(score, b, h, i, j):
        return score + 0.01 * (i - j)

    everything = AuxRequest(lse=True, max_scores=True)
    got, want = (flex_attention(q, k, v, relative, m, return_aux=everything) for m in (mask, dense))
    torch.testing.assert_close(got[0], want[0])
    torch.testing.assert_close(tuple(got[1]), tuple(want[1]))
    grads = [torch.autograd.grad(y[0].square().sum(), (q, k, v)) for y in (got, want)]
    torch.testing.assert_close(*grads, rtol=1e-4, atol=1e-5)
    assert _block_mask.spans(mask.to("cpu")) == parts and _block_mask.spans(mask[0]) is None


def test_scores_that_are_minus_infinity_make_a_mask():
    def scores(score, b, h, q, k):
        return torch.where(q >= k, score, -math.inf)

    assert torch.equal(
        create_mask(scores, None, None, 64, 64, "cpu")[0, 0], torch.ones(64, 64).tril().bool()
    )


def test_masks_made_anew_for_each_batch_are_not_a_program_each():
    _block_mask._kinds.clear()
    found = []
    for n in range(1, 9):
        mask = create_block_mask(
            lambda b, h, q, k, n=n: k < 32 * n, None, None, 600, 520, "cpu", BLOCK_SIZE=32
        )
        torch.engine.barrier()
        found.append(_block_mask.spans(mask))
    assert None not in found[: _block_mask.KINDS] and set(found[_block_mask.KINDS :]) == {None}


def test_masks_for_another_length_are_refused(qkv):
    mask = create_block_mask(causal, None, None, 32, 32, "cpu")
    with pytest.raises(ValueError, match="block_mask was created for"):
        flex_attention(*qkv, block_mask=mask)
    assert create_mask(causal, 1, 1, 2, 3, "cpu").tolist() == [
        [[[True, False, False], [True, True, False]]]
    ]


def test_named_causal_masks():
    q, k, v = (torch.randn(1, 2, n, 4) for n in (3, 5, 5))
    for named, behind in ((causal_upper_left(3, 5), 0), (causal_lower_right(3, 5), 2)):
        mask = torch.ones(3, 5, dtype=torch.bool).tril(behind)
        expected = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        torch.testing.assert_close(F.scaled_dot_product_attention(q, k, v, named), expected)
        with pytest.raises(ValueError, match="should not be used with causal=True"):
            F.scaled_dot_product_attention(q, k, v, named, is_causal=True)


def test_a_mask_and_the_causal_one():
    q, k, v = (torch.randn(1, 2, n, 4) for n in (3, 5, 5))
    behind = torch.ones(3, 5, dtype=torch.bool).tril()
    for mask, both in (
        (some := torch.randn(3, 5) > -1, some & behind),
        (added := torch.randn(2, 1, 5), added.masked_fill(~behind, -torch.inf)),
    ):
        expected = F.scaled_dot_product_attention(q, k, v, both)
        torch.testing.assert_close(
            F.scaled_dot_product_attention(q, k, v, mask, is_causal=True), expected
        )
        for given in ((q[0], k[0], v[0], mask), (q, k, v, mask, 0.5)):
            with pytest.raises(RuntimeError, match="should not be set when is_causal=True"):
                F.scaled_dot_product_attention(*given, is_causal=True)


@pytest.mark.parametrize("learns", [False, True])
@pytest.mark.parametrize(
    "query, key, value, words",
    [
        (
            (2, 4, 3, 8),
            (2, 8, 3, 8),
            (2, 8, 3, 8),
            r"tensor a \(4\) must match the size of .* \(8\)",
        ),
        (
            (2, 4, 3, 8),
            (3, 4, 3, 8),
            (3, 4, 3, 8),
            r"tensor a \(2\) must .* at non-singleton dimension 0",
        ),
        (
            (2, 4, 3, 8),
            (2, 4, 3, 8),
            (2, 8, 3, 8),
            r"tensor a \(4\) must match the size of .* \(8\)",
        ),
        ((2, 3, 8), (2, 3, 6), (2, 3, 6), r"batch2 tensor to be: \[2, 8\] but got: \[2, 6\]"),
        ((3, 8), (3, 6), (3, 6), r"shapes cannot be multiplied \(3x8 and 6x3\)"),
        ((8,), (8,), (8,), "all be  at least 2 dimensional, but got query.dim: 1 key.dim: 1"),
    ],
)
def test_attention_that_does_not_fit(query, key, value, words, learns):
    q, k, v = torch.ones(query, requires_grad=learns), torch.ones(key), torch.ones(value)
    with pytest.raises(RuntimeError, match=words):
        F.scaled_dot_product_attention(q, k, v)
