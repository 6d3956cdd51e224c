"""What programs ask PyTorch's compiled autograd for."""

from __future__ import annotations

import weakref
from typing import Any

from torchish._core.tensor import Tensor
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tape.saved import SavedTensor
from torchish._core.tensor.tape.saved import make_saved as _make_saved_tensor
from torchish._core.tensor.tape.tasks import order_of_task, task_number, will_run

__all__ = [
    "SavedTensor",
    "_WeakTensorRef",
    "_add_cached_tensor",
    "_current_autograd_node",
    "_current_graph_task_execution_order",
    "_current_graph_task_id",
    "_is_cached_tensor",
    "_is_fwd_grad_enabled",
    "_make_saved_tensor",
    "_remove_cached_tensor",
    "_set_cached_tensors_enabled",
    "_set_fwd_grad_enabled",
    "_unsafe_set_version_counter",
    "_will_engine_execute_node",
]

_will_engine_execute_node = will_run
_current_graph_task_id = task_number
_current_graph_task_execution_order = order_of_task


def _unsafe_set_version_counter(tensors: tuple[Tensor, ...], versions: tuple[int, ...]) -> None:
    """Say how often tensors were written to."""
    for t, version in zip(tensors, versions, strict=True):
        if version < 0:
            raise RuntimeError(f"Cannot set a version_counter to a value below 0: {version}")
        t._storage.writes = version


def _is_fwd_grad_enabled() -> bool:
    """Whether operators give tangents within a dual level."""
    return modes.forward


def _set_fwd_grad_enabled(enabled: bool) -> None:
    """Turn the tangents of results on or off on this thread."""
    modes.forward = enabled


def _saved_tensors_hooks_is_enabled() -> bool:
    """Whether `saved_tensors_hooks` may be used."""
    return not modes.hooks_refused


def _current_autograd_node() -> Any:
    """The node whose gradient the present backward computes; None outside of one."""
    return modes.node


class _WeakTensorRef:
    """A reference that does not keep a tensor alive."""

    def __init__(self, tensor: Tensor):
        self._reference = weakref.ref(tensor)

    def expired(self) -> bool:
        """Whether the tensor is gone."""
        return self._reference() is None


# Tensors that CUDA graphs keep: there are none here, but the set can be asked.
_cached: list[weakref.ref] = []
_cached_enabled = False


def _set_cached_tensors_enabled(enabled: bool) -> None:
    """Turn the set of cached tensors on or off."""
    global _cached_enabled
    _cached_enabled = enabled


def _is_cached_tensor(tensor: Tensor) -> bool:
    """Whether a tensor is in the set, while that is on."""
    return _cached_enabled and any(r() is tensor for r in _cached)


def _add_cached_tensor(tensor: Tensor) -> None:
    """Put a tensor into the set."""
    if not any(r() is tensor for r in _cached):
        _cached.append(weakref.ref(tensor))


def _remove_cached_tensor(tensor: Tensor) -> None:
    """Take a tensor out of the set."""
    _cached[:] = [r for r in _cached if r() is not None and r() is not tensor]
