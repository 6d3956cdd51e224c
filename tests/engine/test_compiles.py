"""What compiles when: the promises that the engine makes about ordinary programs."""

import threading

import numpy as np
import pytest

import torchish as torch
from torchish import engine
from torchish._core.engine import policy, trace
from torchish.nn import functional as F


def compiled() -> int:
    s = engine.stats()
    return int(s["programs_compiled"] + s["operators_compiled"])


@pytest.fixture(autouse=True)
def settled():
    engine.barrier()
    engine.reset_stats()


def _mlp(*sizes):
    torch.manual_seed(0)
    return [
        p
        for a, b in zip(sizes, sizes[1:], strict=False)
        for p in ((torch.randn(b, a) * 0.3).requires_grad_(), torch.zeros(b, requires_grad=True))
    ]


def _forward(params, x):
    for w, b in zip(params[::2], params[1::2], strict=True):
        x = torch.tanh(F.linear(x, w, b))
    return x


def _sgd(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
            p.grad = None
    engine.barrier()


def test_training_loop_compiles_nothing_from_its_third_step():
    params = _mlp(7, 11, 3)
    losses, counts = [], []
    for i in range(8):
        x, y = torch.randn(5, 7), torch.randn(5, 3)
        loss = ((_forward(params, x) - y) ** 2).mean()
        loss.backward()
        _sgd(params, 0.1 / (i + 1))  # a changing learning rate
        losses.append(loss.item())
        counts.append(compiled())
    assert counts[2] == counts[-1], counts
    assert np.isfinite(losses).all()


def test_python_loop_constant_compiles_nothing():
    x = torch.randn(4, 5)
    for i in range(3):
        (x * (0.5 + i) + i).sum().item()
    before = compiled()
    for i in range(20):
        (x * (0.25 * i) - 3.5 * i).sum()
        (x * (0.125 * i) + 2.5 * i).sum().item()
    assert compiled() - before <= 2


def test_sequences_of_many_lengths():
    params = [torch.randn(6, 3), torch.randn(6, 6) * 0.3]
    for p in params:
        p.requires_grad_()
    counts = []
    for n in np.random.RandomState(0).permutation(np.arange(2, 102)):
        steps = [torch.randn(2, 3) for _ in range(n)]
        h = torch.zeros(2, 6)
        for x in steps:
            h = torch.tanh(F.linear(x, params[0]) + F.linear(h, params[1]))
        (h * h).mean().backward()
        _sgd(params, 0.01)
        counts.append(compiled())
    assert counts[-1] <= 8, counts


def test_slices_of_sequences_of_many_lengths():
    w, u = torch.randn(6, 3).requires_grad_(), (torch.randn(6, 6) * 0.3).requires_grad_()
    counts = []
    for n in np.random.RandomState(1).permutation(np.arange(2, 62)):
        x, h, total = torch.randn(n, 2, 3), torch.zeros(2, 6), 0.0
        for t in range(n):
            h = torch.tanh(F.linear(x[t], w) + F.linear(h, u))
            total = total + (h * h).mean()
        (total / n).backward()
        assert np.isfinite(w.grad.tolist()).all()
        _sgd([w, u], 0.01)
        counts.append(compiled())
    assert counts[-1] <= 8, counts


def test_iterating_over_rows_compiles_a_handful():
    x = torch.randn(1000, 3)
    want = x.numpy().copy()
    for i in range(1000):
        x[i] = x[i] * 2 + 1
    for i in (0, 17, 999):
        assert np.allclose(x[i].tolist(), want[i] * 2 + 1)
    total = sum(x[i].sum().item() for i in range(1000))
    assert np.isclose(total, (want * 2 + 1).sum(), rtol=1e-4)
    assert compiled() <= 8, engine.stats()


def test_forward_passes_appended_to_a_list():
    params = _mlp(4, 6, 2)
    x = torch.randn(3, 4)
    outs = []
    for _ in range(10_000):
        outs.append(_forward(params, x))
    engine.barrier()
    assert compiled() <= 5, engine.stats()
    assert torch.equal(outs[0], outs[-1])


def test_gradient_accumulation_is_not_unrolled():
    params = _mlp(*[6] * 40)
    xs = [torch.randn(2, 6) for _ in range(40)]
    engine.reset_stats()
    for _ in range(3):
        for x in xs:
            _forward(params, x).sum().backward()
        _sgd(params, 1e-3)
    assert engine.largest_program() < 1500, engine.largest_program()
    assert compiled() <= 12


def test_index_out_of_range_is_raised_by_new_code_at_the_call():
    w = torch.randn(5, 2)
    late = torch.tensor([1, 2, 9]) * 1
    with pytest.raises(IndexError, match="index out of range in self"):
        F.embedding(late, w)


def test_index_out_of_range_in_a_known_program_names_the_users_line(monkeypatch):
    monkeypatch.setattr(trace, "tries", lambda calls=0: [])  # pytest has a `try` around us
    w = torch.randn(5, 2)

    def rows(index):
        late = index * 1  # pending when the program is known: its contents are not known here
        return F.embedding(late, w) * 2

    for _ in range(3):
        rows(torch.tensor([1, 2, 3])).tolist()
    out = rows(torch.tensor([1, 2, 9]))
    with pytest.raises(IndexError, match=r"(?s)index out of range in self.*test_compiles\.py:\d+"):
        out.tolist()


def _train(seed: int, out: list) -> None:
    g = torch.Generator().manual_seed(seed)
    w = torch.randn(4, 4, generator=g).requires_grad_()
    for _ in range(30):
        x = torch.randn(3, 4, generator=g)
        loss = (F.linear(x, w) ** 2).mean()
        loss.backward()
        _sgd([w], 0.05)
    out.append((loss.item(), w.detach().tolist()))


def test_two_threads_train_as_one_after_the_other():
    alone: list = []
    for s in (1, 2):
        _train(s, alone)
    together: list = [[], []]
    threads = [threading.Thread(target=_train, args=(s, together[s - 1])) for s in (1, 2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert [o[0] for o in together] == alone


def test_value_pending_on_another_thread():
    x = torch.randn(3) + 1
    got = []
    t = threading.Thread(target=lambda: got.append((x * 2).tolist()))
    t.start()
    t.join()
    assert np.allclose(got[0], (x * 2).tolist())


def test_long_loop_stays_bounded():
    x = torch.ones(8)
    for i in range(100_000):
        x = x * 1.0000001 + 0.0
        if i % 1000 == 0:
            assert engine.pending() <= 5000
    assert compiled() <= 6
    assert np.allclose(x.tolist(), 1.0000001**100_000, rtol=1e-2)


def test_long_loop_behind_other_operators_is_cut_where_it_repeats():
    averages = [torch.ones(n + 1) for n in range(40)]
    engine.barrier()
    before = compiled()
    for a in averages:
        a.lerp_(torch.zeros(len(a)), 0.5)  # the trace begins with what does not come back
    x = torch.ones(8)
    for _ in range(1500):
        x = (x + 0.001).cos() * 1.5
        assert engine.pending() < 1300
    assert compiled() - before <= 3
    y = np.float32(1)
    for _ in range(1500):
        y = np.cos(y + np.float32(0.001)) * np.float32(1.5)
    assert np.allclose(x.tolist(), y, rtol=1e-3)


def test_dead_leaves_are_donated():
    x = torch.randn(1000)
    engine.barrier()
    x.add_(1)
    x.mul_(2)
    engine.barrier()
    before = x._value().array
    x.add_(1)
    del before
    old = x._storage.value  # pending; the leaf it came from is held by nobody
    engine.barrier()
    assert old.array is not None


def test_what_is_new_runs_at_once_and_what_is_known_waits():
    def program():
        return (torch.ones(3) * 2 + 5).neg()

    y = program()
    assert y._value().array is not None
    engine.barrier()
    z = program()
    assert z._value().array is None and engine.pending() == 4
    with engine.eager():
        assert program()._value().array is not None
    assert torch.equal(y, z)


def test_log_of_tiers(capfd, monkeypatch):
    monkeypatch.setenv("TORCHISH_LOG", "tiers,compile")
    monkeypatch.setattr(policy, "WORTH", 1e9)
    for _ in range(3):
        (torch.randn(300, 170) * 2 + 1).exp().tolist()
    said = capfd.readouterr().err
    assert "test_compiles.py" in said and "in NumPy" in said and "compiled as one program" in said


EXACT = {
    "gather": lambda x: x[torch.tensor([2, 0]), 1:],
    "mask": lambda x: (x[x > 0], x.masked_fill(x < 0.5, -1.0)),
    "order": lambda x: (x.argmax(), x.amin(0), *x.topk(3)),
    "round": lambda x: (x.round(), x.floor(), x.relu(), x.abs(), x.isnan(), x.long()),
    "count": lambda x: ((x > 0).sum(), (x > 0).long(), x.int() * 3 + 1),
    "move": lambda x: (torch.cat([x, x.flip(0)]), x.T.reshape(-1), x.roll(1), x.tril(), x.double()),
    "product": lambda x: x * 0.1,
    "sum": lambda x: x + x.T,
    "root": lambda x: x.abs().sqrt(),
}


@pytest.mark.parametrize("name", EXACT)
def test_what_is_new_compiles_nothing_and_what_is_exact_keeps_its_bits(name, monkeypatch):
    monkeypatch.setattr(policy, "price", lambda facts: (-1.0, "now"))
    torch.manual_seed(1)
    x = torch.randn(37, 37) * 3
    engine.barrier()
    engine.reset_stats()
    with torch.no_grad():
        first = [t.tolist() for t in _all(EXACT[name](x))]
        assert compiled() == 0
        for _ in range(3):
            again = [t.tolist() for t in _all(EXACT[name](x))]
            assert again == first
    assert compiled() > 0


def _all(out):
    return [t.clone() for t in (out if type(out) is tuple else (out,))]
