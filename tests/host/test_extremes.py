"""Host kernels of extremes, running sums and differences against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import hold, tensor
from torchish._core.base import dtypes as dt

TIES = [[1.0, 3.0, 3.0, 2.0], [0.0, 0.0, 0.0, 0.0]]


@pytest.mark.parametrize("name", ["max", "min"])
def test_extremes(name):
    for dtype in ("float32", "int64", "bool", "bfloat16"):
        x = tensor((2, 3, 4), dtype)
        for dim, keepdim in ((None, False), (0, False), (-1, True)):
            hold(name, x, dim, keepdim)
        hold(name, tensor((), dtype), 0)
        hold(name, tensor((), dtype))
    for dim in (None, 0, 1):
        hold(name, torch.tensor(TIES), dim)
        hold(name, tensor((3, 5), edges=True), dim)
    hold(name, tensor((3, 1)), tensor((4,), seed=1))
    hold(name, tensor((3, 1)), other=tensor((4,), "float64", 1))
    hold(name, tensor((3, 1), "int64"), tensor((4,), seed=1))


@pytest.mark.parametrize("name", ["amax", "amin", "aminmax"])
def test_extremes_over_dims(name):
    for x in (tensor((2, 3, 4)), torch.tensor(TIES), tensor((3, 5), edges=True)):
        for dim in ((), (0,), (0, 1)) if name != "aminmax" else (None, 0, -1):
            hold(name, x, dim=dim)
            hold(name, x, dim=dim, keepdim=True)
    hold(name, tensor((2, 3), "int64"))
    hold(name, tensor((2, 3), "bfloat16"))
    hold(name, tensor(()))


@pytest.mark.parametrize("name", ["argmax", "argmin"])
def test_arg_extremes(name):
    for x in (torch.tensor(TIES), tensor((3, 5), edges=True), tensor((3, 5), "int64")):
        for dim, keepdim in ((None, False), (None, True), (0, False), (1, True)):
            hold(name, x, dim, keepdim)
    hold(name, tensor((2, 3), "bfloat16"), 1)
    hold(name, tensor(()), 0)


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
def test_running_sums(name):
    for dtype in ("float32", "float64", "int32", "bool", "bfloat16"):
        for dim in (0, -1):
            hold(name, tensor((3, 4), dtype), dim)
    hold(name, tensor(()), 0)
    hold(name, tensor((0, 3)), 1)
    hold(name, tensor((3, 4), "int64"), 1, dtype=dt.float32)


@pytest.mark.parametrize("name", ["cummax", "cummin"])
def test_running_extremes(name):
    for x in (tensor((2, 3, 4)), torch.tensor(TIES), tensor((3, 5), edges=True)):
        hold(name, x, 0)
        hold(name, x, -1)
    for dtype in ("int64", "bool"):
        hold(name, tensor((3, 4), dtype), 1)
    hold(name, tensor(()), 0)
    hold(name, tensor((0, 3)), 1)


def test_diff():
    for n in (0, 1, 2, 9):
        hold("diff", tensor((3, 4)), n)
        hold("diff", tensor((3, 4)), n, 0)
    hold("diff", tensor((3, 4)), 1, -1, tensor((3, 1)), tensor((3, 2)))
    hold("diff", tensor((3, 4), "int64"))
    hold("diff", tensor((3, 4), "bool"))
