"""Values that an operation can not take: it raises as PyTorch does, or gives what PyTorch gives.

Numbers beyond a dtype, integers divided by zero, matrices with NaN, probabilities below zero, sizes
and places that do not exist. The expressions stand in the stored file with PyTorch's outcomes.
"""

from __future__ import annotations

import json
import pathlib
import warnings

import numpy as np
import pytest

import torchish

REFERENCE = pathlib.Path(__file__).parents[1] / "reference" / "refusals.json"
STORED = json.loads(REFERENCE.read_text())


def outcome(torch, expression: str) -> str:
    """The result as nested lists, or the exception's class and first line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = eval(expression, {"t": torch, "np": np})
            result = result[0] if isinstance(result, tuple) else result
            return str(result.tolist() if hasattr(result, "tolist") else result)
    except Exception as e:
        return f"{type(e).__name__}: {e}".split("\n")[0]


@pytest.mark.parametrize("expression", STORED)
def test_outcome(expression):
    assert outcome(torchish, expression) == STORED[expression]


@pytest.mark.parametrize("kind", ["uint8", "int8", "int16", "int32", "int64", "bool"])
@pytest.mark.parametrize("number", [255, 256, -300, 2**40])
def test_a_true_quotient_keeps_the_number(kind, number):
    """A number that the tensor's dtype can not hold divides as a float."""
    x = torchish.ones(2, dtype=getattr(torchish, kind))
    for quotient in (x / number, torchish.true_divide(x, number), torchish.div(x, number)):
        assert quotient.tolist() == [np.float32(1) / np.float32(number)] * 2
    assert (number / x).tolist() == [np.float32(number)] * 2


def test_zero_among_divisors_raises_with_the_line():
    x, y = torchish.tensor([4, 6]), torchish.tensor([2, 1])
    y = y - 1  # not at hand any more
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        print(x // y)
    assert (x // (y + 1)).tolist() == [2, 6]


@pytest.mark.oracle
def test_the_stored_outcomes_are_pytorchs():
    torch = pytest.importorskip("torch")
    assert {e: outcome(torch, e) for e in STORED} == STORED
