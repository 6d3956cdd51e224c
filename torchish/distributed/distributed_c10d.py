"""`torch.distributed.distributed_c10d`: `torch.distributed` by the module that it comes from."""

from __future__ import annotations

from typing import Any, NewType

from torchish import _absent
from torchish import distributed as _distributed
from torchish.distributed._group import default_group as _get_default_group
from torchish.distributed.constants import default_pg_timeout

__all__ = ["GroupName", "_get_default_group", "default_pg_timeout"]
__all__ += _distributed.__all__

GroupName = NewType("GroupName", str)  # a group's name, for annotations

_others = _absent.attributes(__name__)


def __getattr__(name: str) -> Any:
    return getattr(_distributed, name) if name in _distributed.__all__ else _others(name)
