"""`docs/architecture.md` and the Notes in the code: what they name is there."""

from __future__ import annotations

import ast
import functools
import pathlib
import re
from collections import Counter

import pytest

ROOT = pathlib.Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text()
SOURCES = {path: path.read_text() for path in sorted((ROOT / "torchish").rglob("*.py"))}
READ_IN_AN_HOUR = 3100  # lines

FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
QUOTED = re.compile(r"`([^`]+)`")
PATH = re.compile(r"[\w.*-]+(/[\w.*-]+)*/?")
PLACE = re.compile(r"([\w./-]+\.py): ([\w., ]+)")
READING = re.compile(r"^\| *\d+ *\| `([^`]+)` *\| *([\d,]+) *\|", re.M)
NOTE = re.compile(r"Note\s+(?:#\s*)?\[([^\]]+)\]")
TITLE = re.compile(r'^\s*(?:#\s*)?(?:""")?Note \[([^\]]+)\]$', re.M)


def quoted(page: str) -> list[str]:
    """What stands in backticks, outside of the blocks of code."""
    return [" ".join(text.split()) for text in QUOTED.findall(FENCED.sub("", page))]


def find(name: str) -> pathlib.Path | None:
    """A file or folder, named from the repository's root, the package or its core."""
    for base in (ROOT, ROOT / "torchish", ROOT / "torchish" / "_core"):
        if "*" in name:
            found = next(base.glob(name), None)
        else:
            found = base / name if (base / name).exists() else None
        if found is not None:
            return found
    return None


@functools.cache
def names_in(path: pathlib.Path) -> frozenset[str]:
    """What a file defines at its top, and `Class.member` of its classes, attributes of `self` and
    slots included."""
    found: set[str] = set()

    def targets(node) -> list[str]:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return [node.name]
        if isinstance(node, ast.Assign):
            parts = [e for t in node.targets for e in ast.walk(t)]
            return [e.id for e in parts if isinstance(e, ast.Name)]
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            return [node.target.id]
        return []

    for node in ast.parse(path.read_text()).body:
        found.update(targets(node))
        if isinstance(node, ast.ClassDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Attribute) and ast.unparse(inner.value) == "self":
                    found.add(f"{node.name}.{inner.attr}")
                found.update(f"{node.name}.{name}" for name in targets(inner))
    return frozenset(found)


def problems(page: str) -> list[str]:
    """Files and functions that a page names and that are not there."""
    wrong = []
    for text in quoted(page):
        place = PLACE.fullmatch(text)
        name = place[1] if place else text
        if not place and not ("/" in text or text.endswith((".py", ".md", ".toml"))):
            continue
        if not PATH.fullmatch(name):
            continue  # a command, or code
        path = find(name)
        if path is None:
            wrong.append(f"{name}: no such file")
        elif place:
            wrong += [
                f"{name}: no {x}" for x in place[2].split(", ") if x.strip() not in names_in(path)
            ]
    return wrong


def commands(page: str) -> list[str]:
    """The paths that the page's commands take."""
    lines = [text for text in quoted(page) if text.startswith("python ")]
    for block in FENCED.findall(page):
        lines += [line for line in block.splitlines() if line.startswith("python ")]
    words = [word for line in lines for word in line.partition(" #")[0].split()]
    return [w.split("::")[0] for w in words if "/" in w and not w.startswith("-")]


def test_what_the_page_names_is_there():
    assert len(quoted(PAGE)) > 100
    assert not problems(PAGE), "\n".join(problems(PAGE))


@pytest.mark.parametrize(
    "text",
    [
        "`engine/nowhere.py`",
        "`engine/trace.py: record, not_there`",
        "`engine/recording.py: Recording.not_there`",
        "`tests/nowhere/`",
    ],
)
def test_what_is_not_there_is_found_out(text):
    assert problems(text)


def test_the_commands_name_files_that_are_there():
    found = commands(PAGE)
    assert len(found) > 10
    assert not [name for name in found if find(name) is None]


def test_what_a_newcomer_reads_is_short_and_counted():
    rows = READING.findall(PAGE)
    assert len(rows) > 5
    total = 0
    for name, said in rows:
        path = find(name)
        assert path is not None, name
        lines = len(path.read_text().splitlines())
        total += lines
        assert abs(lines - int(said.replace(",", ""))) <= max(20, lines // 8), f"{name}: {lines}"
    assert total <= READ_IN_AN_HOUR


def test_environment_variables_are_read_somewhere():
    named = set(re.findall(r"TORCHISH_[A-Z]+", PAGE))
    code = "".join(SOURCES.values())
    assert named
    assert not [name for name in named if name not in code]


def test_each_note_has_one_place_and_is_cited():
    titles = Counter(name for text in SOURCES.values() for name in TITLE.findall(text))
    assert [name for name, count in titles.items() if count > 1] == []
    mentions: Counter[str] = Counter()
    for text in (*SOURCES.values(), PAGE):
        mentions.update(" ".join(name.split()) for name in NOTE.findall(text))
    uncited = sorted(name for name in titles if mentions[name] < 2)
    assert not uncited, "never cited: " + ", ".join(uncited)
    unknown = sorted(set(mentions) - set(titles))
    assert not unknown, "cited, and not there: " + ", ".join(unknown)
