"""What a parameter of an operator is, as its annotation says; `table.py` has their meaning."""

from __future__ import annotations

__all__ = [
    "Array",
    "MaybeArray",
    "ArrayOrNumber",
    "Operand",
    "Arrays",
    "Raw",
    "MaybeRaw",
    "Raws",
    "Number",
    "Bound",
    "Shape",
]


class Array: ...


class MaybeArray(Array): ...


class ArrayOrNumber(MaybeArray): ...


class Operand(Array): ...


class Arrays(Array): ...


class Raw: ...


class MaybeRaw(Raw): ...


class Raws(Raw): ...


class Number: ...


class Bound(Number): ...


class Shape: ...
