"""Common mistakes raise PyTorch's exceptions, in its words."""

from __future__ import annotations

import json
import pathlib

import pytest

import torchish
from tests.tensor.mistakes import MISTAKES, words

REFERENCE = pathlib.Path(__file__).parents[1] / "reference" / "mistakes.json"
STORED = json.loads(REFERENCE.read_text())


@pytest.mark.parametrize("name", MISTAKES)
def test_words(name):
    assert words(torchish, name) == STORED[name]


@pytest.mark.oracle
def test_the_stored_words_are_pytorchs():
    torch = pytest.importorskip("torch")
    assert {name: words(torch, name) for name in MISTAKES} == STORED
