"""`torch.masked`: reductions and normalizations under a mask.

https://docs.pytorch.org/docs/stable/masked.html
"""

from __future__ import annotations

from typing import NoReturn as _NoReturn

from torchish._core.tensor import Tensor as _Tensor
from torchish.masked._ops import (
    _input_mask,
    _output_mask,
    amax,
    amin,
    argmax,
    argmin,
    cumprod,
    cumsum,
    log_softmax,
    logaddexp,
    logsumexp,
    mean,
    median,
    norm,
    normalize,
    prod,
    softmax,
    softmin,
    std,
    sum,
    var,
)

__all__ = [
    "_input_mask",
    "_output_mask",
    "amax",
    "amin",
    "argmax",
    "argmin",
    "as_masked_tensor",
    "cumprod",
    "cumsum",
    "is_masked_tensor",
    "log_softmax",
    "logaddexp",
    "logsumexp",
    "masked_tensor",
    "mean",
    "median",
    "norm",
    "normalize",
    "prod",
    "softmax",
    "softmin",
    "std",
    "sum",
    "var",
]


def masked_tensor(data: _Tensor, mask: _Tensor, requires_grad: bool = False) -> _NoReturn:
    """Not there: MaskedTensor is a prototype of PyTorch's."""
    raise NotImplementedError("torch.masked.masked_tensor")


def as_masked_tensor(data: _Tensor, mask: _Tensor) -> _NoReturn:
    """Not there: MaskedTensor is a prototype of PyTorch's."""
    raise NotImplementedError("torch.masked.as_masked_tensor")


def is_masked_tensor(obj: object) -> bool:
    """False: there are no MaskedTensors."""
    return False
