"""Sums have the same bits, whichever tier adds them
(torchish/_core/ops/reductions/sums.py, Note [Sums of the same bits])."""

from __future__ import annotations

import numpy as np
import pytest

import torchish as torch
from torchish import engine
from torchish._core.engine import policy

SHAPES = [((7,), None), ((33,), 0), ((1000,), 0), ((50, 3), 0), ((3000, 2), 0), ((40, 300), 1)]
SHAPES += [((64, 64), None), ((20, 30, 40), (0, 2)), ((100_000,), None)]
SUMS = {
    "sum": lambda x, dim: x.sum(dim),
    "mean": lambda x, dim: x.mean(dim, keepdim=True),
    "nansum": lambda x, dim: torch.nansum(x, dim),
    "nanmean": lambda x, dim: torch.nanmean(x, dim),
}


@pytest.fixture(autouse=True)
def compiled(monkeypatch):
    """What is new runs in NumPy, and what comes back is compiled at once."""
    monkeypatch.setattr(policy, "price", lambda facts: (-1.0, "as the test says"))


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16", "complex64"])
@pytest.mark.parametrize("name", SUMS)
def test_sums_in_numpy_and_compiled(name, dtype):
    if name.startswith("nan") and dtype == "complex64":
        pytest.skip("of real numbers")
    generator = np.random.default_rng(0)
    for shape, dim in SHAPES if dtype == "float32" else SHAPES[2::3]:
        a = generator.standard_normal(shape) * 10 ** generator.uniform(-2, 2, shape)
        x = torch.tensor(a).to(getattr(torch, dtype))
        found = []
        engine.barrier()
        engine.reset_stats()
        for _ in range(3):
            # Beside others, with which the compiler would add them in another order.
            y = SUMS[name](x, dim)
            z = (x.abs() * 3).sum(dim)
            engine.barrier()
            found.append((y.tolist(), z.shape))
        assert engine.stats()["programs_compiled"] >= 1
        assert all(f == found[0] for f in found), (shape, dim)


def test_k_means_comes_to_rest():
    torch.manual_seed(0)
    x = torch.cat([torch.randn(400, 2) * 2 + 9 * k for k in range(3)])
    centers, moved = x[[0, 500, 1000]].clone(), []
    while len(moved) < 60 and 0 not in moved[:-3]:
        nearest = ((x[:, None] - centers) ** 2).sum(-1).argmin(1)
        new = torch.stack([x[nearest == k].mean(0) for k in range(3)])
        moved.append((new - centers).abs().max().item())
        centers = new
    assert moved[-4:] == [0] * 4 and len(moved) < 40  # at rest, on whichever tier
