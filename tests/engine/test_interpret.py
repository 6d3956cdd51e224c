"""Programs of ever new shapes run in NumPy, with the results of compiled ones."""

from __future__ import annotations

import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import torchish as torch
from torchish import engine, nn
from torchish._core.engine import runners
from torchish._core.engine.interpreter import interpret
from torchish._core.engine.interpreter.rules import Unsupported
from torchish.nn import functional as F


def compiled() -> int:
    s = engine.stats()
    return int(s["programs_compiled"] + s["operators_compiled"])


class Block(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.mlp = nn.Sequential(nn.Linear(width, 16), nn.GELU(), nn.Linear(16, width))

    def forward(self, x):
        q, k, v = self.qkv(self.norm(x)).chunk(3, dim=-1)
        x = x + F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return x + self.mlp(x)


class Model(nn.Module):
    def __init__(self, chars=11, length=24, width=8):
        super().__init__()
        self.tokens, self.places = nn.Embedding(chars, width), nn.Embedding(length, width)
        self.block, self.head = Block(width), nn.Linear(width, chars)

    def forward(self, x):
        places = torch.arange(x.shape[1])
        return self.head(self.block(self.tokens(x) + self.places(places)))


@torch.no_grad()
def write(model, x, count):
    for _ in range(count):
        logits = model(x[:, -24:])[:, -1]
        least = logits.topk(5).values[:, -1:]
        logits[logits < least] = -math.inf
        x = torch.cat([x, torch.multinomial(logits.softmax(-1), 1)], dim=1)
    return x


def test_a_text_that_grows_compiles_a_handful():
    torch.manual_seed(0)
    model, x = Model().eval(), torch.randint(11, (1, 3))
    engine.barrier()
    engine.reset_stats()
    write(model, x, 40)
    assert compiled() <= 1, engine.stats()


def test_a_text_that_grows_is_the_compiled_ones(monkeypatch):
    torch.manual_seed(0)
    model, x = Model().eval(), torch.randint(11, (1, 3))
    torch.manual_seed(1)
    by_numpy = write(model, x, 30).tolist()
    monkeypatch.setattr(runners, "ENABLED", False)
    torch.manual_seed(1)
    assert write(model, x, 30).tolist() == by_numpy


def test_batches_of_ever_new_lengths_train_alike(monkeypatch):
    def run():
        torch.manual_seed(0)
        model = Model()
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        losses = []
        for n in range(4, 16):
            x = torch.randint(11, (2, n))
            loss = F.cross_entropy(model(x)[:, :-1].flatten(0, 1), x[:, 1:].flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    by_numpy = run()
    monkeypatch.setattr(runners, "ENABLED", False)
    np.testing.assert_allclose(by_numpy, run(), 1e-5)


def test_what_comes_back_is_compiled():
    w = torch.randn(5, 5)
    counts = []
    for _, n in itertools.product(range(12), range(30, 36)):
        (torch.tanh(torch.ones(n, 5) @ w) * 2).sum().item()
        counts.append(compiled())
    assert counts[-1] == counts[-7]


def test_results_own_their_memory():
    x = torch.arange(6.0)
    y = x.reshape(2, 3) + 0
    a, b = y * 1, y.t().contiguous()
    assert x.sum().item() == 15
    a.mul_(2)
    x.add_(1)
    assert y.tolist() == [[0, 1, 2], [3, 4, 5]] and b.tolist() == [[0, 3], [1, 4], [2, 5]]


def test_errors_of_indices_are_raised():
    with pytest.raises(IndexError):
        torch.arange(3.0)[torch.tensor([7])]


# --- the rules, against XLA

KEY = np.random.default_rng(0)
A = KEY.standard_normal((3, 4)).astype(np.float32)
B = KEY.standard_normal((4, 5)).astype(np.float32)
N = KEY.integers(-5, 5, (3, 4))
ODD = np.array([np.nan, np.inf, -np.inf, -0.0, 0.0, 1.5, -2.5, 3e9, -3e9, 1e30], np.float32)
PLACES = np.array([[0, 2], [1, 9], [-1, 3]])

CASES = {
    "products": lambda: (lambda a, b: (a @ b, jnp.einsum("ij,jk->ki", a, b)), A, B),
    "batches": lambda: (
        lambda a: jnp.einsum(
            "bij,bkj->bik", a[:, :, None] * a[:, None], a[:, None] + 1 * a[:, :, None]
        ),
        A,
    ),
    "odd floats": lambda: (
        lambda x: (jnp.sign(x), jnp.round(x), jnp.floor(x), jnp.exp(x), jnp.log1p(x), x % 2, x**3),
        ODD,
    ),
    "odd to ints": lambda: (lambda x: (x.astype(int), x.astype("int32"), x.astype(bool)), ODD),
    "extremes": lambda: (
        lambda x: (
            jnp.max(x),
            jnp.min(x),
            jnp.maximum(x, 0),
            jnp.argmax(x),
            jnp.argmin(x),
            jnp.clip(x, -1, 1),
        ),
        ODD,
    ),
    "sorting": lambda: (lambda x: (jnp.sort(x), jnp.argsort(x), lax.top_k(x, 3)), ODD),
    "running": lambda: (
        lambda a: (
            jnp.cumsum(a, 1),
            lax.cumsum(a, 0, reverse=True),
            lax.cummax(a, 1),
            jnp.cumprod(a, 0),
        ),
        A,
    ),
    "ints": lambda: (
        lambda n: (
            n.sum(),
            n.sum(0),
            jnp.prod(n, 1),
            n & 3,
            ~n,
            n.astype("int8") * 100,
            abs(n),
            n**2,
        ),
        N,
    ),
    "bools": lambda: (
        lambda n: ((n > 0).any(0), (n > 0).all(), (n > 0) ^ (n < 2), (n > 0).sum()),
        N,
    ),
    "pads": lambda: (
        lambda a: (
            lax.pad(a, np.float32(7), [(1, 2, 0), (0, 1, 2)]),
            lax.pad(a, np.float32(0), [(-1, 0, 1), (2, -3, 0)]),
            lax.pad(a, np.float32(0), [(-2, 4, 2), (-1, -2, 1)]),
            lax.pad(a, np.float32(0), [(-3, 5, 0), (0, 0, 0)]),
        ),
        A,
    ),
    "slices": lambda: (
        lambda a, i: (
            a[::2, 1:3],
            lax.dynamic_slice(a, (i, 7), (2, 2)),
            a.at[i, 1:].set(5),
            jnp.flip(a),
        ),
        A,
        np.int64(2),
    ),
    "gathers": lambda: (
        lambda a, i: (
            a[i % 3],
            a.at[i].get(mode="fill", fill_value=-1),
            a.at[i].get(mode="clip"),
            jnp.take_along_axis(a, i[:, :1] % 4, 1),
            a[i % 3, 1],
            a[1:, i % 4],
            jnp.take(a, i, axis=1),
        ),
        A,
        PLACES,
    ),
    "scatters": lambda: (
        lambda a, i: (
            a.at[i % 3].add(1),
            a.at[:, i % 4].set(jnp.arange(18.0, dtype="float32").reshape(3, 3, 2)),
            a.at[i].add(2, mode="drop"),
            a.at[i[:, 0], i[:, 1] % 4].mul(3, mode="drop"),
            a.at[i % 3, 1].max(0.5),
            jax.vmap(lambda row, j: row.at[j % 4].add(row[0]))(a, i),
        ),
        A,
        PLACES,
    ),
    "loops": lambda: (
        lambda a: (
            lax.scan(lambda c, x: (c * 0.5 + x, c.sum()), a[0], a),
            lax.scan(lambda c, x: (c + x, c), a[0], a, reverse=True),
            lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, s[1] * 2), (0, a)),
            lax.cond(a[0, 0] > 0, lambda x: x + 1, lambda x: x - 1, a),
        ),
        A,
    ),
    "gradients": lambda: (
        jax.grad(lambda a: (jax.nn.softmax(jnp.tanh(a) @ B) * jax.nn.gelu(a @ B)).sum()),
        A,
    ),
    "complex": lambda: (
        lambda a: (a * 1j + 1, (a + 1j).real, jnp.conj(a - 1j)),
        A,
    ),
    "joining": lambda: (
        lambda a: (
            jnp.concatenate([a, a + 1], 1),
            jnp.stack([a, a]),
            jnp.split(a, 2, 1),
            jnp.tile(a, (2, 1)),
        ),
        A,
    ),
    "empty": lambda: (lambda a: (a[:0].sum(), a[:0].max(0, initial=-1.0), a[:, :0] @ a[:0, :1]), A),
    "convolutions": lambda: (
        lambda x, w: (
            lax.conv_general_dilated(x, w, (1, 2), [(1, 2), (0, 1)]),
            lax.conv_general_dilated(x, w, (1, 1), [(1, 1), (2, 0)], (2, 1), (1, 2)),
            lax.conv_general_dilated(x, w[:, :2], (2, 1), [(-1, 3), (0, 0)], feature_group_count=2),
            jax.grad(lambda v: (lax.conv(x, v, (2, 1), "SAME") ** 2).sum())(w),
            jax.grad(lambda v: (lax.conv(v, w, (2, 2), "VALID") ** 2).sum())(x),
        ),
        KEY.standard_normal((2, 4, 7, 6)).astype(np.float32),
        KEY.standard_normal((6, 4, 3, 2)).astype(np.float32),
    ),
    "transforms": lambda: (
        lambda a: (jnp.fft.fft2(a), jnp.fft.rfft(a, 5), jnp.fft.irfft(a * 1j), jnp.fft.ifft(a)),
        A,
    ),
    "bits": lambda: (lambda a: lax.bitcast_convert_type(a.T, "int32") + 1, A),
    "choices": lambda: (
        lambda a, n: (jnp.where(n > 0, a, -a), lax.select_n(n % 3, a, a + 1, a + 2)),
        A,
        N.astype(np.int32),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_rules(name):
    f, *args = CASES[name]()
    closed = jax.make_jaxpr(f)(*args)
    with np.errstate(all="ignore"):
        ours = interpret.Steps(closed)([np.asarray(a) for a in args])
    theirs = jax.tree.leaves(jax.jit(f)(*args))
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        assert a.dtype == b.dtype and a.shape == b.shape
        sizes = np.abs(np.asarray(b, complex))
        largest = sizes[np.isfinite(sizes)].max(initial=1.0)  # sums cancel from about this
        np.testing.assert_allclose(a, b, 2e-6, 1e-6 * largest)


@pytest.mark.parametrize(
    "f, args",
    [
        (lambda x: x.astype("bfloat16") * 2, (A,)),
        (lambda x: lax.reduce_precision(x, 5, 10), (A,)),
        (lambda x: lax.linalg.householder_product(x, x[0]), (A[:3, :3],)),
    ],
)
def test_what_numpy_does_otherwise_is_compiled(f, args):
    with pytest.raises(Unsupported):
        interpret.Steps(jax.make_jaxpr(f)(*args))
