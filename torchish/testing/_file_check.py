"""`torch.testing.FileCheck`: whether texts come in a text in a given order, as LLVM's FileCheck
asks. Tests of printed graphs are written with it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

__all__ = ["FileCheck"]


class _Check(NamedTuple):
    kind: str
    text: str
    count: int = 1
    exactly: bool = False


class FileCheck:
    """Checks that are put one after the other, and then made of a text by `run`.

    Each one looks at what comes after the place where the last one found its text.
    """

    def __init__(self) -> None:
        self._checks: list[_Check] = []

    def _add(self, *check: Any) -> FileCheck:
        self._checks.append(_Check(*check))
        return self

    def check(self, text: str) -> FileCheck:
        """The text comes."""
        return self._add("CHECK", text)

    def check_same(self, text: str) -> FileCheck:
        """The text comes on the same line as the last one."""
        return self._add("CHECK-SAME", text)

    def check_next(self, text: str) -> FileCheck:
        """The text comes on the line after the last one's."""
        return self._add("CHECK-NEXT", text)

    def check_count(self, text: str, count: int, exactly: bool = False) -> FileCheck:
        """The text comes so many times, with `exactly` no more."""
        return self._add("CHECK-COUNT", text, count, exactly)

    def check_dag(self, text: str) -> FileCheck:
        """The text comes, in any order with other `check_dag` beside it."""
        return self._add("CHECK-DAG", text)

    def check_not(self, text: str) -> FileCheck:
        """The text does not come before the next check's."""
        return self._add("CHECK-NOT", text)

    def check_regex(self, text: str) -> FileCheck:
        """What a regular expression describes comes."""
        return self._add("CHECK-REGEX", text)

    def check_source_highlighted(self, text: str) -> FileCheck:
        """NotImplementedError: no error here underlines source code."""
        raise NotImplementedError("FileCheck.check_source_highlighted")

    def run(self, text: Any) -> None:
        """RuntimeError for the first check that a text, or the text of an object, fails."""
        text, at, i = str(text), 0, 0
        absent: list[_Check] = []
        while i < len(self._checks):
            check = self._checks[i]
            i += 1
            if check.kind == "CHECK-NOT":
                absent.append(check)
                continue
            start = at
            if check.kind == "CHECK-DAG":
                together = [check]
                while i < len(self._checks) and self._checks[i].kind == "CHECK-DAG":
                    together.append(self._checks[i])
                    i += 1
                found = [_find(text, start, c) for c in together]
                first, at = min(a for a, _ in found), max(b for _, b in found)
            else:
                first, at = _find(text, start, check)
                _same_line(text, start, first, check)
                for _ in range(check.count - 1):
                    at = _find(text, at, check)[1]
                if check.exactly and check.text in text[at:]:
                    raise _failed(f'Expected to not find "{check.text}" but found it', check)
            _none(text[start:first], absent)
            absent = []
        _none(text[at:], absent)


def _failed(words: str, check: _Check) -> RuntimeError:
    return RuntimeError(f"{words}\nFrom {check.kind}: {check.text}\n")


def _find(text: str, at: int, check: _Check) -> tuple[int, int]:
    if check.kind == "CHECK-REGEX":
        found = re.compile(check.text).search(text, at)
        if found is not None:
            return found.span()
    else:
        first = text.find(check.text, at)
        if first >= 0:
            return first, first + len(check.text)
    raise _failed(
        f'Expected to find "{check.text}" but did not find it\nSearched string:\n{text[at:]}', check
    )


def _same_line(text: str, start: int, first: int, check: _Check) -> None:
    """RuntimeError unless as many lines begin between two places as the check wants."""
    lines = text.count("\n", start, first)
    if check.kind == "CHECK-SAME" and lines:
        raise _failed('Expected to not find "\\n" but found it', check)
    if check.kind == "CHECK-NEXT" and lines != 1:
        raise _failed(f'Expected to find "{check.text}" on the next line', check)


def _none(text: str, absent: list[_Check]) -> None:
    for check in absent:
        if check.text in text:
            raise _failed(f'Expected to not find "{check.text}" but found it', check)
