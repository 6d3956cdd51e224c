"""Threads that share tensors, and threads that do not."""

from __future__ import annotations

import threading

import pytest

import torchish as torch


def together(work, count: int) -> list:
    """Run `work(k)` on so many threads at once; what they give."""
    results: list = [None] * count
    errors: list = []
    start = threading.Barrier(count)

    def run(k):
        try:
            start.wait()
            results[k] = work(k)
        except BaseException as e:
            errors.append(e)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if errors:
        raise errors[0]
    return results


@pytest.mark.parametrize("turn", range(5))
def test_gradients_of_one_leaf_add_up(turn):
    w = torch.full((3,), 1.0, requires_grad=True)
    together(lambda k: ((w + 3) * (w + 4) * 0.5).sum().backward(), 10)
    assert w.grad.tolist() == [45.0] * 3  # ten times (2 w + 7) / 2


def test_independent_leaves():
    def work(k):
        w = torch.full((2,), float(k), requires_grad=True)
        for _ in range(20):
            w.grad = None
            (w * w * 3).sum().backward()
        return w.grad.tolist()

    assert together(work, 16) == [[6.0 * k] * 2 for k in range(16)]


def test_values_that_other_threads_have_pending():
    shared = [torch.ones(3) * k for k in range(8)]

    def work(k):
        total = torch.zeros(3)
        for _ in range(10):
            for t in shared:
                total = total + t
        return total.tolist()

    assert together(work, 8) == [[280.0] * 3] * 8
