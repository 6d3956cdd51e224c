"""Host kernels of matrix factors with vectors, and of functions of matrices, against XLA."""

from __future__ import annotations

import pytest

import torchish as torch
from tests.host.table import hold, tensor

LOOSE = {"rtol": 1e-3, "atol": 1e-4}


def spread_out(lead=(), n=4, dtype="float64"):
    """Symmetric matrices whose eigenvalues lie apart."""
    a = tensor((*lead, n, n), dtype) / 4
    return a + a.mT + torch.diag(torch.arange(n, dtype=getattr(torch, dtype)) * 2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("lead", [(), (2,)])
def test_vectors(lead, dtype):
    for uplo in "LU":
        hold("linalg.eigh", spread_out(lead, 4, dtype), uplo, **LOOSE)
    for m, n in ((4, 4), (5, 3), (3, 5)):
        a = tensor((*lead, m, n), dtype) + 3 * torch.eye(m, n, dtype=getattr(torch, dtype))
        a = a * torch.arange(1, n + 1, dtype=a.dtype)
        hold("linalg.svd", a, False, **LOOSE)
        hold("svd", a, **LOOSE)
        hold("linalg.svd", a, gradients=m == n, **LOOSE)


@pytest.mark.parametrize("seed", range(8))
def test_signs_are_those_of_the_compiled_form(seed):
    a = tensor((20, 20), "float32", seed)
    hold("linalg.eigh", a, gradients=False, **LOOSE)
    hold("linalg.svd", a, gradients=False, **LOOSE)


@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (2, 4, 3)])
def test_orthogonal_factors(shape):
    a = tensor(shape, "float64")
    hold("linalg.qr", a, **LOOSE)
    hold("qr", a, **LOOSE)
    hold("geqrf", a)
    factored, tau = torch.geqrf(a)
    hold("linalg.householder_product", factored, tau, gradients=False)


def test_cholesky():
    a = spread_out((2,), 3) @ spread_out((2,), 3).mT + torch.eye(3, dtype=torch.float64)
    for upper in (False, True):
        hold("linalg.cholesky_ex", a, upper=upper, **LOOSE)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_functions_of_matrices(dtype):
    for lead in ((), (2,)):
        a = tensor((*lead, 3, 3), dtype)
        hold("linalg.matrix_exp", a)
        hold("linalg.matrix_exp", a * 5, rtol=1e-4)
        for n in (0, 1, 3):
            hold("linalg.matrix_power", a, n)
        hold("linalg.matrix_rank", a)
        for m, n in ((3, 3), (4, 2), (2, 4)):
            hold("linalg.pinv", tensor((*lead, m, n), dtype) + torch.eye(m, n), **LOOSE)
    hold("linalg.matrix_rank", torch.ones(3, 4))


def test_logarithms_of_sums():
    hold("logcumsumexp", tensor((3, 4)), 1)
    hold("logcumsumexp", tensor((3, 4)) * 50, 0)


def test_solutions_from_a_factor():
    factor = torch.linalg.cholesky(spread_out((2,), 3) + 2 * torch.eye(3, dtype=torch.float64))
    b = tensor((2, 3, 2), "float64")
    for upper in (False, True):
        given = factor.mT.contiguous() if upper else factor
        hold("cholesky_solve", b, given, upper, **LOOSE)
        hold("cholesky_inverse", given, upper, **LOOSE)


def test_norms_and_covariances():
    a = tensor((2, 3, 4), "float64")
    for order in ("fro", "nuc", 2, -2):
        hold("linalg.matrix_norm", a, order, **LOOSE)
        hold("linalg.matrix_norm", a, order, (0, 2), True, **LOOSE)
    hold("linalg.matrix_norm", torch.zeros(2, 2))
    hold("_cov", tensor((3, 5)))
    hold("_cov", tensor((1, 5)), correction=0)


@pytest.mark.parametrize("dtype", ["float64", "complex128", "float32"])
def test_eigenvalues_of_general_matrices(dtype):
    for lead in ((), (2,)):
        a = tensor((*lead, 4, 4), dtype)
        hold("linalg.eig", a, **LOOSE)
        hold("linalg.eigvals", a, **LOOSE)


def test_gradients_of_eigenvectors_are_differences():
    a = tensor((3, 3), "float64").requires_grad_()

    def loss(x):
        w, v = torch.linalg.eig(x)
        return (w.abs() ** 3).sum() + (v.abs() ** 4).sum() + torch.linalg.eigvals(x).real.sum()

    assert torch.autograd.gradcheck(loss, (a,))
