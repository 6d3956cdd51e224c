"""Writes docs/coverage.md from results of the operator exam.

    python tests/parity/exams/op_parity.py --samples 6 --json results.json
    python docs/make_coverage.py results.json [more.json ...] > docs/coverage.md

A row is an operator variant of PyTorch's database: the checks that pass of those that were run, by
kind, and for failing ones the reason from tests/parity/known_gaps.toml. Below are the operators of
torchish's own table that the database does not name.
"""

from __future__ import annotations

import collections
import importlib
import json
import pathlib
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[1]
KINDS = ("forward", "grad", "method", "inplace", "out", "error")
UNLISTED = "not listed in known_gaps.toml"


def reasons() -> dict[str, str]:
    """The reason of each listed cell of the operator exam."""
    gaps = tomllib.loads((ROOT / "tests/parity/known_gaps.toml").read_text())["gap"]
    return {
        cell: gap["reason"] for gap in gaps if gap["exam"] == "op_parity" for cell in gap["cells"]
    }


def page(results: dict[str, str], table: list[str]) -> str:
    """The page's text, from {"operator kind dtype": "pass" or a difference} and operator names."""
    why = reasons()
    operators: dict[str, dict[str, list[str]]] = collections.defaultdict(dict)
    for cell in results:
        operator, kind, _ = cell.rsplit(" ", 2)
        operators[operator].setdefault(kind, []).append(cell)
    rows, whole = [], 0
    for operator, kinds in sorted(operators.items(), key=lambda item: item[0].lower()):
        counts, failed = [], []
        for kind in KINDS:
            cells = kinds.get(kind, [])
            bad = [c for c in cells if results[c] != "pass"]
            failed += bad
            counts.append(f"{len(cells) - len(bad)}/{len(cells)}" if cells else "")
        whole += not failed
        notes = "; ".join(dict.fromkeys(why.get(c, UNLISTED) for c in failed))
        rows.append(f"| `{operator}` | " + " | ".join(counts) + f" | {notes} |")
    passed = sum(result == "pass" for result in results.values())
    covered = {operator.split("/")[0] for operator in operators}
    rest = sorted(n for n in table if n not in covered and not n.split(".")[-1].startswith("_"))
    lines = [
        "# Operators",
        "",
        "Held against PyTorch 2.13 by its own operator database. Made by `docs/make_coverage.py`.",
        "",
        f"{whole} of {len(operators)} operator variants pass every check "
        f"({100 * whole / len(operators):.1f} %), {passed} of {len(results)} checks "
        f"({100 * passed / len(results):.1f} %). A check is an operator, a kind and a dtype.",
        "",
        "| operator | " + " | ".join(KINDS) + " | known gap |",
        "| --- |" + " ---: |" * len(KINDS) + " --- |",
        *rows,
        "",
        "Operators that the database does not name:",
        "",
        ", ".join(f"`{name}`" for name in rest) + ".",
    ]
    return "\n".join(lines) + "\n"


def operators_of_the_table() -> list[str]:
    sys.path.insert(0, str(ROOT))
    tensor = importlib.import_module("torchish._core.tensor")
    return list(tensor.attach.TABLE)


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    results: dict[str, str] = {}
    for name in sys.argv[1:]:
        results.update(json.loads(pathlib.Path(name).read_text()))
    print(page(results, operators_of_the_table()), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
