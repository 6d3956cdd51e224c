"""`torch.utils._mode_utils`: modes that are off for a while."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torchish._C import _DisableTorchDispatch as no_dispatch

__all__ = ["all_same_mode", "no_dispatch"]


def all_same_mode(modes: Sequence[Any]) -> bool:
    """Whether all are the same."""
    return all(mode == modes[0] for mode in modes)
