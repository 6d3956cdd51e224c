"""Hooks of an output behind which nothing lies that is asked for, and flags of views."""

from __future__ import annotations

import pytest

import torchish as torch


def apart():
    """A leaf, and a result that does not depend on it."""
    return torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True) * 3


def test_the_hooks_of_the_one_output_run():
    leaf, y = apart()
    seen = []
    y.register_hook(lambda g: seen.append(g.tolist()))
    y.retain_grad()
    y.backward(torch.ones(2), inputs=[leaf])
    assert seen == [[1.0, 1.0]] and y.grad.tolist() == [1.0, 1.0] and leaf.grad is None
    (g,) = torch.autograd.grad(y.sum(), [leaf], allow_unused=True)
    assert g is None and len(seen) == 1  # those of nodes behind the output do not


def test_the_hooks_of_several_outputs_do_not():
    leaf, y = apart()
    seen = []
    y.register_hook(seen.append)
    torch.autograd.grad([y, y * 2], [leaf], [torch.ones(2)] * 2, allow_unused=True)
    assert not seen


@pytest.mark.parametrize("dim", [None, 0, -1])
def test_repeat_interleave_by_a_number_gives_a_view(dim):
    x = torch.arange(4.0).view(2, 2).requires_grad_()
    y = x.repeat_interleave(2, dim)
    assert y._is_view() and type(y.grad_fn).__name__ == "ViewBackward0"
    y.backward(torch.ones_like(y))
    assert x.grad.tolist() == [[2.0, 2.0], [2.0, 2.0]]
    counted = x.repeat_interleave(torch.tensor([2, 1]), 0)
    assert not counted._is_view()


def test_a_view_by_strides_of_a_leaf_that_was_transposed_in_place():
    x = torch.ones(2, 3, requires_grad=True)
    with torch.no_grad():
        x.transpose_(0, 1)
        y = x.as_strided((3,), (1,), 1)
    assert y.requires_grad and y._is_view() and y.grad_fn is None


@pytest.mark.parametrize("name", ["amax", "amin"])
def test_the_largest_of_no_complex_numbers(name):
    x = torch.zeros(1, 0, dtype=torch.complex64)
    assert getattr(x, name)(0).shape == (0,)
    with pytest.raises(IndexError, match="reduction dim -1 to have non-zero size"):
        getattr(x, name)(-1)
    with pytest.raises(NotImplementedError, match="not implemented for 'ComplexFloat'"):
        getattr(torch.ones(2, dtype=torch.complex64), name)(0)


@pytest.mark.parametrize(
    "view", [lambda x: x.view(-1), lambda x: x[:], lambda x: x.view(1, 2), lambda x: x.view_as(x)]
)
def test_a_write_through_a_views_view_does_not_go_by_the_views_older_hooks(view):
    leaf = torch.tensor(1.0, requires_grad=True)
    y = view(leaf.expand(2) * 1)
    y.register_hook(lambda g: g * 3)
    y[..., :1].add_(2)
    y.sum().backward()
    assert leaf.grad.item() == 2


def test_a_write_through_a_view_whose_graph_is_gone():
    leaf = torch.ones(2, requires_grad=True)
    y = (leaf * 1).view(-1)
    y.retain_grad()
    y[:1].mul_(1)
    (y * y).sum().backward()
    y[y.detach() > 5] = 1.0
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        y.sum().backward()


def test_an_input_without_gradient_is_refused_before_later_ones_retain_theirs():
    x = torch.ones(2, requires_grad=True)
    y, z = x * 2, x * 3
    with pytest.raises(RuntimeError, match="can't retain_grad on Tensor that has requires_grad=F"):
        (y * z).sum().backward(inputs=[y, y.detach(), z])
    assert y.retains_grad and not z.retains_grad and x.grad is None
