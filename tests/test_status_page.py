"""docs/status.md says of each public name of PyTorch how far it goes here."""

from __future__ import annotations

import importlib
import importlib.util
import pathlib
import re

import pytest

import torchish

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "status.md").read_text()
SECTIONS = {
    head: body for head, body in re.findall(r"^## (torch\S*)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
}
LISTS = re.compile(r"^(Complete|Refused|Missing): (.*)$", re.M)
PARTIAL = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.M)


def names(section: str) -> dict[str, list[str]]:
    found = {kind: re.findall(r"`(\w+)`", listed) for kind, listed in LISTS.findall(section)}
    return {**found, "Partial": [n for n, _ in PARTIAL.findall(section)]}


def home(module: str):
    if module == "torch.Tensor":
        return torchish.Tensor
    return importlib.import_module("torchish" + module.removeprefix("torch"))


def test_the_page_names_the_namespaces():
    assert {"torch", "torch.Tensor", "torch.nn", "torch.nn.functional"} <= set(SECTIONS)
    assert len(names(SECTIONS["torch.nn"])["Complete"]) > 150


@pytest.mark.parametrize("module", SECTIONS)
def test_what_the_page_says_is_so(module):
    listed = names(SECTIONS[module])
    there = home(module)
    for kind in ("Complete", "Partial", "Refused"):
        gone = [n for n in listed.get(kind, ()) if not hasattr(there, n)]
        assert not gone, f"{kind}, and not there: {gone}"
    made = [n for n in listed.get("Missing", ()) if hasattr(there, n)]
    assert not made, f"missing, and there (run docs/make_status.py): {made}"


def test_partial_names_say_what_is_missing():
    rows = [row for section in SECTIONS.values() for row in PARTIAL.findall(section)]
    assert len(rows) > 20
    assert all(text.strip() for _, text in rows)


def test_counts_are_those_of_the_lists():
    for module, *counts in re.findall(
        r"^\| `(torch\S*)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.M
    ):
        listed = names(SECTIONS[module])
        kinds = ("Complete", "Partial", "Refused", "Missing")
        assert [len(listed.get(k, ())) for k in kinds] == [int(c) for c in counts], module


def test_the_script_reads_refusals_off_source():
    spec = importlib.util.spec_from_file_location("make_status", ROOT / "docs" / "make_status.py")
    pytest.importorskip("torch")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    only = "def f(x):\n    '''Not there.'''\n    raise NotImplementedError('torch.f')\n"
    assert script.refusals(only) == (["torch.f"], True)
    some = "def f(x, y):\n    if y:\n        raise NotImplementedError(f'f(): {y}')\n    return x\n"
    assert script.refusals(some) == (["f(): …"], False)
    assert script.refusals("def f(x):\n    return x\n") == ([], False)
