"""Lowers every operator of the table for GPUs and TPUs, on a machine without either.

Each sample of PyTorch's database is run through the library on the CPU, forward and backward, and
what the engine has recorded for it is lowered by JAX for the platforms `cuda` and `tpu`, in the
forms that are taken there (Note [Forms for a device]). Nothing is compiled or run for them: that
XLA accepts a program and that its numbers are right is shown by a machine that has the device. A
cell is an operator variant and a kind, or a model; it passes when all that was recorded for it can
be lowered for both platforms, or runs on the host there by its own entry (`host_on` of
`ops/table.py`), which is then told apart in the results:

    forward   the samples of the operator
    grad      the same with gradients
    step      the training step of a model: one program, which takes over parameters and states

Rules:

- **A step is one program.** It must take over every parameter and every state of the optimizer that
  it replaces: each has `tf.aliasing_output` or `jax.buffer_donor` in the lowered text.
- **Shapes that depend on values.** Such operators run on the host by design, on every device.

    python tests/parity/exams/lowering.py                        all of it
    ... --ops add,nn.functional.conv2d --verbose
    ... --write docs/accelerators.md                             and write the page's lists anew

Needs torch==2.13.0 and what torch.testing._internal imports: expecttest, hypothesis.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import re
import signal
import sys
import zlib
from typing import Any

import jax
import torch
from bridge import Bridge, leaves
from op_parity import SEED, Timeout, label, said, seeded, selected, take
from steps import MODELS

import torchish
import torchish.vision
from torchish._core import engine
from torchish._core.base import devices
from torchish._core.engine import periods, plan, recording, run, scopes
from torchish._core.engine.interpreter.interpret import NUMBER_DTYPES

PLATFORMS = ("cuda", "tpu")
DTYPES = ("float32", "float64", "complex64", "int64", "bool")


# --- what was recorded


def recorded() -> list[tuple[Any, tuple]]:
    """Every call that the engine has entered since this was asked last, with its inputs' avals."""
    engine.barrier()
    found, stack = {}, [(recording.trie.root, ())]
    ends = []
    while stack:
        state, _ = stack.pop()
        behind = list((state.next or {}).values())
        stack += [(s, ()) for s in behind]
        if not behind and state.parent is not None:
            ends.append(state)
    for end in ends:
        path = plan.Plan(end, ())
        for entry in path.path:
            found[entry.call, path.avals_of(entry)] = None
    recording.trie.root.next = None
    return list(found)


def kind_of(call: Any) -> str:
    return getattr(call, "name", "?")


class Lowering:
    """Lowers calls, each once, and remembers what came of it."""

    def __init__(self):
        self.results: dict[tuple, str] = {}
        self.on_host: dict[str, set[str]] = collections.defaultdict(set)  # platform → names

    def __call__(self, call: Any, avals: tuple) -> str:
        """'pass', or the first failure as text."""
        key = (call, avals)
        if key not in self.results:
            self.results[key] = self._lowered(call, avals)
        return self.results[key]

    def _lowered(self, call: Any, avals: tuple) -> str:
        wanted = [p for p in PLATFORMS if p not in call.host_on]
        for p in set(PLATFORMS) - set(wanted):
            self.on_host[p].add(call.name)
        structs = [a.struct() for a in avals]
        structs += [jax.ShapeDtypeStruct((), NUMBER_DTYPES[k]) for k in call.numbers]
        try:
            while wanted:
                # What asks for no platform is one program for all of them.
                with devices.tracing(wanted[0]) as traced:
                    function = jax.jit(plan.form(call, wanted[0]))
                    made = function.trace(*structs)
                    alike = wanted[:1] if traced.asked else wanted
                made.lower(lowering_platforms=tuple(alike))
                wanted = [p for p in wanted if p not in alike]
        except Timeout:
            raise
        except Exception as error:
            return f"{call.name} on {[a.shape for a in avals]}: {said(error)}"
        return "pass"


# --- operators


def cell(bridge: Bridge, lowering: Lowering, op: Any, kind: str, samples: int, seconds: int) -> str:
    def expire(*_):
        raise Timeout(f"longer than {seconds} s")

    signal.signal(signal.SIGALRM, expire)
    signal.alarm(seconds)
    try:
        return _cell(bridge, lowering, op, kind, samples)
    except Timeout as error:
        return f"Timeout: {error}"
    finally:
        signal.alarm(0)


def _cell(bridge: Bridge, lowering: Lowering, op: Any, kind: str, samples: int) -> str:
    grad = kind == "grad"
    has = op.supported_backward_dtypes("cpu") if grad else op.supported_dtypes("cpu")
    dtypes = [d for d in DTYPES if getattr(torch, d) in has]
    f = bridge.operator(op)
    if not dtypes or f is None or (grad and not op.supports_autograd):
        return "skip"
    torch.manual_seed(SEED)
    recorded()
    seen = False
    for s in take(op.sample_inputs("cpu", getattr(torch, dtypes[0]), requires_grad=grad), samples):
        with contextlib.suppress(RuntimeError, NotImplementedError, TypeError, ValueError):
            ask(bridge, f, s, grad)  # what it refuses is op_parity's to judge
        for call, avals in recorded():
            seen = True
            result = lowering(call, avals)
            if result != "pass":
                return result
    return "pass" if seen else "skip"


def ask(bridge: Bridge, f: Any, s: Any, grad: bool) -> None:
    lib = bridge.lib
    args, kwargs = bridge.there((s.input, *s.args), grad), bridge.there(s.kwargs, grad)
    out = seeded(lib, f, *args, **kwargs)
    if grad:
        out = bridge.function(s.output_process_fn_grad)(out)
        outs = [t for t in leaves(out, lib.Tensor) if t.requires_grad]
        ins = [t for t in leaves((args, kwargs), lib.Tensor) if t.requires_grad]
        if outs and ins:
            ones = [lib.ones_like(o) for o in outs]
            lib.autograd.grad(outs, ins, ones, allow_unused=True)


# --- training steps


def program(step: Any) -> tuple[plan.Plan, list[int]]:
    """The plan of a training step that has come back, and the leaves that nobody else holds."""
    found: list = []
    usual = run._run

    def watched(rec, ending, alive, nums, eager):
        dead = [i for i in range(len(rec.leaves)) if run.only_ours(rec.leaves, i)]
        found.append((plan.Plan(rec.state, nums), dead))
        usual(rec, ending, alive, nums, eager)

    saw = periods.Periods.saw
    periods.Periods.saw = lambda *_: None  # only what runs on the host is cut where it repeats
    try:
        step()
        step()
        run._run = watched
        for _ in range(4):  # what is new in a step runs as it is recorded
            found.clear()
            step()
            if found:
                break
    finally:
        run._run, periods.Periods.saw = usual, saw
    return max(found, key=lambda f: len(f[0].entries))


def lowered(made: plan.Plan, dead: list[int], platform: str) -> tuple[str, tuple[int, ...]]:
    """The text of a plan for a platform, and the arguments that it takes over."""
    donated = made.donated(dead)
    structs = [a.struct() for _, a in made.leaves]
    kinds = [k for e in made.path if e.link < 0 for k in e.call.numbers]
    vectors = plan.pack([k(0) for k in kinds])
    structs += [jax.ShapeDtypeStruct(v.shape, v.dtype) for v in vectors]
    with devices.tracing(platform):
        function = jax.jit(made.function(scopes.label), donate_argnums=donated, keep_unused=True)
        return function.trace(*structs).lower(lowering_platforms=(platform,)).as_text(), donated


def step_cell(name: str) -> str:
    torchish.manual_seed(SEED)
    step = MODELS[name](torchish)
    try:
        made, dead = program(step)
        replaced = [p for g in step.optimizer.param_groups for p in g["params"]]
        for states in step.optimizer.state.values():
            replaced += [t for t in states.values() if torchish.is_tensor(t) and t.ndim]
        for platform in PLATFORMS:
            text, donated = lowered(made, dead, platform)
            taken = len(re.findall(r"tf\.aliasing_output|jax\.buffer_donor", text))
            if taken != len(donated) or taken < len(replaced):
                return f"{platform}: {taken} of {len(replaced)} arrays are taken over"
    except Exception as error:
        return said(error)
    return "pass"


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--ops", help="comma-separated operator names (default: all)")
    p.add_argument("--models", help="comma-separated models of steps.py (default: all)")
    p.add_argument("--kinds", default="forward,grad,step")
    p.add_argument("--samples", type=int, default=4, help="samples of a cell; 0 for all")
    p.add_argument("--seconds", type=int, default=120, help="time limit of one cell")
    p.add_argument("--shard", help="K/N: the K-th of N parts, 1-based")
    p.add_argument("--json", help="write every cell's result here")
    p.add_argument("--verbose", action="store_true", help="print every failing cell")
    a = p.parse_args()
    bridge, lowering, results = Bridge(torchish), Lowering(), {}
    kinds = a.kinds.split(",")
    for op in selected(a.ops, a.shard):
        for kind in kinds:
            if kind == "step":
                continue
            r = cell(bridge, lowering, op, kind, a.samples, a.seconds)
            if r != "skip":
                results[f"{label(op)} {kind}"] = r
                if a.verbose and r != "pass":
                    print(f"{label(op)} {kind}: {r}", flush=True)
    names = [] if "step" not in kinds or a.ops else list(MODELS)
    names = a.models.split(",") if a.models else names
    part, parts = map(int, (a.shard or "1/1").split("/"))
    for name in names:
        if zlib.crc32(name.encode()) % parts == part - 1:
            results[f"{name} step"] = r = step_cell(name)
            if a.verbose and r != "pass":
                print(f"{name} step: {r}", flush=True)
    if a.json:
        with open(a.json, "w") as file:
            json.dump(results, file, indent=0)
    if not results:
        print("nothing selected")
        return 2
    passed = sum(r == "pass" for r in results.values())
    print(f"{passed} of {len(results)} cells lower, {len(lowering.results)} calls")
    return 0 if passed == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
