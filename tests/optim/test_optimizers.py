"""What optimizers promise beyond PyTorch's numbers: hooks, state dicts, what compiles, optax."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import optax
import pytest

import torchish as torch
from tests.optim.trajectories import OPTIMIZERS, start
from torchish import optim

STATEFUL = [n for n in OPTIMIZERS if n != "LBFGS"]


def steps(opt, loss, n, first=0):
    for k in range(first, first + n):
        opt.zero_grad()
        loss(k).backward()
        opt.step()


def run(opt, params, loss, n, first=0):
    steps(opt, loss, n, first)
    return [p.detach().clone() for p in params]


@pytest.mark.parametrize("name", STATEFUL)
def test_a_saved_state_continues(name):
    options = OPTIMIZERS[name][-1]
    params, loss = start(torch, torch.float64)
    opt = getattr(optim, name)(params, **options)
    run(opt, params, loss, 3)
    other, other_loss = start(torch, torch.float64)
    for a, b in zip(other, params, strict=True):
        a.data.copy_(b.data)
    resumed = getattr(optim, name)(other, **options)
    resumed.load_state_dict(copy.deepcopy(opt.state_dict()))
    want, got = run(opt, params, loss, 3, 3), run(resumed, other, other_loss, 3, 3)
    for a, b in zip(want, got, strict=True):
        np.testing.assert_allclose(b.numpy(), a.numpy(), 1e-7)


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop"])
@pytest.mark.parametrize("back", [False, True])
def test_state_crosses_to_pytorch(name, back):
    theirs = pytest.importorskip("torch")
    here, there = (theirs, torch) if back else (torch, theirs)
    options = OPTIMIZERS[name][1]
    params, loss = start(here, here.float64)
    opt = getattr(here.optim, name)(params, **options)
    run(opt, params, loss, 3)
    state = opt.state_dict()
    moved = {
        i: {k: there.from_numpy(np.array(v.numpy())) for k, v in s.items()}
        for i, s in state["state"].items()
    }
    other, other_loss = start(there, there.float64)
    for a, b in zip(other, params, strict=True):
        a.data = there.from_numpy(np.array(b.detach().numpy()))
    resumed = getattr(there.optim, name)(other, **options)
    resumed.load_state_dict({"state": moved, "param_groups": state["param_groups"]})
    want, got = run(opt, params, loss, 3, 3), run(resumed, other, other_loss, 3, 3)
    for a, b in zip(want, got, strict=True):
        np.testing.assert_allclose(b.numpy(), a.numpy(), 1e-10)


@pytest.mark.parametrize("name", STATEFUL)
def test_nothing_compiles_from_the_third_step_on(name):
    params, loss = start(torch, torch.float32)
    opt = getattr(optim, name)(params, **OPTIMIZERS[name][-1])
    run(opt, params, lambda k: loss(1.0), 2)
    steps(opt, lambda k: loss(1.0), 2)
    torch.engine.reset_stats()
    for k in range(4):
        for group in opt.param_groups:
            group["lr"] = 0.1 / (k + 1)
            if group.get("weight_decay"):
                group["weight_decay"] = 0.01 * (k + 1)
        steps(opt, lambda k: loss(1.0), 1)
    stats = torch.engine.stats()
    assert stats["programs_compiled"] == stats["operators_compiled"] == 0
    assert stats["runs"] <= 4 * 2


def test_loading_a_state_compiles_nothing_new():
    params, loss = start(torch, torch.float32)
    opt = optim.Adam(params, lr=0.1)
    steps(opt, lambda k: loss(1.0), 3)
    opt.load_state_dict(copy.deepcopy(opt.state_dict()))
    torch.engine.reset_stats()
    steps(opt, lambda k: loss(1.0), 2)
    assert torch.engine.stats()["programs_compiled"] == 0


def test_parameters_that_come_later():
    """A parameter whose first gradient comes late starts its own count and its own momentum."""
    theirs = pytest.importorskip("torch")
    for name, options in [("Adam", {"lr": 0.1}), ("SGD", OPTIMIZERS["SGD"][2])]:
        out = []
        for lib in (torch, theirs):
            params, _ = start(lib, lib.float64)
            opt = getattr(lib.optim, name)(params, **options)
            for k in range(4):
                opt.zero_grad()
                used = params if k > 1 else params[:1]
                sum((p * p).sum() for p in used).backward()
                opt.step()
            out.append([p.detach().numpy() for p in params])
            if name == "Adam":
                assert [s["step"].item() for s in opt.state.values()] == [4, 2]
        for a, b in zip(*out, strict=True):
            np.testing.assert_allclose(a, b, 1e-12)


def test_half_and_complex_parameters():
    theirs = pytest.importorskip("torch")
    for name in ("SGD", "Adam", "RMSprop", "Adagrad"):
        for kind, tolerance in (("bfloat16", 2e-2), ("complex128", 1e-12)):
            out = []
            for lib in (torch, theirs):
                p = lib.tensor([1.5, -0.5, 2.0]).to(getattr(lib, kind)).requires_grad_()
                opt = getattr(lib.optim, name)([p], lr=0.1)
                for _ in range(3):
                    opt.zero_grad()
                    (p * p.conj() if p.is_complex() else p * p).real.sum().backward()
                    opt.step()
                q = p.detach()
                out.append(np.array((q if q.is_complex() else q.float()).numpy()))
            np.testing.assert_allclose(*out, tolerance)


def test_hooks_and_closures():
    params, loss = start(torch, torch.float64)
    opt = optim.SGD(params, lr=0.1)
    seen = []
    handles = [
        opt.register_step_pre_hook(lambda o, args, kwargs: seen.append("pre")),
        opt.register_step_post_hook(lambda o, args, kwargs: seen.append("post")),
        opt.register_state_dict_pre_hook(lambda o: seen.append("state")),
        opt.register_state_dict_post_hook(lambda o, s: s.update(extra=1)),
        opt.register_load_state_dict_pre_hook(lambda o, s: seen.append("load")),
        opt.register_load_state_dict_post_hook(lambda o: seen.append("loaded")),
        optim.optimizer.register_optimizer_step_pre_hook(lambda o, a, k: seen.append("all")),
    ]

    def closure():
        opt.zero_grad()
        value = loss(0)
        value.backward()
        return value

    before = loss(0).item()
    assert opt.step(closure).item() == before
    assert seen == ["all", "pre", "post"]
    state = opt.state_dict()
    assert state.pop("extra") == 1
    opt.load_state_dict(state)
    assert seen[3:] == ["state", "load", "loaded"]
    for h in handles:
        h.remove()
    opt.step()
    assert len(seen) == 6
    opt.register_step_pre_hook(lambda o, a, k: 3)
    with pytest.raises(RuntimeError, match="must return None or a tuple"):
        opt.step()


def test_optimizers_of_users_get_hooks_too():
    class Sign(optim.Optimizer):
        def __init__(self, params):
            super().__init__(params, {"lr": 0.5})

        @torch.no_grad()
        def step(self, closure=None):
            for group in self.param_groups:
                for p in group["params"]:
                    p.add_(p.grad.sign(), alpha=-group["lr"])

    p = torch.nn.Parameter(torch.tensor([1.0, -1.0]))
    opt = Sign([p])
    seen = []
    opt.register_step_post_hook(lambda *a: seen.append(1))
    (p * p).sum().backward()
    opt.step()
    assert p.tolist() == [0.5, -0.5] and seen == [1]


def test_pickle_and_deepcopy():
    params, loss = start(torch, torch.float64)
    opt = optim.Adam(params, lr=0.1)
    run(opt, params, loss, 2)
    for other in (copy.deepcopy(opt), pickle.loads(pickle.dumps(opt))):
        twins = [p for g in other.param_groups for p in g["params"]]
        for p, q in zip(params, twins, strict=True):
            assert q is not p and torch.equal(p, q)
            assert torch.equal(opt.state[p]["exp_avg"], other.state[q]["exp_avg"])
        for q in twins:
            q.grad = torch.ones_like(q)
        other.step()
        assert other.state[twins[0]]["step"].item() == 3


def test_learning_rate_as_a_tensor():
    params, loss = start(torch, torch.float64)
    lr = torch.tensor(0.1)
    opt = optim.Adam(params, lr=lr)
    run(opt, params, loss, 2)
    lr.fill_(0.0)
    before = [p.detach().clone() for p in params]
    run(opt, params, loss, 1)
    assert all(torch.equal(a, b) for a, b in zip(before, params, strict=True))
    scheduler = optim.lr_scheduler.ExponentialLR(opt, 0.5)
    lr.fill_(1.0)
    opt.step()
    scheduler.step()
    assert opt.param_groups[0]["lr"] is lr and lr.item() == 0.5


@pytest.mark.parametrize("name", ["SGD", "Adadelta", "Adagrad", "Rprop"])
def test_gradients_go_through_a_step(name):
    def stepped(p, grad):
        q = p.clone()
        q.grad = grad
        optimizer = getattr(optim, name)([q], lr=0.9, differentiable=True)
        optimizer.step()
        states = optimizer.state[q].values()
        return q, *[v for v in states if isinstance(v, torch.Tensor) and v.requires_grad]

    torch.manual_seed(0)
    p, grad = (torch.rand(4, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(stepped, (p, grad))


def test_gradients_go_through_steps_to_the_learning_rate():
    lr = torch.tensor(0.1, requires_grad=True)
    p = torch.ones(2, requires_grad=True)
    q = p.clone()
    optimizer = optim.SGD([q], lr=lr, differentiable=True)
    for _ in range(2):  # q becomes q (1 - 2 lr) each time
        (q.grad,) = torch.autograd.grad((q * q).sum(), q, create_graph=True)
        optimizer.step()
    gradients = torch.autograd.grad(q.sum(), [lr, p])
    assert gradients[0].item() == pytest.approx(2 * 2 * (1 - 0.2) * -2)
    assert gradients[1].tolist() == pytest.approx([0.64, 0.64])


def test_a_step_with_gradients_does_not_write_leaves():
    p = torch.ones(2, requires_grad=True)
    p.grad = torch.ones(2)
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        optim.SGD([p], lr=0.1, differentiable=True).step()


class TestOptax:
    def by_hand(self, tx, steps):
        """The same loop in JAX."""
        import jax

        params, _ = start(torch, torch.float64)
        arrays = [np.array(p.detach().numpy()) for p in params]

        def loss(arrays, k):
            return sum((a**2 * (i + 1)).sum() for i, a in enumerate(arrays)) + k

        state = tx.init(arrays)
        for k in range(steps):
            grads = jax.grad(loss)(arrays, float(k))
            updates, state = tx.update(grads, state, arrays)
            arrays = optax.apply_updates(arrays, updates)
        return arrays

    @pytest.mark.parametrize("tx", [
        optax.adamw(1e-2),
        optax.chain(optax.clip_by_global_norm(0.5), optax.sgd(0.1, 0.9)),
        optax.adam(optax.exponential_decay(0.1, 2, 0.5)),
        optax.MultiSteps(optax.sgd(0.1), 2),
        optax.inject_hyperparams(optax.rmsprop)(learning_rate=0.1),
    ])  # fmt: skip
    def test_any_transformation(self, tx):
        params, _ = start(torch, torch.float64)
        opt = optim.Optax(params, tx)
        for _ in range(5):
            opt.zero_grad()
            sum((p**2 * (i + 1)).sum() for i, p in enumerate(params)).backward()
            opt.step()
        for a, b in zip(params, self.by_hand(tx, 5), strict=True):
            np.testing.assert_allclose(a.detach().numpy(), b, 1e-6)

    def test_state_and_errors(self):
        p = torch.nn.Parameter(torch.ones(3))
        opt = optim.Optax([p], optax.adam(0.1))
        (p * p).sum().backward()
        opt.step()
        q = torch.nn.Parameter(p.detach().clone())
        other = optim.Optax([q], optax.adam(0.1))
        other.load_state_dict(copy.deepcopy(opt.state_dict()))
        for o, x in ((opt, p), (other, q)):
            x.grad = torch.ones(3)
            o.step()
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), 1e-5)
        with pytest.raises(TypeError, match="GradientTransformation"):
            optim.Optax([p], 3)
        with pytest.raises(ValueError, match="parameter groups have none"):
            optim.Optax([{"params": [p], "lr": 0.1}], optax.adam(0.1))


def test_averaged_models():
    theirs = pytest.importorskip("torch")
    out = []
    for lib in (torch, theirs):
        swa = lib.optim.swa_utils
        lib.manual_seed(0)
        net = lib.nn.Sequential(lib.nn.Linear(3, 2), lib.nn.BatchNorm1d(2))
        averages = [
            swa.AveragedModel(net),
            swa.AveragedModel(net, multi_avg_fn=swa.get_ema_multi_avg_fn(0.9), use_buffers=True),
            swa.AveragedModel(net, avg_fn=swa.get_ema_avg_fn(0.5)),
        ]
        opt = lib.optim.SGD(net.parameters(), lr=0.1)
        scheduler = swa.SWALR(opt, swa_lr=0.05, anneal_epochs=3)
        x = lib.randn(4, 3)
        rates = []
        for _ in range(5):
            opt.zero_grad()
            (net(x) ** 2).sum().backward()
            opt.step()
            scheduler.step()
            rates.append(opt.param_groups[0]["lr"])
            for a in averages:
                a.update_parameters(net)
        swa.update_bn([x, x * 2], averages[0])
        values = [v.detach().numpy() for a in averages for v in a.state_dict().values()]
        out.append((rates, values))
    np.testing.assert_allclose(out[0][0], out[1][0], 1e-12)
    for a, b in zip(out[0][1], out[1][1], strict=True):
        np.testing.assert_allclose(a, b, 1e-5, 1e-6)


def test_parameter_groups_are_printed_with_a_line_between():
    groups = [{"params": [torch.zeros(1)]}, {"params": [torch.zeros(1)], "lr": 2.0}]
    lines = repr(optim.SGD(groups, lr=0.5)).splitlines()
    second = lines.index("Parameter Group 1")
    assert lines[:2] == ["SGD (", "Parameter Group 0"] and lines[-1] == ")"
    assert lines[second - 1] == "" and lines.count("") == 1
    assert "    lr: 0.5" in lines[:second] and "    lr: 2.0" in lines[second:]
