"""Clipping of gradients given in all the ways that parameters are."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish import nn

U = nn.utils


def layer() -> nn.Linear:
    made = nn.Linear(4, 1)
    for p in made.parameters():
        p.grad = torch.full_like(p, 3.0)
    return made


@pytest.mark.parametrize("checks", [False, True])
@pytest.mark.parametrize("form", [list, iter, lambda ps: (p for p in ps)])
def test_parameters_may_come_once(form, checks):
    made = layer()
    total = U.clip_grad_norm_(form(list(made.parameters())), 1.0, error_if_nonfinite=checks)
    assert total.item() == pytest.approx(3 * 5**0.5)
    assert U.get_total_norm([p.grad for p in made.parameters()]).item() == pytest.approx(1.0)
    U.clip_grad_value_(form(list(made.parameters())), 0.25)
    assert all((p.grad == 0.25).all() for p in made.parameters())
    U.clip_grads_with_norm_(form(list(made.parameters())), 0.5, torch.tensor(1.0))
    assert all(((p.grad - 0.125).abs() < 1e-6).all() for p in made.parameters())


def test_a_norm_that_is_not_finite_leaves_gradients():
    made = layer()
    made.bias.grad.fill_(torch.inf)
    with pytest.raises(RuntimeError, match="is non-finite"):
        U.clip_grad_norm_(made.parameters(), 1.0, error_if_nonfinite=True)
    assert made.weight.grad.tolist() == [[3.0] * 4]
