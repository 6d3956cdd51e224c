"""`allow_mutation_on_saved_tensors`, resizing and parts that autograd takes apart."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish.autograd.graph import allow_mutation_on_saved_tensors


def test_the_gradient_is_that_of_what_was_saved():
    a = torch.tensor([1.0, 2.0], requires_grad=True)
    with allow_mutation_on_saved_tensors():
        b = a.clone()
        y = (b**2).sum()
        b.sin_()
        y.backward()
    assert a.grad.tolist() == [2.0, 4.0]


def test_what_is_kept_is_counted():
    with allow_mutation_on_saved_tensors() as context:
        a = torch.ones(2, requires_grad=True).clone()
        y, z = a**2, a**2
        assert len(context.cloned) == 0
        assert len(context.tid_to_weakhandle) == 1
        a.sin_()
        assert len(context.cloned) == 1
        w = a**2
        a.sin_()
        assert len(context.cloned) == 2
        del y, z
        assert len(context.cloned) == 1
        del w
        assert len(context.cloned) == 0


def test_a_graph_is_walked_where_it_was_recorded():
    with allow_mutation_on_saved_tensors():
        y = (torch.ones(2, requires_grad=True) ** 2).sum()
        with pytest.raises(RuntimeError, match="cannot be nested"):
            with allow_mutation_on_saved_tensors():
                pass
    with pytest.raises(AssertionError, match="outside of the 'allow_mutation"):
        y.backward()


def test_resizing_counts_as_a_write():
    x = torch.rand(1)
    versions = []
    for size in ((1, 2), (3,), (3,)):
        x.resize_(size)
        versions.append(x._version)
    assert versions == [1, 2, 2]


def test_parts_that_may_be_written_to():
    x = torch.ones(3, requires_grad=True) * 2
    for parts in (x.unsafe_split(1), x.unsafe_split_with_sizes([1, 2]), x.unsafe_chunk(3)):
        parts[0].add_(1)
        assert not parts[0]._is_view()
    with pytest.raises(RuntimeError, match="returns multiple views"):
        x.split(1)[0].add_(1)


def test_defaults_of_a_forward_with_a_context_of_its_own():
    class Power(torch.autograd.Function):
        @staticmethod
        def forward(x, n=3):
            return x**n

        @staticmethod
        def setup_context(ctx, inputs, output):
            x, ctx.n = inputs
            ctx.save_for_backward(x)

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return g * ctx.n * x ** (ctx.n - 1), None

    x = torch.tensor(2.0, requires_grad=True)
    Power.apply(x).backward()
    assert x.grad.item() == 12.0
