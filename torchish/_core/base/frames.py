"""The code that called the library: where it stands, and whether it handles exceptions.

Note [Errors in a try]
A condition on values is tested with the program that computes them, so its error may come after the
statement that asked for it. Where that statement stands in a `try` that would catch it, that is too
late: there the program runs at once. Only the nearest few callers count, and only handlers of
errors, not those of KeyboardInterrupt and the like nor `finally`: cutting programs for what stands
around a whole training loop would cost each loop its speed. The compiled code says which
instructions a handler covers, and what it catches (CPython 3.11 and later).
"""

from __future__ import annotations

import dis
import functools
import os
import sys
import traceback
from importlib.util import find_spec
from types import CodeType

NEAR = 3  # callers outside of the package that are looked at

# Where torchish's own files are: frames of other files are a program's.
PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep
_JAX = tuple(p + os.sep for p in find_spec("jax").submodule_search_locations or ())
# JAX calls operators when it traces them.
_INSIDE = (PACKAGE, *_JAX)
# Exceptions that checks raise, and what catches them; an unknown name may be an alias of one.
_OTHERS = {"KeyboardInterrupt", "SystemExit", "StopIteration", "GeneratorExit", "ImportError"}
_OTHERS |= {"ModuleNotFoundError", "AttributeError", "KeyError", "NameError", "OSError", "EOFError"}


def user_frames() -> list[traceback.FrameSummary]:
    """The callers outside of this package and of JAX, the outermost first."""
    inside = (*_INSIDE, "<frozen ")
    return [f for f in traceback.extract_stack() if not f.filename.startswith(inside)]


def user_level() -> int:
    """What `stacklevel` the caller gives `warnings.warn` to point at the nearest line outside of
    this package and of JAX."""
    f, level = sys._getframe(1), 1
    while f.f_back is not None and f.f_code.co_filename.startswith(_INSIDE):
        f, level = f.f_back, level + 1
    return level


def tries(calls: int = NEAR) -> list[tuple[CodeType, int]]:
    """The `try` statements that catch errors and in whose bodies the nearest callers outside of
    this package are, so many of them: the code, and where in it the handler begins."""
    f, found = sys._getframe(1), []
    for _ in range(calls):
        while f is not None and f.f_code.co_filename.startswith(PACKAGE):
            f = f.f_back
        if f is None:
            break
        if f.f_code.co_exceptiontable:
            at = f.f_lasti
            found += [(f.f_code, by) for start, end, by in _bodies(f.f_code) if start <= at < end]
        f = f.f_back
    return found


@functools.lru_cache(maxsize=4096)
def _bodies(code: CodeType) -> tuple[tuple[int, int, int], ...]:
    """The stretches of instructions that an `except` of this code covers which catches errors, each
    with where that handler begins."""
    listed = list(dis.get_instructions(code))
    place = {i.offset: k for k, i in enumerate(listed)}
    table = list(_table(code.co_exceptiontable))

    def catching(target: int | None) -> int | None:
        # The end of a `with`, a `finally` and an `except` of other classes raise again: what covers
        # them has the next word.
        while target is not None:
            handler = listed[place[target] :]
            if _catches(handler):
                return target
            again = next((i.offset for i in handler if i.opname == "RERAISE"), -1)
            outer = [t for start, end, t in table if start <= again < end and t > target]
            target = outer[0] if outer else None
        return None

    found = ((start, end, catching(target)) for start, end, target in table)
    return tuple([(start, end, by) for start, end, by in found if by is not None])


def _catches(handler: list[dis.Instruction]) -> bool:
    """Whether a handler, by its instructions, catches errors that checks raise."""
    steps = [i for i in handler[:200] if i.opname not in ("CACHE", "NOP")]
    if len(steps) < 2 or steps[0].opname != "PUSH_EXC_INFO":
        return False
    if steps[1].opname == "POP_TOP":
        return True  # a bare `except`
    names: list[str] = []
    for i in steps[1:]:
        if i.opname.startswith("LOAD_"):
            names.append(str(i.argval))
        elif i.opname == "CHECK_EXC_MATCH":
            if not names or names[-1] not in _OTHERS:
                return True
        elif i.opname == "RERAISE":
            return False
        elif i.opname not in ("BUILD_TUPLE", "PRECALL"):
            names = []
    return False


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


__all__ = ["tries", "user_level"]
