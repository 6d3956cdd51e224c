"""`torch.autograd.profiler`: names regions in JAX's profiler."""

from __future__ import annotations

import contextlib
import time

import jax

from torchish import _absent


def kineto_available() -> bool:
    """False: traces are JAX's."""
    return False


class record_function(contextlib.ContextDecorator):
    """A named block, or function, in the trace: of the recording, not of the program it becomes."""

    def __init__(self, name: str, args: str | None = None):
        self.name = name

    def __enter__(self):
        self._annotation = jax.profiler.TraceAnnotation(self.name)
        self._annotation.__enter__()
        return self

    def __exit__(self, *exc):
        self._annotation.__exit__(*exc)


class profile:
    """Wall-clock time of a region; per-operator tables come from `jax.profiler`."""

    def __init__(self, enabled: bool = True, **options):
        self.enabled = enabled

    def __enter__(self):
        self._start = time.perf_counter()
        return self

    def __exit__(self, *exc):
        self.self_cpu_time_total = (time.perf_counter() - self._start) * 1e6

    def key_averages(self, *args, **kwargs):
        raise NotImplementedError(
            "profile.key_averages: a recorded program has no per-operator times; use jax.profiler"
        )


__all__ = ["profile", "record_function"]

__getattr__ = _absent.attributes(__name__)
