"""What host kernels are said to cost: from it follows when a program is compiled."""

from __future__ import annotations

import pytest

from torchish._core.base import devices
from torchish._core.engine.host import KERNELS
from torchish._core.engine.values import aval_of


def cost(name: str, *shapes, result) -> float:
    avals = [aval_of(s, "float32", devices.cpu) for s in (*shapes, result)]
    return KERNELS[name].cost(avals[:-1], avals[-1:])


@pytest.mark.parametrize("n", [100, 1_000_000])
def test_an_error_function_is_dearer_than_a_maximum(n):
    relu = cost("relu", (n,), result=(n,))
    assert 3 * relu < cost("nn.functional.gelu", (n,), result=(n,)) < 10 * relu


def test_depthwise_convolutions_are_dearer_than_their_products():
    image, result = (4, 16, 32, 32), (4, 16, 30, 30)
    depthwise = cost("nn.functional.conv2d", image, (16, 1, 3, 3), result=result)
    grouped = cost("nn.functional.conv2d", image, (16, 2, 3, 3), result=result)
    whole = cost("nn.functional.conv2d", image, (16, 16, 3, 3), result=result)
    # A group of two channels has twice the products, and columns that two filters share.
    assert depthwise > 1.5 * grouped > 0
    assert depthwise > whole


def test_the_first_few_cost_a_sort():
    size = (500, 1000)
    avals = [aval_of(size, "float32", devices.cpu)]
    first = [aval_of((500, 5), d, devices.cpu) for d in ("float32", "int64")]
    assert KERNELS["topk"].cost(avals, first) > 5 * KERNELS["relu"].cost(avals, avals)
