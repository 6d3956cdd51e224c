"""What methods for matrices that are only multiplied by need: products and forms in which a matrix
may be None, for the identity, or sparse."""

from __future__ import annotations

from torchish import sparse
from torchish._core.base import dtypes as dt
from torchish._core.tensor import Tensor, namespace

__all__ = ["basis", "bform", "get_floating_dtype", "is_sparse", "matmul", "qform", "symeig"]

_linalg = namespace("linalg")
_SPARSE = {"torch.sparse_coo", "torch.sparse_csr", "torch.sparse_csc"}


def is_sparse(A: Tensor | None) -> bool:
    """Whether a matrix is sparse; None, the identity, is not. TypeError for what is no tensor."""
    if A is None:
        return False
    if not isinstance(A, Tensor):
        raise TypeError(f"expected Tensor but got {type(A)}")
    return str(A.layout) in _SPARSE


def get_floating_dtype(A: Tensor) -> dt.dtype:
    """The dtype that a matrix's eigenvalues have: float32 for a matrix of integers."""
    return A.dtype if A.dtype in (dt.float16, dt.float32, dt.float64) else dt.float32


def matmul(A: Tensor | None, B: Tensor) -> Tensor:
    """`A @ B`; None is the identity."""
    if A is None:
        return B
    return sparse.mm(A, B) if is_sparse(A) else namespace("")["matmul"](A, B)


def bform(X: Tensor, A: Tensor | None, Y: Tensor) -> Tensor:
    """`X^T A Y`."""
    return matmul(X.mT, matmul(A, Y))


def qform(A: Tensor | None, S: Tensor) -> Tensor:
    """`S^T A S`."""
    return bform(S, A, S)


def basis(A: Tensor) -> Tensor:
    """An orthonormal basis of the columns."""
    return _linalg["qr"](A).Q


def symeig(A: Tensor, largest: bool | None = False) -> tuple[Tensor, Tensor]:
    """Eigenvalues and eigenvectors of a symmetric matrix, the smallest first, or the largest."""
    E, Z = _linalg["eigh"](A, UPLO="U")
    if largest or largest is None:
        return E.flip((-1,)), Z.flip((-1,))
    return E, Z
