"""The notebooks run, and give what is stored in them."""

from __future__ import annotations

import importlib.util
import json
import pathlib

import pytest

from tests.docs import pages

pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
pytest.importorskip("matplotlib")

ROOT = pathlib.Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))


def runner():
    """docs/make_notebooks.py, a script."""
    spec = importlib.util.spec_from_file_location("make_notebooks", ROOT / "docs/make_notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shown(cell) -> list[str]:
    """What a cell has put out: words, and that there is a picture or a table."""
    out = []
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        kinds = sorted(k for k in data if k != "text/plain")
        words = output.get("text") or data.get("text/plain") or ""
        out.append(" ".join(kinds) or (words if isinstance(words, str) else "".join(words)))
    return out


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
@pytest.mark.filterwarnings("default")  # those of Jupyter, which has its own loop of events
def test_a_notebook_gives_what_it_shows(path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    stored = json.loads(path.read_text())["cells"]
    for old, new in zip(stored, runner().executed(path).cells, strict=True):
        if "varies" in old["metadata"].get("tags", ()):  # sampled by a trained net, or timed
            continue
        before, now = shown(old), shown(new)
        assert len(before) == len(now), now
        for a, b in zip(before, now, strict=True):
            assert pages.same(a, b), f"{b}\nand not\n{a}"


def test_notebooks_are_small():
    assert len(NOTEBOOKS) == 7
    assert sum(p.stat().st_size for p in NOTEBOOKS) < 400_000
    for path in NOTEBOOKS:
        text = path.read_text()
        assert '"output_type": "error"' not in text and " at 0x" not in text, path.name
