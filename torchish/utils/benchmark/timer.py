"""Times a statement."""

from __future__ import annotations

import ast
import textwrap
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from torchish._core.engine import barrier
from torchish._core.tensor import Tensor
from torchish.utils.benchmark.measurement import Measurement, TaskSpec

__all__ = ["Timer", "timer"]
timer = time.perf_counter


def _settle(value: Any = None) -> None:
    """Dispatch what one execution of the statement has recorded, its value included."""
    barrier()


def _wait(value: Any) -> None:
    """Until everything has run, as far as the last value tells."""
    barrier()
    if isinstance(value, Tensor) and not value.is_meta:
        force = value.detach().reshape(-1)[:1]
        np.asarray(force.numpy())


class Timer:
    """Measures `stmt`, executed after `setup` with the names of `globals`.

    Nothing runs here before its value is looked at, and what nobody looks at never runs. So after
    each execution what it has recorded is run, the value of the statement (where it is an
    expression) and those of its variables included: that is what is timed. `num_threads` other
    than 1 is refused, since XLA's threads are set when it starts.

    >>> from torch.utils.benchmark import Timer
    >>> timer = Timer("x + 1", globals={"x": torch.ones(3)})
    >>> timer.timeit(10).number_per_run
    10
    """

    def __init__(
        self,
        stmt: str = "pass",
        setup: str = "pass",
        global_setup: str = "",
        timer: Callable[[], float] = timer,
        globals: dict[str, Any] | None = None,
        label: str | None = None,
        sub_label: str | None = None,
        description: str | None = None,
        env: str | None = None,
        num_threads: int = 1,
        language: Any = "python",
    ) -> None:
        if "python" not in str(getattr(language, "name", language)).lower() and language != "py":
            raise NotImplementedError(f"Timer: language={language!r}")
        if global_setup:
            raise ValueError("global_setup is C++ only")
        if num_threads != 1:
            raise NotImplementedError(f"Timer: num_threads={num_threads}")
        stmt, setup = (textwrap.dedent(s).strip() for s in (stmt, setup))
        self._timer, self._globals = timer, dict(globals or {})
        self._task_spec = TaskSpec(stmt, setup, "", label, sub_label, description, env, num_threads)
        try:
            ast.parse(stmt, mode="eval")
            body = f"_value = ({stmt}\n        )"
        except SyntaxError:
            ast.parse(stmt)
            body = textwrap.indent(stmt, "        ").lstrip() + "\n        _value = None"
        source = (
            "def _run(_count, _timer, _settle, _wait):\n"
            f"{textwrap.indent(setup, '    ')}\n"
            "    _value = None\n"
            "    _start = _timer()\n"
            "    for _ in range(_count):\n"
            f"        {body}\n"
            "        _settle(_value)\n"
            "    _wait(_value)\n"
            "    return _timer() - _start\n"
        )
        exec(compile(source, "<timer>", "exec"), self._globals)

    def _measure(self, number: int) -> float:
        return self._globals["_run"](number, self._timer, _settle, _wait)

    def timeit(self, number: int = 1000000) -> Measurement:
        """One measurement of `number` runs, after some to warm up."""
        self._measure(max(int(number // 100), 2))
        return Measurement(number, [self._measure(number)], self._task_spec)

    def _block(self, min_run_time: float) -> int:
        """So many runs that they take a twentieth of the time, and measuring them hardly counts."""
        self._measure(2)
        number = 1
        while self._measure(number) < max(min_run_time / 20, 1e-4):
            number *= 2
        return number

    def blocked_autorange(
        self, callback: Callable[[int, float], Any] | None = None, min_run_time: float = 0.2
    ) -> Measurement:
        """As many measurements as fit into `min_run_time` seconds, one at least."""
        number = self._block(min_run_time)
        return self._repeat(number, callback, lambda times: sum(times) >= min_run_time)

    def adaptive_autorange(
        self,
        threshold: float = 0.1,
        *,
        min_run_time: float = 0.01,
        max_run_time: float = 10.0,
        callback: Callable[[int, float], Any] | None = None,
    ) -> Measurement:
        """Measurements until they agree to `threshold`, or until `max_run_time` seconds."""
        number = self._block(0.05)

        def enough(times: list[float]) -> bool:
            if sum(times) >= max_run_time:
                return True
            if len(times) < 4 or sum(times) < min_run_time:
                return False
            return Measurement(number, times, self._task_spec).meets_confidence(threshold)

        return self._repeat(number, callback, enough)

    def _repeat(self, number, callback, enough) -> Measurement:
        times: list[float] = []
        while not times or not enough(times):
            times.append(self._measure(number))
            if callback is not None:
                callback(number, times[-1])
        return Measurement(number, times, self._task_spec)
