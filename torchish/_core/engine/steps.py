"""A plan computed operator by operator.

Note [Straight code]
A program that is too small to be worth a call of XLA runs on the host for ever, and what Python
does between its operators costs more than they do. Once it has run often, it is written as one
Python function without a loop, in which values are local variables. Any exception in it sends the
program the longer way, which finds out what failed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from torchish._core.base.references import ONE
from torchish._core.engine import runners
from torchish._core.engine.plan import Plan
from torchish._core.engine.threads import on_one_thread

OFTEN = 12  # runs after which the function is written, which takes as long as some runs


class Steps:
    """A plan as a list of single operators, each bound to how it runs."""

    __slots__ = ("leaves", "on_host", "outputs", "refused", "runs", "steps", "straight")

    def __init__(self, plan: Plan, on_host: bool):
        self.runs, self.refused = 0, False
        self.straight: Callable | None = None
        self.outputs = plan.out_nums
        self.leaves, self.on_host = [n for n, _ in plan.leaves], on_host
        kept = set(plan.out_nums)
        linked = {e.link for e in plan.entries if e.link >= 0}
        last = {n: k for k, e in enumerate(plan.entries) for n in plan.primals(e)}
        dropped: dict[int, list[int]] = {}
        for n, k in last.items():
            if n not in kept:
                dropped.setdefault(k, []).append(n)

        def bind(e) -> runners.Runner:
            if on_host:
                return runners.runner(e.call, plan.avals_of(e))
            return runners.alone(e.call, plan.avals_of(e), e.outs[0].device)

        self.steps = [
            (
                bind(e),
                plan.primals(e),
                slice(*plan.numbers_at(e)),
                e.first,
                len(e.outs),
                e.index if e.index in linked else -1,
                e.link,
                dropped.get(k, ()),
            )
            for k, e in enumerate(plan.entries)
        ]

    def __call__(self, env: dict, numbers: list, failed: dict) -> Exception | None:
        """Compute into `env`, by number; what failed, or depends on it, goes into `failed`. Gives
        an exception that came from outside, as a signal handler raises it."""
        residuals: dict = {}
        from_outside = None
        on_host = self.on_host
        for run, inputs, place, first, count, index, link, dropped in self.steps:
            if failed:
                cause = next((failed[n] for n in inputs if n in failed), None)
                if cause is not None:
                    failed.update(dict.fromkeys(range(first, first + count), cause))
                    continue
            flat = [env[n] for n in inputs]
            if place.stop > place.start:
                flat += numbers[place]
            try:
                results, saved = run(flat, residuals.get(link))
            except Exception as error:
                try:  # an operator that fails does so again
                    results, saved = run(flat, None)
                    from_outside = error
                except Exception as again:
                    failed.update(dict.fromkeys(range(first, first + count), again))
                    continue
            if saved is runners.REFUSED:
                self.refused = True
            elif index >= 0 and saved is not None:
                residuals[index] = saved
            for r in results:
                env[first] = r if type(r) is np.ndarray or not on_host else np.asarray(r)
                first += 1
            for n in dropped:
                env.pop(n, None)
        return from_outside

    def ready(self) -> Callable | None:
        """The plan as one function (arrays of the leaves, numbers) → outputs, if it has run often
        and all its kernels had a form for what they were given."""
        if self.straight is None:
            self.runs += 1
            if self.runs > OFTEN and self.on_host and not self.refused:
                self.straight = _straight(self)
        return None if self.refused else self.straight


def _straight(steps: Steps) -> Callable:
    """The source of Note [Straight code]: `v` are values by their numbers, `r` runners, `s` what
    their kernels saved."""
    scope: dict = {"array": np.ndarray, "asarray": np.asarray, "copied": np.array}
    scope.update(references=sys.getrefcount, alone=ONE)
    lines = ["def straight(leaves, numbers):"]
    if steps.leaves:
        lines.append(f"    {', '.join([f'v{n}' for n in steps.leaves])}, = leaves")
    made: set[int] = set()  # arrays whose memory this function has made
    for k, (runner, inputs, place, first, count, index, link, dropped) in enumerate(steps.steps):
        given = [f"v{n}" for n in inputs]
        given += [f"numbers[{i}]" for i in range(place.start, place.stop)]
        inline = runner.inline() if runner.inline and count == 1 and index < 0 else None
        if inline is None:
            scope[f"r{k}"] = runner.run
            saved = f"s{link}" if link >= 0 else "None"
            results = "".join([f"v{n}, " for n in range(first, first + count)])
            kept = f"s{index}" if index >= 0 else "_"
            lines.append(f"    ({results}), {kept} = r{k}([{', '.join(given)}], {saved})")
        else:
            scope[f"r{k}"] = inline
            if runner.writes:
                base = given[0]
                whole = f"copied({base}, order='C')"
                if inputs[0] in made and inputs[0] in dropped:
                    whole = f"{base} if references({base}) == alone else {whole}"
                lines.append(f"    base = {whole}")
                given[0] = "base"
                made.add(first)
            lines.append(f"    v{first} = r{k}({', '.join(given)})")
        for n in range(first, first + count):
            lines.append(f"    if type(v{n}) is not array: v{n} = asarray(v{n})")
        gone = [f"v{n} = " for n in dropped]
        if runner.writes and inline is not None:
            gone.append("base = ")
        if gone:
            lines.append(f"    {''.join(gone)}None")
    lines.append(f"    return {''.join([f'v{n}, ' for n in steps.outputs])}")
    exec(compile("\n".join(lines), "<straight>", "exec"), scope)
    products = any(step[0].products for step in steps.steps)
    return on_one_thread(scope["straight"]) if products else scope["straight"]
