"""`torch.backends.mps`: Apple GPUs, when JAX has their plugin."""

from torchish import _absent
from torchish.base import devices


def is_available() -> bool:
    return bool(devices.jax_devices("mps"))


def is_built() -> bool:
    return is_available()


__getattr__ = _absent.attributes(__name__)
