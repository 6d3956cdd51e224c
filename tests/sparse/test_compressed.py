"""Compressed layouts: rows or columns of elements or blocks, in batches, with dense dimensions."""

from __future__ import annotations

import copy
import io

import pytest

import torchish as torch

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
    with pytest.raises(RuntimeError, match="expected sparse compressed \\(non-block\\)"):
        rows() @ rows().t()
    with pytest.raises(NotImplementedError, match=r"'aten::cumsum'.*sparse_bsr"):
        rows().cumsum(0)
    with pytest.raises(RuntimeError, match=r"Strided @ SparseBsr"):
        torch.ones(2, 4) @ rows()
    with pytest.raises(RuntimeError, match="do not have is_contiguous"):
        rows().is_contiguous()


LAYOUTS = [torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc]
BLOCKS = {torch.sparse_bsr: (2, 3), torch.sparse_bsc: (2, 3)}
shapes = pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
hybrid = pytest.mark.parametrize("inner", [(), (2,)])
each = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda x: x.name)


def numbers(batch, inner):
    """Matrices of the same places, with other numbers."""
    there = (torch.arange(24).reshape(4, 6) % 3 != 1).reshape(4, 6, *(1,) * len(inner))
    count = torch.Size((*batch, 4, 6, *inner)).numel()
    return (torch.arange(float(count)) + 1).reshape(*batch, 4, 6, *inner) * there


def compressed(t, layout, inner):
    return t.to_sparse(layout=layout, blocksize=BLOCKS.get(layout), dense_dim=len(inner))


@each
@shapes
@hybrid
def test_parts_of_batches_and_dense_dimensions(layout, batch, inner):
    d = numbers(batch, inner)
    s = compressed(d, layout, inner)
    block = BLOCKS.get(layout, ())
    assert (s.shape, s.layout) == (d.shape, layout)
    assert (s.sparse_dim(), s.dense_dim()) == (2, len(inner))
    assert s.values().shape == (*batch, s._nnz(), *block, *inner)
    by_rows = layout in (torch.sparse_csr, torch.sparse_bsr)
    pointers = s.crow_indices() if by_rows else s.ccol_indices()
    plain = s.col_indices() if by_rows else s.row_indices()
    size = (4, 6) if by_rows else (6, 4)
    per = (block if by_rows else block[::-1]) or (1, 1)
    assert pointers.shape == (*batch, size[0] // per[0] + 1)
    assert plain.shape == (*batch, s._nnz())
    assert torch.equal(s.to_dense(), d)
    made = torch.sparse_compressed_tensor(
        pointers, plain, s.values(), d.shape, layout=layout, check_invariants=True
    )
    assert torch.equal(made.to_dense(), d)
    assert (
        torch.sparse_compressed_tensor(pointers, plain, s.values(), layout=layout).shape == d.shape
    )
    buffer = io.BytesIO()
    torch.save(s, buffer)
    buffer.seek(0)
    assert torch.equal(torch.load(buffer).to_dense(), d)


@each
@shapes
@hybrid
def test_functions_of_values(layout, batch, inner):
    d = numbers(batch, inner)
    s = compressed(d, layout, inner)
    for f in (torch.neg, torch.sin, torch.Tensor.double, lambda t: t * 2, torch.clone):
        r = f(s)
        assert r.layout is layout
        torch.testing.assert_close(r.to_dense(), f(d))
    assert torch.equal((s + s).to_dense(), 2 * d)
    assert torch.equal(s.clone().mul_(3).to_dense(), 3 * d)
    assert s.sum().item() == d.sum().item()
    assert torch.zeros_like(s)._nnz() == 0
    assert torch.zeros_like(s).to_dense().abs().sum() == 0
    assert torch.equal(torch.ones_like(s).values(), torch.ones_like(s.values()))
    assert torch.full_like(s, 3, dtype=torch.int64).values().unique().tolist() == [3]
    assert s.clone().zero_()._nnz() == 0
    assert s.clone().fill_(7).values().unique().tolist() == [7.0]


@each
@shapes
@hybrid
def test_gradients_of_the_values(layout, batch, inner):
    d = numbers(batch, inner).requires_grad_()
    (compressed(d, layout, inner) * 2).to_dense().sum().backward()
    kept = compressed(d.detach(), layout, inner)
    assert torch.equal(d.grad, (2 * torch.ones_like(kept)).to_dense())
    leaf = kept.clone().requires_grad_()
    (leaf.sin() * 2).to_dense().sum().backward()
    assert leaf.grad.layout is layout
    expected = 2 * kept.values().cos()
    torch.testing.assert_close(leaf.grad.values(), expected)


@each
@shapes
def test_between_layouts(layout, batch):
    """What PyTorch converts is converted; the rest is refused in its words."""
    d = numbers(batch, ())
    s = compressed(d, layout, ())
    to_coo = s.to_sparse()
    assert to_coo.sparse_dim() == 2 + len(batch)
    assert torch.equal(to_coo.to_dense(), d)
    for other in LAYOUTS:
        blocked, from_blocks = other in BLOCKS, layout in BLOCKS
        words = None
        if from_blocks and not blocked:
            words = "expected SparseCsr or SparseCsc layout but got SparseBs"
        elif blocked and not from_blocks and batch:
            words = "for batched inputs is not supported"
        if words is None:
            r = s.to_sparse(layout=other, blocksize=BLOCKS.get(other))
            assert r.layout is other
            assert torch.equal(r.to_dense(), d)
        else:
            with pytest.raises(RuntimeError, match=words):
                s.to_sparse(layout=other, blocksize=BLOCKS.get(other))
        if batch:
            with pytest.raises(RuntimeError, match=r"sparse_dim\(\)!=2 is not supported"):
                to_coo.to_sparse(layout=other, blocksize=BLOCKS.get(other))
        else:
            r = to_coo.to_sparse(layout=other, blocksize=BLOCKS.get(other))
            assert torch.equal(r.to_dense(), d)


def test_a_large_matrix_is_converted_by_its_places():
    n = 3_000_000
    s = torch.sparse_coo_tensor([[5, n - 1], [n - 1, 7]], [1.0, 2.0], (n, n)).coalesce()
    for made in (s.to_sparse_csc(), s.to_sparse_csr().to_sparse_bsr((2, 2))):
        back = made.to_sparse().coalesce()
        held = back.values() != 0
        assert back.indices()[:, held].tolist() == [[5, n - 1], [n - 1, 7]]
        assert back.values()[held].tolist() == [1.0, 2.0]


@each
def test_parts_of_a_batch(layout):
    d = numbers((2, 3), (2,))
    s = compressed(d, layout, (2,))
    assert torch.equal(s[1].to_dense(), d[1])
    assert s[1].layout is layout
    assert torch.equal(s[1, 2].to_dense(), d[1, 2])
    assert torch.equal(s.select(-1, 0).to_dense(), d[..., 0])
    assert [torch.equal(a.to_dense(), b) for a, b in zip(s, d, strict=True)] == [True, True]
    with pytest.raises(RuntimeError, match="selecting sparse dimensions is not supported for"):
        s.select(2, 0)
    plain = compressed(d[..., 0], layout, ())
    turned = plain.transpose(-1, -2)
    assert torch.equal(turned.to_dense(), d[..., 0].transpose(-1, -2))
    assert torch.equal(plain.transpose(0, 1).to_dense(), d[..., 0].transpose(0, 1))
    with pytest.raises(
        RuntimeError, match=r"same type \(Batch, Sparse, Dense\), got 1\(Batch\) and"
    ):
        plain.transpose(1, 2)
    with pytest.raises(RuntimeError, match="hybrid sparse compressed tensors"):
        s.transpose(-1, -2)


def test_batches_have_equally_many_elements():
    with pytest.raises(RuntimeError, match="Expect the same number of specified elements"):
        torch.tensor([[[1.0, 0], [0, 0]], [[1, 1], [0, 0]]]).to_sparse_csr()


def test_sizes_that_change_in_place():
    s = torch.eye(4).to_sparse_csr()
    s.resize_(6, 5)
    assert s.crow_indices().tolist() == [0, 1, 2, 3, 4, 4, 4]
    assert torch.equal(s.to_dense()[:4, :4], torch.eye(4))
    with pytest.raises(RuntimeError, match="Resizing columns of sparse CSR tensors to a smaller"):
        s.resize_(6, 2)


two = torch.ones(2)
BAD = {
    "crow_indices.shape[-1] must be equal to the number of rows + 1 (=3), but got 4": (
        "csr", [0, 1, 2, 2], [0, 1], two, (2, 2)),
    "row_indices.shape[-1] must be equal to nnz (=2) as defined by values.shape[0], but got 3": (
        "csc", [0, 1, 2], [0, 1, 1], two, (2, 2)),
    "crow_indices and col_indices dimensionalities must be equal but got 2 and 1, respectively": (
        "csr", [[0, 1, 2]], [0, 1], two, (2, 2)),
    "crow_indices must have dimensionality >= 1 but got 0": ("csr", 0, [0, 1], two, (2, 2)),
    "must have dimensionality > sum of batch and block dimensionalities (=0 + 2) but got 1": (
        "bsr", [0, 1, 2], [0, 1], two, (2, 2)),
    "tensor dimensionality must be sum of batch, base, and dense dimensionalities (=0 + 2 + 0) but "
    "got 3": ("csr", [0, 1, 2], [0, 1], two, (2, 2, 2)),
    "all batch dimensions of crow_indices (=[3]), col_indices (=[2]), and values (=[3]) must be "
    "equal to tensor batch dimensions (=[3])": (
        "csr", [[0, 1, 2]] * 3, [[0, 1]] * 2, torch.ones(3, 2), (3, 2, 2)),
    "crow_indices and col_indices must have the same dtype, bot got Int and Long, respectively": (
        "csr", torch.tensor([0, 1, 2], dtype=torch.int32), [0, 1], two, (2, 2)),
    "crow_indices and col_indices dtype must be Int or Long, but got Float": (
        "csr", [0.0, 1, 2], [0, 1], two, (2, 2)),
    "`crow_indices[..., 0] == 0` is not satisfied.": ("csr", [1, 1, 2], [0, 1], two, (2, 2)),
    "`ccol_indices[..., -1] == nnz` is not satisfied.": ("csc", [0, 1, 1], [0, 1], two, (2, 2)),
    "`0 <= crow_indices[..., 1:] - crow_indices[..., :-1] <= ncols` is not satisfied.": (
        "csr", [0, 3, 2], [0, 1], two, (2, 2)),
    "`0 <= row_indices < nrows` is not satisfied.": ("csc", [0, 1, 2], [0, 5], two, (2, 2)),
    "for all i = 1, ..., ncols are sorted and distinct": ("csc", [0, 2, 2], [0, 0], two, (2, 2)),
    "tensor shape[0] (=5) must be divisible with blocksize[0] (=2) as defined by values shape": (
        "bsr", [0, 1, 2], [0, 1], torch.ones(2, 2, 2), (5, 4)),
}  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_parts_that_do_not_fit(text):
    kind, *parts = BAD[text]
    make = getattr(torch, f"sparse_{kind}_tensor")
    with pytest.raises(RuntimeError) as caught:
        make(*parts, check_invariants=True)
    assert text in str(caught.value)
