"""Of PyTorch's compiled module: the functional operators, which pickles name, and the switches of
`__torch_function__`, which subclasses of Tensor use."""

from torchish._C import _nn
from torchish.tensor.overrides import DisableTorchFunction, DisableTorchFunctionSubclass
from torchish.tensor.overrides import disabled as _disabled_torch_function_impl

__all__ = [
    "DisableTorchFunction",
    "DisableTorchFunctionSubclass",
    "_disabled_torch_function_impl",
    "_nn",
]
