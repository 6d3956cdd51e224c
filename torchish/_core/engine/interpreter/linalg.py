"""Rules for factorisations and triangular systems, by SciPy.

XLA calls SciPy's LAPACK on the CPU too: another one, NumPy's among them, chooses other signs.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from torchish._core.engine.interpreter.rules import Unsupported, require, rule


@functools.cache
def _routine(name: str, dtype: np.dtype):
    from scipy.linalg import get_lapack_funcs  # slow to import, and needed here only

    return get_lapack_funcs(name, dtype=dtype)


def _each(f, arrays, outs) -> tuple:
    """The results of `f` for every matrix of some stacks, in arrays of the avals `outs`."""
    made = [np.empty(o.shape, o.dtype) for o in outs]
    lead = arrays[0].shape[:-2]
    for at in np.ndindex(lead):
        for out, x in zip(made, f(*[a[at] for a in arrays]), strict=True):
            out[at] = x
    return tuple(made)


def _matrices(a) -> None:
    require(a.dtype.kind in "fc" and a.dtype.itemsize >= 4 and all(a.shape))


@rule("cholesky")
def _cholesky(ins, outs):
    _matrices(ins[0])
    potrf = _routine("potrf", ins[0].dtype)

    def one(a):
        c, info = potrf(a, lower=1, clean=1)
        return (c if info == 0 else np.full_like(c, np.nan),)

    return lambda a: _each(one, [a], outs)


@rule("lu")
def _lu(ins, outs):
    _matrices(ins[0])
    getrf = _routine("getrf", ins[0].dtype)

    def one(a):
        lu, pivots, info = getrf(a)
        if info < 0:
            raise Unsupported
        return lu, pivots, _permutation(pivots, a.shape[0])

    return lambda a: _each(one, [a], outs)


def _permutation(pivots, n: int) -> np.ndarray:
    """The order that exchanges of rows, one after the other, lead to."""
    order = np.arange(n)
    for i, k in enumerate(pivots):
        order[[i, k]] = order[[k, i]]
    return order


@rule("lu_pivots_to_permutation")
def _lu_pivots_to_permutation(ins, outs, *, permutation_size):
    def run(pivots):
        rows = pivots.reshape(math.prod(pivots.shape[:-1]), pivots.shape[-1])
        made = [_permutation(row, permutation_size) for row in rows]
        return np.array(made, outs[0].dtype).reshape(outs[0].shape)

    return run


@rule("triangular_solve")
def _triangular_solve(ins, outs, *, left_side, lower, transpose_a, conjugate_a, unit_diagonal):
    _matrices(ins[0])
    _matrices(ins[1])
    trsm = _blas("trsm", ins[0].dtype)
    trans = (2 if conjugate_a else 1) if transpose_a else 0
    require(not conjugate_a or transpose_a or ins[0].dtype.kind == "f")

    def one(a, b):
        return (
            trsm(
                1.0,
                a,
                b,
                side=int(not left_side),
                lower=int(lower),
                trans_a=trans,
                diag=int(unit_diagonal),
            ),
        )

    return lambda a, b: _each(one, [a, b], outs)


@functools.cache
def _blas(name: str, dtype: np.dtype):
    from scipy.linalg import get_blas_funcs  # slow to import, and needed here only

    return get_blas_funcs(name, dtype=dtype)


@rule("eigh")
def _eigh(ins, outs, *, lower, sort_eigenvalues, subset_by_index=None, algorithm=None):
    _matrices(ins[0])
    require(subset_by_index is None and sort_eigenvalues)
    routine = _routine("syevd" if ins[0].dtype.kind == "f" else "heevd", ins[0].dtype)

    def one(a):
        if not np.isfinite(a).all():
            raise Unsupported
        w, v, info = routine(a, lower=int(lower))
        require(info == 0)
        return v, w

    return lambda a: _each(one, [a], outs)


@rule("svd")
def _svd(ins, outs, *, full_matrices, compute_uv, subset_by_index=None, algorithm=None):
    _matrices(ins[0])
    require(subset_by_index is None)
    gesdd = _routine("gesdd", ins[0].dtype)

    def one(a):
        if not np.isfinite(a).all():
            raise Unsupported
        u, s, vt, info = gesdd(a, compute_uv=int(compute_uv), full_matrices=int(full_matrices))
        require(info == 0)
        return (s, u, vt) if compute_uv else (s,)

    return lambda a: _each(one, [a], outs)


@rule("eig")
def _eig(
    ins,
    outs,
    *,
    compute_left_eigenvectors,
    compute_right_eigenvectors,
    enable_eigvec_derivs=False,
    implementation=None,
):
    _matrices(ins[0])

    def one(a):
        from scipy.linalg import eig  # slow to import, and needed here only

        if not np.isfinite(a).all():
            raise Unsupported
        left, right = compute_left_eigenvectors, compute_right_eigenvectors
        found = eig(a, left=left, right=right)
        return found if left or right else (found,)

    return lambda a: _each(one, [a], outs)
