"""Whether the code that called the library is ready to handle an exception.

Note [Errors in a try]
A condition on values is tested with the program that computes them, so its error may come after the
statement that asked for it. Where that statement itself stands in a `try`, that is too late: there
the program runs at once. A `try` further out, around a whole training loop or the one that a test
runner has around everything, does not count: cutting programs for it would cost each loop its
speed. The compiled code says which instructions a handler covers (the exception table of CPython
3.11 and later).
"""

from __future__ import annotations

import dis
import functools
import os
import sys
from types import CodeType

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
# Frames of the package, and of the functions that it makes of the operator table.
_INSIDE = (_PACKAGE, "<")
_PUSH, _WITH = (
    dis.opmap["PUSH_EXC_INFO"],
    dis.opmap["WITH_EXCEPT_START"],
)


def handles_errors() -> bool:
    """Whether the nearest caller outside of this package is inside the body of a `try`."""
    f = sys._getframe(1)
    while f is not None and f.f_code.co_filename.startswith(_INSIDE):
        f = f.f_back
    if f is None or not f.f_code.co_exceptiontable:
        return False
    at = f.f_lasti
    return any(start <= at < end for start, end in _bodies(f.f_code))


@functools.lru_cache(maxsize=4096)
def _bodies(code: CodeType) -> tuple[tuple[int, int], ...]:
    """The stretches of instructions that an `except` or a `finally` of this code covers. A `with`
    statement is none, and neither is what the compiler adds to leave a handler."""
    handlers = {}
    out = []
    for start, end, target in _table(code.co_exceptiontable):
        if target not in handlers:
            ops = [op for op in code.co_code[target : target + 64 : 2] if op]
            handlers[target] = ops[0] == _PUSH and _WITH not in ops[1:2]
        if handlers[target]:
            out.append((start, end))
    return tuple(out)


def _table(data: bytes):
    """(start, end, target) of each entry of an exception table, as offsets of instructions: each
    number in groups of six bits, high ones first, the seventh bit saying that more follow."""
    numbers, n = [], 0
    for b in data:
        n = n << 6 | b & 63
        if not b & 64:
            numbers.append(2 * n)
            n = 0
    for i in range(0, len(numbers) - 3, 4):
        start, length, target, _ = numbers[i : i + 4]
        yield start, start + length, target


__all__ = ["handles_errors"]
