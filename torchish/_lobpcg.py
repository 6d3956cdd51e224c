"""`torch.lobpcg`: some eigenpairs of a symmetric matrix that is only multiplied by.

A. Knyazev, Toward the Optimal Preconditioned Eigensolver: Locally Optimal Block Preconditioned
Conjugate Gradient Method, 2001. The orthogonalisation is that of A. Stathopoulos and K. Wu, A Block
Orthogonalization Procedure with Constant Synchronization Requirements, 2002.

https://docs.pytorch.org/docs/stable/generated/torch.lobpcg.html
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from torchish._core.base import dtypes as dt
from torchish._core.tensor import Function, Tensor, namespace
from torchish._core.tensor.tape.modes import no_grad
from torchish._linalg_utils import bform, get_floating_dtype, is_sparse, matmul, qform, symeig

__all__ = ["LOBPCG", "lobpcg"]

_torch, _linalg = namespace(""), namespace("linalg")
_EPS = {dt.float32: 1.2e-07, dt.float64: 2.23e-16}


def _norm(x: Tensor) -> float:
    return float(_linalg["vector_norm"](x))


class LOBPCG:
    """The iteration, as a tracker sees it.

    iparams, fparams, bparams    what was asked for: whole numbers, numbers, truth values
    ivars, fvars, bvars, tvars   what has come of it: `istep`, `iterations_left`,
                                 `converged_count`, `rerr`; a tracker stops it by `force_stop`
    E, X                         the eigenvalues and eigenvectors so far
    R                            the residual `A X - B X diag(E)`
    S                            the basis in which the next ones are looked for: `X`, the last
                                 step's directions, and the preconditioned residuals
    """

    def __init__(
        self,
        A: Tensor,
        B: Tensor | None,
        X: Tensor,
        iK: Tensor | None,
        iparams: dict[str, int],
        fparams: dict[str, float],
        bparams: dict[str, bool],
        method: str,
        tracker: Callable | None,
    ):
        self.A, self.B, self.iK = A, B, iK
        self.iparams, self.fparams, self.bparams = iparams, fparams, bparams
        self.method, self.tracker = method, tracker
        n = iparams["n"]
        self.X, self.E = X, X.new_zeros((n,))
        self.R = X.new_zeros(tuple(X.shape))
        self.S = X.new_zeros((X.shape[0], 3 * n))
        self._P: Tensor | None = None
        self.ivars = {"istep": 0, "iterations_left": iparams["niter"], "converged_count": 0}
        self.fvars: dict[str, float] = {}
        self.bvars: dict[str, bool] = {}
        self.tvars: dict[str, Tensor] = {}

    def run(self) -> None:
        """Iterate until the eigenpairs have converged, the iterations are spent or the tracker
        stops it."""
        size = _norm(self.X)
        self.fvars["X_norm"] = size
        self.fvars["A_norm"] = _norm(matmul(self.A, self.X)) / size
        self.fvars["B_norm"] = _norm(matmul(self.B, self.X)) / size
        self._improve(self._basis_of(self.X))
        self._report()
        while not self.stop_iteration():
            n, done = self.iparams["n"], self.ivars["converged_count"]
            W = matmul(self.iK, self.R[:, done:])
            parts = [self.X] if self._P is None else [self.X, self._P]
            before = _torch["cat"](parts, -1)
            if self.method == "basic":
                self._improve(_torch["cat"]([before, W], -1))
            else:
                if self._P is not None:
                    P = self.orthogonal(self._P, self.X)
                    before = _torch["cat"]([self.X, P], -1)
                room = self.X.shape[0] - before.shape[1]
                W = self.orthogonal(W[:, :room], before)
                self._improve(_torch["cat"]([before, W], -1))
            assert self.X.shape[1] == n
            self._report()

    def stop_iteration(self) -> bool:
        """Whether it is over."""
        return (
            self.bvars.get("force_stop", False)
            or self.ivars["iterations_left"] == 0
            or self.ivars["converged_count"] >= self.iparams["k"]
        )

    def _report(self) -> None:
        """Count the step and what has converged; tell the tracker."""
        self.R = matmul(self.A, self.X) - matmul(self.B, self.X) * self.E
        sizes = self.fvars["A_norm"] + self.fvars["B_norm"] * self.E.abs()
        columns = {"ord": 2, "dim": 0}
        scale = _linalg["vector_norm"](self.X, **columns) * sizes
        error = _linalg["vector_norm"](self.R, **columns) / scale
        self.tvars["rerr"] = error
        count = 0
        for e in error.tolist():  # the first ones: those behind one that has not, wait for it
            if not e < self.fparams["tol"]:
                break
            count += 1
        self.ivars["converged_count"] = count
        self.ivars["istep"] += 1
        self.ivars["iterations_left"] -= 1
        if self.tracker is not None:
            self.tracker(self)

    # --- bases

    def _basis_of(self, X: Tensor) -> Tensor:
        return X if self.method == "basic" else self.orthogonal(X, None)

    def _improve(self, S: Tensor) -> None:
        """The best eigenpairs in the span of `S`, by Rayleigh and Ritz, and the directions that
        the step has taken out of `X`."""
        n, first = self.iparams["n"], self.X.shape[1]
        largest = self.bparams["largest"]
        if self.method == "basic":
            gram = qform(self.B, S)
            scale = gram.diagonal().rsqrt()
            L = _linalg["cholesky"](gram * scale * scale[:, None])
            T = _linalg["solve_triangular"](L.mT, scale.diag(), upper=True, left=False)
            self.E, Z = symeig(bform(T, qform(self.A, S), T), largest)
            Z = matmul(T, Z)
        else:
            self.E, Z = symeig(qform(self.A, S), largest)
        self.E, Z = self.E[:n], Z[:, :n]
        self.S = S
        done = self.ivars["converged_count"]
        moved = matmul(S[:, first:], Z[first:, done:])
        self._P = moved if S.shape[1] > first else None
        self.X = matmul(S, Z)

    def orthogonal(self, U: Tensor, V: Tensor | None) -> Tensor:
        """A basis of `U`, orthonormal by `B` and orthogonal to `V`, which is orthonormal."""
        tol, limit = self.fparams["ortho_tol"], self.fparams["ortho_tol_replace"]
        drop = self.bparams["ortho_use_drop"]
        limit = self.fparams["ortho_tol_drop"] if drop else limit
        for _ in range(self.iparams["ortho_i_max"]):
            if V is not None:
                U = U - matmul(V, bform(V, self.B, U))
            for _ in range(self.iparams["ortho_j_max"]):
                U = self._normal(U, drop, limit)
                if not U.shape[1]:
                    return U
                gram = qform(self.B, U)
                size = _norm(matmul(self.B, U)) * _norm(U)
                if _norm(gram - _torch["eye"](len(gram), dtype=gram.dtype)) < tol * size:
                    break
            if V is None or _norm(bform(V, self.B, U)) < tol * _norm(matmul(self.B, V)) * _norm(U):
                break
        return U

    def _normal(self, U: Tensor, drop: bool, limit: float) -> Tensor:
        """`U` with columns nearly orthonormal by `B`. Directions that hardly exist are dropped, or
        taken as large as the limit says."""
        gram = qform(self.B, U)
        diagonal = gram.diagonal()
        scale = _torch["where"](diagonal == 0, 0.0, diagonal.abs().rsqrt())
        E, Z = symeig(gram * scale * scale[:, None])
        least = limit * E.abs().max()
        if drop:
            kept = least < E
            E, Z = E[kept], Z[:, kept]
        else:
            E = E.maximum(least)
        return matmul(U * scale, Z * E.rsqrt())


def _parameters(X_columns: int | None, A: Tensor, k, n, niter, tol, largest, given) -> tuple:
    """The three dictionaries of what is asked for. ValueError for too small a matrix."""
    m, dtype = A.shape[-1], get_floating_dtype(A)
    k = (1 if X_columns is None else X_columns) if k is None else k
    n = (k if n is None else n) if X_columns is None else X_columns
    if m < 3 * n:
        raise ValueError(
            f"LOBPCG algorithm is not applicable when the number of A rows (={m}) is smaller than "
            f"3 x the number of requested eigenpairs (={n})"
        )
    tol = _EPS[dtype] ** 0.5 if tol is None else tol
    whole = {"m": m, "n": n, "k": k, "niter": 1000 if niter is None else niter}
    numbers = {"tol": tol}
    truths = {"largest": True if largest is None else largest}
    whole |= {"ortho_i_max": 3, "ortho_j_max": 3} | (given[0] or {})
    numbers |= dict.fromkeys(("ortho_tol", "ortho_tol_drop", "ortho_tol_replace"), tol)
    return whole, numbers | (given[1] or {}), truths | {"ortho_use_drop": False} | (given[2] or {})


def _solve(A: Tensor, B, X, iK, parameters, method, tracker) -> tuple[Tensor, Tensor]:
    """Eigenpairs of one matrix, or of each of a batch."""
    whole, numbers, truths = parameters
    m, n, k = whole["m"], whole["n"], whole["k"]
    batch, dtype = tuple(A.shape[:-2]), get_floating_dtype(A)
    many = math.prod(batch)
    one = not batch
    As = [A] if one else A.reshape((many, m, m)).unbind(0)
    Bs = [B] * many if one or B is None else B.reshape((many, m, m)).unbind(0)
    Xs = [X] * many if one or X is None else X.reshape((many, *X.shape[-2:])).unbind(0)
    found = []
    for i in range(many):
        start = _torch["randn"]((m, n), dtype=dtype, device=A.device) if Xs[i] is None else Xs[i]
        if tuple(start.shape) != (m, n):
            raise AssertionError(f"X shape mismatch: got {start.shape}, expected {(m, n)}")
        if not one:
            whole["batch_index"] = i
        worker = LOBPCG(As[i], Bs[i], start, iK, whole, numbers, truths, method, tracker)
        worker.run()
        found.append((worker.E[:k], worker.X[:, :k]))
    if one:
        return found[0]
    if not many:
        return A.new_zeros((*batch, k)), A.new_zeros((*batch, m, k))
    E, X = (_torch["stack"](list(parts)) for parts in zip(*found, strict=True))
    return E.reshape((*batch, k)), X.reshape((*batch, m, k))


class _Eigenpairs(Function):
    """The same with a gradient for `A`: the eigenvectors that were not computed take part by the
    system of equations that the residual of a change must solve outside of the computed ones."""

    @staticmethod
    def forward(ctx: Any, A: Tensor, B, X, iK, parameters, method, tracker) -> Any:
        E, U = _solve(A, B, X, iK, parameters, method, tracker)
        ctx.save_for_backward(A, E, U)
        ctx.general = B is not None
        return E, U

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        gE, gU = grads
        A, E, U = ctx.saved_tensors
        if is_sparse(A):
            raise ValueError(
                "lobpcg.backward does not support sparse input yet. Note that lobpcg.forward does "
                "though."
            )
        if A.is_complex():
            raise ValueError(
                "lobpcg.backward does not support complex input yet. Note that lobpcg.forward does "
                "though."
            )
        if ctx.general:
            raise ValueError("lobpcg.backward does not support backward with B != I yet.")
        one = _torch["eye"](A.shape[-1], dtype=A.dtype, device=A.device)
        inside = matmul(U, U.mT)
        outside = one - inside
        # For each pair: (e - A) outside of the computed ones, and 1 in them, so that it is regular.
        shifted = E[..., None, None] * one - A[..., None, :, :]
        beside, own = outside[..., None, :, :], inside[..., None, :, :]
        system = matmul(beside, matmul(shifted, beside)) + own
        z = _linalg["solve"](system, matmul(outside, gU).mT)
        gaps = E[..., None, :] - E[..., :, None]
        gaps = gaps + _torch["diag_embed"](_torch["full_like"](E, float("inf")))
        middle = matmul(U.mT, gU) / gaps + _torch["diag_embed"](gE)
        g = matmul(U, matmul(middle, U.mT)) + matmul(z.mT, U.mT)
        return g, *[None] * 6


def lobpcg(
    A: Tensor,
    k: int | None = None,
    B: Tensor | None = None,
    X: Tensor | None = None,
    n: int | None = None,
    iK: Tensor | None = None,
    niter: int | None = None,
    tol: float | None = None,
    largest: bool | None = None,
    method: str | None = None,
    tracker: Callable | None = None,
    ortho_iparams: dict[str, int] | None = None,
    ortho_fparams: dict[str, float] | None = None,
    ortho_bparams: dict[str, bool] | None = None,
) -> tuple[Tensor, Tensor]:
    """The `k` largest eigenvalues (*, k), or the smallest, and their eigenvectors (*, m, k), of
    symmetric positive definite matrices `A` (*, m, m), dense or sparse; with `B`, of
    `A x = e B x`.

    X        (*, m, n): where it begins; otherwise `n` random columns
    iK       (m, m): a preconditioner
    niter    at most so many iterations, 1000 unless given; -1: until it has converged
    tol      the residuals, relative to the sizes of `A` and `B`, with which it ends
    method   "ortho" (the default), or "basic": fewer operations a step, which fail where the
             basis becomes singular
    tracker  is called with the state (`LOBPCG`) after each step

    AssertionError for shapes that do not fit, ValueError where `m < 3 n`. There are gradients for a
    dense `A` without `B`.

    >>> A = torch.diag(torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]))
    >>> values, vectors = torch.lobpcg(A, k=1)
    >>> values.round(decimals=3)
    tensor([9.])
    """
    if A.shape[-2] != A.shape[-1]:
        raise AssertionError(f"A must be square, got shape {A.shape}")
    if B is not None and A.shape != B.shape:
        raise AssertionError(f"A and B must have same shape, got {A.shape} vs {B.shape}")
    columns = None if X is None else X.shape[-1]
    given = (ortho_iparams, ortho_fparams, ortho_bparams)
    parameters = _parameters(columns, A, k, n, niter, tol, largest, given)
    method = "ortho" if method is None else method
    if A.requires_grad or (B is not None and B.requires_grad):
        A, B = (A + A.mT) / 2, B if B is None else (B + B.mT) / 2
        return _Eigenpairs.apply(A, B, X, iK, parameters, method, tracker)
    with no_grad():
        return _solve(A, B, X, iK, parameters, method, tracker)
