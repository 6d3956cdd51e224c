"""Inverses, determinants, linear equations and least squares.

https://docs.pytorch.org/docs/stable/linalg.html#solvers
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base.errors import broadcast_shapes, size_text
from torchish._core.ops.linalg.checks import (
    adjoint,
    broadcast_batch,
    failure_check,
    hermitian,
    lu_info,
    real_dtype,
    regular,
    require_float,
    require_matrix,
    require_same,
    require_square,
)
from torchish._core.ops.operands import is_complex, is_inexact, name_of
from torchish._core.ops.table import Array, Raw, op


def _lu_of(a):
    return lax.linalg.lu(a)[0] if a.size else a


def singular_info(a):
    shape = a.shape
    if len(shape) < 2 or shape[-1] != shape[-2] or not is_inexact(a) or a.dtype.itemsize < 4:
        return None
    return lu_info(_lu_of(a))


def solved(a, b):
    """X with A X = B, batch dimensions broadcast."""
    a, b = broadcast_batch(a, b)
    if not a.size or not b.size:
        return jnp.zeros(b.shape, b.dtype)
    return jnp.linalg.solve(a, b)


# --- inverse ------------------------------------------------------------------------------------


def not_invertible(name: str):
    def message(where: str, code: int) -> str:
        return (
            f"{name}: {where}The diagonal element {code} is zero, the inversion could not be "
            "completed because the input matrix is singular."
        )

    return message


def inverse_of(a):
    eye = jnp.broadcast_to(jnp.eye(a.shape[-1], dtype=a.dtype), a.shape)
    return solved(a, eye)


@op(
    "linalg.inv",
    method=False,
    aliases=("inverse", "Tensor.inverse"),
    saves="result",
    check=failure_check(lambda A: singular_info(A), not_invertible("linalg.inv"), regular),
)
def inv(A: Array):
    """The inverse of square matrices; LinAlgError where one is singular.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv.html)
    """
    require_square("linalg.inv", A)
    require_float("linalg.inv", A)
    return inverse_of(A)


@op(
    "linalg.inv_ex",
    method=False,
    returns=("inverse", "info"),
    return_type="linalg_inv_ex",
    saves="result",
    check=failure_check(
        lambda A, check_errors: singular_info(A) if check_errors else None,
        not_invertible("linalg.inv_ex"),
    ),
)
def inv_ex(A: Array, *, check_errors: bool = False):
    """The inverse, and the place of the first zero pivot of each matrix (int32, 0: none).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.inv_ex.html)
    """
    require_square("linalg.inv", A)
    require_float("linalg.inv", A)
    return inverse_of(A), lu_info(_lu_of(lax.stop_gradient(A)))


# --- determinants -------------------------------------------------------------------------------


@op("linalg.det", method=False, aliases=("det", "Tensor.det"), saves="A result")
def det(A: Array):
    """The determinant of square matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.det.html)
    """
    require_square("linalg.det", A)
    require_float("linalg.det", A)
    return jnp.linalg.det(A) if A.shape[-1] else jnp.ones(A.shape[:-2], A.dtype)


def _slogdet(name: str, a):
    require_square(name, a)
    require_float(name, a)
    if not a.shape[-1]:
        return jnp.ones(a.shape[:-2], a.dtype), jnp.zeros(a.shape[:-2], real_dtype(a))
    return tuple(jnp.linalg.slogdet(a))


@op("linalg.slogdet", method=False, returns=("sign", "logabsdet"), return_type="linalg_slogdet")
def linalg_slogdet(A: Array):
    """Sign and logarithm of the absolute value of the determinant.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.slogdet.html)
    """
    return _slogdet("linalg.slogdet", A)


@op("slogdet", returns=("sign", "logabsdet"))
def slogdet(input: Array):
    """Sign and logarithm of the absolute value of the determinant.

    (https://docs.pytorch.org/docs/stable/generated/torch.slogdet.html)
    """
    return _slogdet("linalg.slogdet", input)


@op("logdet", out=False)
def logdet(input: Array):
    """The logarithm of the determinant; NaN where it is negative.

    (https://docs.pytorch.org/docs/stable/generated/torch.logdet.html)
    """
    sign, value = _slogdet("logdet", input)
    if jnp.issubdtype(input.dtype, jnp.complexfloating):
        return value + jnp.log(sign)
    return jnp.where(sign < 0, jnp.nan, value)


# --- equations ----------------------------------------------------------------------------------


def _is_vector(a, b) -> bool:
    """Whether B holds vectors rather than matrices, by NumPy's old rule, which PyTorch keeps."""
    return b.ndim == 1 or (a.ndim - 1 == b.ndim and b.shape == a.shape[:-1])


def _solve_checked(name: str, a, b, left: bool):
    require_square(name, a)
    require_float(name, a)
    require_same(name, a, b)
    vector = _is_vector(a, b)
    if vector and not left and a.shape[-1] == 1:
        raise RuntimeError(
            f"{name}: Vector broadcasting of the left hand side is not supported for left=False. "
            "In this case linalg.solve is equivalent to B / A.squeeze(-1)"
        )
    b = b[..., None] if vector else b
    require_matrix(name, b, "B")
    n, m = a.shape[-1], b.shape[-2 if left else -1]
    if n != m:
        form = "AX = B" if left else "XA = B"
        raise RuntimeError(
            f"{name}: Incompatible shapes of A and B for the equation {form} "
            f"({a.shape[-2]}x{n} and {b.shape[-2]}x{b.shape[-1]})"
        )
    if left:
        x = solved(a, b)
    else:
        x = jnp.swapaxes(solved(jnp.swapaxes(a, -2, -1), jnp.swapaxes(b, -2, -1)), -2, -1)
    return x[..., 0] if vector else x


def solver_failed(where: str, code: int) -> str:
    return f"torch.linalg.solve: {where}The solver failed because the input matrix is singular."


@op(
    "linalg.solve",
    method=False,
    check=failure_check(lambda A, B, left: singular_info(A), solver_failed, regular),
)
def solve(A: Array, B: Array, *, left: bool = True):
    """X with AX = B (XA = B with left=False); LinAlgError where A is singular.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve.html)
    """
    return _solve_checked("linalg.solve", A, B, left)


@op(
    "linalg.solve_ex",
    method=False,
    returns=("result", "info"),
    return_type="linalg_solve_ex",
    check=failure_check(
        lambda A, B, left, check_errors: singular_info(A) if check_errors else None,
        lambda where, code: solver_failed(where, code).replace("solve:", "solve_ex:"),
    ),
)
def solve_ex(A: Array, B: Array, *, left: bool = True, check_errors: bool = False):
    """X with AX = B, and the place of the first zero pivot of each A (int32, 0: none).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve_ex.html)
    """
    x = _solve_checked("linalg.solve", A, B, left)
    return x, lu_info(_lu_of(lax.stop_gradient(A)))


def _triangular(a, b, *, upper: bool, left: bool, unit: bool, transpose: bool = False):
    a, b = broadcast_batch(a, b)
    if not a.size or not b.size:
        return jnp.zeros(b.shape, b.dtype)
    # Only one triangle is read, so only it has a gradient.
    a = jnp.triu(a, int(unit)) if upper else jnp.tril(a, -int(unit))
    return lax.linalg.triangular_solve(
        a, b, left_side=left, lower=not upper, transpose_a=transpose, unit_diagonal=unit
    )


@op("linalg.solve_triangular", method=False)
def solve_triangular(
    A: Array, B: Array, *, upper: bool, left: bool = True, unitriangular: bool = False
):
    """X with AX = B (XA = B with left=False) for triangular A; only its triangle is read.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve_triangular.html)
    """
    name = "linalg.solve_triangular"
    require_matrix(name, A)
    require_matrix(name, B, "B")
    require_same(name, A, B)
    require_square(name, A)
    if A.shape[-1] != B.shape[-2 if left else -1]:
        form = "AX = B" if left else "XA = B"
        raise RuntimeError(
            f"{name}: Incompatible shapes of A and B for the equation {form} "
            f"({A.shape[-2]}x{A.shape[-1]} and {B.shape[-2]}x{B.shape[-1]})"
        )
    return _triangular(A, B, upper=upper, left=left, unit=unitriangular)


def _require_same_as_b(a, b) -> None:
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"Expected b and A to have the same dtype, but found b of type {name_of(b)} and A of "
            f"type {name_of(a)} instead."
        )


@op("triangular_solve", returns=("solution", "cloned_coefficient"))
def triangular_solve(
    b: Array, A: Array, upper: bool = True, transpose: bool = False, unitriangular: bool = False
):
    """X with AX = b (A^T X = b with transpose) for triangular A, and A.

    (https://docs.pytorch.org/docs/stable/generated/torch.triangular_solve.html)
    """
    if b.ndim < 2 or A.ndim < 2:
        which, ndim = ("b", b.ndim) if b.ndim < 2 else ("A", A.ndim)
        raise RuntimeError(
            f"torch.triangular_solve: Expected {which} to have at least 2 dimensions, but it has "
            f"{ndim} dimensions instead"
        )
    if A.shape[-1] != A.shape[-2]:
        raise RuntimeError(
            f"A must be batches of square matrices, but they are {A.shape[-2]} by {A.shape[-1]} "
            "matrices"
        )
    if A.shape[-1] != b.shape[-2]:
        raise RuntimeError(
            "Incompatible matrix sizes for triangular_solve: each A matrix is "
            f"{A.shape[-1]} by {A.shape[-1]} but each b matrix is {b.shape[-2]} by {b.shape[-1]}"
        )
    _require_same_as_b(A, b)
    x = _triangular(A, b, upper=upper, left=True, unit=unitriangular, transpose=transpose)
    return x, broadcast_batch(A, b)[0]


@jax.custom_jvp
def _definite_solve(lower, b):
    """X with L L^H X = B, reading the lower triangle of L alone."""
    y = _triangular(lower, b, upper=False, left=True, unit=False)
    return _triangular(adjoint(lower), y, upper=True, left=True, unit=False)


@_definite_solve.defjvp
def _(primals, tangents):
    # PyTorch's gradient is that of the product L L^H with all of L, not of its triangle alone.
    (lower, b), (t_lower, t_b) = primals, tangents
    x = _definite_solve(lower, b)
    factor = jnp.tril(lower)
    half = t_lower @ adjoint(factor)
    return x, _definite_solve(lower, t_b - (half + adjoint(half)) @ x)


@op("cholesky_solve")
def cholesky_solve(B: Array, L: Array, upper: bool = False):
    """X with A X = B, from the Cholesky factor of A.

    (https://docs.pytorch.org/docs/stable/generated/torch.cholesky_solve.html)
    """
    if B.ndim < 2:
        raise RuntimeError(
            f"b should have at least 2 dimensions, but has {B.ndim} dimensions instead"
        )
    if L.ndim < 2:
        raise RuntimeError(
            f"u should have at least 2 dimensions, but has {L.ndim} dimensions instead"
        )
    require_square("cholesky_solve", L)
    if L.shape[-1] != B.shape[-2]:
        raise RuntimeError(
            "Incompatible matrix sizes for cholesky_solve: each A matrix is "
            f"{L.shape[-1]} by {L.shape[-1]} but each b matrix is {B.shape[-2]} by {B.shape[-1]}"
        )
    _require_same_as_b(L, B)
    return _definite_solve(*broadcast_batch(adjoint(L) if upper else L, B))


def _diagonal_info(L, upper=False):
    return lu_info(L) if len(L.shape) > 1 and is_inexact(L) else None


@op(
    "cholesky_inverse",
    check=failure_check(_diagonal_info, lambda *at: not_invertible("cholesky_inverse")(*at)),
)
def cholesky_inverse(L: Array, upper: bool = False):
    """The inverse of A, from its Cholesky factor.

    (https://docs.pytorch.org/docs/stable/generated/torch.cholesky_inverse.html)
    """
    require_square("cholesky_inverse", L)
    if not is_inexact(L):
        raise NotImplementedError(
            f"\"cholesky_inverse_out_cpu\" not implemented for '{name_of(L)}'"
        )
    eye = jnp.broadcast_to(jnp.eye(L.shape[-1], dtype=L.dtype), L.shape)
    return _definite_solve(adjoint(L) if upper else L, eye)


def _lu_solve(lu, pivots, b, left: bool, adjoint_of: bool):
    if lu.dtype != b.dtype:
        raise RuntimeError(
            f"linalg.lu_solve: Expected LU and B to have the same dtype, but found LU of type "
            f"{name_of(lu)} and B of type {name_of(b)} instead"
        )
    if pivots.dtype != jnp.int32:
        raise RuntimeError("linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32")
    require_square("torch.linalg.lu_solve", lu, "LU")
    require_matrix("linalg.lu_solve", b, "B")
    n = lu.shape[-1]
    if pivots.shape[-1:] != (n,):
        raise RuntimeError(
            "linalg.lu_solve: Number of pivots per batch should be same as the dimension of the "
            "matrix"
        )
    if n != b.shape[-2 if left else -1]:
        form = "AX = B" if left else "XA = B"
        raise RuntimeError(
            f"linalg.lu_solve: Incompatible shapes of A and B for the equation {form} "
            f"({n}x{n} and {b.shape[-2]}x{b.shape[-1]})"
        )
    if not left:  # XA = B is A^H X^H = B^H
        return adjoint(_lu_solve(lu, pivots, adjoint(b), True, not adjoint_of))
    order = lax.linalg.lu_pivots_to_permutation(pivots - 1, n)
    p = (order[..., None] == jnp.arange(n)).astype(lu.dtype)
    if not adjoint_of:
        lower_first = _triangular(lu, p @ b, upper=False, left=True, unit=True)
        return _triangular(lu, lower_first, upper=True, left=True, unit=False)
    h = adjoint(lu)
    x = _triangular(h, b, upper=False, left=True, unit=False)
    return jnp.swapaxes(p, -2, -1) @ _triangular(h, x, upper=True, left=True, unit=True)


@op("linalg.lu_solve", method=False)
def linalg_lu_solve(LU: Array, pivots: Raw, B: Array, *, left: bool = True, adjoint: bool = False):
    """X with AX = B, from `lu_factor` of A; XA = B with left=False, A^H for A with adjoint.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lu_solve.html)
    """
    return _lu_solve(LU, pivots, B, left, adjoint)


@op("lu_solve")
def lu_solve(b: Array, LU_data: Array, LU_pivots: Raw):
    """X with AX = b, from `lu_factor` of A.

    (https://docs.pytorch.org/docs/stable/generated/torch.lu_solve.html)
    """
    return _lu_solve(LU_data, LU_pivots, b, True, False)


# --- pseudoinverse and least squares ------------------------------------------------------------


@partial(jax.custom_jvp, nondiff_argnums=(3,))
def _pinv(a, atol, rtol, is_hermitian: bool):
    """The pseudoinverse without singular values up to max(atol, rtol * largest)."""
    if is_hermitian:
        w, v = jnp.linalg.eigh(hermitian(a, False), symmetrize_input=False)
        keep = kept(jnp.abs(w), atol, rtol)
        scaled = jnp.where(keep, 1 / jnp.where(keep, w, 1), 0)
        return (v * scaled[..., None, :].astype(v.dtype)) @ adjoint(v)
    u, s, vh = jnp.linalg.svd(a, full_matrices=False)
    keep = kept(s, atol, rtol)
    scaled = jnp.where(keep, 1 / jnp.where(keep, s, 1), 0).astype(a.dtype)
    return (adjoint(vh) * scaled[..., None, :]) @ adjoint(u)


@_pinv.defjvp
def _(is_hermitian, primals, tangents):
    # Golub and Pereyra 1973, for a rank that stays: no singular vectors' gradients come in.
    (a, atol, rtol), t = primals, tangents[0]
    p = _pinv(a, atol, rtol, is_hermitian)
    th, ph = adjoint(t), adjoint(p)
    change = p @ ph @ (th - th @ (a @ p)) - p @ t @ p
    return p, change + (th - (p @ a) @ th) @ (ph @ p)


def kept(values, atol, rtol):
    """Which values of each matrix exceed max(atol, rtol * largest)."""
    largest = values.max(-1)
    for limit in (atol, rtol):
        broadcast_shapes(limit.shape, largest.shape)
    return values > jnp.maximum(atol, rtol * largest)[..., None]


def tolerances(a, atol, rtol, name: str, relative: str = "rtol"):
    """(absolute, relative) thresholds with PyTorch's defaults, as arrays."""
    real = real_dtype(a)
    for kind, given in (("atol", atol), (relative, rtol)):
        if given is not None and is_complex(jnp.asarray(given)):
            raise RuntimeError(
                f"{name}: {kind} tensor of complex type is not supported. Got {name_of(given)}"
            )
    if rtol is None:
        default = float(jnp.finfo(real).eps) * max(a.shape[-2:])
        rtol = default if atol is None else jnp.where(jnp.asarray(atol) > 0, 0.0, default)
    return jnp.asarray(0.0 if atol is None else atol).astype(real), jnp.asarray(rtol).astype(real)


def pseudoinverse(a, atol, rtol, is_hermitian: bool, relative: str = "rtol"):
    """The pseudoinverse with the thresholds of `torch.linalg.pinv`."""
    if a.ndim < 2 or not is_inexact(a) or a.dtype in (jnp.float16, jnp.bfloat16):
        raise RuntimeError(
            f"linalg.pinv({name_of(a)}{{{size_text(a.shape)}}}): expected a tensor with 2 or more "
            "dimensions of float, double, cfloat or cdouble types"
        )
    if is_hermitian:
        require_square("linalg.eigh", a)
    if not a.size:
        return jnp.swapaxes(a, -2, -1)
    return _pinv(a, *tolerances(a, atol, rtol, "torch.linalg.pinv", relative), is_hermitian)


@op(
    "_lstsq",
    method=False,
    out=False,
    returns=("solution", "residuals", "rank", "singular_values"),
    return_type="linalg_lstsq",
)
def lstsq(A: Array, B: Array, rcond: float | None = None, *, driver: str | None = None):
    """X of least norm among those that make ||AX - B|| least; residuals, rank, singular values.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.lstsq.html)
    """
    if A.ndim < 2:
        raise RuntimeError("torch.linalg.lstsq: input must have at least 2 dimensions.")
    if B.ndim < 1:
        raise RuntimeError("torch.linalg.lstsq: other must have at least 1 dimension.")
    if driver not in (None, "gels", "gelsy", "gelsd", "gelss"):
        raise RuntimeError(
            "torch.linalg.lstsq: parameter `driver` should be one of (gels, gelsy, gelsd, gelss)"
        )
    vector = A.ndim - 1 == B.ndim and B.shape == A.shape[:-1]
    b = B[..., None] if vector else B
    if b.ndim < 2 or A.shape[-2] != b.shape[-2]:
        place = -2 if B.ndim > 1 and not vector else -1
        raise RuntimeError(f"torch.linalg.lstsq: input.size(-2) should match other.size({place})")
    if A.dtype != B.dtype:
        raise RuntimeError(
            "torch.linalg.lstsq: Expected input and other to have the same dtype, but got input's "
            f"dtype {name_of(A)} and other's dtype {name_of(B)}"
        )
    a, b = broadcast_batch(A, b)
    m, n = a.shape[-2:]
    real = real_dtype(a)
    cut = float(jnp.finfo(real).eps) * max(m, n) if rcond is None else rcond
    driver = driver or "gelsy"
    if driver == "gels" and a.size:
        # Of full rank: the normal equations' solution through QR keeps the precision.
        x = _full_rank(a, b)
    else:
        x = pseudoinverse(a, 0.0, cut, False) @ b
    batch = a.shape[:-2]
    empty = jnp.zeros((0,), real)
    values = (
        jnp.linalg.svd(lax.stop_gradient(a), full_matrices=False, compute_uv=False)
        if a.size
        else jnp.zeros((*batch, min(m, n)), real)
    )
    rank = jnp.zeros((0,), jnp.int64)
    if driver != "gels":
        rank = (values > cut * values.max(-1, keepdims=True)).sum(-1).astype(jnp.int64) \
            if a.size else jnp.zeros(batch, jnp.int64)  # fmt: skip
    residuals = empty
    if m > n and driver != "gelsy":
        residuals = jnp.sum(jnp.abs(a @ x - b) ** 2, -2)
    s = values if driver in ("gelsd", "gelss") else empty
    return x[..., 0] if vector else x, residuals, rank, s


def _full_rank(a, b):
    if a.shape[-2] >= a.shape[-1]:
        q, r = jnp.linalg.qr(a)
        return lax.linalg.triangular_solve(r, adjoint(q) @ b, left_side=True, lower=False)
    q, r = jnp.linalg.qr(adjoint(a))
    y = lax.linalg.triangular_solve(adjoint(r), b, left_side=True, lower=True)
    return q @ y
