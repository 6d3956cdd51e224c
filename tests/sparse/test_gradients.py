"""Gradients through sparse tensors, of sparse leaves and of tables, and optimizers that take them.
Expected numbers are PyTorch 2.13's."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish.nn import functional as F

INDICES, VALUES = [[0, 1, 1], [2, 0, 2]], [3.0, 4.0, 5.0]


def test_to_the_values():
    v = torch.tensor(VALUES, requires_grad=True)
    s = torch.sparse_coo_tensor(INDICES, v, (2, 3))
    assert s.requires_grad and not s.is_leaf
    weights = torch.arange(6.0).reshape(2, 3)
    (s.to_dense() * weights).sum().backward()
    assert v.grad.tolist() == [2.0, 3.0, 5.0]
    v.grad = None
    torch.sparse.sum(s * s).backward()
    assert v.grad.tolist() == [6.0, 8.0, 10.0]
    v.grad = None
    torch.sparse.softmax(s, 1).coalesce().values()[1].backward()
    torch.testing.assert_close(v.grad, torch.tensor([0.0, 0.19661, -0.19661]), rtol=1e-4, atol=1e-5)


def test_to_a_dense_factor_and_a_sparse_leaf():
    s = torch.sparse_coo_tensor(INDICES, VALUES, (2, 3), requires_grad=True)
    d = torch.arange(6.0).reshape(3, 2).requires_grad_()
    assert s.is_leaf and s.requires_grad
    torch.sparse.mm(s, d).sum().backward()
    assert s.grad.is_sparse and s.grad._indices().tolist() == INDICES
    assert s.grad._values().tolist() == [9.0, 1.0, 9.0]
    assert d.grad.tolist() == [[4.0, 4.0], [0.0, 0.0], [8.0, 8.0]]
    torch.sparse.mm(s, d).sum().backward()
    assert s.grad._values().tolist() == [18.0, 2.0, 18.0]
    s.grad.zero_()
    torch.sparse.sum(s).backward()
    assert s.grad._values().tolist() == [1.0, 1.0, 1.0]
    s.grad = None
    assert s.grad is None
    (g,) = torch.autograd.grad(torch.sparse.sum(torch.sparse.sum(s, 0)), [s])
    assert g.is_sparse and g._values().tolist() == [1.0, 1.0, 1.0]


def test_of_a_compressed_leaf_and_a_dense_one():
    c = torch.eye(2).to_sparse_csr().requires_grad_()
    torch.sparse.mm(c, torch.ones(2, 2)).sum().backward()
    assert c.grad.is_sparse_csr and c.grad.values().tolist() == [2.0, 2.0]
    d = torch.tensor([[0.0, 2.0], [3.0, 0.0]], requires_grad=True)
    (d.to_sparse() * 3).to_dense().sum().backward()
    assert d.grad.tolist() == [[0.0, 3.0], [3.0, 0.0]]


def test_names_of_gradients():
    v = torch.tensor(VALUES, requires_grad=True)
    s = torch.sparse_coo_tensor(INDICES, v, (2, 3))
    for t, name in (
        (s, "SparseCooTensorWithDimsAndTensorsBackward0"),
        (s + s, "AddBackward0"),
        (s * 2, "MulBackward0"),
        (s.t(), "TBackward0"),
        (s.coalesce(), "CoalesceBackward0"),
        (s.to_dense(), "ToDenseBackward0"),
        (torch.sparse.mm(s, torch.ones(3, 2)), "SparseAddmmBackward0"),
        (torch.sparse.sum(s, 0), "SparseSumBackward0"),
        (s.coalesce().values(), "ValuesBackward0"),
    ):
        assert t.grad_fn.name() == name
    assert not s._values().requires_grad and not s.detach().requires_grad


def table():
    return torch.ones(4, 2).mul(torch.arange(4.0).unsqueeze(1)).requires_grad_()


def test_a_table_gets_a_sparse_gradient():
    w = table()
    out = F.embedding(torch.tensor([[1, 1], [3, 0]]), w, sparse=True)
    assert out.grad_fn.name() == "EmbeddingBackward0"
    (out * torch.tensor([1.0, 2.0])).sum().backward()
    assert w.grad.is_sparse and not w.grad.is_coalesced()
    assert w.grad._indices().tolist() == [[1, 1, 3, 0]]
    assert w.grad._values().tolist() == [[1.0, 2.0]] * 4
    held = w.grad
    F.embedding(torch.tensor([2]), w, sparse=True).sum().backward()
    assert w.grad is held and w.grad._nnz() == 5
    assert w.grad.to_dense().tolist() == [[1, 2], [2, 4], [1, 1], [1, 2]]
    w.sum().backward()
    assert w.grad.layout is torch.strided
    assert w.grad.tolist() == [[2, 3], [3, 5], [2, 2], [2, 3]]
    F.embedding(torch.tensor([2]), w, sparse=True).sum().backward()
    assert w.grad.tolist() == [[2, 3], [3, 5], [3, 3], [2, 3]]


def test_sparse_and_dense_gradients_meet():
    w = table()
    (F.embedding(torch.tensor([1]), w, sparse=True).sum() + w.sum()).backward()
    assert w.grad.tolist() == [[1, 1], [2, 2], [1, 1], [1, 1]]
    w = table()
    F.embedding(torch.tensor([1]), w * 2, sparse=True).sum().backward()
    assert w.grad.to_dense().tolist() == [[0, 0], [2, 2], [0, 0], [0, 0]]
    w = table()
    i = torch.tensor([1, 2])
    (F.embedding(i, w, sparse=True).sum() + F.embedding(i, w, sparse=True).sum()).backward()
    assert w.grad._nnz() == 4 and w.grad.coalesce().values().tolist() == [[2.0, 2.0]] * 2


def test_padding_and_frequency():
    w = table()
    F.embedding(torch.tensor([1, 3, 1]), w, padding_idx=1, sparse=True).sum().backward()
    assert w.grad.to_dense().tolist() == [[0, 0], [0, 0], [0, 0], [1, 1]]
    out = F.embedding(torch.tensor([1]), table(), scale_grad_by_freq=True, sparse=True)
    with pytest.raises(RuntimeError, match="scale_grad_by_freq not supported with sparse grad"):
        out.sum().backward()


@pytest.mark.parametrize("mode", ["sum", "mean"])
@pytest.mark.parametrize("padding", [None, 3])
def test_bags(mode, padding):
    x, offsets = torch.tensor([1, 1, 3, 0]), torch.tensor([0, 2])
    grads = []
    for sparse in (True, False):
        w = table()
        options = dict(mode=mode, padding_idx=padding, sparse=sparse)
        if mode == "sum":
            options["per_sample_weights"] = torch.tensor([1.0, 2.0, 3.0, 4.0])
        out = F.embedding_bag(x, w, offsets, **options)
        (out * torch.tensor([[1.0], [5.0]])).sum().backward()
        assert w.grad.is_sparse == sparse
        grads.append((out.tolist(), w.grad.to_dense().tolist()))
    assert grads[0] == grads[1]


def test_bags_are_scaled_down_first():
    w = table()
    out = F.embedding_bag(torch.tensor([[3]]), w, max_norm=1.0, mode="sum")
    torch.testing.assert_close(out, torch.full((1, 2), 0.5**0.5))
    torch.testing.assert_close(w[3].norm(), torch.tensor(1.0))


def trained(name, steps=3, **options):
    w = torch.nn.Parameter(torch.arange(8.0).reshape(4, 2))
    optimizer = getattr(torch.optim, name)([w], **options)
    for k in range(steps):
        optimizer.zero_grad()
        out = F.embedding(torch.tensor([1, 1, 3 - k]), w, sparse=True)
        (out * out).sum().backward()
        optimizer.step()
    return w.detach(), optimizer


@pytest.mark.parametrize(
    ("name", "options", "want"),
    [
        ("SGD", {}, [[0, 1], [0.288, 0.432], [3.2, 4.0], [4.8, 5.6]]),
        ("SGD", {"momentum": 0.5}, [[0, 1], [-0.312, -0.468], [2.8, 3.5], [3.9, 4.55]]),
        ("Adagrad", {}, [[0, 1], [1.760568, 2.759175], [3.9, 4.9], [5.9, 6.9]]),
        ("SparseAdam", {}, [[0, 1], [1.700335, 2.700364], [3.925586, 4.925586], [5.9, 6.9]]),
    ],
)
def test_optimizers_take_sparse_gradients(name, options, want):
    w, optimizer = trained(name, lr=0.1, **options)
    torch.testing.assert_close(w, torch.tensor(want), rtol=2e-5, atol=1e-6)
    state = optimizer.state_dict()["state"].get(0, {})
    assert all(t.layout is torch.strided for t in state.values())


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("Adam", {}, "Adam does not support sparse gradients, please consider SparseAdam instead"),
        ("AdamW", {}, "Adam does not support sparse gradients, please consider SparseAdam instead"),
        ("RMSprop", {}, "RMSprop does not support sparse gradients"),
        ("Adadelta", {}, "Adadelta does not support sparse gradients"),
        ("NAdam", {}, "NAdam does not support sparse gradients"),
        ("Adagrad", {"weight_decay": 0.1}, "weight_decay option is not compatible with sparse gra"),
        ("SGD", {"weight_decay": 0.1}, r"add\(sparse, dense\) is not supported"),
    ],
)
def test_optimizers_refuse_sparse_gradients(name, options, words):
    with pytest.raises(RuntimeError, match=words):
        trained(name, **options)


def test_sparse_adam_refuses_dense_gradients():
    w = torch.nn.Parameter(torch.ones(2, 2))
    w.grad = torch.ones(2, 2)
    with pytest.raises(RuntimeError, match="SparseAdam does not support dense gradients"):
        torch.optim.SparseAdam([w]).step()


def test_clipping_refuses_and_zero_grad_keeps():
    w = torch.nn.Parameter(torch.ones(4, 2))
    F.embedding(torch.tensor([1]), w, sparse=True).sum().backward()
    for clip in (torch.nn.utils.clip_grad_norm_, torch.nn.utils.clip_grad_value_):
        with pytest.raises(NotImplementedError):
            clip([w], 1.0)
    torch.optim.SGD([w], lr=0.1).zero_grad(set_to_none=False)
    assert w.grad.is_sparse and w.grad._nnz() == 0


def test_steps_compile_once_whatever_the_rows():
    e = torch.nn.Embedding(50, 4, sparse=True)
    optimizer = torch.optim.SparseAdam(e.parameters(), lr=0.1)
    for step in range(7):
        if step == 3:
            before = torch.engine.stats()["programs_compiled"]
        optimizer.zero_grad()
        e(torch.arange(6) * (step + 1) % 9).pow(2).sum().backward()
        optimizer.step()
    assert torch.engine.stats()["programs_compiled"] == before


def test_scaled_losses():
    e = torch.nn.Embedding(4, 2, sparse=True)
    optimizer, scaler = torch.optim.SGD(e.parameters(), lr=0.0), torch.amp.GradScaler("cpu")
    scaler.scale(e(torch.tensor([1, 1])).sum()).backward()
    scaler.unscale_(optimizer)
    assert e.weight.grad.is_sparse and e.weight.grad.coalesce().values().tolist() == [[2.0, 2.0]]
    scaler.step(optimizer)
