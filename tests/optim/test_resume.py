"""A run that is stopped and resumed, in this library or the other, continues with the same
losses."""

from __future__ import annotations

import numpy as np
import pytest

import torchish
from tests import oracle
from tests.optim.resuming import HALF, RULES, Run

LOSSES = oracle.stored("resume")
TOLERANCE = 2e-5  # relative


@pytest.mark.parametrize("name", RULES)
def test_pytorchs_checkpoint_goes_on_here(name):
    run = Run(torchish, name)
    run.load(oracle.REFERENCE / f"resume_{name}.pt")
    np.testing.assert_allclose(run.steps(HALF), LOSSES[name][HALF:], TOLERANCE)


@pytest.mark.parametrize("name", RULES)
def test_a_checkpoint_goes_on_here(name, tmp_path):
    run = Run(torchish, name)
    np.testing.assert_allclose(run.steps(HALF), LOSSES[name][:HALF], TOLERANCE)
    run.save(tmp_path / "half.pt")
    other = Run(torchish, name)
    other.load(tmp_path / "half.pt")
    assert other.steps(HALF) == pytest.approx(run.steps(HALF), rel=1e-6)


@pytest.mark.oracle
@pytest.mark.parametrize("name", RULES)
def test_a_checkpoint_goes_on_in_pytorch(name, tmp_path):
    torch = pytest.importorskip("torch")
    run = Run(torchish, name)
    run.steps(HALF)
    run.save(tmp_path / "half.pt")
    other = Run(torch, name)
    other.load(tmp_path / "half.pt")
    losses = other.steps(HALF)
    np.testing.assert_allclose(losses, run.steps(HALF), TOLERANCE)
    np.testing.assert_allclose(losses, LOSSES[name][HALF:], TOLERANCE)
