"""What a failed comparison says: how many elements differ, where the greatest differences are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["by_bits", "of_arrays", "of_scalars"]

Identifier = str | Callable[[str], str] | None


def _head(default: str, identifier: Identifier, relation: str) -> str:
    """`identifier` names what was compared, or makes a name of the default one."""
    name = identifier(default) if callable(identifier) else identifier or default
    return f"{name} are not {relation}!"


def of_scalars(actual, expected, *, rtol: float, atol: float, identifier: Identifier = None) -> str:
    """The text for two numbers that differ."""
    equal = rtol == 0 and atol == 0
    difference = abs(actual - expected)
    relative = difference / abs(expected) if expected != 0 else float("inf")
    lines = [
        _head("Scalars", identifier, "equal" if equal else "close"),
        "",
        f"Expected {expected} but got {actual}.",
        f"Absolute difference: {difference}" + ("" if equal else f" (up to {atol} allowed)"),
        f"Relative difference: {relative}" + ("" if equal else f" (up to {rtol} allowed)"),
    ]
    return "\n".join(lines)


def _count(close: np.ndarray) -> str:
    wrong, total = int((~close).sum()), close.size
    return f"Mismatched elements: {wrong} / {total} ({wrong / total:.1%})"


def _place(at: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(at, shape))


def by_bits(close: np.ndarray, identifier: Identifier = None) -> str:
    """The text for arrays of floats of one byte, which are compared bit by bit."""
    first = _place(int(np.argmin(close.reshape(-1))), close.shape)
    return "\n".join(
        [
            _head("Tensor-likes", identifier, "'equal'"),
            "",
            _count(close),
            f"The first mismatched element is at index {first}.",
        ]
    )


def of_arrays(
    actual: np.ndarray,
    expected: np.ndarray,
    close: np.ndarray,
    *,
    rtol: float,
    atol: float,
    identifier: Identifier = None,
) -> str:
    """The text for two arrays; `close` has False where they differ."""
    if actual.dtype.kind in "iu":
        actual, expected = actual.astype(np.int64), expected.astype(np.int64)
    gap = np.abs(actual - expected)
    gap[close] = 0
    if actual.dtype.kind == "i":
        ratio = gap.astype(np.float32) / np.abs(expected).astype(np.float32)
    else:
        ratio = gap / np.abs(expected)
    ratio[close] = 0
    equal = rtol == 0 and atol == 0
    lines = [
        _head("Tensor-likes", identifier, "equal" if equal else "close"),
        "",
        _count(close),
    ]
    for word, x, tolerance in (("absolute", gap, atol), ("relative", ratio, rtol)):
        flat = x.reshape(-1)
        if x.dtype.kind not in "fiu":
            flat = flat.astype(np.float32)
        at = int(np.argmax(flat))
        lines.append(
            f"Greatest {word} difference: {flat[at].item()} at index {_place(at, x.shape)}"
            + ("" if equal else f" (up to {tolerance} allowed)")
        )
    return "\n".join(lines)
