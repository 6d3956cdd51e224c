"""Programs that run often are written as straight code, and writes through views reuse memory."""

import numpy as np
import pytest

import torchish as torch
from torchish import engine
from torchish._core.engine import steps, trace


def body(x, w, i):
    """Kernels that save something and others, views read and written, numbers, gradients."""
    y = torch.relu(x @ w + 0.5 * i)
    z = torch.zeros(3, 4)
    z[i % 3] = y[1] * 2
    z[1:, i % 2] = y[0, :2]
    z[0, 1:3] += z[1, :2]
    p = torch.softmax(z, 1)
    loss = (p * y).sum() + torch.nn.functional.layer_norm(y, (4,)).var()
    loss.backward()
    return torch.cat([loss[None], w.grad.flatten(), z.flatten()]).detach()


def inputs():
    generator = np.random.RandomState(3)
    x = torch.tensor(generator.randn(3, 5).astype("f"))
    return x, torch.tensor(generator.randn(5, 4).astype("f"), requires_grad=True)


def test_straight_code_gives_the_same_bits_as_step_by_step(monkeypatch):
    x, w = inputs()
    written = []
    straight = steps._straight
    monkeypatch.setattr(steps, "_straight", lambda s: written.append(s) or straight(s))
    seen = []
    for k in range(steps.OFTEN + 12):
        w.grad = None
        seen.append(body(x, w, k % 3).numpy())
    assert written
    for k in range(3, len(seen)):
        np.testing.assert_array_equal(seen[k], seen[k % 3])


def test_an_exception_in_straight_code_is_raised_and_loses_nothing(monkeypatch):
    x = torch.ones(4)
    for _ in range(steps.OFTEN + 4):
        y = (x + 1).sum()
        assert y.item() == 8

    def fails(leaves, numbers):
        raise ValueError("from outside")

    hosted = [h for state in trace.trie.ends for h in state.ending.hosted.values()]
    for h in hosted:
        if h.steps.straight:
            monkeypatch.setattr(h.steps, "straight", fails)
    y = (x + 1).sum()
    with pytest.raises(ValueError, match="from outside"):
        y.item()
    assert y.item() == 8


@pytest.mark.parametrize("times", [3, 400])
def test_writes_through_views_leave_every_other_tensor_alone(times):
    x = torch.arange(12.0).reshape(3, 4).clone()
    model = np.arange(12.0, dtype="f").reshape(3, 4)
    kept = []
    for k in range(times):
        i, j = k % 3, k % 4
        whole, row = x + 0, x[i].clone()
        alias, detached = x.view(12), x.detach()
        x[i, j] += 1
        model[i, j] += 1
        x[i, j:] = k
        model[i, j:] = k
        assert alias.tolist() == model.reshape(-1).tolist()
        assert detached.tolist() == model.tolist()
        if k % 50 == 0:
            kept.append((whole, row, x.clone(), model.copy()))
    for whole, row, copy, then in kept:
        assert copy.tolist() == then.tolist()
        assert whole.tolist() != then.tolist() or row.tolist() in then.tolist()


def test_a_saved_value_is_not_written_over():
    w = torch.ones(3, requires_grad=True)
    buffer = torch.zeros(3)
    total = torch.zeros(())
    for k in range(5):
        buffer.data[k % 3] = float(k + 1)
        total = total + (w * buffer.clone()).sum()
    total.backward()
    expected, b = np.zeros(3), np.zeros(3)
    for k in range(5):
        b[k % 3] = k + 1
        expected += b
    assert w.grad.tolist() == expected.tolist()


def test_filling_a_large_buffer_copies_nothing():
    n = torch.zeros(500, 500)
    engine.barrier()
    for k in range(700):
        n[k % 500, 3] += 1
    arrays = {id(n._storage._value.array)}
    for k in range(50):
        n[k, 7] = k
        arrays.add(id(n._storage._value.array))
    assert len(arrays) == 1
    assert n[:, 3].sum().item() == 700
