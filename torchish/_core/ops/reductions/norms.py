"""Norms over dims and distances between points.

The gradient of every norm at the zero vector is 0, and that of the maximum norm is shared by tied
elements, as PyTorch has it; sqrt and power alone would give NaN.
"""

from __future__ import annotations

import math
from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

from torchish._core.base.dtypes import dtype as Dtype
from torchish._core.base.errors import broadcast_shapes, wrap_dim
from torchish._core.base.promotion import Promote, cast
from torchish._core.ops.operands import is_complex, is_float, is_inexact, name_of
from torchish._core.ops.reductions.sums import Dims, accumulated, reduce_dims
from torchish._core.ops.table import Array, op

__all__ = ["nuclear_norm", "vector_norm_of"]


def _squares(x):
    return x.real * x.real + x.imag * x.imag if is_complex(x) else x * x


def _unit(x):
    """x / |x|, 0 at 0."""
    if is_complex(x):
        zero = x == 0
        safe = jnp.where(zero, jnp.ones((), x.dtype), x)
        return jnp.where(zero, jnp.zeros((), x.dtype), safe / jnp.abs(safe))
    return jnp.sign(x)


@partial(jax.custom_jvp, nondiff_argnums=(1, 2))
def _norm(x, p: float, dims: tuple[int, ...]):
    """The p-norm over dims, kept as dims of size 1."""
    if p == 2:
        return jnp.sqrt(jnp.sum(_squares(x), axis=dims, keepdims=True))
    a = jnp.abs(x)
    if math.isinf(p):
        return (jnp.max if p > 0 else jnp.min)(a, axis=dims, keepdims=True)
    if p == 0:
        return jnp.sum(x != 0, axis=dims, keepdims=True).astype(a.dtype)
    if p == 1:
        return jnp.sum(a, axis=dims, keepdims=True)
    if p == 3:
        return jnp.sum(a * a * a, axis=dims, keepdims=True) ** (1 / 3)
    return jnp.sum(a**p, axis=dims, keepdims=True) ** (1 / p)


@_norm.defjvp
def _norm_jvp(p, dims, primals, tangents):
    (x,), (t,) = primals, tangents
    y = _norm(x, p, dims)
    real = y.dtype
    one, zero = jnp.ones((), real), jnp.zeros((), real)
    flat = y == 0
    safe = jnp.where(flat, one, y)
    if p == 2:
        slope = x / safe
    elif p == 1:
        slope = _unit(x)
    elif p == 0:
        slope = jnp.zeros_like(x)
    elif math.isinf(p):
        a = jnp.abs(x)
        hit = (a == y) | (jnp.isnan(a) & jnp.isnan(y))
        slope = _unit(x) * (hit.astype(real) / jnp.sum(hit, axis=dims, keepdims=True, dtype=real))
    else:
        at_zero = x == 0
        a = jnp.where(at_zero, one, jnp.abs(x))
        powers = jnp.where(at_zero & (p != 1), zero, a ** (p - 1))
        slope = _unit(x) * powers * jnp.where(flat, zero, safe ** (1 - p))
    products = (jnp.conj(slope) * t).real if is_complex(x) else slope * t
    return y, jnp.sum(products, axis=dims, keepdims=True)


def vector_norm_of(
    x,
    p: float,
    dims: tuple[int, ...],
    keepdim: bool,
    name: str = "linalg.vector_norm",
    whole: bool = False,
):
    """The p-norm over dims of a floating-point or complex array, real, in its own precision."""
    empty = [d for d in dims if x.shape[d] == 0]
    if empty and (p < 0 or math.isinf(p)):
        if whole:
            raise RuntimeError(
                f"{name} cannot compute the {p:g} norm on an empty tensor because the operation "
                "does not have an identity"
            )
        raise RuntimeError(
            f"{name} cannot compute the {p:g} norm on the dimension {empty[0]}because this "
            "dimension is empty and the operation does not have an identity"
        )
    y, result = accumulated(x)
    r = cast(_norm(y, float(p), dims), result.to_real())
    return r if keepdim else jnp.squeeze(r, dims)


def nuclear_norm(x, dims: tuple[int, ...], keepdim: bool):
    """The sum of the singular values of the matrices that two dims hold."""
    if len(dims) != 2:
        raise RuntimeError(
            f"linalg.matrix_norm: dim must be a 2-tuple. Got {' '.join(map(str, dims))}"
        )
    y, result = accumulated(x)
    s = jnp.linalg.svd(jnp.moveaxis(y, dims, (-2, -1)), full_matrices=False, compute_uv=False)
    r = cast(jnp.sum(s, axis=-1), result.to_real())
    return jnp.expand_dims(r, tuple(sorted(dims))) if keepdim else r


@op("norm", saves="input result")
def norm(
    input: Array,
    p: float | str | None = "fro",
    dim: Dims = None,
    keepdim: bool = False,
    *,
    dtype: Dtype | None = None,
):
    """The p-norm of vectors, or the Frobenius ("fro") or nuclear ("nuc") norm of matrices, over
    dims (https://docs.pytorch.org/docs/stable/generated/torch.norm.html)"""
    x = input if dtype is None else cast(input, dtype)
    if not is_inexact(x):
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. Got "
            f"{name_of(x)}"
        )
    dims = reduce_dims(dim, x.ndim)
    if p == "nuc":
        if dim is None and x.ndim != 2:
            raise RuntimeError(
                "linalg.matrix_norm: The input tensor A must have at least 2 dimensions."
            )
        return nuclear_norm(x, dims, keepdim)
    if isinstance(p, str):
        if p == "fro":
            p = 2.0
        elif p in ("inf", "-inf"):
            p = float(p)
        else:
            raise RuntimeError(f"only valid values are 'fro', 'nuc' and numbers for p, got {p}")
    return vector_norm_of(x, 2.0 if p is None else p, dims, keepdim)


norm.grad_name = "LinalgVectorNormBackward0"
norm.grad_name_of = lambda statics: "SumBackward1" if statics.get("p") == "nuc" else None


@op("dist", Promote.SAME, out=False)
def dist(input: Array, other: Array, p: float = 2):
    """The p-norm of input - other
    (https://docs.pytorch.org/docs/stable/generated/torch.dist.html)"""
    d = input - other
    if not is_inexact(d):
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. Got "
            f"{name_of(d)}"
        )
    return vector_norm_of(d, p, tuple(range(d.ndim)), False)


@op("renorm", inplace=True)
def renorm(input: Array, p: float, dim: int, maxnorm: float):
    """Slices along dim scaled down to a p-norm of at most maxnorm
    (https://docs.pytorch.org/docs/stable/generated/torch.renorm.html)"""
    if not is_inexact(input):
        raise RuntimeError("renorm: input must be floating point or complex")
    if p <= 0:
        raise RuntimeError("renorm: non-positive-norm not supported")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm:g}")
    if input.ndim < 2:
        raise RuntimeError(
            f"renorm: input needs at least 2 dimensions, got {input.ndim} dimensions"
        )
    dim = wrap_dim(dim, input.ndim)
    x, result = accumulated(input)
    norms = _norm(x, float(p), tuple(d for d in range(x.ndim) if d != dim))
    scale = jnp.where(norms > maxnorm, maxnorm / (norms + 1e-7), jnp.ones((), norms.dtype))
    return cast(x * scale, result)


# --- distances of all pairs
# -------------------------------------------------------------------------------------

_BY_PRODUCT = (
    25  # from this many points on, "use_mm_for_euclid_dist_if_necessary" multiplies matrices
)


@jax.custom_jvp
def _root(x):
    return jnp.sqrt(jnp.maximum(x, 0))


@_root.defjvp
def _root_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    y = _root(x)
    zero = y == 0
    return y, jnp.where(zero, jnp.zeros((), y.dtype), t / (2 * jnp.where(zero, 1, y)))


def _euclidean(a, b):
    """Distances of all pairs from |a|² + |b|² - 2 a·b, as one matrix product."""
    product = jnp.matmul(a, jnp.swapaxes(b, -1, -2), precision=lax.Precision.HIGHEST)
    squares = jnp.sum(a * a, -1)[..., :, None] + jnp.sum(b * b, -1)[..., None, :]
    return _root(squares - 2 * product)


@op("cdist", Promote.NONE, method=False, out=False)
def cdist(
    x1: Array,
    x2: Array,
    p: float = 2.0,
    compute_mode: str | int | None = "use_mm_for_euclid_dist_if_necessary",
):
    """p-distances between all pairs of rows of x1 (..., P, M) and x2 (..., R, M), as (..., P, R)
    (https://docs.pytorch.org/docs/stable/generated/torch.cdist.html)"""
    modes = (
        "use_mm_for_euclid_dist_if_necessary",
        "use_mm_for_euclid_dist",
        "donot_use_mm_for_euclid_dist",
    )
    if isinstance(compute_mode, int):
        compute_mode = modes[compute_mode]
    compute_mode = compute_mode or modes[0]
    if compute_mode not in modes:
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode")
    for x, which in ((x1, "X1"), (x2, "X2")):
        if not is_float(x):
            raise RuntimeError(
                f"cdist only supports floating-point dtypes, {which} got: {name_of(x)}"
            )
        if x.ndim < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {which} got: {x.ndim}D")
    if x1.shape[-1] != x2.shape[-1]:
        raise RuntimeError(
            f"X1 and X2 must have the same number of columns. X1: {x1.shape[-1]} X2: {x2.shape[-1]}"
        )
    if p < 0:
        raise RuntimeError("cdist only supports non-negative p values")
    broadcast_shapes(x1.shape[:-2], x2.shape[:-2])
    d = jnp.promote_types(x1.dtype, x2.dtype)
    a, _ = accumulated(x1.astype(d))
    b, _ = accumulated(x2.astype(d))
    many = x1.shape[-2] > _BY_PRODUCT or x2.shape[-2] > _BY_PRODUCT
    if p == 2 and (compute_mode == modes[1] or (compute_mode == modes[0] and many)):
        return _euclidean(a, b).astype(d)
    pairs = a[..., :, None, :] - b[..., None, :, :]
    if pairs.shape[-1] == 0:
        return jnp.zeros(pairs.shape[:-1], d)
    return jnp.squeeze(_norm(pairs, float(p), (pairs.ndim - 1,)), -1).astype(d)
