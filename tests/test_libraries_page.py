"""docs/libraries.md is what its generator writes, and each page has all its parts."""

from __future__ import annotations

import importlib.util
import json
import pathlib

from tests.libraries.harness import HERE, MEASURED, PAGES

ROOT = pathlib.Path(__file__).parents[1]


def test_the_page_is_generated():
    spec = importlib.util.spec_from_file_location(
        "make_libraries", ROOT / "docs" / "make_libraries.py"
    )
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    assert (ROOT / "docs" / "libraries.md").read_text() == generator.text()


def test_each_page_is_listed_and_has_its_reference():
    assert {p.stem for p in (HERE / "pages").glob("*.py")} == set(PAGES)
    assert {p.stem for p in (HERE / "reference").glob("*.json")} == set(PAGES)
    assert set(json.loads(MEASURED.read_text())) == set(PAGES)


def test_results_are_within_what_a_page_allows():
    for name, row in json.loads(MEASURED.read_text()).items():
        assert row["apart"] <= PAGES[name].within, name
