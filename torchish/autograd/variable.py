"""`torch.autograd.variable`: the older name of tensors with gradients."""

import warnings
from collections.abc import Callable

from torchish._core.base.frames import user_level
from torchish._core.tensor import empty
from torchish._core.tensor.overrides import disabled
from torchish._core.tensor.tape.modes import state as modes
from torchish._core.tensor.tensor import Tensor

__all__ = ["Variable"]


class _VariableMeta(type(Tensor)):
    def __instancecheck__(cls, instance) -> bool:
        return isinstance(instance, Tensor)


class _Engine:
    """What programs use of PyTorch's engine."""

    def queue_callback(self, callback: Callable[[], None]) -> None:
        """Call a function when the present backward has ended. RuntimeError outside of one."""
        if modes.walk is None:
            raise RuntimeError("Final callbacks can only be installed during backward pass.")
        modes.walk.callbacks.append(callback)


class Variable(Tensor, metaclass=_VariableMeta):
    """Legacy: `Variable(t, requires_grad=...)` gives a leaf that shares the tensor's memory and
    has none of its history."""

    __torch_function__ = disabled
    _execution_engine = _Engine()

    def __new__(
        cls, data: Tensor | None = None, requires_grad: bool = False, volatile: bool = False
    ):
        if data is None:
            data = empty(0)
        if not isinstance(data, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(data).__name__}")
        if volatile:
            warnings.warn(
                "volatile was removed and now has no effect. Use `with torch.no_grad():` instead.",
                UserWarning,
                stacklevel=user_level(),
            )
        t = data.detach()
        return t.requires_grad_() if requires_grad else t
