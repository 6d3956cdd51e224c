"""`torch.jit.annotations`: types that annotations of scripted code use."""

from __future__ import annotations

import typing
from typing import Any

from torchish import _absent

__all__ = ["Any", "BroadcastingList1"]

_TYPES = ("Dict", "List", "Optional", "Tuple", "Union")
globals().update({_n: getattr(typing, _n) for _n in _TYPES})


class _BroadcastingList:
    """Annotates a list of one length, or a number that stands for one: `BroadcastingList2[int]`."""

    def __getitem__(self, types: Any) -> None:
        """Nothing: the annotation says something to TorchScript only."""


BroadcastingList1 = _BroadcastingList()
globals().update({f"BroadcastingList{n}": BroadcastingList1 for n in range(2, 7)})
__getattr__ = _absent.attributes(__name__)
