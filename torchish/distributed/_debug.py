"""How much is checked: always all of it (Note [Agreement]), so the levels are kept and mean nothing
more.

https://docs.pytorch.org/docs/stable/distributed.html#torch-distributed-debug
"""

from __future__ import annotations

import enum
import os

__all__ = ["DebugLevel", "get_debug_level", "set_debug_level", "set_debug_level_from_env"]


class DebugLevel(enum.IntEnum):
    """The levels of TORCH_DISTRIBUTED_DEBUG."""

    __module__ = "torchish.distributed"

    OFF = 0
    INFO = 1
    DETAIL = 2


_level = DebugLevel.OFF


def get_debug_level() -> DebugLevel:
    """The level that was set last."""
    return _level


def set_debug_level(level: DebugLevel) -> None:
    """Set the level."""
    global _level
    _level = DebugLevel(level)


def set_debug_level_from_env() -> None:
    """Set the level that TORCH_DISTRIBUTED_DEBUG names; RuntimeError for another name."""
    name = os.environ.get("TORCH_DISTRIBUTED_DEBUG", "OFF").upper()
    if name not in DebugLevel.__members__:
        raise RuntimeError(
            f"The value of TORCH_DISTRIBUTED_DEBUG must be OFF, INFO, or DETAIL, but got {name!r}."
        )
    set_debug_level(DebugLevel[name])


set_debug_level_from_env()
