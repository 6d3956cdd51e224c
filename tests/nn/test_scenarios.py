"""Modules say and do what PyTorch's do."""

from __future__ import annotations

import json
import pathlib

import pytest

import torchish
from tests.nn.scenarios import collect

EXPECTED = json.loads(
    (pathlib.Path(__file__).parents[1] / "reference" / "modules.json").read_text()
)
# Sets print in an order of their own, and what an operator is called is each library's matter.
LOOSE = {"layers c2", "layers c4", "parameters unin3", "parameters unin4"}


@pytest.fixture(scope="module")
def recorded():
    return collect(torchish)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_scenario(recorded, name):
    if name in LOOSE:
        assert recorded[name].split()[:4] == EXPECTED[name].split()[:4]
    else:
        assert recorded[name] == EXPECTED[name]


def test_nothing_else_is_recorded(recorded):
    assert set(recorded) == set(EXPECTED)


def test_expected_texts_are_pytorchs():
    torch = pytest.importorskip("torch")
    found = collect(torch)
    assert {k: v for k, v in found.items() if k not in LOOSE} == {
        k: v for k, v in EXPECTED.items() if k not in LOOSE
    }
