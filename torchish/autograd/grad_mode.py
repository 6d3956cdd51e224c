"""`torch.autograd.grad_mode`: the contexts that turn recording for gradients on and off."""

from torchish import _absent
from torchish._core.tensor.tape.modes import (
    _Context,
    _force_original_view_tracking,
    enable_grad,
    inference_mode,
    no_grad,
    set_grad_enabled,
    set_multithreading_enabled,
)
from torchish._core.tensor.tensor import Tensor

__all__ = [
    "_force_original_view_tracking",
    "_unsafe_preserve_version_counter",
    "enable_grad",
    "inference_mode",
    "no_grad",
    "set_grad_enabled",
    "set_multithreading_enabled",
]


class _unsafe_preserve_version_counter(_Context):
    """In its end the tensors count as often written to as in its beginning."""

    def __init__(self, tensors: Tensor | tuple[Tensor, ...]) -> None:
        self.tensors = (tensors,) if isinstance(tensors, Tensor) else tensors
        self.prev_versions = tuple(t._version for t in self.tensors)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc: object) -> None:
        for t, version in zip(self.tensors, self.prev_versions, strict=True):
            t._storage.writes = version


__getattr__ = _absent.attributes(__name__)
