"""What unspecified elements hold: zeros, or in deterministic programs what is easily noticed."""

from __future__ import annotations

import math
from typing import Any

from torchish._core.base import dtypes as dt

__all__ = ["blank", "state"]


class _State:
    wanted = True  # `torch.utils.deterministic.fill_uninitialized_memory`
    deterministic = False  # `use_deterministic_algorithms`


state = _State()


def blank(d: dt.dtype) -> Any:
    """The number that new memory is filled with: NaN, an integer's greatest number or True while
    algorithms are deterministic, else 0."""
    if not (state.deterministic and state.wanted):
        return 0
    if d.category >= dt.FLOAT:
        return math.nan
    return True if d is dt.bool_ else dt.iinfo(d).max
