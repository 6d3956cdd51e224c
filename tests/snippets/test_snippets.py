"""Cells of PyTorch code print what they print under PyTorch."""

import json

import pytest

import torchish
from tests.snippets.run import HERE, cells, run

CELLS = cells()
EXPECTED = json.loads((HERE / "expected.json").read_text())


def test_every_cell_has_its_expected_text():
    assert set(CELLS) == set(EXPECTED), "run `python -m tests.snippets.run` with PyTorch installed"


@pytest.mark.parametrize("name", CELLS)
def test_cell(name):
    assert run(CELLS[name], torchish) == EXPECTED[name]


@pytest.mark.parametrize("name", CELLS)
def test_expected_text_is_pytorchs(name):
    torch = pytest.importorskip("torch")
    assert run(CELLS[name], torch) == EXPECTED[name]
