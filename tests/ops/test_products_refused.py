"""What products of vectors and chains of matrices refuse, and sums by Einstein's convention."""

from __future__ import annotations

import pytest

import torchish as torch

L = torch.linalg
X = torch.ones(3)


@pytest.mark.parametrize(
    "x, y, words",
    [
        (X.double(), X, "found x of type Double and y of type Float"),
        (X, X * 1j, "found x of type Float and y of type ComplexFloat"),
        (X.long(), X.long(), "Expected a floating point or complex tensor as input. Got Long"),
        (X, X[:1], r"inconsistent tensor size, expected tensor \[3\] and src \[1\]"),
        (torch.ones(2, 3), torch.ones(4, 3), r"The size of tensor a \(2\) must match"),
    ],
)
def test_vecdot(x, y, words):
    with pytest.raises(RuntimeError, match=words):
        L.vecdot(x, y)
    with pytest.raises(RuntimeError, match=words):
        L.vecdot(x, y).sum().item()


def test_vecdot_of_batches_and_halves():
    assert L.vecdot(torch.ones(2, 3), X).tolist() == [3.0, 3.0]
    assert L.vecdot(X.half(), X.half()).dtype is torch.float16
    assert L.vecdot(X * 1j, X * 1j).item() == 3


@pytest.mark.parametrize("cross", [torch.cross, L.cross])
def test_cross_of_two_dtypes(cross):
    with pytest.raises(RuntimeError, match="expected scalar type Float but found Double"):
        cross(X, X.double(), dim=0)
    with pytest.raises(RuntimeError, match="must have the same number of dimensions"):
        cross(torch.ones(2, 3), torch.ones(2, 3, 1), dim=1)


def test_inner():
    with pytest.raises(RuntimeError, match="both inputs should have same dtype"):
        torch.inner(X, X * 1j)
    with pytest.raises(NotImplementedError, match="\"dot\" not implemented for 'Bool'"):
        torch.inner(X.bool(), X.bool())


@pytest.mark.filterwarnings("ignore:torch.chain_matmul is deprecated")
def test_chains():
    with pytest.raises(RuntimeError, match=r"tensors 0 and 1 with shapes \[2, 2\] and \[3, 2\]"):
        torch.chain_matmul(torch.ones(2, 2), torch.ones(3, 2))
    with pytest.raises(TypeError, match="expected Tensor as element 1 in argument 0, but got int"):
        torch.chain_matmul(torch.ones(2, 2), 3)


@pytest.mark.parametrize(
    "equation, words",
    [
        (". ..", "found '.' for operand 0 that is not part of any ellipsis"),
        ("... ...", "found '.' for operand 0 for which an ellipsis was already found"),
        ("i....", "found '.' for operand 0 for which an ellipsis was already found"),
        ("a->... .", r"found '.' for output but an ellipsis \(...\) was already found"),
    ],
)
def test_dots_of_equations(equation, words):
    with pytest.raises(RuntimeError, match=words):
        torch.einsum(equation, X)
    with pytest.raises(TypeError, match="'equation' .*must be str, not list"):
        torch.einsum([0], X)


@pytest.mark.parametrize("dtype", [torch.int8, torch.int64, torch.bool])
@pytest.mark.parametrize("name", ["atol", "tol"])
def test_whole_numbers_as_thresholds(dtype, name):
    a = torch.eye(2).expand(3, 2, 2) * 2
    assert L.matrix_rank(a, **{name: torch.ones(3, dtype=dtype)}).tolist() == [2, 2, 2]
    bad = a * torch.tensor(float("nan"))
    with pytest.raises(RuntimeError, match="failed to converge"):
        L.matrix_rank(bad, **{name: torch.ones(3, dtype=dtype)})


def test_factors_of_whole_numbers():
    a = torch.ones(2, 2, dtype=torch.int64)
    with pytest.raises(NotImplementedError, match="\"geqrf_cpu\" not implemented for 'Long'"):
        torch.geqrf(a)
    with pytest.raises(NotImplementedError, match="\"orgqr_cpu\" not implemented for 'Long'"):
        torch.orgqr(a, a[0])
