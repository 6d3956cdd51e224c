"""Code that Python runs in the middle of anything, a signal handler or a finalizer, computes with
tensors as any other code, and disturbs nothing (torchish/_core/engine/trace.py, Note [In
between])."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import random
import signal
import threading
import time

import numpy as np
import pytest

import torchish as torch
from torchish import nn
from torchish._core.base import forks
from torchish._core.engine import policy, recording
from torchish.nn import functional as F

STEPS, SECONDS = 150, 6


class Training:
    """A loop whose numbers are the same each time, and what looks at its tensors meanwhile."""

    def __init__(self):
        torch.manual_seed(0)
        self.net = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=1e-2, momentum=0.9)
        self.x, self.y = torch.randn(12, 6), torch.randint(0, 3, (12,))
        self.count, self.looks, self.failed = torch.zeros(3), 0, []
        self.busy = False

    def run(self) -> np.ndarray:
        for i in range(STEPS):
            self.optimizer.zero_grad()
            loss = F.cross_entropy(self.net(self.x), self.y)
            loss.backward()
            self.optimizer.step()
            if i % 5 == 0:
                loss.item()
        return np.concatenate([np.ravel(t.tolist()) for t in self.net.state_dict().values()])

    def look(self, *_) -> None:
        """What a handler does; what it raises would be raised in the loop, or nowhere."""
        if self.busy:
            return
        self.busy = True
        try:
            self.count.add_(1)
            self.looks += 1
            first, last = self.net[0].weight, self.net[3].weight
            kind = self.looks % 4
            if kind == 0:
                assert np.isfinite(first.tolist()).all()
            elif kind == 1:
                (last.detach() * 2).sum().item()
            elif kind == 2:
                with torch.enable_grad():
                    w = first.detach().clone().requires_grad_()
                    (w * w).sum().backward()
                assert torch.equal(w.grad, 2 * w.detach())
            else:
                torch.get_rng_state()
                self.kept = [p * 1 for p in self.net.parameters()]
        except Exception as error:
            self.failed.append(error)
        finally:
            self.busy = False


@pytest.fixture(params=["host", "compiled"])
def calm(request, monkeypatch):
    """What the loop gives by itself."""
    price = float("inf") if request.param == "host" else -1.0
    monkeypatch.setattr(policy, "price", lambda facts: (price, "as the test says"))
    return Training().run()


def hold(training: Training, found: np.ndarray, calm: np.ndarray) -> None:
    assert not training.failed, training.failed[:3]
    assert training.count.tolist() == [training.looks] * 3
    assert np.allclose(found, calm, atol=1e-4)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no interval timer")
def test_a_signal_handler(calm):
    deadline = time.monotonic() + SECONDS
    looks = 0
    while time.monotonic() < deadline and looks < 3000:
        training = Training()
        training.look()  # what it compiles is compiled
        before = signal.signal(signal.SIGALRM, training.look)
        signal.setitimer(signal.ITIMER_REAL, 0.003, 0.0041)
        try:
            found = training.run()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        hold(training, found, calm)
        looks += training.looks
    assert looks > 3


def test_a_finalizer(calm):
    deadline = time.monotonic() + SECONDS
    before = gc.get_threshold()
    looks = 0
    while time.monotonic() < deadline and looks < 500:
        training = Training()
        goes_on = [True]

        class Again:
            def __init__(self):
                self.me = self  # which only the garbage collector finds

            def __del__(self, training=training, goes_on=goes_on):
                training.look()
                if goes_on:
                    type(self)()

        Again()
        gc.set_threshold(150 + looks % 97, 5, 5)
        try:
            found = training.run()
        finally:
            gc.set_threshold(*before)
            goes_on.clear()
        gc.collect()
        hold(training, found, calm)
        looks += training.looks
    assert looks > 3


def test_an_interrupt_leaves_no_lock_held():
    """A lock that a thread holds for ever is only found by another thread, which waits for it."""

    class Stop(BaseException):
        pass

    me, rng = threading.get_ident(), random.Random(0)
    locks = [threading.RLock() for _ in range(50)] + recording.thread_locks()
    armed, finished = threading.Event(), threading.Event()

    def strike():
        while not finished.is_set():
            if armed.wait(0.05):
                time.sleep(rng.random() * 2e-4)
                armed.clear()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(me), ctypes.py_object(Stop)
                )

    def work():
        for _ in range(10**9):
            with forks.all_of(locks, 1.0):
                pass

    thread = threading.Thread(target=strike, daemon=True)
    thread.start()
    deadline, raised = time.monotonic() + 3, 0
    while time.monotonic() < deadline and raised < 400:
        try:
            armed.set()
            work()
        except Stop:
            raised += 1
        assert not any(made._is_owned() for made in locks)
    finished.set()
    with contextlib.suppress(Stop):
        thread.join()
        time.sleep(0.01)
    assert raised > 3


def test_threads_that_fork_at_a_time_release_what_they_have_taken(monkeypatch):
    """What is run before and after a fork, by two threads whose forks overlap."""
    entered, left = [], []

    @contextlib.contextmanager
    def taken():
        entered.append(threading.get_ident())
        yield
        left.append(threading.get_ident())

    monkeypatch.setattr(forks, "_before", [taken])
    monkeypatch.setattr(forks.jax_internals, "wait_for_all", lambda: None)
    forks._prepare()
    ready, over = threading.Event(), threading.Event()

    def other():
        forks._prepare()
        ready.set()
        over.wait(10)
        forks._in_parent()

    thread = threading.Thread(target=other)
    thread.start()
    assert ready.wait(10)
    forks._in_parent()
    assert left == [threading.get_ident()]
    over.set()
    thread.join()
    assert left == entered


def test_a_hook_of_several_gradients_may_call_backward():
    a, b = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    seen = []

    def inner(grads):
        seen.append(len(grads))
        if len(seen) < 3:
            with torch.enable_grad():
                (a * b).sum().backward()

    handle = torch.autograd.graph.register_multi_grad_hook((a, b), inner)
    (a * b).sum().backward()
    handle.remove()
    assert seen == [2, 2, 2]
