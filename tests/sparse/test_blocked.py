"""Layouts of blocks: sparse_bsr and sparse_bsc."""

from __future__ import annotations

import copy
import io

import pytest

import torchish as torch

pytestmark = pytest.mark.filterwarnings("ignore:Sparse BS. tensor support is in beta state")

dense = torch.arange(24.0).reshape(4, 6) * (torch.arange(24).reshape(4, 6) % 5 != 0)
dense[0:2, 2:4] = 0
dense[2:4, 0:2] = 0


def rows():
    return dense.to_sparse_bsr((2, 2))


def columns():
    return dense.to_sparse_bsc((2, 3))


def test_parts_and_text():
    a, c = rows(), columns()
    assert (a.layout, c.layout) == (torch.sparse_bsr, torch.sparse_bsc)
    assert (a.shape, a._nnz(), a.sparse_dim(), a.dense_dim()) == ((4, 6), 4, 2, 0)
    assert not a.is_sparse
    assert not a.is_sparse_csr
    assert (a.crow_indices().tolist(), a.col_indices().tolist()) == ([0, 2, 4], [0, 2, 1, 2])
    assert (c.ccol_indices().tolist(), c.row_indices().tolist()) == ([0, 2, 4], [0, 1, 0, 1])
    assert a.values()[1].tolist() == [[4.0, 0.0], [0.0, 11.0]]
    assert repr(torch.eye(4).to_sparse_bsr(2)) == (
        "tensor(crow_indices=tensor([0, 1, 2]),\n       col_indices=tensor([0, 1]),\n"
        "       values=tensor([[[1., 0.],\n                       [0., 1.]],\n\n"
        "                      [[1., 0.],\n                       [0., 1.]]]), size=(4, 4), "
        "nnz=2,\n"
        "       layout=torch.sparse_bsr)"
    )
    with pytest.raises(RuntimeError, match="ccol_indices expected sparse column compressed"):
        a.ccol_indices()


@pytest.mark.parametrize("make", [rows, columns])
def test_there_and_back(make):
    a = make()
    assert torch.equal(a.to_dense(), dense)
    assert torch.equal(a.t().to_dense(), dense.t())
    assert torch.equal(a.to_sparse().to_dense(), dense)
    assert torch.equal(copy.deepcopy(a).to_dense(), dense)
    assert torch.equal((a * 2 + a).to_dense(), dense * 3)
    assert torch.equal((-a).abs().to_dense(), dense.abs())
    torch.testing.assert_close(a.sin().to_dense(), dense.sin())
    assert a.to(torch.float64).dtype is torch.float64
    assert a.sum().item() == dense.sum().item()


def test_products():
    w = torch.arange(12.0).reshape(6, 2)
    for a in (rows(), columns()):
        torch.testing.assert_close(a @ w, dense @ w)
        torch.testing.assert_close(a @ w[:, 0], dense @ w[:, 0])
        torch.testing.assert_close(torch.sparse.mm(a, w), dense @ w)
        added = torch.addmm(torch.ones(4, 2), a, w, beta=2, alpha=3)
        torch.testing.assert_close(added, 2 + 3 * (dense @ w))
        x = torch.arange(12.0).reshape(2, 6)
        torch.testing.assert_close(torch.nn.functional.linear(x, a), x @ dense.t())


def test_made_of_parts():
    values = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]
    a = torch.sparse_bsr_tensor([0, 1, 2], [0, 1], values, (4, 4))
    expected = torch.block_diag(torch.tensor(values[0]), torch.tensor(values[1]))
    assert torch.equal(a.to_dense(), expected)
    c = torch.sparse_bsc_tensor([0, 1, 2], [0, 1], values)
    assert torch.equal(c.to_dense(), expected)
    b = torch.sparse_compressed_tensor([0, 1, 2], [0, 1], values, (4, 4), layout=torch.sparse_bsr)
    assert torch.equal(b.to_dense(), expected)
    with pytest.raises(RuntimeError, match="0 <= col_indices < ncols"):
        torch.sparse_bsr_tensor([0, 1, 2], [0, 5], values, (4, 4), check_invariants=True)


def test_gradients():
    x = dense.clone().requires_grad_()
    w = torch.ones(6, 2, requires_grad=True)
    (x.to_sparse_bsr((2, 2)) @ w).sum().backward()
    kept = torch.ones(4, 6)
    kept[0:2, 2:4] = kept[2:4, 0:2] = 0
    assert torch.equal(x.grad, 2 * kept)
    torch.testing.assert_close(w.grad, (dense.t() @ torch.ones(4, 2)))
    a = rows().requires_grad_()
    (a * 3).to_dense().sum().backward()
    assert a.grad is not None
    assert a.grad.layout is torch.sparse_bsr
    assert torch.equal(a.grad.to_dense(), 3 * kept)


def test_other_layouts():
    assert torch.equal(dense.to_sparse_csr().to_sparse_bsr((2, 2)).to_dense(), dense)
    made = dense.to_sparse(layout=torch.sparse_bsc, blocksize=(1, 2))
    assert made.layout is torch.sparse_bsc
    assert rows().to_sparse_bsc((2, 2)).layout is torch.sparse_bsc
    with pytest.raises(RuntimeError, match="blocksize changed from"):
        rows().to_sparse_bsr((1, 3))
    with pytest.raises(RuntimeError, match="expected SparseCsr or SparseCsc"):
        rows().to_sparse_csr()


def test_files():
    file = io.BytesIO()
    torch.save({"rows": rows(), "columns": columns()}, file)
    file.seek(0)
    read = torch.load(file)
    assert read["rows"].layout is torch.sparse_bsr
    for t in read.values():
        assert torch.equal(t.to_dense(), dense)


def test_refusals():
    with pytest.raises(RuntimeError, match=r"sparse size \(4,6\) must be divisible by given"):
        dense.to_sparse_bsr((3, 2))
    with pytest.raises(RuntimeError, match="blocksize needs to be a tuple of size 2"):
        dense.to_sparse_bsr((2,))
    with pytest.raises(RuntimeError, match="no view exists"):
        rows()[0]
    with pytest.raises(NotImplementedError, match=r"'aten::cumsum'.*sparse_bsr"):
        rows().cumsum(0)
    with pytest.raises(RuntimeError, match=r"Strided @ SparseBsr"):
        torch.ones(2, 4) @ rows()
    with pytest.raises(RuntimeError, match="do not have is_contiguous"):
        rows().is_contiguous()
