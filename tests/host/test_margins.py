"""Host kernels of losses of margins, bags, grids, unpooling and pairs against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import hold, tensor

REDUCTIONS = ("mean", "sum", "none")


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_margins_of_classes(reduction):
    x, t = tensor((6, 4)), torch.tensor([0, 3, 1, 1, 2, 0])
    f = "nn.functional.multi_margin_loss"
    hold(f, x, t, reduction=reduction)
    hold(f, x, t, 2, 0.7, tensor((4,)).abs(), reduction=reduction, without=("weight",))
    hold(f, x[0], t[0], reduction=reduction)
    labels = torch.tensor([[0, 3, -1, 1], [-1, 2, 0, 0], [2, 1, 0, 3]])
    f = "nn.functional.multilabel_margin_loss"
    hold(f, x[:3], labels, reduction=reduction)
    hold(f, x[0], labels[0], reduction=reduction)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_embedding_losses(reduction):
    x, sign = tensor((4, 3)), torch.tensor([1.0, -1.0, -1.0, 1.0])
    hold("nn.functional.hinge_embedding_loss", x, tensor((4, 3), seed=1).sign(),
         reduction=reduction, without=("target",))  # fmt: skip
    f = "nn.functional.cosine_embedding_loss"
    hold(f, x, tensor((4, 3), seed=1), sign, 0.1, reduction=reduction, without=("target",))
    hold(f, x[0], x[1], sign[1].long(), reduction=reduction)


@pytest.mark.parametrize("mode", ["sum", "mean"])
def test_bags(mode):
    f, table = "nn.functional.embedding_bag", tensor((6, 3))
    ids, starts = torch.tensor([0, 5, 2, 2, 1]), torch.tensor([0, 2, 2])
    hold(f, ids, table, starts, mode=mode)
    hold(f, ids.int(), table, starts.int(), mode=mode, padding_idx=2)
    hold(f, ids[:4].view(2, 2), table, mode=mode)
    ends = torch.tensor([0, 3, 5])
    hold(f, ids, table, ends, mode=mode, include_last_offset=True)
    if mode == "sum":
        hold(f, ids, table, starts, mode=mode, per_sample_weights=tensor((5,)))


@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("align", [False, True])
def test_grids(padding, align):
    f = "nn.functional.grid_sample"
    for mode in ("bilinear", "nearest"):
        args = (mode, padding, align)
        hold(f, tensor((2, 3, 4, 5)), 1.3 * tensor((2, 3, 2, 2), seed=1), *args, atol=1e-5)
        hold(f, tensor((1, 2, 3, 2, 4)), tensor((1, 2, 2, 1, 3), seed=1), *args, atol=1e-5)
    hold("nn.functional.affine_grid", tensor((2, 2, 3)), (2, 1, 3, 4), align)
    hold("nn.functional.affine_grid", tensor((1, 3, 4)), (1, 1, 2, 3, 2), align)


def test_unpooling():
    indices = torch.tensor([[[0, 3], [8, 15]]])
    x = tensor((1, 2, 2))
    hold("nn.functional.max_unpool2d", x, indices, 2)
    hold("nn.functional.max_unpool2d", x[None], indices[None], 2, output_size=(5, 5))
    hold("nn.functional.max_unpool1d", x, torch.tensor([[[0, 3], [1, 2]]]), 2)
    hold("nn.functional.max_unpool3d", x[None], indices[None], 2)


def test_pairs_and_slices():
    for p in (0.0, 1.0, 2.0, 3.0, float("inf")):
        hold("pdist", tensor((5, 3)), p)
        if p:
            hold("renorm", tensor((4, 3, 2)), p, 1, 1.5)
    hold("renorm", tensor((4, 3), "float64"), 2.0, 0, 100.0)
    hold("corrcoef", tensor((3, 8)), rtol=1e-4, atol=1e-5)
    hold("corrcoef", tensor((3, 8), "float64"), rtol=1e-8)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("swap", [False, True])
def test_triplets(reduction, swap):
    args = [tensor((5, 3), seed=i) for i in range(3)]
    f = "nn.functional.triplet_margin_loss"
    hold(f, *args, swap=swap, reduction=reduction)
    hold(f, *[t.double() for t in args], 0.3, 1, swap=swap, reduction=reduction)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_soft_labels(reduction):
    x, t = tensor((4, 3)), tensor((4, 3), seed=1).sigmoid()
    f = "nn.functional.multilabel_soft_margin_loss"
    hold(f, x, t, reduction=reduction)
    hold(f, x, t, tensor((3,)).abs(), reduction=reduction)
    hold(f, x[0], t[0], reduction=reduction)


def test_polar_and_factors():
    hold("polar", tensor((3, 1)), tensor((4,), seed=1))
    for dtype in ("float64", "float32", "complex128"):
        for lead in ((), (2,)):
            hold("linalg.lu_factor", tensor((*lead, 4, 4), dtype), rtol=1e-3, atol=1e-4)
    hold("linalg.lu_factor", tensor((4, 2), "float64"), gradients=False)
    with pytest.raises(RuntimeError, match=r"linalg\.lu_factor"):
        torch.linalg.lu_factor(torch.zeros(2, 2))[0].tolist()
