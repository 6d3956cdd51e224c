"""Eigenvalues and eigenvectors of general square matrices.

https://docs.pytorch.org/docs/stable/linalg.html
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from torchish._core.ops.linalg.checks import finite_check, require_float, require_square
from torchish._core.ops.table import Array, op


def _general(name: str, a) -> None:
    require_square(name, a)
    require_float(name, a)


@op(
    "linalg.eig",
    method=False,
    returns=("eigenvalues", "eigenvectors"),
    return_type="linalg_eig",
    check=finite_check("linalg.eig"),
    host_on=("tpu",),
)
def eig(A: Array):
    """Eigenvalues and eigenvectors of square matrices, complex, in no particular order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eig.html)
    """
    _general("linalg.eig", A)
    return _eig(A)


@op("linalg.eigvals", method=False, check=finite_check("linalg.eigvals"), host_on=("tpu",))
def eigvals(A: Array):
    """Eigenvalues of square matrices, complex, in no particular order.

    (https://docs.pytorch.org/docs/stable/generated/torch.linalg.eigvals.html)
    """
    _general("linalg.eigvals", A)
    return _eigvals(A)


@jax.custom_jvp
def _eig(a):
    w, v = jnp.linalg.eig(a)
    return w, v


@_eig.defjvp
def _eig_jvp(primals, tangents):
    w, v = _eig(*primals)
    moved = jnp.linalg.solve(v, tangents[0].astype(v.dtype) @ v)
    eye = jnp.eye(w.shape[-1], dtype=bool)
    gaps = jnp.where(eye, 1, w[..., None, :] - w[..., :, None])
    turned = v @ jnp.where(eye, 0, moved / gaps)
    # Eigenvectors keep their length, 1.
    along = (v.conj() * turned).sum(-2, keepdims=True).real
    return (w, v), (jnp.diagonal(moved, axis1=-2, axis2=-1), turned - v * along)


@jax.custom_jvp
def _eigvals(a):
    return jnp.linalg.eigvals(a)


@_eigvals.defjvp
def _eigvals_jvp(primals, tangents):
    w, v = _eig(*primals)
    moved = jnp.linalg.solve(v, tangents[0].astype(v.dtype) @ v)
    return w, jnp.diagonal(moved, axis1=-2, axis2=-1)
