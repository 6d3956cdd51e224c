"""Times of operators: each runs by itself, as it is called, and is waited for.

https://docs.pytorch.org/docs/stable/autograd.html#profiler
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import jax

from torchish import engine
from torchish._core.base.frames import user_frames
from torchish._core.tensor import Tensor, inner
from torchish._ops import lowering
from torchish.autograd import profiler as _regions
from torchish.profiler._modules import ModuleNames
from torchish.utils import _pytree as pytree
from torchish.utils._python_dispatch import TorchDispatchMode

__all__ = ["EventList", "FunctionEvent", "FunctionEventAvg", "OperatorTimes"]


class FunctionEvent:
    """One call: its name, when it began and ended, in microseconds, and the time of what it called
    itself; with `profile_memory`, the bytes of the results for which memory was allocated."""

    def __init__(self, name: str, start: float, shapes: list):
        self.name = self.key = name
        self.start, self.end, self.inside = start, start, 0.0
        self.cpu_memory_usage = self.self_cpu_memory_usage = 0
        self.input_shapes = shapes
        self.stack: list[str] = []  # the program's lines, the innermost first
        self.module = ""
        self.count = 1

    @property
    def cpu_time_total(self) -> float:
        """Microseconds from begin to end."""
        return self.end - self.start

    @property
    def self_cpu_time_total(self) -> float:
        """The same without what it called."""
        return self.cpu_time_total - self.inside

    cpu_time = cpu_time_total

    def __repr__(self) -> str:
        return (
            f"<FunctionEvent name={self.name} cpu_time={_shown(self.cpu_time)} "
            f"cpu_start_us={self.start} cpu_end_us={self.end} input_shapes={self.input_shapes}>"
        )


class FunctionEventAvg:
    """The calls of one name."""

    def __init__(self, key: str, shapes: list | None, stack: list[str] | None = None):
        self.key, self.input_shapes, self.stack = key, shapes, stack or []
        self.count, self.cpu_time_total, self.self_cpu_time_total = 0, 0.0, 0.0
        self.device_time_total = self.self_device_time_total = 0.0
        self.cpu_memory_usage = self.self_cpu_memory_usage = 0

    def add(self, e: Any) -> None:
        """One more call, or several."""
        self.count += e.count
        self.cpu_time_total += e.cpu_time_total
        self.self_cpu_time_total += e.self_cpu_time_total
        self.cpu_memory_usage += e.cpu_memory_usage
        self.self_cpu_memory_usage += e.self_cpu_memory_usage

    @property
    def cpu_time(self) -> float:
        """Microseconds a call."""
        return self.cpu_time_total / self.count if self.count else 0.0

    def __repr__(self) -> str:
        return (
            f"<FunctionEventAvg key={self.key} self_cpu_time={_shown(self.self_cpu_time_total)} "
            f"cpu_time={_shown(self.cpu_time)} count={self.count}>"
        )


def _shown(us: float) -> str:
    if us >= 1e6:
        return f"{us / 1e6:.3f}s"
    return f"{us / 1e3:.3f}ms" if us >= 1e3 else f"{us:.3f}us"


def _bytes(n: int) -> str:
    for unit, size in (("GB", 2**30), ("MB", 2**20), ("KB", 2**10)):
        if n >= size:
            return f"{n / size:.2f} {unit}"
    return f"{n} B"


_SORTED_BY = {
    "cpu_time", "cpu_time_total", "self_cpu_time_total", "count", "device_time_total",
    "self_device_time_total", "cuda_time_total", "self_cuda_time_total", "cpu_memory_usage",
    "self_cpu_memory_usage",
}  # fmt: skip


class EventList(list):
    """Calls, or what was summed up of them."""

    @property
    def self_cpu_time_total(self) -> float:
        """Microseconds of all."""
        return sum(e.self_cpu_time_total for e in self)

    def total_average(self) -> FunctionEventAvg:
        """All as one."""
        made = FunctionEventAvg("Total", None)
        for e in self:
            made.add(e)
        return made

    def key_averages(
        self, group_by_input_shape: bool = False, group_by_stack_n: int = 0, **options: Any
    ) -> EventList:
        """Summed up by name, and if asked for by the inputs' shapes, and by the nearest
        `group_by_stack_n` lines of the program that called."""
        for name, value in options.items():
            if value:
                raise NotImplementedError(f"key_averages({name}={value!r})")
        found: dict[Any, FunctionEventAvg] = {}
        for e in self:
            shapes = e.input_shapes if group_by_input_shape else None
            stack = e.stack[:group_by_stack_n] if group_by_stack_n > 0 else []
            key = (e.key, str(shapes), tuple(stack))
            found.setdefault(key, FunctionEventAvg(e.key, shapes, stack)).add(e)
        return EventList(found.values())

    def table(
        self,
        sort_by: str | None = None,
        row_limit: int = 100,
        max_src_column_width: int = 75,
        max_name_column_width: int = 55,
        max_shapes_column_width: int = 80,
        header: str | None = None,
        top_level_events_only: bool = False,
    ) -> str:
        """The list as text. ValueError for a column that there is not."""
        rows = list(self)
        if sort_by is not None:
            if sort_by not in _SORTED_BY:
                raise ValueError(f"cannot sort by {sort_by}: there are {sorted(_SORTED_BY)}")
            key = sort_by.replace("cuda", "device")
            rows.sort(key=lambda e: getattr(e, key, 0), reverse=True)
        total = self.self_cpu_time_total
        shapes = any(e.input_shapes is not None for e in rows) and isinstance(
            rows[0], FunctionEventAvg
        )
        stacks = any(e.stack for e in rows) and isinstance(rows[0], FunctionEventAvg)
        memory = any(e.cpu_memory_usage for e in rows)
        head = ["Name", "Self CPU %", "Self CPU", "CPU total %", "CPU total", "CPU time avg",
                *(["CPU Mem", "Self CPU Mem"] * memory), "# of Calls"]  # fmt: skip
        lines = []
        for e in rows[: None if row_limit < 0 else row_limit]:
            cells = [
                _cut(e.key, max_name_column_width),
                _share(e.self_cpu_time_total, total),
                _shown(e.self_cpu_time_total),
                _share(e.cpu_time_total, total),
                _shown(e.cpu_time_total),
                _shown(e.cpu_time),
                *([_bytes(e.cpu_memory_usage), _bytes(e.self_cpu_memory_usage)] * memory),
                str(e.count),
                *([_cut(str(e.input_shapes), max_shapes_column_width)] if shapes else []),
            ]
            places = [_end(place, max_src_column_width) for place in e.stack] or [""]
            lines.append([*cells, *places[:1] * stacks])
            lines += [[*[""] * len(cells), place] for place in places[1:]]
        head += ["Input Shapes"] * shapes + ["Source Location"] * stacks
        widths = [12] * len(head)
        for i in (0, *range(len(head) - shapes - stacks, len(head))):
            widths[i] = max([len(line[i]) for line in lines] + [len(head[i])]) + 4
        rule = "".join("-" * w + "  " for w in widths)

        def written(cells: list[str]) -> str:
            return "".join(f"{c:>{w}}  " for c, w in zip(cells, widths, strict=True))

        text = [*([header] if header else []), rule, written(head), rule]
        text += [*map(written, lines), rule, f"Self CPU time total: {_shown(total)}", ""]
        return "\n".join(text)

    def __str__(self) -> str:
        return self.table()


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole if whole else 0.0:.2f}%"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."


def _end(text: str, width: int) -> str:
    return text if len(text) <= width else "..." + text[3 - width :]


def _lines() -> list[str]:
    """The program's lines that are being executed, the innermost first, as PyTorch writes them."""
    frames = [f for f in reversed(user_frames()) if f.filename != contextlib.__file__]
    return [f"{f.filename}({f.lineno}): {f.name}" for f in frames]


class OperatorTimes(TorchDispatchMode):
    """Is told of operators, runs each and waits for it; with `modules`, of modules too, with
    `stack`, of the lines that called, with `memory`, of what is allocated for results. Each is a
    row in JAX's trace as well."""

    def __init__(self, modules: bool = False, stack: bool = False, memory: bool = False) -> None:
        super().__init__()
        self.events = EventList()
        self._memory = memory
        self._open = [FunctionEvent("", 0.0, [])]
        self._stack = stack
        self._modules = ModuleNames(self._module) if modules else contextlib.nullcontext()

    def __enter__(self) -> OperatorTimes:
        engine.barrier()  # what is pending is nobody's time, nor is reading the list of operators
        lowering.schemas("add")
        _regions.listeners.append(self)
        self._modules.__enter__()
        return super().__enter__()

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        self._modules.__exit__(None, None, None)
        _regions.listeners.remove(self)

    @contextlib.contextmanager
    def composite(self, name: str, shapes: list | None = None) -> Iterator[None]:
        """A call that comes to operators: their time is within its own."""
        event = FunctionEvent(name, time.perf_counter() * 1e6, shapes or [])
        event.module = self._open[-1].module
        told = {"module": event.module} if event.module else {}
        if self._stack:
            event.stack = _lines()
            told["line"] = event.stack[0] if event.stack else ""
        self.events.append(event)
        self._open.append(event)
        try:
            with jax.profiler.TraceAnnotation(name, **told):
                yield
        finally:
            event.end = time.perf_counter() * 1e6
            self._open.pop()
            self._open[-1].inside += event.cpu_time_total
            self._open[-1].cpu_memory_usage += event.cpu_memory_usage

    @contextlib.contextmanager
    def _module(self, name: str) -> Iterator[None]:
        with self.composite(f"nn.Module: {name}"):
            self._open[-1].module = name
            yield

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        shapes = [list(a.shape) if isinstance(a, Tensor) and not a.is_nested else [] for a in args]
        with self.composite(func.name().partition(".")[0], shapes):
            out = func(*args, **(kwargs or {}))
            for t in pytree.tree_leaves(out):
                if isinstance(t, Tensor) and not (t._hollow or t._sparse or t.is_meta):
                    if not inner.is_traced(t):
                        jax.block_until_ready(inner.array_of(t))
                    if self._memory and not (t._is_view() or any(t is a for a in args)):
                        self._open[-1].cpu_memory_usage += t.nbytes
                        self._open[-1].self_cpu_memory_usage += t.nbytes
        return out
