"""`torch.autograd`. https://docs.pytorch.org/docs/stable/autograd.html"""

from torchish import _absent
from torchish.autograd import forward_ad, function, functional, graph, profiler, variable
from torchish.autograd.gradcheck import GradcheckError, gradcheck, gradgradcheck
from torchish.autograd.variable import Variable
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
    "variable",
]


def _profiler_enabled() -> bool:
    """False: JAX's profiler is not asked."""
    return False


__getattr__ = _absent.attributes(__name__)
