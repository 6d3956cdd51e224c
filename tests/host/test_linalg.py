"""Host kernels of linear algebra against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import hold, tensor
from torchish._core.engine.host import KERNELS, Unsupported


def square(lead=(), n=3, dtype="float32", seed=0):
    return tensor((*lead, n, n), dtype, seed) + 3 * torch.eye(n, dtype=getattr(torch, dtype))


def definite(lead=(), n=3, dtype="float32"):
    a = square(lead, n, dtype)
    return a @ a.mH


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64"])
@pytest.mark.parametrize("lead", [(), (2,)])
def test_inverses_and_determinants(lead, dtype):
    a = square(lead, 3, dtype)
    hold("linalg.inv", a)
    hold("linalg.det", a, rtol=1e-4)
    if dtype != "complex64":
        hold("linalg.slogdet", a)
        hold("slogdet", a)
        hold("logdet", definite(lead, 3, dtype), rtol=1e-4)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64"])
def test_equations(dtype):
    a = square((), 3, dtype)
    hold("linalg.solve", a, tensor((3, 2), dtype, 1))
    hold("linalg.solve", a, tensor((3,), dtype, 1))
    hold("linalg.solve", square((2,), 3, dtype), tensor((2, 3), dtype, 1))
    hold("linalg.solve", square((2,), 3, dtype), tensor((3, 4), dtype, 1))
    hold("linalg.solve", a, tensor((2, 3), dtype, 1), left=False)
    for upper in (False, True):
        for unit in (False, True):
            kind = {"upper": upper, "unitriangular": unit}
            hold(
                "linalg.solve_triangular", a, tensor((3, 2), dtype, 1), **kind, rtol=1e-4, atol=1e-5
            )
            hold(
                "linalg.solve_triangular",
                a,
                tensor((2, 3), dtype, 1),
                left=False,
                **kind,
                rtol=1e-4,
                atol=1e-5,
            )


@pytest.mark.parametrize("lead", [(), (2,)])
def test_factors(lead):
    for upper in (False, True):
        hold("linalg.cholesky", definite(lead), upper=upper, rtol=1e-4, atol=1e-5)
        hold("cholesky", definite(lead), upper, rtol=1e-4, atol=1e-5)
    for uplo in "LU":
        a = definite(lead) + torch.diag(torch.tensor([1.0, 4.0, 9.0]))
        hold("linalg.eigvalsh", a, uplo, rtol=1e-3, atol=1e-4)
    hold("linalg.svdvals", tensor((*lead, 3, 4)), rtol=1e-4, atol=1e-5)


def values(name, *args, **kwargs):
    """Results alone, for kernels without a gradient."""
    hold(name, *args, rtol=1e-4, atol=1e-5, gradients=False, **kwargs)


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), (2, 4, 3)])
def test_values_of_factors(shape):
    x = tensor(shape)
    values("linalg.qr", x)
    values("qr", x)
    if shape[-2] >= shape[-1]:
        values("linalg.qr", x, "complete")


def test_failures_are_left_to_the_operator():
    zero = torch.zeros(2, 2).numpy()
    for name in ("linalg.inv", "linalg.cholesky"):
        with pytest.raises(Unsupported):
            KERNELS[name].forward(A=zero)
    with pytest.raises(Unsupported):
        KERNELS["linalg.solve"].forward(A=zero, B=zero)
