"""Host kernels of the gradients of random numbers, against XLA, PyTorch and differences."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special as sp

import torchish as torch
from tests.host.table import hold


def shapes(n: int, dtype: str = "float64") -> np.ndarray:
    return (10 ** np.random.default_rng(3).uniform(-1.5, 3, n)).astype(dtype)


def test_gamma():
    rng = np.random.default_rng(0)
    for dtype, rtol in (("float64", 1e-9), ("float32", 1e-4)):
        a = shapes(40, dtype)
        x = np.maximum(rng.gamma(a), 1e-30).astype(dtype)
        alpha, numbers = torch.from_numpy(a), torch.from_numpy(x)
        hold("_standard_gamma_grad", alpha, numbers, rtol=rtol, gradients=False)
        hold("_drawn_StandardGamma", numbers, alpha, rtol=rtol)
    nan = torch.tensor([float("nan"), 1.0])
    hold("_standard_gamma_grad", torch.ones(2), nan, gradients=False)
    hold("_drawn_StandardGamma", torch.ones(0), torch.ones(0))


def test_dirichlet():
    rng = np.random.default_rng(0)
    for dtype, rtol in (("float64", 1e-9), ("float32", 1e-5)):
        a, b = shapes(40, dtype), shapes(40, dtype)[::-1]
        x = np.clip(rng.beta(a, b), 1e-30, 1 - 1e-6).astype(dtype)
        hold(
            "_dirichlet_grad",
            *[torch.from_numpy(v) for v in (x, a, a + b)],
            rtol=rtol,
            gradients=False,
        )
        rows = a.reshape(10, 4)
        points = np.stack([rng.dirichlet(row) for row in rows]).clip(1e-30, 1 - 1e-6)
        points = points.astype(dtype)
        hold("_drawn_Dirichlet", torch.from_numpy(points), torch.from_numpy(rows), rtol=rtol)


def quantile_moved(below, above, from_below, from_above, a, x):
    """dx/da at the same quantile, by differences."""
    h = a * 1e-3
    p, q = below(a, x), above(a, x)

    def quantile(shape):
        return np.where(p < q, from_below(shape, p), from_above(shape, q))

    near = quantile(a + h) - quantile(a - h)
    return (8 * near - (quantile(a + 2 * h) - quantile(a - 2 * h))) / (12 * h)


def test_differences_of_quantiles():
    rng = np.random.default_rng(1)
    a, b = 10 ** rng.uniform(-0.5, 3, (2, 200))
    x = rng.gamma(a)
    want = quantile_moved(sp.gammainc, sp.gammaincc, sp.gammaincinv, sp.gammainccinv, a, x)
    got = torch._standard_gamma_grad(torch.from_numpy(a), torch.from_numpy(x))
    np.testing.assert_allclose(got.numpy(), want, 1e-7)
    x = rng.beta(a, b).clip(1e-9, 1 - 1e-9)
    want = quantile_moved(
        lambda s, v: sp.betainc(s, b, v),
        lambda s, v: sp.betaincc(s, b, v),
        lambda s, p: sp.betaincinv(s, b, p),
        lambda s, q: sp.betainccinv(s, b, q),
        a,
        x,
    )
    args = [torch.from_numpy(v) for v in (x, a, a + b)]
    np.testing.assert_allclose(torch._dirichlet_grad(*args).numpy() * (1 - x), want, 1e-6)


@pytest.mark.oracle
def test_pytorchs_gradients_at_equal_samples():
    pytorch = pytest.importorskip("torch")
    found = []
    for t in (torch, pytorch):
        t.manual_seed(3)
        a = t.linspace(0.3, 6, 12).reshape(3, 4).requires_grad_()
        b = t.linspace(2, 0.5, 12).reshape(3, 4).requires_grad_()
        d, grads = t.distributions, []
        for made in (
            d.Gamma(a, b), d.Dirichlet(a), d.Beta(a, b), d.StudentT(a, b, b), d.Chi2(a),
            d.FisherSnedecor(a, b), d.InverseGamma(a, b),
        ):  # fmt: skip
            x = made.rsample((2,))
            loss = (x * t.linspace(-1, 1, x.numel()).reshape(x.shape)).sum()
            grads += [
                x.detach(),
                *[g for g in t.autograd.grad(loss, [a, b], allow_unused=True) if g is not None],
            ]
        found.append([g.numpy() for g in grads])
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got, want, 2e-3, 2e-3)  # PyTorch's series are good to 1e-3


def test_moments_move_with_the_parameters():
    torch.manual_seed(0)
    a = torch.tensor(2.5, dtype=torch.float64, requires_grad=True)
    x = torch.distributions.Gamma(a.expand(20000), 1.0).rsample()
    x.mean().backward()
    assert abs(a.grad.item() - 1) < 0.02  # the mean is a
    a.grad = None
    x = torch.distributions.Beta(a.expand(20000), 1.5).rsample()
    x.mean().backward()
    assert abs(a.grad.item() - 1.5 / 16) < 0.005  # the mean is a / (a + 1.5)


def test_second_derivatives_are_refused():
    a = torch.tensor([2.5], requires_grad=True)
    x = torch.distributions.Gamma(a, 1.0).rsample()
    (g,) = torch.autograd.grad(x.sum(), a, create_graph=True)
    with pytest.raises((NotImplementedError, RuntimeError), match="not implemented"):
        torch.autograd.grad(g.sum(), a)
        a.grad.tolist()
