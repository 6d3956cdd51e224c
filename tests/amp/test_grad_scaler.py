"""GradScaler: the factor, skipped steps, stages, state."""

from __future__ import annotations

import pickle

import pytest

import torchish


def _start(t, **options):
    w = t.nn.Parameter(t.ones(3))
    return (
        w,
        t.optim.SGD([w], 0.1),
        t.amp.GradScaler("cpu", init_scale=4.0, growth_interval=2, **options),
    )


def _trajectory(t):
    """Factor, tracker and weights over steps of which one overflows."""
    w, optimizer, scaler = _start(t)
    out = []
    for k in range(6):
        optimizer.zero_grad()
        scaler.scale((w * 2).sum()).backward()
        if k == 3:
            w.grad[0] = float("inf")
        if k == 4:
            scaler.unscale_(optimizer)
            t.nn.utils.clip_grad_norm_([w], 1.0)
        scaler.step(optimizer)
        scaler.update()
        state = scaler.state_dict()
        out.append((state["scale"], state["_growth_tracker"], w[0].item()))
    return out


TRAJECTORY = [
    (4.0, 1, 0.800000011920929), (8.0, 0, 0.6000000238418579), (8.0, 1, 0.40000003576278687),
    (4.0, 0, 0.40000003576278687), (4.0, 1, 0.342265), (8.0, 0, 0.142265),
]  # fmt: skip


def _close(got, want):
    for (s, n, x), (s2, n2, x2) in zip(got, want, strict=True):
        assert (s, n) == (s2, n2)
        assert x == pytest.approx(x2, rel=1e-5)


def test_factor_and_skipped_steps():
    _close(_trajectory(torchish), TRAJECTORY)


@pytest.mark.oracle
def test_factor_and_skipped_steps_are_pytorchs():
    torch = pytest.importorskip("torch")
    _close(_trajectory(torch), TRAJECTORY)


def test_stages():
    w, optimizer, scaler = _start(torchish)
    for f in (scaler.step, scaler.unscale_):
        with pytest.raises(AssertionError, match=r"but _scale is None.  This may indicate"):
            f(optimizer)
    with pytest.raises(AssertionError, match="Attempted update but _scale is None"):
        scaler.update()
    loss = scaler.scale((w * 2).sum())
    assert loss.item() == 24.0
    with pytest.raises(AssertionError, match="No inf checks were recorded for this optimizer"):
        scaler.step(optimizer)
    with pytest.raises(RuntimeError, match="already been called on this optimizer"):
        scaler.unscale_(optimizer)
    with pytest.raises(AssertionError, match="No inf checks were recorded prior to update"):
        scaler.update()
    _, optimizer, scaler = w, torchish.optim.SGD([w], 0.1), torchish.amp.GradScaler("cpu")
    scaler.scale((w * 2).sum()).backward()
    scaler.unscale_(optimizer)
    assert w.grad.tolist() == [2.0, 2.0, 2.0]
    scaler.step(optimizer)
    with pytest.raises(RuntimeError, match=r"step.. has already been called since the last"):
        scaler.step(optimizer)
    with pytest.raises(RuntimeError, match=r"unscale_.. is being called after step"):
        scaler.unscale_(optimizer)
    with pytest.raises(AssertionError, match="may only be pickled at the beginning"):
        pickle.dumps(scaler)
    scaler.update()
    assert pickle.loads(pickle.dumps(scaler)).state_dict() == scaler.state_dict()


def test_scale_takes_nested_tensors():
    _, _, scaler = _start(torchish)
    a, (b,) = scaler.scale([torchish.ones(1), (torchish.ones(2, dtype=torchish.half),)])
    assert a.tolist() == [4.0] and b.tolist() == [4.0, 4.0]
    assert b.dtype is torchish.half
    with pytest.raises(ValueError, match="must be a Tensor or an iterable of Tensors"):
        scaler.scale(3)


def test_half_gradients_are_refused():
    h = torchish.nn.Parameter(torchish.ones(2, dtype=torchish.half))
    h.grad = torchish.ones(2, dtype=torchish.half)
    scaler = torchish.amp.GradScaler("cpu")
    scaler.scale(torchish.ones(1))
    with pytest.raises(ValueError, match=r"Attempting to unscale FP16 gradients."):
        scaler.unscale_(torchish.optim.SGD([h], 0.1))


def test_settings_and_state():
    _, _optimizer, scaler = _start(torchish)
    off = torchish.amp.GradScaler("cpu", enabled=False)
    assert off.state_dict() == {} and off.scale(3) == 3 and off.get_scale() == 1.0
    off.load_state_dict({})
    with pytest.raises(RuntimeError, match="saved from a disabled instance"):
        scaler.load_state_dict({})
    scaler.scale(torchish.ones(1))
    scaler.update(3.0)
    assert scaler.get_scale() == 3.0
    scaler.update(torchish.tensor(5.0))
    assert scaler.get_scale() == 5.0
    other = torchish.amp.GradScaler("cpu")
    other.load_state_dict(scaler.state_dict() | {"_growth_tracker": 1})
    assert other.get_scale() == 5.0 and other._get_growth_tracker() == 1
    with pytest.raises(AssertionError, match=r"growth factor must be > 1.0"):
        torchish.amp.GradScaler("cpu", growth_factor=1.0)
    with pytest.raises(AssertionError, match=r"backoff factor must be < 1.0"):
        torchish.amp.GradScaler("cpu", backoff_factor=1.0)


def test_optimizers_that_scale_themselves():
    class Own(torchish.optim.SGD):
        _step_supports_amp_scaling = True

        def step(self, closure=None):
            seen.append((self.grad_scale.item(), self.found_inf.item()))

    seen = []
    w = torchish.nn.Parameter(torchish.ones(3))
    scaler = torchish.amp.GradScaler("cpu", init_scale=4.0)
    optimizer = Own([w], 0.1)
    scaler.scale(w.sum()).backward()
    scaler.step(optimizer)
    assert seen == [(4.0, 0.0)]
    assert not hasattr(optimizer, "grad_scale")


def test_training_with_autocast():
    torchish.manual_seed(0)
    net = torchish.nn.Sequential(
        torchish.nn.Linear(8, 16), torchish.nn.ReLU(), torchish.nn.Linear(16, 1)
    )
    optimizer = torchish.optim.Adam(net.parameters(), 1e-2)
    scaler = torchish.amp.GradScaler("cpu")
    x = torchish.randn(32, 8)
    y = x.sum(1, keepdim=True)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        with torchish.autocast("cpu", dtype=torchish.bfloat16):
            loss = torchish.nn.functional.mse_loss(net(x), y)
        assert loss.dtype is torchish.float32
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 5
    assert all(
        p.dtype is torchish.float32 and p.grad.dtype is torchish.float32 for p in net.parameters()
    )
