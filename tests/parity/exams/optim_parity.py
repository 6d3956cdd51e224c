"""Compares optimizers and learning-rate schedules with PyTorch's, step by step.

Optimizers: every entry and combination of keywords of PyTorch's own `optim_db`. Both libraries
start from the same float64 parameters, in two groups, and take 8 steps on the same loss, a
quadratic plus a sine. After every step the parameters agree; after the fourth the state_dict has
PyTorch's keys and, loaded into a new optimizer, continues to the same parameters. Invalid arguments
raise the class of exception that PyTorch raises. Schedules: the learning rates and momenta of 25
epochs agree, and survive a state_dict.

Parameters agree to 1e-7 (relative) and 1e-9 (absolute), except where PyTorch's own values are not
fixed to that many digits (`allowance`):

- **Muon** orthogonalises its update in bfloat16, in both libraries. A sum in another order moves an
  entry of it by a bfloat16 rounding, so each step may differ by that share of the learning rate.
- **LBFGS** without a line search leaps about on this loss, which is not convex: twenty iterations
  of it make a last bit of the start 10^4 and more times as large. In four more runs of PyTorch the
  parameters are moved by a last bit before every step; the library's may differ by as much as
  those do.

`foreach`, `fused`, `capturable` and `differentiable` choose among PyTorch's kernels for the same
arithmetic and are left out. So is SparseAdam, which takes sparse gradients only.

    python tests/parity/exams/optim_parity.py [--only Adam,StepLR] [--verbose]
        [--lib NAME | --self] [--json FILE]
Exit status: 0 when everything selected passes, 1 otherwise, 2 when nothing was selected.
"""

from __future__ import annotations

import argparse
import collections
import json
import math
import sys
from typing import Any

import torch
from bridge import Bridge, look_up
from op_parity import library, said
from torch.testing._internal.common_optimizers import optim_db

STEPS = 8
KERNELS = {"foreach", "fused", "capturable", "differentiable"}
EXCLUDED = {"SparseAdam"}
BFLOAT16_ROUNDING = 2.0**-8
SCHEDULERS: list[tuple[str, dict[str, Any]]] = [
    ("LambdaLR", dict(lr_lambda=lambda e: 0.9**e)),
    ("MultiplicativeLR", dict(lr_lambda=lambda e: 0.95)),
    ("StepLR", dict(step_size=4, gamma=0.3)),
    ("MultiStepLR", dict(milestones=[3, 9, 9, 15], gamma=0.5)),
    ("ConstantLR", dict(factor=0.4, total_iters=6)),
    ("LinearLR", dict(start_factor=0.2, end_factor=0.9, total_iters=7)),
    ("ExponentialLR", dict(gamma=0.87)),
    ("PolynomialLR", dict(total_iters=12, power=2.0)),
    ("CosineAnnealingLR", dict(T_max=7, eta_min=1e-4)),
    ("CosineAnnealingWarmRestarts", dict(T_0=4, T_mult=2, eta_min=1e-4)),
    (
        "CyclicLR",
        dict(base_lr=1e-3, max_lr=0.1, step_size_up=4, mode="triangular2", cycle_momentum=False),
    ),
    ("CyclicLR", dict(base_lr=1e-3, max_lr=0.1, step_size_up=3, mode="exp_range", gamma=0.97)),
    ("OneCycleLR", dict(max_lr=0.2, total_steps=30)),
    (
        "OneCycleLR",
        dict(max_lr=0.2, epochs=5, steps_per_epoch=6, three_phase=True, anneal_strategy="linear"),
    ),
    ("ReduceLROnPlateau", dict(factor=0.5, patience=2, cooldown=1, threshold=1e-2)),
    ("SequentialLR", {}),
    ("ChainedScheduler", {}),
]


def loss_of(params: list, k: int) -> Any:
    return sum(
        ((p * (0.3 + 0.1 * i)) ** 2).sum() + (p * 1.7 + k).sin().sum() * 0.2
        for i, p in enumerate(params)
    )


def start(bridge: Bridge, matrices: bool) -> tuple[list, list]:
    """The same parameters for PyTorch and for the library; `matrices` only, as Muon wants them."""
    generator = torch.Generator().manual_seed(5)
    shapes = [(4, 3), (3, 5)] if matrices else [(4, 3), (5,), (2, 2)]
    values = [torch.randn(*s, generator=generator, dtype=torch.float64) for s in shapes]
    theirs = [v.clone().requires_grad_(True) for v in values]
    return theirs, [bridge.there(v).requires_grad_(True) for v in values]


def rounded(params: list, generator: torch.Generator) -> None:
    """Moves every element of parameters by at most its last bit."""
    with torch.no_grad():
        for p in params:
            bits = torch.randint(-1, 2, p.shape, generator=generator)
            p.mul_(1 + bits.double() * 2.0**-52)


def allowance(name: str, kwargs: dict, step: int, theirs: list, neighbours: list[list]) -> float:
    """The absolute difference that counts as none after a step, beside 1e-7 of the value."""
    if name == "Muon":
        return BFLOAT16_ROUNDING * float(kwargs.get("lr", 1e-3)) * step
    spread = [float((a - b).abs().max()) for n in neighbours for a, b in zip(n, theirs)]
    return max(1e-9, max(spread, default=0.0))


def agree(bridge: Bridge, ours: list, theirs: list, atol: float, what: str) -> None:
    for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        text = f"{what}, parameter {i}: "
        torch.testing.assert_close(
            bridge.back(a), b.detach(), rtol=1e-7, atol=atol, msg=lambda m, text=text: text + m
        )


def same_keys(ours: dict, theirs: dict) -> None:
    got = [sorted(g.keys() - KERNELS) for g in ours["param_groups"]]
    want = [sorted(g.keys() - KERNELS) for g in theirs["param_groups"]]
    assert got == want, f"param_groups keys {got} instead of {want}"
    got = {i: sorted(s) for i, s in ours["state"].items()}
    want = {i: sorted(s) for i, s in theirs["state"].items()}
    assert got == want, f"state keys {got} instead of {want}"


def optimizer_case(bridge: Bridge, cls: type, kwargs: dict) -> None:
    name = cls.__name__
    ours_cls = look_up(bridge.lib, "optim." + name)
    if ours_cls is None:
        raise AttributeError(f"optim.{name} does not exist")
    theirs, ours = start(bridge, matrices=name == "Muon")
    ours_kwargs = bridge.there(dict(kwargs))
    whole = name == "LBFGS"  # which has one group and one rate
    second = {} if whole or isinstance(kwargs.get("lr"), torch.Tensor) else {"lr": 0.003}

    def groups(params: list) -> list:
        return params if whole else [{"params": params[:1]}, {"params": params[1:], **second}]

    theirs_opt, ours_opt = cls(groups(theirs), **kwargs), ours_cls(groups(ours), **ours_kwargs)
    neighbours = [start(bridge, matrices=False)[0] for _ in range(4 if whole else 0)]
    others = [(cls(params, **kwargs), params) for params in neighbours]
    generator = torch.Generator().manual_seed(6)

    def step(opt: Any, params: list, k: int) -> None:
        def closure():
            opt.zero_grad()
            value = loss_of(params, k)
            value.backward()
            return value

        if whole:
            opt.step(closure)
        else:
            closure()
            opt.step()

    for k in range(STEPS):
        step(theirs_opt, theirs, k)
        step(ours_opt, ours, k)
        for opt, params in others:
            rounded(params, generator)
            step(opt, params, k)
        atol = allowance(name, kwargs, k + 1, theirs, neighbours)
        agree(bridge, ours, theirs, atol, f"step {k + 1}")
        if k == 3:
            saved = ours_opt.state_dict()
            same_keys(saved, theirs_opt.state_dict())
            ours_opt = ours_cls(groups(ours), **ours_kwargs)
            ours_opt.load_state_dict(saved)


def invalid_arguments(bridge: Bridge, info: Any) -> None:
    cls, ours_cls = info.optim_cls, look_up(bridge.lib, "optim." + info.optim_cls.__name__)
    for entry in info.optim_error_inputs_func("cpu", torch.float64):
        given, kind = entry.optimizer_error_input, None
        try:
            cls(given.params, **given.kwargs)
        except Exception as error:
            kind = type(error)
        if kind is None:
            continue
        bridge.memo = {}
        try:
            params, kwargs = bridge.there(given.params), bridge.there(dict(given.kwargs))
        finally:
            bridge.memo = None
        try:
            ours_cls(params, **kwargs)
        except kind:
            continue
        except Exception as error:
            got = f"{type(error).__name__} ({error})"
            instead = f"{kind.__name__} ({entry.error_regex})"
            raise AssertionError(f"{got} instead of {instead}") from None
        raise AssertionError(f"no exception instead of {kind.__name__} ({entry.error_regex})")


def rates(lib: Any, name: str, kwargs: dict) -> list[list[float]]:
    """The learning rates and momenta of 25 epochs, saved and loaded before the twelfth."""
    schedules = lib.optim.lr_scheduler
    params = [lib.zeros(2, requires_grad=True), lib.zeros(3, requires_grad=True)]

    def make() -> tuple[Any, Any]:
        groups = [{"params": params[:1]}, {"params": params[1:], "lr": 0.02}]
        opt = lib.optim.SGD(groups, lr=0.05, momentum=0.9)
        if name not in ("SequentialLR", "ChainedScheduler"):
            return opt, getattr(schedules, name)(opt, **kwargs)
        parts = [
            schedules.ConstantLR(opt, factor=0.1, total_iters=3),
            schedules.ExponentialLR(opt, gamma=0.9),
        ]
        if name == "SequentialLR":
            return opt, schedules.SequentialLR(opt, parts, milestones=[3])
        return opt, schedules.ChainedScheduler(parts)

    opt, schedule = make()
    found = []
    for epoch in range(25):
        groups = opt.param_groups
        found.append([float(g["lr"]) for g in groups] + [g["momentum"] for g in groups])
        if epoch == 11:
            saved = dict(schedule.state_dict()), opt.state_dict()
            opt, schedule = make()
            schedule.load_state_dict(saved[0])
            opt.load_state_dict(saved[1])
        opt.step()
        if name == "ReduceLROnPlateau":
            schedule.step(1.0 / (1 + epoch) if epoch < 8 else 0.2)
        else:
            schedule.step()
    return found


def scheduler_case(bridge: Bridge, name: str, kwargs: dict) -> None:
    want, got = rates(torch, name, kwargs), rates(bridge.lib, name, kwargs)
    for epoch, (a, b) in enumerate(zip(got, want)):
        same = all(math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-12) for x, y in zip(a, b))
        assert same, f"epoch {epoch}: {a} instead of {b}"


def cases(bridge: Bridge):
    """Every case: the name of its class, its own name, and a function that raises."""
    for info in optim_db:
        cls = info.optim_cls
        name = cls.__name__
        if name in EXCLUDED:
            continue
        for n, given in enumerate(info.optim_inputs_func(device="cpu")):
            kwargs = {k: v for k, v in given.kwargs.items() if k not in KERNELS}
            case = f"{name} #{n} {given.desc}"
            yield name, case, lambda c=cls, k=kwargs: optimizer_case(bridge, c, k)
        yield name, f"{name} invalid arguments", lambda i=info: invalid_arguments(bridge, i)
    for n, (name, kwargs) in enumerate(SCHEDULERS):
        case = f"{name} #{n} schedule"
        yield name, case, lambda s=name, k=kwargs: scheduler_case(bridge, s, k)


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--lib", default="torchish", help="module under test")
    p.add_argument("--self", action="store_true", help="PyTorch against itself")
    p.add_argument("--only", help="comma-separated class names (default: all)")
    p.add_argument("--verbose", action="store_true", help="print every failing case")
    p.add_argument("--json", help="write every case's result here")
    a = p.parse_args()
    wanted = set(a.only.split(",")) if a.only else None
    results = {}
    for name, case, run in cases(Bridge(library(a))):
        if wanted and name not in wanted:
            continue
        try:
            run()
            results[case] = "pass"
        except Exception as error:
            results[case] = said(error)
            if a.verbose:
                print(f"{case}: {results[case]}", flush=True)
    if not results:
        print("nothing selected")
        return 2
    if a.json:
        with open(a.json, "w") as file:
            json.dump(results, file, indent=0)
    whole = collections.defaultdict(lambda: True)
    for key, r in results.items():
        whole[key.split()[0]] &= r == "pass"
    print(f"cases passing: {sum(r == 'pass' for r in results.values())} of {len(results)}")
    ok, share = sum(whole.values()), 100 * sum(whole.values()) / len(whole)
    print(f"optimizers and schedulers with every case passing: {ok} of {len(whole)}  {share:.1f}%")
    return 0 if ok == len(whole) else 1


if __name__ == "__main__":
    sys.exit(main())
