"""The bound on compiled programs that are kept (torchish/engine/shelf.py)."""

import pytest

import torchish as torch
from torchish.engine import shelf


@pytest.fixture
def capacity(monkeypatch):
    monkeypatch.setattr(shelf, "CAPACITY", shelf.kept() + 20)
    return shelf.CAPACITY


def test_programs_of_ever_new_shapes_stay_bounded(capacity):
    for n in range(2, 60):
        x = torch.arange(n, dtype=torch.float64)
        assert x.sin().sum().item() == pytest.approx(sum(map(float, torch.sin(x).tolist())))
        assert shelf.kept() <= capacity + 1


def test_what_is_used_stays_and_what_was_dropped_comes_back(capacity):
    steady = torch.arange(7.0)

    def step(x):
        return (x * 2 + 1).exp().sum().item()

    first = step(steady)
    results = {n: step(torch.arange(float(n)) / n) for n in range(1, 41)}
    for n in range(41, 61):
        step(torch.arange(float(n)) / n)
        torch.engine.reset_stats()
        assert step(steady) == first
        stats = torch.engine.stats()
        if n > 42:
            assert stats["programs_compiled"] + stats["operators_compiled"] == 0
    for n in range(1, 41):
        assert step(torch.arange(float(n)) / n) == results[n]
