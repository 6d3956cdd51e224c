"""What a compiled program is given.

Note [Donation]
Which inputs a program takes over is decided when it is compiled, and is no part of its key: when
one of them is still needed at a later call, the program is given a copy.
"""

from __future__ import annotations

import sys
from typing import Any

from torchish._core.base.references import ONE
from torchish._core.engine.plan import pack
from torchish._core.engine.recording import Recording
from torchish._core.engine.values import Value, fresh, staged, vector

_ALONE = ONE + 1  # an object that one container and one local variable hold


def only_ours(leaves: list[Value], i: int) -> bool:
    """Whether nobody but the recording refers to a leaf."""
    v = leaves[i]
    return sys.getrefcount(v) <= _ALONE


def arguments(rec: Recording, compiled: Any, give: bool) -> list:
    """The leaves as arrays, and the numbers; what the program takes over is nobody else's, and with
    `give` it may be the leaf itself."""
    leaves = rec.leaves
    arrays = []
    for i in range(len(leaves)):
        arrays.append(staged(leaves[i]))
    for i in compiled.donated:
        v, a = leaves[i], arrays[i]
        arrays[i] = None
        # The list and this local hold the value, its slot and this local the array.
        if not (
            give
            and v.owned
            and not v.pinned
            and sys.getrefcount(v) <= _ALONE
            and sys.getrefcount(a) <= _ALONE
        ):
            a = fresh(v)
        arrays[i] = a
    for numbers in pack(rec.numbers):
        arrays.append(vector(numbers, rec.device))
    return arrays


__all__ = ["arguments", "only_ours"]
