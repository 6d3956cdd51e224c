"""Arithmetic, products, reductions and rearrangements, against the dense operators."""

from __future__ import annotations

import pytest

import torchish as torch

INDICES, VALUES = [[0, 1, 1], [2, 0, 2]], [3.0, -4.0, 5.0]


@pytest.fixture
def s():
    return torch.sparse_coo_tensor(INDICES, VALUES, (2, 3))


@pytest.fixture
def twice():
    return torch.sparse_coo_tensor([[1, 0, 1, 1], [2, 1, 2, 1]], [1.0, 2.0, 3.0, 4.0], (2, 3))


def same(found, dense, layout=torch.sparse_coo):
    assert found.layout is layout
    torch.testing.assert_close(found.to_dense(), dense)


KEEP_ZERO = "neg abs sqrt sin tanh relu expm1 log1p sign floor square asinh isnan"
LAYOUTS = (torch.sparse_coo, torch.sparse_csr)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_functions_that_keep_zero(twice, layout):
    t = twice.to_sparse(layout=layout)
    for name in KEEP_ZERO.split():
        same(getattr(torch, name)(t), getattr(torch, name)(twice.to_dense()), layout)
    same(torch.nn.functional.relu(-t), torch.relu(-twice.to_dense()), layout)
    assert torch.sin(twice).is_coalesced() and not torch.neg(twice).is_coalesced()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sums(s, twice, layout):
    a, b = s.to_sparse(layout=layout), twice.to_sparse(layout=layout)
    x, y = a.to_dense(), b.to_dense()
    same(a + b, x + y, layout)
    same(a - b, x - y, layout)
    same(torch.add(a, b, alpha=3), x + 3 * y, layout)
    same(a + a, x + x, layout)
    same(y + a, x + y, torch.strided)
    same(y - a, y - x, torch.strided)
    same(a.clone().add_(b), x + y, layout)
    same(y.clone().add_(a, alpha=2), y + 2 * x, torch.strided)
    with pytest.raises(RuntimeError, match="expected sizes of 'self' and 'other' to match"):
        a + torch.eye(3).to_sparse(layout=layout)


def test_a_sum_is_coalesced_when_both_are(s, twice):
    assert not (s + twice).is_coalesced() and (s + twice)._nnz() == 7
    assert (s.coalesce() + twice.coalesce()).is_coalesced()
    for call in (lambda: s + 1, lambda: s - torch.ones(2, 3), lambda: s + torch.ones(2, 3)):
        with pytest.raises(RuntimeError, match=r"add\(sparse, dense\) is not supported"):
            call()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_products_and_quotients(s, twice, layout):
    a, b = s.to_sparse(layout=layout), twice.to_sparse(layout=layout)
    x, y = a.to_dense(), b.to_dense()
    full = torch.arange(6.0).reshape(2, 3)
    for found, want in (
        (a * 2, x * 2),
        (2.5 * a, x * 2.5),
        (a * torch.tensor(3.0), x * 3),
        (a / 4, x / 4),
        (a // 2, x // 2),
        (a**2, x**2),
        (a * full, x * full),
        (full * a, x * full),
        (a * full[0], x * full[0]),
        (a * b, x * y),
        (a.clone().mul_(3), x * 3),
        (a.clone().div_(2), x / 2),
    ):
        same(found, want, layout)
    same(full.clone().mul_(a), x * full, torch.strided)
    assert (a.long() * 2.5).dtype is torch.float32 and (a.long() / 2).dtype is torch.float32
    with pytest.raises(RuntimeError, match="Sparse division requires a scalar or zero-dim dense"):
        a / full
    with pytest.raises(RuntimeError, match="cannot raise to zeroth power on sparse tensor"):
        a**0
    with pytest.raises(NotImplementedError, match="reciprocal"):
        1 / a


@pytest.mark.parametrize("layout", [*LAYOUTS, torch.sparse_csc])
def test_matrix_products(s, layout):
    a, x = s.to_sparse(layout=layout), s.to_dense()
    d, v = torch.arange(6.0).reshape(3, 2), torch.tensor([1.0, 2.0, 3.0])
    for found, want in (
        (torch.sparse.mm(a, d), x @ d),
        (torch.mm(a, d), x @ d),
        (a @ d, x @ d),
        (d @ a, d @ x),
        (a @ v, x @ v),
        (a.mv(v), x @ v),
        (torch.tensor([1.0, 2.0]) @ a, torch.tensor([1.0, 2.0]) @ x),
        (torch.addmm(torch.ones(2, 2), a, d, beta=2, alpha=3), 2 + 3 * (x @ d)),
        (torch.sparse.addmm(torch.ones(2, 2), a, d), 1 + x @ d),
        (torch.nn.functional.linear(d.t(), a, torch.ones(2)), d.t() @ x.t() + 1),
        (torch.nn.functional.linear(a, d.t()), x @ d),
    ):
        same(found, want, torch.strided)
    for call in (torch.mm, torch.sparse.mm, torch.matmul):
        with pytest.raises(RuntimeError, match=r"Argument #3 \(dense\): Expected dim 0 size 3"):
            call(a, d.t())
    with pytest.raises(RuntimeError, match="expected scalar type Float but found Double"):
        a @ d.double()


def test_products_reduced_by_row():
    c = torch.sparse_csr_tensor([0, 1, 3, 3], [2, 0, 2], [3.0, 4.0, 5.0], (3, 3))
    c.requires_grad_()
    d = torch.arange(6.0).reshape(3, 2).requires_grad_()
    weights = torch.arange(1.0, 7.0).reshape(3, 2)
    for how, want, of_values in (
        ("sum", [[12, 15], [20, 29], [0, 0]], [14, 4, 32]),
        ("mean", [[12, 15], [10, 14.5], [0, 0]], [14, 2, 16]),
        ("amax", [[12, 15], [20, 25], [0, 0]], [14, 0, 32]),
        ("amin", [[12, 15], [0, 4], [0, 0]], [14, 4, 0]),
    ):
        c.grad = None
        found = torch.sparse.mm(c, d, how)
        assert found.tolist() == want and found.grad_fn.name() == "SparseMmReduceImplBackward0"
        (found * weights).sum().backward()
        assert c.grad.values().tolist() == of_values
    with pytest.raises(RuntimeError, match="reduce argument must be either sum, prod, mean"):
        torch.sparse.mm(c, d, "median")
    with pytest.raises(NotImplementedError, match="_sparse_mm_reduce_impl"):
        torch.sparse.mm(c.to_sparse(), d, "mean")
    with pytest.raises(NotImplementedError, match="reduce='prod'"):
        torch.sparse.mm(c, d, "prod")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sparse_times_sparse(s, twice, layout):
    a, b = s.to_sparse(layout=layout), twice.t().to_sparse(layout=layout)
    same(torch.sparse.mm(a, b), s.to_dense() @ twice.to_dense().t(), layout)
    same(a @ b, s.to_dense() @ twice.to_dense().t(), layout)


def test_batches(s):
    a, d = torch.stack([s, s * 2]), torch.arange(12.0).reshape(2, 3, 2)
    same(torch.bmm(a, d), a.to_dense() @ d, torch.strided)


def test_sums_over_dimensions(s):
    h = torch.sparse_coo_tensor([[0, 1, 1], [0, 1, 0]], torch.arange(6.0).reshape(3, 2), (2, 2, 2))
    for t in (s, h):
        x = t.to_dense()
        same(torch.sparse.sum(t), x.sum(), torch.strided)
        for dim in range(t.dim()):
            same(torch.sparse.sum(t, dim), x.sum(dim))
    same(torch.sparse.sum(h, (0, 1)), h.to_dense().sum((0, 1)), torch.strided)
    same(torch.sparse.sum(h, (1, 2)), h.to_dense().sum((1, 2)))
    same(s.sum(0, keepdim=True), s.to_dense().sum(0, keepdim=True))
    same(s.to_sparse_csr().sum(1, keepdim=True), s.to_dense().sum(1, keepdim=True), LAYOUTS[1])
    assert torch.sparse.sum(s.long(), 0).dtype is torch.int64
    assert torch.sparse.sum(s, 0, dtype=torch.float64).dtype is torch.float64
    torch.testing.assert_close(torch.norm(s), torch.norm(s.to_dense()))


def test_softmax_counts_what_is_there(s):
    inf = float("inf")
    there = torch.where(s.to_dense() != 0, s.to_dense(), torch.tensor(-inf))
    found = torch.sparse.softmax(s, 1)
    torch.testing.assert_close(found.to_dense(), torch.softmax(there, 1))
    logs = torch.sparse.log_softmax(s, 0).coalesce().values()
    at = (torch.tensor([0, 1, 1]), torch.tensor([2, 0, 2]))
    torch.testing.assert_close(logs, torch.log_softmax(there, 0)[at])
    with pytest.raises(NotImplementedError, match="\"softmax\" not implemented for 'Long'"):
        torch.sparse.softmax(s.long(), 1)


def test_rearrangements(s, twice):
    x = s.to_dense()
    for found, want in (
        (s.t(), x.t()),
        (s.T, x.T),
        (torch.transpose(s, 0, 1), x.t()),
        (s.unsqueeze(0).permute(2, 0, 1), x.unsqueeze(0).permute(2, 0, 1)),
        (s.unsqueeze(-1), x.unsqueeze(-1)),
        (s[1], x[1]),
        (s.select(1, 2), x[:, 2]),
        (s.narrow_copy(1, 1, 2), x[:, 1:]),
        (s.index_select(0, torch.tensor([1, 0, 1])), x[[1, 0, 1]]),
        (torch.index_select(s, 1, torch.tensor([2])), x[:, [2]]),
        (torch.cat([s, twice], 1), torch.cat([x, twice.to_dense()], 1)),
        (torch.stack([s, twice], 1), torch.stack([x, twice.to_dense()], 1)),
        (s.clone().t_(), x.t()),
    ):
        same(found, want)
    assert s[1, 2].item() == 5.0 and len(s) == 2
    assert [row.to_dense().tolist() for row in s] == x.tolist()
    with pytest.raises(RuntimeError, match="a dense tensor was found at position 1"):
        torch.cat([s, x])


def test_masks_and_diagonals(s):
    d = torch.arange(6.0).reshape(2, 3)
    for mask in (s, s.to_sparse_csr()):
        found = d.sparse_mask(mask)
        same(found, torch.where(s.to_dense() != 0, d, torch.zeros(2, 3)), mask.layout)
    with pytest.raises(RuntimeError, match=r"sparse_mask\(\): operands have incompatible sizes"):
        d.t().sparse_mask(s)
    rows = torch.arange(1.0, 7.0).reshape(2, 3)
    found = torch.sparse.spdiags(rows, torch.tensor([-1, 1]), (3, 3))
    assert found.to_dense().tolist() == [[0, 5, 0], [1, 0, 6], [0, 2, 0]]
    c = s.to_sparse_csr()
    left, right = torch.ones(2, 2), torch.arange(6.0).reshape(2, 3)
    sampled = torch.sparse.sampled_addmm(c, left, right, beta=2.0)
    want = torch.where(s.to_dense() != 0, 2 * s.to_dense() + left @ right, torch.zeros(2, 3))
    same(sampled, want, torch.sparse_csr)


def test_recorded_like_all_others():
    """A training loop through a sparse product compiles nothing after its first steps."""
    adjacency = torch.sparse_coo_tensor([[0, 1, 2], [1, 2, 0]], [1.0, 0.5, 0.25], (3, 3))
    weight = torch.ones(4, 2, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    for step in range(6):
        if step == 3:
            before = torch.engine.stats()["programs_compiled"]
        optimizer.zero_grad()
        loss = torch.sparse.mm(adjacency, torch.ones(3, 4) @ weight).relu().sum()
        loss.backward()
        optimizer.step()
    assert torch.engine.stats()["programs_compiled"] == before


def test_comparison():
    close = torch.testing.assert_close
    a = torch.sparse_coo_tensor([[0, 1]], [1.0, 2.0], (3,))
    c = torch.eye(3).to_sparse_csr()
    close(a, a.coalesce())
    close(a, a.to_dense(), check_layout=False)
    close(c, c + c * 1e-9)
    moved = torch.sparse_coo_tensor([[0, 2]], [1.0, 2.0], (3,))
    more = torch.sparse_coo_tensor([[0, 1, 2]], [1.0, 2.0, 0.0], (3,))
    for x, y, words in (
        (a, a.to_dense(), "'layout' do not match: torch.sparse_coo != torch.strided"),
        (a, a * 2, "Sparse COO values are not close!"),
        (a, moved, "Sparse COO indices are not equal!"),
        (a, more, "specified values in sparse COO tensors does not match: 2 != 3"),
        (c, c * 2, "Sparse CSR values are not close!"),
    ):
        with pytest.raises(AssertionError, match=words):
            close(x, y)


def test_an_unsqueezed_tensor_is_not_taken_for_coalesced():
    s = torch.eye(3).to_sparse()
    assert s.is_coalesced() and not s.unsqueeze(0).is_coalesced()
    hybrid = torch.ones(3, 2).to_sparse(1)
    assert not hybrid.select(-1, 0).is_coalesced() and hybrid.select(0, 0).layout is torch.strided
