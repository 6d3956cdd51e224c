"""`torch.linalg`: the functions of the operator table under that name.

https://docs.pytorch.org/docs/stable/linalg.html
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from torchish._core.ops.linalg.checks import LinAlgError as LinAlgError
from torchish._core.tensor.api.attach import namespace as _namespace
from torchish._core.tensor.overrides import publish as _publish

if _TYPE_CHECKING:
    from torchish._attached.linalg import *

globals().update(_namespace("linalg"))
__all__ = sorted(["LinAlgError", *(n for n in _namespace("linalg") if not n.startswith("_"))])
_publish("torch.linalg", globals(), __all__)
