"""Whatever interrupts a program, every tensor has its old or its new value afterwards."""

from __future__ import annotations

import _thread
import ctypes
import random
import signal
import threading
import time

import numpy as np
import pytest

import torchish as torch
from torchish import engine, nn
from torchish._core.engine import policy, run
from torchish.nn import functional as F

INTERRUPTS, SECONDS = 300, 15  # as many, or as long

# An exception in the middle of JAX's own code can leave a file of its cache to the garbage
# collector, which says so.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Stop(BaseException):
    """What is raised in the middle of something; not an error of any operator."""


class Late(Exception):
    """The same, as a signal handler raises it for a time limit."""


def again(work, deadline: float) -> None:
    """Call it until then. A function of its own, since in Python 3.13 what is raised at the jump
    back to a loop's head is not caught by a `try` around the loop in the same function."""
    while time.monotonic() < deadline:
        work()


def interrupted(work, check, error, seed: int, count: int = INTERRUPTS) -> int:
    """Call `work` again and again, raise `error` in this thread at random times, and call `check`
    after each; how often it was raised."""
    rng = random.Random(seed)
    deadline = time.monotonic() + SECONDS
    me = threading.get_ident()
    armed, finished = threading.Event(), threading.Event()
    raised = 0

    def strike():
        while not finished.is_set():
            if armed.wait(0.1):
                time.sleep(rng.random() ** 3 * 0.02)
                if armed.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(me), ctypes.py_object(error)
                    )
                    # Python drops one that comes in a finalizer: then another follows.
                    for _ in range(100):
                        if not armed.is_set() or finished.wait(0.01):
                            break

    thread = threading.Thread(target=strike, daemon=True)
    thread.start()
    try:
        while raised < count and time.monotonic() < deadline:
            try:
                armed.set()
                again(work, deadline)
            except error:
                armed.clear()
                raised += 1
            try:
                time.sleep(0)
                check()
            except error:  # it was on its way when the last one came
                check()
    finally:
        finished.set()
        for _ in range(3):
            try:
                thread.join()
                break
            except error:
                continue
    return raised  # in a slow run fewer than asked for


@pytest.mark.parametrize("error", [Stop, Late])
@pytest.mark.parametrize("tier", ["host", "compiled"])
def test_training(error, tier, monkeypatch):
    price = float("inf") if tier == "host" else -1.0
    monkeypatch.setattr(policy, "price", lambda facts: (price, "as the test says"))
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    x, y = torch.randn(12, 6), torch.randint(0, 3, (12,))

    def work():
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()
        optimizer.step()

    def check():
        for t in (*net.state_dict().values(), x, y):
            assert np.isfinite(t.tolist()).all()
        for state in optimizer.state.values():
            for t in state.values():
                assert np.isfinite(t.tolist()).all()

    for _ in range(4):
        work()
    assert interrupted(work, check, error, seed=1) > 3
    before = [p.tolist() for p in net.parameters()]
    work()
    assert [p.tolist() for p in net.parameters()] != before


def test_the_first_call_of_a_program_compiles_and_may_be_interrupted(monkeypatch):
    monkeypatch.setattr(policy, "price", lambda facts: (-1.0, "at once"))
    sizes = iter(range(2, 10_000))
    w = torch.ones(4, 4)

    def work():
        x = torch.ones(next(sizes), 4)
        for _ in range(3):
            w.mul_(1.01).add_(x.mean(), alpha=1e-3).tanh_()
            engine.barrier()

    def check():
        assert np.isfinite(w.tolist()).all()

    interrupted(work, check, Stop, seed=2, count=40)


def test_control_c_in_a_loop_that_looks():
    x = torch.ones(5)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background

    def work():
        x.mul_(0.999)
        assert x.sum().item() <= 5.0

    lost = 0
    for _ in range(50):
        timer = threading.Timer(random.random() * 0.01, _thread.interrupt_main)
        deadline = time.monotonic() + 5
        try:
            timer.start()
            again(work, deadline)
            lost += 1
        except KeyboardInterrupt:
            pass
        timer.join()
        assert len(set(x.tolist())) == 1
    signal.signal(signal.SIGINT, before)
    # Python drops an exception that comes inside a callback of the garbage collector; JAX has one.
    assert lost <= 2


def test_a_failed_program_leaves_what_did_not_depend_on_it(monkeypatch):
    class Broken(Exception):
        pass

    def fails(*args):
        raise Broken

    monkeypatch.setattr(policy, "price", lambda facts: (-1.0, "at once"))
    counts = torch.zeros(3)

    def program():
        counts.add_(1)
        return counts * 2

    engine.barrier()
    program().tolist()
    kept = program()
    with monkeypatch.context() as patch:
        patch.setattr(run, "_run_direct", fails)
        with pytest.raises(Broken):
            kept.tolist()
    assert counts.tolist() == [2, 2, 2] and kept.tolist() == [4, 4, 4]
    assert program().tolist() == [6, 6, 6]


def test_an_operator_that_fails_takes_only_what_depends_on_it(monkeypatch):
    def program(x, index):
        total = x.sum() + 1
        rows = x[index] * 2
        return total, rows, x + 3

    x = torch.ones(4, 2)
    for _ in range(3):
        [t.tolist() for t in program(x, torch.tensor([0, 1]) * 1)]
    total, rows, more = program(x, torch.tensor([0, 9]) * 1)
    with pytest.raises(IndexError):
        rows.tolist()
    assert total.item() == 9 and more.tolist() == [[4, 4]] * 4
