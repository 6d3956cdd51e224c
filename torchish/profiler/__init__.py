"""`torch.profiler` on JAX's profiler: traces for TensorBoard and Perfetto.

https://docs.pytorch.org/docs/stable/profiler.html
"""

from __future__ import annotations

import contextlib
import enum
import gzip
import json
import pathlib
import shutil
import socket
import tempfile
import time
import weakref
from collections.abc import Callable, Iterable
from typing import Any

import jax

from torchish import _absent, engine
from torchish._core.base.jax_internals import wait_for_all
from torchish._core.engine import scopes
from torchish.autograd.profiler import kineto_available, record_function
from torchish.profiler import _traces
from torchish.profiler._modules import ModuleNames
from torchish.profiler._operators import EventList, OperatorTimes

__all__ = [
    "ProfilerAction",
    "ProfilerActivity",
    "kineto_available",
    "profile",
    "record_function",
    "schedule",
    "supported_activities",
    "tensorboard_trace_handler",
]


class ProfilerActivity(enum.Enum):
    """What to trace; JAX's profiler traces the host and every device."""

    CPU = 0
    XPU = 1
    MTIA = 2
    CUDA = 3
    HPU = 4
    PrivateUse1 = 5


class ProfilerAction(enum.Enum):
    """What a step is for."""

    NONE = 0
    WARMUP = 1
    RECORD = 2
    RECORD_AND_SAVE = 3


def supported_activities() -> set[ProfilerActivity]:
    return {ProfilerActivity.CPU, ProfilerActivity.CUDA}


def schedule(
    *,
    wait: int,
    warmup: int,
    active: int,
    repeat: int = 0,
    skip_first: int = 0,
    skip_first_wait: int = 0,
) -> Callable[[int], ProfilerAction]:
    """The action of each step: skipped at first, then rounds of waiting, warming up, recording.

    `repeat` rounds, or endless ones when 0. ValueError for negative numbers and for no active step.
    """
    if min(wait, warmup, repeat, skip_first) < 0 or active <= 0:
        raise ValueError("Invalid profiler schedule arguments")

    def action(step: int) -> ProfilerAction:
        if step < skip_first:
            return ProfilerAction.NONE
        step -= skip_first
        if skip_first_wait:
            step += wait
        rounds, place = divmod(step, wait + warmup + active)
        if repeat and rounds >= repeat:
            return ProfilerAction.NONE
        if place < wait:
            return ProfilerAction.NONE
        if place < wait + warmup:
            return ProfilerAction.WARMUP
        last = place == wait + warmup + active - 1
        return ProfilerAction.RECORD_AND_SAVE if last else ProfilerAction.RECORD

    return action


def tensorboard_trace_handler(
    dir_name: str, worker_name: str | None = None, use_gzip: bool = False
) -> Callable[[profile], None]:
    """An `on_trace_ready` that puts each trace into a folder that TensorBoard shows."""

    def handle(p: profile) -> None:
        name = worker_name or f"{socket.gethostname()}_{time.time_ns()}"
        shutil.copytree(p.trace_folder(), pathlib.Path(dir_name) / name, dirs_exist_ok=True)

    return handle


class profile:
    """Traces a block, or the steps of it that a schedule chooses; call `step()` after each.

    `on_trace_ready` is called with this object after each recorded round; the trace, JAX's files,
    is in `trace_folder()` then, and `key_averages()` has the times of the operators: within a
    recorded round each runs by itself. `with_modules` adds a row for each call of a module,
    `with_stack` the lines that called, and `profile_memory` the bytes that were allocated for
    results; what is freed is not counted.

    With `compiled`, which PyTorch does not have, a round runs as without a profiler: as compiled
    programs, once the steps before have compiled them. The trace's rows of XLA's operations, and
    `key_averages()`, then say which module and line they are of; `backward/` stands before those of
    gradients. Recording begins anew when the profiler starts, so let a few steps warm up.

    Options that ask for more than JAX records raise NotImplementedError.
    """

    def __init__(
        self,
        *,
        activities: Iterable[ProfilerActivity] | None = None,
        schedule: Callable[[int], ProfilerAction] | None = None,
        on_trace_ready: Callable[..., Any] | None = None,
        record_shapes: bool = False,
        profile_memory: bool = False,
        with_stack: bool = False,
        with_flops: bool = False,
        with_modules: bool = False,
        experimental_config: Any = None,
        execution_trace_observer: Any = None,
        acc_events: bool = False,
        use_cuda: bool | None = None,
        compiled: bool = False,
    ) -> None:
        for name, value in (
            ("with_flops", with_flops),
            ("experimental_config", experimental_config),
            ("execution_trace_observer", execution_trace_observer),
            ("compiled=True, profile_memory", compiled and profile_memory),
        ):
            if value:
                raise NotImplementedError(f"torch.profiler.profile({name}={value!r})")
        self.activities = set(activities or supported_activities())
        self.schedule = schedule or (lambda step: ProfilerAction.RECORD)
        self.on_trace_ready = on_trace_ready
        self.record_shapes, self.profile_memory = record_shapes, profile_memory
        self.with_stack, self.with_modules, self.compiled = with_stack, with_modules, compiled
        self.step_num = 0
        self.current_action = self.schedule(0)
        self._folder: str | None = None
        self._tracing = False
        self._times: OperatorTimes | None = None
        self._named = contextlib.ExitStack()
        self._texts: list[str] = []

    def __enter__(self) -> profile:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin, with step 0."""
        if self.compiled:
            engine.barrier()
            self._named.enter_context(ModuleNames(scopes.within))
            self._named.callback(scopes.end, scopes.begin())
        self.current_action = self.schedule(self.step_num)
        self._begin()

    def step(self) -> None:
        """The end of a step: what is pending runs, and the schedule says what comes next."""
        done = self.current_action
        engine.barrier()
        self.step_num += 1
        self.current_action = self.schedule(self.step_num)
        if done is ProfilerAction.RECORD_AND_SAVE:
            self._end()
        self._begin()

    def stop(self) -> None:
        """The end of the block."""
        engine.barrier()
        self._end()
        self._named.close()

    def _begin(self) -> None:
        recording = (ProfilerAction.RECORD, ProfilerAction.RECORD_AND_SAVE)
        if self.current_action in recording and not self._tracing:
            self._folder = tempfile.mkdtemp(prefix="torchish_profile_")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            wait_for_all()  # and what came before does not
            jax.profiler.start_trace(self._folder, create_perfetto_trace=True)
            self._tracing = True
            if not self.compiled:
                told = self.with_modules, self.with_stack, self.profile_memory
                self._times = OperatorTimes(*told).__enter__()

    def _end(self) -> None:
        if self._tracing:
            self._tracing = False
            if self._times is not None:
                self._times.__exit__(None, None, None)
            wait_for_all()  # programs that were only dispatched belong to the round, too
            jax.profiler.stop_trace()
            if self.compiled:
                self._texts = scopes.texts()
            if self.on_trace_ready is not None:
                self.on_trace_ready(self)

    def trace_folder(self) -> str:
        """The folder of the last trace's files; RuntimeError before there is one."""
        if self._folder is None or self._tracing:
            raise RuntimeError("Profiler must be initialized before exporting a trace")
        return self._folder

    def export_chrome_trace(self, path: str) -> None:
        """Write the last trace for Perfetto and chrome://tracing; gzipped if the name says so."""
        trace = _traces.labelled(_traces.read(self.trace_folder()), self._texts)
        opened = gzip.open if path.endswith(".gz") else open
        with opened(path, "wt") as target:
            json.dump(trace, target)

    def events(self) -> EventList:
        """The calls of operators in the last recorded round. RuntimeError before there is one."""
        if self.compiled and self._folder is not None and not self._tracing:
            return _traces.operations(_traces.read(self._folder), self._texts)
        if self._times is None or self._tracing:
            raise RuntimeError("Profiler didn't finish running")
        return self._times.events

    def key_averages(
        self, group_by_input_shape: bool = False, group_by_stack_n: int = 0, **options: Any
    ) -> EventList:
        """The same summed up by name."""
        return self.events().key_averages(group_by_input_shape, group_by_stack_n, **options)


__getattr__ = _absent.attributes(__name__)
