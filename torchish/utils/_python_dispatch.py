"""`torch.utils._python_dispatch`: nothing dispatches below `__torch_function__` here, so that no
mode is ever on; the modes themselves refuse to be made.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from torchish import _absent
from torchish._core.tensor import Tensor

__all__ = [
    "is_in_any_mode_without_ignore_compile_internals",
    "is_in_torch_dispatch_mode",
    "is_traceable_wrapper_subclass",
    "is_traceable_wrapper_subclass_type",
]


def is_traceable_wrapper_subclass_type(t: type) -> bool:
    """Whether a class of tensors says how its tensors are taken apart and put together."""
    own = issubclass(t, Tensor) and t is not Tensor
    return own and hasattr(t, "__tensor_flatten__") and hasattr(t, "__tensor_unflatten__")


def is_traceable_wrapper_subclass(t: object) -> bool:
    """Whether an object is a tensor of such a class."""
    return is_traceable_wrapper_subclass_type(type(t))


def is_in_torch_dispatch_mode(include_infra_modes: bool = True) -> bool:
    """False: no mode can be on."""
    return False


def is_in_any_mode_without_ignore_compile_internals() -> bool:
    """False: no mode can be on."""
    return False


def _get_current_dispatch_mode() -> None:
    """None: no mode can be on."""


def _get_current_dispatch_mode_stack() -> list[Any]:
    """Empty: no mode can be on."""
    return []


@contextlib.contextmanager
def _disable_current_modes() -> Iterator[list[Any]]:
    """Without effect: no mode can be on."""
    yield []


__getattr__ = _absent.attributes(__name__)
