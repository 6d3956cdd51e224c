"""`torch.backends.mps`: Apple GPUs, when JAX has their plugin."""

import platform

from torchish import _absent
from torchish._core.base import devices


def is_available() -> bool:
    return bool(devices.jax_devices("mps"))


def is_built() -> bool:
    return is_available()


def is_macos_or_newer(major: int, minor: int) -> bool:
    """Whether this is macOS, of this version or a newer one."""
    found = platform.mac_ver()[0]
    return bool(found) and tuple(map(int, found.split(".")[:2])) >= (major, minor)


__getattr__ = _absent.attributes(__name__)
