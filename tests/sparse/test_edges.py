"""Sparse tensors where programs meet their edges: out=, indexing, hybrid ones, sparse gather."""

from __future__ import annotations

import pytest

import torchish as torch

INDEX = torch.tensor([[0, 1, 1], [2, 0, 2]])
VALUES = torch.tensor([3.0, 4, 5])


def coo():
    return torch.sparse_coo_tensor(INDEX, VALUES, (2, 3))


def hybrid():
    return torch.sparse_coo_tensor(torch.tensor([[0, 1, 1]]), torch.arange(6.0).view(3, 2), (3, 2))


@pytest.mark.parametrize(
    "index",
    [(0, 2), (slice(None), 2), (..., 0), (None, 1), (1, ...), (-1,), (slice(None), slice(None))],
)
@pytest.mark.parametrize("make", [coo, hybrid])
def test_indexing(make, index):
    if make is hybrid and index == (0, 2):
        index = (1, 1)
    if make is hybrid and index == (slice(None), 2):
        index = (slice(None), 1)
    s = make()
    found = s[index]
    found = found.to_dense() if found.is_sparse else found
    assert torch.equal(found, s.to_dense()[index])


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_hybrid_tensors_in_a_row(dim):
    h = hybrid()
    assert torch.equal(torch.cat([h, h], dim).to_dense(), torch.cat([h.to_dense()] * 2, dim))


def test_stacks():
    s = coo()
    for f in (torch.hstack, torch.vstack):
        assert torch.equal(f([s, s]).to_dense(), f([s.to_dense()] * 2))
    with pytest.raises(RuntimeError, match="at position 1"):
        torch.cat([s, torch.sparse_coo_tensor((3, 4))])


@pytest.mark.parametrize("size", [(2, 3), (4, 2, 3), (0, 2, 3)])
def test_broadcast(size):
    s = coo()
    assert torch.equal(s.broadcast_to(size).to_dense(), s.to_dense().broadcast_to(size))
    row = torch.sparse_coo_tensor(torch.tensor([[0, 0], [0, 2]]), torch.ones(2), (1, 3))
    assert torch.equal(row.broadcast_to((4, 3)).to_dense(), row.to_dense().broadcast_to((4, 3)))
    with pytest.raises(RuntimeError, match="must match the existing size"):
        s.broadcast_to((4, 3))


def test_results_into_sparse_tensors():
    s = coo()
    out = torch.sparse_coo_tensor((0,))
    assert torch.sin(s, out=out) is out and torch.equal(out.to_dense(), s.to_dense().sin())
    torch.add(s, s, out=out)
    assert torch.equal(out.to_dense(), s.to_dense() * 2)
    dense = torch.empty(0)
    torch.add(s.to_dense(), s, out=dense)
    assert torch.equal(dense, s.to_dense() * 2)
    with pytest.raises(RuntimeError, match=r"is_sparse\(\) && result.is_sparse\(\)"):
        torch.sin(s, out=torch.empty(2, 3))


def test_copies_take_over_sizes():
    s = coo()
    assert s.copy_(torch.sparse_coo_tensor((4, 4))) is s and s.shape == (4, 4) and s._nnz() == 0


def test_single_elements():
    one = torch.sparse_coo_tensor(torch.tensor([[0, 0]]), torch.tensor([2.0, 3.0]), (1,))
    assert one.item() == 5 and bool(one) and one.is_nonzero()
    with pytest.raises(RuntimeError, match="more than one value is ambiguous"):
        bool(coo())
    with pytest.raises(RuntimeError, match="6 elements cannot be converted"):
        coo().item()


def test_invariants_of_what_is_said_to_be_coalesced():
    for places in ([[1, 0]], [[1, 1]]):
        with pytest.raises(RuntimeError, match="cannot set is_coalesced to true"):
            torch.sparse_coo_tensor(
                torch.tensor(places), torch.ones(2), (3,), is_coalesced=True, check_invariants=True
            )


def test_norms():
    s = coo()
    for p in (1, 2, float("inf"), "fro"):
        assert s.norm(p) == s.to_dense().norm(p)
    assert s.norm(dim=(0, 1)) == s.to_dense().norm()
    with pytest.raises(RuntimeError, match="only supports full reductions"):
        s.norm(dim=0)


def test_products_by_their_old_names():
    s, d = coo(), torch.ones(3, 2)
    assert torch.equal(torch.dsmm(s, d), s.to_dense() @ d)
    assert torch.equal(torch.hsmm(s, d).to_dense(), s.to_dense() @ d)
    start = torch.eye(2).to_sparse()
    for f in (torch.sspaddmm, torch.saddmm):
        found = f(start, s, d, beta=2, alpha=3)
        assert found.is_sparse
        assert torch.equal(found.to_dense(), torch.eye(2) * 2 + 3 * (s.to_dense() @ d))


@pytest.mark.parametrize("shape", [(3, 4), (5,), ()])
@pytest.mark.parametrize("grad", [True, False])
def test_sparse_gradients_of_gather(shape, grad):
    torch.manual_seed(0)
    x = torch.randn(shape, requires_grad=grad)
    index = torch.zeros(shape, dtype=torch.long) if shape != (3, 4) else torch.tensor([[2, 0, 2]])
    found = torch.gather(x, 0, index, sparse_grad=True)
    assert torch.equal(found, x.gather(0, index))
    if grad:
        (dense,) = torch.autograd.grad((x.gather(0, index) * 2).sum(), x)
        (found * 2).sum().backward()
        assert x.grad.is_sparse and x.grad._nnz() == index.numel()
        assert torch.equal(x.grad.to_dense(), dense)


def test_what_does_not_fit_in_place():
    s = torch.sparse_coo_tensor(INDEX, torch.tensor([3, 4, 5]), (2, 3)).coalesce()
    for call in (s.sin_, s.sqrt_, lambda: s.add_(coo())):
        with pytest.raises(RuntimeError, match="result type Float can't be cast to the desired"):
            call()
    assert s.values().tolist() == [3, 4, 5]


def test_conjugates():
    s = torch.sparse_coo_tensor(INDEX, VALUES * (1 + 2j), (2, 3))
    assert torch.equal(torch.conj(s).to_dense(), s.to_dense().conj().resolve_conj())


def test_gradcheck_of_what_a_sparse_input_holds():
    """Its values are moved; with masked=False also the zeros that it does not hold."""
    twice = torch.tensor([[0, 0, 1], [1, 1, 0]])
    x = torch.sparse_coo_tensor(twice, torch.tensor([1.0, 2.0, 3.0]).double(), (2, 3))
    dense = torch.rand(3, 2, dtype=torch.float64, requires_grad=True)
    for fast in (False, True):
        for s in (x, x.coalesce(), x.to_sparse_csr()):
            s = s.detach().requires_grad_()
            held = {"masked": True, "fast_mode": fast}
            assert torch.autograd.gradcheck(lambda s: s.to_dense() * 2, (s,), **held)
            assert torch.autograd.gradcheck(torch.sparse.mm, (s, dense), **held)
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(lambda s: s.to_dense() * 2, (x.coalesce().requires_grad_(),))


def test_the_gradient_of_a_place_named_twice_stands_there_once():
    index = torch.tensor([[0, 0, 1], [1, 1, 0]])
    x = torch.sparse_coo_tensor(index, torch.ones(3), (2, 3)).requires_grad_()
    (x.to_dense() * 3).sum().backward()
    assert x.grad.to_dense().tolist() == [[0, 3, 0], [3, 0, 0]]
    x.grad.zero_()
    (x.to_dense() * 2).sum().backward()
    assert x.grad.to_dense().tolist() == [[0, 2, 0], [2, 0, 0]]


@pytest.mark.parametrize("name", ["log1p_", "sin_", "asin_", "relu_", "floor_", "nan_to_num_"])
def test_in_place_functions_need_places_that_are_named_once(name):
    s = torch.sparse_coo_tensor(torch.tensor([[0, 0]]), torch.tensor([0.25, 0.5]), (3,))
    with pytest.raises(RuntimeError, match=f"{name} requires coalesced input"):
        getattr(s, name)()
    assert s._values().tolist() == [0.25, 0.5]


def test_sizes_of_sparse_tensors_change_as_those_of_memory():
    s = torch.sparse_coo_tensor(torch.tensor([[1]]), torch.tensor([[1.0, 2.0]]), (2, 2))
    s.resize_as_(torch.sparse_coo_tensor(torch.tensor([[0]]), torch.ones(1, 3), (4, 3)))
    assert s.shape == (4, 3)
    assert s._values()[0, :2].tolist() == [1, 2]
    for other, text in (
        (torch.ones(4, 1).to_sparse(1), "shrinking the size of dense dimensions"),
        (torch.ones(1, 3).to_sparse(1), "shrinking the size of sparse dimensions"),
        (torch.ones(4, 3).to_sparse(2), "changing the number of sparse dimensions"),
    ):
        with pytest.raises(RuntimeError, match=text):
            s.resize_as_(other)
    made = torch.zeros(2, 3, out=s)
    assert made is s
    assert (s.shape, s._nnz(), s.sparse_dim()) == ((2, 3), 0, 2)


def test_parts_are_checked_by_name():
    index, values = torch.tensor([[0, 1]]), torch.ones(2)
    assert torch._validate_sparse_coo_tensor_args(index, values, (2,)) is None
    with pytest.raises(RuntimeError, match="size is inconsistent with indices"):
        torch._validate_sparse_coo_tensor_args(index, values, (1,))
    with pytest.raises(RuntimeError, match="`0 <= col_indices < ncols` is not satisfied"):
        torch._validate_sparse_csr_tensor_args(
            torch.tensor([0, 2]), torch.tensor([0, 9]), values, (1, 3)
        )


def test_products_with_a_dense_tensor_of_more_dimensions():
    s = torch.tensor([[0.0, 1.0, 2.0]]).to_sparse()
    d = torch.rand(2, 2, 3)
    assert torch.equal((s * d).to_dense(), s.to_dense() * d)
    assert torch.equal((d * s).to_dense(), s.to_dense() * d)
    assert torch.equal((s * torch.tensor(2.0).to_sparse()).to_dense(), s.to_dense() * 2)


@pytest.mark.parametrize("layout", ["sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr"])
def test_methods_by_the_class_of_dense_tensors(layout):
    """`torch.Tensor.values(t)` is `t.values()`, of every layout."""
    layout = getattr(torch, layout)
    dense = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    s = dense.to_sparse(layout=layout, blocksize=(1, 1) if layout is torch.sparse_bsr else None)
    assert torch.Tensor.values(s).flatten().tolist() == s.values().flatten().tolist()
    assert torch.equal(torch.Tensor.to_dense(s), dense)
    assert torch.Tensor.sparse_dim(s) == 2
    assert torch.Tensor.dense_dim(s) == 0
    if layout is torch.sparse_coo:
        assert torch.Tensor.indices(s).shape == (2, 4)
    else:
        with pytest.raises(RuntimeError, match="indices expected sparse coordinate tensor layout"):
            torch.Tensor.indices(s)
    assert dense.to_sparse(layout=torch.strided) is dense


@pytest.mark.parametrize("name", ["sum", "prod", "amax", "amin"])
def test_masked_reductions_of_what_a_tensor_holds(name):
    dense = torch.tensor([[0.0, 2.0, 0.0], [-3.0, 0.0, 5.0]])
    mask = torch.tensor([[True, True, False], [True, False, True]])
    reduce = getattr(torch.masked, name)
    for kept in (mask, mask.to_sparse()):
        for dim in (None, 0, 1, (0, 1)):
            found = reduce(dense.to_sparse(), dim, mask=kept)
            assert found.layout is torch.sparse_coo
            assert torch.equal(found.to_dense(), reduce(dense, dim, mask=mask))
    nothing = reduce(dense.to_sparse(), 0, mask=torch.zeros_like(mask))
    assert nothing.to_dense().tolist() == [0, 0, 0]
    if name != "sum":
        with pytest.raises(ValueError, match=f"masked {name} expects explicit mask"):
            reduce(dense.to_sparse(), 0)


def test_products_of_sparse_numbers():
    """The one whose element is named once is the number; both decide the dtype."""
    twice = torch.sparse_coo_tensor(torch.zeros(0, 2), torch.tensor([1.0, 2.0]).half(), ())
    one = torch.tensor(2.0).to_sparse()
    for r in (twice * one, one * twice):
        assert (r._nnz(), r.dtype) == (2, torch.float32)
        assert r.to_dense().item() == 6
