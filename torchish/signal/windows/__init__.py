"""`torch.signal.windows`. https://docs.pytorch.org/docs/stable/signal.html"""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from torchish import _absent
from torchish._core.tensor.public import namespace as _namespace

if _TYPE_CHECKING:
    from torchish._attached.windows import *

globals().update(_namespace("signal.windows"))
__all__ = sorted(n for n in _namespace("signal.windows") if not n.startswith("_"))

__getattr__ = _absent.attributes(__name__)
