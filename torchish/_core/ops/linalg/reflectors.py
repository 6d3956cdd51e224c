"""QR factorizations, and the Householder reflectors that they are made of.

https://docs.pytorch.org/docs/stable/linalg.html#matrix-decompositions
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from torchish._core.base.errors import size_text
from torchish._core.ops.linalg.checks import adjoint, require_float, require_matrix
from torchish._core.ops.operands import is_complex, is_inexact, name_of, unsupported
from torchish._core.ops.table import Array, op

# --- QR -----------------------------------------------------------------------------------------


@jax.custom_jvp
def _triangle(a):
    return _qr(a, "reduced")[1]


@_triangle.defjvp
def _(primals, tangents):
    raise RuntimeError(
        "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use "
        "linalg.qr(A, mode='reduced') if you are going to differentiate through linalg.qr."
    )


@jax.custom_jvp
def _complete_qr(a):
    return tuple(jnp.linalg.qr(a, mode="complete"))


@_complete_qr.defjvp
def _(primals, tangents):
    raise RuntimeError(
        "The QR decomposition is not differentiable when mode='complete' and nrows > ncols."
    )


def _qr(a, mode: str):
    if mode not in ("reduced", "r", "complete"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), "
            "'r', or 'complete'"
        )
    m, n = a.shape[-2:]
    if mode == "r":
        return jnp.zeros((0,), a.dtype), _triangle(a)
    if mode == "complete" and m > n:
        return _complete_qr(a)
    if m < n:
        # The first m columns determine Q; the rest of R is Q^H times the other columns.
        q, r = jnp.linalg.qr(a[..., :m], mode="reduced")
        return q, jnp.concatenate([r, adjoint(q) @ a[..., m:]], -1)
    q, r = jnp.linalg.qr(a, mode=mode)
    return q, r


@op("linalg.qr", method=False, returns=("Q", "R"), return_type="linalg_qr")
def linalg_qr(A: Array, mode: str = "reduced"):
    """Q and R with A = QR: reduced, complete, or R alone ("r").

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.qr.html)
    """
    require_matrix("linalg.qr", A)
    require_float("linalg.qr", A)
    return _qr(A, mode)


@op("qr", returns=("Q", "R"))
def qr(input: Array, some: bool = True):
    """Q and R with input = QR, reduced or complete.

    (https://docs.pytorch.org/docs/stable/generated/torch.qr.html)
    """
    require_matrix("linalg.qr", input)
    require_float("linalg.qr", input)
    return _qr(input, "reduced" if some else "complete")


@op("geqrf", returns=("a", "tau"), differentiable=False)
def geqrf(input: Array):
    """Householder reflectors and R in one matrix, as LAPACK's geqrf, and the reflectors' scales.

    (https://docs.pytorch.org/docs/stable/generated/torch.geqrf.html)
    """
    if input.ndim < 2:
        raise RuntimeError("torch.geqrf: input must have at least 2 dimensions.")
    if not is_inexact(input):
        raise unsupported("geqrf_cpu", input)
    a, taus = input, []
    rows = jnp.arange(a.shape[-2])
    for i in range(min(a.shape[-2:])):
        column = a[..., i]
        head, tail = column[..., i], jnp.where(rows > i, column, 0)
        rest = jnp.sum(jnp.abs(tail) ** 2, -1)
        size = jnp.sqrt(jnp.abs(head) ** 2 + rest)
        beta = jnp.where(head.real > 0, -size, size).astype(a.dtype)
        trivial = (rest == 0) & (head.imag == 0 if is_complex(head) else True)
        tau = jnp.where(trivial, 0, (beta - head) / jnp.where(trivial, 1, beta))
        v = tail / jnp.where(trivial, 1, head - beta)[..., None]
        w = v + (rows == i).astype(a.dtype)
        # H^H is applied to the columns that are left.
        ahead = a - jnp.conj(tau)[..., None, None] * w[..., None] * (jnp.conj(w)[..., None, :] @ a)
        a = jnp.where(jnp.arange(a.shape[-1]) > i, ahead, a)
        new = jnp.where(rows > i, v, jnp.where(rows == i, ahead[..., i], column))
        a = a.at[..., i].set(new)
        taus.append(tau)
    if not taus:
        return a, jnp.zeros((*a.shape[:-2], 0), a.dtype)
    return a, jnp.stack(taus, -1)


def _reflectors(a, tau):
    if a.shape[-2] < a.shape[-1]:
        raise RuntimeError(
            "torch.linalg.householder_product: input.shape[-2] must be greater than or equal to "
            "input.shape[-1]"
        )
    if a.shape[-1] < tau.shape[-1]:
        raise RuntimeError(
            "torch.linalg.householder_product: input.shape[-1] must be greater than or equal to "
            "tau.shape[-1]"
        )


def _products(a, tau, columns: int):
    """The first columns of H1 H2 ... Hk, where Hi = I - tau_i v_i v_i^H, v_i below the diagonal."""
    m, k = a.shape[-2], tau.shape[-1]
    batch = a.shape[:-2]
    out = jnp.broadcast_to(jnp.eye(m, columns, dtype=a.dtype), (*batch, m, columns))
    rows = jnp.arange(m)
    for i in reversed(range(k)):
        v = jnp.where(rows > i, a[..., i], 0) + (rows == i).astype(a.dtype)
        out = out - (tau[..., i, None, None] * v[..., :, None]) * (jnp.conj(v)[..., None, :] @ out)
    return out


@op("linalg.householder_product", method=False, aliases=("orgqr", "Tensor.orgqr"))
def householder_product(A: Array, tau: Array):
    """The first columns of a product of Householder matrices given by their reflectors.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.householder_product.html)
    """
    if A.ndim < 2:
        raise RuntimeError(
            "torch.linalg.householder_product: input must have at least 2 dimensions."
        )
    _reflectors(A, tau)
    if A.ndim - tau.ndim != 1:
        raise RuntimeError(
            "torch.linalg.householder_product: Expected tau to have one dimension less than "
            f"input, but got tau.ndim equal to {tau.ndim} and input.ndim is equal to {A.ndim}"
        )
    if A.shape[:-2] != tau.shape[:-1]:
        raise RuntimeError(
            "torch.linalg.householder_product: Expected batch dimensions of tau to be equal to "
            f"input.shape[:-2], but got {list(tau.shape[:-1])}"
        )
    if A.dtype != tau.dtype:
        raise RuntimeError(
            f"torch.linalg.householder_product: tau dtype {name_of(tau)} does not match input "
            f"dtype {name_of(A)}"
        )
    if not is_inexact(A):
        raise unsupported("orgqr_cpu", A)
    return _products(A, tau, A.shape[-1])


@op("ormqr")
def ormqr(input: Array, tau: Array, other: Array, left: bool = True, transpose: bool = False):
    """A matrix times the full product of Householder matrices, from either side.

    (https://docs.pytorch.org/docs/stable/generated/torch.ormqr.html)
    """
    if input.ndim < 2 or other.ndim < 2:
        which = "input" if input.ndim < 2 else "other"
        raise RuntimeError(f"torch.ormqr: {which} must have at least 2 dimensions.")
    side = -2 if left else -1
    if other.shape[side] < tau.shape[-1]:
        raise RuntimeError(
            f"torch.ormqr: other.shape[{side}] must be greater than or equal to tau.shape[-1]"
        )
    if other.shape[side] != input.shape[-2]:
        raise RuntimeError(f"torch.ormqr: other.shape[{side}] must be equal to input.shape[-2]")
    if tau.shape[-1] > min(other.shape[side], input.shape[-1]):
        raise RuntimeError(
            f"torch.ormqr: tau.shape[-1] must be equal to min(other.shape[{side}], input.shape[-1])"
        )
    if input.ndim - tau.ndim != 1:
        raise RuntimeError(
            "torch.ormqr: Expected tau to have one dimension less than input, but got tau.ndim "
            f"equal to {tau.ndim} and input.ndim is equal to {input.ndim}"
        )
    if input.ndim != other.ndim:
        raise RuntimeError(
            "torch.ormqr: Expected other to have the same number of dimensions as input, but got "
            f"other.ndim equal to {other.ndim} and input.ndim is equal to {input.ndim}"
        )
    for name, x, end in (("tau", tau, -1), ("other", other, -2)):
        if input.shape[:-2] != x.shape[:end]:
            raise RuntimeError(
                f"torch.ormqr: Expected batch dimensions of {name} to be equal to "
                f"input.shape[:-2], but got {size_text(x.shape[:end])}"
            )
        if input.dtype != x.dtype:
            raise RuntimeError(
                f"torch.ormqr: Expected input and {name} to have the same dtype, but input has "
                f"dtype{name_of(input)} and {name} has dtype {name_of(x)}"
            )
    q = _products(input, tau, input.shape[-2])
    q = adjoint(q) if transpose else q
    return q @ other if left else other @ q
