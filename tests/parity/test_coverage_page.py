"""docs/coverage.md names every operator of the table."""

import importlib.util
import json
import pathlib

ROOT = pathlib.Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("make_coverage", ROOT / "docs" / "make_coverage.py")
make_coverage = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_coverage)


def test_the_page_names_every_operator():
    text = (ROOT / "docs" / "coverage.md").read_text()
    names = [n for n in make_coverage.operators_of_the_table() if n.split(".")[-1][0] != "_"]
    missing = [n for n in names if f"`{n}`" not in text and f"`{n}/" not in text]
    assert not missing, "run docs/make_coverage.py again"


def test_a_page_of_few_results(tmp_path):
    results = {"add forward float32": "pass", "add grad float64": "differs", "sub out x": "pass"}
    text = make_coverage.page(json.loads(json.dumps(results)), ["add", "mul", "_private"])
    assert "1 of 2 operator variants" in text and "2 of 3 checks" in text
    assert "| `add` | 1/1 | 0/1 |  |  |  |  | not listed in known_gaps.toml |" in text
    assert text.endswith("`mul`.\n")
