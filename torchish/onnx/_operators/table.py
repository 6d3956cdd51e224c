"""The table of translations: Note [Translations]."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["TABLE", "translation"]

# By the operator's name, for all its overloads, or by name and overload.
TABLE: dict[str, Callable] = {}


def translation(*names: str) -> Callable[[Callable], Callable]:
    """Enter a function under operators' names."""

    def entered(f: Callable) -> Callable:
        for name in names:
            TABLE[name] = f
        return f

    return entered
