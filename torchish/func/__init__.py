"""`torch.func`: transformations of functions of tensors.

https://docs.pytorch.org/docs/stable/func.html
"""

from torchish.func._forward import hessian, jacfwd, jvp, linearize
from torchish.func._modules import (
    debug_unwrap,
    functional_call,
    functionalize,
    replace_all_batch_norm_modules_,
    stack_module_state,
)
from torchish.func._reverse import grad, grad_and_value, jacrev, vjp
from torchish.func._vmap import vmap

__all__ = [
    "debug_unwrap",
    "functional_call",
    "functionalize",
    "grad",
    "grad_and_value",
    "hessian",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "replace_all_batch_norm_modules_",
    "stack_module_state",
    "vjp",
    "vmap",
]
