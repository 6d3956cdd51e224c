"""Examples of public functions and methods, and what callers may pass: the ends of their
docstrings.

Note [Examples]
Most public functions are rows of the operator table, which has a line for each. What else a reader
of `help` wants, shapes, errors and an example that runs, stands in the text files beside this one,
a section for each function under its public name, and is joined to the docstring by the import:
reading and joining them all takes two milliseconds. `docs/make_stubs.py` writes the joined
docstrings for editors. Functions and classes that have a file of their own have their examples
there. Each example is run by tests/docs/test_doctests.py, with PyTorch too where it is installed:
both must print what stands here.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

__all__ = ["join", "sections"]

FOLDER = pathlib.Path(__file__).parent


def sections() -> Iterator[tuple[str, str]]:
    """(public name below `torch`, text) of all."""
    for file in sorted(FOLDER.glob("*.txt")):
        for part in ("\n" + file.read_text("utf-8")).split("\n## ")[1:]:
            name, _, text = part.partition("\n")
            yield name, text.strip("\n")


def _found(spaces: Mapping[str, Mapping[str, Any]], package: Mapping[str, Any], name: str) -> Any:
    """What has a public name, as far as it is loaded."""
    home, _, short = name.rpartition(".")
    found = spaces.get(home, {}).get(short)
    if found is not None:
        return found
    at: Any = package
    for part in name.split("."):
        at = at.get(part) if isinstance(at, Mapping) else vars(at).get(part)
        if at is None:
            return None
        if not isinstance(at, ModuleType | type):
            return at
    return at


def join(spaces: Mapping[str, Mapping[str, Any]], package: Mapping[str, Any]) -> None:
    """Give each function that is loaded its section. KeyError for a name that nothing has."""
    for name, text in sections():
        found = _found(spaces, package, name)
        if found is None:
            raise KeyError(f"torchish/_examples has a section for {name}, which is not there")
        doc = found.__doc__ or ""
        last = doc.rstrip().rpartition("\n")[2] if "\n" in doc else ""
        margin = last[: len(last) - len(last.lstrip())]
        end = f"\n\n{text}".replace("\n", "\n" + margin)
        found.__doc__ = f"{doc.rstrip()}{end}\n{margin}"
