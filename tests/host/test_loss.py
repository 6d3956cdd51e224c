"""Host kernels of losses against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import hold, tensor
from torchish._core.engine.host import Unsupported
from torchish._core.engine.host.registry import KERNELS

F = "nn.functional."
REDUCTIONS = ("mean", "sum", "none")
WEIGHT = ("weight",)


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"])
def test_losses_of_pairs(name):
    a, b = tensor((3, 40)), tensor((3, 40), seed=1)
    for reduction in REDUCTIONS:
        hold(F + name, a, b, reduction=reduction)
        if name != "smooth_l1_loss":
            weight = tensor((3, 40), seed=2).abs()
            hold(F + name, a, b, reduction=reduction, weight=weight)
    hold(F + name, tensor((3, 4), edges=True), b[:, :4].clone(), reduction="none")
    hold(F + name, tensor(()), tensor((), seed=1))
    hold(F + name, tensor((0, 3)), tensor((0, 3)), reduction="sum")
    hold(F + name, tensor((4,), "bfloat16"), tensor((4,), "bfloat16", 1))


def test_options_of_losses_of_pairs():
    a, b = tensor((20, 20)), tensor((20, 20), seed=1)
    hold(F + "smooth_l1_loss", a, b, beta=0.3)
    hold(F + "huber_loss", a, b, delta=0.3)
    hold(F + "huber_loss", a, b, delta=2.5)


def test_what_warns_is_left_to_the_operator():
    a, b = tensor((3, 1)).numpy(), tensor((3,)).numpy()
    with pytest.raises(Unsupported):
        KERNELS[F + "mse_loss"].forward(a, b)
    with pytest.raises(Unsupported):
        KERNELS[F + "mse_loss"].forward(a, a, size_average=True)


@pytest.mark.parametrize("name", ["nll_loss", "cross_entropy"])
def test_losses_over_classes(name):
    weight = tensor((5,), seed=3).abs()
    for shape in ((6, 5), (5,), (2, 5, 3), (2, 5, 3, 2)):
        x = tensor(shape)
        lead = shape[:1] + shape[2:] if len(shape) > 1 else ()
        target = tensor(lead, "int64", 1) % 5
        for reduction in REDUCTIONS:
            hold(F + name, x, target, reduction=reduction)
        hold(F + name, x, target, weight, ignore_index=1, without=WEIGHT)
    x, target = tensor((6, 5)), torch.tensor([0, -100, 4, 2, -100, 1])
    for reduction in REDUCTIONS:
        hold(F + name, x, target, reduction=reduction)
        hold(F + name, x, target, weight, reduction=reduction, without=WEIGHT)
    hold(F + name, x, torch.tensor([-100] * 6))
    hold(F + name, tensor((0, 5)), torch.zeros(0, dtype=torch.int64))
    hold(F + name, tensor((4, 6), edges=True), torch.tensor([0, 1, 2, 3]), reduction="none")


def test_smoothed_labels():
    x, target = tensor((6, 5)), torch.tensor([0, -100, 4, 2, 3, 1])
    weight = tensor((5,), seed=3).abs()
    for reduction in REDUCTIONS:
        hold(F + "cross_entropy", x, target, reduction=reduction, label_smoothing=0.1)
    hold(F + "cross_entropy", x, target, weight, label_smoothing=0.2, without=WEIGHT)


def test_cross_entropy_of_probabilities():
    for shape in ((6, 5), (5,), (2, 5, 3)):
        x, target = tensor(shape), tensor(shape, seed=1).abs()
        for reduction in REDUCTIONS:
            hold(F + "cross_entropy", x, target, reduction=reduction)
        hold(F + "cross_entropy", x, target, label_smoothing=0.1)
    x, target = tensor((6, 5)), tensor((6, 5), seed=1).abs()
    weight = tensor((5,), seed=3).abs()
    hold(F + "cross_entropy", x, target, weight, label_smoothing=0.1, without=WEIGHT)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_binary_cross_entropy(reduction):
    x, y = tensor((4, 30)), tensor((4, 30), seed=1).sigmoid()
    p = x.sigmoid()
    p[0, 0], p[0, 1] = 0.0, 1.0
    hold(F + "binary_cross_entropy", p, y, reduction=reduction)
    hold(F + "binary_cross_entropy", p, y, tensor((30,), seed=2).abs(), reduction=reduction)
    logits = F + "binary_cross_entropy_with_logits"
    hold(logits, x * 20, y, reduction=reduction)
    hold(logits, tensor((2, 5), edges=True), tensor((2, 5)).sigmoid(), reduction=reduction)


def test_divergences():
    x, y = tensor((4, 30)), tensor((4, 30), seed=1).softmax(1)
    y[0, 0] = 0.0
    for reduction in ("sum", "none", "batchmean"):
        hold(F + "kl_div", x, y, reduction=reduction)
        hold(F + "kl_div", x, tensor((4, 30), seed=1), reduction=reduction, log_target=True)
    for reduction in REDUCTIONS:
        hold(F + "poisson_nll_loss", x, y, reduction=reduction)
        var = tensor((4, 30), seed=2).abs()
        hold(F + "gaussian_nll_loss", x, y, var, reduction=reduction)
    hold(F + "poisson_nll_loss", x.abs(), y, log_input=False)
    hold(F + "gaussian_nll_loss", x, y, tensor((4,), seed=2).abs(), full=True)


def test_margin_losses():
    x, y, t = tensor((30, 20)), tensor((30, 20), seed=1), tensor((30, 20), seed=2).sign()
    for reduction in REDUCTIONS:
        hold(F + "margin_ranking_loss", x, y, t, margin=0.5, reduction=reduction)
        hold(F + "soft_margin_loss", x, t, reduction=reduction)
