"""Many tensors as one and back, which programs that exchange gradients themselves import from
`torch._utils`."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
import types
from collections.abc import Iterable
from typing import Any

from torchish import _absent, accelerator
from torchish._core.base import devices, layouts
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, cat, empty
from torchish._core.tensor.api.factory import empty_strided
from torchish._core.tensor.api.objects import rebuild as rebuild
from torchish._core.tensor.api.objects import rebuild_meta as rebuild_meta
from torchish._core.tensor.storages import _restored as _restored
from torchish.nn.parameter import Parameter
from torchish.overrides import resolve_name
from torchish.serialization import ADAPTER


def _flatten_dense_tensors(tensors: Iterable[Tensor]) -> Tensor:
    """The elements of all tensors, one after the other, 1-D."""
    return cat([t.contiguous().view(-1) for t in tensors])


def _unflatten_dense_tensors(flat: Tensor, tensors: Iterable[Tensor]) -> tuple[Tensor, ...]:
    """Views of a 1-D tensor in the shapes of `tensors`."""
    like = list(tensors)
    return tuple(
        part.view_as(t) for part, t in zip(flat.split([t.numel() for t in like]), like, strict=True)
    )


def try_import(module_name: str) -> types.ModuleType | None:
    """A module by its name; None where there is none."""
    if module_name in sys.modules:
        return sys.modules[module_name]
    if importlib.util.find_spec(module_name) is None:
        return None
    return importlib.import_module(module_name)


def _shown(x: Any) -> str:
    return f"tensor([...], size={tuple(x.shape)})" if isinstance(x, Tensor) else repr(x)


def render_call(fn: Any, args: Iterable[Any], kwargs: dict[str, Any]) -> str:
    """A call as one would write it; of tensors the sizes are shown."""
    name = resolve_name(fn) or str(fn)
    given = [_shown(a) for a in args] + [f"{k}={_shown(v)}" for k, v in kwargs.items()]
    return f"{name}({', '.join(given)})"


def _element_size(dtype: dt.dtype) -> int:
    """The bytes of an element of a dtype."""
    if not isinstance(dtype, dt.dtype):
        raise RuntimeError(f"expected torch.dtype, but got {type(dtype)}")
    return dtype.itemsize


def _get_device_index(device: Any, optional: bool = False, allow_cpu: bool = False) -> int | None:
    """The number of an accelerator, given as a number, a name or a device.

    One without a number, or None, is the current one where that is `optional`: None where there is
    no accelerator. The CPU, where it is allowed, is -1. ValueError otherwise.
    """
    if isinstance(device, str):
        device = devices.device(device)
    if isinstance(device, devices.device):
        if device.type == "cpu":
            if allow_cpu:
                return -1
            raise ValueError(f"Expected a non cpu device, but got: {device}")
        device = device.index
    if isinstance(device, int):
        return device
    if optional and device is None:
        return accelerator.current_device_index() if accelerator.is_available() else None
    raise ValueError(
        f"Expected a torch.device with a specified index or an integer, but got:{device}"
    )


# --- exceptions of other threads and processes


class KeyErrorMessage(str):
    """A text whose representation is itself: a KeyError shows its argument's."""

    def __repr__(self) -> str:
        return str(self)


class ExceptionWrapper:
    """An exception as its class and text, which can travel to another thread or process."""

    def __init__(self, exc_info: Any = None, where: str = "in background") -> None:
        kind, value, tb = sys.exc_info() if exc_info is None else exc_info
        self.exc_type, self.where = kind, where
        self.exc_msg = "".join(traceback.format_exception(kind, value, tb))

    def reraise(self) -> None:
        """Raise the exception again, its text and traceback as the message."""
        text = f"Caught {self.exc_type.__name__} {self.where}.\nOriginal {self.exc_msg}"
        if self.exc_type is KeyError:
            text = KeyErrorMessage(text)
        elif getattr(self.exc_type, "message", None):
            raise self.exc_type(message=text)
        try:
            error = self.exc_type(text)
        except Exception:  # its class takes other arguments
            raise RuntimeError(text) from None
        raise error


# --- what pickles call


def _rebuild_tensor(storage: Any, storage_offset: int, size: Any, stride: Any) -> Tensor:
    """A tensor over a storage."""
    return empty(0, dtype=storage.dtype).set_(storage, storage_offset, size, stride)


def _rebuild_tensor_v2(
    storage: Any,
    storage_offset: int,
    size: Any,
    stride: Any,
    requires_grad: bool,
    backward_hooks: Any,
    metadata: Any = None,
) -> Tensor:
    """The same, and whether it requires a gradient."""
    t = _rebuild_tensor(storage, storage_offset, size, stride)
    t.requires_grad = requires_grad
    t._backward_hooks = backward_hooks or None
    return t


def _rebuild_parameter(data: Tensor, requires_grad: bool, backward_hooks: Any) -> Parameter:
    """A parameter of a tensor."""
    p = Parameter(data, requires_grad)
    p._backward_hooks = backward_hooks or None
    return p


def _rebuild_parameter_with_state(
    data: Tensor, requires_grad: bool, backward_hooks: Any, state: dict[str, Any]
) -> Parameter:
    """A parameter of a tensor, with the attributes that it had."""
    p = _rebuild_parameter(data, requires_grad, backward_hooks)
    p.__dict__.update(state)
    return p


def _rebuild_sparse_tensor(layout: layouts.layout, data: tuple) -> Tensor:
    """A sparse tensor of its parts, which are checked."""
    return ADAPTER.build_sparse(layout, data)


def _rebuild_meta_tensor_no_storage(
    dtype: dt.dtype, size: Any, stride: Any, requires_grad: bool
) -> Tensor:
    """A tensor on the meta device."""
    return empty_strided(size, stride, dtype=dtype, device="meta", requires_grad=requires_grad)


def _is_privateuse1_backend_available() -> bool:
    """False: nobody can register a device of their own."""
    return False


__getattr__ = _absent.attributes(__name__)
