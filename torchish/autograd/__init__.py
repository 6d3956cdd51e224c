"""`torch.autograd`. https://docs.pytorch.org/docs/stable/autograd.html"""

from torchish.autograd import forward_ad, function, functional, graph, profiler
from torchish.autograd.gradcheck import GradcheckError, gradcheck, gradgradcheck
from torchish.tensor.autograd import backward, grad
from torchish.tensor.function import Function
from torchish.tensor.modes import (
    detect_anomaly,
    enable_grad,
    inference_mode,
    no_grad,
    set_detect_anomaly,
    set_grad_enabled,
)
from torchish.tensor.overrides import disabled
from torchish.tensor.tensor import Tensor


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


__all__ = [
    "Function",
    "GradcheckError",
    "Variable",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "forward_ad",
    "function",
    "functional",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "graph",
    "inference_mode",
    "no_grad",
    "profiler",
    "set_detect_anomaly",
    "set_grad_enabled",
]
