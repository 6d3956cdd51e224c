"""Host kernels of special functions against XLA."""

from __future__ import annotations

import numpy as np
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


@pytest.mark.parametrize("name", ["special.log_ndtr", "special.ndtri", "special.erfcx"])
def test_tails(name):
    x = tensor((5, 7), edges=name != "special.ndtri")
    hold(name, x.sigmoid() if name == "special.ndtri" else x, rtol=1e-4)
    hold(name, tensor((4,), "float64").sigmoid(), rtol=1e-9)


@pytest.mark.parametrize("name", ["igamma", "igammac"])
def test_incomplete_gamma(name):
    inf, nan = float("inf"), float("nan")
    edges = torch.tensor([0.0, -1.0, inf, nan, 0.5, 3.0])
    a, x = edges.repeat_interleave(6), edges.repeat(6)
    hold(name, a, x, without=("input",), gradients=False)
    rng = np.random.default_rng(0)
    for dtype, rtol in (("float32", 2e-5), ("float64", 1e-9)):
        a = 10 ** rng.uniform(-1, 6, 60)
        x = a + np.sqrt(a) * rng.uniform(-3, 3, 60)
        a, x = (torch.from_numpy(v.astype(dtype)) for v in (a, np.abs(x)))
        hold(name, a, x, rtol=rtol, without=("input",))


def test_incomplete_gamma_of_large_arguments_is_scipys():
    import scipy.special as sp

    for a, x in ((1000.0, 999.0), (1e5, 1.01e5), (1e7, 1e7 - 5e3), (50.0, 20.0)):
        for dtype, rtol in ((torch.float64, 1e-9), (torch.float32, 1e-5)):
            with torch.no_grad():
                call = torch.compile(torch.igamma)  # by XLA or the host, the same
                args = [torch.tensor([v], dtype=dtype) for v in (a, x)]
                np.testing.assert_allclose(call(*args).numpy(), sp.gammainc(a, x), rtol)
                np.testing.assert_allclose(torch.igammac(*args).numpy(), sp.gammaincc(a, x), rtol)


def test_polygamma():
    x = torch.tensor([0.5, 1.0, 2.5, 12.0, 1e3, float("inf")])
    for n in (0, 1, 2, 3):
        hold("polygamma", n, x[:5], rtol=1e-4)
        hold("Tensor.polygamma", x[:5].double(), n, rtol=1e-7)
    assert torch.polygamma(1, x)[5].item() == 0


def test_digamma_beside_0_and_zeta_far_to_the_left():
    assert torch.digamma(torch.tensor([-1e-40, 1e-40])).tolist() == [float("inf"), float("-inf")]
    got = torch.special.zeta(torch.tensor([2.0, 3.0, 4.0]), torch.tensor([-1000.3, -1e30, -1.5]))
    want = [15.079255, float("inf"), 32.4323694]
    np.testing.assert_allclose(got.numpy(), want, 1e-5)


def test_bessel_functions_at_infinity_are_no_numbers():
    x = torch.tensor([float("inf"), 1.0])
    for name in ("bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1"):
        assert getattr(torch.special, name)(x).isnan().tolist() == [True, False]
