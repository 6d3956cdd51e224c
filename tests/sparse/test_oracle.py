"""The same small programs on PyTorch and here: equal texts, layouts, gradients and trained
tables."""

from __future__ import annotations

import io

import numpy as np
import pytest

import torchish

pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore")]
oracle = pytest.importorskip("torch")

INDICES, VALUES = [[1, 0, 1, 1], [2, 1, 0, 2]], [3.0, -4.0, 5.0, 0.5]


def coo(t, **options):
    return t.sparse_coo_tensor(INDICES, VALUES, (2, 3), **options)


def hybrid(t):
    return t.sparse_coo_tensor([[0, 1, 1], [0, 1, 0]], t.arange(6.0).reshape(3, 2), (2, 2, 2))


def batch(t):
    return t.tensor([[[1.0, 0, 2], [0, 3, 0]], [[4.0, 0, 5], [0, 6, 0]]])


def dense(t):
    return t.arange(6.0).reshape(3, 2)


PROGRAMS = {
    "as made": coo,
    "coalesced": lambda t: coo(t).coalesce(),
    "a leaf": lambda t: coo(t, requires_grad=True),
    "with a gradient": lambda t: t.sparse_coo_tensor(
        INDICES, t.tensor(VALUES, requires_grad=True), (2, 3)
    ),
    "hybrid": hybrid,
    "hybrid, coalesced": lambda t: hybrid(t).coalesce(),
    "large": lambda t: t.eye(2000).to_sparse(),
    "integers": lambda t: coo(t).coalesce().long(),
    "complex": lambda t: coo(t).coalesce().to(t.complex64),
    "rows": lambda t: coo(t).to_sparse_csr(),
    "rows, double": lambda t: coo(t).to_sparse_csr().double(),
    "columns": lambda t: coo(t).to_sparse_csc(),
    "columns to rows": lambda t: coo(t).to_sparse_csc().to_sparse_csr(),
    "rows transposed": lambda t: coo(t).to_sparse_csr().t(),
    "rows to coo": lambda t: coo(t).to_sparse_csr().to_sparse(),
    "batch of rows": lambda t: batch(t).to_sparse_csr(),
    "batch of columns, with dense dimensions": lambda t: batch(t).to_sparse_csc(dense_dim=1),
    "blocks": lambda t: batch(t)[0].to_sparse_bsr((1, 3)),
    "batch of blocks": lambda t: batch(t).to_sparse_bsc((2, 1)),
    "a matrix of a batch": lambda t: batch(t).to_sparse_csr()[1],
    "batch turned": lambda t: batch(t).to_sparse_bsr((2, 3)).transpose(1, 2),
    "rows to blocks": lambda t: coo(t).to_sparse_csr().to_sparse_bsr((2, 1)),
    "columns to coo": lambda t: coo(t).to_sparse_csc().to_sparse(),
    "blocks to coo": lambda t: batch(t).to_sparse_bsr((2, 3)).to_sparse(),
    "rows of ones": lambda t: t.ones_like(batch(t).to_sparse_csr()),
    "no blocks": lambda t: t.zeros_like(batch(t).to_sparse_bsr((2, 3))),
    "sums with the dimensions kept": lambda t: hybrid(t).sum((1, 2), keepdim=True).coalesce(),
    "real parts": lambda t: coo(t).coalesce().to(t.complex64).real.coalesce(),
    "empty": lambda t: t.zeros(2, 3).to_sparse(),
    "one dimension": lambda t: dense(t).to_sparse(1),
    "added": lambda t: (coo(t) + coo(t)).coalesce(),
    "added, coalesced": lambda t: coo(t).coalesce() + coo(t).t().t().coalesce() * 2,
    "merged": lambda t: coo(t).coalesce() + t.eye(2, 3).to_sparse(),
    "dense and sparse": lambda t: t.ones(2, 3) - coo(t),
    "a multiple": lambda t: coo(t) * 2.5,
    "times dense": lambda t: coo(t).coalesce() * t.arange(6.0).reshape(2, 3),
    "transposed": lambda t: coo(t).t().coalesce(),
    "permuted": lambda t: hybrid(t).permute(1, 0, 2).coalesce(),
    "a row": lambda t: coo(t).coalesce()[1],
    "an element": lambda t: coo(t).coalesce()[1, 2],
    "a sum": lambda t: t.sparse.sum(coo(t)),
    "column sums": lambda t: t.sparse.sum(coo(t), 0),
    "dense sums": lambda t: t.sparse.sum(hybrid(t), dim=2),
    "sparse sums": lambda t: t.sparse.sum(hybrid(t), dim=(0, 1)),
    "kept dimension": lambda t: coo(t).sum(0, keepdim=True),
    "softmax": lambda t: t.sparse.softmax(coo(t), 1),
    "log softmax": lambda t: t.sparse.log_softmax(coo(t), 0),
    "product": lambda t: t.sparse.mm(coo(t), dense(t)),
    "product of rows": lambda t: coo(t).to_sparse_csr() @ dense(t),
    "from the right": lambda t: dense(t) @ coo(t),
    "by a vector": lambda t: coo(t) @ t.ones(3),
    "of two": lambda t: t.sparse.mm(coo(t), coo(t).t()),
    "joined": lambda t: t.cat([coo(t), coo(t) * 2], 1).coalesce(),
    "stacked": lambda t: t.stack([coo(t), coo(t) * 2]).coalesce(),
    "picked": lambda t: coo(t).coalesce().index_select(0, t.tensor([1, 0])).coalesce(),
    "part": lambda t: coo(t).coalesce().narrow_copy(1, 1, 2),
    "masked": lambda t: t.arange(6.0).reshape(2, 3).sparse_mask(coo(t).coalesce()),
    "zeroed": lambda t: coo(t).zero_(),
    "in place": lambda t: coo(t).coalesce().mul_(2).neg_().div_(4),
    "diagonals": lambda t: t.sparse.spdiags(t.ones(2, 3), t.tensor([0, 1]), (3, 3)),
    "sampled": lambda t: t.sparse.sampled_addmm(
        coo(t).to_sparse_csr(), t.ones(2, 2), t.arange(6.0).reshape(2, 3), alpha=2.0
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_texts(name):
    assert repr(PROGRAMS[name](torchish)) == repr(PROGRAMS[name](oracle))


LOSSES = {
    "dense": lambda t, s, d: (s.to_dense() * t.arange(6.0).reshape(2, 3)).sum(),
    "product": lambda t, s, d: (t.sparse.mm(s, d) ** 2).sum(),
    "sums": lambda t, s, d: t.sparse.sum(t.sparse.sum(s, 0) * 3),
    "added": lambda t, s, d: t.sparse.sum(s + s * 2),
    "softmax": lambda t, s, d: (t.sparse.softmax(s, 1).to_dense() ** 2).sum(),
    "function": lambda t, s, d: t.sparse.sum(-s),
    "transposed": lambda t, s, d: (t.sparse.mm(s.t(), d[:2]) ** 2).sum(),
    "coalesced": lambda t, s, d: (s.coalesce().values() ** 2).sum(),
}


@pytest.mark.parametrize("name", LOSSES)
def test_gradients(name):
    found = []
    for t in (torchish, oracle):
        values = t.tensor(VALUES[:3], requires_grad=True)
        s = t.sparse_coo_tensor([row[:3] for row in INDICES], values, (2, 3))
        if name != "product":
            s = s.coalesce()
        d = dense(t).requires_grad_()
        LOSSES[name](t, s, d).backward()
        found.append([values.grad.tolist(), None if d.grad is None else d.grad.tolist()])
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-5, atol=1e-6)
    assert (found[0][1] is None) == (found[1][1] is None)
    if found[0][1] is not None:
        np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("SGD", {}),
        ("SGD", dict(momentum=0.9, nesterov=True)),
        ("SGD", dict(momentum=0.9, dampening=0.5, maximize=True)),
        ("Adagrad", dict(lr_decay=0.1)),
        ("SparseAdam", {}),
        ("SparseAdam", dict(maximize=True)),
    ],
)
def test_trained_tables(name, options):
    found = []
    for t in (torchish, oracle):
        t.manual_seed(0)
        words = t.nn.Embedding(20, 4, sparse=True, padding_idx=2)
        bags = t.nn.EmbeddingBag(20, 4, sparse=True, mode="mean", padding_idx=3)
        params = [*words.parameters(), *bags.parameters()]
        optimizer = getattr(t.optim, name)(params, lr=0.1, **options)
        rng = np.random.default_rng(0)
        for _ in range(4):
            x = t.tensor(rng.integers(0, 20, (5, 3)))
            y = t.tensor(rng.standard_normal((5, 4)).astype("float32"))
            loss = ((words(x).sum(1) + bags(x) - y) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        found.append([loss.item(), *[p.detach().numpy() for p in params]])
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("layout", ["sparse_coo", "sparse_csr", "sparse_csc"])
def test_files(layout):
    for writer, reader in ((torchish, oracle), (oracle, torchish)):
        file = io.BytesIO()
        writer.save([coo(writer).to_sparse(layout=getattr(writer, layout))], file)
        file.seek(0)
        want = coo(reader).to_sparse(layout=getattr(reader, layout))
        assert repr(reader.load(file)[0]) == repr(want)


WRONG = {
    "outside": lambda t: t.sparse_coo_tensor([[0, -1]], [1.0, 2.0]),
    "too few": lambda t: t.sparse_coo_tensor([[0, 1, 2]], [1.0, 2.0], (3,)),
    "dimensions": lambda t: t.sparse_coo_tensor([[0, 1]], [1.0, 2.0], (3, 4)),
    "values": lambda t: coo(t).values(),
    "indices of rows": lambda t: coo(t).to_sparse_csr().indices(),
    "rows of coo": lambda t: coo(t).crow_indices(),
    "of dense": lambda t: dense(t).coalesce(),
    "plus one": lambda t: coo(t) + 1,
    "shapes": lambda t: coo(t) + coo(t).t(),
    "quotient": lambda t: coo(t) / t.ones(2, 3),
    "power": lambda t: coo(t) ** 0,
    "product": lambda t: t.sparse.mm(coo(t), t.ones(2, 2)),
    "dtypes": lambda t: t.mm(coo(t), t.ones(3, 2).double()),
    "vector": lambda t: t.mv(coo(t), t.ones(2)),
    "mask": lambda t: dense(t).sparse_mask(coo(t)),
    "reshape": lambda t: coo(t).reshape(6),
    "expand": lambda t: coo(t).expand(2, 2, 3),
    "numpy": lambda t: coo(t).numpy(),
    "list": lambda t: coo(t).tolist(),
    "strides": lambda t: coo(t).to_sparse_csr().stride(),
    "copy": lambda t: t.ones(2, 3).copy_(coo(t)),
    "joined": lambda t: t.cat([coo(t), t.ones(2, 3)]),
    "pointers": lambda t: t.sparse_csr_tensor(
        [0, 1, 4], [2, 0, 2], [1.0, 2.0, 3.0], (2, 3), check_invariants=True
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_errors(name):
    words = []
    for t in (torchish, oracle):
        with pytest.raises((RuntimeError, TypeError)) as caught:
            WRONG[name](t)
        words.append((caught.type, str(caught.value).split("\n")[0]))
    assert words[0] == words[1]


REFUSED = "exp cos log sigmoid reciprocal max min prod all argmax std cumsum nonzero view"


@pytest.mark.parametrize("name", REFUSED.split())
def test_refusals(name):
    arguments = {"cumsum": (0,), "view": (6,)}.get(name, ())
    for t in (torchish, oracle):
        with pytest.raises(NotImplementedError, match=f"Could not run 'aten::{name}"):
            getattr(coo(t), name)(*arguments)
