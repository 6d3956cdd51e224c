"""What the matrix operators share: checks of arguments, and of matrices that turn out singular.

No operator is entered here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from torchish._core.base import dtypes as dt
from torchish._core.base.errors import broadcast_shapes
from torchish._core.ops.operands import is_complex, is_inexact, name_of
from torchish._core.ops.table import Check

__all__ = [
    "LinAlgError",
    "SVD_CHECK",
    "adjoint",
    "broadcast_batch",
    "definite",
    "failure_check",
    "finite_check",
    "first_failure",
    "hermitian",
    "lu_info",
    "real_dtype",
    "regular",
    "require_float",
    "require_matrix",
    "require_same",
    "require_square",
    "spread",
]


class _LinAlgError(RuntimeError):
    """A matrix is singular or not positive definite (`torch.linalg.LinAlgError`)."""


LinAlgError = _LinAlgError  # PyTorch's tracebacks show the name with the underscore


def adjoint(a):
    """The conjugate transpose of matrices."""
    a = jnp.swapaxes(a, -2, -1)
    return jnp.conj(a) if is_complex(a) else a


def require_matrix(name: str, a, argument: str = "A") -> None:
    """RuntimeError for fewer than two dimensions."""
    if a.ndim < 2:
        raise RuntimeError(f"{name}: The input tensor {argument} must have at least 2 dimensions.")


def require_square(name: str, a, argument: str = "A") -> None:
    """RuntimeError unless `a` holds square matrices."""
    require_matrix(name, a, argument)
    if a.shape[-1] != a.shape[-2]:
        raise RuntimeError(
            f"{name}: {argument} must be batches of square matrices, but they are "
            f"{a.shape[-2]} by {a.shape[-1]} matrices"
        )


def require_float(name: str, a) -> None:
    """RuntimeError unless `a` is floating point or complex and not a half type."""
    if not is_inexact(a):
        raise RuntimeError(
            f"{name}: Expected a floating point or complex tensor as input. Got {name_of(a)}"
        )
    if a.dtype in (jnp.float16, jnp.bfloat16):
        raise RuntimeError(f"{name}: Low precision dtypes not supported. Got {name_of(a)}")


def require_same(name: str, a, b) -> None:
    """RuntimeError unless both have one dtype."""
    if a.dtype != b.dtype:
        raise RuntimeError(
            f"{name}: Expected A and B to have the same dtype, but found A of type {name_of(a)} "
            f"and B of type {name_of(b)} instead"
        )


def broadcast_batch(*matrices):
    """Matrices with their batch dimensions broadcast to one shape."""
    batch = broadcast_shapes(*(m.shape[:-2] for m in matrices))
    return [jnp.broadcast_to(m, (*batch, *m.shape[-2:])) for m in matrices]


@partial(jax.custom_jvp, nondiff_argnums=(1,))
def hermitian(a, upper: bool):
    """The Hermitian matrices that one triangle stands for; gradients are those of (A + A^H) / 2."""
    part = adjoint(jnp.triu(a)) if upper else jnp.tril(a)
    return part + adjoint(jnp.tril(part, -1))


@hermitian.defjvp
def _(upper, primals, tangents):
    return hermitian(primals[0], upper), (tangents[0] + adjoint(tangents[0])) / 2


def spread(x, like):
    """One value for each matrix, in a shape that broadcasts against matrices."""
    return x[..., None, None] if like.ndim == x.ndim + 2 else x


def real_dtype(a):
    """The dtype of the real parts of `a`."""
    return dt.from_np(a.dtype).to_real().np


def lu_info(lu):
    """Place, from 1, of the first zero pivot of each factored matrix; 0 where there is none."""
    zero = jnp.diagonal(lu, axis1=-2, axis2=-1) == 0
    zero &= ~jnp.isnan(lu).any((-2, -1))[..., None]  # beside a NaN the pivots mean nothing
    if not zero.shape[-1]:
        return jnp.zeros(zero.shape[:-1], jnp.int32)
    return jnp.where(zero.any(-1), jnp.argmax(zero, -1) + 1, 0).astype(jnp.int32)


def first_failure(info, batched: bool):
    """(whether every info is 0, the first failing matrix and its info in one number)."""
    flat = info.reshape(-1)
    if not flat.size:
        return True, 0
    bad = flat != 0
    k = bad.argmax()
    code = flat[k].astype(np.int64)
    return ~bad.any(), (k + 1) * 2**32 * int(batched) + code


def regular(A, **rest) -> tuple[bool, int]:
    """`Check.host` of operators that need an invertible matrix."""
    if A.ndim < 2 or not A.size or not np.linalg.slogdet(A)[0].all() or not np.isfinite(A).all():
        raise np.linalg.LinAlgError
    return True, 0


def definite(upper=False, **rest) -> tuple[bool, int]:
    """`Check.host` of operators that need a positive definite matrix."""
    a = rest.get("A", rest.get("input"))
    if a.ndim < 2 or not np.isfinite(np.linalg.cholesky(a, upper=upper)).all():
        raise np.linalg.LinAlgError
    return True, 0


def failure_check(
    info: Callable, message: Callable[[str, int], str], host: Callable | None = None
) -> Check:
    """A check that a factorization succeeds; `info(**arguments)` gives 0 for each good matrix.

    The message is made from a text that names the batch element, and the info of that element.
    """

    def ok(**arguments):
        found = info(**arguments)
        if found is None:
            return True, 0
        return first_failure(found, found.ndim > 0)

    def error(payload, **arguments):
        element, code = divmod(payload, 2**32)
        where = f"(Batch element {element - 1}): " if element else ""
        return LinAlgError(message(where, code))

    return Check(ok, error, at_call=True, host=host, of_floats=True)


def _svd_info(p=None, hermitian=False, **rest):
    """1 for each matrix with a NaN, where singular values are asked for."""
    a = rest.get("A", rest.get("input"))
    if hermitian or p not in (None, 2, -2) or a.ndim < 2 or not is_inexact(a):
        return None
    return (a != a).any((-2, -1)).astype(np.int32)  # in NumPy too


SVD_CHECK = failure_check(
    _svd_info,
    lambda where, code: (
        f"linalg.svd: {where}The algorithm failed to converge because the input matrix contained "
        "non-finite values."
    ),
)


def finite_check(name: str) -> Check:
    """A check that matrices hold no infinities and no NaN."""
    words = f"torch.{name}: input tensor should not contain infs or NaNs."
    return Check(
        lambda A: (jnp.isfinite(A).all(), 0),
        lambda payload, A: RuntimeError(words),
        at_call=True,
        of_floats=True,
        host=lambda A: (np.isfinite(A).all(), 0),
    )
