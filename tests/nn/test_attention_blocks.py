"""Attention by blocks of keys against all scores at once, and where which is taken."""

from __future__ import annotations

import math
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import torchish as torch
from torchish._core.base import devices
from torchish._core.engine import runners
from torchish._core.ops.nn import attention, attention_blocks

INF = math.inf


def drawn(*shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).standard_normal(shape), jnp.float32)


def masks(kind, lead, heads, length, keys):
    """A mask under which some rows attend to nothing."""
    rng = np.random.default_rng(9)
    if kind == "bool":
        mask = rng.random((*lead, 1, length, keys)) > 0.5
        mask[..., 7, :] = False
    elif kind == "added":
        mask = rng.standard_normal((length, keys)).astype(np.float32)
        mask[mask > 1] = -INF
        mask[5] = -INF
    elif kind == "padding":
        mask = np.arange(keys) < np.array([keys - 30, 3])[:, None, None, None]
    elif kind == "rows":
        mask = rng.standard_normal((*lead, heads, length, 1)).astype(np.float32)
    else:
        return None
    return jnp.asarray(mask)


def plain(query, key, value, mask, causal, scale):
    weights = attention._weights(query, key, mask, causal, scale, True)
    return jnp.matmul(weights, attention._heads(value, query, True))


CASES = [
    # heads of queries and of keys, causal, mask, batch
    (4, 2, True, "bool", (2,)),
    (4, 1, False, "rows", (2,)),
    (2, 2, False, "padding", (2,)),
    (None, None, True, "added", ()),
]


@pytest.mark.parametrize("heads, shared, causal, kind, lead", CASES)
def test_values_and_derivatives(heads, shared, causal, kind, lead, monkeypatch):
    monkeypatch.setattr(attention_blocks, "SHORTEST", 24)  # several parts under a causal mask
    length, keys, scale = 75, 83, 0.4
    of = [(*lead, n, s, e) if n else (s, e) for n, s, e in
          ((heads, length, 8), (shared, keys, 8), (shared, keys, 5))]  # fmt: skip
    operands = [drawn(*shape, seed=i) for i, shape in enumerate(of)]
    mask = masks(kind, lead, heads, length, keys)
    assert attention_blocks.takes(*operands, mask)
    learns = mask is not None and mask.dtype != bool
    given = (*operands, mask) if learns else tuple(operands)

    def everything(form):
        def loss(*given):
            out = form(*given, *(() if learns else (mask,)), causal, scale)
            return jnp.sum(jnp.sin(3 * out)), out

        return jax.jit(jax.grad(loss, tuple(range(len(given))), has_aux=True))(*given)

    want = everything(plain)
    got = everything(lambda *a: attention_blocks.attend(*a, 16))
    assert all(jnp.isfinite(x).all() for x in jax.tree.leaves(got))
    for a, b in zip(jax.tree.leaves(got), jax.tree.leaves(want), strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-4, atol=3e-5)


def test_second_derivatives_batches_and_forward_mode():
    q, k, v = (drawn(2, n, 4, seed=i) for i, n in enumerate((20, 37, 37)))

    def made(form):
        def penalty(q):
            grad = jax.grad(lambda q: jnp.sum(jnp.sin(form(q, k, v, None, True, 0.5))))(q)
            return jnp.sum(grad**2)

        def moved(q):
            along = (v[:, :20], q[:, 1:2] + 0 * k, k)
            return jax.jvp(lambda *a: form(*a, None, True, 0.5), (q, k, v), along)[1]

        many = jax.vmap(lambda q: form(q, k, v, None, True, 0.5))
        return jax.jit(lambda q: (jax.grad(penalty)(q), many(jnp.stack([q, 2 * q])), moved(q)))(q)

    want, got = made(plain), made(lambda *a: attention_blocks.attend(*a, 8))
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


def test_what_has_no_blocks():
    q, k = drawn(2, 4, 6, 8), drawn(2, 3, 6, 8)
    assert not attention_blocks.takes(q, k, k, None)  # three heads for four
    assert not attention_blocks.takes(q, q, q[:1], None)
    assert not attention_blocks.takes(q, q, q, drawn(3, 1, 6, 6))
    assert not attention_blocks.takes(q, q, q, drawn(1, 2, 4, 6, 6))
    assert attention_blocks.takes(q, q, q, drawn(6, 6))


def largest(text):
    """The largest number of elements of an array in a lowered text."""
    sizes = re.findall(r"tensor<((?:\d+x)+)\w+>", text)
    return max(math.prod(map(int, s.strip("x").split("x"))) for s in sizes)


@pytest.mark.parametrize("platform", ["cpu", "cuda", "tpu"])
@pytest.mark.parametrize("options", [{}, {"is_causal": True}, {"mask": True, "is_causal": True}])
def test_no_array_has_all_scores(platform, options):
    heads, length, size = 2, 2048, 16
    shape = jax.ShapeDtypeStruct((1, heads, length, size), jnp.float32)
    padding = jax.ShapeDtypeStruct((1, 1, 1, length), jnp.bool_)
    given = [shape] * 3 + ([padding] if options.get("mask") else [])
    causal = options.get("is_causal", False)

    def loss(q, k, v, mask=None):
        fn = attention.scaled_dot_product_attention.fn
        return jnp.sum(fn(q, k, v, mask, causal, None, False))

    with devices.tracing(platform):
        made = jax.jit(lambda *a: jax.value_and_grad(loss, (0, 1, 2))(*a)).trace(*given)
        text = made.lower(lowering_platforms=(platform,)).as_text()
    assert length * size * heads <= largest(text) <= heads * length * length // 4, largest(text)


@pytest.mark.parametrize("host", [True, False])
@pytest.mark.parametrize("heads", [4, 2])
def test_through_the_library(heads, host, monkeypatch):
    """Long ones, on the host and compiled, are what a softmax of all scores gives."""
    monkeypatch.setattr(runners, "ENABLED", host)
    torch.manual_seed(0)
    q = torch.randn(1, 4, 800, 8, requires_grad=True)
    k, v = (torch.randn(1, heads, 800, 8, requires_grad=True) for _ in range(2))
    mask = torch.rand(800, 800) > 0.3
    mask[3] = False
    wide = [x.repeat_interleave(4 // heads, 1) for x in (k, v)]
    scores = (q @ wide[0].mT / 8**0.5).masked_fill(~mask, -1e30)
    want = (scores.softmax(-1) @ wide[1]) * mask.any(-1)[:, None]
    got = torch.nn.functional.scaled_dot_product_attention(q, k, v, mask, enable_gqa=heads != 4)
    torch.testing.assert_close(got, want, rtol=1e-4, atol=1e-5)
    assert not got[0, :, 3].any()
    ct = torch.randn_like(want)
    grads = [torch.autograd.grad(y, (q, k, v), ct) for y in (got, want)]
    torch.testing.assert_close(*grads, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("mask", [None, torch.bool, torch.float32])
def test_attention_to_no_keys_gives_zeros(mask):
    q = torch.ones(2, 3, 4, requires_grad=True)
    k, v = torch.ones(2, 0, 4), torch.ones(2, 0, 5)
    mask = None if mask is None else torch.ones(3, 0, dtype=mask)
    out = torch.nn.functional.scaled_dot_product_attention(q, k, v, mask)
    out.sum().backward()
    assert out.shape == (2, 3, 5) and not out.any() and not q.grad.any()
