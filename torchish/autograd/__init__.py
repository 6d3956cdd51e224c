"""`torch.autograd`. https://docs.pytorch.org/docs/stable/autograd.html"""

from torchish import _absent
from torchish._core.tensor.size import Size
from torchish._core.tensor.tape.autograd import backward, grad
from torchish._core.tensor.tape.function import Function
from torchish._core.tensor.tape.modes import (
    detect_anomaly,
    enable_grad,
    inference_mode,
    is_multithreading_enabled,
    is_view_replay_enabled,
    no_grad,
    set_detect_anomaly,
    set_grad_enabled,
    set_multithreading_enabled,
)
from torchish._core.tensor.tape.saved import SavedTensor
from torchish._core.tensor.tape.walk import aval_at
from torchish.autograd import (
    _functions,
    anomaly_mode,
    forward_ad,
    function,
    functional,
    grad_mode,
    graph,
    profiler,
    variable,
)
from torchish.autograd.grad_mode import (
    _force_original_view_tracking,
    _unsafe_preserve_version_counter,
)
from torchish.autograd.gradcheck import GradcheckError, gradcheck, gradgradcheck
from torchish.autograd.profiler import kineto_available
from torchish.autograd.variable import Variable

__all__ = [
    "SavedTensor",
    "_force_original_view_tracking",
    "_unsafe_preserve_version_counter",
    "is_multithreading_enabled",
    "kineto_available",
    "is_view_replay_enabled",
    "set_multithreading_enabled",
    "Function",
    "GradcheckError",
    "Variable",
    "_functions",
    "anomaly_mode",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "forward_ad",
    "function",
    "functional",
    "grad",
    "grad_mode",
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


def _calculate_shape(output, grad, is_grads_batched: bool) -> tuple:
    """The shapes of an output, a tensor or an edge, and of the gradient given for it, without the
    examples' dimension of batched ones."""
    aval = aval_at(output)
    return Size(aval.shape), Size(grad.shape[1:]) if is_grads_batched else grad.shape


def _disable_profiler() -> None:
    """RuntimeError: the profiler of PyTorch's compiled module is not here, so it never runs."""
    raise RuntimeError("Can't disable Kineto profiler when it's not running")


def _profiler_enabled() -> bool:
    """False: JAX's profiler is not asked."""
    return False


__getattr__ = _absent.attributes(__name__)
