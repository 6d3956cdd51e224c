"""What the modules of accelerators without functions of their own answer: the truth of JAX's
backends."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from torchish._core.base import devices
from torchish._core.tensor import Generator, Tensor
from torchish._core.tensor.generator import default_of
from torchish._streams import Event, Stream, wait

__all__ = ["allocator", "functions", "peak", "random", "reset_peak"]

# Of devices whose peak was reset: the allocator's peak then, and the most seen in use since.
_peaks: dict[devices.device, list[int]] = {}


def allocator(device: devices.device) -> dict[str, int]:
    """What JAX's allocator says of a device, by its own names; empty where it says nothing."""
    return dict(devices.jax_device(device).memory_stats() or {})


def peak(device: devices.device) -> int:
    """Most bytes in use since the process started. Since `reset_peak`, which JAX's allocator has
    not: its peak where that has grown since, else the most that was in use when somebody asked."""
    found = allocator(device)
    most, since = int(found.get("peak_bytes_in_use", 0)), _peaks.get(device)
    if since is None or most > since[0]:
        return most
    since[1] = max(since[1], int(found.get("bytes_in_use", 0)))
    return since[1]


def reset_peak(device: devices.device) -> None:
    """Begin anew with `peak`."""
    found = allocator(device)
    _peaks[device] = [int(found.get(n, 0)) for n in ("peak_bytes_in_use", "bytes_in_use")]


def _kind(kind: str) -> dict[str, Callable]:
    """Which devices there are, and which is the current one."""

    def placed(d: Any) -> devices.device:
        if d is None or (isinstance(d, int) and d < 0):
            return devices.placed(devices.device(kind, devices.current(kind)))
        return devices.placed(devices.device(kind, d) if isinstance(d, int) else devices.device(d))

    def device_count() -> int:
        """How many there are."""
        return len(devices.jax_devices(kind))

    def is_available() -> bool:
        """Whether JAX has such a backend."""
        return device_count() > 0

    def is_initialized() -> bool:
        """Whether JAX has such a backend, which starts with JAX."""
        return is_available()

    def init() -> None:
        """RuntimeError without such a device."""
        placed(None)

    def current_device() -> int:
        """Index of the device that tensors are made on."""
        return placed(None).index or 0

    def set_device(device: Any) -> None:
        """Make a device the current one; a negative index changes nothing."""
        devices.set_current(kind, placed(device).index or 0)

    def synchronize(device: Any = None) -> None:
        """Wait until what was recorded has run; RuntimeError without such a device."""
        wait(placed(device))

    def get_device_name(device: Any = None) -> str:
        """The device's name, as JAX says it."""
        return devices.jax_device(placed(device)).device_kind

    def get_device_properties(device: Any = None) -> Any:
        """JAX's device."""
        return devices.jax_device(placed(device))

    def get_device_capability(device: Any = None) -> dict[str, Any]:
        """What JAX says of the device."""
        found = devices.jax_device(placed(device))
        return {"name": found.device_kind, "platform": found.platform}

    class device:
        """A context in which a device is the current one."""

        def __init__(self, device: Any):
            self.idx = device if isinstance(device, int) else placed(device).index or 0
            self._before = 0

        def __enter__(self) -> None:
            self._before = devices.current(kind)
            if self.idx >= 0 and is_available():
                set_device(self.idx)

        def __exit__(self, *exc: Any) -> None:
            devices.set_current(kind, self._before)

    def current_stream(device: Any = None) -> Stream:
        """The device's one stream."""
        return Stream(placed(device))

    def stream(stream: Stream | None) -> StreamContext:
        """A context of one stream; XLA orders the work."""
        return StreamContext(stream)

    def set_stream(stream: Stream) -> None:
        """XLA orders its own work: there is nothing to choose."""

    def is_bf16_supported(including_emulation: bool = True) -> bool:
        """Whether there is such a device: XLA computes in bfloat16 on all of them."""
        return is_available()

    def is_tf32_supported() -> bool:
        """False."""
        return False

    def is_current_stream_capturing() -> bool:
        """False: no graph is ever captured."""
        return False

    class OfKind:
        """What can be made only where there is such a device, or where programs are told that
        there is none by the device of what they made."""

        def __init__(self, *args: Any, **kwargs: Any):
            if kind != "mtia" and not is_available():
                name = type(self).__name__
                raise RuntimeError(f"Tried to instantiate dummy base class {name}")
            super().__init__(*args, **kwargs)

    made = (device_count, is_available, is_initialized, init, current_device, set_device, device,
            synchronize, get_device_name, get_device_properties, get_device_capability,
            current_stream, stream, set_stream, is_bf16_supported, is_tf32_supported,
            is_current_stream_capturing)  # fmt: skip
    kinds = {c.__name__: type(c.__name__, (OfKind, c), {"__doc__": c.__doc__})
             for c in (Stream, Event)}  # fmt: skip
    return {f.__name__: f for f in made} | kinds | {"StreamContext": StreamContext}


class StreamContext:
    """A context of one stream; XLA orders the work."""

    def __init__(self, stream: Stream | None):
        self.stream = stream

    def __enter__(self) -> Stream | None:
        return self.stream

    def __exit__(self, *exc: Any) -> None:
        """Programs run in order: there is nothing to go back to."""


def _memory(kind: str) -> dict[str, Callable]:
    """What JAX's allocator says; zeros without such a device."""

    def placed(device: Any) -> devices.device:
        return devices.placed(
            devices.device(kind, device)
            if isinstance(device, int)
            else devices.device(device or kind)
        )

    def stats(device: Any) -> dict[str, int]:
        return allocator(placed(device)) if devices.jax_devices(kind) else {}

    def memory_allocated(device: Any = None) -> int:
        """Bytes in use."""
        return int(stats(device).get("bytes_in_use", 0))

    def max_memory_allocated(device: Any = None) -> int:
        """Most bytes in use since the process started or `reset_peak_memory_stats`, after which
        JAX's allocator knows of no lower peak: then the most in use when somebody asked."""
        return peak(placed(device)) if devices.jax_devices(kind) else 0

    def memory_reserved(device: Any = None) -> int:
        """Bytes that the allocator's pool holds."""
        return int(stats(device).get("pool_bytes", 0))

    def max_memory_reserved(device: Any = None) -> int:
        """Most bytes that the allocator's pool held."""
        return int(stats(device).get("peak_pool_bytes", 0))

    def memory_stats(device: Any = None) -> OrderedDict[str, Any]:
        """All that JAX's allocator says, by its own names; empty without such a device."""
        return OrderedDict(stats(device))

    def mem_get_info(device: Any = None) -> tuple[int, int]:
        """(free, total) bytes; RuntimeError without such a device."""
        devices.placed(devices.device(kind))
        found = stats(device)
        total = int(found.get("bytes_limit", 0))
        return total - int(found.get("bytes_in_use", 0)), total

    def empty_cache() -> None:
        """XLA manages its memory itself."""

    def reset_peak_memory_stats(device: Any = None) -> None:
        """Begin anew with `max_memory_allocated`; see there."""
        if devices.jax_devices(kind):
            reset_peak(placed(device))

    def reset_accumulated_memory_stats(device: Any = None) -> None:
        """JAX's allocator keeps no sums."""

    made = (memory_allocated, max_memory_allocated, memory_reserved, max_memory_reserved,
            memory_stats, mem_get_info, empty_cache, reset_peak_memory_stats,
            reset_accumulated_memory_stats)  # fmt: skip
    return {f.__name__: f for f in made}


def random(kind: str, current: Callable[[], int]) -> dict[str, Callable]:
    """The generators of the devices of a type; `current` gives the index of the present one.
    Seeding does nothing without a device, asking for a state raises."""

    def generator(d: Any = None) -> Generator:
        if isinstance(d, int):
            found = devices.device(kind, d)
        else:
            found = devices.device(kind if d is None else d)
        if found.index is None:
            found = devices.device(found.type, current())
        return default_of(devices.placed(found))

    def everywhere() -> list[Generator]:
        return [generator(i) for i in range(len(devices.jax_devices(kind)))]

    def manual_seed(seed: int) -> None:
        """Seed the generator of the current device."""
        seed = int(seed)
        if devices.jax_devices(kind):
            generator().manual_seed(seed)

    def manual_seed_all(seed: int) -> None:
        """Seed the generator of every device."""
        for g in everywhere():
            g.manual_seed(int(seed))

    def seed() -> None:
        """Seed the generator of the current device with a random number."""
        if devices.jax_devices(kind):
            generator().seed()

    def seed_all() -> None:
        """Seed the generator of every device with one random number."""
        found = everywhere()
        if found:
            manual_seed_all(found[0].seed())

    def initial_seed() -> int:
        """What the generator of the current device was seeded with."""
        return generator().initial_seed()

    def get_rng_state(device: Any = None) -> Tensor:
        """The state of a device's generator, a uint8 tensor on the CPU."""
        return generator(device).get_state()

    def set_rng_state(new_state: Tensor, device: Any = None) -> None:
        """Set the state of a device's generator; nothing without such a device."""
        if devices.jax_devices(kind):
            generator(device).set_state(new_state)

    def get_rng_state_all() -> list[Tensor]:
        """A state for each device; empty without one."""
        return [g.get_state() for g in everywhere()]

    def set_rng_state_all(new_states: Iterable[Tensor]) -> None:
        """Set the state for each device."""
        for i, state in enumerate(new_states):
            set_rng_state(state, i)

    made = (manual_seed, manual_seed_all, seed, seed_all, initial_seed, get_rng_state,
            set_rng_state, get_rng_state_all, set_rng_state_all)  # fmt: skip
    return {f.__name__: f for f in made}


def functions(kind: str) -> dict[str, Any]:
    """The functions and classes that `torch.<kind>` has, for a device type."""
    made = _kind(kind)
    return made | _memory(kind) | random(kind, lambda: devices.current(kind))
