"""`torch.cuda`, answering for JAX's GPU backend. https://docs.pytorch.org/docs/stable/cuda.html"""

from __future__ import annotations

import re
import warnings
from collections import OrderedDict
from typing import Any

from torchish import _absent, _streams
from torchish._accelerators import StreamContext, allocator, peak, reset_peak
from torchish._accelerators import random as _random
from torchish._core.base import devices, forks
from torchish._core.tensor.api.objects import CUDA_LEGACY
from torchish._core.tensor.generator import default_of
from torchish._streams import wait
from torchish.cuda import jiterator

__all__ = [
    "CUDAGraph",
    "Event",
    "Stream",
    "StreamContext",
    "can_device_access_peer",
    "current_device",
    "current_stream",
    "default_stream",
    "device",
    "device_count",
    "device_of",
    "empty_cache",
    "get_arch_list",
    "get_device_capability",
    "get_device_name",
    "get_device_properties",
    "get_gencode_flags",
    "get_rng_state",
    "get_rng_state_all",
    "init",
    "initial_seed",
    "ipc_collect",
    "is_available",
    "is_bf16_supported",
    "is_current_stream_capturing",
    "is_initialized",
    "is_tf32_supported",
    "jiterator",
    "manual_seed",
    "manual_seed_all",
    "max_memory_allocated",
    "max_memory_cached",
    "max_memory_reserved",
    "mem_get_info",
    "memory_allocated",
    "memory_cached",
    "memory_reserved",
    "memory_stats",
    "memory_stats_as_nested_dict",
    "memory_summary",
    "reset_accumulated_memory_stats",
    "reset_max_memory_allocated",
    "reset_max_memory_cached",
    "reset_peak_memory_stats",
    "seed",
    "seed_all",
    "set_device",
    "set_rng_state",
    "set_rng_state_all",
    "set_stream",
    "stream",
    "synchronize",
]

_made = _random("cuda", lambda: devices.current("cuda"))
manual_seed, manual_seed_all = _made["manual_seed"], _made["manual_seed_all"]
seed, seed_all, initial_seed = _made["seed"], _made["seed_all"], _made["initial_seed"]
get_rng_state, get_rng_state_all = _made["get_rng_state"], _made["get_rng_state_all"]
set_rng_state, set_rng_state_all = _made["set_rng_state"], _made["set_rng_state_all"]
_Device = devices.device | str | int | None


def device_count() -> int:
    """How many GPUs JAX sees."""
    return len(devices.jax_devices("cuda"))


def is_available() -> bool:
    """Whether JAX has a GPU backend."""
    return device_count() > 0


def is_initialized() -> bool:
    return is_available()


def init() -> None:
    """Raise when there is no GPU."""
    _device(None)


_lazy_init = init  # by this name, libraries ask that the GPU be ready


def _is_in_bad_fork() -> bool:
    """Whether this process was forked from one that had started CUDA: never without a GPU."""
    return forks.forked() and is_available()


def is_bf16_supported(including_emulation: bool = True) -> bool:
    return is_available()


def _index(d) -> int:
    if d is None:
        return devices.current("cuda")
    if isinstance(d, int):
        return devices.current("cuda") if d < 0 else d
    i = devices.device(d).index
    return devices.current("cuda") if i is None else i


def _device(d):
    found, i = devices.jax_devices("cuda"), _index(d)
    if not found:
        raise devices.no_cuda()
    if i >= len(found):
        raise RuntimeError(f"invalid device ordinal: {i}, this machine has {len(found)}")
    return found[i]


def current_device() -> int:
    """Index of the current GPU."""
    _device(None)
    return devices.current("cuda")


def set_device(device: _Device) -> None:
    """Make a GPU the current one; a negative index changes nothing."""
    if not isinstance(device, int) or device >= 0:
        _device(device)
        devices.set_current("cuda", _index(device))


class device:
    """A context in which a GPU is the current one."""

    def __init__(self, device):
        self.idx = _index(device)

    def __enter__(self):
        self._before = devices.current("cuda")
        if self.idx >= 0:
            set_device(self.idx)

    def __exit__(self, *exc):
        devices.set_current("cuda", self._before)


def get_device_name(device: _Device = None) -> str:
    return _device(device).device_kind


def get_device_capability(device: _Device = None) -> tuple[int, int]:
    """The compute capability; (0, 0) for a device that has none."""
    found = re.match(r"(\d+)\.(\d+)", str(getattr(_device(device), "compute_capability", "")))
    return (int(found[1]), int(found[2])) if found else (0, 0)


class _Properties:
    def __init__(self, device):
        d = _device(device)
        self.name = d.device_kind
        self.total_memory = (d.memory_stats() or {}).get("bytes_limit", 0)
        self.major, self.minor = get_device_capability(device)
        self.multi_processor_count = getattr(d, "core_count", 0)

    def __repr__(self):
        return (
            f"_CudaDeviceProperties(name='{self.name}', major={self.major}, minor={self.minor}, "
            f"total_memory={self.total_memory // 2**20}MB)"
        )


def get_device_properties(device: _Device = None) -> _Properties:
    return _Properties(device)


def _placed(device: _Device) -> devices.device:
    _device(device)
    return devices.device("cuda", _index(device))


def synchronize(device: _Device = None) -> None:
    """Wait until everything recorded and dispatched has run."""
    wait(_placed(device))


def _stat(device, name: str) -> int:
    return int(allocator(_placed(device)).get(name, 0)) if is_available() else 0


def memory_allocated(device: _Device = None) -> int:
    """Bytes in use, from JAX's allocator."""
    return _stat(device, "bytes_in_use")


def max_memory_allocated(device: _Device = None) -> int:
    """Peak bytes in use since the process started. Since `reset_peak_memory_stats`, which JAX's
    allocator has not: its peak where that has grown since, else the most that was in use when
    somebody asked."""
    return peak(_placed(device)) if is_available() else 0


def memory_reserved(device: _Device = None) -> int:
    return _stat(device, "pool_bytes")


def max_memory_reserved(device: _Device = None) -> int:
    return _stat(device, "peak_pool_bytes")


def mem_get_info(device: _Device = None) -> tuple[int, int]:
    """(free, total) bytes of the allocator; raises without a GPU."""
    _device(device)
    total = _stat(device, "bytes_limit")
    return total - _stat(device, "bytes_in_use"), total


def memory_stats(device: _Device = None) -> OrderedDict[str, Any]:
    """What JAX's allocator says, under PyTorch's names; empty without a GPU."""
    if not is_available():
        return OrderedDict()
    found = {
        "allocated_bytes.all.current": memory_allocated(device),
        "allocated_bytes.all.peak": max_memory_allocated(device),
        "reserved_bytes.all.current": memory_reserved(device),
        "reserved_bytes.all.peak": max_memory_reserved(device),
        "num_alloc_retries": 0,
        "num_ooms": 0,
    }
    return OrderedDict(found)


def memory_stats_as_nested_dict(device: _Device = None) -> dict[str, Any]:
    """`memory_stats` by the parts of its names; empty without a GPU."""
    nested: dict[str, Any] = {}
    for name, value in memory_stats(device).items():
        *parts, last = name.split(".")
        inner = nested
        for part in parts:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return nested


def memory_summary(device: _Device = None, abbreviated: bool = False) -> str:
    """`memory_stats`, a line each."""
    stats = memory_stats(device)
    return "\n".join(f"| {name:<32} | {value:>16} |" for name, value in stats.items())


def _renamed(old: str, new: str) -> None:
    warnings.warn(f"torch.cuda.{old} now calls torch.cuda.{new}", FutureWarning, stacklevel=3)


def memory_cached(device: _Device = None) -> int:
    """The older name of `memory_reserved`."""
    _renamed("memory_cached", "memory_reserved")
    return memory_reserved(device)


def max_memory_cached(device: _Device = None) -> int:
    """The older name of `max_memory_reserved`."""
    _renamed("max_memory_cached", "max_memory_reserved")
    return max_memory_reserved(device)


def reset_max_memory_allocated(device: _Device = None) -> None:
    """The older name of `reset_peak_memory_stats`."""
    _renamed("reset_max_memory_allocated", "reset_peak_memory_stats")
    reset_peak_memory_stats(device)


def reset_max_memory_cached(device: _Device = None) -> None:
    """The older name of `reset_peak_memory_stats`."""
    _renamed("reset_max_memory_cached", "reset_peak_memory_stats")
    reset_peak_memory_stats(device)


def reset_accumulated_memory_stats(device: _Device = None) -> None:
    """JAX's allocator keeps no sums; harmless."""


def ipc_collect() -> None:
    """No memory is shared with other processes; raises without a GPU."""
    _device(None)


def empty_cache() -> None:
    """JAX's allocator keeps its pool; unused programs' buffers are freed by reference counting."""


def reset_peak_memory_stats(device: _Device = None) -> None:
    """Begin anew with `max_memory_allocated`; see there."""
    if is_available():
        reset_peak(_placed(device))


def is_current_stream_capturing() -> bool:
    """False: no graph is ever captured."""
    return False


def is_tf32_supported() -> bool:
    """Whether there is a GPU; `set_float32_matmul_precision` chooses."""
    return is_available()


def get_arch_list() -> list[str]:
    """The architectures that XLA compiles for: those of the GPUs here."""
    found = devices.jax_devices("cuda")
    known = [str(getattr(d, "compute_capability", "")) for d in found]
    return sorted({"sm_" + version.replace(".", "") for version in known if version})


def get_gencode_flags() -> str:
    """Empty: XLA compiles when it runs."""
    return ""


def can_device_access_peer(device: _Device, peer_device: _Device) -> bool:
    """Whether two GPUs are here, of which JAX moves values between any; raises without one."""
    return _device(device) is not _device(peer_device)


class device_of(device):
    """A context in which the GPU of a tensor is the current one; nothing for a tensor elsewhere."""

    def __init__(self, obj):
        super().__init__(obj.get_device() if obj.is_cuda else -1)


class Stream(_streams.Stream):
    """XLA orders its own work, so a stream orders nothing more; waiting on one waits for
    everything. RuntimeError without a GPU."""

    cuda_stream = 0  # the default one

    def __init__(self, device=None, priority: int = 0, **kwargs):
        if not is_available():
            raise RuntimeError("torch.cuda.Stream requires CUDA support")
        super().__init__(_placed(device), priority=priority, **kwargs)

    def record_event(self, event: _streams.Event | None = None) -> _streams.Event:
        """An event recorded here."""
        return super().record_event(event if event is not None else Event())


def current_stream(device: _Device = None) -> Stream:
    """A GPU's one stream; raises without a GPU."""
    _device(device)
    return Stream(device)


default_stream = current_stream
has_half, has_magma = True, False


def stream(stream: Stream | None) -> StreamContext:
    """A context of one stream; XLA orders the work."""
    return StreamContext(stream)


def set_stream(stream: Stream | None) -> None:
    """XLA orders its own work: there is nothing to choose."""


class Event(_streams.Event):
    """A point in the program whose wall-clock time can be compared with another's. RuntimeError
    without a GPU."""

    def __init__(
        self,
        enable_timing: bool = False,
        blocking: bool = False,
        interprocess: bool = False,
        external: bool = False,
    ):
        if not is_available():
            raise RuntimeError("Tried to instantiate dummy base class Event")
        super().__init__("cuda", enable_timing=enable_timing)


class CUDAGraph:
    """Programs are captured as XLA compiles them; there is no graph to hold. RuntimeError without a
    GPU, NotImplementedError with one."""

    def __init__(self, keep_graph: bool = False):
        if not is_available():
            raise RuntimeError("Tried to instantiate dummy base class CUDAGraph")
        raise NotImplementedError("torch.cuda.CUDAGraph is not supported by torchish")


globals().update(CUDA_LEGACY)
_missing = _absent.attributes(__name__)


def __getattr__(name: str) -> Any:
    if name == "default_generators":  # made when a program first asks
        return tuple(default_of(devices.device("cuda", i)) for i in range(device_count()))
    return _missing(name)
