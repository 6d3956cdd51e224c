"""`torch.nn.functional`: the functions of the operator table under that name, and those composed of
several.

https://docs.pytorch.org/docs/stable/nn.functional.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING as _TYPE_CHECKING

from torchish._core.tensor import FUNCTIONS as _FUNCTIONS
from torchish._core.tensor import Tensor
from torchish._core.tensor.api.attach import namespace as _namespace
from torchish._core.tensor.api.signatures import checked as _checked
from torchish._core.tensor.overrides import publish as _publish
from torchish.nn import _reduction as _Reduction
from torchish.nn._functional import attention as _attention
from torchish.nn._functional import dropout as _dropout
from torchish.nn._functional import grouped as _grouped
from torchish.nn._functional import losses as _losses
from torchish.nn._functional import normalization as _normalization
from torchish.nn._functional import pooling as _pooling
from torchish.nn._functional import softmax as _softmax
from torchish.nn._functional import sparse as _sparse
from torchish.nn._sizes import _list_with_default, _pair, _single, _triple

if _TYPE_CHECKING:
    from torchish._attached.functional import *
    from torchish.nn._functional.attention import *
    from torchish.nn._functional.dropout import *
    from torchish.nn._functional.grouped import *
    from torchish.nn._functional.losses import *
    from torchish.nn._functional.normalization import *
    from torchish.nn._functional.pooling import *
    from torchish.nn._functional.softmax import *
    from torchish.nn._functional.sparse import *

globals().update(_namespace("nn.functional"))
for _part in (_attention, _dropout, _grouped, _losses, _normalization, _pooling, _softmax,
              _sparse):  # fmt: skip
    globals().update({_n: _checked(getattr(_part, _n)) for _n in _part.__all__})

ScalingType, SwizzleType = _grouped.ScalingType, _grouped.SwizzleType
# The numbers of the modes of `grid_sample`, as `torch.grid_sampler` takes them.
GRID_SAMPLE_INTERPOLATION_MODES = {"bilinear": 0, "nearest": 1, "bicubic": 2}
GRID_SAMPLE_PADDING_MODES = {"zeros": 0, "border": 1, "reflection": 2}
sigmoid, tanh = _FUNCTIONS["sigmoid"], _FUNCTIONS["tanh"]
_publish("torch.nn.functional", globals(), [n for n in globals() if n[0] != "_"])
_Reduction_ = (
    _Reduction,
    _list_with_default,
    _pair,
    _single,
    _triple,
    Tensor,
)  # names that programs import from here
