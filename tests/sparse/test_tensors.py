"""Sparse tensors as objects: making, looking at, converting and writing them. Expected texts are
PyTorch 2.13's."""

from __future__ import annotations

import copy
import io
import pickle

import pytest

import torchish as torch

INDICES, VALUES = [[0, 1, 1], [2, 0, 2]], [3.0, 4.0, 5.0]
DENSE = [[0.0, 0.0, 3.0], [4.0, 0.0, 5.0]]


def coo(**options):
    return torch.sparse_coo_tensor(INDICES, VALUES, (2, 3), **options)


def test_a_coo_tensor_knows_its_parts():
    s = coo()
    assert s.layout is torch.sparse_coo and s.is_sparse and not s.is_sparse_csr
    assert s.shape == (2, 3) and s.dtype is torch.float32 and s.numel() == 6
    assert (s._nnz(), s.sparse_dim(), s.dense_dim(), s.is_coalesced()) == (3, 2, 0, False)
    assert s._indices().tolist() == INDICES and s._values().tolist() == VALUES
    assert s.to_dense().tolist() == DENSE
    assert isinstance(s, torch.Tensor) and torch.is_tensor(s)
    assert not torch.ones(2).is_sparse and torch.ones(2).layout is torch.strided


def test_text():
    assert repr(coo()) == (
        "tensor(indices=tensor([[0, 1, 1],\n"
        "                       [2, 0, 2]]),\n"
        "       values=tensor([3., 4., 5.]),\n"
        "       size=(2, 3), nnz=3, layout=torch.sparse_coo)"
    )
    assert repr(coo(requires_grad=True)).endswith("layout=torch.sparse_coo, requires_grad=True)")
    assert repr(torch.sparse_coo_tensor(size=(2, 3), dtype=torch.float64)) == (
        "tensor(indices=tensor([], size=(2, 0)),\n"
        "       values=tensor([], size=(0,)),\n"
        "       size=(2, 3), nnz=0, dtype=torch.float64, layout=torch.sparse_coo)"
    )
    values = torch.tensor(VALUES, requires_grad=True)
    assert repr(torch.sparse_coo_tensor(INDICES, values, (2, 3))).endswith(
        "size=(2, 3), nnz=3, layout=torch.sparse_coo,\n"
        "       grad_fn=<SparseCooTensorWithDimsAndTensorsBackward0>)"
    )
    assert repr(coo().to_sparse_csr()) == (
        "tensor(crow_indices=tensor([0, 1, 3]),\n"
        "       col_indices=tensor([2, 0, 2]),\n"
        "       values=tensor([3., 4., 5.]), size=(2, 3), nnz=3,\n"
        "       layout=torch.sparse_csr)"
    )
    assert repr(coo().to_sparse_csc()) == (
        "tensor(ccol_indices=tensor([0, 1, 1, 3]),\n"
        "       row_indices=tensor([1, 0, 1]),\n"
        "       values=tensor([4., 3., 5.]), size=(2, 3), nnz=3,\n"
        "       layout=torch.sparse_csc)"
    )


def test_duplicates_are_summed_in_order():
    s = torch.sparse_coo_tensor([[2, 0, 2], [1, 1, 1]], [1.0, 2.0, 4.0])
    assert s.shape == (3, 2)
    with pytest.raises(RuntimeError, match="Cannot get values on an uncoalesced tensor"):
        s.values()
    with pytest.raises(RuntimeError, match="Cannot get indices on an uncoalesced tensor"):
        s.indices()
    c = s.coalesce()
    assert c.is_coalesced() and c.coalesce() is c
    assert c.indices().tolist() == [[0, 2], [1, 1]] and c.values().tolist() == [2.0, 5.0]
    assert s.to_dense().tolist() == c.to_dense().tolist() == [[0, 2], [0, 0], [0, 5]]
    flags = torch.sparse_coo_tensor([[0, 0]], [True, True], (2,))
    assert flags.coalesce().values().tolist() == [True]
    assert flags.to_dense().tolist() == [True, False]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[0, -1]], [1.0, 2.0]), "found negative index -1 for dim 0"),
        (
            ([[0, 5]], [1.0, 2.0], (3,)),
            "size is inconsistent with indices: for dim 0, size is 3 but found index 5",
        ),
        (([[0, 1, 2]], [1.0, 2.0], (3,)), "indices and values must have same nnz"),
        (([[0, 1]], [1.0, 2.0], (3, 4)), r"'len\(size\) == sparse_dim \+ dense_dim' is not"),
        (([[0]], [[1.0, 2.0]], (3, 3)), r"values has incorrect size, expected \[1, 3\], got"),
    ],
)
def test_parts_that_do_not_fit(arguments, words):
    with pytest.raises(RuntimeError, match=words):
        torch.sparse_coo_tensor(*arguments)


def test_indices_that_are_pending_are_checked_too():
    bad = torch.arange(3).unsqueeze(0) * 2
    with pytest.raises(RuntimeError, match="size is 4 but found index 4"):
        torch.sparse_coo_tensor(bad, torch.ones(3), (4,)).to_dense().tolist()


def test_hybrid():
    s = torch.sparse_coo_tensor([[0, 2]], [[1.0, 2.0], [3.0, 4.0]], (3, 2))
    assert (s.sparse_dim(), s.dense_dim()) == (1, 1)
    assert s.to_dense().tolist() == [[1, 2], [0, 0], [3, 4]]
    d = torch.tensor([[0.0, 0.0], [0.0, 7.0]])
    h = d.to_sparse(1)
    assert h.indices().tolist() == [[1]] and h.values().tolist() == [[0.0, 7.0]]


def test_from_dense_and_back():
    d = torch.tensor(DENSE)
    for s in (d.to_sparse(), d.to_sparse_coo(), d.to_sparse_csr(), d.to_sparse_csc()):
        assert s._nnz() == 3 and s.to_dense().tolist() == DENSE
        assert s.to_sparse().to_dense().tolist() == DENSE
    assert d.to_sparse(layout=torch.sparse_csr).layout is torch.sparse_csr
    assert d.to_sparse().is_coalesced() and d.to_dense() is d
    assert d.to_sparse_csc().to_sparse().coalesce().indices().tolist() == INDICES
    assert torch.tensor(3.0).to_sparse().to_dense().item() == 3.0


def test_compressed():
    c = torch.sparse_csr_tensor([0, 1, 3], [2, 0, 2], VALUES, (2, 3))
    assert c.is_sparse_csr and not c.is_sparse
    assert c.crow_indices().tolist() == [0, 1, 3] and c.col_indices().tolist() == [2, 0, 2]
    assert c.values().tolist() == VALUES and c.to_dense().tolist() == DENSE
    assert torch.sparse_csr_tensor([0, 1, 3], [2, 0, 2], VALUES).shape == (2, 3)
    t = c.t()
    assert t.layout is torch.sparse_csc and t.ccol_indices().tolist() == [0, 1, 3]
    assert (
        torch.sparse_compressed_tensor(
            [0, 1, 1, 3], [1, 0, 1], [4.0, 3.0, 5.0], (2, 3), layout=torch.sparse_csc
        )
        .to_dense()
        .tolist()
        == DENSE
    )
    with pytest.raises(RuntimeError, match="expected sparse coordinate tensor layout but got Spa"):
        c.coalesce()
    with pytest.raises(RuntimeError, match="crow_indices expected sparse row compressed tensor"):
        coo().crow_indices()
    for parts, words in (
        (([0, 1, 4], [2, 0, 2]), r"`crow_indices\[..., -1\] == nnz` is not satisfied"),
        (([0, 1, 3], [2, 0, 5]), "`0 <= col_indices < ncols` is not satisfied"),
        (([0, 1, 3], [2, 2, 0]), "are sorted and distinct along the last dimension"),
    ):
        with pytest.raises(RuntimeError, match=words):
            torch.sparse_csr_tensor(*parts, VALUES, (2, 3), check_invariants=True)


def test_dense_tensors_have_no_parts():
    d = torch.ones(2, 3)
    assert (d.sparse_dim(), d.dense_dim()) == (0, 2)
    for name in ("values", "indices", "coalesce", "is_coalesced", "crow_indices"):
        with pytest.raises(RuntimeError, match=f"{name} expected .* but got Strided"):
            getattr(d, name)()
    for name in ("_values", "_indices", "_nnz"):
        with pytest.raises(NotImplementedError, match=f"'aten::{name}'"):
            getattr(d, name)()


def test_copies_and_casts():
    s = coo()
    assert s.to(torch.float32) is s and s.cpu() is s
    assert s.double().dtype is torch.float64 and s.long().to_dense().dtype is torch.int64
    assert s.clone().to_dense().tolist() == s.detach().to_dense().tolist() == DENSE
    other = copy.deepcopy(s)
    other.mul_(2)
    assert s.to_dense().tolist() == DENSE and other._values().tolist() == [6.0, 8.0, 10.0]
    for t in (s, s.coalesce(), s.to_sparse_csr()):
        again = pickle.loads(pickle.dumps(t))
        assert repr(again) == repr(t) and again.layout is t.layout
        file = io.BytesIO()
        torch.save({"adjacency": t}, file)
        file.seek(0)
        assert repr(torch.load(file)["adjacency"]) == repr(t)


def test_new_ones():
    s = coo()
    assert torch.zeros_like(s)._nnz() == 0 and torch.zeros_like(s).shape == (2, 3)
    assert torch.zeros(2, 3, layout=torch.sparse_coo).to_dense().tolist() == [[0.0] * 3] * 2
    assert torch.zeros(2, 3, layout=torch.sparse_csr).crow_indices().tolist() == [0, 0, 0]
    assert s.new_zeros(4, 2).layout is torch.sparse_coo
    for make in (torch.ones_like, torch.rand_like, lambda t: t.new_ones(3)):
        with pytest.raises(NotImplementedError):
            make(s)


def test_sizes_change_in_place():
    s = coo()
    assert s.sparse_resize_((3, 4), 2, 0).shape == (3, 4) and s._nnz() == 3
    with pytest.raises(RuntimeError, match="shrinking the size of sparse dimensions"):
        s.sparse_resize_((1, 2), 2, 0)
    assert s.sparse_resize_and_clear_((1, 2), 2, 0)._nnz() == 0


def test_legacy_constructors():
    s = torch.sparse.FloatTensor(torch.tensor(INDICES), torch.tensor(VALUES), torch.Size([2, 3]))
    assert s.to_dense().tolist() == DENSE and isinstance(s, torch.sparse.FloatTensor)
    assert not isinstance(s, torch.sparse.DoubleTensor)
    assert torch.sparse.FloatTensor(2, 3)._nnz() == 0
    assert s.type() == "torch.sparse.FloatTensor"


def test_modules_hold_them():
    class Layer(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("adjacency", coo())

    layer = Layer().double()
    assert layer.adjacency.dtype is torch.float64
    other = Layer()
    other.adjacency.zero_()
    other.load_state_dict(layer.state_dict())
    assert other.adjacency.to_dense().tolist() == DENSE


@pytest.mark.parametrize("layout", [torch.sparse_coo, torch.sparse_csr])
def test_what_needs_dense_memory_refuses_by_name(layout):
    s = torch.tensor(DENSE).to_sparse(layout=layout)
    d = torch.ones(2, 3)
    backend = "SparseCPU" if layout is torch.sparse_coo else "SparseCsrCPU"
    refused = {
        "exp": s.exp,
        "cos": lambda: torch.cos(s),
        "eq": lambda: s == s,
        "gt": lambda: s > 0,
        "max": s.max,
        "cumsum": lambda: s.cumsum(0),
        "maximum": lambda: torch.maximum(d, s),
        "where": lambda: torch.where(s, d, d),
        "softmax": lambda: torch.softmax(s, 1),
        "view": lambda: s.view(6),
        "squeeze": lambda: s.squeeze(),
        "nonzero": s.nonzero,
        "bmm": lambda: (
            torch.bmm(d.unsqueeze(0), s.unsqueeze(0)) if layout is torch.sparse_coo else s.bmm(s)
        ),
        "cross_entropy": lambda: torch.nn.functional.cross_entropy(s, torch.tensor([0, 1])),
    }
    for name, call in refused.items():
        with pytest.raises((NotImplementedError, RuntimeError)) as caught:
            call()
        if isinstance(caught.value, NotImplementedError) and name != "bmm":
            assert name in str(caught.value) and backend in str(caught.value), caught.value
    with pytest.raises(TypeError, match="layout tensor to numpy"):
        s.numpy()
    with pytest.raises(RuntimeError, match="result.is_sparse"):
        torch.mul(s, 2, out=d)
    for call in (lambda: d.copy_(s), lambda: s.add(1), lambda: s.reshape(6)):
        with pytest.raises(RuntimeError):
            call()


@pytest.mark.filterwarnings("ignore")  # of deprecated methods
def test_no_method_reads_memory_that_is_not_there():
    """Whatever a method without arguments does, it gives the dense method's result or raises."""
    d = torch.tensor([[0.0, 0.5], [-0.25, 0.0]])
    harmless = {"register_hook", "backward", "retain_grad", "share_memory_"}
    harmless |= {"cuda", "xpu", "mtia"}  # AssertionErrors: there is no such device
    for name in dir(torch.Tensor):
        dense = getattr(torch.Tensor, name)
        if name.startswith("_") or not callable(dense) or name in harmless:
            continue
        s = d.to_sparse()
        try:
            found = getattr(s, name)()
        except (AttributeError, NotImplementedError, RuntimeError, TypeError):
            continue
        if isinstance(found, torch.Tensor) and name not in (
            "indices",
            "values",
            "new_zeros",
            "new_empty",
        ):
            want = getattr(d.clone(), name)() if name != "coalesce" else d
            torch.testing.assert_close(found.to_dense(), want.to_dense(), msg=name, equal_nan=True)
