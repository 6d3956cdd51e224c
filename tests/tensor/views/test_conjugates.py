"""What a conjugate says of itself, and the names that nodes of the graph go by."""

from __future__ import annotations

import numpy as np
import pytest

import torchish

KEPT = {
    "detach": lambda t: t.detach(),
    "row": lambda t: t[0],
    "transposed": lambda t: t.mT,
    "reshaped": lambda t: t.view(-1),
    "contiguous": lambda t: t.contiguous(),
}
LOST = {
    "clone": lambda t: t.clone(),
    "sum": lambda t: t + 1,
    "physical": lambda t: t.conj_physical(),
    "twice": lambda t: t.conj(),
    "resolved": lambda t: t.resolve_conj(),
    "real": lambda t: t.real,
}


def told(lib) -> dict:
    """Whether each is marked, and what its values are."""
    t = lib.tensor([[1j, 2 + 1j], [0.5 - 3j, 4]]).conj()
    out = {}
    for name, f in (KEPT | LOST | {"imag": lambda t: t.imag, "mH": lambda t: t.mH}).items():
        made = f(t)
        shown = lib.resolve_neg(lib.resolve_conj(made))
        out[name] = [made.is_conj(), made.is_neg(), shown.numpy().tolist(), made.tolist()]
    for name, f in {
        "numpy": lambda: t.numpy(),
        "array": lambda: np.asarray(t),
        "imag": lambda: t.imag.numpy(),
        "bytes": lambda: t.view(lib.float32),
        "pairs": lambda: lib.view_as_real(t),
    }.items():
        with pytest.raises(RuntimeError) as e:
            f()
        out["refused " + name] = str(e.value)
    out["forced"] = t.numpy(force=True).tolist()
    out["of reals"] = lib.ones(2).conj().is_conj()
    return out


def test_marks_and_what_resolves_them():
    found = told(torchish)
    assert all(found[name][0] for name in KEPT) and not any(found[name][0] for name in LOST)
    assert found["imag"][1] and found["imag"][2] == [[-1, -1], [3, 0]]
    assert "conjugate bit" in found["refused numpy"] and "negative bit" in found["refused imag"]


@pytest.mark.oracle
def test_marks_are_pytorchs():
    assert told(torchish) == told(pytest.importorskip("torch"))


def test_gradients_pass_a_mark():
    t = torchish.tensor([1 + 2j], requires_grad=True)
    (t.conj().imag * 3).sum().backward()
    assert t.grad.tolist() == [-3j]
    t.grad = None
    t.conj().resolve_conj().real.sum().backward()
    assert t.grad.tolist() == [1]


def test_a_conjugate_shares_memory():
    a = torchish.tensor([1 + 2j, 3j])
    b = a.conj()
    assert b._base is a and b.imag._base is a
    b[0] = 5 + 1j
    assert a.tolist() == [5 - 1j, 3j]
    a.mul_(2)
    assert b.tolist() == [10 + 2j, -6j]
    b.imag.add_(1)
    assert a.tolist() == [10 - 3j, 5j]
    x = a.numpy()
    b[1] = 7j
    x[0] = 1j
    assert a.tolist() == [1j, -7j] and b.tolist() == [-1j, 7j] and b[0].item() == -1j
    assert a.add_(b).tolist() == [0, 0]


def test_a_conjugate_through_other_views():
    a = torchish.tensor([[1 + 2j, 2j], [3, 4 - 1j]])
    v = a.conj().as_strided((2,), (1,), 1)
    assert v.is_conj() and v.tolist() == [-2j, 3]
    v.zero_()
    assert a.tolist() == [[1 + 2j, 0], [0, 4 - 1j]]
    n = a.conj().imag.as_strided((2,), (6,), 1)
    assert n.is_neg() and n.tolist() == [-2.0, 1.0]
    assert not a.conj().conj().is_conj() and not (a.conj() + 0).is_conj()
    with pytest.raises(RuntimeError, match="with negative bit set when converting"):
        n.view(torchish.int32)


def test_history_goes_on_through_a_conjugate():
    a = torchish.tensor([1 + 2j, 3j], requires_grad=True)
    b = a * 1
    b.conj().mul_(2j)
    b.real.sum().backward()
    assert b.tolist() == [4 - 2j, 6] and a.grad.tolist() == [2j, 2j]


def test_saving_a_conjugate(tmp_path):
    t = torchish.tensor([1 + 2j]).conj()
    torchish.save(t, tmp_path / "t.pt")
    assert torchish.load(tmp_path / "t.pt").tolist() == [1 - 2j]


def test_nodes_are_of_classes_of_their_names():
    x = torchish.ones(2, 2, requires_grad=True)
    for y in (x.norm(), x.norm(dim=1), torchish.linalg.norm(x), torchish.linalg.vector_norm(x)):
        assert type(y.grad_fn).__name__ == y.grad_fn.name() == "LinalgVectorNormBackward0"
    node = (x * 2).exp().sum().grad_fn
    names = []
    while node is not None:
        names.append(type(node).__name__)
        node = node.next_functions[0][0] if node.next_functions else None
    assert names == ["SumBackward0", "ExpBackward0", "MulBackward0", "AccumulateGrad"]
    assert isinstance((x + 1).grad_fn, torchish.autograd.graph.Node)


def test_complex_powers_of_0():
    base, to = torchish.zeros(3, dtype=torchish.complex64), torchish.tensor([1 + 1j, 2j + 3, 2])
    assert torchish.pow(base, to).tolist() == [0, 0, 0]
    assert torchish.pow(base + 1, to).tolist() == [1, 1, 1]


def test_signs_of_complex_numbers_are_refused():
    t = torchish.tensor([1 + 1j])
    for f in (torchish.sign, torchish.signbit, lambda x: torchish.logaddexp2(x, x)):
        with pytest.raises(NotImplementedError):
            f(t)


def test_random_integers_keep_the_order_of_memory():
    x = torchish.ones(1, 3, 4, 4).to(memory_format=torchish.channels_last)
    assert torchish.randint_like(x, 3).stride() == x.stride()


def test_new_data_bring_their_mark_along():
    turned = torchish.tensor([1 + 1j]).conj()
    x = torchish.zeros(1, dtype=torchish.complex64)
    x.data = turned
    assert x.is_conj() and x.tolist() == [1 - 1j] and x.as_strided((1,), (1,)).tolist() == [1 - 1j]
    turned.data = torchish.tensor([2 + 1j])
    assert not turned.is_conj() and turned.tolist() == [2 + 1j]
    assert turned.as_strided((1,), (1,)).tolist() == [2 + 1j]
