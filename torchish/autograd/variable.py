"""`torch.autograd.variable`: the older name of tensors with gradients."""

from torchish.tensor.overrides import disabled
from torchish.tensor.tensor import Tensor

__all__ = ["Variable"]


class Variable(Tensor):
    """Legacy: `Variable(t, requires_grad=...)` gives the tensor back."""

    __torch_function__ = disabled

    def __new__(cls, data: Tensor, requires_grad: bool = False, volatile: bool = False):
        t = (
            data.detach()
            if data.requires_grad != requires_grad and data.is_leaf and requires_grad
            else data
        )
        return t.requires_grad_(requires_grad) if requires_grad else t
