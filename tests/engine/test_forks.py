"""Forked children of a process that has run XLA compute in NumPy, or raise; they never wait."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

from tests.oracle import near

ROOT = pathlib.Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")


def said(case, **environment):
    ran = subprocess.run(
        [sys.executable, "-m", "tests.engine.forked", case],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    "case", ["values", "pools", "leaving", "threads", "grandchildren", "operators", "fresh"]
)
def test_children_say_what_the_parent_says(case):
    found, expected = said(case)
    assert found == expected


def test_nothing_is_compiled_in_children_where_all_else_is():
    found, expected = said("operators", TORCHISH_HOST="off")
    for name, want in expected.items():
        near(name, found[name], want, rtol=1e-4)


def test_children_train():
    (found, status), (expected, _) = said("training")
    assert status == 3
    assert found == pytest.approx(expected, rel=1e-3)


def test_what_has_no_form_in_numpy_raises():
    for name, (text, status) in said("refusals").items():
        assert status == 3, name
        assert text.startswith("RuntimeError: Cannot run XLA in a forked subprocess"), (name, text)
        assert "'spawn'" in text and "\n" not in text
