"""`torch.Generator` and the default generator: seeds, states, forks. `base.sampling` draws.

Note [One stream for all devices]
Random operators on an accelerator are seeded from the same generator as those on the CPU, so a
seed, a stored state or a fork covers every device; a device that is named only needs to exist.

Note [Draws inside JAX transformations]
Numbers are drawn on the host, so inside a JAX transformation one draw would become a constant of
the compiled program. Such a draw raises, unless a substitute is there that draws instead: from a
JAX key (`torchish.interop.jax.rng`), or for all examples of a batch at once (`torch.vmap`). A
substitute is called with the generator, the method's name and its arguments, and is off the stack
meanwhile.

https://docs.pytorch.org/docs/stable/generated/torch.Generator.html
"""

from __future__ import annotations

import contextlib
import functools
import os
import threading
from collections.abc import Iterable, Iterator

import numpy as np

from torchish._core.base.devices import accelerator_type, placed
from torchish._core.base.devices import device as Device
from torchish._core.base.jax_internals import outside_jax
from torchish._core.base.sampling import Sampler

# The seed of a generator that nobody has seeded.
_UNSEEDED = 67280421310721


def _seed_bits(seed: int) -> int:
    """A seed as 64 unsigned bits: negative seeds wrap; ValueError outside [-2**63, 2**64)."""
    if not -(2**63) <= seed < 2**64:
        raise ValueError("Overflow when unpacking long long")
    return seed % 2**64


class Generator(Sampler):
    """A stream of random numbers: for a seed, those of PyTorch's CPU generator.

    `device` is where its tensors are to live; the numbers are the same on each. RuntimeError when
    there is no such device. The methods that draw return fresh NumPy arrays.
    """

    __module__ = "torchish"

    def __init__(self, device: Device | str = "cpu"):
        place = Device(device)
        if place.type == "meta":
            raise RuntimeError("META device type not an accelerator.")
        super().__init__(_UNSEEDED)
        self._device = placed(place)

    @property
    def device(self) -> Device:
        """The device of the tensors that are drawn."""
        return self._device

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream that belongs to an int in [-2**63, 2**64); returns the generator."""
        if isinstance(seed, np.integer):
            raise TypeError("an integer is required")
        if not isinstance(seed, int) or isinstance(seed, bool):
            kind = type(seed)
            name = (
                kind.__name__
                if kind.__module__ == "builtins"
                else f"{kind.__module__}.{kind.__name__}"
            )
            raise RuntimeError(f"manual_seed expected a long, but got {name}")
        self._reseed(_seed_bits(seed))
        return self

    def seed(self) -> int:
        """Start a stream from the operating system's randomness; returns the 64-bit seed."""
        self._reseed(int.from_bytes(os.urandom(8), "little"))
        return self._seed

    def initial_seed(self) -> int:
        """The seed of the present stream."""
        return self._seed

    def clone_state(self) -> Generator:
        """Another generator that goes on with the same numbers."""
        other = Generator(self._device)
        other._set_state_bytes(self._get_state_bytes())
        return other

    def get_offset(self) -> int:
        """Always RuntimeError: only PyTorch's CUDA generator counts an offset."""
        raise RuntimeError("CPU Generator does not use offset")

    def set_offset(self, offset: int) -> None:
        """Always RuntimeError: only PyTorch's CUDA generator counts an offset."""
        raise RuntimeError("CPU Generator does not use offset")

    def __reduce__(self):
        return (Generator, (self._device,), self._get_state_bytes())

    def __setstate__(self, state: np.ndarray) -> None:
        self._set_state_bytes(state)


class _Draws(threading.local):
    def __init__(self):
        self.substitutes: list = []
        self.on_host = False  # draws inside this JAX transformation are made for it
        self.count = 0


draws = _Draws()


def _replaceable(name: str):
    host = getattr(Sampler, name)

    @functools.wraps(host)
    def draw(self, *args, **kwargs):
        draws.count += 1
        if draws.substitutes:
            substitute = draws.substitutes.pop()
            try:
                return substitute(self, name, *args, **kwargs)
            finally:
                draws.substitutes.append(substitute)
        if not draws.on_host and not outside_jax():
            raise RuntimeError(
                "random numbers inside a JAX transformation need a key, or they would be constants "
                "of the compiled program: draw inside `with torchish.interop.jax.rng(key):`"
            )
        return host(self, *args, **kwargs)

    return draw


for _n in (
    *("rand", "uniform", "randn", "normal", "normal_around", "log_normal", "exponential", "cauchy"),
    *("bernoulli", "bernoulli_each", "dropout_mask", "geometric", "multinomial", "poisson"),
    *("binomial", "standard_gamma", "dirichlet", "rrelu_noise", "randint", "random", "randperm"),
):
    setattr(Generator, _n, _replaceable(_n))


default_generator = Generator()
default_generator.seed()


def manual_seed(seed: int) -> Generator:
    """Seed the default generator, from which operators without a generator draw; returns it."""
    return default_generator.manual_seed(int(seed))


def seed() -> int:
    """Seed the default generator from the operating system's randomness; returns the seed."""
    return default_generator.seed()


def initial_seed() -> int:
    """The seed of the default generator."""
    return default_generator.initial_seed()


@contextlib.contextmanager
def fork_rng(
    devices: Iterable[Device | str | int] | None = None,
    enabled: bool = True,
    *,
    device_type: str | None = None,
) -> Iterator[None]:
    """Draws inside leave the default generator where it stood before (`torch.random.fork_rng`).

    See Note [One stream for all devices]. RuntimeError for a device that is not there.
    """
    if device_type == "meta" or not enabled:
        yield
        return
    _check_devices([] if devices is None else list(devices), device_type)
    state = default_generator._get_state_bytes()
    try:
        yield
    finally:
        default_generator._set_state_bytes(state)


def _check_devices(named: list, device_type: str | None) -> None:
    kind = Device(device_type or accelerator_type()).type
    for d in named:
        placed(Device(kind, d) if isinstance(d, int) else Device(d))
