"""Writes docs/index_of_names.md: where each public name is written.

    python docs/make_index.py

A name leads to the file and the function or class that it is; an operator's to the pure function of
its row in the table. Lines are not given, since they move with every change: search for the name.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import torchish
from torchish._core.ops.table import TABLE
from torchish._core.tensor.public import owned_by_table, written

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / "docs" / "index_of_names.md"
SPACES = [
    "torch",
    "torch.Tensor",
    "torch.linalg",
    "torch.special",
    "torch.fft",
    "torch.nn",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.nn.parameter",
    "torch.nn.utils",
    "torch.nn.utils.rnn",
    "torch.nn.utils.parametrizations",
    "torch.nn.utils.parametrize",
    "torch.nn.utils.prune",
    "torch.nn.attention",
    "torch.optim",
    "torch.optim.lr_scheduler",
    "torch.optim.swa_utils",
    "torch.autograd",
    "torch.autograd.functional",
    "torch.autograd.graph",
    "torch.func",
    "torch.utils.data",
    "torch.utils.checkpoint",
    "torch.utils.dlpack",
    "torch.distributions",
    "torch.sparse",
    "torch.random",
    "torch.amp",
    "torch.signal.windows",
    "torch.masked",
    "torch.serialization",
    "torch.testing",
    "torch.fx",
    "torch.library",
    "torch.multiprocessing",
]
OPERATORS = "torchish._core.ops."
HEAD = """# Where each name is written

Written by `docs/make_index.py` from the registry of public names (Note [One registry]). Files are
named from `torchish/`. An operator leads to its row in the table: its public function, method,
in-place method and `out=` are made of that.
"""


def members(space: str) -> Iterator[tuple[str, Any]]:
    """The public names of a namespace that are written in this package."""
    if space == "torch.Tensor":
        found = vars(torchish.Tensor)
    else:
        module = importlib.import_module("torchish" + space.removeprefix("torch"))
        found = vars(module)
    for name in sorted(found, key=lambda n: (n.lower(), n)):
        if not name.startswith("_") and not inspect.ismodule(found[name]):
            yield name, found[name]


def source(what: Any) -> Any:
    """The class or the plain function behind wrappers, properties and bound methods."""
    if isinstance(what, property):
        what = what.fget
    if isinstance(what, staticmethod | classmethod):
        what = what.__func__
    return inspect.unwrap(getattr(what, "__func__", what))


def place(space: str, name: str, what: Any) -> str | None:
    """`file: function`, or None for what is not written in this package as a function or class."""
    entry = f"{space.removeprefix('torch').removeprefix('.')}.{name}".removeprefix(".")
    if owned_by_table(entry):
        op = TABLE.get(entry.removeprefix("Tensor.")) or TABLE.get(entry)
        op = op or TABLE.get(entry.removeprefix("Tensor.").removesuffix("_"))
        if op is not None:
            what = op.fn
    else:
        what = written(entry) or what
    what = source(what)
    if inspect.isclass(what):
        module, qualname = what.__module__, what.__qualname__
        loaded = sys.modules.get(module)
        file = getattr(loaded, "__file__", None)
    elif inspect.isfunction(what):
        if what.__code__.co_filename.endswith(">"):  # the checks of its arguments, before it
            what = source(what.__globals__.get("_f", what))
        file, qualname = what.__code__.co_filename, what.__code__.co_qualname
        module = sys.modules.get(what.__module__)
        home = getattr(module, "__file__", file)
        if home != file and what.__module__.startswith(OPERATORS):  # a row of a table
            file, qualname = home, f'the row "{name.removesuffix("_")}"'
    else:
        return None
    path = pathlib.Path(file) if file else None
    package = ROOT / "torchish"
    if path is None or not path.is_relative_to(package):
        return None
    return f"`{path.relative_to(package).as_posix()}`: {qualname.partition('.<locals>')[0]}"


def page() -> str:
    parts = [HEAD]
    for space in SPACES:
        rows = [
            f"| `{name}` | {where} |"
            for name, what in members(space)
            if (where := place(space, name, what))
        ]
        parts.append(f"\n## {space}\n\n| name | file: function or class |\n| --- | --- |\n")
        parts.append("\n".join(rows) + "\n")
    return "".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    if not parser.parse_args().check:
        PAGE.write_text(page())
    elif PAGE.read_text() != page():
        sys.exit(f"{PAGE.name} is not current: run python docs/make_index.py")


if __name__ == "__main__":
    main()
