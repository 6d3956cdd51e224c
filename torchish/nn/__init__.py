"""`torch.nn`: modules, parameters, initial values, functions.

https://docs.pytorch.org/docs/stable/nn.html
"""

from torchish import _C
from torchish.nn import (
    attention,
    common_types,
    functional,
    grad,
    init,
    modules,
    parallel,
    parameter,
    utils,
)
from torchish.nn._factory import factory_kwargs
from torchish.nn.modules import *
from torchish.nn.parallel import DataParallel
from torchish.nn.parameter import Buffer, Parameter, UninitializedBuffer, UninitializedParameter

# `functional` has a name for this module, which is made of its functions.
functional.grad = grad

__all__ = [
    "_C",
    "Buffer",
    "DataParallel",
    "Parameter",
    "UninitializedBuffer",
    "UninitializedParameter",
    "attention",
    "common_types",
    "factory_kwargs",
    "functional",
    "grad",
    "init",
    "modules",
    "parallel",
    "parameter",
    "utils",
]
__all__ += modules.__all__
