"""`torch.profiler` on JAX's profiler: traces for TensorBoard and Perfetto.

https://docs.pytorch.org/docs/stable/profiler.html
"""

from __future__ import annotations

import enum
import gzip
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
from torchish.autograd.profiler import kineto_available, record_function

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
    is in `trace_folder()` then. Tables of operators (`key_averages`) are not there: what was
    recorded runs as whole programs. Options that ask for more than JAX records raise
    NotImplementedError.
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
    ) -> None:
        for name, value in (
            ("with_flops", with_flops),
            ("with_modules", with_modules),
            ("experimental_config", experimental_config),
            ("execution_trace_observer", execution_trace_observer),
        ):
            if value:
                raise NotImplementedError(f"torch.profiler.profile({name}={value!r})")
        self.activities = set(activities or supported_activities())
        self.schedule = schedule or (lambda step: ProfilerAction.RECORD)
        self.on_trace_ready = on_trace_ready
        self.record_shapes, self.profile_memory = record_shapes, profile_memory
        self.with_stack = with_stack
        self.step_num = 0
        self.current_action = self.schedule(0)
        self._folder: str | None = None
        self._tracing = False

    def __enter__(self) -> profile:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin, with step 0."""
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

    def _begin(self) -> None:
        recording = (ProfilerAction.RECORD, ProfilerAction.RECORD_AND_SAVE)
        if self.current_action in recording and not self._tracing:
            self._folder = tempfile.mkdtemp(prefix="torchish_profile_")
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            jax.profiler.start_trace(self._folder, create_perfetto_trace=True)
            self._tracing = True

    def _end(self) -> None:
        if self._tracing:
            self._tracing = False
            jax.profiler.stop_trace()
            if self.on_trace_ready is not None:
                self.on_trace_ready(self)

    def trace_folder(self) -> str:
        """The folder of the last trace's files; RuntimeError before there is one."""
        if self._folder is None or self._tracing:
            raise RuntimeError("Profiler must be initialized before exporting a trace")
        return self._folder

    def export_chrome_trace(self, path: str) -> None:
        """Write the last trace for Perfetto and chrome://tracing; gzipped if the name says so."""
        traces = sorted(pathlib.Path(self.trace_folder()).rglob("perfetto_trace.json.gz"))
        if not traces:
            raise RuntimeError("JAX's profiler wrote no trace")
        if path.endswith(".gz"):
            shutil.copyfile(traces[-1], path)
            return
        with gzip.open(traces[-1]) as source, open(path, "wb") as target:
            shutil.copyfileobj(source, target)

    def key_averages(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(
            "profile.key_averages: operators run within whole programs; look at the trace "
            "(export_chrome_trace) or at torchish.engine.stats()"
        )

    events = key_averages


__getattr__ = _absent.attributes(__name__)
