"""Whether somebody on the call stack is ready to handle an exception.

Note [Errors in a try]
A condition on values is tested with the program that computes them, so its error may come after the
statement that asked for it. Where a `try` is active that was written to catch it, that is too late:
there the program runs at once. The compiled code says which instructions a handler covers (the
exception table of CPython 3.11 and later).
"""

from __future__ import annotations

import dis
import functools
import os
import sys
from types import CodeType

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_PUSH, _WITH = (
    dis.opmap["PUSH_EXC_INFO"],
    dis.opmap["WITH_EXCEPT_START"],
)


def handles_errors() -> bool:
    """Whether a caller outside of this package is inside the body of a `try`."""
    f = sys._getframe(1)
    while f is not None:
        code = f.f_code
        if code.co_exceptiontable and not code.co_filename.startswith(_PACKAGE):
            at = f.f_lasti
            for start, end in _bodies(code):
                if start <= at < end:
                    return True
        f = f.f_back
    return False


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
