"""Conditions on values that are tested with the program, and raise when it has run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from torchish.engine.values import Value


class Check(NamedTuple):
    """`flag` holds [ok, payload]; `error(payload)` makes the exception for the user's line
    `where`."""

    flag: Value
    error: Callable[[int], Exception]
    where: str


def verify(checks: Sequence[Check]) -> None:
    """Raise for the first that failed; those whose program failed have nothing to say."""
    for flag, error, where in checks:
        if flag.array is None:
            continue
        ok, payload = np.asarray(flag.array)
        if not ok:
            e = error(int(payload))
            raise type(e)(f"{e}\n  recorded at {where}")
