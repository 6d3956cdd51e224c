"""Tensors: storage, views, dispatch, autograd, creation, printing."""

from torchish._core.base.dtypes import get_default_dtype
from torchish._core.tensor import lazy_clones, storages
from torchish._core.tensor.api import (
    attach,
    composites,
    composites_numeric,
    copies,
    elsewhere,
    factored,
    mapping,
    matrices,
    memory,
    methods,
    notices,
    objects,
    quantities,
    random,
    wrappers,
)
from torchish._core.tensor.api.buffers import asarray, from_dlpack
from torchish._core.tensor.api.factory import (
    as_tensor,
    empty,
    empty_like,
    from_numpy,
    full,
    full_like,
    ones,
    ones_like,
    tensor,
    zeros,
    zeros_like,
)
from torchish._core.tensor.api.random import (
    default_generator,
    fork_rng,
    get_rng_state,
    initial_seed,
    manual_seed,
    rand,
    randint,
    randn,
    randperm,
    seed,
    set_rng_state,
)
from torchish._core.tensor.api.ranges import arange, eye
from torchish._core.tensor.api.signatures import checked
from torchish._core.tensor.dispatch import apply_function
from torchish._core.tensor.generator import Generator
from torchish._core.tensor.inner import record_fused
from torchish._core.tensor.public import namespace, that_take
from torchish._core.tensor.size import Size
from torchish._core.tensor.tape import hooks
from torchish._core.tensor.tape.autograd import RemovableHandle, backward, grad
from torchish._core.tensor.tape.function import Function, once_differentiable
from torchish._core.tensor.tape.modes import (
    detect_anomaly,
    enable_grad,
    inference_mode,
    is_grad_enabled,
    no_grad,
    set_detect_anomaly,
    set_grad_enabled,
)
from torchish._core.tensor.tensor import Tensor
from torchish._core.tensor.views import dim_order, indexing, inplace

FUNCTIONS = namespace("")
for _name in that_take("tensors"):
    FUNCTIONS[_name] = checked(FUNCTIONS[_name])
for _name, _method in list(vars(Tensor).items()):
    if not _name.startswith("_"):
        setattr(Tensor, _name, checked(_method, method=True))
notices.apply(FUNCTIONS)
cat, stack = FUNCTIONS["cat"], FUNCTIONS["stack"]

__all__ = [
    "FUNCTIONS",
    "Function",
    "Generator",
    "RemovableHandle",
    "Size",
    "Tensor",
    "apply_function",
    "arange",
    "as_tensor",
    "asarray",
    "attach",
    "backward",
    "cat",
    "composites",
    "composites_numeric",
    "copies",
    "default_generator",
    "detect_anomaly",
    "empty",
    "empty_like",
    "enable_grad",
    "eye",
    "fork_rng",
    "from_dlpack",
    "from_numpy",
    "full",
    "full_like",
    "get_default_dtype",
    "get_rng_state",
    "grad",
    "hooks",
    "indexing",
    "inplace",
    "inference_mode",
    "initial_seed",
    "is_grad_enabled",
    "lazy_clones",
    "manual_seed",
    "mapping",
    "dim_order",
    "elsewhere",
    "factored",
    "matrices",
    "memory",
    "methods",
    "no_grad",
    "objects",
    "storages",
    "once_differentiable",
    "ones",
    "ones_like",
    "rand",
    "randint",
    "randn",
    "random",
    "randperm",
    "record_fused",
    "seed",
    "set_detect_anomaly",
    "set_grad_enabled",
    "set_rng_state",
    "stack",
    "tensor",
    "zeros",
    "zeros_like",
    "quantities",
    "wrappers",
]
