"""One operator at once: by its host kernel, by NumPy equation by equation, or compiled alone."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from torchish._core.base import devices, forks, precision
from torchish._core.base.errors import out_of_memory
from torchish._core.base.jax_internals import outside_jax
from torchish._core.engine.host import Unsupported, host_call
from torchish._core.engine.interpreter import interpret
from torchish._core.engine.interpreter.interpret import NUMBER_DTYPES
from torchish._core.engine.plan import form
from torchish._core.engine.shelf import Program
from torchish._core.engine.threads import LARGE, on_one_thread
from torchish._core.engine.values import put

# Whether the CPU has a host tier; TORCHISH_HOST=off compiles everything, as on an accelerator.
ENABLED = os.environ.get("TORCHISH_HOST", "").lower() not in ("off", "0", "no")

CALL = 6e-6  # seconds that a kernel takes for nothing
ALONE = 3e-5  # seconds that calling a compiled operator takes
SLOW = 0.05  # seconds from which on NumPy, equation by equation, is slower than to compile

# What NumPy raises for arguments that do not fit; the operator itself then words the error.
REFUSALS = (Unsupported, ValueError, TypeError, IndexError, ArithmeticError, np.linalg.LinAlgError)


REFUSED = object()  # in the place of what a kernel saved: it had no form for these values


def serves(device: devices.device) -> bool:
    """Whether values of this device can be computed by the host."""
    return device is devices.cpu and (ENABLED or forks.forked())


class Runner:
    """A call on inputs of given avals. `run(flat, saved)` gives (results, saved) from arrays and
    numbers, `instead(flat)` the results where it refuses; `cost(outputs)` estimates its seconds
    from the avals of the results. `inline()`, if any, makes a function (*flat) that gives the one
    result; with `writes` that writes into its first argument."""

    __slots__ = ("checks", "cost", "inline", "instead", "products", "run", "saves", "writes")

    def __init__(
        self,
        run: Callable,
        cost: Callable[[Sequence], float],
        saves: bool = False,
        products: bool = False,
        instead: Callable | None = None,
    ):
        self.run, self.cost, self.saves, self.products = run, cost, saves, products
        self.instead = instead
        self.checks = self.writes = False
        self.inline: Callable | None = None

    def __call__(self, flat: list, saved: Any) -> tuple[tuple, Any]:
        """(results, saved); REFUSED for saved where the kernel had no form for these values."""
        try:
            return self.run(flat, saved)
        except REFUSALS:
            if self.instead is None:
                raise
        except MemoryError as error:
            raise out_of_memory(error) from error
        return self.instead(flat), REFUSED  # out here, an error of its own speaks of nothing else


def runner(call, avals: tuple) -> Runner:
    """How this call runs on the host. Raises the user's error where the inputs do not fit."""
    found = call.compiled.get(avals)
    if found is None:
        if len(call.compiled) > KEPT:
            call.compiled.clear()
        found = call.compiled[avals] = _make(call, avals)
    return found


KEPT = 512  # avals of one call


def _make(call, avals: tuple) -> Runner:
    bound = host_call(call, avals)
    if bound is not None:
        return _kernel(call, avals, bound)
    return _moving(call, avals) if call.moves else _other(call, avals)


def _traffic(avals: Sequence) -> float:
    return 1.5e-9 * sum(math.prod(a.shape) for a in avals)


def _kernel(call, avals: tuple, bound) -> Runner:
    """By the host kernel; what it refuses goes the other way, which raises the user's error."""
    run = bound.run
    if bound.products and bound.cost(avals, avals) < LARGE:
        run = on_one_thread(run)
    made = Runner(
        run,
        lambda outs: CALL + bound.cost(avals, outs),
        bound.saves,
        bound.products,
        lambda flat: _other(call, avals).run(flat, None)[0],
    )
    made.checks, made.inline = bound.checks, bound.inline
    return made


def _moving(call, avals: tuple) -> Runner:
    """By the call's own `host`, which may say None."""
    rest: list[Runner] = []

    def run(flat, saved):
        outs = call.host(*flat)
        if outs is None:
            if not rest:
                rest.append(_other(call, avals))
            return rest[0].run(flat, saved)
        return outs, None

    made = Runner(run, lambda outs: CALL + _traffic(outs))
    made.inline, made.writes = call.inline, call.writes
    return made


def _other(call, avals: tuple) -> Runner:
    key = ("other", avals)
    found = call.compiled.get(key)
    if found is None:
        found = call.compiled[key] = _interpreted(call, avals) or alone(call, avals)
    return found


def _interpreted(call, avals: tuple) -> Runner | None:
    steps = interpret.steps_of(call, avals)
    if steps is None or (steps.cost > SLOW and not forks.forked()):
        return None

    def run(flat, saved):
        try:
            return tuple(steps([np.asarray(a) for a in flat])), None
        except interpret.Unsupported:  # these values, or so long a loop
            return alone(call, avals).run(flat, saved)

    return Runner(run, lambda outs: CALL + steps.cost)


def single(call, type: str = "cpu") -> Program:
    """The compiled program of one operator on devices of a type, for whatever avals it is called
    with."""
    program = call.compiled.get(("jit", type))
    if program is None:
        program = call.compiled["jit", type] = Program(
            jax.jit(form(call, type), compiler_options=precision.options(type)), 1
        )
    return program


def place(device: devices.device) -> contextlib.AbstractContextManager:
    """The context in which a program runs on a device. Inside a JAX trace a call on concrete arrays
    would be staged out; these values are not part of that trace."""
    near, outside = devices.on_default_backend(device), outside_jax()
    if near and outside:
        return contextlib.nullcontext()
    stack = contextlib.ExitStack()
    if not outside:
        stack.enter_context(jax.ensure_compile_time_eval())
    if not near:
        stack.enter_context(jax.default_device(devices.jax_device(device)))
    stack.enter_context(devices.tracing(device.type))
    return stack


def alone(call, avals: tuple, device: devices.device = devices.cpu) -> Runner:
    """Compiled, as a program of this one operator."""
    program = single(call, device.type)
    tensors = len(avals)

    def run(flat, saved):
        if forks.forked() and (steps := interpret.steps_of(call, avals)) is not None:
            with contextlib.suppress(interpret.Unsupported):
                return tuple(steps([np.asarray(a) for a in flat])), None
        arrays = [
            put(np.asarray(a, order="C"), avals[i]) if type(a) is np.ndarray else a
            for i, a in enumerate(flat[:tensors])
        ]
        numbers = [NUMBER_DTYPES[k](x) for k, x in zip(call.numbers, flat[tensors:], strict=True)]
        with place(device):
            return program(avals, [*arrays, *numbers]), None

    return Runner(run, lambda outs: ALONE + _traffic((*avals, *outs)))


__all__: list[Any] = ["Runner", "alone", "place", "runner", "serves", "single"]
