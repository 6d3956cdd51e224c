"""`torch.utils._device`: the device of new tensors, as a decorator.

https://docs.pytorch.org/docs/stable/generated/torch.set_default_device.html
"""

from __future__ import annotations

from torchish._core.base import devices
from torchish._core.tensor.tape.modes import _Context

__all__ = ["set_device"]


class set_device(_Context):
    """A decorator: new tensors of the function, or of each step of the generator, lie on that
    device unless another one is named."""

    def __init__(self, device: devices.device | str | int) -> None:
        self.device = devices.device(device)

    def _clone(self) -> devices.device:
        return self.device
