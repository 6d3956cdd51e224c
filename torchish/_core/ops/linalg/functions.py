"""Norms, ranks and powers of matrices, covariances.

https://docs.pytorch.org/docs/stable/linalg.html
"""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax import lax
from jax.scipy.linalg import expm

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import wrap_dim
from torchish._core.base.promotion import cast
from torchish._core.ops.elementwise.quotients import divide
from torchish._core.ops.elementwise.quotients import mean as average
from torchish._core.ops.linalg.checks import (
    SVD_CHECK,
    failure_check,
    require_float,
    require_matrix,
    require_square,
)
from torchish._core.ops.linalg.checks import hermitian as from_triangle
from torchish._core.ops.linalg.solve import (
    kept,
    not_invertible,
    pseudoinverse,
    singular_info,
    tolerances,
)
from torchish._core.ops.operands import is_bool, is_complex, is_inexact, name_of
from torchish._core.ops.reductions.norms import vector_norm_of
from torchish._core.ops.table import Array, ArrayOrNumber, MaybeArray, op

# --- norms --------------------------------------------------------------------------------------


def _as_dtype(name: str, x, dtype):
    """The values in which a norm is worked out."""
    if not is_inexact(x):
        raise RuntimeError(
            f"{name}: Expected a floating point or complex tensor as input. Got {name_of(x)}"
        )
    if dtype is None:
        return x
    if dtype.category < dt.FLOAT:
        raise RuntimeError(
            f"{name}: dtype should be floating point or complex, but got {dt.SCALAR_NAMES[dtype]}"
        )
    if is_complex(x) != dtype.is_complex:
        kinds = ("complex", "floating point") if is_complex(x) else ("real", "real")
        raise RuntimeError(
            f"{name}: dtype should be {kinds[0]} for {kinds[0]} inputs, but got "
            f"{dt.SCALAR_NAMES[dtype]}"
        )
    if dtype.itemsize < x.dtype.itemsize:
        raise RuntimeError(
            f"{name}: the dtype of the input ({name_of(x)}) should be convertible without "
            f"narrowing to the specified dtype ({dt.SCALAR_NAMES[dtype]})"
        )
    return cast(x, dtype)


def _dims(dim, ndim: int) -> tuple[int, ...]:
    if dim is None or dim == ():
        return tuple(range(ndim))
    given = (dim,) if isinstance(dim, int) else dim
    dims = tuple(wrap_dim(d, ndim) for d in given)
    for i, d in enumerate(dims):
        if d in dims[:i]:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    return dims if ndim else ()


def _vector_norm(x, order, dim, keepdim: bool, dtype):
    x = _as_dtype("linalg.vector_norm", x, dtype)
    if not x.ndim:
        return vector_norm_of(x[None], float(order), (0,), False)
    whole = dim is None or dim == ()
    return vector_norm_of(x, float(order), _dims(dim, x.ndim), keepdim, whole=whole)


@op("linalg.vector_norm", method=False, saves="x result")
def vector_norm(
    x: Array,
    ord: float = 2,
    dim: int | tuple[int, ...] | None = None,
    keepdim: bool = False,
    *,
    dtype: dt.dtype | None = None,
):
    """The norm of given order over dims, real.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.vector_norm.html)
    """
    return _vector_norm(x, ord, dim, keepdim, dtype)


vector_norm.grad_name = "LinalgVectorNormBackward0"


def _of_nothing(shape, dtype, order, dim: int):
    """The largest of no values, 0; the smallest does not exist."""
    if order < 0:
        raise IndexError(f"amin(): Expected reduction dim {dim} to have non-zero size.")
    return jnp.zeros(shape, dtype)


def _matrix_norm(a, order, dim, keepdim: bool, dtype):
    name = "linalg.matrix_norm"
    require_matrix(name, a)
    a = _as_dtype(name, a, dtype)
    if isinstance(dim, int) or len(dim) != 2:
        shown = dim if isinstance(dim, int) else " ".join(map(str, dim))
        raise RuntimeError(f"{name}: dim must be a 2-tuple. Got {shown}")
    if not isinstance(order, str) and abs(order) not in (1, 2) and not math.isinf(order):
        raise RuntimeError(f"{name}: Order {order:g} not supported.")
    if order not in ("fro", "nuc") and isinstance(order, str):
        raise RuntimeError(f"{name}: Order {order} not supported.")
    rows, cols = (wrap_dim(d, a.ndim) for d in dim)
    if rows == cols:
        raise RuntimeError(f"{name}: dims must be different. Got ({dim[0]}, {dim[1]})")
    if order == "fro":
        return vector_norm_of(a, 2.0, (rows, cols), keepdim)
    if order == "nuc" or (not isinstance(order, str) and abs(order) == 2):
        result = dt.from_np(a.dtype).to_real()
        wide = a.astype(jnp.float32) if a.dtype.itemsize < 4 else a
        s = jnp.linalg.svd(
            jnp.moveaxis(wide, (rows, cols), (-2, -1)), full_matrices=False, compute_uv=False
        )
        if order == "nuc":
            r = s.sum(-1)
        elif not s.shape[-1]:
            r = _of_nothing(s.shape[:-1], s.dtype, order, -1)
        else:
            r = s.max(-1) if order > 0 else s.min(-1)
        r = cast(r, result)
        return jnp.expand_dims(r, tuple(sorted((rows, cols)))) if keepdim else r
    summed, compared = (rows, cols) if abs(order) == 1 else (cols, rows)
    sums = vector_norm_of(a, 1.0, (summed,), True)
    if not a.shape[compared]:
        r = _of_nothing(sums.sum((rows, cols)).shape, sums.dtype, order, compared)
        return jnp.expand_dims(r, tuple(sorted((rows, cols)))) if keepdim else r
    extreme = math.inf if order > 0 else -math.inf
    r = vector_norm_of(sums, extreme, (compared,), True)
    return r if keepdim else jnp.squeeze(r, (rows, cols))


@op("linalg.matrix_norm", method=False)
def matrix_norm(
    A: Array,
    ord="fro",
    dim: int | tuple[int, ...] = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: dt.dtype | None = None,
):
    """The norm of matrices: "fro", "nuc", inf, -inf, 1, -1, 2 or -2.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_norm.html)
    """
    return _matrix_norm(A, ord, dim, keepdim, dtype)


def _last_step(statics: dict) -> str | None:
    """A matrix norm's gradient has the name of the last operator that PyTorch makes it of."""
    order = statics.get("ord")
    if isinstance(order, str):
        return {"nuc": "SumBackward1", "fro": "LinalgVectorNormBackward0"}.get(order)
    dim = statics.get("dim")
    if order is None or not isinstance(dim, tuple) or len(dim) != 2:
        return None
    return "AmaxBackward0" if order > 0 else "AminBackward0"


matrix_norm.grad_name_of = _last_step


@op("linalg.norm", method=False)
def norm(
    input: Array,
    ord=None,
    dim: int | tuple[int, ...] | None = None,
    keepdim: bool = False,
    *,
    dtype: dt.dtype | None = None,
):
    """The norm of vectors or matrices, as `dim` and `ord` say.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.norm.html)
    """
    if dim is not None:
        dim = (dim,) if isinstance(dim, int) else dim
        if len(dim) not in (1, 2):
            raise RuntimeError(
                "linalg.norm: If dim is specified, it must be of length 1 or 2. Got "
                f"[{', '.join(map(str, dim))}]"
            )
    elif ord is not None and input.ndim not in (1, 2):
        raise RuntimeError(
            "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got "
            f"{input.ndim}D."
        )
    if isinstance(ord, str):
        return _matrix_norm(input, ord, (-2, -1) if dim is None else dim, keepdim, dtype)
    if ord is not None and (len(dim) == 2 if dim is not None else input.ndim == 2):
        return _matrix_norm(input, ord, (0, 1) if dim is None else dim, keepdim, dtype)
    return _vector_norm(input, 2 if ord is None else ord, dim, keepdim, dtype)


norm.grad_name = "LinalgVectorNormBackward0"
norm.grad_name_of = _last_step


@op("linalg.cond", method=False, check=SVD_CHECK)
def cond(A: Array, p=None):
    """The condition number in a matrix norm, the 2-norm by default.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.cond.html)
    """
    if A.ndim < 2:
        raise RuntimeError("linalg.cond: The input tensor must have at least 2 dimensions.")
    if p not in (None, "fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf):
        raise RuntimeError(f"linalg.cond got an invalid norm type: {p}")
    if p in (None, 2, -2):
        require_float("linalg.svd", A)
        s = jnp.linalg.svd(A, full_matrices=False, compute_uv=False)
        if not s.shape[-1]:
            return jnp.zeros(s.shape[:-1], s.dtype)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    shown = f"{p:g}" if not isinstance(p, str) else p
    require_square(f"linalg.cond(ord={shown})", A)
    require_float("linalg.inv", A)
    if not A.size:
        return jnp.zeros(A.shape[:-2], dt.from_np(A.dtype).to_real().np)
    norms = [_matrix_norm(x, p, (-2, -1), False, None) for x in (A, jnp.linalg.inv(A))]
    # The inverse of a singular matrix counts as infinite.
    return jnp.where(jnp.isnan(norms[1]) & ~jnp.isnan(norms[0]), jnp.inf, norms[0] * norms[1])


@op("linalg.matrix_rank", method=False, check=SVD_CHECK)
def matrix_rank(
    A: Array,
    tol: ArrayOrNumber = None,
    hermitian: bool = False,
    *,
    atol: ArrayOrNumber = None,
    rtol: ArrayOrNumber = None,
):
    """How many singular values exceed max(atol, rtol * largest), int64.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_rank.html)
    """
    require_matrix("torch.linalg.matrix_rank", A, "input")
    require_float("linalg.svd", A)
    if tol is not None:
        atol, rtol = tol, 0.0
    if not A.size:
        return jnp.zeros(A.shape[:-2], jnp.int64)
    if hermitian:
        require_square("linalg.eigh", A)
        values = jnp.abs(_eigenvalues(A))
    else:
        values = jnp.linalg.svd(A, full_matrices=False, compute_uv=False)
    return (
        kept(values, *tolerances(A, atol, rtol, "torch.linalg.matrix_rank"))
        .sum(-1)
        .astype(jnp.int64)
    )


def _eigenvalues(a):
    return jnp.linalg.eigh(from_triangle(a, False), symmetrize_input=False)[0]


@op("linalg.pinv", method=False, check=SVD_CHECK)
def pinv(
    A: Array,
    rcond: ArrayOrNumber = None,
    hermitian: bool = False,
    *,
    atol: ArrayOrNumber = None,
    rtol: ArrayOrNumber = None,
):
    """The pseudoinverse; singular values up to max(atol, rtol * largest) count as zero.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.pinv.html)
    """
    if rtol is None and rcond is not None:
        return pseudoinverse(A, atol, rcond, hermitian, "rcond")
    return pseudoinverse(A, atol, rtol, hermitian)


@op("pinverse", out=False, check=SVD_CHECK)
def pinverse(input: Array, rcond: float = 1e-15):
    """The pseudoinverse.

    (https://docs.pytorch.org/docs/stable/generated/torch.pinverse.html)
    """
    return pseudoinverse(input, None, rcond, False)


# --- powers -------------------------------------------------------------------------------------


def _power_info(A, n):
    return singular_info(A) if n < 0 else None


@op(
    "linalg.matrix_power",
    method=False,
    aliases=("matrix_power", "Tensor.matrix_power"),
    check=failure_check(_power_info, not_invertible("linalg.inv")),
)
def matrix_power(A: Array, n: int):
    """The n-th power of square matrices, of the inverse for a negative n.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_power.html)
    """
    require_square("linalg.matrix_power", A)
    if n < 0:
        require_float("linalg.inv", A)
        A, n = (jnp.linalg.inv(A) if A.size else A), -n
    out = None
    while n:
        if n & 1:
            out = A if out is None else out @ A
        n >>= 1
        A = A @ A if n else A
    return jnp.broadcast_to(jnp.eye(A.shape[-1], dtype=A.dtype), A.shape) if out is None else out


@op("linalg.matrix_exp", method=False, out=False, aliases=("matrix_exp", "Tensor.matrix_exp"))
def matrix_exp(A: Array):
    """The exponential of square matrices.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.matrix_exp.html)
    """
    require_square("linalg.matrix_exp", A)
    if not is_inexact(A):
        raise RuntimeError(
            "linalg.matrix_exp: Expected a floating point or complex tensor as input. Got "
            f"{name_of(A)}"
        )
    if not A.size:
        return A
    # In double precision: repeated squaring loses what single precision has.
    wide = jnp.complex128 if jnp.issubdtype(A.dtype, jnp.complexfloating) else jnp.float64
    return expm(A.astype(wide), max_squarings=32).astype(A.dtype)


# --- covariances --------------------------------------------------------------------------------


def _observations(name: str, x):
    if x.ndim > 2:
        raise RuntimeError(
            f"{name}(): expected input to have two or fewer dimensions but got an input with "
            f"{x.ndim} dimensions"
        )
    return x if x.ndim == 2 else x.reshape(1, -1)


def _weights(name: str, w, count: int):
    if w.ndim > 1:
        raise RuntimeError(
            f"cov(): expected {name} to have one or fewer dimensions but got {name} with "
            f"{w.ndim} dimensions"
        )
    if w.size != count:
        raise RuntimeError(
            f"cov(): expected {name} to have the same numel as there are observations in the "
            f"input but got {w.size} != {count}"
        )
    return w.reshape(-1)


def _cov(x, correction: int, fweights, aweights):
    if is_bool(x):
        raise RuntimeError("cov(): bool dtype is not supported for input")
    x = _observations("cov", x)
    w = None
    if fweights is not None:
        w = _weights("fweights", fweights, x.shape[1])
        if not jnp.issubdtype(w.dtype, jnp.integer):
            raise RuntimeError(
                f"cov(): expected fweights to have integral dtype but got fweights with "
                f"{name_of(w)} dtype"
            )
    if aweights is not None:
        a = _weights("aweights", aweights, x.shape[1])
        if not jnp.issubdtype(a.dtype, jnp.floating):
            raise RuntimeError(
                f"cov(): expected aweights to have floating point dtype but got aweights with "
                f"{name_of(a)} dtype"
            )
        w = a if w is None else w * a
    x = x if is_inexact(x) else x.astype(dt.get_default_dtype().np)
    if w is None:
        mean, total = average(x, 1, keepdims=True), x.shape[1]
        factor = jnp.asarray(float(total - correction), x.real.dtype)
    else:
        total = w.sum()
        mean = divide((x * w).sum(1, keepdims=True), total)
        if aweights is not None and correction:
            factor = total - correction * (w * aweights.reshape(-1)).sum() / total
        else:
            factor = total - correction
    centred = x - mean
    weighted = centred if w is None else centred * w
    factor = jnp.maximum(factor, 0)
    return divide(weighted @ jnp.conj(centred).T, factor)


@op("_cov", method=False, out=False)
def cov(
    input: Array,
    *,
    correction: int = 1,
    fweights: MaybeArray = None,
    aweights: MaybeArray = None,
):
    """The covariance matrix, with weights that are known not to be negative."""
    out = _cov(input, correction, fweights, aweights)
    return out if out.size != 1 else out.reshape(())


@op("corrcoef", out=False)
def corrcoef(input: Array):
    """Pearson's correlation coefficients of variables (rows).

    (https://docs.pytorch.org/docs/stable/generated/torch.corrcoef.html)
    """
    _observations("corrcoef", input)
    c = _cov(input, 1, None, None)
    if c.size == 1:
        return (c / c).reshape(())
    spread = jnp.sqrt(jnp.diagonal(c).real)
    c = c / spread[:, None] / spread[None, :]
    if is_complex(c):
        return lax.complex(jnp.clip(c.real, -1, 1), jnp.clip(c.imag, -1, 1))
    return jnp.clip(c, -1, 1)
