"""`torch.Stream` and `torch.Event` of any device: XLA orders its own work, so they order nothing
more. Waiting for one waits for all that was recorded.

https://docs.pytorch.org/docs/stable/torch.html#accelerators
"""

from __future__ import annotations

import importlib
import itertools
import time
import types
from typing import Any

import jax

from torchish._core.base import devices
from torchish._core.engine import barrier

__all__ = ["Event", "Stream", "get_device_module", "wait"]

_numbers = itertools.count(1)


def _where(device: Any) -> devices.device:
    if device is None:
        kind = devices.accelerator_type()
        return devices.placed(devices.device(kind)) if devices.jax_devices(kind) else devices.cpu
    return devices.placed(devices.device(device))


def wait(device: devices.device) -> None:
    """Run what is recorded and wait until an accelerator has done it: a device's programs run in
    the order in which they were dispatched, so what is dispatched last is done last."""
    barrier()
    if device.type not in ("cpu", "meta"):
        (jax.device_put(0.0, devices.jax_device(device)) + 0).block_until_ready()


class Stream:
    """An order of execution on a device: the program's own, whichever stream is asked.

    RuntimeError for a device that is not here.
    """

    def __init__(self, device: Any = None, *, priority: int = 0, stream_id: int = 0, **kwargs: Any):
        self.device = _where(device)
        self.stream_id = stream_id
        self.priority = priority

    @property
    def device_index(self) -> int:
        return -1 if self.device.index is None else self.device.index

    @property
    def device_type(self) -> int:
        return (
            ("cpu", "cuda").index(self.device.type) if self.device.type in ("cpu", "cuda") else 20
        )

    def query(self) -> bool:
        """Whether everything submitted has been done: it is once it is asked."""
        wait(self.device)
        return True

    def synchronize(self) -> None:
        """Wait until what was recorded has run."""
        wait(self.device)

    def wait_event(self, event: Event) -> None:
        """Programs already run in the order in which they were recorded."""

    def wait_stream(self, stream: Stream) -> None:
        """Programs already run in the order in which they were recorded."""

    def record_event(self, event: Event | None = None) -> Event:
        """An event recorded here."""
        event = event if event is not None else Event(self.device)
        event.record(self)
        return event

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *exc: Any) -> None:
        """Programs run in order: there is nothing to go back to."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Stream):
            return NotImplemented
        return (self.device, self.stream_id) == (other.device, other.stream_id)

    def __hash__(self) -> int:
        return hash((self.device, self.stream_id))

    def __repr__(self) -> str:
        return (
            f"torch.Stream device_type={self.device.type}, device_index={self.device_index}, "
            f"stream_id={self.stream_id}"
        )


class Event:
    """A point in the program, whose time can be compared with another's when `enable_timing`."""

    def __init__(
        self,
        device: Any = None,
        *,
        enable_timing: bool = False,
        blocking: bool = False,
        interprocess: bool = False,
        external: bool = False,
    ):
        self.device = _where(device)
        self.event_id = 0
        self._timed = enable_timing
        self._time: float | None = None

    def record(self, stream: Stream | None = None) -> None:
        """Mark this point: what was recorded before it has run."""
        wait(self.device if stream is None else stream.device)
        self.event_id = self.event_id or next(_numbers)
        self._time = time.perf_counter()

    def query(self) -> bool:
        """Whether what came before the point has been done."""
        return True

    def wait(self, stream: Stream | None = None) -> None:
        """Programs already run in the order in which they were recorded."""

    def synchronize(self) -> None:
        """Wait until what was recorded has run."""
        wait(self.device)

    def elapsed_time(self, end_event: Event) -> float:
        """Milliseconds between two recorded events; RuntimeError unless both were recorded with
        `enable_timing`."""
        if not (self._timed and end_event._timed):
            raise RuntimeError("Both events must be created with argument 'enable_timing=True'.")
        if self._time is None or end_event._time is None:
            raise RuntimeError("Both events must be recorded before calculating elapsed time.")
        return (end_event._time - self._time) * 1e3

    def __repr__(self) -> str:
        index = -1 if self.device.index is None else self.device.index
        return (
            f"torch.Event device_type={self.device.type}, device_index={index}, "
            f"event_flag={int(self._timed)}, event_id={self.event_id}"
        )


def get_device_module(device: Any = None) -> types.ModuleType:
    """`torch.cuda` for "cuda", `torch.cpu` for "cpu" and so on; of the accelerator, or of the CPU
    without one, when no device is named. RuntimeError for a type without a module."""
    kind = (_where(None) if device is None else devices.device(device)).type
    if kind not in ("cpu", "cuda", "mps", "mtia", "xpu"):
        raise RuntimeError(
            f"Invalid device module '{kind}', a custom device module must be registered first"
        )
    return importlib.import_module(f"torchish.{kind}")
