"""Functions of matrices that also give what they factored, by the names that PyTorch's wrappers
call them.

https://docs.pytorch.org/docs/stable/linalg.html
"""

from __future__ import annotations

from torchish._core.ops.table import TABLE
from torchish._core.tensor import dispatch, out_dtypes
from torchish._core.tensor.api.results import make_return_type
from torchish._core.tensor.public import namespace, public
from torchish._core.tensor.tensor import Tensor

_linalg = namespace("linalg")
_SVD = make_return_type("_linalg_svd", ("U", "S", "Vh"))
_EIGH = make_return_type("_linalg_eigh", ("eigenvalues", "eigenvectors"))
_DET = make_return_type("_linalg_det", ("result", "LU", "pivots"))
_SLOGDET = make_return_type("_linalg_slogdet", ("sign", "logabsdet", "LU", "pivots"))
_SOLVE = make_return_type("_linalg_solve_ex", ("result", "LU", "pivots", "info"))


def _given(kind, found, out):
    """A result of several tensors, in the tensors of `out=` if there are any."""
    if out is None:
        return kind(*found)
    for i, (o, t) in enumerate(zip(out, found, strict=True)):
        dispatch.write_out(o, t._value(), out_dtypes.CAST, i)
    return make_return_type(kind.__name__ + "_out", kind._fields)(*out)


def _factors(A: Tensor, found: tuple) -> tuple:
    """Results, and then the factors of what PyTorch factors for them: of rows as columns, where
    elements are real."""
    rows = A.is_contiguous() and not A.is_complex()
    lu, pivots, _ = dispatch.apply(TABLE["_lu_with_info"], (A.mT if rows else A, True, False))
    return (*found, lu, pivots)


@public()
def _linalg_svd(
    A: Tensor, full_matrices: bool = False, compute_uv: bool = True, *, driver=None, out=None
):
    """Singular values and vectors; the vectors have no elements unless they are asked for."""
    if compute_uv:
        return _given(_SVD, _linalg["svd"](A, full_matrices, driver=driver), out)
    s = _linalg["svdvals"](A, driver=driver)
    return _given(_SVD, (A.new_empty(0), s, A.new_empty(0)), out)


@public()
def _linalg_eigh(A: Tensor, UPLO: str = "L", compute_v: bool = True, *, out=None):
    """Eigenvalues and vectors; the vectors have no elements unless they are asked for."""
    if compute_v:
        return _given(_EIGH, _linalg["eigh"](A, UPLO), out)
    return _given(_EIGH, (_linalg["eigvalsh"](A, UPLO), A.new_empty(0)), out)


@public()
def _linalg_det(A: Tensor, *, out=None):
    """The determinant and the LU factors."""
    return _given(_DET, _factors(A, (_linalg["det"](A),)), out)


@public()
def _linalg_slogdet(A: Tensor, *, out=None):
    """The determinant's sign and logarithm and the LU factors."""
    return _given(_SLOGDET, _factors(A, tuple(_linalg["slogdet"](A))), out)


@public()
def _linalg_solve_ex(A: Tensor, B: Tensor, *, left: bool = True, check_errors=False, out=None):
    """The solution, the LU factors and the place of the first zero pivot."""
    x, info = _linalg["solve_ex"](A, B, left=left, check_errors=check_errors)
    lu, pivots, _ = dispatch.apply(TABLE["_lu_with_info"], (A, True, False))
    return _given(_SOLVE, (x, lu, pivots, info), out)
