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

    Symmetric positive definite (…, n, n) gives a lower factor L, A = L Lᴴ. LinAlgError
    otherwise.

    >>> torch.linalg.cholesky(torch.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
def cholesky_ex(A: Tensor, *, upper: builtins.bool = ..., check_errors: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_cholesky_ex:
    """The Cholesky factor, and where each factorization failed (int32, 0 if it did not).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cholesky_ex.html)

    >>> L, info = torch.linalg.cholesky_ex(torch.tensor([[-1.0]]))
    >>> info  # the order of the minor that is not positive definite
    tensor(1, dtype=torch.int32)
    """
def cond(A: Tensor, p: Any = ..., *, out: Tensor | None = ...) -> Tensor:
    """The condition number in a matrix norm, the 2-norm by default.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cond.html)

    >>> torch.linalg.cond(torch.tensor([[4.0, 0.0], [0.0, 2.0]]))
    tensor(2.)
    """
def cross(input: Tensor, other: Tensor, *, dim: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """The vector product
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cross.html)

    >>> torch.linalg.cross(torch.tensor([0, 0, 1]), torch.tensor([1, 0, 0]))
    tensor([0, 1, 0])
    """
def det(A: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The determinant of square matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.det.html)

    (…, n, n) gives (…). RuntimeError unless square.

    >>> torch.det(torch.tensor([[2.0, 1.0], [0.0, 3.0]]))
    tensor(6.)
    """
def diagonal(A: Tensor, *, offset: builtins.int = ..., dim1: builtins.int = ..., dim2: builtins.int = ...) -> Tensor:
    """A view of the diagonals of matrices (`torch.diagonal` of the last two dimensions).

    >>> torch.linalg.diagonal(torch.arange(8).reshape(2, 2, 2))
    tensor([[0, 3],
            [4, 7]])
    """
def eig(A: Tensor, *, out: Sequence[Tensor] | None = ...) -> results.linalg_eig:
    """Eigenvalues and eigenvectors of square matrices, complex, in no particular order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eig.html)

    (…, n, n) gives complex eigenvalues and vectors, in no order.

    >>> torch.linalg.eig(torch.tensor([[2.0, 0.0], [0.0, 3.0]])).eigenvalues
    tensor([2.+0.j, 3.+0.j])
    """
def eigh(A: Tensor, UPLO: builtins.str = ..., *, out: Sequence[Tensor] | None = ...) -> results.linalg_eigh:
    """Eigenvalues in ascending order, real, and eigenvectors of Hermitian matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigh.html)

    Symmetric or Hermitian (…, n, n), of which one triangle is read; eigenvalues ascend.

    >>> values, vectors = torch.linalg.eigh(torch.tensor([[2.0, 1.0], [1.0, 2.0]]))
    >>> values
    tensor([1., 3.])
    """
def eigvals(A: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """Eigenvalues of square matrices, complex, in no particular order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigvals.html)

    >>> torch.linalg.eigvals(torch.tensor([[0.0, -1.0], [1.0, 0.0]])).imag.sort().values
    tensor([-1.,  1.])
    """
def eigvalsh(A: Tensor, UPLO: builtins.str = ..., *, out: Tensor | None = ...) -> Tensor:
    """Eigenvalues of Hermitian matrices in ascending order, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigvalsh.html)

    >>> torch.linalg.eigvalsh(torch.tensor([[2.0, 1.0], [1.0, 2.0]]))
    tensor([1., 3.])
    """
def householder_product(A: Tensor, tau: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The first columns of a product of Householder matrices given by their reflectors.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.householder_product.html)

    >>> reflectors, tau = torch.geqrf(torch.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> Q = torch.orgqr(reflectors, tau)
    >>> torch.allclose(Q.T @ Q, torch.eye(2), atol=1e-6)
    True
    """
def inv(A: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The inverse of square matrices; LinAlgError where one is singular.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv.html)

    (…, n, n). LinAlgError where one is singular.

    >>> torch.inverse(torch.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
def inv_ex(A: Tensor, *, check_errors: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_inv_ex:
    """The inverse, and the place of the first zero pivot of each matrix (int32, 0: none).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv_ex.html)

    >>> inverse, info = torch.linalg.inv_ex(torch.tensor([[2.0]]))
    >>> inverse, info
    (tensor([[0.5000]]), tensor(0, dtype=torch.int32))
    """
def ldl_factor(A: Tensor, *, hermitian: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_ldl_factor:
    """L and D of A = L D L^T (L D L^H with hermitian) in one matrix, and LAPACK's pivots, int32.

    LinAlgError where D is singular.
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.ldl_factor.html)

    >>> torch.linalg.ldl_factor(torch.tensor([[2.0, 0.0], [0.0, 3.0]])).LD
    tensor([[2., 0.],
            [0., 3.]])
    """
def ldl_factor_ex(A: Tensor, *, hermitian: builtins.bool = ..., check_errors: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_ldl_factor_ex:
    """L and D in one matrix, LAPACK's pivots and its info (0: no singular block in D).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.ldl_factor_ex.html)

    >>> torch.linalg.ldl_factor_ex(torch.tensor([[2.0, 0.0], [0.0, 3.0]])).info
    tensor(0, dtype=torch.int32)
    """
def ldl_solve(LD: Tensor, pivots: Tensor, B: Tensor, *, hermitian: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """X with AX = B, from `ldl_factor` of A.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.ldl_solve.html)

    >>> A, b = torch.tensor([[2.0, 0.0], [0.0, 4.0]]), torch.tensor([[2.0], [8.0]])
    >>> torch.linalg.ldl_solve(*torch.linalg.ldl_factor(A), b)
    tensor([[1.],
            [2.]])
    """
def lstsq(A: Tensor, B: Tensor, rcond: builtins.float | None = ..., *, driver: builtins.str | None = ..., out: Any = ...) -> Any:
    """X of least norm among those that make ||AX - B|| least; residuals, rank, singular values.

    https://docs.pytorch.org/docs/stable/generated/torch.linalg.lstsq.html

    A (…, m, n) and B (…, m, k); the least squares solution X of A X = B.

    >>> A, b = torch.tensor([[1.0], [1.0], [1.0]]), torch.tensor([[1.0], [2.0], [6.0]])
    >>> torch.linalg.lstsq(A, b).solution
    tensor([[3.0000]])
    """
def lu(A: Tensor, *, pivot: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_lu:
    """P, L and U with A = PLU.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu.html)

    >>> P, L, U = torch.linalg.lu(torch.tensor([[0.0, 2.0], [1.0, 3.0]]))
    >>> L, U
    (tensor([[1., 0.],
            [0., 1.]]), tensor([[1., 3.],
            [0., 2.]]))
    """
def lu_factor(A: Tensor, *, pivot: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_lu_factor:
    """L and U in one matrix, and the row swaps, from 1, int32.

    LinAlgError where a pivot is zero.
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu_factor.html)

    >>> LU, pivots = torch.linalg.lu_factor(torch.tensor([[0.0, 2.0], [1.0, 3.0]]))
    >>> LU, pivots
    (tensor([[1., 3.],
            [0., 2.]]), tensor([2, 2], dtype=torch.int32))
    """
def lu_factor_ex(A: Tensor, *, pivot: builtins.bool = ..., check_errors: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_lu_factor_ex:
    """L and U in one matrix, the row swaps, and the place of the first zero pivot (0: none).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu_factor_ex.html)

    >>> torch.linalg.lu_factor_ex(torch.tensor([[1.0, 2.0], [2.0, 4.0]])).info  # the zero pivot
    tensor(2, dtype=torch.int32)
    """
def lu_solve(LU: Tensor, pivots: Tensor, B: Tensor, *, left: builtins.bool = ..., adjoint: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """X with AX = B, from `lu_factor` of A; XA = B with left=False, A^H for A with adjoint.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu_solve.html)

    >>> LU, pivots = torch.linalg.lu_factor(torch.tensor([[2.0, 0.0], [0.0, 4.0]]))
    >>> torch.linalg.lu_solve(LU, pivots, torch.tensor([[2.0], [8.0]]))
    tensor([[1.],
            [2.]])
    """
def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = ...) -> Tensor:
    """The matrix product of tensors of any dimensions
    (https://docs.pytorch.org/docs/stable/generated/torch.matmul.html)

    >>> torch.linalg.matmul(torch.tensor([[1, 2], [3, 4]]), torch.tensor([1, 1]))
    tensor([3, 7])
    """
def matrix_exp(A: Tensor) -> Tensor:
    """The exponential of square matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html)

    >>> torch.matrix_exp(torch.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
def matrix_norm(A: Tensor, ord: Any = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The norm of matrices: "fro", "nuc", inf, -inf, 1, -1, 2 or -2.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_norm.html)

    >>> torch.linalg.matrix_norm(torch.tensor([[3.0, 0.0], [4.0, 0.0]]))
    tensor(5.)
    >>> torch.linalg.matrix_norm(torch.tensor([[3.0, 0.0], [4.0, 1.0]]), ord=1)
    tensor(7.)
    """
def matrix_power(A: Tensor, n: builtins.int, *, out: Tensor | None = ...) -> Tensor:
    """The n-th power of square matrices, of the inverse for a negative n.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html)

    >>> torch.matrix_power(torch.tensor([[1.0, 1.0], [1.0, 0.0]]), 10)  # Fibonacci's numbers
    tensor([[89., 55.],
            [55., 34.]])
    """
def matrix_rank(A: Tensor, tol: Tensor | Number | None = ..., hermitian: builtins.bool = ..., *, atol: Tensor | Number | None = ..., rtol: Tensor | Number | None = ..., out: Tensor | None = ...) -> Tensor:
    """How many singular values exceed max(atol, rtol * largest), int64.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_rank.html)

    int64 (…): how many singular values are above atol and rtol.

    >>> torch.linalg.matrix_rank(torch.tensor([[1.0, 2.0], [2.0, 4.0]]))
    tensor(1)
    """
def multi_dot(tensors: Any, *, out: Any = ...) -> Tensor:
    """The product of two or more matrices, in the order that takes the fewest multiplications.

    The first and the last may be vectors.
    https://docs.pytorch.org/docs/stable/generated/torch.linalg.multi_dot.html

    The products are multiplied in the cheapest order.

    >>> torch.linalg.multi_dot([torch.ones(1, 2), torch.ones(2, 3), torch.ones(3, 1)])
    tensor([[6.]])
    """
def norm(input: Tensor, ord: Any = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The norm of vectors or matrices, as `dim` and `ord` say.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.norm.html)

    ord as in NumPy: a vector's for 1-D input or one dim, a matrix's for two.

    >>> torch.linalg.norm(torch.tensor([3.0, 4.0]))
    tensor(5.)
    >>> torch.linalg.norm(torch.tensor([3.0, -4.0]), ord=float("inf"))
    tensor(4.)
    """
def pinv(A: Tensor, rcond: Tensor | Number | None = ..., hermitian: builtins.bool = ..., *, atol: Tensor | Number | None = ..., rtol: Tensor | Number | None = ..., out: Tensor | None = ...) -> Tensor:
    """The pseudoinverse; singular values up to max(atol, rtol * largest) count as zero.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.pinv.html)

    (…, m, n) gives (…, n, m); rtol cuts small singular values off.

    >>> torch.linalg.pinv(torch.tensor([[2.0, 0.0]]))
    tensor([[0.5000],
            [0.0000]])
    """
def qr(A: Tensor, mode: builtins.str = ..., *, out: Sequence[Tensor] | None = ...) -> results.linalg_qr:
    """Q and R with A = QR: reduced, complete, or R alone ("r").

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.qr.html)

    (…, m, n) gives Q (…, m, k) and R (…, k, n); mode is "reduced", "complete" or "r".

    >>> Q, R = torch.linalg.qr(torch.tensor([[3.0, 1.0], [4.0, 2.0]]))
    >>> torch.allclose(Q @ R, torch.tensor([[3.0, 1.0], [4.0, 2.0]]))
    True
    """
def slogdet(A: Tensor, *, out: Sequence[Tensor] | None = ...) -> results.linalg_slogdet:
    """Sign and logarithm of the absolute value of the determinant.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.slogdet.html)

    >>> torch.linalg.slogdet(torch.tensor([[-2.0, 0.0], [0.0, 3.0]]))
    torch.return_types.linalg_slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(1.7918))
    """
def solve(A: Tensor, B: Tensor, *, left: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """X with AX = B (XA = B with left=False); LinAlgError where A is singular.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve.html)

    A (…, n, n) and B (…, n, k) or (…, n). LinAlgError where A is singular.

    >>> A, b = torch.tensor([[2.0, 0.0], [1.0, 4.0]]), torch.tensor([2.0, 9.0])
    >>> torch.linalg.solve(A, b)
    tensor([1., 2.])
    """
def solve_ex(A: Tensor, B: Tensor, *, left: builtins.bool = ..., check_errors: builtins.bool = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_solve_ex:
    """X with AX = B, and the place of the first zero pivot of each A (int32, 0: none).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve_ex.html)

    >>> result, info = torch.linalg.solve_ex(torch.tensor([[2.0]]), torch.tensor([6.0]))
    >>> result, info
    (tensor([3.]), tensor(0, dtype=torch.int32))
    """
def solve_triangular(A: Tensor, B: Tensor, *, upper: builtins.bool, left: builtins.bool = ..., unitriangular: builtins.bool = ..., out: Tensor | None = ...) -> Tensor:
    """X with AX = B (XA = B with left=False) for triangular A; only its triangle is read.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve_triangular.html)

    >>> A, b = torch.tensor([[2.0, 0.0], [1.0, 4.0]]), torch.tensor([[2.0], [9.0]])
    >>> torch.linalg.solve_triangular(A, b, upper=False)
    tensor([[1.],
            [2.]])
    """
def svd(A: Tensor, full_matrices: builtins.bool = ..., *, driver: builtins.str | None = ..., out: Sequence[Tensor] | None = ...) -> results.linalg_svd:
    """U, S and V^H with A = U diag(S) V^H, singular values in descending order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.svd.html)

    (…, m, n) gives U, S descending and Vh; full_matrices says whether U and Vh are square.

    >>> U, S, Vh = torch.linalg.svd(torch.tensor([[3.0, 0.0], [0.0, -2.0]]))
    >>> S
    tensor([3., 2.])
    """
def svdvals(A: Tensor, *, driver: builtins.str | None = ..., out: Tensor | None = ...) -> Tensor:
    """Singular values, in descending order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.svdvals.html)

    >>> torch.linalg.svdvals(torch.tensor([[3.0, 0.0], [0.0, -2.0]]))
    tensor([3., 2.])
    """
def tensorinv(A: Tensor, ind: builtins.int = ..., *, out: Tensor | None = ...) -> Tensor:
    """The inverse of a tensor seen as a matrix of its first `ind` and its other dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.tensorinv.html)

    >>> torch.linalg.tensorinv(2 * torch.eye(4).reshape(2, 2, 4), ind=2).shape
    torch.Size([4, 2, 2])
    """
def tensorsolve(A: Tensor, B: Tensor, dims: builtins.tuple | None = ..., *, out: Tensor | None = ...) -> Tensor:
    """X with tensordot(A, X, X.ndim) = B; `dims` of A are moved to its end first.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.tensorsolve.html)

    >>> A = 2 * torch.eye(4).reshape(2, 2, 2, 2)
    >>> torch.linalg.tensorsolve(A, torch.tensor([[2.0, 4.0], [6.0, 8.0]]))
    tensor([[1., 2.],
            [3., 4.]])
    """
def vander(x: Tensor, *, N: builtins.int | None = ...) -> Tensor:
    """Vandermonde matrices of batches of vectors: powers 0 ... N - 1 along a new last dimension.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.vander.html)

    >>> torch.linalg.vander(torch.tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [1, 2, 4],
            [1, 3, 9]])
    """
def vecdot(x: Tensor, y: Tensor, *, dim: builtins.int = ..., out: Tensor | None = ...) -> Tensor:
    """Sums of products along a dimension, the first conjugated.

    >>> torch.linalg.vecdot(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
def vector_norm(x: Tensor, ord: builtins.float = ..., dim: builtins.int | builtins.tuple[builtins.int, ...] | None = ..., keepdim: builtins.bool = ..., *, dtype: Dtype | None = ..., out: Tensor | None = ...) -> Tensor:
    """The norm of given order over dims, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html)

    >>> torch.linalg.vector_norm(torch.tensor([[3.0, 4.0], [0.0, 2.0]]), dim=1)
    tensor([5., 2.])
    >>> torch.linalg.vector_norm(torch.tensor([3.0, 0.0, 4.0]), ord=0)  # how many are not zero
    tensor(2.)
    """
