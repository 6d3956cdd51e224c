"""Of PyTorch's compiled module: the functional operators, which pickles name, the switches of
`__torch_function__`, which subclasses of Tensor use, and the small questions that libraries ask."""

from __future__ import annotations

from typing import Any

from torchish import _absent
from torchish._C import _autograd, _functions, _nn
from torchish._C._autograd import (
    _add_cached_tensor,
    _current_autograd_node,
    _current_graph_task_execution_order,
    _current_graph_task_id,
    _is_cached_tensor,
    _is_fwd_grad_enabled,
    _remove_cached_tensor,
    _set_cached_tensors_enabled,
    _set_fwd_grad_enabled,
    _WeakTensorRef,
    _will_engine_execute_node,
)
from torchish.base import devices
from torchish.base.errors import AcceleratorError, OutOfMemoryError
from torchish.futures import Future
from torchish.tensor import Tensor
from torchish.tensor.generator import Generator
from torchish.tensor.overrides import DisableTorchFunction, DisableTorchFunctionSubclass
from torchish.tensor.overrides import disabled as _disabled_torch_function_impl

__all__ = [
    "AcceleratorError",
    "DisableTorchFunction",
    "DisableTorchFunctionSubclass",
    "Future",
    "Generator",
    "OutOfMemoryError",
    "_WeakTensorRef",
    "_add_cached_tensor",
    "_autograd",
    "_current_autograd_node",
    "_current_graph_task_execution_order",
    "_current_graph_task_id",
    "_disabled_torch_function_impl",
    "_functions",
    "_is_cached_tensor",
    "_is_fwd_grad_enabled",
    "_nn",
    "_remove_cached_tensor",
    "_set_cached_tensors_enabled",
    "_set_fwd_grad_enabled",
    "_will_engine_execute_node",
]

TensorBase = _TensorBase = Tensor
_TensorMeta = type(Tensor)


def _log_api_usage_once(event: str) -> None:
    """Nothing is logged."""


def _log_api_usage_metadata(event: str, metadata: Any) -> None:
    """Nothing is logged."""


def _get_tracing_state() -> None:
    """None: nothing is ever traced."""


def _is_tracing() -> bool:
    """False: nothing is ever traced."""
    return False


def _are_functorch_transforms_active() -> bool:
    """False: `torch.func` differentiates with the tape itself, and no tensor is wrapped."""
    return False


def _get_accelerator(check: bool = False) -> devices.device:
    """The accelerator of JAX's default backend; the CPU without one."""
    kind = devices.accelerator_type()
    return devices.device(kind) if devices.jax_devices(kind) else devices.cpu


def _get_default_device() -> str:
    """The device that new tensors are made on, as text."""
    return str(devices.get_default())


def _get_privateuse1_backend_name() -> str:
    """PyTorch's name for a backend that nobody has registered."""
    return "privateuseone"


# The executors of TorchScript, which is not here: each switch stays as it is, and says what it is.
def _jit_set_profiling_executor(enabled: bool) -> bool:
    """True, PyTorch's default: nothing is scripted."""
    return True


def _jit_set_profiling_mode(enabled: bool) -> bool:
    """True, PyTorch's default: nothing is scripted."""
    return True


def _jit_can_fuse_on_cpu() -> bool:
    """False: XLA fuses by its own rules."""
    return False


def _jit_can_fuse_on_gpu() -> bool:
    """False: XLA fuses by its own rules."""
    return False


def _jit_override_can_fuse_on_cpu(enabled: bool) -> None:
    """XLA fuses by its own rules."""


def _jit_override_can_fuse_on_gpu(enabled: bool) -> None:
    """XLA fuses by its own rules."""


def _jit_set_texpr_fuser_enabled(enabled: bool) -> None:
    """XLA fuses by its own rules."""


def _jit_texpr_fuser_enabled() -> bool:
    """False: XLA fuses by its own rules."""
    return False


def _jit_set_nvfuser_enabled(enabled: bool) -> bool:
    """False: XLA fuses by its own rules."""
    return False


__getattr__ = _absent.attributes(__name__)
