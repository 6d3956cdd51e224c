"""Checkpointed parts give the same gradients, draw the same numbers, and keep nothing."""

from __future__ import annotations

import gc
import weakref

import pytest

import torchish
from torchish import nn
from torchish.utils.checkpoint import CheckpointError, checkpoint, checkpoint_sequential

BOTH = pytest.mark.parametrize("use_reentrant", [False, True])


def _net():
    torchish.manual_seed(3)
    return nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Tanh(), nn.Linear(8, 8), nn.ReLU(),
                         nn.Linear(8, 2))  # fmt: skip


def _gradients(call):
    net = _net()
    x = torchish.linspace(-1, 1, 12).reshape(3, 4).requires_grad_()
    x.retain_grad()
    y = call(net, x)
    y.square().sum().backward()
    after = torchish.rand(2)
    return [y, x.grad, after, *(p.grad for p in net.parameters())]


@BOTH
def test_same_as_without(use_reentrant):
    want = _gradients(lambda net, x: net(x))
    got = _gradients(lambda net, x: checkpoint(net, x, use_reentrant=use_reentrant))
    for a, b in zip(got, want, strict=True):
        torchish.testing.assert_close(a, b)


@BOTH
def test_sequential(use_reentrant):
    want = _gradients(lambda net, x: net(x))
    got = _gradients(lambda net, x: checkpoint_sequential(net, 3, x, use_reentrant=use_reentrant))
    for a, b in zip(got, want, strict=True):
        torchish.testing.assert_close(a, b)


def test_nested_and_keyword_arguments():
    def inner(x, *, scale):
        return (x * scale).sin().exp()

    def outer(x, scale):
        y = checkpoint(inner, x, scale=scale, use_reentrant=False)
        return checkpoint(inner, y.cos(), scale=scale, use_reentrant=False).tan()

    grads = []
    for wrapped in (False, True):
        x = torchish.tensor([0.3, 0.7], requires_grad=True)
        w = torchish.tensor(1.5, requires_grad=True)
        y = checkpoint(outer, x, w, use_reentrant=False) if wrapped else outer(x, w)
        y.sum().backward()
        grads.append((x.grad, w.grad))
    torchish.testing.assert_close(grads[1], grads[0])


def test_second_order_and_grad():
    def f(x):
        return x.sin() * x.exp()

    found = []
    for g in (f, lambda x: checkpoint(f, x, use_reentrant=False)):
        x = torchish.tensor([0.3, 0.7], requires_grad=True)
        (d,) = torchish.autograd.grad(g(x).sum(), x, create_graph=True)
        (dd,) = torchish.autograd.grad(d.sum(), x)
        found.append((d, dd))
    torchish.testing.assert_close(found[1], found[0])


def test_values_are_given_up_and_come_back():
    seen = []

    def f(x):
        y = x.sin()
        seen.append(weakref.ref(y._value()))
        return y.exp().cos()

    x = torchish.tensor([0.3, 0.7], requires_grad=True)
    out = checkpoint(f, x, use_reentrant=False)
    gc.collect()
    assert seen[0]() is None
    out.sum().backward()
    assert len(seen) == 2
    y = x.detach().sin().exp()
    torchish.testing.assert_close(x.grad, -y.sin() * y * x.detach().cos())


def test_a_write_after_the_call_is_not_seen():
    x = torchish.tensor([0.5], requires_grad=True)
    h = x * 1.0
    y = checkpoint(lambda t: t.detach().exp() * t, h, use_reentrant=False)
    with torchish.no_grad():
        h.add_(10.0)
    y.backward()
    torchish.testing.assert_close(x.grad, torchish.tensor([0.5]).exp())


def test_recomputation_is_recorded():
    x = torchish.ones(4, requires_grad=True)
    torchish.engine.reset_stats()
    checkpoint(lambda t: t.sin().exp(), x * 2.0, use_reentrant=False).sum().backward()
    recorded = torchish.engine.stats()["recorded"]
    x.grad = None
    torchish.engine.reset_stats()
    (x * 2.0).sin().exp().sum().backward()
    assert recorded >= torchish.engine.stats()["recorded"] + 3  # barrier, sin, exp


def test_autocast_is_the_forwards():
    w = torchish.ones(2, 2, requires_grad=True)
    seen = []

    def f(x):
        y = x @ w
        seen.append(y.dtype)
        return y.float().sin()

    for use_reentrant in (False, True):
        x = torchish.ones(2, 2, requires_grad=True)
        with torchish.autocast("cpu"):
            y = checkpoint(f, x, use_reentrant=use_reentrant)
        y.sum().backward()
    assert seen == [torchish.bfloat16] * 4


def test_contexts():
    entered = []

    class Context:
        def __init__(self, name):
            self.name = name

        def __enter__(self):
            entered.append(self.name)

        def __exit__(self, *exc):
            pass

    x = torchish.ones(2, requires_grad=True)
    y = checkpoint(torchish.sin, x, use_reentrant=False,
                   context_fn=lambda: (Context("first"), Context("second")))  # fmt: skip
    y.sum().backward()
    assert entered == ["first", "second"]


def test_differing_runs():
    runs = [0]

    def fewer(x):
        runs[0] += 1
        return x.sin().exp().cos() if runs[0] % 2 else x.sin()

    def other(x):
        runs[0] += 1
        return (x * 2 if runs[0] % 2 else x.double() * 2).sin() * 3.0

    x = torchish.ones(2, requires_grad=True)
    with pytest.raises(CheckpointError, match="A different number of tensors was saved"):
        checkpoint(fewer, x, use_reentrant=False).sum().backward()
    runs[0] = 0
    with pytest.raises(CheckpointError, match="have different metadata than during the forward"):
        checkpoint(other, x, use_reentrant=False).sum().backward()


def test_words():
    linear, x = nn.Linear(3, 3), torchish.ones(2, 3, requires_grad=True)
    with pytest.warns(UserWarning, match="the use_reentrant parameter should be passed explicitly"):
        checkpoint(linear, x)
    with pytest.warns(UserWarning, match=r"None of the inputs have requires_grad=True"):
        assert not checkpoint(linear, x.detach(), use_reentrant=True).requires_grad
    assert checkpoint(linear, x.detach(), use_reentrant=False).requires_grad
    with pytest.raises(ValueError, match="Unexpected keyword arguments: foo"):
        checkpoint(linear, x, use_reentrant=True, foo=3)
    with pytest.raises(TypeError, match="unexpected keyword argument 'foo'"):
        checkpoint(linear, x, use_reentrant=False, foo=3)
    with pytest.raises(ValueError, match=r"Passing `context_fn` or `debug` is only supported"):
        checkpoint(linear, x, use_reentrant=True, context_fn=lambda: 3)
    with pytest.raises(ValueError, match="determinism_check should be one of"):
        checkpoint(linear, x, use_reentrant=False, determinism_check="foo")
    with pytest.raises(RuntimeError, match=r"incompatible with .grad.. or passing an `inputs`"):
        torchish.autograd.grad(checkpoint(linear, x, use_reentrant=True).sum(), x)
    with pytest.raises(RuntimeError, match=r"none of output has requires_grad=True"):
        checkpoint(lambda t: t.detach(), x, use_reentrant=True).sum().backward()
    y = checkpoint(torchish.sin, x, use_reentrant=False)
    y.sum().backward()
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        y.sum().backward()
