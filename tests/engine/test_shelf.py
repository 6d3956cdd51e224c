"""The bound on compiled programs that are kept (torchish/_core/engine/shelf.py)."""

import jax
import jax.numpy as jnp
import pytest

import torchish as torch
from torchish._core.engine import policy, runners, shelf


@pytest.fixture(autouse=True)
def everything_compiled(monkeypatch):
    """Also what is new."""
    monkeypatch.setattr(runners, "ENABLED", False)
    monkeypatch.setattr(policy, "compile_elsewhere", lambda facts: (facts.operators > 1, "all are"))


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


def test_programs_of_many_mappings_are_dropped_before_there_are_too_many(monkeypatch):
    if not shelf.MAPPINGS:
        pytest.skip("this system does not tell its memory mappings")
    limit = shelf._mappings() + 600
    monkeypatch.setattr(shelf, "MAPPINGS", limit)
    monkeypatch.setattr(shelf, "_room", 0)
    for n in range(2, 32):  # some 40 mappings each
        x = torch.rand(n, n, dtype=torch.float64, requires_grad=True)
        (x @ x).softmax(0).cumsum(1).sum().backward()
        x.grad.sum().item()
    assert shelf._mappings() < limit + 200


def test_a_long_compilation_gives_its_memory_back(monkeypatch):
    given = []
    monkeypatch.setattr(shelf.memory, "give_back", lambda: given.append(1))
    f = jax.jit(lambda x: x + 1)
    shelf.Program(f, 1).prepare([jnp.ones(3)])
    assert not given
    monkeypatch.setattr(shelf, "LONG", 0.0)
    shelf.Program(f, 1).prepare([jnp.ones(4)])
    assert given
