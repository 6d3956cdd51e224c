"""Products in groups: each group's product, and its gradient."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish.nn.functional import grouped_mm

ENDS = torch.tensor([2, 2, 5], dtype=torch.int32)  # the second group is empty


def test_rows_in_groups():
    a, b = torch.randn(6, 4, requires_grad=True), torch.randn(3, 4, 3, requires_grad=True)
    out = grouped_mm(a, b, offs=ENDS)
    expected = torch.cat([a[:2] @ b[0], a[2:5] @ b[2], torch.zeros(1, 3)])
    assert torch.allclose(out, expected)
    out.square().sum().backward()
    ours = a.grad, b.grad
    a.grad = b.grad = None
    expected.square().sum().backward()
    assert torch.allclose(ours[0], a.grad) and torch.allclose(ours[1], b.grad)
    assert not ours[1][1].any()


def test_columns_sums_and_no_groups():
    a, b = torch.randn(3, 2, 4), torch.randn(4, 5)
    out = grouped_mm(a, b, offs=ENDS)
    assert torch.allclose(out, torch.cat([a[0] @ b[:, :2], a[2] @ b[:, 2:]], 1))
    a, b = torch.randn(2, 5), torch.randn(5, 3)
    out = grouped_mm(a, b, offs=ENDS)
    assert torch.allclose(out, torch.stack([a[:, :2] @ b[:2], torch.zeros(2, 3), a[:, 2:] @ b[2:]]))
    a, b = torch.randn(3, 2, 4), torch.randn(3, 4, 5)
    assert torch.allclose(grouped_mm(a, b), a @ b)


@pytest.mark.parametrize(
    "options, words",
    [
        ({}, "Have to provide offsets"),
        ({"offs": ENDS.long()}, "Offsets have to be int32"),
        ({"offs": ENDS, "bias": torch.ones(3)}, "Bias not supported yet"),
        ({"offs": ENDS, "out_dtype": torch.float64}, "output dtype must match"),
    ],
)
def test_refusals(options, words):
    with pytest.raises(RuntimeError, match=words):
        grouped_mm(torch.ones(6, 4), torch.ones(3, 4, 3), **options)
