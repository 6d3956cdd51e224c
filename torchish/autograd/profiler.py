"""`torch.autograd.profiler`: names regions in JAX's profiler."""

from __future__ import annotations

import contextlib
import importlib
import time
from typing import Any

import jax

from torchish import _absent


def kineto_available() -> bool:
    """False: traces are JAX's."""
    return False


# Who measures operators at the moment, and is told of named blocks.
listeners: list[Any] = []


class record_function(contextlib.ContextDecorator):
    """A named block, or function, in the trace: of the recording, not of the program it becomes."""

    def __init__(self, name: str, args: str | None = None):
        self.name = name

    def __enter__(self):
        # Who measures operators annotates the trace itself.
        plain = [] if listeners else [jax.profiler.TraceAnnotation(self.name)]
        self._told = [*plain, *[m.composite(self.name) for m in listeners]]
        for block in self._told:
            block.__enter__()
        return self

    def __exit__(self, *exc):
        for block in self._told:
            block.__exit__(*exc)


class profile:
    """Times of the operators within it, each of which runs by itself; with `profile_memory`,
    `with_stack` and `with_modules` as `torch.profiler.profile` has them. The shapes of inputs are
    always kept. NotImplementedError for what is not recorded."""

    def __init__(
        self,
        enabled: bool = True,
        *,
        use_cuda: bool = False,
        use_device: str | None = None,
        record_shapes: bool = False,
        with_flops: bool = False,
        profile_memory: bool = False,
        with_stack: bool = False,
        with_modules: bool = False,
        use_kineto: bool = False,
        use_cpu: bool = True,
        experimental_config: Any = None,
        acc_events: bool = False,
        custom_trace_id_callback: Any = None,
    ):
        for name, value in (
            ("with_flops", with_flops),
            ("experimental_config", experimental_config),
            ("custom_trace_id_callback", custom_trace_id_callback),
            ("use_cpu", None if use_cpu else "False"),
        ):
            if value:
                raise NotImplementedError(f"torch.autograd.profiler.profile({name}={value})")
        self.enabled = enabled
        self._told = with_modules, with_stack, profile_memory

    def __enter__(self) -> profile:
        self._start = time.perf_counter()
        if self.enabled:
            home = importlib.import_module("torchish.profiler._operators")
            self._times = home.OperatorTimes(*self._told).__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        if self.enabled:
            self._times.__exit__(*exc)
        self.self_cpu_time_total = (time.perf_counter() - self._start) * 1e6

    @property
    def function_events(self) -> Any:
        """The calls, in order; None where it is not enabled."""
        return self._times.events if self.enabled else None

    def key_averages(self, group_by_input_shape: bool = False, group_by_stack_n: int = 0) -> Any:
        """The calls, summed up by name. RuntimeError where nothing was measured."""
        if not self.enabled or not hasattr(self, "_times"):
            raise RuntimeError("Profiler didn't finish running")
        return self._times.events.key_averages(group_by_input_shape, group_by_stack_n)

    def table(self, *args: Any, **options: Any) -> str:
        """The calls as text."""
        return self.function_events.table(*args, **options)

    def total_average(self) -> Any:
        """All calls as one."""
        return self.function_events.total_average()


__all__ = ["profile", "record_function"]

__getattr__ = _absent.attributes(__name__)
