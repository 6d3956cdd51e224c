"""LDL factorizations of Hermitian and symmetric indefinite matrices, by LAPACK on the host.

XLA has no such factorization, and these operators have no gradient in PyTorch either.
https://docs.pytorch.org/docs/stable/generated/torch.linalg.ldl_factor.html
"""

from __future__ import annotations

import numpy as np

from torchish._core.base.errors import broadcast_shapes, dim_error, size_text
from torchish._core.ops.linalg.checks import (
    LinAlgError,
    require_float,
    require_square,
)
from torchish._core.ops.operands import is_complex, name_of
from torchish._core.ops.table import Array, Raw, op


def _routine(name: str, a: np.ndarray, hermitian: bool):
    from scipy.linalg import get_lapack_funcs  # slow to import, and needed here only

    kind = "he" if hermitian and a.dtype.kind == "c" else "sy"
    return get_lapack_funcs(kind + name, (a,))


def _factors(a, hermitian: bool, name: str):
    require_square(f"torch.linalg.{name}", a)
    require_float(f"torch.linalg.{name}", a)
    a = np.asarray(a)
    out, pivots = np.zeros_like(a), np.zeros(a.shape[:-1], np.int32)
    info = np.zeros(a.shape[:-2], np.int32)
    factor = _routine("trf", a, hermitian)
    for at in np.ndindex(info.shape) if a.size else ():
        # The pivots keep LAPACK's numbering: from 1, negative for 2 by 2 blocks.
        lower, pivots[at], info[at] = factor(a[at], lower=1)
        out[at] = np.tril(lower)
    return out, pivots, info


def _singular(name: str, info) -> LinAlgError:
    return LinAlgError(
        f"torch.linalg.{name}: The factorization could not be completed because a block of D is "
        f"singular (error code {int(info[info != 0].flat[0])})."
    )


@op(
    "linalg.ldl_factor",
    method=False,
    dynamic=True,
    differentiable=False,
    returns=("LD", "pivots"),
    return_type="linalg_ldl_factor",
)
def ldl_factor(A: Array, *, hermitian: bool = False):
    """L and D of A = L D L^T (L D L^H with hermitian) in one matrix, and LAPACK's pivots, int32.

    LinAlgError where D is singular.
    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.ldl_factor.html)
    """
    factors, pivots, info = _factors(A, hermitian, "ldl_factor_ex")
    if info.any():
        raise _singular("ldl_factor", info)
    return factors, pivots


@op(
    "linalg.ldl_factor_ex",
    method=False,
    dynamic=True,
    differentiable=False,
    returns=("LD", "pivots", "info"),
    return_type="linalg_ldl_factor_ex",
)
def ldl_factor_ex(A: Array, *, hermitian: bool = False, check_errors: bool = False):
    """L and D in one matrix, LAPACK's pivots and its info (0: no singular block in D).

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.ldl_factor_ex.html)
    """
    factors, pivots, info = _factors(A, hermitian, "ldl_factor_ex")
    if check_errors and info.any():
        raise _singular("ldl_factor_ex", info)
    return factors, pivots, info


@op("linalg.ldl_solve", method=False, dynamic=True, differentiable=False)
def ldl_solve(LD: Array, pivots: Raw, B: Array, *, hermitian: bool = False):
    """X with AX = B, from `ldl_factor` of A.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.ldl_solve.html)
    """
    require_square("torch.linalg.ldl_solve", LD, "LD")
    if B.ndim < 2:
        raise dim_error(-2, B.ndim)
    if LD.shape[-1] != B.shape[-2]:
        raise RuntimeError(
            "Incompatible matrix sizes for torch.linalg.ldl_solve: each A matrix is "
            f"{LD.shape[-1]} by {LD.shape[-1]} but each b matrix is {B.shape[-2]} by {B.shape[-1]}"
        )
    if not np.issubdtype(pivots.dtype, np.integer):
        raise RuntimeError(
            f"torch.linalg.ldl_solve: Expected pivots to be integers. Got {name_of(pivots)}"
        )
    if pivots.shape != LD.shape[:-1]:
        raise RuntimeError(
            "torch.linalg.ldl_solve: Expected LD.shape[:-1] and pivots.shape to be the same, but "
            f"got pivots with shape {size_text(pivots.shape)} instead"
        )
    if LD.dtype != B.dtype:
        raise RuntimeError(
            f"Expected b and A to have the same dtype, but found b of type {name_of(B)} and A of "
            f"type {name_of(LD)} instead."
        )
    ld, b = np.asarray(LD), np.asarray(B)
    batch = broadcast_shapes(ld.shape[:-2], b.shape[:-2])
    ld = np.broadcast_to(ld, (*batch, *ld.shape[-2:]))
    b = np.broadcast_to(b, (*batch, *b.shape[-2:]))
    places = np.broadcast_to(np.asarray(pivots), (*batch, ld.shape[-1]))
    out = np.zeros_like(b)
    solve = _routine("trs", ld, hermitian and is_complex(LD))
    for at in np.ndindex(*batch) if out.size else ():
        out[at] = solve(ld[at], places[at], b[at], lower=1)[0]
    return (out,)
