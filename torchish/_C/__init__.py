"""Of PyTorch's compiled module: the functional operators, which pickles name, the switches of
`__torch_function__`, which subclasses of Tensor use, and the small questions that libraries ask."""

from __future__ import annotations

import contextlib
import enum
import platform
import warnings
from typing import Any

from torchish import _absent, cpu
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
from torchish._C._dispatch import DispatchKeySet, _ExcludeDispatchKeyGuard
from torchish._core.base import devices
from torchish._core.base.errors import AcceleratorError, OutOfMemoryError
from torchish._core.tensor import Tensor
from torchish._core.tensor import lazy_clones as _lazy
from torchish._core.tensor import overrides as _overrides
from torchish._core.tensor.api import filling as _filling
from torchish._core.tensor.api.wrappers import unasked as _disabled_torch_dispatch_impl
from torchish._core.tensor.files.archives import PyTorchFileReader, PyTorchFileWriter
from torchish._core.tensor.generator import Generator
from torchish._core.tensor.overrides import DisableTorchFunction, DisableTorchFunctionSubclass
from torchish._core.tensor.overrides import disabled as _disabled_torch_function_impl
from torchish._core.tensor.storages import StorageBase
from torchish._core.tensor.storages import holders as _storage_Use_Count
from torchish._ops import asking as _asking
from torchish.backends import mkldnn
from torchish.futures import Future

__all__ = [
    "AcceleratorError",
    "DisableTorchFunction",
    "DisableTorchFunctionSubclass",
    "DispatchKeySet",
    "Future",
    "Generator",
    "OutOfMemoryError",
    "PyTorchFileReader",
    "PyTorchFileWriter",
    "StorageBase",
    "_ExcludeDispatchKeyGuard",
    "_WeakTensorRef",
    "_add_cached_tensor",
    "_autograd",
    "_current_autograd_node",
    "_current_graph_task_execution_order",
    "_current_graph_task_id",
    "_disabled_torch_dispatch_impl",
    "_disabled_torch_function_impl",
    "_functions",
    "_is_cached_tensor",
    "_is_fwd_grad_enabled",
    "_nn",
    "_remove_cached_tensor",
    "_set_cached_tensors_enabled",
    "_set_fwd_grad_enabled",
    "_storage_Use_Count",
    "_will_engine_execute_node",
]

TensorBase = _TensorBase = Tensor
_TensorMeta = type(Tensor)


_storage_address, _data_address = _lazy.storage_address, _lazy.data_address
_is_cow_tensor = _lazy.is_lazy


def _warn() -> None:
    """The warning by which PyTorch's tests see that warnings arrive."""
    warnings.warn("Test message for TORCH_WARN", UserWarning, stacklevel=2)


def _warn_deprecation() -> None:
    """The same as a DeprecationWarning."""
    warnings.warn("Test message for TORCH_WARN_DEPRECATION", DeprecationWarning, stacklevel=2)


def _is_alias_of(a: Tensor, b: Tensor) -> bool:
    """Whether two tensors lie in one storage."""
    return a._storage is b._storage


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


def _jit_set_nvfuser_guard_mode(enabled: bool) -> None:
    """XLA fuses by its own rules."""


def _jit_clear_class_registry() -> None:
    """Nothing is scripted."""


def _get_graph_executor_optimize(new_setting: bool | None = None) -> bool:
    """True, PyTorch's default: nothing is scripted."""
    return True


def _jit_set_num_profiled_runs(num: int) -> int:
    """1, PyTorch's default: nothing is scripted."""
    return 1


def _jit_get_num_profiled_runs() -> int:
    """1, PyTorch's default: nothing is scripted."""
    return 1


def _jit_set_inline_everything_mode(enabled: bool) -> None:
    """Nothing is scripted."""


def _jit_get_inline_everything_mode() -> bool:
    """False: nothing is scripted."""
    return False


def _jit_set_emit_hooks(module_hook: Any, function_hook: Any) -> None:
    """Nothing is scripted, so no hook is called."""


def _jit_get_emit_hooks() -> tuple[None, None]:
    """None."""
    return None, None


# What PyTorch was built with: linear algebra and Fourier transforms are XLA's and NumPy's here.
has_lapack = has_spectral = True
has_mkl = has_openmp = False
_math_sdp_reduces = False


def _get_cpu_capability() -> str:
    """The vector instructions that the processor has, as PyTorch names them."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return "DEFAULT"
    if cpu._is_avx512_supported():
        return "AVX512"
    return "AVX2" if cpu._is_avx2_supported() else "DEFAULT"


def _get_math_sdp_allow_fp16_bf16_reduction() -> bool:
    """Whether attention of half precision sums in it: kept, as a program set it."""
    return _math_sdp_reduces


def _set_math_sdp_allow_fp16_bf16_reduction(enabled: bool) -> None:
    """Set that; XLA sums in float32 whatever it is."""
    global _math_sdp_reduces
    _math_sdp_reduces = enabled


class _TorchFunctionState(enum.Enum):
    """Which of `__torch_function__` and the modes functions ask."""

    ENABLED = 0
    SUBCLASSES_DISABLED = 1
    ALL_DISABLED = 2


def _get_torch_function_state() -> _TorchFunctionState:
    """Whether subclasses are asked what functions do with them."""
    off = _overrides.plainly()
    return _TorchFunctionState.SUBCLASSES_DISABLED if off else _TorchFunctionState.ENABLED


def _set_torch_function_state(state: _TorchFunctionState) -> None:
    """Ask subclasses what functions do with them, or not."""
    plainly = _overrides.state.plainly
    if state is _TorchFunctionState.ENABLED:
        while _overrides.plainly():
            plainly.release()
    elif not _overrides.plainly():
        plainly.acquire()


def _len_torch_function_stack() -> int:
    """How many modes of `torch.overrides` are on."""
    return len(_overrides.state.modes)


def _pop_torch_function_stack() -> Any:
    """Take the innermost mode off."""
    return _overrides.state.modes.pop()


def _push_on_torch_function_stack(mode: Any) -> None:
    """Put a mode on."""
    _overrides.arm()
    _overrides.state.modes.append(mode)


def _is_torch_function_enabled() -> bool:
    """Whether subclasses are asked what functions do with them."""
    return not _overrides.plainly()


def _is_torch_function_mode_enabled() -> bool:
    """Whether a mode is on."""
    return bool(_overrides.state.modes)


class _Without:
    """A `with` block without effect: what it would turn off does not exist here."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *exc: object) -> None:
        return None


class _DisableTorchDispatch:
    """Within it no mode and no class with `__torch_dispatch__` is asked."""

    def __enter__(self) -> None:
        self._held = contextlib.ExitStack()
        self._held.enter_context(_asking.without_modes())
        self._held.enter_context(_asking.without_classes())

    def __exit__(self, *exc: object) -> None:
        self._held.close()


def _len_torch_dispatch_stack() -> int:
    """How many modes with `__torch_dispatch__` are on."""
    return len(_asking.state.modes)


def _get_dispatch_stack_at(level: int) -> Any:
    """One of them, the outermost first."""
    return _asking.state.modes[level]


def _push_on_torch_dispatch_stack(mode: Any) -> None:
    """Turn a mode on."""
    _overrides.watch()
    _asking.state.modes = [*_asking.state.modes, mode]


def _pop_torch_dispatch_stack(mode_key: Any = None) -> Any:
    """Turn the innermost off; the mode."""
    *_asking.state.modes, mode = _asking.state.modes
    return mode


class _DisableFuncTorch(_Without):
    """Without effect: `torch.func` wraps no tensors."""


class _DisablePythonDispatcher(_Without):
    """Without effect: nothing dispatches below `__torch_function__`."""


def _get_deterministic_fill_uninitialized_memory() -> bool:
    """Whether new memory is filled while algorithms are deterministic."""
    return _filling.state.wanted


def _set_deterministic_fill_uninitialized_memory(mode: bool) -> None:
    """Set that. RuntimeError for what is no bool."""
    if not isinstance(mode, bool):
        raise RuntimeError(f"expected a bool, but got {type(mode).__name__}")
    _filling.state.wanted = mode


def _get_mkldnn_enabled() -> bool:
    """`torch.backends.mkldnn.enabled`."""
    return mkldnn.enabled


def _set_mkldnn_enabled(enabled: bool) -> None:
    """Set that."""
    mkldnn.enabled = enabled


__getattr__ = _absent.attributes(__name__)
