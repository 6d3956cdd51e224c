"""Running what a recording has pending: on the host, or as one compiled program.

Note [Nothing is lost]
A program may take over the memory of inputs that nobody else holds (it is given the latest
parameters, and gives the next). Whatever interrupts it, an exception raised in the middle of a call
or another thread, every value must have its old or its new contents afterwards. So a recording
keeps all that it needs to run until its values hold their arrays. A program is compiled before
anything is given to it, and called below JAX's Python code: its results go into the recording's
list without any Python code in between, and are handed out from there, once more if that was
interrupted. Where it can not be called so, it is given copies. A program that fails is run operator
by operator, and only what depends on the failure is without a value.
"""

from __future__ import annotations

import itertools
import operator
import os
import sys
from collections.abc import Callable

import jax
import numpy as np

from torchish._core.base import forks, precision
from torchish._core.base.jax_internals import Entry
from torchish._core.base.numpy_internals import loud, quiet
from torchish._core.engine import costs, meshes, policy, runners, scopes
from torchish._core.engine.giving import arguments, only_ours
from torchish._core.engine.plan import Plan
from torchish._core.engine.recording import Recording, trie
from torchish._core.engine.shelf import Program, compiling, counters, said_when_long, user_line
from torchish._core.engine.steps import Steps
from torchish._core.engine.trie import Ending
from torchish._core.engine.values import Failure, Value, hosted


class Compiled:
    """A program for some outputs of a path: its function, which arguments it takes over, and where
    each output stands in its results."""

    __slots__ = ("donated", "lies", "place", "program")

    def __init__(self, plan: Plan, dead, lies: meshes.Lying | None = None):
        self.place = {n: i for i, n in enumerate(plan.out_nums)}
        self.donated, self.lies = plan.donated(dead), lies
        function = plan.function(scopes.label)
        if scopes.on:
            function.__name__ = scopes.name()
        device = plan.aval[plan.out_nums[0]].device
        function = jax.jit(
            function,
            donate_argnums=self.donated,
            keep_unused=True,
            compiler_options=precision.options(device.type),
            **({} if lies is None else {"out_shardings": lies.outputs}),
        )
        self.program = Program(function, len(plan.entries), costs.products(plan, device))


def run(rec: Recording, cut: bool = False, eager: bool = False) -> None:
    """Run everything pending in a recording: every value still alive gets its array. It is done
    then, unless interrupted: then all is as before, and it can be run again."""
    with rec.lock:
        if rec.done:
            return
        within, rec.running = rec.running, True
        try:
            _run_all(rec, cut, eager)
        finally:
            _ran(rec, within)


def _ran(rec: Recording, within: bool) -> None:
    """The recording is not in use any longer, except `within` a run of it: what comes in between
    may run all of it, and then the lists stay (Note [In between])."""
    rec.running = within
    if rec.done and not within:
        rec.leaves = rec.refs = rec.numbers = rec.results = rec.taken = ()


def _run_all(rec: Recording, cut: bool, eager: bool) -> None:
    if rec.results:
        _hand_out(rec)
        return
    ending = trie.ended(rec.state)
    ending.cut = ending.cut or cut
    if rec.direct:
        counters.runs += 1
    else:
        alive, nums = _alive(rec, ending)
        if alive:
            counters.runs += 1
            _run(rec, ending, alive, nums, eager)
    rec.done = True
    if meshes.held:
        meshes.settle()


def _alive(rec: Recording, ending: Ending) -> tuple[list[Value], tuple[int, ...]]:
    """The results that somebody still holds, and their numbers."""
    alive, nums = [], []
    for r, n in zip(rec.refs, ending.results, strict=True):
        v = r()
        if v is not None:
            alive.append(v)
            nums.append(n)
    return alive, tuple(nums)


def _run(rec: Recording, ending: Ending, alive, nums, eager: bool) -> None:
    if forks.forked():
        hosted = ending.hosted.get(nums) or _hosted(rec, ending, nums)
        _run_each(rec, hosted.steps, alive, nums)
        return
    lies = meshes.lying(rec.leaves, alive) if meshes.held and not eager else None
    program = _known(ending, nums) if lies is None else _spread(rec, ending, nums, lies)
    busy = compiling() or (program is not None and program.program.preparing)
    if busy and not (program is not None and program.program.ready):
        eager, program = True, None  # JAX does not trace a function while it traces it
    if program is not None:
        counters.hits += 1
    else:
        hosted = ending.hosted.get(nums) or _hosted(rec, ending, nums)
        ending.spent += hosted.loss
        if eager or lies is not None or ending.spent < hosted.price:
            _run_each(rec, hosted.steps, alive, nums)
            return
        program = _compile(rec, ending, nums)
    _run_whole(rec, program, alive, nums)


class Hosted:
    """How some outputs of a path are computed operator by operator, the seconds that are lost by
    that each time, and how many may be lost before the program is compiled."""

    __slots__ = ("loss", "price", "steps")

    def __init__(self, steps: Steps, loss: float, price: float):
        self.steps, self.loss, self.price = steps, loss, price


def _hosted(rec: Recording, ending: Ending, nums: tuple[int, ...]) -> Hosted:
    plan = Plan(rec.state, nums)
    on_host = runners.serves(rec.device)
    steps = Steps(plan, on_host)
    guess = costs.estimate(plan) if on_host else costs.Estimate(0.0, 0.0, 0.0, 0.0)
    facts = policy.Facts(
        on_cpu=on_host,
        passes=ending.passes,
        operators=len(plan.entries),
        host=guess.host,
        program=guess.program,
        compiling=guess.compiling,
        relatives=costs.relatives(plan),
        copying=guess.copying,
    )
    if not on_host:
        now, why = policy.compile_elsewhere(facts)
        _log("whole" if now else "single", why, plan)
        return Hosted(steps, 0.0, -1.0 if now else policy.NEVER)
    loss = facts.host - facts.program
    now, why = policy.at_once(facts)
    if now:
        price = policy.NEVER
        next(s for s in rec.state.path() if s.key[0].writes).at_once = True
    else:
        price, why = policy.price(facts)
    _log("at once" if now else "host", why, plan)
    made = Hosted(steps, loss, price)
    if not ending.hosted:
        ending.spent += loss  # as much was lost when the path was recorded first
    if len(ending.hosted) > 8:
        ending.hosted.clear()
    ending.hosted[nums] = made
    return made


def _known(ending: Ending, nums: tuple[int, ...]) -> Compiled | None:
    """A program that gives these outputs, and perhaps others."""
    found = ending.programs.get(nums)
    if found is None:
        for p in ending.programs.values():
            if p.place.keys() >= set(nums):
                found = ending.programs[nums] = p
                break
    return found


def _spread(rec: Recording, ending: Ending, nums: tuple[int, ...], lies) -> Compiled | None:
    """The program of several devices (Note [Parts on devices]), from the fifth pass on."""
    found = ending.spread.get((nums, lies))
    if found is None and ending.passes > 4 and not compiling():
        plan = Plan(rec.state, nums)
        _log("whole", "what it reads lies on several devices", plan)
        if len(ending.spread) > 8:
            ending.spread.clear()
        found = ending.spread[nums, lies] = Compiled(plan, (), lies)
    return found


def _log(tier: str, why: str, plan: Plan) -> None:
    if "tiers" in os.environ.get("TORCHISH_LOG", ""):
        how = {"whole": "compiled as one program", "host": "on the host, in NumPy"}
        how["at once"] = how["host"] + ", each at once"
        print(
            f"torchish: {len(plan.entries)} operators up to {user_line()} run "
            f"{how.get(tier, 'operator by operator')}: {why}",
            file=sys.stderr,
        )


def _compile(rec: Recording, ending: Ending, nums: tuple[int, ...]) -> Compiled:
    wanted = set(nums)
    for p in ending.programs.values():
        wanted.update(p.place)  # other outputs were wanted before: one program for both
    plan = Plan(rec.state, tuple(sorted(wanted)))
    _log("whole", f"recorded {ending.passes} times", plan)
    dead = [i for i in range(len(rec.leaves)) if only_ours(rec.leaves, i)]
    costs.compiled(plan)
    made = Compiled(plan, dead)
    for nums in ending.programs:
        ending.programs[nums] = made
    ending.programs[plan.out_nums] = made
    ending.hosted.clear()
    return made


def _run_whole(rec: Recording, compiled: Compiled, alive, nums) -> None:
    rec.taken = [(v, compiled.place[n]) for v, n in zip(alive, nums, strict=True)]
    try:
        _call(rec, compiled, compiled.program)
    except Exception as error:
        if rec.done:  # it has run in between
            return
        if not rec.results:
            _after_failure(rec, alive, nums, error)
        raise
    _hand_out(rec)


def _call(rec: Recording, compiled: Compiled, program: Program) -> None:
    """Put the program's results into the recording."""
    if compiled.lies is not None:
        with runners.place(rec.device), said_when_long(program.ops):
            parts = meshes.arguments(rec.leaves, rec.numbers, compiled.lies)
            rec.results.append(program((), parts))
        return
    if not program.ready:
        with runners.place(rec.device), said_when_long(program.ops):
            program.prepare(arguments(rec, compiled, give=False))
    program.touch()
    if program.direct is None or not _run_direct(rec, compiled, program.direct):
        with runners.place(rec.device):
            rec.results.append(program.function(*arguments(rec, compiled, give=False)))


def _run_direct(rec: Recording, compiled: Compiled, entry: Entry) -> bool:
    """Call the executable; False where an argument now lies on several devices."""
    given = arguments(rec, compiled, give=True)
    # In C from the call to the list: nothing can come between.
    called = itertools.starmap(entry.call, ((given,),))
    results = map(operator.methodcaller("consume_with_handlers", entry.made), called)
    if rec.done:  # it has run in between
        return True
    try:
        rec.results.extend(results)
    except Exception:  # of the runtime, which looks at the arguments before it takes them over
        if rec.results or all(a.is_deleted() or len(a.devices()) == 1 for a in given):
            raise
        return False
    return True


def _hand_out(rec: Recording) -> None:
    """Give the values what the program has made for them."""
    if rec.done:
        return
    arrays = rec.results[-1]
    for v, i in rec.taken:
        v.array = arrays[i]
        v.owned = True
        v.trace = None
    rec.done = True


def _run_each(rec: Recording, steps: Steps, alive, nums) -> None:
    """Operator by operator: on the host, or on another device each compiled alone."""
    straight, error = steps.ready(), None
    if straight is not None:
        error = _run_straight(rec, straight, alive)
        if error is None:
            return
    env, failed, from_outside = _computed(rec, steps)
    if rec.done:  # it has run in between
        return
    if error is not None and not failed and not steps.refused:
        from_outside = error
    if failed or from_outside is not None:
        _settle(rec, alive, nums, env, failed)
        raise from_outside or next(iter(failed.values()))
    for v, n in zip(alive, nums, strict=True):
        v.array = env[n]
        v.trace = None


def _run_straight(rec: Recording, straight: Callable, alive) -> Exception | None:
    """A program of Note [Straight code]; the exception that it raised, if any."""
    arrays = []
    before = quiet()
    try:
        for v in rec.leaves:
            a = v.array
            if type(a) is not np.ndarray:
                if _lost(v):
                    return RuntimeError("an input has no contents")
                a = hosted(v)
            arrays.append(a)
        results = straight(arrays, rec.numbers)
    except Exception as error:
        return error
    finally:
        loud(before)
    for v, a in zip(alive, results, strict=True):
        v.array = a
        v.trace = None
    return None


def _settle(rec: Recording, alive, nums, env: dict, failed: dict, error=None) -> None:
    """Every value has its array now, or the reason why it has none."""
    for v, n in zip(alive, nums, strict=True):
        if n in env:
            v.array = env[n]
            v.trace = None
        else:
            v.trace = Failure(failed.get(n, error))
    rec.done = True


def _lost(v: Value) -> bool:
    """Whether the contents of a leaf went to a program that failed."""
    a = v.array
    return a is None or getattr(a, "is_deleted", bool)()  # bool: never, in NumPy


def _computed(rec: Recording, steps: Steps) -> tuple[dict, dict, Exception | None]:
    on_host = runners.serves(rec.device)
    failed: dict[int, Exception] = {}
    env = {}
    for n, v in zip(steps.leaves, rec.leaves, strict=True):
        if _lost(v):
            failed[n] = RuntimeError("its contents went to a program that failed")
        else:
            env[n] = hosted(v) if on_host else v.array
    before = quiet()
    try:
        from_outside = steps(env, rec.numbers, failed)
    finally:
        loud(before)
    return env, failed, from_outside


def run_prefix(rec: Recording) -> None:
    """Run what is pending on the host; the recording goes on behind it."""
    within, rec.running = rec.running, True
    try:
        _run_prefix(rec)
    finally:
        _ran(rec, within)


def _run_prefix(rec: Recording) -> None:
    ending = trie.ending(rec.state)
    alive, nums = _alive(rec, ending)
    if alive:
        counters.runs += 1
        steps = ending.prefixes.get(nums)
        if steps is None:
            steps = ending.prefixes[nums] = Steps(Plan(rec.state, nums), True)
        _run_each(rec, steps, alive, nums)
        if not rec.done:
            for v in alive:
                v.trace = rec


def _after_failure(rec: Recording, alive, nums, error: Exception) -> None:
    """The program failed: whatever does not depend on the failure is computed without it."""
    env, failed, _ = _computed(rec, Steps(Plan(rec.state, nums), runners.serves(rec.device)))
    _settle(rec, alive, nums, env, failed, error)


__all__ = ["run", "run_prefix"]
