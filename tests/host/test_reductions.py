"""Host kernels of reductions against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import INF, hold, tensor
from torchish._core.base import dtypes as dt

DIMS = [(None, False), (0, False), (-1, True), ((0, 2), False), ((1,), True), ((), False)]


@pytest.mark.parametrize("dim, keepdim", DIMS)
@pytest.mark.parametrize("name", ["sum", "nansum", "mean", "nanmean"])
def test_sums(name, dim, keepdim):
    hold(name, tensor((2, 3, 4)), dim, keepdim)
    hold(name, tensor((2, 0, 3)), dim, keepdim)
    if name in ("sum", "nansum"):
        hold(name, tensor((2, 3, 4), "int32"), dim, keepdim)


@pytest.mark.parametrize("name", ["sum", "nansum", "mean", "nanmean"])
def test_sums_of_other_dtypes(name):
    for dtype in ("float64", "bfloat16", "float16"):
        hold(name, tensor((3, 4), dtype), 1)
    hold(name, tensor(()))
    hold(name, tensor((9,), edges=True))
    if name in ("sum", "mean"):
        hold(name, tensor((3, 4), "complex64"), 0)
        hold(name, tensor((3, 4)), 0, dtype=dt.float64)
        hold(name, tensor((3, 4), "int64"), 0, dtype=dt.float32)
    if name == "sum":
        hold(name, tensor((3, 4), "bool"))


def test_prod():
    zeros = torch.tensor([[0.0, 2.0, 3.0], [1.0, 0.0, 0.0]])
    for dim in (None, 0, 1):
        hold("prod", zeros, dim)
        hold("prod", tensor((3, 4)), dim, dim is not None)
    hold("prod", tensor((3, 4), "int64"), 0)


@pytest.mark.parametrize("name", ["var", "std", "var_mean", "std_mean"])
def test_variances(name):
    for dim, keepdim in (*DIMS, (True, False)):
        hold(name, tensor((2, 3, 4)), dim, None, keepdim)
    hold(name, tensor((3, 4)), 0, correction=0)
    hold(name, tensor((3, 4), "bfloat16"), 0, False)
    hold(name, torch.ones(3, 4), 0)
    hold(name, tensor((1, 4)), 1)


def test_truth():
    for name in ("all", "any", "count_nonzero"):
        for dtype in ("bool", "float32", "int64", "uint8"):
            for dim in (None, 0, (0, 1)):
                hold(name, tensor((3, 4), dtype), dim)
        hold(name, tensor((0, 4)), 0)
        hold(name, tensor(()))


def test_logsumexp():
    for dim, keepdim in DIMS[1:]:
        hold("logsumexp", tensor((2, 3, 4)), dim, keepdim)
    hold("logsumexp", tensor((9, 3), edges=True), 1)
    hold("logsumexp", tensor((3, 4), "bfloat16"), 1)
    hold("logsumexp", tensor((3, 4), "int64"), 1)
    hold("logsumexp", tensor((3, 0)), 1)
    hold("logsumexp", torch.full((2, 3), -INF), 0)


@pytest.mark.parametrize("p", [2, 1, 0, INF, -INF, 3, 1.5])
def test_norms(p):
    x = tensor((3, 4))
    zero = torch.zeros(2, 3)
    for name in ("norm", "linalg.vector_norm"):
        for dim, keepdim in ((None, False), (1, False), ((0, 1), True)):
            hold(name, x, p, dim, keepdim)
        hold(name, zero, p, 1)
        hold(name, tensor((3, 4), "float64"), p, 0)
    hold("dist", x, tensor((4,), seed=2), p)
    hold("linalg.norm", x, p, 1)
    hold("cdist", tensor((2, 3, 4)), tensor((5, 4), seed=2), float(p) if p > 0 else 2.0)


def test_other_norms():
    hold("norm", tensor((3, 4)))
    hold("norm", tensor((3, 4), "bfloat16"), "fro", 1)
    hold("linalg.norm", tensor((3, 4)))
    hold("linalg.norm", tensor((3, 4)), "fro")
    hold("linalg.norm", tensor((4,)), 1)
    hold("norm", tensor((3, 4), "complex64"), 2, 1)
    hold("cdist", tensor((30, 4)), tensor((5, 4), seed=2), rtol=1e-4, atol=1e-5)


def test_trace():
    for shape in ((3, 3), (2, 4), (4, 2)):
        hold("trace", tensor(shape))
        hold("trace", tensor(shape, "int32"))
