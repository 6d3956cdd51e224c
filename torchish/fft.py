"""`torch.fft`: the functions of the operator table under that name.

https://docs.pytorch.org/docs/stable/fft.html
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from torchish._core.tensor.api.attach import namespace as _namespace
from torchish._core.tensor.overrides import publish as _publish

if _TYPE_CHECKING:
    from torchish._attached.fft import *

globals().update(_namespace("fft"))
__all__ = sorted(n for n in _namespace("fft") if not n.startswith("_"))
_publish("torch.fft", globals(), __all__)
