"""Eigenvectors, singular vectors, orthogonal factors and functions of matrices in NumPy.

Eigenvectors and singular vectors come from SciPy's LAPACK, whose routines XLA calls on the CPU too:
another LAPACK, NumPy's among them, chooses other signs in single precision, and the results would
change when a program is compiled.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from torchish._core.engine.host.common import axis_of
from torchish._core.engine.host.linalg import cubic, finite, require_square
from torchish._core.engine.host.products import adjoint
from torchish._core.engine.host.registry import Unsupported, kernel, require


@functools.cache
def _routine(name: str, dtype: np.dtype):
    from scipy.linalg import get_lapack_funcs  # slow to import, and needed here only

    return get_lapack_funcs(name, dtype=dtype)


def _each(f, a, *shapes) -> list:
    """The results of a routine for every matrix, each in an array of its own."""
    lead = a.shape[:-2]
    outs = [np.empty((*lead, *shape), a.dtype) for shape in shapes]
    for at in np.ndindex(lead):
        *found, info = f(a[at])
        if info:
            raise Unsupported
        for out, x in zip(outs, found, strict=True):
            out[at] = x
    return outs


def _gaps(w):
    """1 / (w[j] - w[i]), 0 on the diagonal."""
    d = w[..., None, :] - w[..., :, None]
    same = np.eye(w.shape[-1], dtype=bool)
    return np.where(same, 0, 1 / np.where(same, 1, d)).astype(w.dtype, copy=False)


@kernel("linalg.eigh", saves="result", several=2, dtypes="f", cost=cubic(12))
def eigh(A, UPLO="L"):
    require_square(A)
    require(UPLO in ("L", "U", "l", "u") and np.isfinite(A).all())
    n = A.shape[-1]
    part = np.triu(A).swapaxes(-1, -2) if UPLO in "Uu" else np.tril(A)
    routine = _routine("syevd", A.dtype)
    return tuple(_each(lambda a: routine(a, lower=1), part, (n,), (n, n)))


@eigh.gradient
def _(ct, saved, wanted, A, UPLO="L"):
    (w, v), (by_w, by_v) = saved, ct
    inner = np.zeros_like(v)
    if by_v is not None:
        inner += _gaps(w) * (adjoint(v) @ by_v)
    if by_w is not None:
        inner += by_w[..., None, :] * np.eye(w.shape[-1], dtype=w.dtype)
    g = v @ inner @ adjoint(v)
    return {"A": (g + adjoint(g)) / 2}


def _svd(a, full: bool):
    require(a.ndim >= 2 and a.size and np.isfinite(a).all())
    m, n = a.shape[-2:]
    k = min(m, n)
    full = full and m != n
    routine = _routine("gesdd", a.dtype)
    rows, columns = (m, n) if full else (k, k)
    return _each(lambda x: routine(x, full_matrices=int(full)), a, (m, rows), (k,), (columns, n))


def _svd_gradient(ct, u, s, vh):
    """The gradient from those of U, S and V^H (https://j-towns.github.io/papers/svd-derivative.pdf)"""
    by_u, by_s, by_vh = ct
    require(u.shape[-1] == vh.shape[-2])
    gaps = _gaps(s * s)
    inner = np.zeros((*s.shape, s.shape[-1]), s.dtype)
    rest = np.zeros((), s.dtype)
    if by_u is not None:
        turned = adjoint(u) @ by_u
        inner += gaps * (turned - adjoint(turned)) * s[..., None, :]
        if u.shape[-2] > u.shape[-1]:
            rest = rest + ((by_u - u @ turned) / s[..., None, :]) @ vh
    if by_vh is not None:
        by_v, v = adjoint(by_vh), adjoint(vh)
        turned = vh @ by_v
        inner += s[..., :, None] * gaps * (turned - adjoint(turned))
        if v.shape[-2] > v.shape[-1]:
            rest = rest + (u / s[..., None, :]) @ adjoint(by_v - v @ turned)
    if by_s is not None:
        inner += by_s[..., None, :] * np.eye(s.shape[-1], dtype=s.dtype)
    return u @ inner @ vh + rest


@kernel("linalg.svd", saves="result", several=3, dtypes="f", cost=cubic(25))
def linalg_svd(A, full_matrices=True, *, driver=None):
    require(driver is None)
    return tuple(_svd(A, full_matrices))


@linalg_svd.gradient
def _(ct, saved, wanted, A, full_matrices=True, *, driver=None):
    return {"A": _svd_gradient(ct, *saved)}


@kernel("svd", saves="result", several=3, dtypes="f", cost=cubic(25))
def svd(input, some=True, compute_uv=True):
    require(compute_uv)
    u, s, vh = _svd(input, not some)
    return u, s, adjoint(vh)


@svd.gradient
def _(ct, saved, wanted, input, some=True, compute_uv=True):
    by_u, by_s, by_v = ct
    u, s, v = saved
    by_vh = None if by_v is None else adjoint(by_v)
    return {"input": _svd_gradient((by_u, by_s, by_vh), u, s, adjoint(v))}


# --- orthogonal factors ---------------------------------------------------------------------------


@kernel("geqrf", several=2, dtypes="f", cost=cubic(4))
def geqrf(input):
    require(input.ndim >= 2 and input.size and np.isfinite(input).all())
    k = min(input.shape[-2:])
    a, tau = np.array(input), np.empty((*input.shape[:-2], k), input.dtype)
    for i in range(k):
        head, tail = a[..., i, i].copy(), a[..., i + 1 :, i].copy()
        rest = np.add.reduce(tail * tail, -1)
        size = np.sqrt(head * head + rest)
        beta = np.where(head > 0, -size, size)
        trivial = rest == 0
        tau[..., i] = np.where(trivial, 0, (beta - head) / np.where(trivial, 1, beta))
        w = np.ones((*tail.shape[:-1], tail.shape[-1] + 1), a.dtype)
        w[..., 1:] = tail / np.where(trivial, 1, head - beta)[..., None]
        left = a[..., i:, i:]
        left -= tau[..., i, None, None] * w[..., None] * (w[..., None, :] @ left)
        a[..., i + 1 :, i] = w[..., 1:]
    return a, tau


@kernel("linalg.householder_product", dtypes="f", cost=cubic(4))
def householder_product(A, tau):
    require(A.ndim >= 2 and A.shape[-2] >= A.shape[-1] >= tau.shape[-1])
    require(A.shape[:-2] == tau.shape[:-1] and A.dtype == tau.dtype)
    m, n = A.shape[-2:]
    out = np.zeros(A.shape, A.dtype)
    out[...] = np.eye(m, n, dtype=A.dtype)
    for i in reversed(range(tau.shape[-1])):
        v = np.ones((*A.shape[:-2], m - i), A.dtype)
        v[..., 1:] = A[..., i + 1 :, i]
        below = out[..., i:, :]
        below -= tau[..., i, None, None] * v[..., None] * (v[..., None, :] @ below)
    return out


@kernel("linalg.cholesky_ex", saves="result", several=2, dtypes="f", cost=cubic(1))
def cholesky_ex(A, *, upper=False, check_errors=False):
    require_square(A)
    factor = finite(np.linalg.cholesky(A, upper=upper))
    return factor, np.zeros(A.shape[:-2], np.int32)


@cholesky_ex.gradient
def _(ct, saved, wanted, A, *, upper=False, check_errors=False):
    factor, ct = (adjoint(saved[0]), adjoint(ct[0])) if upper else (saved[0], ct[0])
    m = np.tril(adjoint(factor) @ ct)
    inner = (m + adjoint(np.tril(m, -1))) / 2
    g = np.linalg.solve(adjoint(factor), adjoint(np.linalg.solve(adjoint(factor), inner)))
    return {"A": g}


# --- functions of matrices ------------------------------------------------------------------------

_TERMS = 18  # of the series, for matrices of norm up to 1/2: the next is below 1e-22


def _exponential(a):
    """The exponential in double precision, by scaling, the series, and squaring."""
    size = np.abs(a).sum(-2).max()
    require(np.isfinite(size))
    squarings = max(0, math.ceil(math.log2(size)) + 1) if size > 0 else 0
    require(squarings <= 32)
    a = a / 2.0**squarings
    eye = np.eye(a.shape[-1], dtype=a.dtype)
    out = eye + a / _TERMS
    for k in range(_TERMS - 1, 0, -1):
        out = eye + (a @ out) / k
    for _ in range(squarings):
        out = out @ out
    return out


@kernel("linalg.matrix_exp", dtypes="f", cost=cubic(60))
def matrix_exp(A):
    require_square(A)
    return _exponential(A.astype(np.float64)).astype(A.dtype)


@matrix_exp.gradient
def _(ct, saved, wanted, A):
    n = A.shape[-1]
    block = np.zeros((*A.shape[:-2], 2 * n, 2 * n))
    block[..., :n, :n] = block[..., n:, n:] = np.swapaxes(A, -2, -1)
    block[..., :n, n:] = ct
    return {"A": _exponential(block)[..., :n, n:].astype(A.dtype)}


@kernel("linalg.matrix_power", dtypes="f", cost=cubic(4))
def matrix_power(A, n):
    require_square(A)
    require(n >= 0)
    return np.linalg.matrix_power(A, n)


@matrix_power.gradient
def _(ct, saved, wanted, A, n):
    t = adjoint(A)
    powers = [np.linalg.matrix_power(t, k) for k in range(n)]
    total = np.zeros_like(A)
    for k in range(n):
        total += powers[k] @ ct @ powers[n - 1 - k]
    return {"A": total}


@kernel("linalg.pinv", saves="result", dtypes="f", cost=cubic(25))
def pinv(A, rcond=None, hermitian=False, *, atol=None, rtol=None):
    require(rcond is None and not hermitian and atol is None and rtol is None)
    require(A.ndim >= 2 and A.size and np.isfinite(A).all())
    return np.linalg.pinv(A, max(A.shape[-2:]) * np.finfo(A.dtype).eps)


@pinv.gradient
def _(ct, saved, wanted, A, rcond=None, hermitian=False, *, atol=None, rtol=None):
    p, t, g = saved, adjoint(saved), adjoint(ct)
    left = g - A @ (p @ g)
    right = g - (g @ p) @ A
    return {"A": -(t @ ct @ t) + left @ p @ t + t @ p @ right}


@kernel("linalg.matrix_rank", dtypes="f", cost=cubic(20))
def matrix_rank(A, tol=None, hermitian=False, *, atol=None, rtol=None):
    require(tol is None and not hermitian and atol is None and rtol is None)
    require(A.ndim >= 2 and A.size and np.isfinite(A).all())
    s = np.linalg.svd(A, compute_uv=False)
    limit = s[..., :1] * A.dtype.type(max(A.shape[-2:]) * np.finfo(A.dtype).eps)
    return np.count_nonzero(s > limit, -1).astype(np.int64)


@kernel("linalg.matrix_norm", saves="residual", dtypes="f", cost=cubic(20))
def matrix_norm(A, ord="fro", dim=(-2, -1), keepdim=False, *, dtype=None):
    require(dtype is None and A.ndim >= 2 and A.size and np.isfinite(A).all())
    require(not isinstance(dim, int) and len(dim) == 2)
    rows, columns = (axis_of(d, A.ndim) for d in dim)
    require(rows != columns)
    a = np.moveaxis(A, (rows, columns), (-2, -1))
    if ord == "fro":
        norm = np.sqrt(np.add.reduce(a * a, (-2, -1)))
        slope = a / np.where(norm == 0, 1, norm)[..., None, None]
    else:
        require(ord in ("nuc", 2, -2))
        u, s, vh = np.linalg.svd(a, full_matrices=False)
        if ord == "nuc":
            norm, slope = np.add.reduce(s, -1), u @ vh
        else:
            k = 0 if ord == 2 else s.shape[-1] - 1
            norm, slope = s[..., k], u[..., k, None] * vh[..., k, None, :]
    slope = np.moveaxis(slope.astype(A.dtype, copy=False), (-2, -1), (rows, columns))
    shaped = np.expand_dims(norm, (rows, columns))
    return shaped if keepdim else norm, (slope, shaped.shape)


@matrix_norm.gradient
def _(ct, saved, wanted, A, ord="fro", dim=(-2, -1), keepdim=False, *, dtype=None):
    slope, shape = saved
    return {"A": ct.reshape(shape) * slope}


# --- covariances ----------------------------------------------------------------------------------


@kernel("_cov", dtypes="f")
def cov(input, *, correction=1, fweights=None, aweights=None):
    require(fweights is None and aweights is None and input.ndim == 2 and input.size)
    require(input.shape[1] > correction)
    centered = input - np.add.reduce(input, 1, keepdims=True) / input.shape[1]
    return np.squeeze(centered @ centered.T / input.dtype.type(input.shape[1] - correction))


def _cov_gradient(ct, x, correction):
    """The gradient of the covariance of rows; the centring falls away, being a projection."""
    ct = ct.reshape(len(x), len(x))
    centered = x - np.add.reduce(x, 1, keepdims=True) / x.shape[1]
    return (ct + ct.T) @ centered / x.dtype.type(x.shape[1] - correction)


@cov.gradient
def _(ct, saved, wanted, input, *, correction=1, fweights=None, aweights=None):
    return {"input": _cov_gradient(ct, input, correction)}


# --- sums along a dimension -----------------------------------------------------------------------


@kernel("logcumsumexp", saves="result", dtypes="f")
def logcumsumexp(input, dim):
    require(input.ndim and input.size and np.isfinite(input).all())
    return np.logaddexp.accumulate(input, axis_of(dim, input.ndim))


@logcumsumexp.gradient
def _(ct, saved, wanted, input, dim):
    axis = axis_of(dim, input.ndim)
    # The sum of ct exp(input - result) from each place on, of both signs in logarithms.
    parts = []
    for part in (np.maximum(ct, 0), np.maximum(-ct, 0)):
        logs = np.flip(np.log(part) - saved, axis)
        parts.append(np.exp(np.flip(np.logaddexp.accumulate(logs, axis), axis) + input))
    return {"input": parts[0] - parts[1]}


# --- solutions from a Cholesky factor -------------------------------------------------------------


def _by_factor(factor, b):
    """X with L Lᵀ X = B."""
    return np.linalg.solve(adjoint(factor), np.linalg.solve(factor, b))


def _lower(L, upper: bool):
    require_square(L)
    return np.tril(adjoint(L) if upper else L)


def _factor_gradient(by_b, x, factor, upper: bool):
    # As of the product L Lᵀ with all of L, not of its triangle alone.
    by_a = -(by_b @ adjoint(x))
    g = (by_a + adjoint(by_a)) @ factor
    return adjoint(g) if upper else g


@kernel("cholesky_solve", saves="result", dtypes="f", cost=cubic(2))
def cholesky_solve(B, L, upper=False):
    require(B.ndim >= 2 and B.size and B.dtype == L.dtype and L.shape[-1] == B.shape[-2])
    return finite(_by_factor(_lower(L, upper), B))


@cholesky_solve.gradient
def _(ct, saved, wanted, B, L, upper=False):
    factor = _lower(L, upper)
    by_b = _by_factor(factor, ct)
    return {"B": by_b, "L": _factor_gradient(by_b, saved, factor, upper)}


@kernel("cholesky_inverse", saves="result", dtypes="f", cost=cubic(2))
def cholesky_inverse(L, upper=False):
    factor = _lower(L, upper)
    return finite(_by_factor(factor, np.broadcast_to(np.eye(L.shape[-1], dtype=L.dtype), L.shape)))


@cholesky_inverse.gradient
def _(ct, saved, wanted, L, upper=False):
    factor = _lower(L, upper)
    return {"L": _factor_gradient(_by_factor(factor, ct), saved, factor, upper)}


# --- eigenvalues of general matrices --------------------------------------------------------------


def _eig(a):
    """(eigenvalues, eigenvectors of length 1), complex."""
    from scipy.linalg import eig as of_one  # slow to import, and needed here only

    require_square(a)
    require(a.size and np.isfinite(a).all())
    kind = np.result_type(a.dtype, np.complex64)
    w, v = np.empty(a.shape[:-1], kind), np.empty(a.shape, kind)
    for at in np.ndindex(a.shape[:-2]):
        w[at], v[at] = of_one(a[at])
    return w, v


def _eig_gradient(by_w, by_v, w, v, like):
    """The gradient of the matrix, PyTorch's convention: v⁻ᴴ (…) vᴴ."""
    inner = np.zeros_like(v)
    if by_v is not None:
        # Eigenvectors keep their length: what changes it counts for nothing.
        overlap = adjoint(v) @ by_v
        length = np.diagonal(overlap, axis1=-2, axis2=-1).real[..., None, :]
        inner += (overlap - (adjoint(v) @ v) * length) * _gaps(w).conj()
    if by_w is not None:
        inner += by_w[..., None, :] * np.eye(w.shape[-1], dtype=w.dtype)
    g = np.linalg.solve(adjoint(v), inner @ adjoint(v))
    return g if like.dtype.kind == "c" else g.real


@kernel("linalg.eig", saves="result", several=2, dtypes="fc", cost=cubic(30))
def eig(A):
    return _eig(A)


@eig.gradient
def _(ct, saved, wanted, A):
    return {"A": _eig_gradient(*ct, *saved, A)}


@kernel("linalg.eigvals", saves="residual", dtypes="fc", cost=cubic(30))
def eigvals(A):
    w, v = _eig(A)
    return w, (w, v)


@eigvals.gradient
def _(ct, saved, wanted, A):
    return {"A": _eig_gradient(ct, None, *saved, A)}


# --- correlations ---------------------------------------------------------------------------------


@kernel("corrcoef", dtypes="f")
def corrcoef(input):
    require(input.ndim == 2 and input.shape[0] > 1 and input.shape[1] > 1)
    return np.clip(_correlations(input)[0], -1, 1)


def _correlations(x):
    """(correlations of rows, their deviations)."""
    centered = x - np.add.reduce(x, 1, keepdims=True) / x.shape[1]
    c = centered @ centered.T / x.dtype.type(x.shape[1] - 1)
    spread = np.sqrt(np.diagonal(c))
    return c / spread[:, None] / spread, spread


@corrcoef.gradient
def _(ct, saved, wanted, input):
    r, spread = _correlations(input)
    inside = (r >= -1) & (r <= 1)
    ct = np.where(inside, ct, 0).astype(input.dtype) / spread[:, None] / spread
    # By the covariances, of which those on the diagonal are in all of their row and column.
    along = ((ct + ct.T) * r * spread[:, None] * spread).sum(1) / (2 * spread * spread)
    return {"input": _cov_gradient(ct - np.diag(along), input, 1)}


# --- LU -------------------------------------------------------------------------------------------


@kernel("linalg.lu_factor", saves="result", several=2, dtypes="fc", cost=cubic(2), checks=True)
def lu_factor(A, *, pivot=True):
    require(pivot and A.ndim >= 2 and A.size)
    routine = _routine("getrf", A.dtype)
    k = min(A.shape[-2:])
    lu = np.empty_like(A)
    pivots = np.empty((*A.shape[:-2], k), np.int32)
    for at in np.ndindex(A.shape[:-2]):
        lu[at], pivots[at], info = routine(A[at])
        require(not info)  # a pivot is zero: the operator's own function words the error
    return lu, pivots + np.int32(1)


def _swapped(x, pivots):
    """The rows of a matrix, by which the factors' product is to be taken back to A's."""
    rows = np.arange(x.shape[0])
    for i, j in enumerate(pivots - 1):
        rows[[i, j]] = rows[[j, i]]
    out = np.empty_like(x)
    out[rows] = x
    return out


@lu_factor.gradient
def _(ct, saved, wanted, A, *, pivot=True):
    lu, pivots = saved
    require(A.shape[-1] == A.shape[-2])
    g = np.empty_like(A)
    eye = np.eye(A.shape[-1], dtype=A.dtype)
    for at in np.ndindex(A.shape[:-2]):
        low, up, by = np.tril(lu[at], -1) + eye, np.triu(lu[at]), ct[0][at]
        inner = np.tril(adjoint(low) @ np.tril(by, -1), -1) + np.triu(np.triu(by) @ adjoint(up))
        inner = np.linalg.solve(adjoint(low), inner)
        g[at] = _swapped(adjoint(np.linalg.solve(up, adjoint(inner))), pivots[at])
    return {"A": g}
