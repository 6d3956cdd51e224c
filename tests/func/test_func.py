"""Transformations: what they give, and PyTorch's words where they refuse."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import torchish
from tests.func.cases import cases
from torchish.func import functional_call, grad, hessian, jacfwd, jacrev, jvp, vjp, vmap

OURS = cases("torchish")


def _outcome(f):
    """What a case gives: nested arrays, or the error's class and text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _plain(f())
        except Exception as e:
            return f"{type(e).__name__}: {e}".partition("\n  ")[0]


def _plain(x):
    if hasattr(x, "detach"):
        return np.array(x.detach().tolist())
    if isinstance(x, dict):
        return {k: _plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [_plain(v) for v in x]
    return x


def _same(a, b) -> None:
    if isinstance(a, np.ndarray):
        assert isinstance(b, np.ndarray), b
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)
    elif isinstance(a, dict):
        assert a.keys() == b.keys()
        for k in a:
            _same(a[k], b[k])
    elif isinstance(a, list):
        assert len(a) == len(b)
        for x, y in zip(a, b):
            _same(x, y)
    else:
        assert a == b


@pytest.fixture(scope="module")
def theirs():
    pytest.importorskip("torch")
    return cases("torch")


@pytest.mark.oracle
@pytest.mark.parametrize("name", OURS)
def test_as_pytorch(name, theirs):
    got, want = _outcome(OURS[name]), _outcome(theirs[name])
    if isinstance(want, str):
        want = want.replace("<class 'torch.Tensor'>", str(torchish.Tensor))
    _same(got, want)


X = torchish.tensor([0.5, -1.0, 2.0])


def test_derivatives_are_the_analytic_ones():
    close = torchish.testing.assert_close
    close(grad(lambda a: (a**3).sum())(X), 3 * X**2)
    close(hessian(lambda a: (a**3).sum())(X), torchish.diag(6 * X))
    close(jacrev(torchish.exp)(X), torchish.diag(X.exp()))
    close(jacfwd(torchish.exp)(X), torchish.diag(X.exp()))
    close(jvp(torchish.sin, (X,), (X,))[1], X.cos() * X)
    close(vjp(torchish.sin, X)[1](X)[0], X.cos() * X)
    close(
        vmap(lambda a: a * a.sum())(X[:, None] * X),
        torchish.stack([x * X * (x * X).sum() for x in X]),
    )


def test_the_same_call_again_compiles_nothing():
    w = torchish.ones(3, requires_grad=True)

    def step(x):
        loss = vmap(lambda a: (a * w).sin().sum())(x).sum()
        loss.backward()
        w.grad = None
        return loss.item()

    rows = X[:, None] * X
    for i in range(3):
        step(rows + i)
    torchish.engine.reset_stats()
    for i in range(3):
        step(rows + i)
    stats = torchish.engine.stats()
    assert stats["programs_compiled"] == stats["operators_compiled"] == 0


def test_backward_through_a_batch_accumulates():
    net = torchish.nn.Linear(3, 2)
    rows = X[:, None] * X
    vmap(net)(rows).square().sum().backward()
    got = net.weight.grad
    net.weight.grad = None
    net(rows).square().sum().backward()
    torchish.testing.assert_close(got, net.weight.grad)


def test_dropout_in_a_batch_has_the_gradient_of_its_own_mask():
    x = torchish.ones(4, 8, requires_grad=True)
    torchish.manual_seed(0)
    y = vmap(lambda a: torchish.nn.functional.dropout(a, 0.5), randomness="different")(x)
    y.sum().backward()
    torchish.testing.assert_close(x.grad, y.detach())


def test_functions_of_the_users():
    class Twice(torchish.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g * 10

    torchish.testing.assert_close(
        grad(lambda a: Twice.apply(a).sum())(X), torchish.full((3,), 10.0)
    )
    x = (X[:, None] * X).requires_grad_()
    vmap(Twice.apply)(x).sum().backward()
    torchish.testing.assert_close(x.grad, torchish.full((3, 3), 10.0))


def test_without_recording():
    w = torchish.ones(3, requires_grad=True)
    with torchish.no_grad():
        assert not grad(lambda a: (a * w).sum() ** 2)(X).requires_grad
        assert not vmap(lambda a: a * w)(X[:, None] * X).requires_grad


def test_module_call_refuses():
    net = torchish.nn.Linear(3, 2)
    with pytest.raises(ValueError, match="Expected all elements of parameter_and_buffer_dicts"):
        functional_call(net, [1], X)
    with pytest.raises(ValueError, match="Expected parameter_and_buffer_dicts to be a dict"):
        functional_call(net, 1, X)
