"""How a program runs: the pure functions that decide it, and where a recording is cut."""

import math

import pytest

from torchish._core.engine import periods, policy
from torchish._core.engine.periods import LEAST, Periods
from torchish._core.engine.policy import Facts


def facts(**given):
    usual = dict(
        on_cpu=True, passes=2, operators=20, host=0.05, program=0.01, compiling=2.0, relatives=0
    )
    return Facts(**{**usual, **given})


def test_what_is_faster_in_numpy_is_never_compiled():
    price, why = policy.price(facts(host=1e-5, program=2e-5))
    assert price == math.inf and "NumPy takes" in why


def test_the_price_is_a_part_of_the_compilation():
    price, why = policy.price(facts())
    assert price == 2.0 / (policy.WORTH + 2.0) and "compiling takes" in why
    assert price < policy.price(facts(compiling=4.0))[0] < 2 * price


def test_relatives_raise_the_price():
    assert policy.price(facts(relatives=8))[0] == pytest.approx(3 * policy.price(facts())[0])


def test_accelerators_compile_what_comes_back():
    assert not policy.compile_elsewhere(facts(on_cpu=False, passes=1))[0]
    assert policy.compile_elsewhere(facts(on_cpu=False, passes=2))[0]
    assert not policy.compile_elsewhere(facts(on_cpu=False, passes=2, relatives=4))[0]
    assert not policy.compile_elsewhere(facts(on_cpu=False, passes=9, operators=1))[0]


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Loops need not be long to be seen."""
    monkeypatch.setattr(periods, "LONG", 1)


def cuts(sequence, links=None, waiting=0):
    """Indices, from the beginning, before which the sequence is cut; each operator leaves so many
    behind that wait for their gradients."""
    watch, found, start = Periods(), [], 0
    for i, what in enumerate(sequence):
        if watch.cut == i - start:
            found.append(i)
            watch, start = Periods(watch.following()), i
        link = -1 if links is None else links[i]
        watch.saw(what, link - start if link >= start else -1)
        watch.waiting += waiting
    return found


def test_a_loop_is_cut_at_its_period():
    body = list("abcdefghijklmnopqr")
    found = cuts(["start", "x"] + body * 6)
    assert found and all(b - a == len(body) for a, b in zip(found, found[1:]))


def test_operators_that_come_twice_in_the_body():
    body = list("abbcabdefghijklmnopq")
    found = cuts(body * 8)
    assert len(found) >= 4 and {b - a for a, b in zip(found, found[1:])} == {len(body)}


def test_a_small_body_is_taken_several_times():
    found = cuts(["a", "b"] * 100)
    steps = {b - a for a, b in zip(found, found[1:])}
    assert len(steps) == 1 and min(steps) >= LEAST and min(steps) % 2 == 0


def test_a_gradient_is_not_cut_off_from_its_forward():
    forward, backward = [f"f{i}" for i in range(10)], [f"b{i}" for i in range(10)]
    sequence, links = [], []
    for k in range(6):
        start = 20 * k + 3
        sequence += forward + backward
        links += [-1] * 10 + [start + 9 - i for i in range(10)]
    found = cuts(["x", "y", "z", *sequence], [-1, -1, -1, *links])
    assert found and all((i - 3) % 20 == 0 for i in found)


def test_layers_that_repeat_are_not_cut_from_their_gradients():
    assert cuts(list("abcdefghijklmnopqr") * 6, waiting=1) == []


def test_what_does_not_repeat_is_not_cut():
    assert cuts([f"op{i}" for i in range(500)]) == []


def test_after_a_loop_the_pattern_is_given_up():
    body = list("abcdefghijklmnopqr")
    other = [f"op{i}" for i in range(100)]
    found = cuts(body * 5 + other)
    assert found and max(found) <= 5 * len(body)
