"""Host kernels of orders, searches and histograms against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import hold, tensor

TIES = [[1.0, 3.0, 3.0, 2.0], [0.0, 0.0, 0.0, 0.0]]


def arrays():
    return (tensor((3, 4)), torch.tensor(TIES), tensor((3, 9), edges=True), tensor((2, 5), "int64"))


@pytest.mark.parametrize("descending", [False, True])
def test_sort(descending):
    for x in arrays():
        for dim in (0, -1):
            hold("sort", x, dim, descending)
            hold("argsort", x, dim, descending)
        hold("msort", x)
    for dtype in ("bool", "bfloat16", "uint8"):
        hold("sort", tensor((3, 4), dtype), -1, descending)
    for dtype in ("float32", "int32", "uint8", "bool", "bfloat16", "float64"):
        hold("sort", tensor((3, 200), dtype, edges=True), -1, descending)
        hold("argsort", tensor((200, 3), dtype), 0, descending)
    hold("sort", tensor(()), 0, descending)
    hold("sort", tensor((0, 3)), 0, descending)


def test_topk():
    for x in (*arrays()[:2], tensor((2, 5), "int64"), tensor((3, 4), "bfloat16")):
        for largest in (True, False):
            hold("topk", x, 2, -1, largest)
            hold("topk", x, 2, 0, largest)
    hold("topk", tensor((3, 9), edges=True)[:, :3], 2)
    hold("topk", tensor((3, 4)), 0)
    hold("topk", tensor((2, 3000)), 7)
    hold("topk", tensor((3000,), "int64"), 7)


def test_order_statistics():
    for x in arrays():
        for dim, keepdim in ((0, False), (-1, True)):
            hold("kthvalue", x, 2, dim, keepdim)
            hold("median", x, dim, keepdim)
            hold("nanmedian", x, dim, keepdim)
        hold("median", x)
        hold("nanmedian", x)
    hold("median", tensor((3, 4), "bfloat16"))


@pytest.mark.parametrize("interpolation", ["linear", "lower", "higher", "nearest"])
def test_quantile(interpolation):
    for x in (tensor((3, 4)), tensor((2, 9), edges=True)[:, 3:], tensor((2, 3), "float64")):
        for q in (0.3, 1.0, 0):
            for dim, keepdim in ((None, False), (0, False), (1, True)):
                hold("quantile", x, q, dim, keepdim, interpolation=interpolation)


def test_searches():
    edges = torch.tensor([-1.0, 0.0, 0.0, 1.0, 2.0])
    for right in (False, True):
        for x in (tensor((3, 4)), tensor((9,), edges=True), tensor(()), torch.zeros(0), 0.0):
            hold("searchsorted", edges, x, right=right)
            hold("bucketize", x, edges, right=right, out_int32=True)
        hold("searchsorted", tensor((3, 4)).sort(-1)[0], tensor((3, 2)), right=right)
    hold("searchsorted", edges, tensor((3,)), side="right")
    hold("searchsorted", edges.flip(0), tensor((3,)), sorter=torch.tensor([4, 3, 2, 1, 0]))
    hold("searchsorted", tensor((4,), "int64").sort()[0], tensor((3,), "int64"))


def test_isin():
    for dtype in ("int64", "float32"):
        hold("isin", tensor((3, 4), dtype), tensor((3,), dtype, 2))
        hold("isin", tensor((3, 4), dtype), 1, invert=True)


def test_histc():
    hold("histc", tensor((30,)), 5)
    hold("histc", tensor((30,)), 5, -1, 1)
    hold("histc", torch.ones(4), 3)


def test_mode():
    for dtype in ("float32", "int64", "bool"):
        x = tensor((4, 7), dtype) if dtype != "float32" else tensor((4, 7)).round()
        for dim in (0, 1):
            hold("mode", x, dim)
            hold("mode", x, dim, True)
    hold("mode", tensor((3, 1)))
