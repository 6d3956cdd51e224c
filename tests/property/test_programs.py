"""Random programs of views, writes and shared memory give what NumPy's strided memory, and PyTorch,
give.

`TORCHISH_PROPERTY_PROGRAMS=50000` runs so many programs a test, other ones each time.
"""

from __future__ import annotations

import os
import pathlib
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import torchish
from torchish._core.engine import policy, runners

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from programs import STEP, World, direction, next_step, weights

MANY = int(os.environ.get("TORCHISH_PROPERTY_PROGRAMS", "0"))
PROGRAM = st.lists(st.binary(min_size=10, max_size=10), min_size=2, max_size=12)


def programs(number: int):
    """Settings for so many programs."""
    return settings(
        max_examples=MANY or number,
        derandomize=not MANY,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture
def compiled():
    """Every program compiled whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "ENABLED", False)
        patch.setattr(policy, "compile_elsewhere", lambda facts: (facts.operators > 1, "all are"))
        yield


def run(data: list[bytes], *libraries, dual: bool = False) -> list[World]:
    """Run a program on the model and on libraries, in step; the model's world first."""
    worlds = [World(None, dual), *(World(library, dual) for library in libraries)]
    steps = []
    for d in data:
        steps.append(next_step(d, worlds[0]))
        outcomes = [outcome(world, steps[-1]) for world in worlds]
        said = [type(o) is str for o in outcomes]
        assert len(set(said)) == 1, (steps, outcomes)
        if not said[0]:
            assert all(same(o, outcomes[0]) for o in outcomes), (steps, outcomes)
        stale = [k for k, t in enumerate(worlds[0].tensors) if t.stale]
        for world in worlds:
            world.tensors = [t for k, t in enumerate(world.tensors) if k not in stale]
        if any(t.a.size and np.abs(t.a).max() > 1e6 for t in worlds[0].tensors):
            assume(False)  # beyond what arithmetic does exactly
    for world in worlds[1:]:
        compare(worlds[0], world, steps)
    if len(worlds) > 2:
        metadata(worlds[1], worlds[2], steps)
    return worlds


def outcome(world: World, step):
    """What a step gives, or the first line of what it raises."""
    try:
        return world.run(step)
    except Exception as e:
        return f"{type(e).__name__}: {str(e).splitlines()[:1]}"


def same(a, b) -> bool:
    """Whether values are equal; of what carries a derivative, the values alone count."""
    if a is None or b is None:
        return a is b
    a, b = np.ravel(a), np.ravel(b)
    if a.dtype.kind != b.dtype.kind:
        a, b = a.real, b.real
    return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")


def compare(model: World, world: World, steps) -> None:
    """What is alive must be what the model has."""
    for k, (x, y) in enumerate(zip(model.tensors, world.tensors, strict=True)):
        where = (steps, f"tensor {k}")
        assert x.shape == tuple(y.shape), where
        assert x.is_contiguous() == y.is_contiguous(), where
        if x.numel():
            assert x.storage_offset() == y.storage_offset(), where
            for n, p, q in zip(x.shape, x.stride(), y.stride()):
                assert n == 1 or p == q, (*where, x.stride(), y.stride())
    for k, (x, y) in enumerate(zip(model.tensors, world.tensors, strict=True)):
        a, b = x.tolist(), y.tolist()
        assert same(a, b), (steps, f"tensor {k}", a, b)
    for x, y in zip(model.arrays, world.arrays, strict=True):
        assert same(x, y), (steps, "array", x, y)


def metadata(ours: World, theirs: World, steps) -> None:
    """Strides exactly as PyTorch has them."""
    for k, (x, y) in enumerate(zip(ours.tensors, theirs.tensors, strict=True)):
        if x.numel():
            assert x.stride() == y.stride(), (steps, f"tensor {k}", x.stride(), y.stride())


@programs(1500)
@given(PROGRAM)
def test_programs(data):
    run(data, torchish)


@programs(60)
@given(PROGRAM)
def test_programs_compiled_whole(compiled, data):
    run(data, torchish)


@pytest.mark.oracle
@programs(800)
@given(PROGRAM)
def test_programs_against_pytorch(data):
    run(data, torchish, pytest.importorskip("torch"))


# --- gradients

# What is said of a value that was saved, and of one of several views.
MODIFIED = ("has been modified by an inplace operation", "has been modified inplace")


def backward(world: World) -> list | str:
    """The gradients of a weighted sum of all that is alive, or what backward raises."""
    torch = world.lib
    try:
        terms = [
            (t * torch.tensor(weights(t.shape))).sum() for t in world.tensors if t.requires_grad
        ]
        if terms:
            sum(terms).backward()
    except RuntimeError as e:
        return str(e)
    return [None if leaf.grad is None else leaf.grad.tolist() for leaf in world.leaves]


def slope(world: World) -> float:
    """The same sum's derivative along the model's direction."""
    alive = [t for t in world.tensors if t.tracked]
    return sum(float((t.a.imag * weights(t.shape)).sum()) for t in alive) / STEP


def check_gradients(data, *libraries):
    model, *worlds = run(data, *libraries, dual=True)
    for world in worlds:
        for x, y in zip(model.tensors, world.tensors, strict=True):
            assert x.tracked == y.requires_grad
    found = [backward(world) for world in worlds]
    for k, grads in enumerate(found):
        if isinstance(grads, str):
            # PyTorch may refuse to go back through a write to elements that share memory.
            assume(k == 0 or "more than one element of the written-to tensor" not in grads)
            assert any(words in grads for words in MODIFIED)
            continue
        along = sum(
            float((np.reshape(g, leaf.shape) * direction(leaf.shape, k)).sum())
            for k, (g, leaf) in enumerate(zip(grads, model.leaves))
            if g is not None
        )
        assert np.isclose(along, slope(model), rtol=1e-9, atol=1e-9)
    if len(found) > 1:
        a, b = found
        if isinstance(a, str) or isinstance(b, str):
            assert isinstance(a, str) and isinstance(b, str)  # which one is found first may differ
        else:
            for g, h in zip(a, b, strict=True):
                assert (g is None) == (h is None)
                assert g is None or np.allclose(g, h, rtol=1e-12, atol=1e-12)


@programs(450)
@given(PROGRAM)
def test_gradients(data):
    check_gradients(data, torchish)


@programs(40)
@given(PROGRAM)
def test_gradients_compiled_whole(compiled, data):
    check_gradients(data, torchish)


@pytest.mark.oracle
@programs(400)
@given(PROGRAM)
def test_gradients_against_pytorch(data):
    check_gradients(data, torchish, pytest.importorskip("torch"))
