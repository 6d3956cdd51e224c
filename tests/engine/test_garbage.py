"""Steps leave no reference cycles: what a program computes must not depend on when the garbage
collector last came."""

import gc

import pytest

import torchish as torch
from torchish import nn
from torchish.func import grad, vmap
from torchish.utils.checkpoint import checkpoint


def training():
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    optimizer = torch.optim.Adam(net.parameters())
    x, y = torch.randn(5, 3), torch.zeros(5, dtype=torch.int64)

    def step():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def batches():
    w, x = torch.ones(3, requires_grad=True), torch.randn(4, 3)

    def step():
        vmap(lambda a: (a * w).sin().sum())(x).sum().backward()
        w.grad = None
        return vmap(grad(lambda a: (a * a).sum()))(x).sum().item()

    return step


def recomputed():
    net, x = nn.Linear(3, 3), torch.randn(2, 3)

    def step():
        loss = checkpoint(net, x, use_reentrant=False).sum()
        loss.backward()
        return loss.item()

    return step


def indexed():
    x = torch.zeros(4, 4)

    def step():
        x[1:, ::2] += 1
        x[x > 100] = 0
        return x.sum().item()

    return step


@pytest.mark.parametrize("make", [training, batches, recomputed, indexed])
def test_a_step_leaves_no_cycles(make):
    step = make()
    for _ in range(3):
        step()
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            step()
        assert gc.collect() == 0
    finally:
        gc.enable()
