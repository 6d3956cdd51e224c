"""Host kernels of special functions against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import hold, tensor


@pytest.mark.parametrize("name", ["erf", "erfc", "special.ndtr", "special.entr"])
def test_error_functions(name):
    for dtype in ("float32", "float64", "bfloat16"):
        hold(name, 3 * tensor((5, 7), dtype, edges=True))
        hold(name, tensor((), dtype))
    hold(name, tensor((3,), "int64"))
    hold(name, tensor((0, 3)))


def test_erf_of_many():
    hold("erf", 3 * tensor((40000,)))


@pytest.mark.parametrize("name", ["xlogy", "special.xlog1py"])
def test_products_with_logarithms(name):
    hold(name, tensor((9,), edges=True), tensor((9, 1), edges=True))
    hold(name, tensor((3, 1)), 2.0)
    hold(name, 2.0, tensor((3, 1)).abs())
    hold(name, tensor((3,), "int64"), tensor((3,), "float64").abs())


@pytest.mark.parametrize("name", ["lgamma", "digamma"])
def test_gamma(name):
    x = torch.tensor([0.5, 1.0, 1.5, 2.0, 3.3, 7.0, 9.99, 12.0, 40.0, 1e-3, 1e5])
    for y in (x, x.double(), -x[[0, 2, 4, 6]], x.repeat(40)):
        hold(name, y, rtol=1e-4, atol=1e-5)
    hold(name, tensor((3,), "int64") + 6)
    if name == "lgamma":
        hold(name, torch.tensor([float("inf"), float("nan"), 0.0]))


def test_functions_of_scipy():
    hold("erfinv", tensor((3, 4)).tanh())
    hold("erfinv", tensor((9,), edges=True))
    hold("i0", tensor((3, 4), "float64"))
