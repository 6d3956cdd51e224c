"""Jacobians and Hessians of `autograd.functional`, and gradient penalties."""

from __future__ import annotations

import torchish as torch
from torchish import nn


def test_jacobian_and_hessian():
    x = torch.tensor([1.0, 2.0, 3.0])
    j = torch.autograd.functional.jacobian(lambda x: x * x.sum(), x)
    assert torch.allclose(j, x[:, None] + 6 * torch.eye(3))
    h = torch.autograd.functional.hessian(lambda x: (x**3).sum() + x[0] * x[1], x)
    assert torch.allclose(h, torch.tensor([[6.0, 1, 0], [1, 12, 0], [0, 0, 18]]))


def test_gradient_penalty_is_the_numerical_gradient():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    x = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)

    def penalty():
        out = net(x)
        (g,) = torch.autograd.grad(out, x, torch.ones_like(out), create_graph=True)
        return ((g.norm(2, dim=1) - 1) ** 2).mean()

    penalty().backward()
    weight = net[0].weight
    got = weight.grad[1, 2].item()
    step = 1e-6
    with torch.no_grad():
        weight[1, 2] += step
    above = penalty().item()
    with torch.no_grad():
        weight[1, 2] -= 2 * step
    below = penalty().item()
    assert abs(got - (above - below) / (2 * step)) < 1e-6
