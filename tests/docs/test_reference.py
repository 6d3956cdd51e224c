"""The pages that are made for the site: every public name has an entry with its status."""

from __future__ import annotations

import importlib
import re

from docs.building import notebooks, reference
from tests.docs.test_pages import ROOT

STATUSES = reference.statuses((ROOT / "docs" / "status.md").read_text())
MADE = dict(reference.pages())


def test_every_name_has_an_entry():
    assert len(STATUSES) > 60
    for module, names in STATUSES.items():
        page = MADE[f"api/{module}.md"]
        for name in (*names.complete, *names.partial):
            assert f"{{ #{module}.{name} }}" in page, (module, name)
        for name in (*names.refused, *names.missing):
            assert f"`{name}`" in page, (module, name)
        kinds = re.findall(r'<p class="status (\w+)">', page)
        assert kinds.count("partial") == len(names.partial)
        assert kinds.count("complete") == len(names.complete)


def test_the_modules_that_pytorch_has_not():
    for path in reference.OWN:
        page = MADE[f"api/own/{path}.md"]
        listed = getattr(importlib.import_module(path), "__all__", ())
        if path not in reference.OWN_NAMES:
            assert all(f"{{ #{path}.{name} }}" in page for name in listed), path
        assert page.count("###") >= 1, path


def test_nothing_changes_from_build_to_build():
    assert not any(re.search(r" at 0x[0-9a-f]+", page) for page in MADE.values())


def test_docstrings_become_html():
    def documented(x):
        """What it gives, of `x` < 3; see https://example.org/a.

        x     a number
        more  another one

        >>> documented(1)
        <1>
        """

    html = reference.docstring(documented)
    assert "<code>x</code> &lt; 3" in html and '<a href="https://example.org/a">' in html
    assert '<pre class="words">x     a number\nmore  another one</pre>' in html
    assert '<pre class="example"><code>' in html and "&lt;1&gt;" in html
    assert reference.docstring(3) == ""


def test_signatures():
    def annotated(a: int, b: str = "x", *, c=None) -> float: ...

    assert reference.signature("f", annotated) == "f(a: int, b: str = 'x', *, c=None) -> float"
    assert reference.signature("constant", 3) == "constant"


def test_a_notebook_becomes_a_page():
    cells = [
        {"cell_type": "markdown", "source": ["# A title\n", "\n", "It says."]},
        {
            "cell_type": "code",
            "source": "print(1)",
            "outputs": [
                {"output_type": "stream", "text": ["1\n"]},
                {"output_type": "display_data", "data": {"image/png": "aGVsbG8="}},
                {"output_type": "execute_result", "data": {"text/plain": "3"}},
            ],
        },
    ]
    text, pictures = notebooks.page("n", {"cells": cells})
    assert pictures == {"n-1.png": b"hello"}
    fence = "```"
    assert f"{fence}python\nprint(1)\n{fence}\n\n{fence}text\n1\n{fence}" in text
    assert "(n-1.png)" in text and text.rstrip().endswith(f"{fence}text\n3\n{fence}")
