"""What optimizers and schedules do, as numbers and texts that must be PyTorch's."""

from __future__ import annotations

import copy
import warnings

OPTIMIZERS = {
    "SGD": [
        dict(lr=0.1),
        dict(lr=0.1, momentum=0.9),
        dict(lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.1),
        dict(lr=0.1, momentum=0.9, nesterov=True, maximize=True),
    ],
    "Adam": [
        dict(lr=0.1),
        dict(lr=0.1, weight_decay=0.1, amsgrad=True),
        dict(lr=0.1, betas=(0.5, 0.6), maximize=True),
        dict(lr=0.1, weight_decay=0.1, decoupled_weight_decay=True),
    ],
    "AdamW": [dict(lr=0.1), dict(lr=0.1, amsgrad=True, weight_decay=0.3)],
    "RMSprop": [
        dict(lr=0.1),
        dict(lr=0.1, centered=True, momentum=0.9),
        dict(lr=0.1, weight_decay=0.1, maximize=True, momentum=0.5),
    ],
    "Adadelta": [dict(lr=1.0), dict(lr=1.0, weight_decay=0.1, maximize=True)],
    "Adagrad": [dict(lr=0.1), dict(lr=0.1, lr_decay=0.1, initial_accumulator_value=0.5)],
    "Adamax": [dict(lr=0.1), dict(lr=0.1, weight_decay=0.1)],
    "NAdam": [dict(lr=0.1), dict(lr=0.1, weight_decay=0.1, decoupled_weight_decay=True)],
    "RAdam": [dict(lr=0.1), dict(lr=0.1, betas=(0.8, 0.9), weight_decay=0.1)],
    "ASGD": [dict(lr=0.1), dict(lr=0.1, t0=2, weight_decay=0.1)],
    "Rprop": [dict(lr=0.1), dict(lr=0.1, etas=(0.4, 1.5), step_sizes=(1e-3, 1.0))],
    "Adafactor": [dict(lr=0.1), dict(lr=0.1, weight_decay=0.1, d=2.0)],
    "LBFGS": [
        dict(lr=0.5, max_iter=4),
        dict(lr=1.0, max_iter=4, line_search_fn="strong_wolfe", history_size=3),
    ],
}

SCHEDULES = {
    "LambdaLR": dict(lr_lambda=lambda e: 0.9**e),
    "MultiplicativeLR": dict(lr_lambda=lambda e: 0.95),
    "StepLR": dict(step_size=3, gamma=0.3),
    "MultiStepLR": dict(milestones=[2, 5, 5, 8], gamma=0.5),
    "ConstantLR": dict(factor=0.4, total_iters=4),
    "LinearLR": dict(start_factor=0.2, end_factor=0.9, total_iters=5),
    "ExponentialLR": dict(gamma=0.8),
    "PolynomialLR": dict(total_iters=7, power=2.0),
    "CosineAnnealingLR": dict(T_max=4, eta_min=1e-3),
    "CosineAnnealingWarmRestarts": dict(T_0=3, T_mult=2),
    "CyclicLR": dict(base_lr=1e-3, max_lr=0.1, step_size_up=3, mode="exp_range", gamma=0.9),
    "OneCycleLR": dict(max_lr=0.2, total_steps=12, three_phase=True),
}


def start(torch, dtype):
    """Two parameters, and a function that sets their gradients for a step."""
    values = [[[0.5, -1.25, 2.0], [0.1, 0.7, -0.3]], [1.5, -0.5]]
    params = [torch.tensor(v, dtype=dtype, requires_grad=True) for v in values]

    def loss(k):
        out = 0.0
        for i, p in enumerate(params):
            out = out + ((p - 0.3) ** 2 * (0.4 + 0.2 * i)).sum() + (p * 1.7 + k).sin().sum() * 0.3
        return out

    return params, loss


def trajectory(torch, name, options, steps=6, dtype=None):
    """The parameters after each step, flattened."""
    params, loss = start(torch, dtype or torch.float64)
    groups = [{"params": params[:1]}, {"params": params[1:], "lr": 0.05}]
    opt = getattr(torch.optim, name)(params if name == "LBFGS" else groups, **options)
    out = []
    for k in range(steps):

        def closure(k=k):
            opt.zero_grad()
            value = loss(k)
            value.backward()
            return value

        if name == "LBFGS":
            opt.step(closure)
        else:
            closure()
            opt.step()
        out.append([x for p in params for x in p.detach().reshape(-1).tolist()])
    return out


def rates(torch, name, options, epochs=12):
    """Learning rates and momenta of two groups, epoch by epoch."""
    params = [torch.zeros(2, requires_grad=True), torch.zeros(3, requires_grad=True)]
    groups = [{"params": params[:1]}, {"params": params[1:], "lr": 0.02}]
    opt = torch.optim.SGD(groups, lr=0.05, momentum=0.9)
    scheduler = getattr(torch.optim.lr_scheduler, name)(opt, **options)
    out = []
    for _ in range(epochs):
        out.append([x for g in opt.param_groups for x in (float(g["lr"]), float(g["momentum"]))])
        opt.step()
        scheduler.step()
    return out


def cases() -> list[str]:
    """The names of all trajectories and rates."""
    return [f"{n} {i}" for n, options in OPTIMIZERS.items() for i in range(len(options))] + list(
        SCHEDULES
    )


def number(torch, case: str) -> list:
    """One of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if case in SCHEDULES:
            return rates(torch, case, SCHEDULES[case])
        name, i = case.split()
        return trajectory(torch, name, OPTIMIZERS[name][int(i)])


def raised(f) -> str:
    try:
        f()
    except Exception as e:
        return f"{type(e).__name__}: {e}"
    return "no error"


def texts(torch) -> dict[str, str]:
    """Errors, reprs and the layout of state dicts."""
    out = {}
    optim, schedules = torch.optim, torch.optim.lr_scheduler

    def rec(name, value):
        assert name not in out, name
        out[name] = str(value).replace("torchish.", "torch.")

    p = torch.nn.Parameter(torch.zeros(2))
    bad = {
        "SGD": [dict(lr=-1), dict(momentum=-1), dict(weight_decay=-1), dict(nesterov=True)],
        "Adam": [
            dict(lr=-1),
            dict(eps=-1),
            dict(betas=(1.0, 0.0)),
            dict(betas=(0.0, 1.0)),
            dict(weight_decay=-1),
            dict(betas=(0.9, torch.tensor(0.9))),
            dict(lr=torch.tensor([1.0, 2.0])),
            dict(fused=True, foreach=True),
        ],
        "RMSprop": [dict(lr=-1), dict(eps=-1), dict(momentum=-1), dict(alpha=-1)],
        "Adadelta": [dict(rho=2), dict(eps=-1)],
        "Adagrad": [dict(lr_decay=-1), dict(initial_accumulator_value=-1)],
        "Adamax": [dict(betas=(0.0, 1.0)), dict(lr=-1)],
        "NAdam": [dict(momentum_decay=-1)],
        "RAdam": [dict(eps=-1)],
        "ASGD": [dict(lr=-1), dict(weight_decay=-1)],
        "Rprop": [dict(etas=(1.0, 0.5)), dict(lr=-1)],
        "Adafactor": [dict(beta2_decay=1.0), dict(d=0.5), dict(eps=(-1.0, 0.0))],
        "LBFGS": [dict(lr=-1)],
        "Muon": [dict(lr=-1), dict(adjust_lr_fn="x"), {}],
        "SparseAdam": [dict(lr=-1), dict(betas=(0.0, 1.0))],
    }
    for name, cases in bad.items():
        for i, options in enumerate(cases):
            rec(f"{name} bad {i}", raised(lambda n=name, o=options: getattr(optim, n)([p], **o)))
    wrong = {
        "tensor": p,
        "empty": [],
        "number": [3],
        "set": [{"params": {p}}],
        "non-leaf": [p * 2],
        "twice": [{"params": [p]}, {"params": [p]}],
        "half named": [("a", p), torch.nn.Parameter(torch.zeros(1))],
        "one group named": [{"params": [("a", p)]}, {"params": [torch.zeros(1)]}],
    }
    for name, params in wrong.items():
        rec(f"params {name}", raised(lambda x=params: optim.SGD(x, lr=0.1)))
    rec("group", raised(lambda: optim.SGD([p]).add_param_group([p])))
    for name in OPTIMIZERS:
        q = torch.nn.Parameter(torch.ones(2, 2))
        opt = getattr(optim, name)([q])
        rec(f"{name} repr", repr(opt))
        if name != "LBFGS":
            (q * q).sum().backward()
            opt.step()
        state = opt.state_dict()
        kinds = {
            k: f"{v.dtype} {tuple(v.shape)}" for k, v in sorted(state["state"].get(0, {}).items())
        }
        rec(f"{name} state", kinds)
        rec(f"{name} groups", [sorted(g) for g in state["param_groups"]])
        rec(
            f"{name} load",
            raised(lambda o=opt: o.load_state_dict({"state": {}, "param_groups": []})),
        )
        rec(
            f"{name} load 2",
            raised(
                lambda o=opt: o.load_state_dict({"state": {}, "param_groups": [{"params": [0, 1]}]})
            ),
        )
    named = optim.SGD([("a", p), ("b", torch.nn.Parameter(torch.ones(1)))], lr=0.1)
    rec("named", named.state_dict())
    opt = optim.SGD([p], lr=0.1)
    cases = {
        "LambdaLR": [dict(lr_lambda=[abs, abs])],
        "ConstantLR": [dict(factor=2)],
        "LinearLR": [dict(start_factor=0), dict(end_factor=2)],
        "CyclicLR": [dict(base_lr=0.1, max_lr=1, mode="x"), dict(base_lr=[1, 2], max_lr=1)],
        "OneCycleLR": [
            dict(max_lr=1),
            dict(max_lr=1, total_steps=0),
            dict(max_lr=1, total_steps=5, pct_start=2),
            dict(max_lr=1, total_steps=5, anneal_strategy="x"),
            dict(max_lr=1, epochs=0, steps_per_epoch=1),
        ],
        "ReduceLROnPlateau": [
            dict(factor=1.0),
            dict(mode="x"),
            dict(threshold_mode="x"),
            dict(min_lr=[1, 2]),
        ],
        "CosineAnnealingWarmRestarts": [dict(T_0=0), dict(T_0=1, T_mult=0)],
        "SequentialLR": [dict(schedulers=[], milestones=[])],
        "MultiplicativeLR": [dict(lr_lambda=3)],
        "StepLR": [dict(step_size=3, last_epoch=3)],
    }
    for name, options in cases.items():
        for i, o in enumerate(options):
            rec(f"{name} bad {i}", raised(lambda n=name, o=o: getattr(schedules, n)(opt, **o)))
    rec("not an optimizer", raised(lambda: schedules.StepLR(3, 1)))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fresh = optim.SGD([p], lr=0.1)
        scheduler = schedules.StepLR(fresh, 1)
        scheduler.step()
        scheduler.get_lr()
        optim.SGD([p, p], lr=0.1)
    rec("warnings", [str(w.message) for w in caught])
    rec("scheduler state", sorted(copy.copy(scheduler.state_dict())))
    return out
