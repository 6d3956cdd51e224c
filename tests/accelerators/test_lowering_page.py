"""docs/accelerators.md lists what runs on the host; forms ask one module for the device."""

from __future__ import annotations

import importlib.util
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_page_lists_what_the_table_says():
    spec = importlib.util.spec_from_file_location("pages", ROOT / "docs" / "make_accelerators.py")
    assert spec is not None and spec.loader is not None
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    text = pages.PAGE.read_text()
    assert "`linalg.eig` | tpu" in text and "`nonzero`" in text
    assert pages.page(text) == text, "run docs/make_accelerators.py"


def test_one_module_asks_jax_for_its_default_backend():
    asking = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "torchish").rglob("*.py")
        if re.search(r"\bjax\.(default_backend|devices|local_devices)\(", path.read_text())
    ]
    assert asking == ["torchish/_core/base/devices.py"]
