"""Modules, their utilities and initial values give PyTorch's numbers for a seed."""

from __future__ import annotations

import json
import math
import pathlib

import numpy as np
import pytest

import torchish
from tests.nn.numbers import SCENARIOS, collect

REFERENCE = pathlib.Path(__file__).parents[1] / "reference" / "nn_numbers.json"
EXPECTED = json.loads(REFERENCE.read_text())


def compare(found, expected):
    assert set(found) == set(expected)
    for name, want in expected.items():
        got = found[name]
        if isinstance(want, str):
            assert got == want, name
            continue
        assert got[:2] == want[:2], f"{name}: dtype and shape {got[:2]} instead of {want[:2]}"
        values = [
            np.array([math.nan if x is None else x for x in v[2]], float) for v in (got, want)
        ]
        np.testing.assert_allclose(*values, rtol=2e-5, atol=2e-6, err_msg=name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_numbers(name):
    compare(collect(torchish, SCENARIOS[name]), EXPECTED[name])


@pytest.mark.oracle
@pytest.mark.parametrize("name", SCENARIOS)
def test_expected_numbers_are_pytorchs(name):
    torch = pytest.importorskip("torch")
    pytest.importorskip("torch.nn.utils.prune")
    compare(collect(torch, SCENARIOS[name]), EXPECTED[name])
