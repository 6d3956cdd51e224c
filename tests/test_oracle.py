"""All cases of oracle.py: against PyTorch's stored results, and those against PyTorch."""

from __future__ import annotations

import pytest

from tests import oracle

PARTS = [
    pytest.param(name, part, id=f"{name}-{part}")
    for name, case in oracle.CASES.items()
    if not case.only_pytorch
    for part in oracle.stored(name)
]


@pytest.mark.parametrize(("name", "part"), PARTS)
def test_stored(name, part):
    for module in oracle.CASES[name].needs:
        pytest.importorskip(module)
    oracle.check(name, "torchish", part)


@pytest.mark.parametrize("name", [n for n, c in oracle.CASES.items() if not c.only_pytorch])
def test_every_part_is_stored(name):
    for module in oracle.CASES[name].needs:
        pytest.importorskip(module)
    assert set(oracle.parts(name, "torchish")) == set(oracle.stored(name))


# Records of random inputs are not held against PyTorch here: their last bits are the processor's.
# test_generator.py and test_repr.py make new ones with an installed PyTorch instead.
@pytest.mark.oracle
@pytest.mark.parametrize("name", [n for n, c in oracle.CASES.items() if not c.only_pytorch])
def test_what_is_stored_is_pytorchs(name):
    pytest.importorskip("torch")
    case = oracle.CASES[name]
    for module in (*case.needs, *case.needs_of_pytorch):
        pytest.importorskip(module)
    assert set(oracle.parts(name, "torch")) == set(oracle.stored(name))
    for part in oracle.stored(name):
        if name == "losses":  # PyTorch itself drifts from them late, on another processor
            got, want = oracle.result(name, "torch", part), oracle.stored(name)[part]
            oracle.near(part, got[:150], want[:150], 1e-4)
            oracle.near(part, got, want, 2e-2)
        else:
            oracle.check(name, "torch", part)


def test_every_reference_has_a_case():
    files = {p.stem for p in oracle.REFERENCE.glob("*.json")}
    assert files == set(oracle.CASES)
    others = {p.name for p in oracle.REFERENCE.iterdir() if p.suffix not in (".json", "")}
    assert others == {"checkpoint.pt", "checkpoint_legacy.pt"} | {
        f"resume_{rule}.pt" for rule in oracle.stored("resume")
    }


def test_a_difference_is_found():
    with pytest.raises(AssertionError, match=r"x\[1\]: 2.1 != 2.0"):
        oracle.near("x", [1.0, 2.1], [1.0, 2.0], 1e-3)
    for got, want in ((1, True), ("a", "b"), ([1], [1, 2]), ({"a": 1}, {"b": 1}), (None, 1.0)):
        with pytest.raises(AssertionError):
            oracle.near("x", got, want)
    oracle.near("x", {"a": [float("nan"), 2.0, 3]}, {"a": [float("nan"), 2.0 + 1e-9, 3]}, 1e-6)


def test_the_training_runs_differ_and_learn():
    """Else a comparison of their losses would say little."""
    runs = list(oracle.stored("losses").values())
    assert all(sum(run[-20:]) < 0.95 * sum(run[:20]) for run in runs)
    assert len({run[-1] for run in runs}) == len(runs)
    for name in ("char_lstm", "gpt", "vae"):
        run = oracle.stored("examples")[name]
        assert sum(run[-10:]) < 0.9 * sum(run[:10]), name
