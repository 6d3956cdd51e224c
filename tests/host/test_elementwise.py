"""Elementwise host kernels against XLA."""

from __future__ import annotations

import pytest

from tests.host.table import hold, tensor

SHAPES = [((3, 4), (3, 4)), ((3, 1), (4,)), ((), (2, 3)), ((0, 3), (1, 3)), ((), ())]


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool", "bfloat16", "complex64"])
def test_add(shapes, dtype):
    a, b = tensor(shapes[0], dtype, 1), tensor(shapes[1], dtype, 2)
    hold("add", a, b)
    if dtype in ("float32", "int64"):
        hold("add", a, 2, alpha=3)


def test_tanh():
    for dtype in ("float32", "bfloat16", "float64"):
        hold("tanh", tensor((3, 5), dtype, edges=True))
