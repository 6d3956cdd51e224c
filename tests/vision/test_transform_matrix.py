"""Transforms × arguments × kinds of input: against stored numbers, and against torchvision."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

import torchish
from tests.vision import transform_cases as table

pytest.importorskip("PIL")
REFERENCE = pathlib.Path(__file__).parents[1] / "reference" / "transforms.json"
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def mine():
    return table.Library(torchish, "torchish.vision")


@pytest.fixture(scope="module")
def stored():
    return json.loads(REFERENCE.read_text())


def test_every_case_is_stored(stored):
    assert sorted(stored) == sorted(table.CASES)


@pytest.mark.parametrize("case", table.CASES)
def test_stored(mine, stored, case):
    digest, moments = table.summary(case, table.results(mine, case))
    want_digest, want_moments = stored[case]
    assert digest == want_digest
    slack = 0.1 if table.CASES[case][1] in table.INTERPOLATED else 1e-4
    np.testing.assert_allclose(moments, want_moments, rtol=1e-4, atol=slack)


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
