"""Transforms × arguments × kinds of input, against torchvision; tests/oracle.py stores sums."""

from __future__ import annotations

import numpy as np
import pytest

import torchish
from tests.vision import transform_cases as table

pytest.importorskip("PIL")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def mine():
    return table.Library(torchish, "torchish.vision")


@pytest.mark.oracle
@pytest.mark.parametrize("case", table.CASES)
def test_as_torchvision(torchvision, mine, case):
    torch = pytest.importorskip("torch")
    theirs = table.results(table.Library(torch, torchvision.__name__), case)
    interpolated = table.CASES[case][1] in table.INTERPOLATED
    for kind, parts in table.results(mine, case).items():
        want = theirs[kind]
        if isinstance(want, Exception) or isinstance(parts, Exception):
            assert type(parts) is type(want), (kind, parts, want)
            continue
        assert [what for what, _ in parts] == [what for what, _ in want], kind
        for (what, a), (_, b) in zip(parts, want, strict=True):
            if not isinstance(b, np.ndarray):
                assert a == b, kind
                continue
            assert (a.shape, a.dtype) == (b.shape, b.dtype), (kind, what)
            far = np.abs(a.astype(np.float64) - b.astype(np.float64)).max(initial=0.0)
            assert far <= table.tolerance(b, interpolated), (kind, what, far)
