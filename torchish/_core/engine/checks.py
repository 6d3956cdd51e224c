"""Conditions on values that are tested with the program, and raise when it has run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from torchish._core.engine.values import Value


class Check(NamedTuple):
    """`flag` holds [ok, payload]; `error(payload)` makes the exception for the user's line
    `where`, which stood in the bodies of `tries`."""

    flag: Value
    error: Callable[[int], Exception]
    where: str
    tries: Sequence = ()


def failed(checks: Sequence[Check]) -> tuple[Check, Exception] | None:
    """The first that failed; those whose program failed have nothing to say."""
    for check in checks:
        if check.flag.array is None:
            continue
        ok, payload = np.asarray(check.flag.array)
        if not ok:
            e = check.error(int(payload))
            return check, type(e)(f"{e}\n  recorded at {check.where}")
    return None
