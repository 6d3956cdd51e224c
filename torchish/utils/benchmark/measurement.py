"""The result of a measurement."""

from __future__ import annotations

import dataclasses
import math
import statistics
import textwrap
from collections.abc import Iterable
from typing import Any

__all__ = ["Measurement", "TaskSpec", "unit_of"]
UNITS = {1e-9: ("ns", "nanoseconds"), 1e-6: ("us", "microseconds"), 1e-3: ("ms", "milliseconds")}


def unit_of(seconds: float) -> tuple[str, float, str]:
    """(short name, its seconds, long name) of the unit to show a time in."""
    for size in (1e-3, 1e-6):
        if seconds >= size or (size == 1e-6 and seconds >= 1e-6):
            return UNITS[size][0], size, UNITS[size][1]
    return UNITS[1e-9][0], 1e-9, UNITS[1e-9][1]


@dataclasses.dataclass(init=True, repr=False, eq=True, frozen=True)
class TaskSpec:
    """What was measured."""

    stmt: str
    setup: str
    global_setup: str = ""
    label: str | None = None
    sub_label: str | None = None
    description: str | None = None
    env: str | None = None
    num_threads: int = 1

    @property
    def title(self) -> str:
        if self.label is not None:
            return self.label + (f": {self.sub_label}" if self.sub_label else "")
        if "\n" not in self.stmt:
            return self.stmt
        return f"stmt:{f': {self.sub_label}' if self.sub_label else ''}\n" + textwrap.indent(
            self.stmt, "  "
        )

    def setup_str(self) -> str:
        if self.setup in ("", "pass"):
            return ""
        if "\n" in self.setup:
            return "setup:\n" + textwrap.indent(self.setup, "  ")
        return f"setup: {self.setup}"

    def summarize(self) -> str:
        parts = [self.title, self.description or "", self.setup_str()]
        return "\n".join(p for p in parts if p)


@dataclasses.dataclass(init=True, repr=False)
class Measurement:
    """Times of a task: `times`, in seconds a run, of several batches of runs."""

    number_per_run: int
    raw_times: list[float]
    task_spec: TaskSpec
    metadata: dict[Any, Any] | None = None

    def __getattr__(self, name: str) -> Any:
        # Attributes of the task may be asked of its result.
        if (name != "task_spec" and hasattr(TaskSpec, name)) or name in TaskSpec.__annotations__:
            return getattr(self.task_spec, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def times(self) -> list[float]:
        return [t / self.number_per_run for t in self.raw_times]

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    @property
    def mean(self) -> float:
        return statistics.fmean(self.times)

    @property
    def iqr(self) -> float:
        """Between the first and the third quartile."""
        first, third = self._quartiles()
        return third - first

    def _quartiles(self) -> tuple[float, float]:
        if len(self.times) == 1:
            return self.times[0], self.times[0]
        quarters = statistics.quantiles(self.times, n=4, method="inclusive")
        return quarters[0], quarters[2]

    @property
    def significant_figures(self) -> int:
        """How many digits of the median the spread leaves in no doubt."""
        # Of a normal distribution, 1.35 standard deviations lie between the quartiles; the
        # interval meant is that of 80 % confidence, 1.645 wide on a side.
        low = self.iqr / 1.35 / math.sqrt(len(self.times)) * 2 * 1.645
        relative = low / self.median if self.median else 0.0
        if relative <= 0 or len(self.times) < 2:
            return 4 if len(self.times) < 2 else 6
        return max(1, min(6, math.floor(-math.log10(relative))))

    @property
    def has_warnings(self) -> bool:
        return self.iqr / self.median > 0.1

    def meets_confidence(self, threshold: float = 0.1) -> bool:
        return self.iqr / self.median < threshold

    @property
    def title(self) -> str:
        return self.task_spec.title

    @property
    def as_row_name(self) -> str:
        return self.task_spec.sub_label or self.task_spec.stmt or "[Unknown]"

    @property
    def env(self) -> str:
        return self.task_spec.env or "Unspecified env"

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def __repr__(self) -> str:
        name, unit, _ = unit_of(self.median)
        first, third = self._quartiles()
        lines = [super().__repr__(), self.task_spec.summarize()]
        if len(self.times) > 1:
            lines.append(f"  Median: {self.median / unit:.2f} {name}")
            if len(self.times) > 3:
                spread = f"({first / unit:.2f} to {third / unit:.2f})"
                lines.append(f"  IQR:    {self.iqr / unit:.2f} {name} {spread}")
        else:
            lines.append(f"  {self.median / unit:.2f} {name}")
        n, runs, threads = len(self.times), self.number_per_run, self.task_spec.num_threads
        lines.append(
            f"  {n} measurement{'s' * (n > 1)}, {runs} runs {'per measurement' if n > 1 else ''}, "
            f"{threads} thread{'s' * (threads > 1)}"
        )
        if n > 1 and self.has_warnings:
            share = f"{100 * self.iqr / self.median:.1f}%"
            lines.append(f"  WARNING: Interquartile range is {share} of the median measurement.")
            lines.append("           This could indicate system fluctuation.")
        return "\n".join(lines)

    @staticmethod
    def merge(measurements: Iterable[Measurement]) -> list[Measurement]:
        """Measurements of the same task as one."""
        groups: dict[TaskSpec, list[Measurement]] = {}
        for m in measurements:
            groups.setdefault(m.task_spec, []).append(m)
        return [
            Measurement(1, [t for m in group for t in m.times], task)
            for task, group in groups.items()
        ]
