"""Views, overlapping memory and layouts at their edges: what random programs found."""

from __future__ import annotations

import numpy as np
import pytest

import torchish as torch

SEVERAL = "This view is the output of a function that returns multiple views"


@pytest.mark.parametrize(
    "write",
    [
        lambda x: x[1:].add_(x[:-1]),
        lambda x: x[:-1].copy_(x[1:]),
        lambda x: x.view(2, 2).mul_(x.view(2, 2).t()),
        lambda x: x.view(4, 1).add_(x.view(4, 1).view(1, 4).t()),
    ],
)
def test_operands_that_overlap_in_part_are_refused(write):
    with pytest.raises(RuntimeError, match="some elements of the input tensor and the written-to"):
        write(torch.arange(4.0))


def test_equal_and_separate_parts_may_be_mixed():
    x = torch.arange(4.0)
    x.add_(x)
    x[:2].add_(x[2:])
    x[::2].add_(x[1::2])  # not dense: whether they overlap is too hard to tell
    x.copy_(x)
    assert x.tolist() == [12.0, 8.0, 10.0, 6.0]


def test_a_number_set_into_repeated_elements_is_refused():
    x = torch.zeros(4).expand(2, 4)
    with pytest.raises(RuntimeError, match="more than one element of the written-to tensor"):
        x[:, 2] = 1.0
    x[0, 2] = 1.0
    assert x[1].tolist() == [0.0, 0.0, 1.0, 0.0]


OVERLAPS = {
    "elementwise, in part": lambda x: torch.exp(x[:3], out=x[1:]),
    "cumsum, in part": lambda x: torch.cumsum(x[:3], 0, out=x[1:]),
    "stack, in part": lambda x: torch.stack([x[:2]], out=x[1:3].view(1, 2)),
    "gather, an input": lambda x: torch.gather(x, 0, torch.tensor([3, 2, 1, 0]), out=x),
    "take, an input": lambda x: torch.take(x, torch.tensor([3, 2, 1, 0]), out=x),
    "cat, an input that grows": lambda x: torch.cat([x, x.clone()], out=x),
    "masked_select": lambda x: torch.masked_select(x, x > -1, out=x),
    "kthvalue": lambda x: torch.kthvalue(x, 2, out=(x, torch.tensor(0))),
    "index_select, repeated": lambda x: torch.index_select(
        x, 0, torch.tensor([1, 2]), out=torch.zeros(1).expand(3)
    ),
}


@pytest.mark.parametrize("name", OVERLAPS)
def test_an_output_over_an_input_is_refused(name):
    with pytest.raises(RuntimeError, match="^unsupported operation: "):
        OVERLAPS[name](torch.arange(4.0))


def test_an_output_may_be_an_input_or_lie_beside_it():
    x = torch.arange(4.0)
    torch.add(x, 1, out=x)
    torch.exp(x[:2].clone(), out=x[2:])
    torch.cat([x[:1], x[1:2]], out=x[2:])
    assert x.tolist() == [1.0, 2.0, 1.0, 2.0]


def test_as_strided_of_an_empty_view_needs_no_memory():
    assert torch.zeros(0, 3).as_strided((2, 0), (1, 2), 2).shape == (2, 0)


def test_as_strided_sees_memory_in_the_dtype_of_the_view():
    z = torch.tensor([[1 + 2j, 3 + 4j], [5 + 6j, 7 + 8j]])
    pairs = torch.view_as_real(z)
    assert pairs.as_strided((3,), (2,), 1).tolist() == [2.0, 4.0, 6.0]
    pairs.as_strided((2,), (1,), 6).fill_(0)
    assert z[1, 1].item() == 0
    n = torch.tensor([1, 2**32 + 3])
    assert n.view(torch.int32).as_strided((4,), (1,), 0).tolist() == [1, 0, 3, 1]


def test_as_strided_of_what_was_detached_from_a_transpose():
    x = torch.arange(6.0).reshape(2, 3).t().clone()
    assert x.stride() == (1, 3)
    assert x[:2].detach().as_strided((6,), (1,), 0).tolist() == [0, 1, 2, 3, 4, 5]


def test_memory_with_gaps_is_shared_whole():
    a = np.arange(8.0).reshape(2, 4)
    t = torch.from_numpy(a[:, ::2])
    assert t.stride() == (4, 2)
    assert t.as_strided((3,), (1,), 1).tolist() == [1.0, 2.0, 3.0]
    t.add_(10)
    t.as_strided((1,), (1,), 1).fill_(-1)
    assert a.tolist() == [[10, -1, 12, 3], [14, 5, 16, 7]]
    a[1, 2] = 0
    assert t[1, 1].item() == 0


def test_strides_of_copies():
    turned = np.arange(6.0).reshape(2, 3).T
    assert torch.tensor(turned).stride() == (1, 3)
    assert torch.tensor(np.zeros((2, 6))[:, ::2]).stride() == (3, 1)
    x = torch.arange(8).reshape(2, 2, 2).diagonal(-1, 0, 1)
    assert (x.clone().stride(), (x + x).stride(), (x + 2).stride()) == ((1, 6), (1, 1), (1, 2))


def test_windows_of_an_empty_dimension():
    x = torch.zeros(0, 3).unfold(0, 0, 2)
    assert x.shape == (1, 3, 0)
    assert x.tolist() == [[[], [], []]]


def test_a_part_of_repeated_memory():
    x = torch.arange(4.0)
    x.expand(2, 4)[1] = -x
    assert x.tolist() == [0, -1, -2, -3]
    windows = x.unfold(0, 2, 1)
    windows[1].fill_(9)
    assert x.tolist() == [0, 9, 9, -3]
    w = torch.ones(4, requires_grad=True)
    y = w * 1
    y.expand(3, 4)[1, 2:].mul_(5)
    y.sum().backward()
    assert w.grad.tolist() == [1, 1, 5, 5]
    z = torch.zeros(2, dtype=torch.complex64)
    z.expand(2, 2).real[1] = torch.ones(2)
    assert z.tolist() == [1, 1]


def test_a_refused_index_leaves_no_check_behind():
    with pytest.raises(IndexError):
        torch.zeros(2, 0)[:, torch.tensor([0])] = 1.0
    assert torch.zeros(2).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "name, parts",
    [
        ("Split", lambda x: x.split(2)),
        ("Split", lambda x: x.chunk(2)),
        ("SplitWithSizes", lambda x: x.split([2, 2])),
        ("Unbind", lambda x: x.unbind(0)),
    ],
)
def test_one_of_many_views_refuses_writes(name, parts):
    x = torch.ones(4, requires_grad=True) * 1
    with pytest.raises(RuntimeError, match=f"Output 1 of {name} is a view.*{SEVERAL}"):
        parts(x)[1].mul_(2)
    v = parts(x)[1]
    x.add_(1)
    with pytest.raises(RuntimeError, match=f"Output 1 of {name} is a view and its base or.*"):
        v * 2
    parts(x.detach())[1].mul_(2)
    parts(torch.zeros(4))[1].mul_(2)


@pytest.mark.parametrize("write", [lambda x: x.fill_(2), lambda x: x.zero_().fill_(2.0)])
def test_one_number_may_be_written_to_a_place_more_than_once(write):
    x = torch.ones(2, 3)
    assert write(x.expand(2, 2, 3)).tolist() == [[[2.0] * 3] * 2] * 2
    assert x.tolist() == [[2.0] * 3] * 2


def test_writes_by_index_into_expanded_tensors_of_nothing():
    x = torch.zeros(0, 3).expand(2, 0, 3)
    for index in (torch.tensor([0]), [0], x > 0, [torch.tensor([0]), slice(None)]):
        x[index] = 1
    x.index_put_((torch.tensor([0]),), torch.tensor(1.0)).index_fill_(0, torch.tensor([0]), 1)
    assert x.shape == (2, 0, 3)


@pytest.mark.filterwarnings("ignore:Use of index_put_ on expanded tensors")
@pytest.mark.parametrize("dtype", [torch.float32, torch.int64])
def test_what_is_accumulated_at_one_place_counts_each_time(dtype):
    x = torch.zeros(3, dtype=dtype)
    rows = (torch.tensor([0, 1, 0]),)
    x.expand(2, 3).index_put_(rows, torch.ones((), dtype=dtype), accumulate=True)
    assert x.tolist() == [3, 3, 3]


def test_true_alone_is_no_mask_but_all_of_the_tensor():
    x = torch.zeros(2, 2)
    x[True] = torch.tensor(
        [[1, 2], [3, 4]], dtype=torch.uint8
    )  # of another dtype, as a copy may be
    assert x.tolist() == [[1, 2], [3, 4]]
    x[True] = 5
    assert x.tolist() == [[5, 5], [5, 5]]


def test_a_part_of_repeated_memory_that_is_seen_as_other_elements():
    a = torch.zeros(3, 2, dtype=torch.float64)
    halves = a.expand(2, 3, 2).view(torch.int32)
    halves[0, :, 1] = 3
    assert a.view(torch.int32).tolist() == [[0, 3, 0, 0]] * 3
    z = torch.zeros(3, dtype=torch.complex64, requires_grad=True)
    w = torch.tensor([0.0, 2.0, 3.0], requires_grad=True)
    y = z * 1
    y.expand(2, 3).real[0] = w
    assert y.tolist() == [0, 2, 3]
    (y.real * torch.tensor([1.0, 2.0, 3.0]) + y.imag * 5).sum().backward()
    assert z.grad.tolist() == [5j, 5j, 5j] and w.grad.tolist() == [1, 2, 3]
