"""Questions about symbolic sizes: every size here is an int, and every condition has its value.

https://docs.pytorch.org/docs/stable/fx.experimental.html
"""

from __future__ import annotations

from typing import Any

from torchish import _absent

__all__ = [
    "free_symbols",
    "free_unbacked_symbols",
    "guard_bool",
    "guard_float",
    "guard_int",
    "guard_or_false",
    "guard_or_true",
    "guard_size_oblivious",
    "has_free_symbols",
    "has_free_unbacked_symbols",
    "hint_int",
    "is_concrete_bool",
    "is_concrete_int",
    "statically_known_false",
    "statically_known_true",
    "sym_and",
    "sym_eq",
    "sym_or",
]


def guard_or_false(a: Any) -> bool:
    """The condition's value."""
    return bool(a)


guard_or_true = guard_size_oblivious = guard_bool = statically_known_true = guard_or_false


def statically_known_false(x: Any) -> bool:
    """Whether the condition is false."""
    return not x


def guard_int(a: Any) -> int:
    """The number."""
    return int(a)


def guard_float(a: Any) -> float:
    """The number."""
    return float(a)


def hint_int(a: Any, fallback: int | None = None) -> int:
    """The number."""
    return int(a)


def is_concrete_int(a: Any) -> bool:
    """True: none is symbolic."""
    return True


is_concrete_bool = is_concrete_int


def free_symbols(val: Any) -> set:
    """None are symbolic."""
    return set()


free_unbacked_symbols = free_symbols


def has_free_symbols(val: Any) -> bool:
    """False: none is symbolic."""
    return False


has_free_unbacked_symbols = has_free_symbols


def sym_and(x: Any, *others: Any) -> bool:
    """Whether all hold."""
    return all((x, *others))


def sym_or(x: Any, *others: Any) -> bool:
    """Whether one holds."""
    return any((x, *others))


def sym_eq(x: Any, y: Any) -> bool:
    """Whether two sizes, or tuples of sizes, are equal."""
    return x == y


class GuardOnDataDependentSymNode(RuntimeError):
    """A branch, or a size, that depends on data which is not known while a program is exported."""


class ConstraintViolationError(RuntimeError):
    """A size that an exported program can not have."""


__getattr__ = _absent.attributes(__name__)
