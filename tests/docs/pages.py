"""Runs what a page of the documentation shows: its ```python blocks, in order, in one namespace.

A ```text block behind one is what it prints, or the error that it ends with; numbers may differ
in their last digits, a line `...` stands for any lines, and in a line for any words.
`<!-- not run: why -->` before a block leaves it out, `<!-- needs: module -->` where that module is
not installed. Run as a script, it runs one page and says what differs:

    python tests/docs/pages.py docs/jax.md
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import io
import linecache
import pathlib
import re
import sys
import traceback
from collections.abc import Iterator
from typing import Any

FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", re.M | re.S)
NOT_RUN = re.compile(r"<!-- not run: [^>]+ -->\s*$")
NEEDS = re.compile(r"<!-- needs: (\w+) -->\s*$")
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")
RTOL = 2e-3


@dataclasses.dataclass
class Block:
    line: int  # of the page, where the source begins
    source: str
    expected: str | None  # what it prints


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a page that are run."""
    fences = list(FENCE.finditer(text))
    for i, fence in enumerate(fences):
        indent, language, source = fence.groups()
        if language != "python" or NOT_RUN.search(text[: fence.start()]):
            continue
        needed = NEEDS.search(text[: fence.start()])
        if needed and importlib.util.find_spec(needed[1]) is None:
            continue
        expected = None
        if i + 1 < len(fences) and fences[i + 1][2] == "text":
            if not text[fence.end() : fences[i + 1].start()].strip():
                expected = re.sub(rf"^{indent}", "", fences[i + 1][3], flags=re.M)
        line = text.count("\n", 0, fence.start(3)) + 1
        yield Block(line, re.sub(rf"^{indent}", "", source, flags=re.M), expected)


def same_line(a: str, b: str) -> bool:
    """Equal but for the last digits of numbers with a point, and what `...` stands for."""
    if "..." in a:
        return re.fullmatch(".*".join(map(re.escape, a.split("..."))), b) is not None
    if NUMBER.sub("#", a) != NUMBER.sub("#", b):
        return False
    for x, y in zip(NUMBER.findall(a), NUMBER.findall(b)):
        unit = 10.0 ** -len(x.partition("e")[0].partition(".")[2])  # of the last digit shown
        if x != y and (
            "." not in x or abs(float(x) - float(y)) > max(1.5 * unit, RTOL * abs(float(y)))
        ):
            return False
    return True


def same(expected: str, printed: str) -> bool:
    """Whether a page's text is what was printed; a line `...` stands for any number of lines."""
    wanted, found = (
        [line.rstrip() for line in words.strip().splitlines()] for words in (expected, printed)
    )

    def fits(i: int, j: int) -> bool:
        if i == len(wanted):
            return j == len(found)
        if wanted[i] == "...":
            return any(fits(i + 1, k) for k in range(j, len(found) + 1))
        return j < len(found) and same_line(wanted[i], found[j]) and fits(i + 1, j + 1)

    return fits(0, 0)


class Caught:
    """A context that keeps the error which ends it. It is no `try`: where a program waits in one,
    some errors come earlier."""

    error: BaseException | None = None

    def __enter__(self) -> Caught:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, frames: Any) -> bool:
        self.error = error
        return isinstance(error, Exception)


def run(block: Block, names: dict[str, Any], page: str) -> tuple[str, BaseException | None]:
    """What a block prints, its error included where that is expected, and the error."""
    title = f"{page}:{block.line}"
    # Tracebacks, and errors that name the program's line, find the source by this.
    linecache.cache[title] = (len(block.source), None, block.source.splitlines(True), title)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), Caught() as caught:
        exec(compile(block.source, title, "exec"), names)
    said = "" if caught.error is None else f"{type(caught.error).__name__}: {caught.error}"
    return printed.getvalue() + said, caught.error


def differences(page: pathlib.Path) -> list[str]:
    """What of a page is not as it says."""
    names: dict[str, Any] = {"__name__": "__main__"}
    out = []
    for block in blocks(page.read_text()):
        printed, error = run(block, names, page.name)
        if error is not None and block.expected is None:
            said = "".join(traceback.format_exception(error))
            out.append(f"{page.name}, line {block.line}:\n{said}")
            break
        if block.expected is not None and not same(block.expected, printed):
            out.append(
                f"{page.name}, line {block.line} prints\n{printed}\nand not\n{block.expected}"
            )
    return out


if __name__ == "__main__":
    found = differences(pathlib.Path(sys.argv[1]).resolve())
    print("\n".join(found))
    sys.exit(1 if found else 0)
