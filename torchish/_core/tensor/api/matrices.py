"""Functions of matrices that are composed of others: products of several, low-rank factors.

https://docs.pytorch.org/docs/stable/linalg.html
"""

from __future__ import annotations

import warnings

from torchish._core.base.drawing import C_NAMES
from torchish._core.base.errors import size_text
from torchish._core.base.frames import user_level
from torchish._core.ops.table import TABLE
from torchish._core.tensor import dispatch, out_dtypes
from torchish._core.tensor.api.classes import require_tensors
from torchish._core.tensor.api.random import randn
from torchish._core.tensor.public import namespace, public
from torchish._core.tensor.tensor import Tensor

_linalg = namespace("linalg")


def _apply(name: str, *args):
    return dispatch.apply(TABLE[name], args)


def _write(out, found, rule: out_dtypes.Rule):
    for i, (o, t) in enumerate(zip(out, found, strict=True)):
        dispatch.write_out(o, t._value(), rule, i)
    return out


@public(method=True)
def lu(A: Tensor, pivot: bool = True, get_infos: bool = False, out=None):
    """Both LU factors in one matrix and the row swaps from 1; with `get_infos` the zero pivots too.

    https://docs.pytorch.org/docs/stable/generated/torch.lu.html
    """
    found = _apply("_lu_with_info", A, pivot, not get_infos)
    found = found if get_infos else (found[0], found[1])
    return found if out is None else _write(out, found, out_dtypes.CAST)


def diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """A view of the diagonals of matrices (`torch.diagonal` of the last two dimensions)."""
    return A.diagonal(offset, dim1, dim2)


def multi_dot(tensors, *, out=None) -> Tensor:
    """The product of two or more matrices, in the order that takes the fewest multiplications.

    The first and the last may be vectors.
    https://docs.pytorch.org/docs/stable/generated/torch.linalg.multi_dot.html
    """
    require_tensors(tensors, "linalg_multi_dot", "tensors")
    ts = list(tensors)
    n = len(ts)
    if n < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {n}")
    for i, t in enumerate(ts):
        if i in (0, n - 1):
            if t.dim() not in (1, 2):
                which = "first" if i == 0 else "last"
                raise RuntimeError(
                    f"multi_dot(): the {which} tensor must be 1D or 2D but got {t.dim()}D"
                )
        elif t.dim() != 2:
            raise RuntimeError(f"multi_dot(): tensor {i} must be 2D but got {t.dim()}D")
        if t.dtype is not ts[0].dtype:
            raise RuntimeError(
                "multi_dot(): all tensors must have be the same dtype but tensor 0 is "
                f"{C_NAMES[ts[0].dtype]} and tensor {i} {C_NAMES[t.dtype]}"
            )
        if i and ts[i - 1].shape[-1] != t.shape[0]:
            raise RuntimeError(
                f"multi_dot(): tensors {i - 1} and {i} with shapes {size_text(ts[i - 1].shape)} "
                f"and {size_text(t.shape)} cannot be multiplied"
            )
    row, column = ts[0].dim() == 1, ts[-1].dim() == 1
    chain = [*ts]
    chain[0] = chain[0].unsqueeze(0) if row else chain[0]
    chain[-1] = chain[-1].unsqueeze(-1) if column else chain[-1]
    r = _apply("_chain_matmul", chain)
    r = r.squeeze(-1) if column else r
    r = r.squeeze(0) if row else r
    if out is not None:
        dispatch.write_out(out, r._value(), out_dtypes.RULES["multi_dot"])
        return out
    return r


def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None, out=None):
    """X of least norm among those that make ||AX - B|| least; residuals, rank, singular values.

    https://docs.pytorch.org/docs/stable/generated/torch.linalg.lstsq.html
    """
    found = _apply("_lstsq", A, B, rcond, driver)
    found = type(found)(*found[:3], found[3].detach())  # the values have no gradient in PyTorch
    return found if out is None else _write(out, found, out_dtypes.RULES["linalg.lstsq"])


_linalg["lstsq"], _linalg["multi_dot"], _linalg["diagonal"] = lstsq, multi_dot, diagonal


@public(over=True)
def tensordot(a: Tensor, b: Tensor, dims=2, out: Tensor | None = None) -> Tensor:
    """Sums of products over chosen dimensions.

    dims   how many of the last of `a` and the first of `b`, or two lists of dimensions; a number or
           the lists may be in an integer tensor
    https://docs.pytorch.org/docs/stable/generated/torch.tensordot.html
    """
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    elif not isinstance(dims, (tuple, list, int)):
        raise RuntimeError(
            "tensordot expects dims to be int or "
            "tuple[list[int], list[int]] or "
            f"list[list[int]] containing two lists, but got dims={dims}"
        )
    op = TABLE["tensordot"]
    if out is not None:
        return dispatch.apply_out(op, (a, b, dims), out)
    return dispatch.apply(op, (a, b, dims))


@public(method=True)
def cov(
    input: Tensor,
    *,
    correction: int = 1,
    fweights: Tensor | None = None,
    aweights: Tensor | None = None,
) -> Tensor:
    """The covariance matrix of variables (rows) over observations (columns).

    RuntimeError for negative weights.
    https://docs.pytorch.org/docs/stable/generated/torch.cov.html
    """
    r = _apply("_cov", input, correction, fweights, aweights)
    for name, w in (("fweights", fweights), ("aweights", aweights)):
        if w is not None and w.numel() and bool((w < 0).any()):
            raise RuntimeError(f"cov(): {name} cannot be negative")
    _warn_of_freedom(_degrees_of_freedom(input, correction, fweights, aweights))
    return r


@public(method=True, over=True)
def corrcoef(input: Tensor) -> Tensor:
    """Pearson's correlation coefficients of variables (rows) over observations (columns).

    https://docs.pytorch.org/docs/stable/generated/torch.corrcoef.html
    """
    r = dispatch.apply(TABLE["corrcoef"], (input,))
    _warn_of_freedom(_degrees_of_freedom(input, 1, None, None))
    return r


def _warn_of_freedom(degrees: float) -> None:
    if degrees <= 0:
        warnings.warn(
            "cov(): degrees of freedom is <= 0. Correction should be strictly less than the number "
            "of observations.",
            UserWarning,
            stacklevel=user_level(),
        )


def _degrees_of_freedom(input: Tensor, correction: int, counts, weights) -> float:
    if counts is None and weights is None:
        return (input.shape[-1] if input.dim() else 1) - correction
    w = counts if weights is None else weights if counts is None else counts * weights
    total = w.sum().item()
    if weights is None or not correction or not total:
        return total - correction
    return total - correction * (w * weights).sum().item() / total


def _range_of(A: Tensor, q: int, niter: int, M: Tensor | None) -> Tensor:
    """An orthonormal basis of about the range of the first q left singular vectors.

    Randomized subspace iteration (Halko, Martinsson and Tropp 2009, algorithm 4.4).
    """
    A = A if M is None else A - M
    Q = _linalg["qr"](A @ randn(A.shape[-1], q, dtype=A.dtype, device=A.device))[0]
    for _ in range(niter):
        Q = _linalg["qr"](A.mH @ Q)[0]
        Q = _linalg["qr"](A @ Q)[0]
    return Q


@public()
def svd_lowrank(A: Tensor, q: int | None = 6, niter: int | None = 2, M: Tensor | None = None):
    """U, S and V of a randomized singular value decomposition of rank q of A (or A - M).

    https://docs.pytorch.org/docs/stable/generated/torch.svd_lowrank.html
    """
    q, niter = 6 if q is None else q, 2 if niter is None else niter
    m, n = A.shape[-2:]
    if M is not None:
        M = M.expand(A.shape)
    if m < n:
        A, M = A.mH, None if M is None else M.mH
    Q = _range_of(A, q, niter, M)
    B = Q.mH @ (A if M is None else A - M)
    U, S, Vh = _linalg["svd"](B, False)
    U, V = Q @ U, Vh.mH
    return (V, S, U) if m < n else (U, S, V)


@public()
def pca_lowrank(A: Tensor, q: int | None = None, center: bool = True, niter: int = 2):
    """U, S and V of a randomized principal component analysis of the rows of A.

    https://docs.pytorch.org/docs/stable/generated/torch.pca_lowrank.html
    """
    m, n = A.shape[-2:]
    q = min(6, m, n) if q is None else q
    if not 0 <= q <= min(m, n):
        raise ValueError(
            f"q(={q}) must be non-negative integer and not greater than min(m, n)={min(m, n)}"
        )
    if niter < 0:
        raise ValueError(f"niter(={niter}) must be non-negative integer")
    mean = A.mean(dim=-2, keepdim=True) if center else None
    return svd_lowrank(A, q, niter=niter, M=mean)
