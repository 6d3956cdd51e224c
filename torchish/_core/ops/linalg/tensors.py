"""Inverses and equations of tensors that are seen as matrices.

https://docs.pytorch.org/docs/stable/linalg.html#tensor-operations
"""

from __future__ import annotations

import math

import jax.numpy as jnp

from torchish._core.base.errors import wrap_dim
from torchish._core.ops.linalg.checks import failure_check
from torchish._core.ops.linalg.solve import (
    inverse_of,
    not_invertible,
    singular_info,
    solved,
    solver_failed,
)
from torchish._core.ops.table import Array, op


def _tensor_sizes(a, k: int) -> None:
    front, back = math.prod(a.shape[:k]), math.prod(a.shape[k:])
    if front != back:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == "
            f"prod(self.shape[:ind]), but got {back} != {front}"
        )


def _square_of(A, split: int):
    return A.reshape(math.prod(A.shape[:split]), math.prod(A.shape[split:]))


def _moved(A, dims):
    if dims is None:
        return A
    dims = [wrap_dim(d, A.ndim) for d in dims]
    return jnp.moveaxis(A, dims, range(A.ndim - len(dims), A.ndim))


@op(
    "linalg.tensorinv",
    method=False,
    check=failure_check(
        lambda A, ind: singular_info(_square_of(A, ind)) if ind > 0 and A.size else None,
        not_invertible("inv"),
    ),
)
def tensorinv(A: Array, ind: int = 2):
    """The inverse of a tensor seen as a matrix of its first `ind` and its other dimensions.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.tensorinv.html)
    """
    if ind <= 0:
        raise RuntimeError(f"Expected a strictly positive integer for 'ind', but got {ind}")
    _tensor_sizes(A, ind)
    n = math.prod(A.shape[ind:])
    return inverse_of(A.reshape(n, n)).reshape(*A.shape[ind:], *A.shape[:ind])


@op(
    "linalg.tensorsolve",
    method=False,
    check=failure_check(
        lambda A, B, dims: singular_info(_square_of(_moved(A, dims), B.ndim)) if A.size else None,
        solver_failed,
    ),
)
def tensorsolve(A: Array, B: Array, dims: tuple | None = None):
    """X with tensordot(A, X, X.ndim) = B; `dims` of A are moved to its end first.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.tensorsolve.html)
    """
    A = _moved(A, dims)
    shape = A.shape[B.ndim :]
    n, m = math.prod(shape), math.prod(A.shape[: B.ndim])
    if n != m or n != B.size:
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == "
            f"prod(self.shape[:other.ndim]), but got {n} != {B.size}"
        )
    if not n:
        return jnp.zeros(shape, A.dtype)
    return solved(A.reshape(n, n), B.reshape(n, 1)).reshape(shape)
