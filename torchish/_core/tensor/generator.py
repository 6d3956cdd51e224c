"""`torch.Generator` and the default generator: seeds, states, forks. `base.sampling` draws.

Each accelerator has a default generator of its own (Note [Draws on accelerators]); a seed is for
all.

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

from torchish._core.base.devices import accelerator_type, cpu, jax_devices, placed
from torchish._core.base.devices import device as Device
from torchish._core.base.errors import allocating
from torchish._core.base.jax_internals import outside_jax
from torchish._core.base.sampling import Sampler
from torchish._core.tensor import device_draws

# The seed of a generator that nobody has seeded.
_UNSEEDED = 67280421310721


def _seed_bits(seed: int) -> int:
    """A seed as 64 unsigned bits: negative seeds wrap; ValueError outside [-2**63, 2**64)."""
    if not -(2**63) <= seed < 2**64:
        raise ValueError("Overflow when unpacking long long")
    return seed % 2**64


class Generator(Sampler):
    """A stream of random numbers: for a seed, those of PyTorch's CPU generator; on an accelerator
    (`device`) those of Note [Draws on accelerators].

    RuntimeError when there is no such device. The methods that draw return fresh NumPy arrays, or
    tensors on the accelerator.
    """

    __module__ = "torchish"

    def __init__(self, device: Device | str = "cpu"):
        place = Device(device)
        if place.type == "meta":
            raise RuntimeError("META device type not an accelerator.")
        self._offset = 0
        super().__init__(_UNSEEDED)
        self._device = placed(place)

    @property
    def counts(self) -> bool:
        """Whether it draws on its device."""
        return self._device is not cpu and not draws.match_cpu

    def _reseed(self, seed: int) -> None:
        super()._reseed(seed)
        self._offset = 0

    def _get_state_bytes(self) -> np.ndarray:
        if not self.counts:
            return super()._get_state_bytes()
        return np.array([self._seed, self._offset], np.uint64).view(np.uint8)

    def _set_state_bytes(self, state: np.ndarray) -> None:
        if not self.counts:
            super()._set_state_bytes(state)
            return
        if state.size != 16:
            raise RuntimeError("RNG state is wrong size")
        seed, offset = np.ascontiguousarray(state).view(np.uint64).tolist()
        self._reseed(seed)
        self._offset = offset

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
        """How far an accelerator's generator has come; RuntimeError for the CPU's."""
        if not self.counts:
            raise RuntimeError("CPU Generator does not use offset")
        return self._offset

    def set_offset(self, offset: int) -> None:
        """Go on from an offset, a multiple of 4; RuntimeError for the CPU's generator."""
        if not self.counts:
            raise RuntimeError("CPU Generator does not use offset")
        if offset % device_draws.STEP:
            raise RuntimeError("offset must be a multiple of 4")
        self._offset = offset

    def __reduce__(self):
        return (Generator, (self._device,), self._get_state_bytes())

    def __setstate__(self, state: np.ndarray) -> None:
        self._set_state_bytes(state)


class _Draws(threading.local):
    def __init__(self):
        self.substitutes: list = []
        self.on_host = False  # draws inside this JAX transformation are made for it
        self.count = 0

    # Whether accelerators draw the CPU's numbers, on the host.
    match_cpu = os.environ.get("TORCHISH_RANDOM", "") == "cpu"


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
        if self.counts:
            offset = self._offset
            self._offset = offset + device_draws.STEP
            return device_draws.draw(self._device, self._seed, offset, name, args, kwargs)
        with allocating:
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


_of_devices: dict[Device, Generator] = {}  # the default generators of accelerators


def default_of(device: Device) -> Generator:
    """The generator from which operators on a device draw without one."""
    if draws.match_cpu or device.type in ("cpu", "meta"):
        return default_generator
    found = _of_devices.get(device)
    if found is None:
        found = _of_devices[device] = Generator(device)
        found.manual_seed(default_generator.initial_seed())
    return found


def match_cpu(enabled: bool = True) -> None:
    """Whether accelerators draw the CPU's numbers, those of its default generator, from now on.
    They are drawn on the host then, and an accelerator waits for them."""
    _Draws.match_cpu = bool(enabled)


def manual_seed(seed: int) -> Generator:
    """Seed the default generators of all devices, from which operators without a generator draw;
    returns the CPU's."""
    default_generator.manual_seed(int(seed))
    for g in _of_devices.values():
        g.manual_seed(int(seed))
    return default_generator


def seed() -> int:
    """Seed the default generators from the operating system's randomness; returns the seed."""
    made = default_generator.seed()
    for g in _of_devices.values():
        g.manual_seed(made)
    return made


def states() -> list[tuple[Generator, np.ndarray]]:
    """The default generators of the devices that have drawn, each with its state."""
    return [(g, g._get_state_bytes()) for g in (default_generator, *_of_devices.values())]


def restore(kept: Iterable[tuple[Generator, np.ndarray]]) -> None:
    """Go on from what `states` gave."""
    for g, state in kept:
        g._set_state_bytes(state)


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
    """Draws inside leave the CPU's default generator, and those of the devices named, where they
    stood before (`torch.random.fork_rng`): of all devices where none is named. RuntimeError for a
    device that is not there.

    >>> _ = torch.manual_seed(0)
    >>> with torch.random.fork_rng():
    ...     inside = torch.rand(1)
    >>> torch.equal(inside, torch.rand(1))  # as if nothing had been drawn
    True
    """
    if device_type == "meta" or not enabled:
        yield
        return
    places = _places(None if devices is None else list(devices), device_type)
    forked = {id(g): g for g in (default_generator, *map(default_of, places))}.values()
    kept = [(g, g._get_state_bytes()) for g in forked]
    try:
        yield
    finally:
        restore(kept)


def _places(named: list | None, device_type: str | None) -> list[Device]:
    kind = Device(device_type or accelerator_type()).type
    if named is None:
        return [placed(Device(kind, i)) for i in range(len(jax_devices(kind)))]
    return [placed(Device(kind, d) if isinstance(d, int) else Device(d)) for d in named]
