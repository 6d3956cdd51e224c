"""How many references an object has, by which memory that nobody else sees is told."""

from __future__ import annotations

import sys

__all__ = ["ONE"]


def _one() -> int:
    only = object()
    return sys.getrefcount(only)


# What `sys.getrefcount` says, on this Python, of an object with one holder, itself not counted: a
# local variable, or an attribute that is read in the call.
ONE = _one()
