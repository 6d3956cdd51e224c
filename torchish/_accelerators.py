"""What the modules of accelerators without functions of their own answer: the truth of JAX's
backends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torchish.base import devices
from torchish.engine import barrier
from torchish.tensor.random import default_generator

__all__ = ["functions"]


def functions(kind: str) -> dict[str, Callable]:
    """The functions that `torch.<kind>` has, for a device type."""

    def device_count() -> int:
        """How many there are."""
        return len(devices.jax_devices(kind))

    def is_available() -> bool:
        """Whether JAX has such a backend."""
        return device_count() > 0

    def is_initialized() -> bool:
        """Whether JAX has such a backend, which starts with JAX."""
        return is_available()

    def current_device() -> int:
        """Index of the device that tensors are made on."""
        return devices.placed(devices.device(kind)).index or 0

    def synchronize(device: Any = None) -> None:
        """Dispatch what is pending; RuntimeError without such a device."""
        devices.placed(devices.device(kind))
        barrier()

    def empty_cache() -> None:
        """XLA manages its memory itself."""

    def manual_seed(seed: int) -> None:
        """Seed the one stream of random numbers, which serves every device."""
        default_generator.manual_seed(int(seed))

    def get_rng_state(device: Any = None):
        """State of the one stream of random numbers."""
        return default_generator.get_state()

    def set_rng_state(new_state, device: Any = None) -> None:
        """Set the state of the one stream of random numbers."""
        default_generator.set_state(new_state)

    made = (device_count, is_available, is_initialized, current_device, synchronize, empty_cache,
            manual_seed, get_rng_state, set_rng_state)  # fmt: skip
    return {f.__name__: f for f in made} | {"manual_seed_all": manual_seed}
