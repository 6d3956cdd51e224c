"""The same seed gives the same run as PyTorch: 200 losses of LeNet agree to 1e-4."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

import torchish
from tests.same_run import STEPS, VARIANTS, losses

STORED = json.loads(
    pathlib.Path(__file__).with_name("reference").joinpath("losses.json").read_text()
)
TOLERANCE = 1e-4  # relative


@pytest.mark.parametrize("variant", VARIANTS)
def test_losses_are_pytorchs_stored_ones(variant):
    ours, theirs = losses(torchish, **VARIANTS[variant]), STORED[variant]
    assert len(ours) == len(theirs) == STEPS
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE)


@pytest.mark.parametrize("variant", VARIANTS)
def test_losses_are_pytorchs(variant):
    torch = pytest.importorskip("torch")
    steps = 60
    ours = losses(torchish, **VARIANTS[variant], steps=steps)
    theirs = losses(torch, **VARIANTS[variant], steps=steps)
    np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE)
    # What is stored is what PyTorch gives, on this machine too.
    np.testing.assert_allclose(theirs, STORED[variant][:steps], rtol=TOLERANCE)


def test_the_runs_differ_and_learn():
    """Else the comparison would say little."""
    runs = [STORED[variant] for variant in VARIANTS]
    assert all(np.mean(run[-20:]) < 0.95 * np.mean(run[:20]) for run in runs)
    assert len({run[-1] for run in runs}) == len(runs)
