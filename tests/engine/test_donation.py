"""Memory is given to a program only when nobody else holds it (torchish/_core/engine/run.py,
Note [Donation])."""

from __future__ import annotations

import numpy as np
import pytest

import torchish as torch
from torchish import engine
from torchish._core.base import devices
from torchish._core.engine import policy, run
from torchish._core.engine.values import KEPT_TWICE, from_host
from torchish.interop import jax as border

SIZE = KEPT_TWICE  # in bytes four times as large as what has a copy for programs


@pytest.fixture
def stepped(monkeypatch):
    """A tensor of fours, and the step that makes the next number of it in its own memory, as a
    program that is compiled; a step tells what memory the program was given."""
    monkeypatch.setattr(policy, "price", lambda facts: (-1.0, "at once"))
    given: list = []
    arguments = run.arguments

    def watched(rec, compiled, give):
        found = arguments(rec, compiled, give)
        given.extend(found[i].unsafe_buffer_pointer() for i in compiled.donated if give)
        return found

    x = torch.zeros(SIZE)

    def step() -> list:
        given.clear()
        x.add_(1)
        x.mul_(1)
        engine.barrier()
        return list(given)

    for _ in range(4):
        step()
    assert x._value().owned and not x._value().pinned
    monkeypatch.setattr(run, "arguments", watched)
    return x, step


def test_what_nobody_else_holds_is_given(stepped):
    x, step = stepped
    memory = x._value().array.unsafe_buffer_pointer()
    assert step() == [memory]
    assert x.tolist() == [5.0] * SIZE


def test_a_value_that_somebody_else_holds_is_not(stepped):
    x, step = stepped
    old = x._value()
    assert step() != [old.array.unsafe_buffer_pointer()]
    assert np.array_equal(np.asarray(old.array), np.full(SIZE, 4.0))
    assert x.tolist() == [5.0] * SIZE


def test_memory_that_no_program_has_made_is_not(stepped):
    x, step = stepped
    memory = np.full(SIZE + 16, 4.0, np.float32)
    a = memory[-memory.ctypes.data // 4 % 16 :][:SIZE]  # aligned as XLA takes it without a copy
    x._set_value(from_host(a, devices.cpu, copy=False))
    assert step() != [a.ctypes.data]
    assert np.array_equal(a, np.full(SIZE, 4.0))
    assert x.tolist() == [5.0] * SIZE


def test_a_value_that_a_graph_has_saved_is_not(stepped):
    x, step = stepped
    w = torch.ones(SIZE, requires_grad=True)
    for _ in range(2):  # what is new runs in NumPy, for which what it reads is held outside
        step()
        total = (x * w).sum()
        engine.barrier()
    x.data.add_(1)  # which the graph does not see
    x.data.mul_(1)
    engine.barrier()
    total.backward()
    assert w.grad.tolist() in ([6.0] * SIZE, [7.0] * SIZE)
    assert step() and x.tolist() == [8.0] * SIZE


def test_an_array_that_somebody_else_holds_is_not(stepped):
    x, step = stepped
    old = x._value().array
    assert step() != [old.unsafe_buffer_pointer()]
    assert np.array_equal(np.asarray(old), np.full(SIZE, 4.0))
    assert x.tolist() == [5.0] * SIZE


@pytest.mark.parametrize(
    "look",
    [
        lambda x: x._host(),
        lambda x: np.asarray(border.to_jax(x)),
        lambda x: np.from_dlpack(border.to_jax(x)),
        lambda x: border.from_jax(border.to_jax(x)),
    ],
)
def test_memory_that_was_handed_out_is_not(stepped, look):
    """Whoever saw it may hold it without a reference that Python counts."""
    x, step = stepped
    seen = look(x)
    memory = x._value().array.unsafe_buffer_pointer()
    assert step() != [memory]
    assert step() != [memory]
    assert seen.tolist() == [4.0] * SIZE and x.tolist() == [6.0] * SIZE
