"""What a Function saved must not have been written to since."""

from __future__ import annotations

import pytest

import torchish as torch

MODIFIED = "modified by an inplace operation"


class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * 2

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 2 + x * 0


class Exponential(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0]


VIEWS = {
    "itself": lambda x: x,
    "row": lambda x: x[0],
    "row by a tensor": lambda x: x[torch.tensor(0)],
    "view": lambda x: x.view(4),
    "detached": lambda x: x.detach().requires_grad_(),
}
WRITES = {
    "add": lambda x: x.add_(1),
    "part": lambda x: x[0].add_(1),
    "detached": lambda x: x.detach().add_(1),
    "expanded": lambda x: x.expand(2, 2).scatter_(0, torch.zeros(2, 2, dtype=torch.int64), 1),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("view", VIEWS)
def test_an_input_that_was_written_to(view, write):
    leaf = torch.full((2, 2), 2.0, requires_grad=True)
    x = leaf * 1
    y = Doubled.apply(VIEWS[view](x))
    WRITES[write](x)
    with pytest.raises(RuntimeError, match=MODIFIED):
        y.sum().backward()


def test_the_words_name_the_tensor():
    x = torch.ones(2, requires_grad=True) * 1
    y = Doubled.apply(x)
    x.mul_(3)
    with pytest.raises(RuntimeError, match=r"\[torch.FloatTensor \[2\]\], which is output 0 of "):
        y.sum().backward()


def test_a_result_that_was_written_to():
    leaf = torch.zeros(2, requires_grad=True)
    y = Exponential.apply(leaf)
    y.add_(1)
    with pytest.raises(RuntimeError, match=MODIFIED):
        y.sum().backward()


def test_writes_within_forward_count_for_nothing():
    class Written(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = x * 2
            ctx.save_for_backward(y)
            y.add_(1)
            return y

        @staticmethod
        def backward(ctx, g):
            return g * ctx.saved_tensors[0]

    leaf = torch.ones(2, requires_grad=True)
    Written.apply(leaf).sum().backward()
    assert leaf.grad.tolist() == [3.0, 3.0]


def test_a_buffer_that_is_written_to_between_steps():
    leaf, scale = torch.ones(2, requires_grad=True), torch.ones(2)

    class Scaled(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, s):
            ctx.save_for_backward(s)
            return x * s

        @staticmethod
        def backward(ctx, g):
            return g * ctx.saved_tensors[0], None

    for _ in range(3):
        Scaled.apply(leaf, scale).sum().backward()
        scale.add_(1)
    assert leaf.grad.tolist() == [6.0, 6.0]


@pytest.mark.parametrize("other", [torch.eye(2).to_sparse(), torch.eye(2).to_sparse_csr()])
def test_sparse_tensors_can_be_saved(other):
    class Beside(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, s):
            ctx.save_for_backward(s, None)
            return x * 2

        @staticmethod
        def backward(ctx, g):
            s, nothing = ctx.saved_tensors
            assert s.layout == other.layout and nothing is None
            return g * 2, None

    leaf = torch.ones(2, requires_grad=True)
    Beside.apply(leaf, other).sum().backward()
    assert leaf.grad.tolist() == [2.0, 2.0]
