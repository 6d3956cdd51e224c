"""`torch.masked`: reductions and normalizations under a mask.

https://docs.pytorch.org/docs/stable/masked.html
"""

from __future__ import annotations

import importlib as _importlib

from torchish import _absent
from torchish.masked._ops import (
    _input_mask,
    _output_mask,
    _reduction_identity,
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
    "MaskedTensor",
    "_input_mask",
    "_output_mask",
    "_reduction_identity",
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

_LATE = {"MaskedTensor", "as_masked_tensor", "is_masked_tensor", "masked_tensor", "maskedtensor"}


def __getattr__(name: str):
    """MaskedTensor and what makes them, when first asked for: their class lets every function ask
    the classes of its arguments."""
    if name in _LATE:
        home = _importlib.import_module("torchish.masked.maskedtensor")
        if name == "maskedtensor":
            return home
        found = globals()[name] = getattr(home, name)
        return found
    return _absent_name(name)


_absent_name = _absent.attributes(__name__)
