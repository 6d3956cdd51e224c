"""Edges of operators where a formula written straight down would give NaN or an error."""

from __future__ import annotations

import torchish as torch

INF = float("inf")


def test_clamp_with_an_infinite_bound():
    x = torch.tensor([-3.0, 2.0, INF, float("nan")], requires_grad=True)
    y = x.clamp(min=-INF, max=1.0)
    assert y[:3].tolist() == [-3.0, 1.0, 1.0] and y[3].isnan()
    y[:3].sum().backward()
    assert x.grad.tolist() == [1.0, 0.0, 0.0, 0.0]
    assert torch.tensor([1.0, 9.0]).clamp(-INF, INF).tolist() == [1.0, 9.0]


def test_gradient_of_an_inverse_square_at_zero_and_infinity():
    x = torch.tensor([2.0, 0.0, INF], requires_grad=True)
    (x**-2).sum().backward()
    assert x.grad.tolist() == [-0.25, -INF, 0.0]


def test_masked_scatter_takes_a_source_of_any_shape():
    mask = torch.tensor([[True, False, True], [True, False, False]])
    source = torch.arange(8.0).reshape(2, 4).requires_grad_()
    x = torch.zeros(2, 3)
    y = x.masked_scatter(mask, source)
    assert y.tolist() == [[0.0, 0.0, 1.0], [2.0, 0.0, 0.0]]
    y.sum().backward()
    assert source.grad.tolist() == [[1.0, 1.0, 1.0, 0.0], [0.0] * 4]
    assert x.masked_scatter_(mask, source.detach()).tolist() == y.tolist()
