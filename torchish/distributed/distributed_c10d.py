"""`torch.distributed.distributed_c10d`: `torch.distributed` by the module that it comes from."""

from torchish import _absent
from torchish.distributed._collectives import *
from torchish.distributed._group import *
from torchish.distributed._group import default_group as _get_default_group
from torchish.distributed.constants import default_pg_timeout

__all__ = ["_get_default_group", "default_pg_timeout"]

__getattr__ = _absent.attributes(__name__)
