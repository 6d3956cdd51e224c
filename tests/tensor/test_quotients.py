"""Quotients are those of IEEE 754, as PyTorch's: XLA alone multiplies by rounded reciprocals."""

import numpy as np
import pytest

import torchish as torch
from torchish.nn import functional as F

K = (41, 47, 55, 61, 83, 97)  # k * (1 / k) is not 1 in float32


@pytest.mark.parametrize("k", K)
def test_a_multiple_divided_is_the_factor(k):
    x = torch.arange(1.0, 200.0)
    y = torch.empty(199, 3).copy_((x * k)[:, None])
    want = torch.empty(199, 3).copy_(x[:, None])
    assert torch.equal(x * k / k, x)
    assert torch.equal(y / float(k), want)
    assert torch.equal(y / torch.tensor(float(k)), want)
    assert torch.equal(y / torch.full((3,), float(k)), want)
    assert torch.equal(torch.div(y, k, rounding_mode="trunc"), want)
    assert torch.equal(torch.div(y, float(k), rounding_mode="floor"), want)
    assert torch.equal(y.clone().div_(k), want)
    assert torch.equal(torch.addcdiv(torch.zeros(3), y, torch.tensor(float(k))), want)
    assert torch.equal((x.double() * 49) / 49, x.double())


@pytest.mark.parametrize("k", K)
def test_means_of_ones_are_one_and_constants_do_not_vary(k):
    one, three = torch.ones(4, k), torch.full((4, k), 3.0)
    assert one[0].mean().item() == 1 and one.mean(1).tolist() == [1.0] * 4
    assert three.var().item() == 0 and three.std(1).tolist() == [0.0] * 4
    for loss in (F.mse_loss, F.l1_loss):
        assert loss(one, torch.zeros(4, k)).item() == 1
    assert F.layer_norm(three, (k,)).abs().max().item() == 0
    assert F.group_norm(three[None], 4).abs().max().item() == 0
    assert F.avg_pool1d(one[None], k).tolist() == [[[1.0]] * 4]
    assert F.adaptive_avg_pool2d(torch.ones(1, 1, k, k), 1).item() == 1
    assert torch.cov(three).abs().max().item() == 0


def test_gradients_and_random_quotients_are_rounded_once():
    w = torch.full((41,), 3.0, requires_grad=True)
    (w / 41).sum().backward()
    assert w.grad.tolist() == [np.float32(1) / np.float32(41)] * 41
    torch.manual_seed(0)
    x, y = torch.randn(50, 60), torch.randn(60)
    assert np.array_equal((x / 3).numpy(), x.numpy() / np.float32(3))
    assert np.array_equal((x / y).numpy(), x.numpy() / y.numpy())
