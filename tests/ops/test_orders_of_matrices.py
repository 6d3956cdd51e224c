"""Factors and solutions lie in memory as LAPACK has them: column after column."""

from __future__ import annotations

import pytest

import torchish as torch

L = torch.linalg
# Which of the results of a function lie so; the others lie in order.
COLUMNS = {
    "inv": (lambda a: L.inv(a), {0}),
    "inverse": (lambda a: torch.inverse(a), {0}),
    "inv_ex": (lambda a: L.inv_ex(a), {0}),
    "solve": (lambda a: L.solve(a, a[..., :2]), {0}),
    "solve from the right": (lambda a: L.solve(a, a + 1, left=False), set()),
    "solve for vectors": (lambda a: L.solve(a, a[..., 0]), {0}),
    "solve_triangular": (lambda a: L.solve_triangular(a, a + 1, upper=True), {0}),
    "cholesky": (lambda a: L.cholesky(a, upper=True), {0}),
    "cholesky_solve": (lambda a: torch.cholesky_solve(a[..., :2], a), {0}),
    "cholesky_inverse": (lambda a: torch.cholesky_inverse(a), {0}),
    "qr": (lambda a: L.qr(a[..., :2]), {0, 1}),
    "eigh": (lambda a: L.eigh(a), {1}),
    "eig": (lambda a: L.eig(a), {1}),
    "svd": (lambda a: L.svd(a[..., :2]), {0, 2}),
    "the older svd": (lambda a: torch.svd(a), {0}),
    "lu": (lambda a: L.lu(a), set()),
    "lu_factor": (lambda a: L.lu_factor(a), {0}),
    "lu_solve": (lambda a: L.lu_solve(*L.lu_factor(a), a), {0}),
    "ldl_factor": (lambda a: L.ldl_factor(a), {0}),
    "lstsq": (lambda a: L.lstsq(a, a)[:1], {0}),
    "geqrf": (lambda a: torch.geqrf(a), {0}),
    "householder_product": (lambda a: L.householder_product(a, a[..., 0]), {0}),
    "ormqr": (lambda a: torch.ormqr(a, a[..., 0], a), {0}),
    "pinv": (lambda a: L.pinv(a), set()),
    "matrix_exp": (lambda a: L.matrix_exp(a), set()),
}


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
@pytest.mark.parametrize("name", COLUMNS)
def test_strides(name, batch):
    f, columns = COLUMNS[name]
    a = torch.eye(4).expand(*batch, 4, 4) * 2 + 0.1
    found = f(a)
    for k, x in enumerate(found if isinstance(found, tuple) else (found,)):
        if x.dim() < 2:
            continue
        assert (x.mT if k in columns else x).is_contiguous()
        if k in columns:
            assert not x.is_contiguous()
            with pytest.raises(RuntimeError, match="view size is not compatible"):
                x.view(-1)


def test_what_is_computed_with_them_keeps_their_order_and_values():
    a = torch.tensor([[2.0, 1.0], [0.0, 4.0]], requires_grad=True)
    x = torch.linalg.inv(a)
    y = x * 2
    assert x.stride() == y.stride() == (1, 2)
    assert y.tolist() == [[1.0, -0.25], [0.0, 0.5]] and y.detach().numpy().strides == (4, 8)
    y.sum().backward()
    inverse = x.detach()
    assert torch.equal(a.grad, -2 * inverse.T @ torch.ones(2, 2) @ inverse.T)
    assert torch.linalg.inv(torch.zeros(0, 0)).stride() == (1, 1)


def test_a_matrix_of_nothing_that_is_solved_for():
    x = torch.linalg.tensorsolve(torch.zeros(0, 0, 1, 2, 3, 0), torch.zeros(0, 0))
    assert x.shape == (1, 2, 3, 0)


def test_thresholds_of_pinv():
    a = torch.eye(2) * torch.tensor([1.0, 0.1])
    assert torch.linalg.pinv(a, rtol=torch.tensor(1)).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    many = torch.eye(2).expand(4, 3, 2, 2)
    with pytest.raises(RuntimeError, match=r"size of tensor a \(4\) must match"):
        torch.linalg.pinv(many, torch.rand(4))
    with pytest.raises(RuntimeError, match="rcond tensor of complex type"):
        torch.linalg.pinv(a, rcond=torch.tensor(1j))
    with pytest.raises(RuntimeError, match=r"linalg.pinv\(Half\{\[2, 2\]\}\): expected"):
        torch.linalg.pinv(a.half())
