"""Quotients by numbers and tensors that are refused, or that a dtype can not hold.

What becomes of other values that an operation can not take stands in reference/refusals.json.
"""

from __future__ import annotations

import numpy as np
import pytest

import torchish


@pytest.mark.parametrize("kind", ["uint8", "int8", "int16", "int32", "int64", "bool"])
@pytest.mark.parametrize("number", [255, 256, -300, 2**40])
def test_a_true_quotient_keeps_the_number(kind, number):
    """A number that the tensor's dtype can not hold divides as a float."""
    x = torchish.ones(2, dtype=getattr(torchish, kind))
    for quotient in (x / number, torchish.true_divide(x, number), torchish.div(x, number)):
        assert quotient.tolist() == [np.float32(1) / np.float32(number)] * 2
    assert (number / x).tolist() == [np.float32(number)] * 2


def test_zero_among_divisors_raises_with_the_line():
    x, y = torchish.tensor([4, 6]), torchish.tensor([2, 1])
    y = y - 1  # not at hand any more
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        print(x // y)
    assert (x // (y + 1)).tolist() == [2, 6]


def test_a_mistake_is_told_without_remarks_about_jax():
    for call in (
        lambda: torchish.ones(2, 3) @ torchish.ones(2, 3),
        lambda: torchish.ones(3).clamp(),
        lambda: torchish.func.vmap(lambda x: x @ torchish.ones(4))(torchish.ones(2, 3)),
    ):
        with pytest.raises(RuntimeError) as told:
            call()
        assert not getattr(told.value, "__notes__", None)
        assert told.value.__context__ is None


@pytest.mark.parametrize(
    "call",
    [
        lambda x, f: x.to(memory_format=f),
        lambda x, f: x.contiguous(memory_format=f),
        lambda x, f: x.clone(memory_format=f),
        lambda x, f: torchish.randn_like(x, memory_format=f),
        lambda x, f: torchish.empty(x.shape, memory_format=f),
    ],
)
def test_a_memory_format_has_its_number_of_dimensions(call):
    for shape in ((), (2, 3, 4), (2, 3, 4, 5), (2, 3, 2, 2, 2)):
        for rank, name in ((4, "channels_last"), (5, "channels_last_3d")):
            if len(shape) != rank:
                words = f"required rank {rank} tensor to use {name} format"
                with pytest.raises(RuntimeError, match=words):
                    call(torchish.ones(shape), getattr(torchish, name))
    assert call(torchish.ones(2, 3, 4, 5), torchish.channels_last).stride() == (60, 1, 15, 3)


def test_sizes_that_do_not_fit_are_named():
    x, index = torchish.ones(2, 3), torchish.zeros(1, 9, dtype=torchish.int64)
    with pytest.raises(RuntimeError, match=r"apart from dimension 0$"):
        x.scatter(0, index, 1.0)
    with pytest.raises(RuntimeError, match=r"and to be no larger size than src \[1, 9\]"):
        x.scatter(0, index, torchish.ones(1, 9))
    with pytest.raises(IndexError, match="same number of elements, but got source.numel"):
        x.put_(torchish.tensor([0]), torchish.ones(2))
    part = torchish.ones(4, 3, requires_grad=True).clone().chunk(4)[1].squeeze(0)
    with torchish.no_grad():
        part.add_(1)
    with pytest.raises(RuntimeError, match="Output 0 of Squeeze1 is a view"):
        _ = part.grad_fn
