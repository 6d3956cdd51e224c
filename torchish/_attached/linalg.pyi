"""Functions of `torchish.linalg`. Written by docs/make_stubs.py: don't edit."""

import builtins
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, overload

import numpy as np
from jax import Array as JaxArray

from torchish._attached import results
from torchish._core.base.devices import device as Device
from torchish._core.base.dtypes import dtype as Dtype
from torchish._core.base.layouts import layout as Layout
from torchish._core.base.layouts import memory_format as MemoryFormat
from torchish._core.tensor.generator import Generator
from torchish._core.tensor.api.objects import UntypedStorage
from torchish._core.tensor.size import Size
from torchish._core.tensor.tensor import Tensor

Number = builtins.int | builtins.float | builtins.complex

def cholesky(A: Tensor, *, upper: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """The Cholesky factor of Hermitian positive-definite matrices, lower or upper.

    LinAlgError where a matrix is not positive definite.
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cholesky.html)
    """
def cholesky_ex(A: Tensor, *, upper: builtins.bool = ..., check_errors: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_cholesky_ex:
    """The Cholesky factor, and where each factorization failed (int32, 0 if it did not).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cholesky_ex.html)
    """
def cond(A: Tensor, p: Any = ..., *, out: Tensor | None = ...) -> Tensor:
    """The condition number in a matrix norm, the 2-norm by default.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cond.html)
    """
def cross(input: Tensor, other: Tensor, *, dim: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """The vector product
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cross.html)
    """
def det(A: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The determinant of square matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.det.html)
    """
def diagonal(A: Tensor, *, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ...) -> Tensor:
    """A view of the diagonals of matrices (`torch.diagonal` of the last two dimensions)."""
def eig(A: Tensor, *, out: Sequence[Tensor] | None = ...) -> results.linalg_eig:
    """Eigenvalues and eigenvectors of square matrices, complex, in no particular order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eig.html)
    """
def eigh(A: Tensor, UPLO: builtins.str = ..., *, out: Sequence[Tensor] | None = ...) -> results.linalg_eigh:
    """Eigenvalues in ascending order, real, and eigenvectors of Hermitian matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigh.html)
    """
def eigvals(A: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Eigenvalues of square matrices, complex, in no particular order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigvals.html)
    """
def eigvalsh(A: Tensor, UPLO: builtins.str = ..., *, out: Tensor | None = ...) -> Tensor:
    """Eigenvalues of Hermitian matrices in ascending order, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigvalsh.html)
    """
def householder_product(A: Tensor, tau: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The first columns of a product of Householder matrices given by their reflectors.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.householder_product.html)
    """
def inv(A: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The inverse of square matrices; LinAlgError where one is singular.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv.html)
    """
def inv_ex(A: Tensor, *, check_errors: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_inv_ex:
    """The inverse, and the place of the first zero pivot of each matrix (int32, 0: none).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv_ex.html)
    """
def ldl_factor(A: Tensor, *, hermitian: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_ldl_factor:
    """L and D of A = L D L^T (L D L^H with hermitian) in one matrix, and LAPACK's pivots, int32.

    LinAlgError where D is singular.
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.ldl_factor.html)
    """
def ldl_factor_ex(A: Tensor, *, hermitian: builtins.bool = ..., check_errors: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_ldl_factor_ex:
    """L and D in one matrix, LAPACK's pivots and its info (0: no singular block in D).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.ldl_factor_ex.html)
    """
def ldl_solve(LD: Tensor, pivots: Tensor, B: Tensor, *, hermitian: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """X with AX = B, from `ldl_factor` of A.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.ldl_solve.html)
    """
def lstsq(A: Tensor, B: Tensor, rcond: builtins.float | None = ..., *, driver: builtins.str | None = ..., out: Any = ...) -> Any:
    """X of least norm among those that make ||AX - B|| least; residuals, rank, singular values.

    https://docs.pytorch.org/docs/stable/generated/torch.linalg.lstsq.html
    """
def lu(A: Tensor, *, pivot: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_lu:
    """P, L and U with A = PLU.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu.html)
    """
def lu_factor(A: Tensor, *, pivot: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_lu_factor:
    """L and U in one matrix, and the row swaps, from 1, int32.

    LinAlgError where a pivot is zero.
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu_factor.html)
    """
def lu_factor_ex(A: Tensor, *, pivot: builtins.bool = ..., check_errors: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_lu_factor_ex:
    """L and U in one matrix, the row swaps, and the place of the first zero pivot (0: none).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu_factor_ex.html)
    """
def lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, *, left: builtins.bool = ..., adjoint: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """X with AX = B, from `lu_factor` of A; XA = B with left=False, A^H for A with adjoint.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu_solve.html)
    """
def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The matrix product of tensors of any dimensions
    (https://docs.pytorch.org/docs/stable/generated/torch.matmul.html)
    """
def matrix_exp(A: Tensor) -> Tensor:
    """The exponential of square matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html)
    """
def matrix_norm(A: Tensor, ord: Any = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The norm of matrices: "fro", "nuc", inf, -inf, 1, -1, 2 or -2.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_norm.html)
    """
def matrix_power(A: Tensor, n: builtins.int, *, out: Tensor | None = ...) -> Tensor:
    """The n-th power of square matrices, of the inverse for a negative n.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html)
    """
def matrix_rank(A: Tensor, tol: Tensor | Number | None = ..., hermitian: builtins.bool = ..., *, atol: Tensor | Number | None = ..., rtol: Tensor | Number | None = ..., out: Tensor | None = ...) -> Tensor:
    """How many singular values exceed max(atol, rtol * largest), int64.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_rank.html)
    """
def multi_dot(tensors: Any, *, out: Any = ...) -> Tensor:
    """The product of two or more matrices, in the order that takes the fewest multiplications.

    The first and the last may be vectors.
    https://docs.pytorch.org/docs/stable/generated/torch.linalg.multi_dot.html
    """
def norm(input: Tensor, ord: Any = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The norm of vectors or matrices, as `dim` and `ord` say.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.norm.html)
    """
def pinv(A: Tensor, rcond: Tensor | Number | None = ..., hermitian: builtins.bool = ..., *, atol: Tensor | Number | None = ..., rtol: Tensor | Number | None = ..., out: Tensor | None = ...) -> Tensor:
    """The pseudoinverse; singular values up to max(atol, rtol * largest) count as zero.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.pinv.html)
    """
def qr(A: Tensor, mode: builtins.str = ..., *, out: Sequence[Tensor] | None = ...) -> results.linalg_qr:
    """Q and R with A = QR: reduced, complete, or R alone ("r").

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.qr.html)
    """
def slogdet(A: Tensor, *, out: Sequence[Tensor] | None = ...) -> results.linalg_slogdet:
    """Sign and logarithm of the absolute value of the determinant.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.slogdet.html)
    """
def solve(A: Tensor, B: Tensor, *, left: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """X with AX = B (XA = B with left=False); LinAlgError where A is singular.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve.html)
    """
def solve_ex(A: Tensor, B: Tensor, *, left: builtins.bool = ..., check_errors: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_solve_ex:
    """X with AX = B, and the place of the first zero pivot of each A (int32, 0: none).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve_ex.html)
    """
def solve_triangular(A: Tensor, B: Tensor, *, upper: builtins.bool, left: builtins.bool = ..., unitriangular: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """X with AX = B (XA = B with left=False) for triangular A; only its triangle is read.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve_triangular.html)
    """
def svd(A: Tensor, full_matrices: builtins.bool = ..., *, driver: builtins.str | None = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_svd:
    """U, S and V^H with A = U diag(S) V^H, singular values in descending order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.svd.html)
    """
def svdvals(A: Tensor, *, driver: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
    """Singular values, in descending order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.svdvals.html)
    """
def tensorinv(A: Tensor, ind: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of a tensor seen as a matrix of its first `ind` and its other dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.tensorinv.html)
    """
def tensorsolve(A: Tensor, B: Tensor, dims: builtins.tuple | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """X with tensordot(A, X, X.ndim) = B; `dims` of A are moved to its end first.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.tensorsolve.html)
    """
def vander(x: Tensor, *, N: builtins.int | None = ...) -> Tensor:
    """Vandermonde matrices of batches of vectors: powers 0 ... N - 1 along a new last dimension.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.vander.html)
    """
def vecdot(x: Tensor, y: Tensor, *, dim: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """Sums of products along a dimension, the first conjugated."""
def vector_norm(x: Tensor, ord: builtins.float = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The norm of given order over dims, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html)
    """
