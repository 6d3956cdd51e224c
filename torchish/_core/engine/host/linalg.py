"""Matrix factors, determinants and equations on NumPy's LAPACK.

What LAPACK refuses (a singular matrix, one that is not positive definite) is left to the operator's
own function, which words the error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from torchish._core.engine.host.products import adjoint
from torchish._core.engine.host.registry import Unsupported, elements, kernel, require


def cubic(factor: float) -> Callable[[Sequence, Sequence], float]:
    """The cost of `factor` n³ operations for each matrix."""

    def cost(inputs, outputs) -> float:
        shape = inputs[0].shape
        if len(shape) < 2:
            return elements(inputs, outputs)
        work = math.prod(shape) * min(shape[-2:])
        return elements(inputs, outputs) + 2e-10 * factor * work * len(outputs)

    return cost


def _lapack(f: Callable, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except np.linalg.LinAlgError:
        raise Unsupported from None


def require_square(a) -> None:
    require(a.ndim >= 2 and a.shape[-1] == a.shape[-2] and a.size)


def _solve(a, b):
    return _lapack(np.linalg.solve, a, b)


def _t(a):
    return adjoint(a)


# --- inverses and determinants --------------------------------------------------------------------


def finite(a):
    """A result of LAPACK that is finite where the matrix was: its pivots are not 0."""
    require(np.isfinite(a).all())
    return a


@kernel("linalg.inv", saves="result", dtypes="fc", cost=cubic(2), checks=True)
def inv(A):
    require_square(A)
    return finite(_lapack(np.linalg.inv, A))


@inv.gradient
def _(ct, saved, wanted, A):
    t = _t(saved)
    return {"A": -(t @ ct @ t)}


@kernel("linalg.det", saves="result", dtypes="fc", cost=cubic(1), checks=True)
def det(A):
    require_square(A)
    return np.linalg.det(A)


@det.gradient
def _(ct, saved, wanted, A):
    product = np.asarray(ct * saved.conj())
    return {"A": product[..., None, None] * _t(finite(_lapack(np.linalg.inv, A)))}


def _enter_slogdet(name: str, parameter: str) -> None:
    def forward(**arguments):
        a = arguments[parameter]
        require_square(a)
        return tuple(np.linalg.slogdet(a))

    def gradient(ct, saved, wanted, **arguments):
        a = arguments[parameter]
        require(a.dtype.kind == "f")
        if ct[1] is None:
            return {parameter: np.zeros_like(a)}
        return {parameter: ct[1][..., None, None] * _t(finite(_lapack(np.linalg.inv, a)))}

    kernel(name, several=2, dtypes="fc", cost=cubic(1))(forward).gradient(gradient)


_enter_slogdet("linalg.slogdet", "A")
_enter_slogdet("slogdet", "input")


@kernel("logdet", dtypes="f", cost=cubic(1))
def logdet(input):
    require_square(input)
    sign, value = np.linalg.slogdet(input)
    return np.where(sign < 0, input.dtype.type(np.nan), value)


@logdet.gradient
def _(ct, saved, wanted, input):
    sign, _ = np.linalg.slogdet(input)
    ct = np.where(sign < 0, ct.dtype.type(0), ct)
    return {"input": ct[..., None, None] * _t(finite(_lapack(np.linalg.inv, input)))}


# --- equations ------------------------------------------------------------------------------------


def _is_vector(a, b) -> bool:
    return b.ndim == 1 or (a.ndim - 1 == b.ndim and b.shape == a.shape[:-1])


def _sides(A, B, left: bool):
    """(A, B as matrices for A X = B, whether B holds vectors)."""
    require_square(A)
    require(A.dtype == B.dtype and B.size)
    vector = _is_vector(A, B)
    require(left or not vector)
    b = B[..., None] if vector else B
    require(b.ndim >= 2 and A.shape[-1] == b.shape[-2 if left else -1])
    if left:
        return A, b, vector
    return np.swapaxes(A, -2, -1), np.swapaxes(b, -2, -1), vector


def _as_given(x, left: bool, vector: bool):
    if vector:
        return x[..., 0]
    return x if left else np.swapaxes(x, -2, -1)


@kernel("linalg.solve", saves="residual", dtypes="fc", cost=cubic(1), checks=True)
def solve(A, B, *, left=True):
    a, b, vector = _sides(A, B, left)
    x = finite(_solve(a, b))
    return _as_given(x, left, vector), x


@solve.gradient
def _(ct, saved, wanted, A, B, *, left=True):
    a, _, vector = _sides(A, B, left)
    ct = ct[..., None] if vector else ct if left else np.swapaxes(ct, -2, -1)
    by_b = _solve(_t(a), ct)
    out = {"B": _as_given(by_b, left, vector)}
    if "A" in wanted:
        by_a = -(by_b @ _t(saved))
        out["A"] = by_a if left else np.swapaxes(by_a, -2, -1)
    return out


def _triangle(a, upper: bool, unit: bool):
    t = np.triu(a, int(unit)) if upper else np.tril(a, -int(unit))
    return t + np.eye(a.shape[-1], dtype=a.dtype) if unit else t


@kernel("linalg.solve_triangular", saves="residual", dtypes="fc", cost=cubic(1))
def solve_triangular(A, B, *, upper, left=True, unitriangular=False):
    require(B.ndim >= 2)
    require_square(A)
    require(A.dtype == B.dtype and B.size and A.shape[-1] == B.shape[-2 if left else -1])
    t = _triangle(A, upper, unitriangular)
    if left:
        x = finite(_solve(t, B))
        return x, (t, x)
    x = np.swapaxes(finite(_solve(np.swapaxes(t, -2, -1), np.swapaxes(B, -2, -1))), -2, -1)
    return x, (t, x)


@solve_triangular.gradient
def _(ct, saved, wanted, A, B, *, upper, left=True, unitriangular=False):
    t, x = saved
    if left:
        by_b = _solve(_t(t), ct)
        by_a = -(by_b @ _t(x))
    else:
        by_b = _t(_solve(t, _t(ct)))
        by_a = -(_t(x) @ by_b)
    part = np.triu(by_a, int(unitriangular)) if upper else np.tril(by_a, -int(unitriangular))
    return {"A": part, "B": by_b}


# --- factors --------------------------------------------------------------------------------------


def _enter_cholesky(name: str, parameter: str) -> None:
    def forward(upper=False, **arguments):
        a = arguments[parameter]
        require_square(a)
        return finite(_lapack(np.linalg.cholesky, a, upper=upper))

    def gradient(ct, saved, wanted, upper=False, **arguments):
        require(saved.dtype.kind == "f")
        factor, ct = (_t(saved), _t(ct)) if upper else (saved, ct)
        m = _t(factor) @ ct
        low = np.tril(m, -1)
        diagonal = m * np.eye(m.shape[-1], dtype=m.dtype)
        inner = (low + _t(low) + diagonal) / 2
        # L^-T inner L^-1
        g = _solve(_t(factor), _t(_solve(_t(factor), inner)))
        return {parameter: g}

    enter = kernel(name, saves="result", dtypes="fc", cost=cubic(1), checks=True)
    enter(forward).gradient(gradient)


_enter_cholesky("linalg.cholesky", "A")
_enter_cholesky("cholesky", "input")


def _require_uplo(a, uplo: str) -> None:
    require_square(a)
    require(uplo in ("L", "U", "l", "u") and np.isfinite(a).all())


@kernel("linalg.eigvalsh", saves="residual", dtypes="f", cost=cubic(10))
def eigvalsh(A, UPLO="L"):
    _require_uplo(A, UPLO)
    w, v = _lapack(np.linalg.eigh, A, UPLO.upper())
    return w, v


@eigvalsh.gradient
def _(ct, saved, wanted, A, UPLO="L"):
    g = (saved * ct[..., None, :]) @ _t(saved)
    return {"A": (g + _t(g)) / 2}


def _qr(a, mode: str):
    require(a.ndim >= 2 and a.size and mode in ("reduced", "complete"))
    require(mode == "reduced" or a.shape[-2] >= a.shape[-1])
    return tuple(np.linalg.qr(a, mode))


def _qr_gradient(ct, q, r):
    """The gradient of a reduced factorization (https://arxiv.org/abs/2009.10071)"""
    require(q.dtype.kind == "f" and q.shape[-1] == r.shape[-2] == r.shape[-1])
    by_q, by_r = ct
    m = np.zeros_like(r)
    if by_r is not None:
        m += r @ _t(by_r)
    if by_q is not None:
        m -= _t(by_q) @ q
    low = np.tril(m)
    g = q @ (low + _t(np.tril(m, -1)))
    if by_q is not None:
        g = g + by_q
    return _t(_solve(r, _t(g)))


@kernel("linalg.qr", saves="result", several=2, dtypes="fc", cost=cubic(4))
def linalg_qr(A, mode="reduced"):
    return _qr(A, mode)


@linalg_qr.gradient
def _(ct, saved, wanted, A, mode="reduced"):
    return {"A": _qr_gradient(ct, *saved)}


@kernel("qr", saves="result", several=2, dtypes="fc", cost=cubic(4))
def qr(input, some=True):
    return _qr(input, "reduced" if some else "complete")


@qr.gradient
def _(ct, saved, wanted, input, some=True):
    return {"input": _qr_gradient(ct, *saved)}


def _svd(a, full: bool):
    require(a.ndim >= 2 and a.size and np.isfinite(a).all())
    return _lapack(np.linalg.svd, a, full_matrices=full)


@kernel("linalg.svdvals", saves="residual", dtypes="f", cost=cubic(20))
def svdvals(A, *, driver=None):
    require(driver is None)
    u, s, vh = _svd(A, False)
    return s, (u, vh)


@svdvals.gradient
def _(ct, saved, wanted, A, *, driver=None):
    u, vh = saved
    return {"A": (u * ct[..., None, :]) @ vh}
