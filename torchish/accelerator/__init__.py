"""`torch.accelerator`: the accelerator of JAX's default backend, whichever it is.

https://docs.pytorch.org/docs/stable/accelerator.html
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from torchish._accelerators import allocator, peak, reset_peak
from torchish._core.base import devices
from torchish._streams import Stream, wait

__all__ = [
    "current_accelerator",
    "current_device_idx",
    "current_device_index",
    "current_stream",
    "device_count",
    "device_index",
    "empty_cache",
    "empty_host_cache",
    "get_device_capability",
    "get_memory_info",
    "is_available",
    "max_memory_allocated",
    "max_memory_reserved",
    "memory_allocated",
    "memory_reserved",
    "memory_stats",
    "reset_accumulated_memory_stats",
    "reset_peak_memory_stats",
    "set_device_idx",
    "set_device_index",
    "set_stream",
    "synchronize",
]


def _index() -> int:
    return devices.current(devices.accelerator_type())


def device_count() -> int:
    """How many devices the accelerator has; 0 without one."""
    return len(devices.jax_devices(devices.accelerator_type()))


def is_available() -> bool:
    """Whether JAX has an accelerator.

    >>> torch.accelerator.is_available() in (True, False)
    True
    """
    return device_count() > 0


def current_accelerator(check_available: bool = False) -> devices.device | None:
    """The accelerator's device type, None without one."""
    return devices.device(devices.accelerator_type()) if is_available() else None


def _device(device: Any) -> devices.device:
    if not is_available():
        raise RuntimeError("Cannot access accelerator device when none is available.")
    kind = devices.accelerator_type()
    if device is None:
        index = _index()
    elif isinstance(device, int):
        index = device
    else:
        wanted = devices.device(device)
        if wanted.type != kind:
            raise ValueError(f"{wanted.type} doesn't match the current accelerator {kind}.")
        index = _index() if wanted.index is None else wanted.index
    return devices.placed(devices.device(kind, index))


def current_device_index() -> int:
    """Index of the current device; RuntimeError without an accelerator."""
    _device(None)
    return _index()


def set_device_index(device: Any) -> None:
    """Make a device the current one; a negative index changes nothing."""
    if isinstance(device, int) and device < 0:
        return
    found = _device(device)
    devices.set_current(found.type, found.index or 0)


current_device_idx, set_device_idx = current_device_index, set_device_index


class device_index:
    """A context in which a device is the current one; None changes nothing."""

    def __init__(self, device: int | None, /):
        self.idx = device
        self._before = -1

    def __enter__(self) -> None:
        if self.idx is not None:
            self._before = _index()
            set_device_index(self.idx)

    def __exit__(self, *exc: Any) -> None:
        if self.idx is not None:
            devices.set_current(devices.accelerator_type(), self._before)


def current_stream(device: Any = None, /) -> Stream:
    """The device's one stream."""
    return Stream(_device(device))


def set_stream(stream: Stream) -> None:
    """XLA orders its own work: there is nothing to choose."""
    _device(stream.device)


def synchronize(device: Any = None, /) -> None:
    """Wait until everything recorded has run."""
    wait(_device(device))


def empty_cache() -> None:
    """XLA manages its memory itself; RuntimeError without an accelerator."""
    _device(None)


def empty_host_cache() -> None:
    """XLA manages its memory itself; RuntimeError without an accelerator."""
    _device(None)


def get_device_capability(device: Any = None, /) -> dict[str, Any]:
    """What JAX says of the device: its kind, platform and compute capability."""
    found = devices.jax_device(_device(device))
    known = {"name": found.device_kind, "platform": found.platform}
    capability = getattr(found, "compute_capability", None)
    return known | ({"compute_capability": capability} if capability else {})


def memory_stats(device: Any = None, /) -> OrderedDict[str, Any]:
    """Bytes by JAX's allocator, under PyTorch's names for those that it knows."""
    where = _device(device)
    found = allocator(where)
    if "peak_bytes_in_use" in found:
        found["peak_bytes_in_use"] = peak(where)
    names = {
        "allocated_bytes.all.current": "bytes_in_use",
        "allocated_bytes.all.peak": "peak_bytes_in_use",
        "reserved_bytes.all.current": "pool_bytes",
        "reserved_bytes.all.peak": "peak_pool_bytes",
        "allocation.all.allocated": "num_allocs",
    }
    return OrderedDict((ours, int(found[n])) for ours, n in names.items() if n in found)


def memory_allocated(device: Any = None, /) -> int:
    """Bytes in use."""
    return memory_stats(device).get("allocated_bytes.all.current", 0)


def max_memory_allocated(device: Any = None, /) -> int:
    """Most bytes in use since the process started or `reset_peak_memory_stats`, after which JAX's
    allocator knows of no lower peak: then the most in use when somebody asked."""
    return memory_stats(device).get("allocated_bytes.all.peak", 0)


def memory_reserved(device: Any = None, /) -> int:
    """Bytes that JAX's pool holds."""
    return memory_stats(device).get("reserved_bytes.all.current", 0)


def max_memory_reserved(device: Any = None, /) -> int:
    """Most bytes that JAX's pool held."""
    return memory_stats(device).get("reserved_bytes.all.peak", 0)


def get_memory_info(device: Any = None, /) -> tuple[int, int]:
    """(free, total) bytes of the allocator."""
    stats = allocator(_device(device))
    total = int(stats.get("bytes_limit", 0))
    return total - int(stats.get("bytes_in_use", 0)), total


def reset_peak_memory_stats(device: Any = None, /) -> None:
    """Begin anew with `max_memory_allocated`, see there; RuntimeError without an accelerator."""
    reset_peak(_device(device))


def reset_accumulated_memory_stats(device: Any = None, /) -> None:
    """JAX's allocator keeps no sums; RuntimeError without an accelerator."""
    _device(device)
