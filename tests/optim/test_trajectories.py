"""Optimizers and schedules do and say what PyTorch's do."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

import torchish
from tests.optim.trajectories import cases, number, texts

REFERENCE = pathlib.Path(__file__).parents[1] / "reference" / "optim.json"
EXPECTED = json.loads(REFERENCE.read_text())


@pytest.fixture(scope="module")
def found_texts():
    return texts(torchish)


@pytest.mark.parametrize("name", cases())
def test_numbers(name):
    np.testing.assert_allclose(number(torchish, name), EXPECTED["numbers"][name], 1e-9, 1e-12)


@pytest.mark.parametrize("name", sorted(EXPECTED["texts"]))
def test_texts(found_texts, name):
    assert found_texts[name] == EXPECTED["texts"][name]


@pytest.mark.oracle
def test_expectations_are_pytorchs():
    torch = pytest.importorskip("torch")
    for name in cases():
        np.testing.assert_allclose(number(torch, name), EXPECTED["numbers"][name], 1e-12, 1e-14)
    assert texts(torch) == EXPECTED["texts"]
