"""Every operator gives PyTorch's stored results: forward, gradient and in place.

The rows are PyTorch's; `python -m tests.oracle --write ops` takes them anew from PyTorch's
database, `--write ops NAME` those of one operator.
"""

from __future__ import annotations

import collections
import pathlib
import tomllib
import warnings

import pytest

import torchish
from tests.ops import rows
from torchish._core.ops.table import TABLE

ROWS = rows.load()
REASONS = tomllib.loads(pathlib.Path(__file__).with_name("without_samples.toml").read_text())


@pytest.mark.parametrize("row", ROWS, ids=rows.title)
def test_row(row):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated functions, and what PyTorch warns of, too
        found = rows.check(torchish, row)
    assert not found, "\n".join(found)


def without_samples() -> set[str]:
    """The entries of the table that no row calls, by their first name.

    An entry whose name starts with an underscore is reached through the function without it.
    """
    called = {row["call"].removeprefix("Tensor.") for row in ROWS}
    called |= {name.rpartition(".")[2] for name in called}
    names = collections.defaultdict(list)
    for name, entry in TABLE.items():
        names[entry].append(name.removeprefix("Tensor."))
    return {
        known[0]
        for entry, known in names.items()
        if not called.intersection(known)
        and not (entry.short.startswith("_") and entry.short[1:] in called)
    }


def test_every_operator_has_samples_or_a_reason():
    assert without_samples() == set(REASONS)
    assert all(len(reason) > 20 for reason in REASONS.values())


def test_a_wrong_result_is_found():
    row = next(r for r in ROWS if r["op"] == "mul" and "grad" in r and "inplace" in r)
    assert rows.check(torchish, row) == []
    wrong = [
        {**row, "call": "add"},
        {**row, "inplace": ["add_", row["inplace"][1]]},
        {**row, "grad": row["grad"][::-1]},
        {**row, "forward": {**row["forward"], "t": "float64"}},
    ]
    assert all(rows.check(torchish, bad) for bad in wrong)
