"""`torch.lobpcg` finds the eigenpairs that `torch.linalg.eigh` finds."""

from __future__ import annotations

import pytest

import torchish as torch
from torchish._linalg_utils import qform

F64 = torch.float64


def positive(*shape: int) -> torch.Tensor:
    m = shape[-1]
    a = torch.randn(*shape, m, dtype=F64)
    return a @ a.mT + torch.eye(m, dtype=F64)


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


@pytest.mark.parametrize("method", ["basic", "ortho"])
@pytest.mark.parametrize("largest", [True, False])
@pytest.mark.parametrize("batch", [(), (2,)])
@pytest.mark.parametrize("general", [False, True])
def test_eigenpairs(method, largest, batch, general):
    A = positive(*batch, 12)
    B = positive(*batch, 12) if general else None
    E, V = torch.lobpcg(A, 2, B, largest=largest, method=method, tol=1e-9)
    assert E.shape == (*batch, 2) and V.shape == (*batch, 12, 2)
    inverse = torch.linalg.inv(torch.linalg.cholesky(B)) if general else torch.eye(12, dtype=F64)
    expected = torch.linalg.eigvalsh(inverse @ A @ inverse.mT)
    expected = expected.flip(-1)[..., :2] if largest else expected[..., :2]
    torch.testing.assert_close(E, expected, rtol=1e-6, atol=1e-6)
    image = V if B is None else B @ V
    torch.testing.assert_close(A @ V, image * E[..., None, :], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("layout", ["to_sparse", "to_sparse_csr"])
def test_a_sparse_matrix_and_a_preconditioner(layout):
    values = torch.arange(1.0, 31.0)
    A = getattr(torch.diag(values), layout)()
    E, _ = torch.lobpcg(A, 2, iK=torch.diag(1 / values), largest=False)
    torch.testing.assert_close(E, torch.tensor([1.0, 2.0]), rtol=1e-3, atol=1e-3)


def test_the_tracker_sees_each_step_and_stops_it():
    seen = []

    def tracker(worker):
        seen.append((worker.ivars["istep"], worker.ivars["converged_count"], worker.iparams["k"]))
        basis = qform(worker.B, worker.X)
        torch.testing.assert_close(basis, torch.eye(2, dtype=F64), rtol=1e-6, atol=1e-6)
        worker.bvars["force_stop"] = len(seen) == 3

    torch.lobpcg(positive(12), 2, tracker=tracker, tol=1e-14)
    assert seen == [(1, 0, 2), (2, 0, 2), (3, 0, 2)]
    seen.clear()
    torch.lobpcg(positive(12), 2, tracker=lambda w: seen.append(w.ivars["istep"]), niter=2, tol=0)
    assert seen == [1, 2]


def test_parameters_of_the_orthogonalisation():
    A = positive(12)
    E, _ = torch.lobpcg(
        A, 2, tol=1e-9, ortho_iparams={"ortho_i_max": 5}, ortho_bparams={"ortho_use_drop": True}
    )
    torch.testing.assert_close(E, torch.linalg.eigvalsh(A).flip(-1)[:2], rtol=1e-6, atol=1e-6)


def test_gradients():
    A = positive(6).requires_grad_()
    start = torch.eye(6, 2, dtype=F64)

    def values(a):
        return torch.lobpcg(a, 2, X=start, tol=1e-13, niter=200)[0]

    def vectors(a):
        return torch.lobpcg(a, 2, X=start, tol=1e-13, niter=200)[1].abs()

    assert torch.autograd.gradcheck(values, (A,))
    assert torch.autograd.gradcheck(vectors, (A,), atol=1e-4)


def test_what_is_refused():
    A = torch.eye(6)
    with pytest.raises(AssertionError, match="A must be square"):
        torch.lobpcg(A[:3])
    with pytest.raises(AssertionError, match="A and B must have same shape"):
        torch.lobpcg(A, B=torch.eye(5))
    with pytest.raises(AssertionError, match="X shape mismatch"):
        torch.lobpcg(A, X=torch.ones(5, 2))
    with pytest.raises(ValueError, match=r"A rows \(=6\) is smaller than 3 x .*\(=3\)"):
        torch.lobpcg(A, 3)
    E, _ = torch.lobpcg(positive(6).requires_grad_(), B=torch.eye(6, dtype=F64))
    with pytest.raises(ValueError, match="with B != I"):
        E.sum().backward()
