"""Views and the history of what they lie in: made without gradients, through `.data`, as another
dtype, beyond a view's own elements, in memory that grows."""

from __future__ import annotations

import pytest

import torchish as torch


def test_a_view_made_without_gradients_requires_what_its_base_does_and_refuses_writes():
    x = torch.ones(3, requires_grad=True)
    with torch.no_grad():
        views = [x.view(-1), x[:2], x.unsqueeze(0), x.chunk(2)[0]]
    for v in views:
        assert v.requires_grad and v.is_leaf and v._base is x
        with pytest.raises(RuntimeError, match="created in no_grad mode and is being modified"):
            v.add_(1)
    (views[0] * 2).sum().backward()  # which leads nowhere
    assert x.grad is None
    y = torch.zeros(3)
    with torch.no_grad():
        v = y.view(-1)
    with pytest.raises(RuntimeError, match="created in no_grad mode and is being modified"):
        v.add_(torch.ones(3, requires_grad=True))


def test_a_write_without_gradients_makes_such_a_view_unusable():
    x = torch.ones(3, requires_grad=True)
    with torch.no_grad():
        v = x.view(-1)
        v.zero_()
    with pytest.raises(RuntimeError, match="its base or another view of its base has been"):
        v + 1


def test_writes_through_data_leave_the_history_of_views_alone():
    for write in (lambda x, a: x.data.add_(1), lambda x, a: a.data.add_(1)):
        x = torch.ones(3, requires_grad=True) * 2
        a, _ = x.split(2)
        write(x, a)
        assert (a * 2).tolist() == [6.0, 6.0]
    x = torch.ones(3, requires_grad=True) * 2
    a, _ = x.split(2)
    a.detach().add_(1)  # which is counted
    with pytest.raises(RuntimeError, match="Output 0 of Split is a view and its base"):
        a * 2


def test_a_view_that_becomes_a_leaf_keeps_its_base():
    x = torch.ones(4)
    v = x.view(-1)
    v.requires_grad_()
    assert v._base is x and v.is_leaf
    with pytest.raises(RuntimeError, match="a view of a leaf Variable"):
        v.add_(1)
    (v.as_strided((2,), (2,), 1) * 3).sum().backward()
    assert v.grad.tolist() == [0.0, 3.0, 0.0, 3.0] and x.grad is None
    x.mul_(torch.ones(4, requires_grad=True))
    assert v.grad_fn.name() == "AsStridedBackward0"


def test_a_leaf_that_needs_no_gradient_any_longer_gets_none():
    x = torch.ones(2, requires_grad=True)
    y = x.view(-1)
    x.requires_grad = False
    y.sum().backward()
    assert x.grad is None
    with pytest.raises(RuntimeError, match="a view of a leaf"):
        y.add_(1)


@pytest.mark.parametrize(
    "dtype", ["float64", "int32", "int64", "uint8", "complex128", "bool", "float16"]
)
def test_complex_memory_as_another_dtype(dtype):
    dtype = getattr(torch, dtype)
    x = torch.ones(4, 2, dtype=torch.complex64) * (1 + 2j)
    seen, pairs = x.view(dtype), torch.view_as_real(x).flatten().view(dtype)
    assert seen.flatten().tolist() == pairs.tolist() and seen._base is None
    seen.zero_()
    assert x.abs().sum() == 0
    again = torch.view_as_real(torch.ones(2, 2, dtype=torch.complex64) * 3j).view(torch.complex64)
    assert again.flatten().tolist() == [3j] * 4


def test_what_is_seen_as_another_dtype_has_no_history():
    y = torch.ones(4, requires_grad=True) * 2
    v = y.view(torch.float64)
    assert not v.requires_grad and v._base is None
    v.add_(1)
    assert y._version == 1 and y.grad_fn.name() == "MulBackward0"


def test_no_gradient_flows_beyond_the_elements_of_a_view():
    x = torch.arange(6.0, requires_grad=True)
    part = (x * 1)[1:3]
    part.as_strided((3,), (2,), 0).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]


def test_a_view_without_elements_leads_to_others_in_its_memory():
    x = torch.arange(6.0, requires_grad=True)
    beyond = (x * 1)[2:2].as_strided((3,), (2,), 0)
    assert beyond.tolist() == [0.0, 2.0, 4.0] and beyond.requires_grad
    beyond.sum().backward()
    assert x.grad.tolist() == [0.0] * 6


def test_memory_grows_under_the_tensors_in_it():
    a = torch.zeros(4)
    b = a[1:]
    a.resize_(9)
    a.fill_(1)
    assert b.tolist() == [1.0] * 3 and a.untyped_storage() == b.untyped_storage()
    b.resize_(10).fill_(2)
    assert a.tolist() == [1.0, *[2.0] * 8] and a.untyped_storage().nbytes() // 4 == 11
    c = torch.ones(4)
    with pytest.warns(UserWarning, match="was resized"):
        torch.add(torch.ones(3, 2), 1, out=c[2])
    assert c.tolist() == [1.0, 1.0, 2.0, 2.0] and c.untyped_storage().nbytes() // 4 == 8
    d = torch.zeros(2)
    torch.zeros(4).set_(d.untyped_storage(), 0, (5,), (1,)).fill_(3)
    assert d.tolist() == [3.0, 3.0] and d.untyped_storage().nbytes() // 4 == 5
    e = torch.arange(6.0)
    e.untyped_storage().resize_(40)
    assert e.shape == (6,) and e.as_strided((10,), (1,)).shape == (10,)
    f = torch.ones(3)
    f.numpy()
    with pytest.raises(RuntimeError, match="not resizable"):
        f.resize_(5)


PICKED = [
    (lambda x, i: x[i], (12, 6, 3, 1)),
    (lambda x, i: x[:, i[0]], (1, 4, 8)),
    (lambda x, i: x[:, :, i], (4, 16, 2, 1)),
    (lambda x, i: x[i[0], :, i[1]], (2, 1)),
    (lambda x, i: x[i.t()], (6, 12, 3, 1)),
    (lambda x, i: x[:, i[:, :1], i[:1]], (4, 2, 1)),
    (lambda x, i: x[:, torch.tensor([True, False])], (1, 4, 4)),
    (lambda x, i: x[[0, 3]], (6, 3, 1)),
]


@pytest.mark.parametrize("pick, strides", PICKED)
def test_what_indices_pick_lies_in_memory_as_in_pytorch(pick, strides):
    x = torch.arange(24).reshape(2, 3, 4).permute(2, 0, 1)
    assert pick(x, torch.tensor([[0, 1], [1, 0]])).stride() == strides


def test_nothing_is_looked_up_where_nothing_is_taken():
    x = torch.ones(2, 0)
    assert x[torch.tensor([7])].shape == (1, 0)
    assert x[torch.tensor([], dtype=torch.int64), torch.tensor([5])].shape == (0,)
    with pytest.raises(IndexError, match="out of bounds for dimension with size 0"):
        x[torch.tensor([0]), torch.tensor([5])]


def test_an_error_in_a_with_inside_a_try_comes_at_the_call():
    x = torch.arange(3).reshape(3, 1)
    place = (torch.ones(1, dtype=torch.int64) * 3).cumsum(0)
    for _ in range(4):  # known by then, and so deferred
        caught = False
        try:
            with torch.no_grad():
                x[place] = 1
        except IndexError:
            caught = True
        assert caught


def test_hooks_are_shown_what_pytorch_shows_them():
    x = torch.ones(3, requires_grad=True)
    y = x[torch.tensor([0, 1])]
    seen = []
    y.grad_fn.register_hook(lambda given, got: seen.append((len(given), len(got))))
    y.grad_fn.register_prehook(lambda got: seen.append(len(got)))
    assert len(y.grad_fn.next_functions) == 1
    torch.autograd.grad((y * y).sum(), y)
    assert seen == []  # the node of an input does not run
    y.backward(torch.ones(2), inputs=[y])
    assert seen == [1, (1, 1)]


def test_a_view_of_many_that_is_transposed_without_gradients_is_refused_by_its_first_name():
    base = torch.zeros(3, 4, requires_grad=True).clone()
    view = base.split(2, 0)[0]
    with torch.no_grad():
        view.transpose_(0, 1)
    assert view.shape == (4, 2) and view.requires_grad
    with pytest.raises(RuntimeError, match="Output 0 of Split is a view and its base"):
        _ = view.grad_fn


def test_memory_that_a_tensor_moves_to_was_not_written_to():
    h = torch.ones(4, requires_grad=True) * 1
    d, e = h.chunk(2)
    g = torch.zeros(2)
    g.set_(d.detach())
    assert d.grad_fn is not None and d._version == e._version == 0
    (d * e).sum().backward()


def test_the_input_of_a_backward_may_be_a_view_without_history():
    x = torch.ones(3, requires_grad=True)
    with torch.no_grad():
        v = x[:2]
    (x * 2).sum().backward(inputs=[v, x])
    assert v.grad is None and x.grad.tolist() == [2, 2, 2]
    assert torch.autograd.grad((x * 2).sum(), [v], allow_unused=True) == (None,)
    with pytest.raises(RuntimeError, match="appears to not have been used in the graph"):
        torch.autograd.grad((x * 2).sum(), [v])


def test_chunks_of_nothing_are_split_with_sizes():
    with pytest.raises(RuntimeError, match="Output 0 of SplitWithSizes is a view"):
        torch.ones(0, 2, requires_grad=True).chunk(2)[0].pow_(2)


def test_views_count_with_a_tensor_that_leaves_their_memory():
    x = torch.ones(3)
    y, z = x.detach(), x[:2]
    product = torch.ones(2, requires_grad=True) * z
    x.set_(torch.zeros(2))
    assert y._version == z._version == 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        product.sum().backward()
    t = torch.ones(3)
    t.resize_(2)
    assert t._version == 1
