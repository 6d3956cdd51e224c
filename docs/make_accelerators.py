"""Writes the lists of docs/accelerators.md anew, from the table of operators.

python docs/make_accelerators.py
"""

from __future__ import annotations

import pathlib
import re

import torchish
from torchish._core.ops.table import TABLE

PAGE = pathlib.Path(__file__).with_name("accelerators.md")
MARKS = "<!-- {} -->\n{}<!-- end -->"


def lists() -> dict[str, str]:
    """The page's generated parts by name."""
    assert torchish.__version__
    entries = sorted({entry.name: entry for entry in TABLE.values()}.items())
    hosted = [
        f"| `{name}` | {', '.join(entry.host_on)} |\n" for name, entry in entries if entry.host_on
    ]
    dynamic = [f"`{name}`" for name, entry in entries if entry.dynamic]
    return {
        "without a program": "\n| operator | on |\n| --- | --- |\n" + "".join(hosted) + "\n",
        "shapes": "\n" + ", ".join(dynamic) + "\n\n",
    }


def page(text: str) -> str:
    """The page with its generated parts made anew."""
    for name, made in lists().items():
        pattern = re.escape(f"<!-- {name} -->\n") + ".*?" + re.escape("<!-- end -->")
        found = re.findall(pattern, text, re.S)
        if len(found) != 1:
            raise ValueError(f"the page has no place for {name!r}")
        text = text.replace(found[0], MARKS.format(name, made))
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
