"""An integer that was computed is an index like any other: it gives a view."""

from __future__ import annotations

import pytest

import torchish as torch

I = torch.tensor([2, 0, 1])  # noqa: E741


def _overwrite_numpy(e):
    e[I.max()].numpy()[:] = 7


# What is done with `e` by a computed index, and the same with a plain integer.
WRITES = [
    (lambda e: [e[k].add_(1) for k in I], lambda e: e[:3].add_(1)),
    (lambda e: e[I.sum()].copy_(torch.ones(3, 2)), lambda e: e[3].fill_(1)),
    (lambda e: e[I.argmax() + 1, 1].zero_().add_(2), lambda e: e[1, 1].fill_(2)),
    (lambda e: e[:, I[0]].add_(1), lambda e: e[:, 2].add_(1)),
    (lambda e: e[..., I.min()].add_(1), lambda e: e[..., 0].add_(1)),
    (lambda e: e[None, I.max()].add_(1), lambda e: e[2].add_(1)),
    (lambda e: e[-I.max()].add_(1), lambda e: e[-2].add_(1)),
    (lambda e: e[I.max()][I.min()].add_(1), lambda e: e[2, 0].add_(1)),
    (lambda e: e[I.max()].unbind(0)[1].add_(4), lambda e: e[2, 1].add_(4)),
    (lambda e: torch.add(torch.ones(3, 2), 1, out=e[I.max()]), lambda e: e[2].fill_(2)),
    (lambda e: e.__setitem__((I.max(), I.min()), 5.0), lambda e: e[2, 0].fill_(5)),
    (lambda e: e.select(0, I.max()).add_(1), lambda e: e[2].add_(1)),
    (_overwrite_numpy, lambda e: e[2].fill_(7)),
]


@pytest.mark.parametrize("number", range(len(WRITES)))
def test_writes_by_a_computed_index_arrive(number):
    by_tensor, by_integer = WRITES[number]
    for _ in range(3):  # new, recorded, perhaps compiled
        e, want = torch.zeros(4, 3, 2), torch.zeros(4, 3, 2)
        by_tensor(e)
        by_integer(want)
        assert torch.equal(e, want)


def test_it_sees_later_writes_and_carries_gradients():
    x = torch.ones(4, 3)
    row = x[I.max()]
    x.add_(1)
    assert row.tolist() == [2.0, 2.0, 2.0]
    assert row.storage_offset() == 6
    w = torch.ones(4, 3, requires_grad=True)
    y = w * 2
    y[I.max()].mul_(3)
    y.sum().backward()
    assert w.grad.sum(1).tolist() == [6.0, 6.0, 18.0, 6.0]


def test_one_out_of_range_raises_at_the_index():
    with pytest.raises(IndexError, match="index 9 is out of bounds for dimension 0 with size 4"):
        torch.zeros(4)[I.sum() * 3]


def test_under_vmap_it_is_a_gather():
    rows = torch.func.vmap(lambda k, x: x[k], (0, None))(I, torch.arange(6.0).reshape(3, 2))
    assert rows.tolist() == [[4.0, 5.0], [0.0, 1.0], [2.0, 3.0]]
