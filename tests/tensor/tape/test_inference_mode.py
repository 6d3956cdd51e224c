"""Inference tensors: what is one, and what may be done with it where."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish import nn

MADE = [
    lambda: torch.ones(2),
    lambda: torch.rand(2),
    lambda: torch.tensor([1.0]),
    lambda: torch.arange(3.0),
    lambda: torch.ones(2)[0],
    lambda: torch.ones(2).double(),
    lambda: torch.ones(2).detach(),
    lambda: nn.Parameter(torch.ones(2)),
]


def of(requires_grad: bool):
    return torch.ones(2, 3, requires_grad=requires_grad)


@pytest.fixture
def made():
    with torch.inference_mode():
        return torch.ones(2, 3)


@pytest.mark.parametrize("make", MADE)
def test_what_is_made_in_the_mode(make):
    with torch.inference_mode():
        assert make().is_inference()
    assert not make().is_inference()


def test_leaves_can_be_made_in_the_mode():
    with torch.inference_mode():
        x = of(True)
        y = x * x
        x.add_(1)
    assert x.is_inference() and x.requires_grad
    assert y.is_inference() and not y.requires_grad


@pytest.mark.parametrize("requires_grad", [True, False])
def test_in_normal_mode_autograd_does_not_see_them(requires_grad):
    with torch.inference_mode():
        x = of(requires_grad)
    y, view = x * x, x.view(-1)
    assert not y.is_inference() and not y.requires_grad and y.is_leaf
    assert view.is_inference() and not view.requires_grad and not view._is_view()


def test_their_versions_are_not_counted(made):
    with pytest.raises(RuntimeError, match="do not track version counter"):
        _ = made._version


def test_they_are_written_to_in_the_mode_alone(made):
    for write in (lambda t: t.add_(2), lambda t: t.t_(), lambda t: torch.mul(t, t, out=t)):
        with pytest.raises(RuntimeError, match="Inplace update to inference tensor outside"):
            write(made)
        with torch.inference_mode():
            write(made)
    with torch.no_grad(), pytest.raises(RuntimeError, match="Inplace update to inference tensor"):
        made.zero_()


def test_they_are_not_saved_for_a_gradient(made):
    x = of(True)
    assert (x + made).requires_grad
    assert torch.stack([x, made]).requires_grad
    for call in (lambda: x * made, lambda: x.clone().mul_(made)):
        with pytest.raises(RuntimeError, match="cannot be saved for backward"):
            call()
    with torch.inference_mode():
        leaf = of(True)
    (x + leaf).sum().backward()
    assert leaf.grad.tolist() == torch.ones(2, 3).tolist()


def test_normal_tensors_stay_normal_in_the_mode():
    x = of(True).clone()
    y = x * x
    with torch.inference_mode():
        x.add_(1)
        view = x.view(-1)
        assert not x.is_inference() and x.requires_grad
        assert not view.is_inference() and view.requires_grad and view.is_leaf
        view.add_(1)
        assert view._version == x._version
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_views_made_in_the_mode_keep_out_of_histories():
    x = of(True).clone()
    with torch.inference_mode():
        view = x.view(-1)
    assert (view * view).requires_grad
    assert view.view(3, 2).requires_grad
    with pytest.raises(RuntimeError, match="created in inference mode and is being modified"):
        view.add_(1)
    x.add_(1)
    with pytest.raises(RuntimeError, match="inference mode and its base or another view"):
        _ = view.grad_fn


def test_tensors_that_are_swapped():
    a, b = torch.ones(2), nn.Parameter(torch.zeros(3))
    a.mark = "a"
    torch.utils.swap_tensors(a, b)
    assert type(a) is nn.Parameter and type(b) is torch.Tensor
    assert (a.tolist(), b.tolist(), b.mark) == ([0.0] * 3, [1.0] * 2, "a")
    assert a.requires_grad and not hasattr(a, "mark")


def test_no_gradient_arrives_at_what_was_swapped():
    a = torch.ones(2, requires_grad=True)
    y = (a * 2).sum()
    torch.utils.swap_tensors(a, torch.zeros(2))
    with pytest.raises(RuntimeError, match="poisoned by swap_tensors"):
        y.backward()
