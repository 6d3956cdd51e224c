"""Factorizations of matrices: Cholesky, LU, singular values, eigenvalues.

https://docs.pytorch.org/docs/stable/linalg.html#matrix-decompositions
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from torchish._core.base.errors import size_text
from torchish._core.ops.linalg.checks import (
    SVD_CHECK,
    adjoint,
    definite,
    failure_check,
    hermitian,
    lu_info,
    require_float,
    require_matrix,
    require_square,
)
from torchish._core.ops.operands import is_inexact, name_of
from torchish._core.ops.table import Array, Check, Raw, op

# --- Cholesky -----------------------------------------------------------------------------------


def _usable(a) -> bool:
    return len(a.shape) > 1 and a.shape[-1] == a.shape[-2] and jnp.issubdtype(a.dtype, jnp.inexact)


@partial(jax.custom_jvp, nondiff_argnums=(1,))
def _lower(a, upper: bool):
    """The lower factor, of the Hermitian matrix that one triangle of `a` stands for."""
    return lax.linalg.cholesky(hermitian(a, upper), symmetrize_input=False)


@_lower.defjvp
def _(upper, primals, tangents):
    # As in PyTorch, all of A has a gradient; it differs from a Hermitian one where the diagonal
    # of the cotangent is complex.
    factor = _lower(primals[0], upper)
    x = lax.linalg.triangular_solve(factor, tangents[0], left_side=True, lower=True)
    x = adjoint(lax.linalg.triangular_solve(factor, adjoint(x), left_side=True, lower=True))
    diagonal = x * jnp.eye(x.shape[-1], dtype=x.dtype)
    return factor, factor @ (jnp.tril(x + adjoint(x), -1) + diagonal) / 2


def _factor(a, upper: bool):
    """The Cholesky factor; NaN where there is none."""
    if not a.size:
        return a
    return adjoint(_lower(a, True)) if upper else _lower(a, False)


def _cholesky_info(a, upper: bool = False):
    """Order of the first leading minor that is not positive definite, 0 if there is none."""
    if not a.shape[-1]:
        return jnp.zeros(a.shape[:-2], jnp.int32)
    factor = _factor(a, upper)
    failed = jnp.isnan(jnp.diagonal(factor, axis1=-2, axis2=-1)).any(-1)
    # XLA fills a failed factor with NaN; which leading minor failed is found one by one.
    full = hermitian(a, upper)
    minors = jnp.stack(
        [
            jnp.isnan(lax.linalg.cholesky(full[..., :k, :k], symmetrize_input=False)).any((-2, -1))
            for k in range(1, min(a.shape[-1], _LARGEST_LOCATED) + 1)
        ],
        -1,
    )
    place = jnp.where(minors.any(-1), jnp.argmax(minors, -1) + 1, a.shape[-1])
    return jnp.where(failed, place, 0).astype(jnp.int32)


_LARGEST_LOCATED = 8  # beyond this order, a failure is reported at the order of the matrix


def _not_definite(name: str):
    def message(where: str, code: int) -> str:
        return (
            f"{name}: {where}The factorization could not be completed because the input is not "
            f"positive-definite (the leading minor of order {code} is not positive-definite)."
        )

    return message


def _cholesky_check(name: str):
    def info(upper=False, **rest):
        a = rest.get("A", rest.get("input"))
        return _cholesky_info(a, upper) if _usable(a) else None

    return failure_check(info, _not_definite(name), definite)


@op("linalg.cholesky", method=False, check=_cholesky_check("linalg.cholesky"))
def linalg_cholesky(A: Array, *, upper: bool = False):
    """The Cholesky factor of Hermitian positive-definite matrices, lower or upper.

    LinAlgError where a matrix is not positive definite.
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cholesky.html)
    """
    require_square("linalg.cholesky", A)
    require_float("linalg.cholesky", A)
    return _factor(A, upper)


@op("cholesky", check=_cholesky_check("cholesky"))
def cholesky(input: Array, upper: bool = False):
    """The Cholesky factor of Hermitian positive-definite matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.cholesky.html)
    """
    require_square("cholesky", input)
    require_float("cholesky", input)
    return _factor(input, upper)


def _checked_when_asked(info, message):
    """A check that is made only with `check_errors=True`."""

    def maybe(check_errors=False, **rest):
        return info(**rest) if check_errors else None

    return failure_check(maybe, message)


@op(
    "linalg.cholesky_ex",
    method=False,
    returns=("L", "info"),
    return_type="linalg_cholesky_ex",
    check=_checked_when_asked(
        lambda A, upper: _cholesky_info(A, upper) if _usable(A) else None,
        _not_definite("linalg.cholesky_ex"),
    ),
)
def cholesky_ex(A: Array, *, upper: bool = False, check_errors: bool = False):
    """The Cholesky factor, and where each factorization failed (int32, 0 if it did not).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cholesky_ex.html)
    """
    require_square("linalg.cholesky", A)
    require_float("linalg.cholesky", A)
    return _factor(A, upper), _cholesky_info(lax.stop_gradient(A), upper)


# --- singular values ----------------------------------------------------------------------------


def _check_driver(name: str, driver) -> None:
    if driver is not None:
        raise RuntimeError(
            f"torch.{name}: keyword argument `driver=` is only supported on CUDA inputs with "
            "cuSOLVER backend."
        )


@jax.custom_jvp
def _full_svd(a):
    return tuple(jnp.linalg.svd(a, full_matrices=True))


@_full_svd.defjvp
def _(primals, tangents):
    # The vectors beyond the shorter side are any basis of what is left, so they have no gradient.
    (u, s, vh), (du, ds, dvh) = jax.jvp(
        lambda a: tuple(jnp.linalg.svd(a, full_matrices=False)), primals, tangents
    )
    more_u, _, more_vh = _full_svd(primals[0])
    k = s.shape[-1]
    more_u, more_vh = more_u[..., k:], more_vh[..., k:, :]
    return (
        (jnp.concatenate([u, more_u], -1), s, jnp.concatenate([vh, more_vh], -2)),
        (
            jnp.concatenate([du, jnp.zeros_like(more_u)], -1),
            ds,
            jnp.concatenate([dvh, jnp.zeros_like(more_vh)], -2),
        ),
    )


def _svd(a, full: bool):
    if full and a.shape[-1] != a.shape[-2]:
        return _full_svd(a)
    return jnp.linalg.svd(a, full_matrices=False)


@op(
    "linalg.svd",
    method=False,
    returns=("U", "S", "Vh"),
    return_type="linalg_svd",
    check=SVD_CHECK,
)
def linalg_svd(A: Array, full_matrices: bool = True, *, driver: str | None = None):
    """U, S and V^H with A = U diag(S) V^H, singular values in descending order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.svd.html)
    """
    require_matrix("linalg.svd", A)
    require_float("linalg.svd", A)
    _check_driver("linalg.svd", driver)
    return tuple(_svd(A, full_matrices))


@op("linalg.svdvals", method=False, check=SVD_CHECK)
def svdvals(A: Array, *, driver: str | None = None):
    """Singular values, in descending order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.svdvals.html)
    """
    require_matrix("linalg.svd", A)
    require_float("linalg.svd", A)
    _check_driver("linalg.svdvals", driver)
    return jnp.linalg.svd(A, full_matrices=False, compute_uv=False)


@op("svd", returns=("U", "S", "V"), check=SVD_CHECK)
def svd(input: Array, some: bool = True, compute_uv: bool = True):
    """U, S and V with input = U diag(S) V^H; U and V are zeros with `compute_uv=False`.

    (https://docs.pytorch.org/docs/stable/generated/torch.svd.html)
    """
    if input.ndim < 2:
        raise RuntimeError(
            "linalg.svd: input should have at least 2 dimensions, but has "
            f"{input.ndim} dimensions instead"
        )
    require_float("linalg.svd", input)
    if not compute_uv:
        m, n = input.shape[-2:]
        zeros = [jnp.zeros((*input.shape[:-2], k, k), input.dtype) for k in (m, n)]
        return zeros[0], jnp.linalg.svd(input, full_matrices=False, compute_uv=False), zeros[1]
    u, s, vh = _svd(input, not some)
    return u, s, adjoint(vh)


# --- eigenvalues --------------------------------------------------------------------------------


def _hermitian(name: str, a, uplo: str):
    """The Hermitian matrix that one triangle of `a` stands for."""
    require_square(name, a)
    if uplo.upper() not in ("L", "U"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {uplo}")
    if not is_inexact(a) or a.dtype in (jnp.float16, jnp.bfloat16):
        kernel = name.replace(".", "_") + "_cpu"
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{name_of(a)}'")
    return hermitian(a, uplo.upper() == "U")


@op(
    "linalg.eigh",
    method=False,
    returns=("eigenvalues", "eigenvectors"),
    return_type="linalg_eigh",
)
def eigh(A: Array, UPLO: str = "L"):
    """Eigenvalues in ascending order, real, and eigenvectors of Hermitian matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigh.html)
    """
    w, v = jnp.linalg.eigh(_hermitian("linalg.eigh", A, UPLO), symmetrize_input=False)
    return w, v


@op("linalg.eigvalsh", method=False)
def eigvalsh(A: Array, UPLO: str = "L"):
    """Eigenvalues of Hermitian matrices in ascending order, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigvalsh.html)
    """
    a = _hermitian("linalg.eigvalsh", A, UPLO)
    return jnp.linalg.eigh(a, symmetrize_input=False)[0]


# --- LU -----------------------------------------------------------------------------------------


def _no_pivots(pivot: bool) -> None:
    if not pivot:
        raise RuntimeError("linalg.lu_factor: LU without pivoting is not implemented on the CPU")


def _require_shape(name: str, a) -> None:
    if a.ndim < 2:
        raise RuntimeError(
            f"{name}: Expected tensor with 2 or more dimensions. Got size: {size_text(a.shape)} "
            "instead"
        )


def _lu(a):
    """(both factors in one matrix, pivots from 1 as int32)."""
    if not a.size:
        k = min(a.shape[-2:])
        return a, jnp.broadcast_to(jnp.arange(1, k + 1, dtype=jnp.int32), (*a.shape[:-2], k))
    lu, pivots, _ = lax.linalg.lu(a)
    return lu, pivots + 1


@op("linalg.lu", method=False, returns=("P", "L", "U"), return_type="linalg_lu")
def linalg_lu(A: Array, *, pivot: bool = True):
    """P, L and U with A = PLU.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu.html)
    """
    _require_shape("linalg.lu", A)
    require_float("linalg.lu", A)
    _no_pivots(pivot)
    if not A.size:
        m, n = A.shape[-2:]
        k = min(m, n)
        eye = jnp.broadcast_to(jnp.eye(m, dtype=A.dtype), (*A.shape[:-2], m, m))
        return eye, A[..., :, :k], A[..., :k, :]
    lu, _, order = lax.linalg.lu(A)
    return _unpacked(lu, order)


def _unpacked(lu, order):
    m, k = lu.shape[-2], min(lu.shape[-2:])
    p = jnp.swapaxes(order[..., None] == jnp.arange(m), -2, -1).astype(lu.dtype)
    lower = jnp.tril(lu[..., :, :k], -1) + jnp.eye(m, k, dtype=lu.dtype)
    return p, lower, jnp.triu(lu[..., :k, :])


def _zero_pivot(name: str):
    def message(where: str, code: int) -> str:
        return (
            f"torch.{name}: {where}U[{code},{code}] is zero and using it on lu_solve would result "
            "in a division by zero. If you still want to perform the factorization, consider "
            "calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)"
        )

    return message


def _factor_info(A, pivot=True, **rest):
    return lu_info(_lu(A)[0]) if len(A.shape) > 1 and _inexact_aval(A) else None


def _inexact_aval(a) -> bool:
    return jnp.issubdtype(a.dtype, jnp.inexact)


@op(
    "linalg.lu_factor",
    method=False,
    returns=("LU", "pivots"),
    return_type="linalg_lu_factor",
    check=failure_check(_factor_info, _zero_pivot("linalg.lu_factor")),
)
def lu_factor(A: Array, *, pivot: bool = True):
    """L and U in one matrix, and the row swaps, from 1, int32.

    LinAlgError where a pivot is zero.
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu_factor.html)
    """
    _require_shape("torch.lu_factor", A)
    require_float("torch.linalg.lu_factor", A)
    _no_pivots(pivot)
    return _lu(A)


@op(
    "linalg.lu_factor_ex",
    method=False,
    returns=("LU", "pivots", "info"),
    return_type="linalg_lu_factor_ex",
    check=_checked_when_asked(_factor_info, _zero_pivot("linalg.lu_factor_ex")),
)
def lu_factor_ex(A: Array, *, pivot: bool = True, check_errors: bool = False):
    """L and U in one matrix, the row swaps, and the place of the first zero pivot (0: none).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu_factor_ex.html)
    """
    _require_shape("torch.lu_factor", A)
    require_float("torch.linalg.lu_factor_ex", A)
    _no_pivots(pivot)
    lu, pivots = _lu(A)
    return lu, pivots, lu_info(lax.stop_gradient(lu))


@op("_lu_with_info", method=False, out=False, returns=("LU", "pivots", "info"))
def lu_with_info(input: Array, pivot: bool = True, check_errors: bool = True):
    """What `torch.lu` gives, with the place of the first zero pivot of each matrix."""
    require_matrix("torch.linalg.lu_factor", input)
    require_float("torch.linalg.lu_factor_ex", input)
    _no_pivots(pivot)
    lu, pivots = _lu(input)
    return lu, pivots, lu_info(lax.stop_gradient(lu))


def _pivots_check(LU_data, LU_pivots, unpack_data=True, unpack_pivots=True):
    if not unpack_pivots or len(LU_data.shape) < 2 or LU_pivots.dtype != np.int32:
        return True, 0
    return ((LU_pivots > 0) & (LU_pivots <= LU_data.shape[-2])).all(), 0


def _pivots_error(payload, **arguments):
    return RuntimeError(
        "pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive.Did you properly "
        "pass the result of lu_factor?"
    )


@op(
    "lu_unpack",
    method=False,
    returns=("P", "L", "U"),
    check=Check(_pivots_check, _pivots_error, at_call=True, host=_pivots_check),
)
def lu_unpack(LU_data: Array, LU_pivots: Raw, unpack_data: bool = True, unpack_pivots: bool = True):
    """P, L and U from a factored matrix and its row swaps; what is not asked for is empty.

    (https://docs.pytorch.org/docs/stable/generated/torch.lu_unpack.html)
    """
    if LU_pivots.dtype != jnp.int32:
        raise RuntimeError(
            "torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 "
            "dtype.\nNote: this function is intended to be used with the output produced by "
            "torch.linalg.lu_factor"
        )
    _require_shape("torch.lu_unpack", LU_data)
    rows = LU_data.shape[-2]
    order = lax.linalg.lu_pivots_to_permutation(jnp.clip(LU_pivots[..., :rows], 1, rows) - 1, rows)
    p, lower, upper = _unpacked(LU_data, order)
    empty = jnp.zeros((0,), LU_data.dtype)
    return (
        p if unpack_pivots else empty,
        lower if unpack_data else empty,
        upper if unpack_data else empty,
    )
