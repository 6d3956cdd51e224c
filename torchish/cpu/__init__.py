"""`torch.cpu`: the CPU by the names of `torch.cuda`.
https://docs.pytorch.org/docs/stable/cpu.html"""

from __future__ import annotations

import os
import platform
from typing import Any

from torchish._core.engine import barrier
from torchish.cpu import amp

__all__ = [
    "Event",
    "Stream",
    "StreamContext",
    "amp",
    "current_device",
    "current_stream",
    "device_count",
    "get_capabilities",
    "is_available",
    "is_initialized",
    "set_device",
    "stream",
    "synchronize",
]


class Stream:
    """The CPU has one order of execution: streams exist so that device-neutral code runs."""

    def __init__(self, priority: int = -1, device: Any = None):
        self.priority = priority

    def wait_stream(self, stream: Stream) -> None:
        """Everything runs in program order already."""

    def record_event(self) -> None:
        """Everything runs in program order already."""

    def wait_event(self, event: Event) -> None:
        """Everything runs in program order already."""


class Event:
    """A point in the one order of execution."""

    def query(self) -> bool:
        """Whether what came before has been done, or will be before anybody can look."""
        return True

    def record(self, stream: Stream | None = None) -> None:
        """Everything runs in program order already."""

    def synchronize(self) -> None:
        """Run what is pending."""
        synchronize()

    def wait(self, stream: Stream | None = None) -> None:
        """Everything runs in program order already."""


_default_stream = Stream()
_current = [_default_stream]


class StreamContext:
    """Makes a stream the current one."""

    def __init__(self, stream: Stream | None):
        self.stream = stream
        self._before: Stream | None = None

    def __enter__(self):
        if self.stream is not None:
            self._before = _current[0]
            _current[0] = self.stream

    def __exit__(self, *exc):
        if self.stream is not None and self._before is not None:
            _current[0] = self._before


def stream(stream: Stream | None) -> StreamContext:
    """A context in which a stream is the current one."""
    return StreamContext(stream)


def current_stream(device: Any = None) -> Stream:
    """The current stream."""
    return _current[0]


def is_available() -> bool:
    """Always True."""
    return True


def is_initialized() -> bool:
    """Always True."""
    return True


def device_count() -> int:
    """Always 1."""
    return 1


def current_device() -> str:
    """Always "cpu"."""
    return "cpu"


def set_device(device: Any) -> None:
    """There is one CPU device: nothing to choose."""


def synchronize(device: Any = None) -> None:
    """Dispatch what is pending."""
    barrier()


# The capabilities that /proc/cpuinfo of Linux names as PyTorch does, and those named otherwise.
_SAME = """
    sse sse2 ssse3 sse4_1 sse4_2 sse4a avx avx2 f16c avx512_vnni avx512_bf16 avx512_fp16 avx_vnni
    amx_tile amx_int8 amx_bf16 amx_fp16 bmi2 popcnt aes
"""
_FLAGS = {name: name for name in _SAME.split()} | {
    "sse3": "pni",
    "fma3": "fma",
    "avx512_f": "avx512f",
    "avx512_bw": "avx512bw",
    "avx512_dq": "avx512dq",
    "avx512_vl": "avx512vl",
    "avx512_cd": "avx512cd",
    "bmi": "bmi1",
    "sha": "sha_ni",
}


def _is_avx2_supported() -> bool:
    """Whether the processor has AVX2."""
    return bool(get_capabilities().get("avx2"))


def _is_avx512_supported() -> bool:
    """Whether the processor has AVX-512."""
    return bool(get_capabilities().get("avx512_f"))


def get_capabilities() -> dict[str, Any]:
    """What the CPU can do: its architecture, name, logical cores, and (on Linux, x86) the vector
    instructions it has."""
    found: dict[str, Any] = {
        "architecture": platform.machine(),
        "cpu_name": platform.processor() or platform.machine(),
        "num_logical_cores": os.cpu_count() or 1,
    }
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as f:
            lines = [line.partition(":") for line in f]
        fields = {k.strip(): v.strip() for k, _, v in reversed(lines)}
        found["cpu_name"] = fields.get("model name", found["cpu_name"])
        if "flags" in fields:
            flags = set(fields["flags"].split())
            found |= {name: flag in flags for name, flag in _FLAGS.items()}
    return found
